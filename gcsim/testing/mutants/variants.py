"""Legal variants: what a collector may do in another way. Nothing may be found in them."""

from collections.abc import Callable, Sequence
from typing import Any

from gcsim.collectors import sweep
from gcsim.heap import barriers
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK
from gcsim.heap.old_space import OldSpace, Page
from gcsim.heap.roots import Handle
from gcsim.sim import mutator
from gcsim.testing.mutants.marking import marking_with
from gcsim.testing.mutants.record import Ran, Seed, change, variant
from gcsim.testing.plain import PageSweep, PlainMarker, PlainMarkSweep, PlainScavenger
from gcsim.testing.seams import Change
from gcsim.testing.simulated import SimulatedBed


@variant("V01")
def breadth_first(ran: Ran) -> Seed:
    """Marks breadth first instead of depth first."""

    class BreadthFirst(PlainMarker):
        def next_grey(self) -> int:
            if len(self.waiting) > 1:
                ran()
                return self.waiting.pop(0)
            return super().next_grey()

    return marking_with(BreadthFirst)


@variant("V02")
def last_field_first(ran: Ran) -> Seed:
    """Copies what an object refers to in the reverse order of its fields."""

    class LastFieldFirst(PlainScavenger):
        def fields_of(self, holder: int) -> Sequence[int]:
            fields = super().fields_of(holder)
            if len(fields) > 1:
                ran()
            return fields[::-1]

    return Seed(young=LastFieldFirst)


@variant("V03")
def remembers_too_much(ran: Ran) -> Seed:
    """Remembers every slot of an old object that is stored into, whatever is stored."""

    def make(record_write: Callable[[Heap, int, int, int], None]) -> Any:
        def record_more(heap: Heap, holder: int, slot: int, value: int) -> None:
            record_write(heap, holder, slot, value)
            if not heap.is_young(holder) and slot not in heap.remembered.slots:
                ran()
                heap.remembered.slots.add(slot)

        return record_more

    def plain_write(original: object) -> Any:
        def make_write(heap: Heap) -> Any:
            return lambda holder, field, value: barriers.store(heap, holder, field, value)

        return make_write

    changes = (Change(barriers, "record_write", make), Change(barriers, "make_write", plain_write))
    return Seed(changes=changes)


@variant("V04")
def nepotism(ran: Ran) -> Seed:
    """Keeps young garbage that a dead old object refers to until the next full collection."""

    class Nepotist(PlainScavenger):
        def remember(self, slot: int) -> None:
            ran()
            super().remember(slot)

    return Seed(young=Nepotist)


@variant("V05")
def born_black(ran: Ran) -> Seed:
    """Whatever is born while marking is black, young or old, so some garbage lives one cycle longer."""

    def make(make_new: Any) -> Any:
        def make_black(heap: Heap, allocate_slow: Any) -> Any:
            new = make_new(heap, allocate_slow)

            def black(*arguments: Any, **named: Any) -> Handle:
                handle: Handle = new(*arguments, **named)
                if heap.marking:
                    ran()
                    heap.memory.colors[handle.address] = BLACK
                return handle

            return black

        return make_black

    return change(mutator, "make_new", make)


@variant("V06")
def any_order(ran: Ran) -> Seed:
    """Sweeps pages in another order: the last one first."""

    def make(begin_sweep: Callable[[OldSpace], int]) -> Callable[[OldSpace], int]:
        def reversed_sweep(self: OldSpace) -> int:
            released = begin_sweep(self)
            if len(self.unswept) > 1:
                ran()
            self.unswept.reverse()
            return released

        return reversed_sweep

    return change(OldSpace, "begin_sweep", make)


@variant("V07")
def early_promotion(ran: Ran) -> Seed:
    """Promotes an object early because to-space is full."""

    class Early(PlainScavenger):
        def copy(self, address: int) -> int:
            to = super().copy(address)
            if to >= self.heap.old_start:
                ran()
            return to

    return Seed(young=Early)


@variant("V08")
def no_coalescing(ran: Ran) -> Seed:
    """Does not merge neighbouring free runs before the next sweep, and declares that W4 does not hold."""

    class NoCoalescing(PageSweep):
        def joins(self, run: int, address: int, header: int) -> bool:
            if header <= self.heap.shapes.filler_max and run:
                ran()
                return False
            return True

    class Declared(PlainMarkSweep):
        __slots__ = ()
        waived = ("W4",)

    def sweep_page(heap: Heap, page: Page) -> None:
        NoCoalescing(heap, page).run()

    return Seed(old=Declared, changes=(Change(sweep, "sweep_page", lambda original: sweep_page),))


@variant("V09")
def weak_at_majors(ran: Ran) -> Seed:
    """Clears weak references in full collections only: a scavenge follows them."""

    class Follows(PlainScavenger):
        def fields_of(self, holder: int) -> Sequence[int]:
            fields = super().fields_of(holder)
            if len(fields) > self.heap.shapes.strong_of[self.heap.memory.words[holder]]:
                ran()
            return fields

    return Seed(young=Follows)


@variant("V10")
def another_dialect(ran: Ran) -> Seed:
    """Prints its lines as Node 22 does."""

    def make(original: int) -> int:
        ran()
        return 22

    return change(SimulatedBed, "node", make)
