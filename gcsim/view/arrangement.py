"""Arrangement: which panes there are in a window of a given size, and where.

A person with a projector, one with a small laptop window and one who looks at two runs side by side need different
panes. All sizes are given at 1280 x 720 and scaled. Rows never overlap, and what is left over goes to the tallest.
If the type is so large that the panes do not fit, one is shown at a time, as if it were maximised.
"""

from typing import Final

from attrs import frozen

from gcsim.view.figure import Rect
from gcsim.view.look import Look

MARGIN: Final = 8
GAP: Final = 6
RIGHT_SHARE: Final = 0.38
"""The width of the right column."""
PANES: Final = ("new", "old", "graph", "chart", "log", "caption")
"""In the order of the keys 1 to 6."""


@frozen
class Row:
    """A row of panes, `h` high at base size; `grows`: how much of what is left over it takes."""

    name: str
    h: float
    grows: float = 0.0


FULL: Final = (
    Row("header", 36),
    Row("new", 196, 2.0),
    Row("old", 148, 2.0),
    Row("chart", 100, 1.0),
    Row("log", 74),
    Row("caption", 72),
    Row("bar", 40),
)
COMPACT: Final = (
    Row("header", 32),
    Row("new", 164, 2.0),
    Row("old", 116, 1.5),
    Row("chart", 78, 0.5),
    Row("log", 54),
    Row("caption", 70),
    Row("bar", 38),
)
MAP: Final = (
    Row("header", 36),
    Row("new", 120, 0.5),
    Row("old", 188, 2.0),
    Row("chart", 140, 1.5),
    Row("log", 76, 0.0),
    Row("caption", 72),
    Row("bar", 40),
)
MAP_COMPACT: Final = (
    Row("header", 32),
    Row("new", 98, 0.5),
    Row("old", 164, 2.0),
    Row("chart", 112, 1.5),
    Row("log", 54),
    Row("caption", 66),
    Row("bar", 38),
)
ONE: Final = (Row("header", 36), Row("pane", 190, 1.0), Row("log", 54), Row("caption", 72), Row("bar", 40))
HALF: Final = (
    Row("header", 60),
    Row("new", 160, 1.0),
    Row("old", 96, 1.0),
    Row("graph", 156, 1.5),
    Row("log", 54),
    Row("caption", 88),
)
HALF_MAP: Final = (
    Row("header", 60),
    Row("new", 110, 0.5),
    Row("old", 160, 1.5),
    Row("chart", 130, 1.5),
    Row("log", 54),
    Row("caption", 88),
)


def arrange(look: Look, unit: float, *, stepwise: bool) -> dict[str, Rect]:
    """The place of each pane of a single recording."""
    screen = Rect(0, 0, look.width, look.height).inset(MARGIN)
    least = COMPACT if stepwise else MAP_COMPACT
    if look.presenter or look.maximised or height(least, unit) > screen.h:
        return one_pane(look, screen, unit, stepwise=stepwise)
    kinds = {(True, False): FULL, (True, True): COMPACT, (False, False): MAP, (False, True): MAP_COMPACT}
    rows = kinds[stepwise, is_compact(look, unit)]
    places = stacked(without_hidden(rows, look), screen, unit)
    left = screen.w * (1 - RIGHT_SHARE)
    top = places["new"].y
    column = Rect(screen.x + left, top, screen.w - left, places["old"].bottom - top)
    for name in ("new", "old"):
        places[name] = places[name].left_part(left - GAP)
    return places | right_column(column, look, unit, stepwise=stepwise)


def is_compact(look: Look, unit: float) -> bool:
    """Whether the rows of the full arrangement would not fit."""
    return height(FULL, unit) + 2 * MARGIN > look.height or look.width < 1000 * unit


def height(rows: tuple[Row, ...], unit: float) -> float:
    """How high the rows are together."""
    return sum(row.h for row in rows) * unit + GAP * (len(rows) - 1)


