"""Seeded bugs of a scavenge: ages, copies, forwarding, promotion (S), and what it does to the remembered set (R)."""

from array import array

from gcsim.heap.memory import NULL
from gcsim.testing.mutants.record import Ran, Seed, mutant
from gcsim.testing.plain import PlainScavenger


@mutant("K03", "S", "S7")
def hasty(ran: Ran) -> Seed:
    """Objects are promoted when they survive for the first time."""

    class Hasty(PlainScavenger):
        def is_old_enough(self, address: int) -> bool:
            if not super().is_old_enough(address):
                ran()
            return True

    return Seed(young=Hasty)


@mutant("K04", "S", "S5 G3 G7")
def stale_roots(ran: Ran) -> Seed:
    """What the roots refer to is copied, and the roots are not told where to."""

    class StaleRoots(PlainScavenger):
        def _write_back_roots(self) -> None:
            if list(self._root_table) != list(self.heap.roots.addresses()):
                ran()

    return Seed(young=StaleRoots)


@mutant("K07", "S", "S3 G5 S10 M6")
def twice(ran: Ran) -> Seed:
    """A forwarding address that is there already is ignored, so a shared object is copied again."""

    class Twice(PlainScavenger):
        def forwarded(self, address: int) -> int:
            to = super().forwarded(address)
            if to:
                ran()
                self.heap.memory.words[address] = self.heap.memory.words[to]
            return NULL

    return Seed(young=Twice)


@mutant("K08", "S", "S7")
def ageless(ran: Ran) -> Seed:
    """No object ever grows older, so none is promoted for its age."""

    class Ageless(PlainScavenger):
        def is_old_enough(self, address: int) -> bool:
            if super().is_old_enough(address):
                ran()
            return False

    return Seed(young=Ageless)


@mutant("K09", "S", "S1 S2 S5")
def impatient(ran: Ran) -> Seed:
    """The scan ends before the last copied object."""

    class Impatient(PlainScavenger):
        def has_unscanned(self) -> bool:
            top = self._open_buffer()[0]
            if self.scan < top and self.scan + self.size_of(self.scan) == top:
                ran()
                return False
            return super().has_unscanned()

    return Seed(young=Impatient)


@mutant("K10", "S", "S8 S5")
def unscanned_promotions(ran: Ran) -> Seed:
    """The fields of what is promoted in this scavenge are not scanned."""

    class UnscannedPromotions(PlainScavenger):
        def scan_later(self, promoted: int) -> None:
            ran()

    return Seed(young=UnscannedPromotions)


@mutant("K20", "R", "R4 R1")
def forgetful(ran: Ran) -> Seed:
    """The remembered set is empty after each scavenge, though some of its slots still refer to young objects."""

    class Forgetful(PlainScavenger):
        def _finish(self) -> None:
            super()._finish()
            if self.heap.remembered.slots:
                ran()
            self.heap.remembered.slots.clear()

    return Seed(young=Forgetful)


@mutant("K23", "A", "A1 S6")
def counted_twice(ran: Ran) -> Seed:
    """What is promoted is counted in old space, and still in new space."""

    class CountedTwice(PlainScavenger):
        def _count(self, copied: int, promotions: int) -> None:
            super()._count(copied, promotions)
            if self.work.promoted_words:
                ran()
            self.work.copied_words += self.work.promoted_words

    return Seed(young=CountedTwice)


@mutant("K26", "S", "S10 G1 G7")
def dropping(ran: Ran) -> Seed:
    """An object for which to-space has no room is dropped instead of promoted."""

    class Dropping(PlainScavenger):
        def evacuate(self, address: int) -> int:
            new = self.heap.new
            is_full = new.pages_entered == new.capacity_pages and new.top + self.size_of(address) > new.area_end
            if is_full and not self.is_old_enough(address):
                ran()
                return NULL
            return super().evacuate(address)

    return Seed(young=Dropping)


@mutant("K28", "G", "G5 G11 S3 M11")
def lookalikes(ran: Ran) -> Seed:
    """What was copied is looked up by its value instead of its identity, so two objects that look alike become one.

    The value is what a program calls so: the type and the fields. The raw words have each object's own number here.
    """

    class Lookalikes(PlainScavenger):
        __slots__ = ("copies",)

        def evacuate(self, address: int) -> int:
            if not hasattr(self, "copies"):
                self.copies: dict[tuple[int, ...], int] = {}
            shapes, words = self.heap.shapes, self.heap.memory.words
            value = tuple(words[address : address + 1 + shapes.references_of[words[address]]])
            if value in self.copies:
                ran()
                return self.copies[value]
            self.copies[value] = to = super().evacuate(address)
            return to

    return Seed(young=Lookalikes)


@mutant("K33", "S", "G2 R5 G3 W2")
def null_is_forwarded(ran: Ran) -> Seed:
    """A null field is forwarded too: to the base of to-space."""

    class NullIsForwarded(PlainScavenger):
        def visit(self, table: "array[int]", slot: int, *, in_old: bool) -> None:
            if table[slot] == NULL:
                ran()
                table[slot] = self.heap.new.to_start
            else:
                super().visit(table, slot, in_old=in_old)

    return Seed(young=NullIsForwarded)
