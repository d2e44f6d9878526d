"""Costs: what work takes, in milliseconds.

The idea: gcsim never looks at a clock. Work is counted (bytes, objects, slots) and its price is looked up
here, so that a run repeats to the byte. The prices were fitted to pauses of Node 20 on one machine of two
cores, with V8's helper threads on: absolute times belong to that machine, the ratios between them carry
further.

The rule: each price is a straight line. A scavenge costs a fixed part and its survivors, by byte, by object
and by remembered slot; what died costs nothing. A full collection costs a fixed part and what lives. It is
split into marking and the rest, since incremental marking moves the first out of the pause:

    pause = rest (fixed + per live byte, object)  +  marking (fixed + per byte, object marked in the pause)

If all of the marking happens in the pause, this is the fitted line of an atomic full collection. The fixed
part of marking is mostly that of the program-independent heap of some 3 MB, so `live_bytes` should not
contain that heap; of this part the pause keeps the share that its own marking has of all marking.

How sure: bytes, objects and slots go together in the programs measured, so trust a sum more than a
coefficient. No coefficient used came out negative. Marking's price per byte is not clearly above 0 (90 %
interval 0.0003 to 0.233), and neither are the differences that make up "rest" per byte and per object.
Sweeping is not measurable: its background time was 2.4 +- 2.3 ms whatever the size, its prices -0.0008 per
10^6 bytes and -0.0001 per 1000 objects with intervals around 0. It costs nothing here.

Source: least squares over the medians of 28 kinds of scavenge (R2 0.98), and over the second quietest of four
atomic full collections of each of 30 heaps (R2 0.91) (measured).
Left out: noise, caches, page faults, the number of threads, and marking of the initial heap in steps.
"""

from typing import Any, Final

from attrs import field, frozen

from gcsim.config import at_least

MILLION: Final = 1_000_000
THOUSAND: Final = 1_000


def price(default: float, unit: str, *, exclusive: bool = False) -> Any:
    """A coefficient: a number from 0 up (not 0 itself if `exclusive`)."""
    return field(default=default, metadata={"unit": unit}, validator=at_least(0, exclusive=exclusive))


@frozen(kw_only=True)
class CostModel:
    """The prices of work: ms, per 10^6 bytes (`mb`), per 1000 objects, per 1000 remembered slots.

    Raises:
        ConfigError: a price is not a number or negative.
    """

    scavenge_fixed_ms: float = price(0.55181, "ms")
    """90 % interval 0.443 to 0.624."""
    scavenge_ms_per_mb: float = price(0.47122, "ms")
    """90 % interval 0.274 to 0.652."""
    scavenge_ms_per_1000_objects: float = price(0.02014, "ms")
    """90 % interval 0.009 to 0.037."""
    scavenge_ms_per_1000_slots: float = price(0.03314, "ms")
    """90 % interval 0.022 to 0.050."""

    marking_fixed_ms: float = price(4.0124, "ms")
    """90 % interval 3.288 to 4.961; holds the marking of the initial heap."""
    marking_ms_per_mb: float = price(0.15477, "ms")
    """90 % interval 0.0003 to 0.233: hardly told from 0."""
    marking_ms_per_1000_objects: float = price(0.05045, "ms")
    """90 % interval 0.038 to 0.065."""

    rest_fixed_ms: float = price(1.58011, "ms")
    """A whole atomic pause's 5.59251 (interval 4.496 to 6.856) less marking's."""
    rest_ms_per_mb: float = price(0.19099, "ms")
    """A whole atomic pause's 0.34576 (interval 0.177 to 0.437) less marking's: the intervals overlap."""
    rest_ms_per_1000_objects: float = price(0.00971, "ms")
    """A whole atomic pause's 0.06016 (interval 0.046 to 0.077) less marking's: the intervals overlap."""

    evacuation_ms_per_mb: float = price(0.65, "ms")
    """What one thread of Node 20 needs to move live bytes, those of pages promoted whole included (helpers off):
    median of 12 programs, 0.25 to 1.09; 0.43 for pages promoted whole and 1.8 for objects moved one by one."""

    step_fixed_ms: float = price(0.02, "ms")
    """With the marking's prices, what the steps of quiet recorded cycles took, one thread: 64 KB of objects of 48 bytes
    0.09 ms, 171 KB of larger ones 0.08, 256 KB 0.36. In cycles that catch up after a scavenge, ordinary steps took half
    of that: what the barrier pushes is still in the cache."""

    mutator_bytes_per_ms: float = price(487_396.6, "bytes per ms", exclusive=True)
    """Allocation of a running program: median of 119 intervals between scavenges, 124,000 to 2,080,000."""

    def scavenge_ms(self, survived_bytes: int, survived_objects: int, slots: int) -> float:
        """The pause of a scavenge that found so much alive through roots and `slots` remembered slots."""
        return (
            self.scavenge_fixed_ms
            + self.scavenge_ms_per_mb * survived_bytes / MILLION
            + self.scavenge_ms_per_1000_objects * survived_objects / THOUSAND
            + self.scavenge_ms_per_1000_slots * slots / THOUSAND
        )

    def marking_ms(self, marked_bytes: int, marked_objects: int) -> float:
        """The work of marking, without any fixed part."""
        return (
            self.marking_ms_per_mb * marked_bytes / MILLION
            + self.marking_ms_per_1000_objects * marked_objects / THOUSAND
        )

    def step_ms(self, marked_bytes: int, marked_objects: int) -> float:
        """The time of one incremental step on the main thread."""
        return self.step_fixed_ms + self.marking_ms(marked_bytes, marked_objects)

    def mark_sweep_pause_ms(
        self, marked_in_pause_bytes: int, marked_in_pause_objects: int, live_bytes: int, live_objects: int
    ) -> float:
        """The pause of a full collection that leaves so much alive.

        `marked_in_pause_*` is what had not been marked before it began: all that lives, if it is atomic.
        """
        return (
            self.rest_fixed_ms
            + self.rest_ms_per_mb * live_bytes / MILLION
            + self.rest_ms_per_1000_objects * live_objects / THOUSAND
            + self.marking_in_pause_ms(marked_in_pause_bytes, marked_in_pause_objects, live_bytes)
        )

    def marking_in_pause_ms(self, marked_in_pause_bytes: int, marked_in_pause_objects: int, live_bytes: int) -> float:
        """The part of `mark_sweep_pause_ms` that is marking."""
        share = min(1.0, marked_in_pause_bytes / live_bytes) if live_bytes else 1.0
        return self.marking_fixed_ms * share + self.marking_ms(marked_in_pause_bytes, marked_in_pause_objects)

    def evacuation_ms(self, moved_bytes: int) -> float:
        """The part of a full collection's pause in which objects are moved; it is contained in that pause."""
        return self.evacuation_ms_per_mb * moved_bytes / MILLION

    def mutator_ms(self, allocated_bytes: int) -> float:
        """How long the program runs to allocate so much."""
        return allocated_bytes / self.mutator_bytes_per_ms
