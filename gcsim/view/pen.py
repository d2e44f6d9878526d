"""Pen: what the panes draw with. It knows the pane, the theme and how wide a text is.

How wide a text is depends on a font, and layout knows none: it is given a function, `Measure`. Any text is given a room
and is cut to it, with "..." at its end, so that a long name can never run over its neighbour. The plain measure is a
table of the widths of a common sans-serif, for pictures that are drawn elsewhere (SVG) and for tests.

Sizes of text are given at 1280 x 720; `unit` scales them.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypedDict, Unpack

from gcsim.view.figure import Box, Item, Label, Patch, Point, Rect, Stroke
from gcsim.view.palette import INK, Paint, State, Theme

Measure = Callable[[str, float, str], float]
"""How wide a text is: (text, size in pixels, face: "plain" or "bold")."""

NARROW: Final = frozenset(" .,:;'!|iljtfr()[]/-`")
WIDE: Final = frozenset("mwMWQOGD%@<>+=#")
TEXT: Final = 16
"""The smallest text, at base size."""
ELLIPSIS: Final = "..."
SPECKS: Final = {".": (7, 7), "'": (4, 12)}
"""Marks that no type makes large enough, and the sizes at which they are drawn."""
HALO_PX: Final = 5
"""So far a halo goes beyond what it is around."""
LOWEST: Final = 0.8
"""A text is left out where its room is lower than this part of its size."""


class TextStyle(TypedDict, total=False):
    """How a text is written; `number`: the object that it belongs to."""

    size: float
    color: str
    align: str
    face: str
    number: int


class LineStyle(TypedDict, total=False):
    """How a line is drawn."""

    width: float
    dash: str
    head: bool


def plain_measure(text: str, size: float, face: str) -> float:
    """About as wide as common sans-serif fonts."""
    ems = sum(0.36 if char in NARROW else 0.9 if char in WIDE else 0.6 for char in text)
    return ems * size * (1.06 if face == "bold" else 1.0)


class Pen:
    """Draws into `items`, for one pane, in one theme."""

    def __init__(self, pane: str, items: list[Item], theme: Theme, measure: Measure, unit: float) -> None:
        self.pane, self.items, self.theme, self.measure, self.unit = pane, items, theme, measure, unit
        self.is_canvas = False

    def on(self, pane: str, *, is_canvas: bool = False) -> "Pen":
        """The same pen for another pane; a canvas is light in every theme."""
        pen = Pen(pane, self.items, self.theme, self.measure, self.unit)
        pen.is_canvas = is_canvas
        return pen

    @property
    def ink(self) -> str:
        """The color of text here."""
        return self.theme.ground(self.is_canvas)[1]

    @property
    def faint(self) -> str:
        """The color of less important text here."""
        return self.theme.ground(self.is_canvas)[2]

    @property
    def line(self) -> float:
        """The height of a line of the smallest text."""
        return round(TEXT * self.unit * 1.3)

    def paint(self, state: State) -> Paint:
        """How a state looks."""
        return self.theme.states[state]

    def flat(self, fill: str, edge: str = "", border_px: int = 1) -> Paint:
        """A paint that stands for no state."""
        return Paint(fill, "", "solid" if edge else "none", border_px, edge or fill, self.ink)

    # Drawing

    def box(
        self, rect: Rect, paint: Paint, role: str, *, number: int = 0, radius: float = 0.0, action: str = ""
    ) -> None:
        """A rectangle."""
        self.items.append(
            Box(pane=self.pane, role=role, id=number, rect=rect, paint=paint, radius=radius, action=action)
        )

    def stroke(
        self, points: Iterable[Point], color: str, role: str, *, number: int = 0, **line: Unpack[LineStyle]
    ) -> None:
        """A line through the points."""
        self.items.append(Stroke(pane=self.pane, role=role, id=number, points=tuple(points), color=color, **line))

    def patch(self, points: Iterable[Point], color: str, role: str, *, number: int = 0) -> None:
        """A polygon."""
        self.items.append(Patch(pane=self.pane, role=role, id=number, points=tuple(points), color=color))

    def halo(self, rect: Rect, role: str = "halo", *, number: int = 0, radius: float = 0.0) -> None:
        """A bright ring over ink around the rectangle."""
        for grow, color, px in ((HALO_PX, INK, 6), (HALO_PX - 1, self.theme.halo, 4)):
            ring = Paint("", "", "solid", px, color)
            self.box(rect.inset(-grow), ring, role, number=number, radius=radius + grow if radius else 3)

    # Text

    def width(self, text: str, size: float = TEXT, face: str = "plain") -> float:
        """How wide the text will be."""
        return self.measure(text, size * self.unit, face)

    def fit(self, text: str, room: float, size: float = TEXT, face: str = "plain") -> str:
        """The text, or as much of it as fits into `room` pixels with an ellipsis, or nothing."""
        if self.width(text, size, face) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS, size, face) <= room:
                low = middle
            else:
                high = middle - 1
        if low:
            return text[:low].rstrip() + ELLIPSIS
        return text[:1] if len(text) > 1 and self.width(text[:1], size, face) <= room else ""

    def first_fitting(self, texts: Iterable[str], room: float, face: str = "plain") -> str:
        """The first of the texts that fits into `room` pixels whole, or else the last."""
        text = ""
        for text in texts:
            if self.width(text, face=face) <= room:
                break
        return text

    def text(self, rect: Rect, text: str, role: str = "text", **style: Unpack[TextStyle]) -> float:
        """The text is in the rectangle, cut if it is too long for it; returns its width."""
        size, face = style.get("size", TEXT), style.get("face", "plain")
        fitted = self.fit(text, rect.w, size, face)
        if not fitted or rect.h < size * self.unit * LOWEST:
            return 0.0
        label = Label(
            pane=self.pane,
            role=role,
            id=style.get("number", 0),
            rect=rect,
            text=fitted,
            size=size * self.unit,
            color=style.get("color") or self.ink,
            align=style.get("align", "left"),
            face=face,
        )
        self.items.append(label)
        return self.width(fitted, size, face)

    def plate(self, rect: Rect, text: str, paint: Paint, role: str, **style: Unpack[TextStyle]) -> None:
        """A text in the middle of something painted, by default bold; on a pattern it stands on a plate of its own."""
        size, face, number = style.get("size", TEXT), style.get("face", "bold"), style.get("number", 0)
        fitted = self.fit(text, rect.w, size, face)
        if paint.hatch and fitted:
            w, h = self.width(fitted, size, face) + 4, min(size * self.unit * 1.1, rect.h - 2)
            x, y = rect.center
            self.box(Rect(x - w / 2, y - h / 2, w, h), self.flat(paint.fill), role, number=number)
        self.text(rect, fitted, role, size=size, color=paint.text, align="center", face=face, number=number)

    def mark(self, rect: Rect, paint: Paint, role: str, *, number: int = 0) -> None:
        """The mark of a state in the middle of the rectangle; those that would be mere specks are drawn."""
        if paint.mark not in SPECKS:
            self.plate(rect, paint.mark, paint, role, number=number)
            return
        w, h = (part * self.unit for part in SPECKS[paint.mark])
        x, y = rect.center
        spot = Rect(x - w / 2, y - h / 2, w, h)
        if paint.hatch:
            self.box(spot.inset(-3), self.flat(paint.fill), role, number=number)
        self.box(spot, self.flat(paint.text), role, number=number)

    def wrap(self, text: str, room: float, size: float = TEXT, face: str = "plain") -> list[str]:
        """The text in lines that fit into `room` pixels."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, face) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines
