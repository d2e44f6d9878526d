"""The memory reducer at work: what its machine is told of a heap, and when it is asked.

The machine, `pacing.memory_reducer`, knows numbers and times. This is where they come from: how far the heap has
outgrown its start, what a full collection left committed, whether the program allocates slowly, whether memory is
short. The event loop says when a turn is over, so that timers run.

Source: V8 11.3 src/heap/memory-reducer.cc (NotifyTimer, NotifyMarkCompact), heap.cc (ShouldOptimizeForMemoryUsage).
"""

from collections.abc import Callable
from math import inf
from typing import Final, TypeAlias

from gcsim.events import ReducerRun, ReducerTimer
from gcsim.heap.heap import Heap
from gcsim.pacing.limits import GrowingMode, growing_mode
from gcsim.pacing.memory_reducer import ACTIVATION_BYTES, MemoryReducer, ReducerState, may_free_more
from gcsim.sim.clock import Clock
from gcsim.sim.pacer import Pacer

SHORT_MEMORY_PARTS: Final = 8
"""Memory is short if the old generation cannot grow by this part of its maximum."""
ReducerEvent: TypeAlias = ReducerTimer | ReducerRun


class Reducer:
    """The memory reducer of one heap; it does nothing if the configuration has none.

    `on_event`: called with what V8 would say about it, or None.
    """

    __slots__ = ("_clock", "_collected", "_heap", "_machine", "_pacer", "_start_bytes", "on_event")

    def __init__(self, heap: Heap, clock: Clock, pacer: Pacer) -> None:
        self.on_event: Callable[[ReducerEvent], None] | None = None
        self._heap, self._clock, self._pacer = heap, clock, pacer
        self._machine = MemoryReducer()
        self._start_bytes = heap.old_committed_bytes()
        self._collected = False

    @property
    def timer_ms(self) -> float:
        """When the timer fires; endless if none runs."""
        return inf if self._machine.timer_ms is None else self._machine.timer_ms

    def growing_mode(self, *, reduce_memory: bool) -> GrowingMode:
        """How freely the old generation may grow after a collection with that flag."""
        short = memory_is_short(self._heap)
        return growing_mode(reduce_memory=reduce_memory, memory_is_short=short, grows_slowly=self._machine.grows_slowly)

    def loop_reached(self) -> None:
        """A turn is over: a heap that was never collected is looked at, and a timer begins to run."""
        heap, now_ms = self._heap, self._clock.now_ms
        if not heap.config.has_memory_reducer:
            return
        if not self._collected and heap.old_committed_bytes() >= self._start_bytes + ACTIVATION_BYTES:
            self._machine.possible_garbage(now_ms)
        self._machine.loop_reached(now_ms)

    def timer_fired(self, *, can_start: bool) -> bool:
        """The timer fired, and allocation was sampled; returns whether marking must start now.

        `can_start`: whether no marking is under way.
        """
        machine, now_ms = self._machine, self._clock.now_ms
        low_rate, short = self._pacer.low_allocation_rate(), memory_is_short(self._heap)
        starts = machine.timer_fired(now_ms, idle=low_rate or short, can_start=can_start)
        event = ReducerTimer(
            time_ms=now_ms,
            low_allocation_rate=low_rate,
            memory_is_short=short,
            started=machine.started if starts else 0,
            wait_ms=0.0 if starts else machine.next_start_ms - now_ms,
        )
        self._report(event)
        return starts

    def full_gc_ended(self, committed_before_bytes: int) -> None:
        """A full collection ended, before which so much was committed in the old generation."""
        heap, machine, now_ms = self._heap, self._machine, self._clock.now_ms
        self._collected = True
        if not heap.config.has_memory_reducer:
            return
        ran, number = machine.state is ReducerState.RUN, machine.started
        committed_bytes = heap.old_committed_bytes()
        more_likely = may_free_more(committed_before_bytes, committed_bytes, heap.old_bytes())
        machine.full_gc_ended(now_ms, committed_bytes, more_likely=more_likely)
        if ran:
            will_do_more = machine.state is ReducerState.WAIT
            self._report(ReducerRun(time_ms=now_ms, number=number, will_do_more=will_do_more))

    def _report(self, event: ReducerEvent) -> None:
        if self.on_event is not None:
            self.on_event(event)


def memory_is_short(heap: Heap) -> bool:
    """Whether the old generation cannot grow by an eighth of its maximum (V8's optimise-for-memory mode)."""
    return not heap.can_expand_old(heap.config.max_old_bytes // SHORT_MEMORY_PARTS)
