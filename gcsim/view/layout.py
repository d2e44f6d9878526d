"""Layout: a frame as a figure, a plain list of boxes, lines and texts (`figure.py`).

Pure: a figure follows from the recording, the index, the look and the widths of letters, and from nothing else. Each
pane is drawn by a function of its own into the rectangle that `arrangement.py` gives it; what points out of a pane
(the ring of the focus) comes last.

Cost: O(objects + edges + pixels of width) for a frame; the first picture of a recording also makes its backdrop.
"""

from collections.abc import Callable, Sequence
from typing import Final

from attrs import evolve

from gcsim.view.arrangement import arrange, arrange_halves
from gcsim.view.backdrop import Backdrop
from gcsim.view.figure import Box, Figure, Item, Label, Point, Rect
from gcsim.view.look import Look, Moment
from gcsim.view.palette import INK, THEMES
from gcsim.view.panes.bar import draw_bar
from gcsim.view.panes.caption import draw_caption
from gcsim.view.panes.chart import draw_chart
from gcsim.view.panes.graph import draw_graph
from gcsim.view.panes.header import draw_header
from gcsim.view.panes.last_gc import draw_last_gc
from gcsim.view.panes.log import draw_log, panes_of_token
from gcsim.view.panes.new_space import draw_new_space
from gcsim.view.panes.old_space import draw_old_space
from gcsim.view.panes.overlay import draw_overlay, draw_tabs
from gcsim.view.panes.tip import draw_tip
from gcsim.view.panes.worklist import draw_remembered, draw_worklist
from gcsim.view.pen import Measure, Pen

Draw = Callable[[Pen, Rect, Moment], None]
CANVASES: Final = frozenset({"new", "old", "graph", "worklist", "remembered"})
"""The panes in which objects are drawn."""
DRAW: Final[dict[str, Draw]] = {
    "header": draw_header,
    "new": draw_new_space,
    "old": draw_old_space,
    "graph": draw_graph,
    "worklist": draw_worklist,
    "remembered": draw_remembered,
    "tabs": draw_tabs,
    "last": draw_last_gc,
    "chart": draw_chart,
    "log": draw_log,
    "caption": draw_caption,
    "bar": draw_bar,
}


def lay_out(backdrop: Backdrop, index: int, look: Look, measure: Measure) -> Figure:
    """The figure of frame `index`."""
    moment = Moment(backdrop, index, look)
    places = arrange(look, moment.unit(), stepwise=moment.is_stepwise)
    sheet = Sheet(look, measure, moment.unit())
    sheet.draw(places, moment)
    return sheet.figure(moment)


def lay_out_both(
    backdrops: tuple[Backdrop, Backdrop], indexes: tuple[int, int], look: Look, measure: Measure
) -> Figure:
    """The figure of two recordings side by side; the left one has the transport."""
    moments = [Moment(backdrop, index, look) for backdrop, index in zip(backdrops, indexes, strict=True)]
    unit = moments[0].unit()
    *halves, bar = arrange_halves(look, unit, stepwise=moments[0].is_stepwise)
    sheet = Sheet(look, measure, unit)
    for side, moment, places in zip(("left", "right"), moments, halves, strict=True):
        sheet.draw(places, moment, side)
    sheet.draw(bar, moments[0])
    return sheet.figure(moments[0])


def draw_promotions(pen: Pen, items: list[Item], moment: Moment) -> None:
    """An arrow from the ghost of each object that is promoted in this step to its place in old space.

    Where it would cross the heading of old space, that makes way.
    """
    boxes = [item for item in items if isinstance(item, Box) and item.id in moment.current]
    ghosts = {box.id: box.rect for box in boxes if box.role == "ghost"}
    for box in boxes:
        if box.role == "block" and box.pane.endswith("old") and box.id in ghosts:
            start = ghosts.pop(box.id)
            points = [(start.center[0], start.bottom), (box.rect.center[0], box.rect.y - 6)]
            pen.stroke(points, pen.theme.canvas, "promotion", width=7)
            pen.stroke(points, INK, "promotion", number=box.id, width=3, head=True)
            make_way(pen, items, points)


def make_way(pen: Pen, items: list[Item], line: Sequence[Point]) -> None:
    """Where the line crosses the title of old space or what stands beside it, all from there on begins on its right."""
    (x1, y1), (x2, y2) = line
    way = 0.0
    for at, label in enumerate(items):
        if isinstance(label, Label) and label.role in ("title", "detail") and label.pane.endswith("old"):
            width = pen.measure(label.text, label.size, label.face)
            x = x1 + (x2 - x1) * (label.rect.center[1] - y1) / (y2 - y1)
            if -8 < x - label.rect.x < width + 8:
                way = x + 16 - label.rect.x
            if way + width <= label.rect.w:
                items[at] = evolve(label, rect=label.rect.beside(way))


class Sheet:
    """What is being drawn on."""

    def __init__(self, look: Look, measure: Measure, unit: float) -> None:
        self.look = look
        self.items: list[Item] = []
        self.panes: dict[str, Rect] = {}
        self.pen = Pen("", self.items, THEMES[look.theme], measure, unit)

    def draw(self, places: dict[str, Rect], moment: Moment, side: str = "") -> None:
        """Each pane is in its place. `side`: before the names of the panes, where there are two of each."""
        for name, rect in places.items():
            full_name = f"{side} {name}".strip()
            self.panes[full_name] = rect
            DRAW[name](self.pen.on(full_name, is_canvas=name in CANVASES), rect, moment)

    def figure(self, moment: Moment) -> Figure:
        """The picture, with what lies over the panes."""
        look, over = self.look, self.pen.on("overlay")
        for name in sorted({look.focus, *panes_of_token(moment)} & set(self.panes)):
            over.halo(self.panes[name].inset(4), "focus")
        draw_promotions(over, self.items, moment)
        draw_tip(over, self.items, moment)
        draw_overlay(over, Rect(0, 0, look.width, look.height).inset(20), moment)
        return Figure(
            width=look.width,
            height=look.height,
            background=self.pen.theme.page,
            items=tuple(self.items),
            panes=self.panes,
        )
