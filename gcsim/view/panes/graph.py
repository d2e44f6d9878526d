"""Graph: the objects, what refers to them, and how far the collector has got.

Roots are squares on the left, objects are pills whose places never change (`places.py`). A promoted object has a
thicker ring. Weak references are dashed; of an ephemeron the key's are dashed too, and both have their letter. A slot
in the remembered set has an R. Of a heap with more objects than can be drawn, the neighbourhood of one is shown, two
references far, and how many there are in all.
"""

from collections.abc import Sequence
from math import dist
from typing import Final

from attrs import evolve

from gcsim.view.figure import Point, Rect
from gcsim.view.frame import Block, Edge, Root
from gcsim.view.look import Moment
from gcsim.view.palette import State
from gcsim.view.panes.curves import BEND, bend, middle_of, shortened
from gcsim.view.panes.neighbourhood import GRID, center_of, neighbourhood
from gcsim.view.panes.parts import heading, is_pointed_at, on_one_line
from gcsim.view.pen import Pen
from gcsim.view.places import MOST_NODES, Places

ROOT_SHARE: Final = 0.19
"""How much of the width is for the roots."""
DOTS: Final = "dots: times survived"
MOST_ARROWS: Final = 6
"""Of a root with more references only those to what a step is about are drawn, and how many there are."""
LEGENDS: Final = {
    True: (State.WHITE, State.GREY, State.BLACK, State.DEAD),
    False: (State.NEW, State.COPIED, State.OLD, State.DEAD),
}
WORDS: Final = {
    State.WHITE: "white",
    State.GREY: "grey",
    State.BLACK: "black",
    State.DEAD: "dead",
    State.NEW: "new",
    State.COPIED: "survived",
    State.OLD: "old",
}


