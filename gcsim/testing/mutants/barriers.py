"""Seeded bugs of the write barrier (R)."""

from collections.abc import Callable
from typing import Any

from gcsim.heap import barriers
from gcsim.heap.barriers import Value, slot_of
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle
from gcsim.testing.mutants.record import Ran, Seed, change, mutant

Write = Callable[[Handle, str | int, Value], None]


@mutant("K01", "R", "R1 G1")
def stores_are_not_recorded(ran: Ran) -> Seed:
    """A plain store of a young object into an old one does not record the slot."""

    def make(make_write: Callable[[Heap], Write]) -> Callable[[Heap], Write]:
        def make_forgetful(heap: Heap) -> Write:
            write, slots = make_write(heap), heap.remembered.slots

            def forgetful(holder: Handle, field: str | int, value: Value) -> None:
                slot = slot_of(heap, holder, field)
                known = slot in slots
                write(holder, field, value)
                if slot in slots and not known:
                    ran()
                    slots.remove(slot)

            return forgetful

        return make_forgetful

    return change(barriers, "make_write", make)


@mutant("K29", "R", "R2 R1 M4")
def ranges_are_not_recorded(ran: Ran) -> Seed:
    """Copying and filling elements has no barrier."""

    def skip(heap: Heap, holder: int, first: int, count: int) -> None:
        words = heap.memory.words[first : first + count]
        if any(word > 0 for word in words) and (heap.marking or not heap.is_young(holder)):
            ran()

    def make(original: Any) -> Any:
        return skip

    return change(barriers, "record_range", make)
