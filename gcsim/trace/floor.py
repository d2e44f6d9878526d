r"""Floor: what the collections of one process leave behind, which is all that a log says about a leak.

After a full collection the heap holds what is reachable, and what died while it was marked: the live size. After a
scavenge it also holds what was promoted and has died since, so these lows may climb in a healthy program. A climb means
something only if a full collection has shown how much of it was garbage:

    MB                            o---- 14.5  a full collection begins
             . ' ' climb of       |\          freed_mb
           . '     the lows  . ' '| \
         . '     . ' '            |  o---- 13.4  the live size
    3.2 o ' ' base                |              marked_mb: the low when marking began

What was there when marking began is judged: it had climbed by `marked_mb - base_mb` since the last full collection, or
since the log began. Of this at most `freed_mb` were garbage, and at least what is left of that when all that was
allocated since the last low was garbage too. What was allocated while marking ran is not judged: much of it floats
through this collection. So for each full collection there is an interval, `garbage_low` to `garbage_high`, in which the
share of the climb lies that was garbage.

Cost: one pass, constant memory. At most `MAX_LOWS` lows are kept; when there are more, each two neighbours become one,
the lower. Of full collections the newest `MAX_MAJORS` are kept.

Source: V8 11.3, measured on recorded runs whose live size is known: in leaks at most 0.22 of the climb were freed,
where objects die after promotion 0.53 or more.
Left out: what shrinks by itself (weak references) between collections; memory outside of V8's heap.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from typing import Final

from attrs import define, field, frozen

from gcsim.events import Kind
from gcsim.trace.line import GcLine

MAX_LOWS: Final = 1 << 16
MAX_MAJORS: Final = 1 << 12


@frozen(kw_only=True)
class Major:
    """A full collection and what it says about the climb before it. Sizes in MB, `mu` as printed or None.

    `since_low_mb`: allocated since the last low, all of which may have been garbage.
    """

    line_number: int
    time_ms: float
    allocated_mb: float
    base_mb: float
    marked_mb: float
    before_mb: float
    after_mb: float
    since_low_mb: float
    average_mu: float | None
    current_mu: float | None
    reason: str | None

    @property
    def climb_mb(self) -> float:
        """How far the lows had climbed when marking began; what this collection judges."""
        return self.marked_mb - self.base_mb

    @property
    def freed_mb(self) -> float:
        """What it freed, young garbage included."""
        return self.before_mb - self.after_mb

    @property
    def garbage_high(self) -> float:
        """The largest share of the climb that may have been garbage, at most 1."""
        return _share(self.freed_mb, self.climb_mb)

    @property
    def garbage_low(self) -> float:
        """The share of the climb that was garbage in any case."""
        return _share(self.freed_mb - self.since_low_mb, self.climb_mb)


def _share(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 1.0


@define
class Lows:
    """Points, oldest first: what was left after a collection. Times in ms, sizes in MB."""

    times_ms: "array[float]" = field(factory=lambda: array("d"))
    allocated_mb: "array[float]" = field(factory=lambda: array("d"))
    sizes_mb: "array[float]" = field(factory=lambda: array("d"))
    line_numbers: "array[int]" = field(factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.times_ms)

    def add(self, time_ms: float, allocated_mb: float, size_mb: float, line_number: int) -> None:
        """One more point is at the end."""
        self.times_ms.append(time_ms)
        self.allocated_mb.append(allocated_mb)
        self.sizes_mb.append(size_mb)
        self.line_numbers.append(line_number)

    def since(self, time_ms: float) -> "Lows":
        """The points at that time and after it."""
        return self.part(bisect_left(self.times_ms, time_ms), len(self))

    def part(self, start: int, stop: int) -> "Lows":
        """The points from `start` to before `stop`."""
        return Lows(
            self.times_ms[start:stop],
            self.allocated_mb[start:stop],
            self.sizes_mb[start:stop],
            self.line_numbers[start:stop],
        )

    def at(self, time_ms: float) -> float:
        """The size of the last point that is not after that time; of the first if all are."""
        return self.sizes_mb[max(0, bisect_right(self.times_ms, time_ms) - 1)]

    def thin(self) -> None:
        """Of each two neighbours only the lower is left; the number of points is even."""
        sizes = self.sizes_mb
        kept = [index + (sizes[index + 1] < sizes[index]) for index in range(0, len(self), 2)]
        for column in (self.times_ms, self.allocated_mb, self.sizes_mb):
            column[:] = array("d", [column[index] for index in kept])
        self.line_numbers[:] = array("q", [self.line_numbers[index] for index in kept])


@define
class Floor:
    """The floor of one process, filled line by line in the order of the log.

    `lows` has a point for each collection; `majors` the full ones. `allocated_mb`: what the program allocated between
    the lines. `paused_ms`, `marking_ms`: time in pauses, and in marking steps between them.
    """

    lows: Lows = field(factory=Lows)
    majors: deque[Major] = field(factory=lambda: deque(maxlen=MAX_MAJORS))
    collections: int = 0
    scavenges: int = 0
    allocated_mb: float = 0.0
    paused_ms: float = 0.0
    marking_ms: float = 0.0
    peak_mb: float = 0.0
    first_line: int = 0
    last_line: int = 0
    first_ms: float = 0.0
    last_ms: float = 0.0
    base_mb: float = 0.0
    after_mb: float = 0.0

    @property
    def span_ms(self) -> float:
        """From the begin of the first collection to the end of the last."""
        return self.last_ms - self.first_ms

    def add(self, line: GcLine) -> None:
        """The line is part of the floor."""
        if self.collections:
            self.allocated_mb += max(0.0, line.used_before_mb - self.after_mb)
        else:
            self.first_line, self.base_mb = line.line_number, line.used_after_mb
            self.first_ms = line.time_ms - line.pause_ms
        if line.kind is Kind.SCAVENGE:
            self.scavenges += 1
        elif self.collections:
            self._add_major(line)
        else:
            self.majors.append(self._major(line, marked_mb=line.used_after_mb))
        self._count(line)
        self.lows.add(line.time_ms, self.allocated_mb, line.used_after_mb, line.line_number)
        if len(self.lows) == MAX_LOWS:
            self.lows.thin()

    def _count(self, line: GcLine) -> None:
        self.collections += 1
        self.paused_ms += line.pause_ms
        self.peak_mb = max(self.peak_mb, line.used_before_mb, line.used_after_mb)
        self.last_line, self.last_ms, self.after_mb = line.line_number, line.time_ms, line.used_after_mb

    def _add_major(self, line: GcLine) -> None:
        marking = line.incremental
        walltime_ms = max(line.pause_ms, (marking.walltime_ms or 0.0) if marking else 0.0)
        self.marking_ms += marking.duration_ms if marking else 0.0
        self.majors.append(self._major(line, marked_mb=self.lows.at(line.time_ms - walltime_ms + 1)))
        self.base_mb = line.used_after_mb

    def _major(self, line: GcLine, *, marked_mb: float) -> Major:
        return Major(
            line_number=line.line_number,
            time_ms=line.time_ms,
            allocated_mb=self.allocated_mb,
            base_mb=self.base_mb,
            marked_mb=marked_mb,
            before_mb=line.used_before_mb,
            after_mb=line.used_after_mb,
            since_low_mb=max(0.0, line.used_before_mb - self.after_mb),
            average_mu=line.average_mu,
            current_mu=line.current_mu,
            reason=line.reason,
        )