def draw_graph(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    places = moment.backdrop.places
    objects = {number: block for number, block in moment.objects.items() if number}
    whole = len(objects) <= MOST_NODES and all(number in places.cells for number in objects)
    shown = {number: places.cells[number] for number in objects} if whole else neighbourhood(moment)
    room = heading(pen, rect, "OBJECT GRAPH", detail(moment, shown, places if whole else None))
    foot = room.below(room.h - pen.line)
    draw_legend(pen, foot, moment)
    room = room.top_part(room.h - foot.h - 4)
    grid = (places.columns, places.rows) if whole else GRID
    spots = {number: spot_of(room, grid, cell) for number, cell in shown.items()}
    pills = {number: pill(pen, spot, objects[number].name) for number, spot in spots.items()}
    letters = draw_edges(pen, pills, shown, moment)
    if whole:
        draw_roots(pen, room, pills, moment)
    for number, spot in pills.items():
        draw_node(pen, spot, objects[number], moment)
    for middle, letter in letters:
        draw_letter(pen, middle, letter)


def detail(moment: Moment, shown: dict[int, tuple[int, int]], places: Places | None) -> str:
    """What is not shown: objects far from the one in the middle, or, if all have `places`, roots without a row."""
    if places is None:
        count = sum(1 for number in moment.objects if number)
        return f"{len(shown)} of {count:,} objects, around {moment.name(center_of(moment))}"
    hidden = {root.name for root in moment.frame.roots} - places.root_rows.keys()
    return f"and {len(hidden)} more roots" if hidden else ""


def spot_of(room: Rect, grid: tuple[int, int], cell: tuple[int, int]) -> Rect:
    """The room of a cell of the grid."""
    x = room.x + room.w * ROOT_SHARE
    w, h = room.w * (1 - ROOT_SHARE) / grid[0], room.h / grid[1]
    return Rect(x + cell[0] * w, room.y + cell[1] * h, w, h)


def pill(pen: Pen, spot: Rect, name: str) -> Rect:
    """Where an object is drawn in its room: as wide as its name and mark need, or higher if there is room for that."""
    wanted = pen.width(name) + 42 * pen.unit
    w = min(wanted, spot.w * 0.78)
    h = min(spot.h - 3, 1.45 * pen.line)
    if w < wanted and spot.h >= 1.9 * pen.line:
        w, h = min(pen.width(name) + 24 * pen.unit, spot.w * 0.8), min(spot.h - 3, 2.15 * pen.line)
    x, y = spot.center
    return Rect(x - w / 2, y - h / 2, w, h)


def draw_node(pen: Pen, rect: Rect, what: Block, moment: Moment) -> None:
    """One object."""
    paint = pen.paint(moment.state(what))
    ringed = evolve(paint, border_px=paint.border_px + 2) if what.age > 1 and paint.border != "double" else paint
    radius = min(rect.h / 2, 0.8 * pen.line)
    pen.box(rect, ringed, "node", number=what.id, radius=radius)
    if is_pointed_at(moment, what.id):
        pen.halo(rect, "node halo", number=what.id, radius=radius)
    if rect.h > 1.5 * pen.line:
        inner = rect.inset(4 * pen.unit, 6 if paint.border == "double" else 3)
        pen.plate(inner.top_part(inner.h * 0.54), what.name, paint, "node", number=what.id, face="plain")
        pen.mark(inner.below(inner.h * 0.46), paint, "node", number=what.id)
    else:
        on_one_line(pen, rect.inset(7 * pen.unit, 3), what, paint, "node", face="plain")


def draw_edges(
    pen: Pen, pills: dict[int, Rect], cells: dict[int, tuple[int, int]], moment: Moment
) -> list[tuple[Point, str]]:
    """The references between objects that are shown; returns where letters go on them, over the objects."""
    letters: list[tuple[Point, str]] = []
    both = {(edge.source, edge.target) for edge in moment.frame.edges}
    stored = {(edge.source, edge.field) for change in moment.changes for edge in change.edges}
    for edge in moment.frame.edges:
        if edge.source in pills and not edge.target:
            draw_lost(pen, pills[edge.source])
        elif edge.source in pills and edge.target in pills and edge.source != edge.target:
            is_current = (edge.source, edge.field) in stored or is_asked_for(edge, moment)
            is_bent = (edge.target, edge.source) in both or not are_near(cells[edge.source], cells[edge.target])
            points = bend(pills[edge.source].center, pills[edge.target].center, BEND if is_bent else 0.0)
            points = shortened(points, pills[edge.source], pills[edge.target])
            if points:
                draw_edge(pen, edge, points, is_current)
                letters.append((middle_of(points), letter_of(edge)))
    return [(middle, letter) for middle, letter in letters if letter]


def letter_of(edge: Edge) -> str:
    """The letter on the reference, or nothing."""
    return "R" if edge.remembered else {"key": "k", "value": "v"}.get(edge.strength, "")


def are_near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether no cell lies between the two."""
    columns, rows = abs(one[0] - other[0]), abs(one[1] - other[1])
    return columns == 1 or (columns == 0 and rows == 1)


def is_asked_for(edge: Edge, moment: Moment) -> bool:
    """Whether somebody wants to know who refers to the edge's target."""
    return moment.look.asked_who and edge.target == moment.look.selected


def draw_edge(pen: Pen, edge: Edge, points: Sequence[Point], is_current: bool) -> None:
    """One reference; those of a cycle are bent, so that they can be told apart."""
    dash = "dashed" if edge.strength in ("weak", "key") else "dotted" if edge.stale else ""
    color = pen.ink if is_current or edge.strength == "strong" else pen.faint
    pen.stroke(points, color, "edge", width=3.5 if is_current else 2.0, dash=dash, head=True)
    if is_current and not letter_of(edge) and pen.width(edge.field) + 30 < dist(points[0], points[-1]):
        draw_field(pen, middle_of(points), edge.field)


def draw_lost(pen: Pen, source: Rect) -> None:
    """A reference to what is not there: a bug."""
    start, end = (source.right + 3, source.center[1]), (source.right + 34 * pen.unit, source.center[1])
    pen.stroke([start, end], pen.ink, "lost edge", dash="dotted", head=True)
    side = pen.line * 1.1
    spot = Rect(end[0] + 2, end[1] - side / 2, side, side)
    pen.box(spot, pen.paint(State.ERROR), "lost", radius=4)
    pen.plate(spot, "!", pen.paint(State.ERROR), "lost")


def draw_letter(pen: Pen, middle: Point, letter: str) -> None:
    """A letter on a reference."""
    side = pen.line * 0.95
    spot = Rect(middle[0] - side / 2, middle[1] - side / 2, side, side)
    paint = pen.paint(State.REMEMBERED) if letter == "R" else pen.flat(pen.theme.canvas, pen.faint)
    pen.box(spot, paint, "letter", radius=4)
    pen.plate(spot, letter, paint, "letter")


def draw_field(pen: Pen, middle: Point, field: str) -> None:
    """The name of the field that a reference is in."""
    w = pen.width(field) + 6
    spot = Rect(middle[0] - w / 2, middle[1] - pen.line / 2, w, pen.line)
    pen.box(spot, pen.flat(pen.theme.canvas), "field")
    pen.text(spot, field, "field", align="center")


def draw_roots(pen: Pen, room: Rect, pills: dict[int, Rect], moment: Moment) -> None:
    """The roots as squares, each beside what it refers to if it can be."""
    places = moment.backdrop.places
    held: dict[str, list[Root]] = {}
    for root in moment.frame.roots:
        held.setdefault(root.name, []).append(root)
    w = min(room.w * ROOT_SHARE - 10 * pen.unit, 130 * pen.unit)
    row_h = room.h / places.rows
    h = min(row_h - 3, 1.35 * pen.line)
    for name, roots in held.items():
        if name in places.root_rows:
            middle = room.y + (places.root_rows[name] + 0.5) * row_h
            draw_root(pen, Rect(room.x, middle - h / 2, w, h), roots, pills, moment)


def draw_root(pen: Pen, square: Rect, roots: Sequence[Root], pills: dict[int, Rect], moment: Moment) -> None:
    """The roots of one name as a square, with a line to each object; of many only to those that matter now."""
    many = len(roots) > MOST_ARROWS
    for target in (root.target for root in roots if root.target in pills):
        if not many or is_pointed_at(moment, target):
            points = shortened(bend(square.center, pills[target].center, 0.0), square, pills[target])
            pen.stroke(points, pen.ink, "root edge", head=True)
    pen.box(square, pen.flat(pen.theme.root, pen.ink, 2), "root")
    room, name, number = square.inset(2, 1), roots[0].name, f"{len(roots)}x"
    text = pen.first_fitting((f"{number} {name}", number), room.w) if many else name
    pen.text(room, text, "root", align="center")


def draw_legend(pen: Pen, row: Rect, moment: Moment) -> None:
    """What the marks mean now."""
    x = row.x
    for state in LEGENDS[moment.are_colors_on]:
        paint = pen.paint(state)
        side = row.h * 0.84
        if x + side + 5 + pen.width(WORDS[state]) > row.right:
            return
        spot = Rect(x, row.y + (row.h - side) / 2, side, side)
        pen.box(spot, paint, "legend", radius=3)
        pen.mark(spot, paint, "legend")
        x += side + 5
        x += pen.text(Rect(x, row.y, row.right - x, row.h), WORDS[state], "legend") + 12 * pen.unit
    if pen.width(DOTS) <= row.right - x:
        pen.text(Rect(x, row.y, row.right - x, row.h), DOTS, "legend", color=pen.faint, align="right")
