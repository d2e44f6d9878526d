"""Seeded bugs of the sweep (W), of what it must forget (R), and of compaction (C)."""

from gcsim.collectors import sweep
from gcsim.collectors.evacuate import Evacuator
from gcsim.collectors.mark_sweep import forget_dead_slots
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK
from gcsim.heap.old_space import Page
from gcsim.testing.mutants.record import Ran, Seed, change, mutant
from gcsim.testing.plain import PageSweep, PlainMarkSweep


def sweeping_with(page_sweep: type[PageSweep]) -> Seed:
    """The collectors of gcsim, with pages swept in that way."""

    def sweep_page(heap: Heap, page: Page) -> None:
        page_sweep(heap, page).run()

    return change(sweep, "sweep_page", lambda original: sweep_page)


@mutant("K11", "W", "W7 M1 G4 M7")
def marks_stay(ran: Ran) -> Seed:
    """Marks are not cleared by the sweep, so what they are on lives through the next cycle."""

    class MarksStay(PageSweep):
        def whiten(self) -> None:
            if BLACK in self.heap.memory.colors[self.page.start : self.page.area_end]:
                ran()

    return sweeping_with(MarksStay)


@mutant("K13", "W", "W4")
def no_merge_to_the_right(ran: Ran) -> Seed:
    """What is freed is not merged with the free run to its right."""

    class NoMerge(PageSweep):
        def joins(self, run: int, address: int, header: int) -> bool:
            if header <= self.heap.shapes.filler_max:
                ran()
                return False
            return True

    return sweeping_with(NoMerge)


@mutant("K14", "W", "W3 W5 W2")
def one_word_too_long(ran: Ran) -> Seed:
    """The entry in the free list is one word longer than the run."""

    class TooLong(PageSweep):
        def free(self, start: int, words: int) -> None:
            ran()
            super().free(start, words + 1)

    return sweeping_with(TooLong)


@mutant("K15", "W", "W2 G4 A1 M9 W6")
def first_object_is_skipped(ran: Ran) -> Seed:
    """The sweep of a page starts behind its first object, so that one is never freed."""

    class SkipsFirst(PageSweep):
        def start(self) -> int:
            first = self.page.area_start
            header = self.heap.memory.words[first]
            if self.heap.memory.colors[first] == BLACK or header <= self.heap.shapes.filler_max:
                return first
            ran()
            return first + self.heap.shapes.words_of[header]

    return sweeping_with(SkipsFirst)


@mutant("K21", "R", "R3 G3 R4")
def slots_of_the_dead_stay(ran: Ran) -> Seed:
    """Remembered slots of an old object that died stay in the set, for the next scavenge."""

    class KeepsSlots(PlainMarkSweep):
        def _evacuate(self, budget_bytes: int) -> int:
            heap = self.heap
            before = set(heap.remembered.slots)
            if self._evacuator is None:
                forget_dead_slots(heap)
            dead = before - heap.remembered.slots
            done = super()._evacuate(budget_bytes)
            if dead:
                ran()
            heap.remembered.slots |= dead
            return done

    return Seed(old=KeepsSlots)


@mutant("K27", "C", "C2 R3 S5 G3 W8")
def old_addresses_of_slots(ran: Ran) -> Seed:
    """Compaction moves an object and does not move the addresses of its remembered slots with it."""

    class StaysBehind(Evacuator):
        __slots__ = ()

        def _move(self, address: int) -> int:
            holders = len(self._holders)
            done = super()._move(address)
            if address >= self.heap.old_start and len(self._holders) > holders:
                to = self._holders.pop()
                shape = self.heap.memory.words[to]
                for offset in range(1, 1 + self.heap.shapes.references_of[shape]):
                    if address + offset in self._remembered:
                        ran()
                    else:
                        self._remembered.append(to + offset)
            return done

    class Compacting(PlainMarkSweep):
        __slots__ = ()
        evacuator_type = StaysBehind

    return Seed(old=Compacting)
