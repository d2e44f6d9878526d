"""Incremental marking: a mark-sweep whose marking is done in steps between the mutator's.

A step comes after so many bytes of allocation, or from a task of the event loop; the schedule says how much it marks.
When no grey object is left, the cycle is `ready` and waits for its pause: an event-loop program is given the time to
reach its next task, a program that never returns to the loop is interrupted at its next allocation.

A program that stores each new object somewhere makes the barrier grey it, so that a step of 64 KB may find nothing but
objects of the last 64 KB, and marking makes no progress; until a scavenge: what died in it no longer counts as marked,
so the marker is behind its schedule and its next steps are large.

Source: V8 11.3 src/heap/incremental-marking.cc, incremental-marking-job.cc.
"""

from collections.abc import Callable
from typing import Final

from gcsim.collectors import MajorCollector
from gcsim.events import IncrementalMarking, MarkingStep
from gcsim.heap.heap import Heap
from gcsim.pacing.costs import CostModel
from gcsim.pacing.schedule import OLD_STEP_BYTES, TARGET_WALLTIME_MS, YOUNG_STEP_BYTES, MarkingSchedule
from gcsim.sim.clock import Clock
from gcsim.sim.pacer import Pacer
from gcsim.units import MB

PATIENCE_MS: Final = 50.0
PATIENCE_RATIO: Final = 0.1


class AllocationObserver:
    """Tells, for one space, when so much was allocated in it that a step is due.

    The object with which the count reaches `step_bytes` makes the step due; counting begins anew behind it.
    """

    __slots__ = ("_left_bytes", "_step_bytes")

    def __init__(self, step_bytes: int) -> None:
        self._step_bytes = step_bytes
        self._left_bytes = step_bytes

    @property
    def left_bytes(self) -> int:
        """What may be allocated before a step is due."""
        return self._left_bytes

    def is_due(self, size_bytes: int) -> bool:
        """Whether a step comes before an object of that size is allocated; if so, counting begins behind it."""
        if self._left_bytes > size_bytes:
            return False
        self._left_bytes = size_bytes + self._step_bytes
        return True

    def count(self, size_bytes: int) -> None:
        """So much was allocated."""
        self._left_bytes -= size_bytes


class IncrementalMarker:
    """One marking under way. `cycle` is the collector; `record` what its steps took so far, told to `on_step`.

    `observers`: of new, old, new large and large space. `interrupts`: the program is to be interrupted at its next
    allocation, for the pause.
    """

    __slots__ = (
        "_clock", "_costs", "_durations_ms", "_marked_bytes", "_old_seen_bytes", "_on_step", "_pacer", "_schedule",
        "_start_ms", "cycle", "interrupts", "observers",
    )  # fmt: skip

    def __init__(
        self,
        cycle: MajorCollector,
        clock: Clock,
        pacer: Pacer,
        costs: CostModel,
        on_step: Callable[[MarkingStep], None],
    ) -> None:
        self.cycle = cycle
        self._on_step = on_step
        self.interrupts = False
        self.observers = {
            "new": AllocationObserver(YOUNG_STEP_BYTES),
            "old": AllocationObserver(OLD_STEP_BYTES),
            "new large": AllocationObserver(OLD_STEP_BYTES),
            "large": AllocationObserver(OLD_STEP_BYTES),
        }
        self._clock, self._pacer, self._costs = clock, pacer, costs
        self._start_ms = clock.now_ms
        self._durations_ms: list[float] = []
        self._marked_bytes = 0
        self._old_seen_bytes = cycle.heap.old_bytes()
        self._schedule = MarkingSchedule(self._old_seen_bytes, can_grow=can_grow(cycle.heap), start_ms=clock.now_ms)

    @property
    def ready(self) -> bool:
        """Whether nothing is left to mark but what the pause will find."""
        return self.cycle.ready

    def step_on_allocation(self) -> None:
        """One step for what was allocated since the last."""
        old_bytes = self.cycle.heap.old_bytes()
        allocated_bytes = max(0, old_bytes - self._old_seen_bytes)
        self._old_seen_bytes = old_bytes
        scheduled_bytes = self._schedule.scheduled_bytes
        speed = self._pacer.marking_speed()
        step_bytes = self._schedule.step_on_allocation(allocated_bytes, self._marked_bytes, speed)
        self._step(step_bytes, self._schedule.scheduled_bytes - scheduled_bytes, allocated_bytes=allocated_bytes)

    def step_in_task(self) -> None:
        """One step from the event loop."""
        scheduled_bytes, updated_ms = self._schedule.scheduled_bytes, self._schedule.updated_ms
        speed = self._pacer.marking_speed()
        step_bytes = self._schedule.step_in_task(self._clock.now_ms, self._marked_bytes, speed)
        elapsed_ms = min(self._schedule.updated_ms - updated_ms, TARGET_WALLTIME_MS)
        self._step(step_bytes, self._schedule.scheduled_bytes - scheduled_bytes, elapsed_ms=elapsed_ms, in_task=True)

    def after_scavenge(self, dead_young_bytes: int) -> None:
        """What died young may have been marked before, and does not count as progress (heap.cc)."""
        self._marked_bytes -= min(self._marked_bytes, dead_young_bytes)

    def should_wait_for_task(self, turn_start_ms: float | None) -> bool:
        """Whether the event loop's next task, expected soon, should end this marking instead of an interrupt.

        `turn_start_ms`: when the running turn began; None for a program that has not returned to the loop yet.
        """
        if turn_start_ms is None:
            return False
        patience_ms = max(PATIENCE_MS, PATIENCE_RATIO * (self._clock.now_ms - self._start_ms))
        return self._clock.now_ms - turn_start_ms < patience_ms

    def record(self) -> IncrementalMarking:
        """What the steps took, for the line of the collection that ends now."""
        return IncrementalMarking(
            steps=len(self._durations_ms),
            duration_ms=sum(self._durations_ms),
            longest_step_ms=max(self._durations_ms, default=0.0),
            walltime_ms=self._clock.now_ms - self._start_ms,
        )

    def _step(
        self,
        step_bytes: int,
        scheduled_bytes: int,
        *,
        allocated_bytes: int = 0,
        elapsed_ms: float = 0.0,
        in_task: bool = False,
    ) -> None:
        work = self.cycle.work
        speed = self._pacer.assumed_marking_speed()
        behind_bytes = self._schedule.scheduled_bytes - self._marked_bytes
        objects = work.marked_objects
        done = 0 if self.ready else self.cycle.advance(step_bytes)  # a cycle that is ready would begin its pause
        self._marked_bytes += done
        duration_ms = self._costs.step_ms(done, work.marked_objects - objects)
        self._clock.advance(duration_ms)
        self._durations_ms.append(duration_ms)
        self._pacer.record_step(done, duration_ms)
        step = MarkingStep(
            time_ms=self._clock.now_ms,
            duration_ms=duration_ms,
            in_task=in_task,
            scheduled_bytes=scheduled_bytes,
            allocated_bytes=allocated_bytes,
            elapsed_ms=elapsed_ms,
            behind_bytes=behind_bytes,
            step_bytes=step_bytes,
            marked_bytes=done,
            marking_bytes_per_ms=speed,
        )
        self._on_step(step)


def can_grow(heap: Heap) -> bool:
    """Whether the old generation could still take a semispace and 64 MB more, so that marking need not hurry."""
    return heap.can_expand_old(heap.new.capacity_pages * heap.config.page_size + 64 * MB)
