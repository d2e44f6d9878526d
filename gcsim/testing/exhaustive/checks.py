"""What is checked in every state of a search: by the cheapest means, and by `verify` when something is wrong.

The whole of `verify` costs a hundred times as much as a step, so what a state must keep is looked at here; the check of
the same id then finds the words for it. Whether the graph is what the mutator made is the oracle's to say: objects are
known by their numbers, and the numbers are compared.
"""

from collections.abc import Container

from gcsim.errors import InvariantBroken
from gcsim.heap import verify
from gcsim.heap.memory import BLACK, GREY, NULL, WHITE
from gcsim.testing.compare import compare
from gcsim.testing.exhaustive.books import Registers
from gcsim.testing.exhaustive.states import Hot, TinyHeap
from gcsim.testing.model import Model, Ref


class TinyChecks:
    """The checks of a tiny heap. `waived`: ids of those that are not to be made."""

    def __init__(self, tiny: TinyHeap, waived: Container[str]) -> None:
        self._tiny, self._heap, self._waived = tiny, tiny.heap, waived

    def worklist(self) -> None:
        """What is on the worklist is an object; while M2 is kept, it is grey, and nothing else is."""
        colors, worklist = self._heap.memory.colors, self._heap.worklist
        if "M2" not in self._waived and (
            colors.count(GREY) != len(worklist)
            or len(set(worklist)) != len(worklist)
            or any(colors[address] != GREY for address in worklist)
        ):
            self._must_fail("M2", "the worklist is not what is grey")
        if not all(map(self._tiny.is_object, worklist)):
            raise InvariantBroken("M2 grey is the worklist: something is on the worklist that is no object")

    def birth(self, address: int) -> None:
        """The object was born while marking; in the old generation it is not white."""
        heap = self._heap
        if "M9" not in self._waived and not heap.is_young(address) and heap.memory.colors[address] == WHITE:
            raise InvariantBroken(f"M9 birth: Thing@{address} was born old while marking and is white")

    def colors(self, objects: list[int]) -> None:
        """While M4 is kept, none of the objects that is black refers to a white one."""
        colors, tiny = self._heap.memory.colors, self._tiny
        if "M4" not in self._waived:
            for address in objects:
                if colors[address] == BLACK and any(at > NULL and not colors[at] for at in tiny.children(address)):
                    self._must_fail("M4", "a black object refers to a white one")

    def marked(self) -> None:
        """The marking has ended, and nothing is swept."""
        colors = self._heap.memory.colors
        if "M7" not in self._waived and any(colors[address] != BLACK for address in self._reachable()):
            self._must_fail("M7", "something that can be reached is not black")

    def graph(self, hot: Hot, registers: Registers) -> None:
        """The roots reach what they reached in that state.

        Raises:
            InvariantBroken: they do not.
        """
        tiny = self._tiny
        now, hot_now, registers_now = self._portrait(), tiny.read(), tiny.books.read()
        tiny.write(hot, registers)
        before = self._portrait()
        tiny.write(hot_now, registers_now)
        if now != before:
            model = Model()
            model.fields = {number: [Ref(at) if at else None for at in drawn] for number, drawn in before.items()}
            model.weak = {number: [] for number in before}
            model.scopes = [[], list(before[0][: len(tiny.outer)]), list(before[0][len(tiny.outer) :])]
            compare(self._heap, model)
            raise InvariantBroken("G2 isomorphism: what the roots reach is not what the mutator made")

    def _must_fail(self, id_: str, what: str) -> None:
        """The check of that id fails, with its own words if it finds them."""
        verify.CHECKS[id_](verify.Moment(self._heap, cycle="marking"))
        raise InvariantBroken(f"{id_} {verify.CHECKS[id_].name}: {what}")

    def _reachable(self) -> list[int]:
        found = list(dict.fromkeys(self._tiny.roots()))
        for address in found:  # grows while it is read
            if self._tiny.is_object(address):
                found += {child for child in self._tiny.children(address) if child > NULL} - set(found)
        return found

    def _portrait(self) -> dict[int, tuple[int, ...]]:
        """What the roots reach: by the number of each object those that its fields refer to; roots under 0."""
        tiny = self._tiny
        drawn = {0: tuple([self._who(address) for address in tiny.roots()])}
        for address in self._reachable():
            if tiny.is_object(address):
                drawn[tiny.number(address)] = tuple([self._who(child) for child in tiny.children(address)])
        return drawn

    def _who(self, address: int) -> int:
        """The number of an object; 0 for null and -1 for what is no object."""
        return self._tiny.number(address) if self._tiny.is_object(address) else -(address != NULL)
