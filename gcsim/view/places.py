"""Places: where each object stands in the graph, the same in all frames of a recording.

Nodes that jump cannot be followed. So the places are made once, from all references that the recording ever shows: an
object's column is its distance from the globals, its row is near those of its neighbours, and its cell is its own for
as long as it lives; later objects may have the cell of a dead one. There is no chance in it: equal recordings have
equal places.

Cost: O(objects * cells) for the cells, and one pass over the frames that looks only at what changed.
*Left out*: crossings of edges are not counted.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

from attrs import define

from gcsim.view.frame import STACK, Recording

MOST_NODES: Final = 40
"""So many objects are drawn at a time."""
MOST_COLUMNS: Final = 6
FEWEST_ROWS: Final = 3
ROWS_FOR_ROOTS: Final = 7
COLUMN_COST: Final = 3
"""A column too far is as bad as so many rows."""
FOREVER: Final = sys.maxsize
Name = TypeVar("Name", int, str)


@define
class Life:
    """The frames in which something is there."""

    first: int
    last: int = FOREVER


class Places:
    """`cells`: column and row of each object; `root_rows`: the row of each root. `columns` and `rows`: how many."""

    def __init__(self, recording: Recording) -> None:
        objects, roots = lives(recording)
        links, globals_ = references(recording)
        most = min(MOST_NODES, busiest(objects))
        depths = distances(links, globals_, objects)
        wanted = min(MOST_COLUMNS, max(depths.values(), default=1))
        self.rows = max(FEWEST_ROWS, min(ROWS_FOR_ROOTS, max(busiest(roots), -(-most // wanted))))
        self.columns = max(wanted, -(-most // self.rows))
        self.cells: dict[int, tuple[int, int]] = {}
        self.root_rows: dict[str, int] = {}
        self._place_objects(objects, links, depths)
        self._place_roots(roots, globals_)

    def _place_objects(self, objects: dict[int, Life], links: dict[int, set[int]], depths: dict[int, int]) -> None:
        """Each object has the free cell that is nearest to where it should be; who comes later finds less room."""
        busy_until: dict[tuple[int, int], int] = {(x, y): -1 for x in range(self.columns) for y in range(self.rows)}
        for number, life in objects.items():
            column = min(depths[number], self.columns) - 1
            near = [self.cells[other][1] for other in sorted(links[number]) if other in self.cells]
            row = sum(near) / len(near) if near else 0.0
            free = [
                (abs(x - column) * COLUMN_COST + abs(y - row), x, y)
                for (x, y), until in busy_until.items()
                if until < life.first
            ]
            if free:
                _, x, y = min(free)
                self.cells[number] = x, y
                busy_until[x, y] = life.last

    def _place_roots(self, roots: dict[str, Life], globals_: dict[str, set[int]]) -> None:
        """Each global stands beside what it refers to, if it can; the stack has the last row."""
        if STACK in roots:
            self.root_rows[STACK] = self.rows - 1
        busy_until = dict.fromkeys(range(self.rows - len(self.root_rows)), -1)
        for name, life in roots.items():
            targets = [self.cells[number][1] for number in sorted(globals_[name]) if number in self.cells]
            row = targets[0] if targets else 0
            free = [y for y, until in busy_until.items() if until < life.first]
            if free and name != STACK:
                self.root_rows[name] = min(free, key=lambda y: (abs(y - row), y))
                busy_until[self.root_rows[name]] = life.last


def lives(recording: Recording) -> tuple[dict[int, Life], dict[str, Life]]:
    """The lives of all objects and of all roots, in the order in which they came."""
    objects, roots = Lives[int](), Lives[str]()
    parts: tuple[Any, ...] = ()
    for frame in recording.frames:
        now = (*frame.strips, *frame.pages, frame.large)
        if len(parts) != len(now) or any(one is not other for one, other in zip(parts, now, strict=True)):
            parts = now
            objects.there_are(sorted(number for number in frame.objects() if number), frame.index)
        roots.there_are([root.name for root in frame.roots], frame.index)
    return objects.known, roots.known


class Lives(Generic[Name]):
    """`known`: the life of everything that was ever there; who comes back has lived all the time."""

    def __init__(self) -> None:
        self.known: dict[Name, Life] = {}
        self._there: frozenset[Name] = frozenset()

    def there_are(self, names: Sequence[Name], index: int) -> None:
        """In frame `index` and until the next call there are these, and no others."""
        now = frozenset(names)
        if now == self._there:
            return
        for name in names:
            if name not in self._there:
                self.known.setdefault(name, Life(index)).last = FOREVER
        for name in self._there - now:
            self.known[name].last = index - 1
        self._there = now


def busiest(known: dict[Any, Life]) -> int:
    """The most that are there at the same time."""
    steps = sorted([(life.first, 1) for life in known.values()] + [(life.last + 1, -1) for life in known.values()])
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def references(recording: Recording) -> tuple[dict[int, set[int]], dict[str, set[int]]]:
    """Who ever referred to whom, both ways; and what each root ever referred to."""
    links: dict[int, set[int]] = defaultdict(set)
    roots: dict[str, set[int]] = defaultdict(set)
    edges: Any = None
    held: Any = None
    for frame in recording.frames:
        if frame.edges is not edges:
            edges = frame.edges
            for edge in frame.edges:
                links[edge.source].add(edge.target)
                links[edge.target].add(edge.source)
        if frame.roots is not held:
            held = frame.roots
            for root in frame.roots:
                roots[root.name].add(root.target)
    return links, roots


def distances(links: dict[int, set[int]], roots: dict[str, set[int]], objects: dict[int, Life]) -> dict[int, int]:
    """How far each object is from a global, 1 if one refers to it; of the others the first known counts as 1."""
    named = [number for name, targets in roots.items() if name != STACK for number in sorted(targets)]
    known: dict[int, int] = {}
    for start in (named, *([number] for number in objects)):
        fringe = [number for number in start if number not in known]
        depth = 1
        while fringe:
            known.update(dict.fromkeys(fringe, depth))
            fringe = sorted({other for number in fringe for other in links[number] if other not in known})
            depth += 1
    return known
