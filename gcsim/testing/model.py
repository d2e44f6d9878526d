"""The oracle: what a heap should hold, as dictionaries. It is fed by the mutator's operations only.

It knows no addresses, no spaces, no colors and no collectors. An object is a number; a strong field holds another
object's number as `Ref`, a small integer, or None. What is dead is not removed, only not reached: reachability is
found breadth first, round by round, which is nobody's collector.
"""

from typing import NamedTuple, TypeAlias


class Ref(NamedTuple):
    """A field's reference to the object of that number."""

    number: int


Content: TypeAlias = Ref | int | None


class Model:
    """The mutator's world. `scopes`: the numbers behind its handles; `globals`: those behind the named roots.

    `fields[n]`: the strong fields of object n. `weak[n]`: the targets of its weak ones, None where there is none or
    where the heap is known to have cleared it. `entries[n]`: values by key of ephemeron table n.
    `registered[n]`: how often the death of object n is waited for; `told[n]`: how often it was told.
    """

    def __init__(self) -> None:
        self.fields: dict[int, list[Content]] = {}
        self.weak: dict[int, list[int | None]] = {}
        self.entries: dict[int, dict[int, int]] = {}
        self.globals: dict[str, int] = {}
        self.scopes: list[list[int]] = [[]]
        self.registered: dict[int, int] = {}
        self.told: dict[int, int] = {}

    def new(self, strong: int, weak: int = 0) -> int:
        """A new object of so many empty fields; its number."""
        number = len(self.fields) + 1
        self.fields[number] = [None] * strong
        self.weak[number] = [None] * weak
        return number

    def new_table(self) -> int:
        """A new, empty ephemeron table; its number."""
        number = self.new(0)
        self.entries[number] = {}
        return number

    def roots(self) -> list[int]:
        """The number behind every root, in the heap's order: globals, then scopes."""
        return [*self.globals.values(), *(number for scope in self.scopes for number in scope)]

    def reachable(self) -> set[int]:
        """Every number that the roots lead to; a table's value only where its key is reached too."""
        seen: set[int] = set()
        front = set(self.roots())
        while front:
            seen |= front
            found = {value.number for number in front for value in self.fields[number] if isinstance(value, Ref)}
            for table in seen & self.entries.keys():
                found |= {value for key, value in self.entries[table].items() if key in seen}
            front = found - seen
        return seen
