"""Mutator utilization and speeds: what V8 remembers of its own past.

The idea: how often to collect is a bargain between memory and time, and to strike it the collector has to
know how fast the program fills the old generation, how fast it is collected, and which share of the time is
left for the program. That share is the mutator utilization, mu; a trace line ends with it.

The rule for mu: only full collections count. At the end of each one, the time since the end of the one before
is split into collection (its pause, and the marking that was done in steps before) and mutator (the rest, in
which scavenges are contained). `current` is the mutator's share of the last interval. `average` is the share
of two running means that give the newest interval half of the weight. The first full collection only sets the
clock, so both stay at 1.

The rule for a speed: bytes and milliseconds of the last ten events, sum by sum, and the quotient kept between
1 byte and 1 GB per ms. A window in ms makes it stop at the newest events that fill it.

The speed of incremental marking has a rule of its own: while the first cycle runs, all of its steps; from then on what
the cycles that ended had, the newest counting half.

    1.0, 1.0  --first full GC-->  1.0, 1.0  --second-->  average == current  --third-->  they part

Source: V8 src/heap/gc-tracer.cc RecordMutatorUtilization and AverageSpeed; the numbers of a trace line of
Node 20 with sixteen full collections come out within the rounding of its clock (measured).
Left out: time in the embedder's own heap, V8's second mu for the young generation, and steps that marked
nothing, which V8 does not count.
"""

from collections import deque
from typing import Final

from gcsim.units import MB

RING_EVENTS: Final = 10
"""How many events a ring remembers (src/heap/gc-tracer.h, base::RingBuffer)."""
MIN_BYTES_PER_MS: Final = 1.0
MAX_BYTES_PER_MS: Final = 1024.0 * MB


class MutatorUtilization:
    """The two mu of a trace line, 0 to 1, from the full collections recorded so far."""

    def __init__(self) -> None:
        self._previous_end_ms: float | None = None
        self._mean_gc_ms = 0.0
        self._mean_mutator_ms = 0.0
        self._current = 1.0

    @property
    def average(self) -> float:
        """The mutator's share of the time, newer intervals weighing more; 1.0 before the second full GC."""
        total_ms = self._mean_gc_ms + self._mean_mutator_ms
        return self._mean_mutator_ms / total_ms if total_ms else 1.0

    @property
    def current(self) -> float:
        """The mutator's share of the time between the last two full collections' ends; 1.0 at the start."""
        return self._current

    def record_full_gc(self, end_ms: float, gc_ms: float) -> None:
        """A full collection that ended at `end_ms` is counted; never call it for a scavenge.

        `gc_ms` is its pause plus its incremental marking on the main thread.
        """
        if self._previous_end_ms is not None:
            self._add(end_ms - self._previous_end_ms, gc_ms)
        self._previous_end_ms = end_ms

    def _add(self, total_ms: float, gc_ms: float) -> None:
        mutator_ms = max(0.0, total_ms - gc_ms)  # rounding, where the program did not run at all
        if self._mean_gc_ms == 0 and self._mean_mutator_ms == 0:
            self._mean_gc_ms, self._mean_mutator_ms = gc_ms, mutator_ms
        else:
            self._mean_gc_ms = (self._mean_gc_ms + gc_ms) / 2
            self._mean_mutator_ms = (self._mean_mutator_ms + mutator_ms) / 2
        self._current = mutator_ms / total_ms if total_ms else 0.0


class SpeedRing:
    """The speed over the last ten events."""

    def __init__(self) -> None:
        self._samples: deque[tuple[int, float]] = deque(maxlen=RING_EVENTS)

    def record(self, size_bytes: int, duration_ms: float) -> None:
        """An event that handled `size_bytes` in `duration_ms` is remembered; the eleventh oldest is not."""
        self._samples.append((size_bytes, duration_ms))

    def bytes_per_ms(self, window_ms: float | None = None, open_bytes: int = 0, open_ms: float = 0.0) -> float:
        """Total bytes over total time, from 1 to 1 GB per ms; 0.0 if no time was recorded.

        `window_ms`: only the newest events that fill it. `open_*`: an event that is not over, newer than all others.
        """
        total_bytes, total_ms = open_bytes, open_ms
        for size_bytes, duration_ms in reversed(self._samples):
            if window_ms is not None and total_ms >= window_ms:
                break
            total_bytes += size_bytes
            total_ms += duration_ms
        if total_ms == 0:
            return 0.0
        return min(max(total_bytes / total_ms, MIN_BYTES_PER_MS), MAX_BYTES_PER_MS)


class MarkingSpeed:
    """The speed of marking in steps (gc-tracer.cc IncrementalMarkingSpeedInBytesPerMillisecond)."""

    def __init__(self) -> None:
        self._recorded = 0.0
        self._cycle_bytes = 0
        self._cycle_ms = 0.0

    def record_step(self, marked_bytes: int, duration_ms: float) -> None:
        """A step marked so much; one that marked nothing does not count."""
        if marked_bytes:
            self._cycle_bytes += marked_bytes
            self._cycle_ms += duration_ms

    def end_cycle(self) -> None:
        """The cycle under way, if it had steps, is recorded."""
        if self._cycle_ms:
            speed = self._cycle_bytes / self._cycle_ms
            self._recorded = (self._recorded + speed) / 2 if self._recorded else speed
        self._cycle_bytes, self._cycle_ms = 0, 0.0

    def bytes_per_ms(self) -> float:
        """Bytes marked in a ms; 0.0 before the first step."""
        if self._recorded or not self._cycle_ms:
            return self._recorded
        return self._cycle_bytes / self._cycle_ms
