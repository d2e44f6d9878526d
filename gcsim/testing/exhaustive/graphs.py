"""Graphs: every heap of a few objects that a marking can begin with, and the script that makes it.

Objects are numbered from 1: the roots first, then what they lead to in the order in which a search finds it. So every
graph is drawn once for each order of its roots, and not once for every way to number its objects.
"""

from collections.abc import Iterator
from itertools import product

from attrs import frozen

from gcsim.testing.steps import Name, Step, step


@frozen
class Graph:
    """A heap before the marking. All its objects are reachable.

    `fields[n - 1]`: the contents of object n's fields, a number each, 0 for null. `outer`: so many of the first
    objects have handles in the outer scope, where a marking may look for roots at its start; those after them, up to
    object `roots`, have handles in the inner one. `old`: for each object, whether it is of the old generation.
    """

    fields: tuple[tuple[int, ...], ...]
    outer: int
    roots: int
    old: tuple[bool, ...]

    def script(self) -> Iterator[Step]:
        """The steps that make it on a testbed."""
        numbers = range(1, len(self.fields) + 1)
        for number in numbers:
            if number <= self.outer or number > self.roots:
                yield birth(number, len(self.fields[number - 1]), old=self.old[number - 1])
        if self.outer:
            yield step("open_scope")
        for number in range(self.outer + 1, self.roots + 1):
            yield birth(number, len(self.fields[number - 1]), old=self.old[number - 1])
        for holder in numbers:
            for index, value in enumerate(self.fields[holder - 1]):
                if value:
                    yield step("write", Name(holder), index, Name(value))
        for number in numbers[self.roots :]:
            yield step("drop", Name(number))

    @property
    def lines(self) -> int:
        """How many steps its script has."""
        references = sum(value > 0 for contents in self.fields for value in contents)
        return 2 * len(self.fields) - self.roots + references + bool(self.outer)


def birth(number: int, fields: int, *, old: bool) -> Step:
    """The step that makes the object of that number."""
    return Step("new", (fields,), {"weak": 0, "raw": 0, "old": old}, Name(number))


def graphs(objects: int, fields: int, *, mixed: bool = False) -> Iterator[Graph]:
    """Every graph of up to so many objects, each of which has so many fields or none; the smallest first.

    `mixed`: each object is old, or young; otherwise all are old.
    """
    for count in range(1, objects + 1):
        ages = tuple(product((True, False), repeat=count)) if mixed else ((True,) * count,)
        for sizes in product((fields, 0), repeat=count):
            contents = [tuple(product(range(count + 1), repeat=size)) for size in sizes]
            for edges in product(*contents):
                for roots in range(1, count + 1):
                    if in_order(edges, roots):
                        for outer, old in product(range(roots + 1), ages):
                            yield Graph(edges, outer, roots, old)


def in_order(fields: tuple[tuple[int, ...], ...], roots: int) -> bool:
    """Whether a search from the roots finds every object, in the order of its number."""
    last = roots
    for number, contents in enumerate(fields, 1):
        if number > last:
            return False
        for value in contents:
            if value > last + 1:
                return False
            last = max(last, value)
    return last == len(fields)
