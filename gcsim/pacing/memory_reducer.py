"""The memory reducer: collecting the heap of a program that has nothing to do.

The idea: a limit brings a collection when a program has allocated enough. A program that stops allocating never
gets there, and what it left behind would stay for ever. So V8 looks after a while whether the program is idle, and
if so marks the heap in the pauses of its event loop and gives back what is free.

The rule is a machine with three states, moved by three events:

    DONE   nothing is planned
             possible garbage                      -> WAIT, start in 8 s
             a full collection, after which at least 10 % and 10 MB more is committed than after the last run
                                                   -> WAIT, start in 8 s
    WAIT   a timer runs
             a full collection of somebody else's  -> WAIT, start in 8 s; the timer goes on as it was
             the timer; not idle, or marking       -> WAIT, start in 8 s
             the timer; idle, but too early        -> WAIT as before
             the timer; idle, and it is time       -> RUN: the caller starts marking with the reduce-memory flag
    RUN    marking is under way
             the full collection, the first of at most three, or another one may free more
                                                   -> WAIT, start in 0.5 s
             the full collection, otherwise        -> DONE

Idle means that allocation rates are low (`allocation_rate.py`) or that memory is short. Later than 100 s after a
full collection the machine does not ask any more (the watchdog). "Possible garbage" is in a heap that has outgrown
its start by 1 MB and was never collected. After a run the heap grows slowly until the machine is armed again.

The timer is a task of the event loop, posted with 100 ms to spare, and its time begins when the loop gets to it: a
program that stays in one turn for a minute is not called idle in the middle of it.

Invariants: a timer is posted or runs exactly in WAIT; no run starts before `next_start_ms`; at most three start
before the machine is DONE again, and the first one is never the last.

Complexity: O(1) for an event. Source: V8 11.3 src/heap/memory-reducer.cc (Step, ScheduleTimer), heap.cc
(NotifyOldGenerationExpansion, HasHighFragmentation). Recorded runs of Node 20 wait, start and end as this says
(measured).
Left out: the disposal of contexts, which is possible garbage too, and pages that a browser puts in the background.
"""

from enum import Enum
from typing import Final

from gcsim.units import MB

LONG_DELAY_MS: Final = 8_000.0
"""kLongDelayMs, also the default of `--gc-memory-reducer-start-delay-ms`."""
SHORT_DELAY_MS: Final = 500.0
WATCHDOG_DELAY_MS: Final = 100_000.0
TIMER_SLACK_MS: Final = 100.0
MAX_STARTS: Final = 3
COMMITTED_FACTOR: Final = 1.1
COMMITTED_DELTA_BYTES: Final = 10 * MB
ACTIVATION_BYTES: Final = 1 * MB
"""By how much a heap that was never collected has outgrown its start when it may hold garbage."""
FREED_BYTES: Final = 1 * MB
FRAGMENTATION_SLACK_BYTES: Final = 16 * MB


class ReducerState(Enum):
    """What the memory reducer is doing."""

    DONE = "done"
    WAIT = "wait"
    RUN = "run"


class MemoryReducer:
    """The machine of one heap.

    `started`: how many collections it started since it was last DONE. `next_start_ms`: in WAIT, the earliest time of
    the next start. `timer_ms`: when the running timer fires, or None.
    """

    __slots__ = (
        "_committed_at_last_run_bytes", "_has_run", "_last_gc_ms", "_posted_delay_ms", "next_start_ms", "started",
        "state", "timer_ms",
    )  # fmt: skip

    def __init__(self) -> None:
        self.state = ReducerState.DONE
        self.started = 0
        self.next_start_ms = 0.0
        self.timer_ms: float | None = None
        self._posted_delay_ms: float | None = None
        self._last_gc_ms: float | None = None
        self._committed_at_last_run_bytes = 0
        self._has_run = False

    @property
    def timer_is_posted(self) -> bool:
        """Whether a timer waits for the event loop."""
        return self._posted_delay_ms is not None

    @property
    def grows_slowly(self) -> bool:
        """Whether a run is over and the heap has not grown since, so that it should grow slowly."""
        return self.state is ReducerState.DONE and self._has_run

    def possible_garbage(self, now_ms: float) -> None:
        """The heap may hold garbage: if nothing is planned yet, it will be looked at in 8 s."""
        if self.state is ReducerState.DONE:
            self._wait(now_ms, LONG_DELAY_MS)
            self._post_timer(now_ms)

    def full_gc_ended(self, now_ms: float, committed_bytes: int, *, more_likely: bool) -> None:
        """A full collection ended, whoever started it, with `committed_bytes` left in the old generation.

        `more_likely`: whether another one would probably free more; see `may_free_more`.
        """
        if self.state is ReducerState.DONE and committed_bytes < self._arming_bytes():
            return
        self._last_gc_ms = now_ms
        if self.state is ReducerState.WAIT:
            self._wait(now_ms, LONG_DELAY_MS)
        elif self.state is ReducerState.DONE:
            self._wait(now_ms, LONG_DELAY_MS)
            self._post_timer(now_ms)
        elif self.started < MAX_STARTS and (more_likely or self.started == 1):
            self._wait(now_ms, SHORT_DELAY_MS)
            self._post_timer(now_ms)
        else:
            self.state = ReducerState.DONE
            self.started = 0
            self._has_run = True
            self._committed_at_last_run_bytes = committed_bytes

    def loop_reached(self, now_ms: float) -> None:
        """The event loop gets to its tasks: the time of a posted timer begins."""
        if self._posted_delay_ms is not None:
            self.timer_ms = now_ms + self._posted_delay_ms
            self._posted_delay_ms = None

    def timer_fired(self, now_ms: float, *, idle: bool, can_start: bool) -> bool:
        """The timer fired; returns whether marking must start now. If not, the next timer is posted.

        `idle`: whether allocation rates are low or memory is short. `can_start`: whether no marking is under way.
        """
        self.timer_ms = None
        if not can_start or not (idle or self._watchdog_is_due(now_ms)):
            self._wait(now_ms, LONG_DELAY_MS)
        elif self.next_start_ms <= now_ms:
            self.state = ReducerState.RUN
            self.started += 1
            return True
        self._post_timer(now_ms)
        return False

    def _wait(self, now_ms: float, delay_ms: float) -> None:
        self.state = ReducerState.WAIT
        self.next_start_ms = now_ms + delay_ms

    def _post_timer(self, now_ms: float) -> None:
        self._posted_delay_ms = self.next_start_ms - now_ms + TIMER_SLACK_MS

    def _arming_bytes(self) -> int:
        """From how many committed bytes on a full collection arms the machine."""
        last_bytes = self._committed_at_last_run_bytes
        return max(int(last_bytes * COMMITTED_FACTOR), last_bytes + COMMITTED_DELTA_BYTES)

    def _watchdog_is_due(self, now_ms: float) -> bool:
        return self._last_gc_ms is not None and now_ms > self._last_gc_ms + WATCHDOG_DELAY_MS


def may_free_more(committed_before_bytes: int, committed_bytes: int, used_bytes: int) -> bool:
    """Whether a full collection that left so much in the old generation is probably worth repeating.

    It gave back more than 1 MB, or more is committed than twice what is used and 16 MB (fragmentation).
    """
    gave_back = committed_before_bytes > committed_bytes + FREED_BYTES
    return gave_back or committed_bytes - used_bytes > used_bytes + FRAGMENTATION_SLACK_BYTES
