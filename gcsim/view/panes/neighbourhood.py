"""Neighbourhood: the few objects that are drawn of a heap with more than can be.

One object stands in the middle; who refers to it is on its left, what it refers to on its right, two references far.
Here nodes do move when another object comes into the middle: there is no room for all of them.
"""

from collections.abc import Iterable
from typing import Final

from gcsim.view.frame import Frame
from gcsim.view.look import Moment
from gcsim.view.places import MOST_NODES

HOPS: Final = 2
GRID: Final = (2 * HOPS + 1, -(-MOST_NODES // (2 * HOPS + 1)))
"""Columns and rows."""


def center_of(moment: Moment) -> int:
    """The object whose neighbourhood is shown: the selected one, or the one that the step is about."""
    if moment.look.selected in moment.objects:
        return moment.look.selected
    candidates = (*sorted(moment.current), *moment.frame.worklist, *(root.target for root in moment.frame.roots))
    return next((number for number in candidates if number in moment.objects), next(iter(moment.objects), 0))


def neighbourhood(moment: Moment) -> dict[int, tuple[int, int]]:
    """The cells of the objects within `HOPS` references: who refers on the left, what is referred to on the right."""
    center = center_of(moment)
    columns = {center: 0}
    for direction in (1, -1):
        fringe = [center]
        for hop in range(1, HOPS + 1):
            fringe = [each for each in linked(moment.frame, fringe, direction) if each in moment.objects]
            fringe = [each for each in dict.fromkeys(fringe) if each not in columns]
            columns.update(dict.fromkeys(fringe, hop * direction))
    return in_cells(columns)


def linked(frame: Frame, numbers: list[int], direction: int) -> Iterable[int]:
    """What these objects refer to, or who refers to them."""
    for edge in frame.edges:
        source, target = (edge.source, edge.target) if direction > 0 else (edge.target, edge.source)
        if source in numbers and target:
            yield target


def in_cells(columns: dict[int, int]) -> dict[int, tuple[int, int]]:
    """A cell for each of the objects, so long as their column has one; each column is centered."""
    rows = GRID[1]
    cells: dict[int, tuple[int, int]] = {}
    for column in range(-HOPS, HOPS + 1):
        members = [number for number, where in columns.items() if where == column][:rows]
        first = (rows - len(members)) // 2
        cells.update({number: (column + HOPS, first + index) for index, number in enumerate(members)})
    return cells
