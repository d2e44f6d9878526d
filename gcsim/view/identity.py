"""Identity: which object is at which address, from frame to frame.

An object that a collection moves has another address afterwards, and its old one may belong to a newborn later. Whoever
watches wants to see A, wherever it is. So every object has a number, its id, and a name, for as long as it exists.

Between two looks at a heap an address tells who an object is, but for three cases: where a forwarding address stands,
the object is at its target now; an object that the mutator has just made is a new one, even where a dead one lay before
(`born`); what a page promoted whole has brought along of its dead is nobody (id 0).
"""

from collections import Counter
from collections.abc import Iterable

from attrs import frozen


@frozen
class Sighting:
    """A block that holds an object, or its forwarding address: `moved_to`, else 0. `shape`: the shape's name."""

    address: int
    shape: str
    moved_to: int = 0
    dead: bool = False


class Register:
    """`ids`: the id of each object by its address, also by the one that it has left, as long as its ghost stands."""

    __slots__ = ("_counts", "_names", "ids")

    def __init__(self) -> None:
        self.ids: dict[int, int] = {}
        self._names: list[str] = [""]
        self._counts: Counter[str] = Counter()

    def next_name(self, shape: str) -> str:
        """What the next object of that shape will be called: `Node`, then `Node#2`."""
        count = self._counts[shape]
        return f"{shape}#{count + 1}" if count else shape

    def name_of(self, number: int) -> str:
        """The name of an object, also of one that is gone; "" for id 0."""
        return self._names[number]

    def born(self, address: int, shape: str) -> int:
        """There is a new object at `address`, whatever was there before; returns its id."""
        name = self.next_name(shape)
        self._counts[shape] += 1
        self._names.append(name)
        self.ids[address] = number = len(self._names) - 1
        return number

    def look(self, sightings: Iterable[Sighting]) -> None:
        """These are all the objects and ghosts that there are now; the others are forgotten."""
        seen = list(sightings)
        before, self.ids = self.ids, {}
        for ghost in seen:
            if ghost.moved_to:
                number = before.get(ghost.address) or self.born(ghost.moved_to, ghost.shape)
                self.ids[ghost.address] = self.ids[ghost.moved_to] = number
        for each in seen:
            if each.address in self.ids:
                continue
            if each.address in before:
                self.ids[each.address] = before[each.address]
            elif not each.dead:
                self.born(each.address, each.shape)
