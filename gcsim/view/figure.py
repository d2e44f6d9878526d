"""Figure: a picture as a plain list of what is drawn, in order, lowest first.

Between a frame and its pixels stands a list of boxes, strokes, patches and labels, each with the pane that it is in,
its role and the object that it stands for. Whoever draws (a window, a film, an SVG) needs to know nothing of heaps, and
whoever tests needs no pixels. Places are logical pixels, from the upper left corner.

A label has a room, `rect`, into which its text has been made to fit (`pen.py`): no text is wider than its room.
"""

from collections.abc import Iterator
from typing import Self

from attrs import evolve, frozen

from gcsim.view.palette import Paint

Point = tuple[float, float]


@frozen
class Rect:
    """A rectangle."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x behind it."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The y below it."""
        return self.y + self.h

    @property
    def center(self) -> Point:
        """Its middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        """The rectangle that is smaller by `dx` on the left and right, by `dy` (or `dx`) above and below."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, max(0.0, self.w - 2 * dx), max(0.0, self.h - 2 * dy))

    def moved(self, dx: float, dy: float) -> "Rect":
        """The rectangle elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def top_part(self, h: float) -> "Rect":
        """Its upper `h` pixels."""
        return Rect(self.x, self.y, self.w, min(h, self.h))

    def below(self, h: float) -> "Rect":
        """What is left without its upper `h` pixels."""
        return Rect(self.x, self.y + h, self.w, max(0.0, self.h - h))

    def left_part(self, w: float) -> "Rect":
        """Its left `w` pixels."""
        return Rect(self.x, self.y, min(w, self.w), self.h)

    def beside(self, w: float) -> "Rect":
        """What is left without its left `w` pixels."""
        return Rect(self.x + w, self.y, max(0.0, self.w - w), self.h)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share more than a border."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@frozen(kw_only=True)
class Item:
    """What all have. `pane`: in which it lies; `role`: what it is; `id`: the object that it stands for, or 0."""

    pane: str
    role: str
    id: int = 0

    def moved(self, dx: float, dy: float) -> Self:
        """The same elsewhere."""
        raise NotImplementedError


@frozen(kw_only=True)
class Box(Item):
    """A rectangle with a fill and a border.

    `action`: what a click on it does: a key (`keys.py`), or "seek", "chart", "token" or "tab" with a number or name.
    """

    rect: Rect
    paint: Paint
    radius: float = 0.0
    action: str = ""

    def moved(self, dx: float, dy: float) -> Self:
        """The same elsewhere."""
        return evolve(self, rect=self.rect.moved(dx, dy))


@frozen(kw_only=True)
class Stroke(Item):
    """A line through `points`. `dash`: "", "dashed" or "dotted"; `head`: whether it ends in an arrowhead."""

    points: tuple[Point, ...]
    color: str
    width: float = 2.0
    dash: str = ""
    head: bool = False

    def moved(self, dx: float, dy: float) -> Self:
        """The same elsewhere."""
        return evolve(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@frozen(kw_only=True)
class Patch(Item):
    """A filled polygon."""

    points: tuple[Point, ...]
    color: str

    def moved(self, dx: float, dy: float) -> Self:
        """The same elsewhere."""
        return evolve(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@frozen(kw_only=True)
class Label(Item):
    """A text in the middle of the height of its room. `align`: "left", "center" or "right"; `face`: as in `pen.py`."""

    rect: Rect
    text: str
    size: float
    color: str
    align: str = "left"
    face: str = "plain"

    def moved(self, dx: float, dy: float) -> Self:
        """The same elsewhere."""
        return evolve(self, rect=self.rect.moved(dx, dy))


@frozen(kw_only=True)
class Figure:
    """A picture. `panes`: where each pane is."""

    width: int
    height: int
    background: str
    items: tuple[Item, ...]
    panes: dict[str, Rect]

    def labels(self) -> Iterator[Label]:
        """All texts."""
        return (item for item in self.items if isinstance(item, Label))

    def boxes(self, role: str = "") -> Iterator[Box]:
        """All boxes, or those of that role."""
        return (item for item in self.items if isinstance(item, Box) and role in ("", item.role))

    def pane_at(self, x: float, y: float) -> str:
        """The name of the pane at that point, or ""."""
        return next((name for name, rect in self.panes.items() if rect.holds(x, y)), "")

    def action_at(self, x: float, y: float) -> Box | None:
        """The uppermost box there that does something, or None."""
        found = (box for box in reversed(tuple(self.boxes())) if box.action and box.rect.holds(x, y))
        return next(found, None)

    def object_at(self, x: float, y: float) -> int:
        """The id of the object that is drawn there, or 0."""
        found = (box.id for box in reversed(tuple(self.boxes())) if box.id and box.rect.holds(x, y))
        return next(found, 0)
