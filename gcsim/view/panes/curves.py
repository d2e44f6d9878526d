"""Curves: lines between two boxes, bent to the left of their direction, from border to border."""

from collections.abc import Sequence

from gcsim.view.figure import Point, Rect

PARTS = 14
BEND = 0.13
"""A part of the length."""


def bend(start: Point, end: Point, share: float = BEND) -> list[Point]:
    """A quadratic curve from one point to the other; `share`: how far its middle is beside the straight line."""
    if not share:
        return [start, end]
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = (start[0] + end[0]) / 2 + dy * share * 2, (start[1] + end[1]) / 2 - dx * share * 2
    points = []
    for part in range(PARTS + 1):
        t = part / PARTS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append((a * start[0] + b * middle[0] + c * end[0], a * start[1] + b * middle[1] + c * end[1]))
    return points


def shortened(points: list[Point], start: Rect, end: Rect, gap: float = 3.0) -> list[Point]:
    """The part of a curve from box to box that lies outside of both; nothing if they are too near."""
    first, last = start.inset(-gap), end.inset(-gap)
    if first.overlaps(last):
        return []
    begin = max(index for index, point in enumerate(points) if first.holds(*point))
    stop = min(index for index, point in enumerate(points) if last.holds(*point))
    leaving = crossing(points[begin], points[begin + 1], first)
    return [leaving, *points[begin + 1 : stop], crossing(points[stop], points[stop - 1], last)]


def crossing(inside: Point, outside: Point, box: Rect) -> Point:
    """About where the line from a point in the box to one outside of it leaves it."""
    for _ in range(6):
        middle = (inside[0] + outside[0]) / 2, (inside[1] + outside[1]) / 2
        if box.holds(*middle):
            inside = middle
        else:
            outside = middle
    return outside


def middle_of(points: Sequence[Point]) -> Point:
    """The middle of a line."""
    one, other = points[(len(points) - 1) // 2], points[len(points) // 2]
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
