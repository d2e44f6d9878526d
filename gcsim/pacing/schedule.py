"""Schedule: when marking starts, and how many bytes each of its steps should mark.

The idea: marking a large heap in one pause is too long, so it is cut into steps between which the program
runs. Start too late or step too slowly, and the program fills the heap before marking is done; step too fast,
and the steps are pauses themselves. So V8 keeps an account: bytes scheduled against bytes marked.

When it starts: with more than one semispace's capacity left below the limit, not at all; with less, soon
(soft: a task is posted, which a program that never returns to its event loop never runs); with nothing left,
now (hard). An old generation of 8 MB or less is never marked in steps.

What is scheduled: each step on allocation (after 64 KB of young or 256 KB of old allocation) schedules what
was allocated in the old generation since the last one, and a 256th of what the old generation held at the
start, between 64 KB and 256 KB. A task schedules by time, so that all would be done within 500 ms.

What a step marks: what is scheduled and not yet marked; a step on allocation may lag behind by 1 MB, to leave
work to tasks. Not more than fits in 90 % of the step's time at the measured speed, and always 64 KB.

How far past the limit is too far: half of the limit or 32 MB, whichever is more, but at most half of the way
to the maximum. If marking is complete by then, the next collection is a full one.

Source: V8 src/heap/incremental-marking.cc, gc-idle-time-handler.cc EstimateMarkingStepSize, heap.cc
IncrementalMarkingLimitReached and AllocationLimitOvershotByLargeMargin; sequences of steps printed by
`--trace-incremental-marking` of Node 20 come out in KB (measured).
Left out: bytes that helper threads mark (add them to `marked_bytes`), the embedder's heap and the global
limit, optimise-for-memory mode. V8 takes the old generation's size now, not at the start, where it cannot
grow.
"""

from enum import Enum
from typing import Final

from gcsim.units import KB, MB

YOUNG_STEP_BYTES: Final = 64 * KB
"""Allocation in new space after which a step runs."""
OLD_STEP_BYTES: Final = 256 * KB
"""Allocation in the old generation after which a step runs."""
DEFAULT_MARKING_BYTES_PER_MS: Final = 128.0 * KB
"""The marking speed that is assumed before one was measured."""
ACTIVATION_BYTES: Final = 8 * MB
MIN_STEP_BYTES: Final = 64 * KB
MAX_PROGRESS_BYTES: Final = 256 * KB
MAX_STEP_BYTES: Final = 700 * MB
ALLOCATION_MARGIN_BYTES: Final = 1 * MB
TARGET_STEP_COUNT: Final = 256
TARGET_STEP_COUNT_NEAR_LIMIT: Final = 32
STEP_TIME_RATIO: Final = 0.9
TASK_STEP_MS: Final = 1.0
TARGET_WALLTIME_MS: Final = 500.0
MIN_SCHEDULE_INTERVAL_MS: Final = 10.0
SMALL_HEAP_MARGIN_BYTES: Final = 32 * MB


class MarkingStart(Enum):
    """How urgent it is to start marking (heap.h IncrementalMarkingLimit)."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


def marking_start(
    old_bytes: int, limit_bytes: int, new_space_capacity_bytes: int, *, activation_bytes: int = ACTIVATION_BYTES
) -> MarkingStart:
    """Whether marking should not start, start in a task (soft), or start at once (hard).

    `new_space_capacity_bytes` is what one semispace can hold: its pages without their headers.
    """
    if old_bytes <= activation_bytes:
        return MarkingStart.NONE
    available_bytes = max(0, limit_bytes - old_bytes)
    if available_bytes > new_space_capacity_bytes:
        return MarkingStart.NONE
    return MarkingStart.SOFT if available_bytes else MarkingStart.HARD


def overshoot_margin(limit_bytes: int, max_old_bytes: int) -> int:
    """From how many bytes above the limit on the old generation has overshot it by a large margin."""
    to_halfway_bytes = max(0, max_old_bytes - limit_bytes) // 2
    return min(max(limit_bytes // 2, SMALL_HEAP_MARGIN_BYTES), to_halfway_bytes)


def is_large_overshoot(old_bytes: int, limit_bytes: int, max_old_bytes: int) -> bool:
    """Whether the old generation is so far above its limit that finished marking must be used now."""
    overshoot_bytes = old_bytes - limit_bytes
    return overshoot_bytes > 0 and overshoot_bytes >= overshoot_margin(limit_bytes, max_old_bytes)


class MarkingSchedule:
    """The account of one marking cycle that began at `start_ms`; `scheduled_bytes` should be marked by now.

    `updated_ms` is when a task last added to it.

    `initial_old_bytes` is what the old generation held then, `can_grow` whether it could still take a
    semispace and 64 MB more; set it anew when that changes.
    """

    def __init__(self, initial_old_bytes: int, *, can_grow: bool, start_ms: float) -> None:
        self.initial_old_bytes = initial_old_bytes
        self.can_grow = can_grow
        self.scheduled_bytes = 0
        self.updated_ms = start_ms

    @property
    def progress_bytes(self) -> int:
        """What each step on allocation schedules in any case, so that marking comes to an end."""
        if not self.can_grow:
            return self.initial_old_bytes // TARGET_STEP_COUNT_NEAR_LIMIT
        return min(max(self.initial_old_bytes // TARGET_STEP_COUNT, MIN_STEP_BYTES), MAX_PROGRESS_BYTES)

    def step_on_allocation(
        self,
        old_allocated_since_last_step_bytes: int,
        marked_bytes: int,
        speed_bytes_per_ms: float,
        max_step_ms: float = 5.0,
    ) -> int:
        """The bytes that a step now should mark; its share of the schedule is added.

        `marked_bytes` is what this cycle marked so far, `speed_bytes_per_ms` how fast (0: not known yet).
        """
        self.scheduled_bytes += self.progress_bytes + old_allocated_since_last_step_bytes
        behind_bytes = self.scheduled_bytes - marked_bytes - ALLOCATION_MARGIN_BYTES
        return _step_bytes(behind_bytes, speed_bytes_per_ms, max_step_ms)

    def step_in_task(self, now_ms: float, marked_bytes: int, speed_bytes_per_ms: float) -> int:
        """The bytes that a task's step at `now_ms` should mark, in about 1 ms at most.

        Every 10 ms the time that went by is added to the schedule.
        """
        if now_ms >= self.updated_ms + MIN_SCHEDULE_INTERVAL_MS:
            elapsed_ms = min(now_ms - self.updated_ms, TARGET_WALLTIME_MS)
            self.scheduled_bytes += int(elapsed_ms / TARGET_WALLTIME_MS * self.initial_old_bytes)
            self.updated_ms = now_ms
        return _step_bytes(self.scheduled_bytes - marked_bytes, speed_bytes_per_ms, TASK_STEP_MS)


def _step_bytes(behind_bytes: int, speed_bytes_per_ms: float, max_step_ms: float) -> int:
    speed = speed_bytes_per_ms or DEFAULT_MARKING_BYTES_PER_MS
    fitting_bytes = int(min(speed * max_step_ms * STEP_TIME_RATIO, MAX_STEP_BYTES))
    return max(min(behind_bytes, fitting_bytes), MIN_STEP_BYTES)
