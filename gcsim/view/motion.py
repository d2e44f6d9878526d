"""Motion: how one figure becomes the next.

Only blocks move: an object that is copied slides from its old place to the new one. Whatever else differs is cut. Where
an object is, is where the first box of its block is; its name, mark and halo go along.
"""

from typing import Final

from attrs import evolve

from gcsim.view.figure import Box, Figure, Item, Point

MOVE_SECONDS: Final = 0.25
"""How long a move takes at x1."""
MOVING: Final = "block"
"""The role of what can move."""


def between(before: Figure, after: Figure, ratio: float) -> Figure:
    """The picture `ratio` of the way, 0 to 1, from one figure to the next; it slows down towards its end."""
    shifts = shifts_of(before, after)
    if not shifts or ratio >= 1:
        return after
    rest = (1 - ratio) ** 2
    still: list[Item] = []
    moving: list[Item] = []
    for item in after.items:
        shift = shifts.get(item.id) if item.role == MOVING else None
        if shift is None:
            still.append(item)
        else:
            moving.append(item.moved(shift[0] * rest, shift[1] * rest))
    return evolve(after, items=(*still, *moving))


def moves(before: Figure, after: Figure) -> bool:
    """Whether anything moves from one figure to the next."""
    return bool(shifts_of(before, after))


def shifts_of(before: Figure, after: Figure) -> dict[int, Point]:
    """How far back each object that moves was."""
    if (before.width, before.height) != (after.width, after.height):
        return {}
    was, now = centers(before), centers(after)
    both = {number: (was[number][0] - x, was[number][1] - y) for number, (x, y) in now.items() if number in was}
    return {number: shift for number, shift in both.items() if abs(shift[0]) + abs(shift[1]) > 1}


def centers(figure: Figure) -> dict[int, Point]:
    """The middle of each object's block."""
    found: dict[int, Point] = {}
    for item in figure.items:
        if isinstance(item, Box) and item.role == MOVING and item.id:
            found.setdefault(item.id, item.rect.center)
    return found
