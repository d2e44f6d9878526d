"""Allocation rates: how fast the program allocates, and whether that is so slow that time is no reason not to collect.

The idea: a collector that is fast compared with the program costs it nearly nothing. So V8 asks which share of the
time the program would keep if it went on allocating at its rate and every byte had to be collected:

    mu = gc speed / (allocation rate + gc speed)               the rate is low if mu > 0.993

It asks for the young generation, whose gc speed is bytes that survived over the pauses of scavenges, and for the old
one, with the speed of full collections. Then three things may follow: the memory reducer starts (both rates low), a
scavenge lowers the limit of the old generation (the young rate low), and new space shrinks (all allocation below
1000 bytes per ms; that rule compares with no gc speed and is in `new_space.py`).

Samples: at the begin of each pause, and when the memory reducer's timer fires, the bytes allocated since the last
sample and the time that went by are added to an open interval. The end of a pause closes it. A rate is bytes over
ms of the open interval and the last ten closed ones; or, with a window, of the newest of them that fill it. What a
scavenge promotes counts as allocated in the old generation, after it. The first sample only sets the clock.

Why idleness takes its time to be seen: without a window, what a program allocated in its first second is spread
over more and more idle time. After 37 MB were promoted and nothing was marked, that took Node 20 32 s.

Complexity: O(1) for a sample and a rate. Source: V8 11.3 src/heap/gc-tracer.cc (SampleAllocation, AddAllocation),
heap.cc (ComputeMutatorUtilization, HasLowAllocationRate); rates printed by `--trace-gc-nvp` and
`--trace-mutator-utilization` of Node 20 come out within their rounding (measured).
Left out: the embedder's memory, whose rate is 1 byte per ms in Node; new large objects, which V8 does not count
either.
"""

from typing import Final

from gcsim.pacing.utilization import SpeedRing

THROUGHPUT_WINDOW_MS: Final = 5_000.0
"""kThroughputTimeFrameMs (gc-tracer.h)."""
HIGH_MUTATOR_UTILIZATION: Final = 0.993
CONSERVATIVE_GC_BYTES_PER_MS: Final = 200_000.0
"""The gc speed that is assumed before one was measured (heap.cc)."""


class AllocationRate:
    """The rate of one generation: closed intervals and an open one."""

    __slots__ = ("_closed", "_open_bytes", "_open_ms")

    def __init__(self) -> None:
        self._closed = SpeedRing()
        self._open_bytes, self._open_ms = 0, 0.0

    def add(self, allocated_bytes: int, duration_ms: float) -> None:
        """So much was allocated in so long a part of the open interval."""
        self._open_bytes += allocated_bytes
        self._open_ms += duration_ms

    def close(self) -> None:
        """A pause has ended: the open interval is closed, unless no time passed in it, and a new one begins."""
        if self._open_ms > 0:
            self._closed.record(self._open_bytes, self._open_ms)
        self._open_bytes, self._open_ms = 0, 0.0

    def bytes_per_ms(self, window_ms: float | None = None) -> float:
        """Bytes allocated per ms, 1 at least; 0.0 if no time was sampled."""
        return self._closed.bytes_per_ms(window_ms, self._open_bytes, self._open_ms)


class AllocationRates:
    """The rates of both generations, from their sizes at samples and at the ends of pauses."""

    __slots__ = ("_new_seen_bytes", "_old_seen_bytes", "_seen_ms", "old", "young")

    def __init__(self) -> None:
        self.young = AllocationRate()
        self.old = AllocationRate()
        self._seen_ms: float | None = None
        self._new_seen_bytes = self._old_seen_bytes = 0

    def sample(self, now_ms: float, new_bytes: int, old_bytes: int) -> None:
        """New space and the old generation hold so much now; what they gained belongs to the open interval."""
        if self._seen_ms is not None:
            duration_ms = now_ms - self._seen_ms
            self.young.add(max(0, new_bytes - self._new_seen_bytes), duration_ms)
            self.old.add(max(0, old_bytes - self._old_seen_bytes), duration_ms)
        self._seen(now_ms, new_bytes, old_bytes)

    def pause_ended(self, now_ms: float, new_bytes: int, old_bytes: int, promoted_bytes: int) -> None:
        """A collection ended and left so much; what it promoted counts as allocated after it."""
        self.young.close()
        self.old.close()
        self._seen(now_ms, new_bytes, old_bytes - promoted_bytes)

    def total_bytes_per_ms(self) -> float:
        """What is allocated in both generations per ms of the last 5 s; 0.0 if no time was sampled."""
        return self.young.bytes_per_ms(THROUGHPUT_WINDOW_MS) + self.old.bytes_per_ms(THROUGHPUT_WINDOW_MS)

    def _seen(self, now_ms: float, new_bytes: int, old_bytes: int) -> None:
        self._seen_ms = now_ms
        self._new_seen_bytes, self._old_seen_bytes = new_bytes, old_bytes


def mutator_share(allocation_bytes_per_ms: float, gc_bytes_per_ms: float) -> float:
    """The share of the time that a program keeps if all it allocates is collected, 0 to 1.

    0.0 without an allocation rate; a gc speed of 0 means that there is none yet.
    """
    if allocation_bytes_per_ms == 0:
        return 0.0
    speed = gc_bytes_per_ms or CONSERVATIVE_GC_BYTES_PER_MS
    return speed / (allocation_bytes_per_ms + speed)


def is_low(allocation_bytes_per_ms: float, gc_bytes_per_ms: float) -> bool:
    """Whether so slow a program hardly notices that it is collected."""
    return mutator_share(allocation_bytes_per_ms, gc_bytes_per_ms) > HIGH_MUTATOR_UTILIZATION
