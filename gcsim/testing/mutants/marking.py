"""Seeded bugs of marking: roots, the worklist, budgets, large objects (M), and what must hold in steps (I)."""

from collections.abc import Iterable

from gcsim.collectors import Phase
from gcsim.heap import barriers
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, NULL, WHITE
from gcsim.testing.mutants.record import Ran, Seed, change, mutant
from gcsim.testing.plain import PlainMarker, PlainMarkSweep

DEEPEST = 4


def marking_with(marker: type[PlainMarker]) -> Seed:
    """A mark-sweep with that marker."""
    return Seed(old=type(marker.__name__, (PlainMarkSweep,), {"__slots__": (), "marker_type": marker}))


@mutant("K02", "I", "M4 M9 G1 E1 E3 E4")
def shades_the_source(ran: Ran) -> Seed:
    """The barrier shades the object that is stored into, not the one that is stored."""

    def record_write(heap: Heap, holder: int, slot: int, value: int) -> None:
        if value > NULL and heap.is_young(value) and not heap.is_young(holder):
            heap.remembered.slots.add(slot)
        if value > NULL and heap.marking:
            if heap.memory.colors[value] == WHITE:
                ran()
            heap.shade(holder)

    return change(barriers, "record_write", lambda original: record_write)


@mutant("K05", "W", "W1 M6 M1")
def sweeps_grey(ran: Ran) -> Seed:
    """The sweep begins although grey objects are left: the pause blackens one and has enough."""

    class SweepsGrey(PlainMarkSweep):
        def _remark(self, budget_bytes: int) -> int:
            done = self.marker.drain(1)
            if self.heap.worklist:
                ran()
            self.marker.weak.clear()
            self.marker.stop()
            self.phase = Phase.EVACUATE
            return done

    return Seed(old=SweepsGrey)


@mutant("K12", "M", "G7 G1 M7")
def globals_are_no_roots(ran: Ran) -> Seed:
    """The named roots are not traced."""

    class NoGlobals(PlainMarker):
        def globals(self) -> Iterable[int]:
            if self.heap.roots.globals:
                ran()
            return ()

    return marking_with(NoGlobals)


@mutant("K16", "I", "M9")
def born_white(ran: Ran) -> Seed:
    """What is born old during marking is white, and nobody looks at it again."""

    def color_newborn(self: Heap, address: int) -> None:
        if self.marking:
            ran()

    return change(Heap, "color_newborn", lambda original: color_newborn)


@mutant("K22", "M", "G1 W9 M4 M7")
def large_objects_are_unmarked(ran: Ran) -> Seed:
    """Large objects are not marked, so they are swept."""

    class SmallOnly(PlainMarker):
        def visit(self, child: int) -> int:
            if child in self.heap.large.chunks or child in self.heap.new_large.chunks:
                ran()
                return 0
            return super().visit(child)

    return marking_with(SmallOnly)


@mutant("K30", "I", "M2 G1")
def loses_the_last(ran: Ran) -> Seed:
    """The object that is taken off the worklist when the budget runs out is neither scanned nor put back."""

    class LosesTheLast(PlainMarker):
        def stop_slice(self) -> None:
            if self.found or self.waiting:
                ran()
                self.next_grey()
            super().stop_slice()

    return marking_with(LosesTheLast)


@mutant("K34", "M", "M2 M7 M4 M11")
def shallow(ran: Ran) -> Seed:
    """Marking follows references to a depth of 4, and takes what lies deeper for marked."""

    class Shallow(PlainMarker):
        __slots__ = ("_depths",)

        def blacken(self, address: int) -> int:
            if not hasattr(self, "_depths"):
                self._depths: dict[int, int] = {}
            depth = self._depths.get(address, 1) + 1
            words, colors = self.heap.memory.words, self.heap.memory.colors
            strong = self.heap.shapes.strong_of[words[address]]
            for child in words[address + 1 : address + 1 + strong]:
                if child > NULL and colors[child] == WHITE:
                    self._depths[child] = depth
                    if depth > DEEPEST and self.heap.shapes.strong_of[words[child]]:
                        ran()
                        colors[child] = BLACK
            return super().blacken(address)

    return marking_with(Shallow)
