"""Seeded bugs of weak references, ephemerons and finalisation (E)."""

from gcsim.collectors.weak import WeakMarker
from gcsim.heap import finalization
from gcsim.heap.ephemerons import key_slots
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL, WHITE
from gcsim.testing.mutants.record import Ran, Seed, change, mutant
from gcsim.testing.plain import PlainMarkSweep


@mutant("K06", "E", "E3 G4 M7")
def values_are_strong(ran: Ran) -> Seed:
    """The value of an entry is kept alive whether or not its key lives."""

    def visit_entries(self: WeakMarker, table: int) -> None:
        words, colors = self.heap.memory.words, self.heap.memory.colors
        slots = key_slots(self.heap, table)
        for slot in slots:
            key, value = words[slot], words[slot - len(slots)]
            if key > NULL and value > NULL and colors[value] == WHITE:
                if colors[key] == WHITE:
                    ran()
                self.heap.shade(value)

    return change(WeakMarker, "_visit_entries", lambda original: visit_entries)


@mutant("K17", "E", "E1 G3 W8")
def never_cleared(ran: Ran) -> Seed:
    """A weak field is not cleared when its target dies."""

    def keep(self: WeakMarker, holder: int, slot: int) -> None:
        ran()

    return change(WeakMarker, "_clear", lambda original: keep)


@mutant("K18", "E", "E1")
def cleared_too_soon(ran: Ran) -> Seed:
    """Weak fields are cleared before all is marked, so one whose target is found late is cleared too."""

    class TooSoon(PlainMarkSweep):
        def _remark(self, budget_bytes: int) -> int:
            cleared = self.work.cleared_fields
            if self.heap.worklist:
                for holder in self.heap.weak_holders:
                    self.marker.weak.clear_fields(holder)
            if self.work.cleared_fields > cleared:
                ran()
            return super()._remark(budget_bytes)

    return Seed(old=TooSoon)


@mutant("K19", "E", "E3 G1")
def tables_are_visited_once(ran: Ran) -> Seed:
    """Ephemeron tables are visited once, not until nothing changes."""

    def forget(self: WeakMarker, key: int, value: int) -> None:
        ran()

    return change(WeakMarker, "_wait", lambda original: forget)


@mutant("K31", "E", "E6")
def told_again(ran: Ran) -> Seed:
    """A registration stays when its target's death has been told, so it is told again after each collection."""

    def stay(heap: Heap, cell: int) -> None:
        ran()
        heap.dead_targets += 1  # there is something to tell

    return change(finalization, "take_off", lambda original: stay)