def without_hidden(rows: tuple[Row, ...], look: Look) -> tuple[Row, ...]:
    """The rows without those that nobody wants to see."""
    hidden = {"caption": look.captions, "bar": look.transport}
    return tuple(row for row in rows if hidden.get(row.name, True))


def without_log(rows: tuple[Row, ...], screen: Rect, unit: float) -> tuple[Row, ...]:
    """The rows, without the log if they are too high with it."""
    return rows if height(rows, unit) <= screen.h else tuple(row for row in rows if row.name != "log")


def stacked(rows: tuple[Row, ...], screen: Rect, unit: float) -> dict[str, Rect]:
    """The rows below each other; if there is too little height, each gives in proportion."""
    room = screen.h - GAP * (len(rows) - 1)
    needed = sum(row.h for row in rows) * unit
    spare = max(0.0, room - needed)
    shrink = min(1.0, room / needed)
    growing = sum(row.grows for row in rows) or 1.0
    places: dict[str, Rect] = {}
    y = screen.y
    for row in rows:
        h = row.h * unit * shrink + spare * row.grows / growing
        places[row.name] = Rect(screen.x, y, screen.w, h)
        y += h + GAP
    return places


def right_column(column: Rect, look: Look, unit: float, *, stepwise: bool) -> dict[str, Rect]:
    """The graph, and below it the worklist and the remembered set; or one of them; or the facts of a collection."""
    if not stepwise:
        return {"last": column}
    if is_compact(look, unit) and not look.transport:  # nobody can choose a tab
        return {look.tab: column}
    if is_compact(look, unit):
        return {look.tab: column.below(26 * unit), "tabs": column.top_part(24 * unit)}
    lower = column.h * 0.3
    upper = column.top_part(column.h - lower - GAP)
    row = column.below(upper.h + GAP)
    half = (row.w - GAP) / 2
    return {"graph": upper, "worklist": row.left_part(half), "remembered": row.beside(half + GAP)}


def one_pane(look: Look, screen: Rect, unit: float, *, stepwise: bool) -> dict[str, Rect]:
    """One pane as large as possible, with the log, the caption and the bar."""
    chosen = single(look, stepwise=stepwise)
    rows = tuple(row for row in without_hidden(ONE, look) if row.name != chosen)
    rows = without_log(rows, screen, unit)
    places = stacked(rows, screen, unit)
    places[chosen] = places.pop("pane")
    return places


def single(look: Look, *, stepwise: bool) -> str:
    """The pane that is shown alone; a map of pages has no graph, but the facts of a collection."""
    chosen = look.maximised or "new"
    return "last" if chosen == "graph" and not stepwise else chosen


def arrange_halves(
    look: Look, unit: float, *, stepwise: bool
) -> tuple[dict[str, Rect], dict[str, Rect], dict[str, Rect]]:
    """The places of two recordings, left and right, and of the transport that they share."""
    screen = Rect(0, 0, look.width, look.height).inset(MARGIN)
    bar = {}
    if look.transport:
        bar_h = 40 * unit
        bar = {"bar": screen.below(screen.h - bar_h)}
        screen = screen.top_part(screen.h - bar_h - GAP)
    half = (screen.w - GAP) / 2
    rows = half_rows(look, stepwise=stepwise)
    rows = without_log(rows, screen, unit)
    left, right = (stacked(rows, side, unit) for side in (screen.left_part(half), screen.beside(half + GAP)))
    return left, right, bar


def half_rows(look: Look, *, stepwise: bool) -> tuple[Row, ...]:
    """The rows of one of two recordings: all panes, or one."""
    rows = without_hidden(HALF if stepwise else HALF_MAP, look)
    if not (look.maximised or look.presenter):
        return rows
    alone = Row(single(look, stepwise=stepwise), 200, 1.0)
    kept = [row for row in rows if row.name in ("header", "caption") and row.name != alone.name]
    return (*kept[:1], alone, *kept[1:])
