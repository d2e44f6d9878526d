"""Palette: what each state of an object looks like, in three themes.

A state is never told by color alone: any two differ in their mark (a letter in the block) or their border as well, so
that a picture can be read in grey, on a bad projector and by color-blind people. The colors of tri-color marking are
literal: white is white. Light fills always carry a dark border. The print theme has no colors, its fills are patterns.

Contrast is computed as WCAG does. What must hold in each theme, and is tested: text on its fill at least 4.5, a border
on its canvas at least 3.

Sources: Okabe and Ito, Color Universal Design, 2008; WCAG 2.2, relative luminance and contrast ratio.
"""

from enum import Enum
from typing import Final

from attrs import evolve, frozen

INK: Final = "#1A1A1A"
PAPER: Final = "#FAFAF7"
WHITE: Final = "#FFFFFF"
ORANGE: Final = "#E69F00"
"""Of halos and focus rings, which are drawn over a wider line of ink; in print they are white."""


PALE: Final = 0.6
"""How far what has not been reached yet is from its color to the ground."""


class State(Enum):
    """What a block, a node or a slot can be. The first three are the colors of marking."""

    WHITE = "white: not reached"
    GREY = "grey: reached, its fields are not"
    BLACK = "black: reached, and its fields too"
    DEAD = "dead: nobody reaches it"
    NEW = "new: no collection seen yet"
    COPIED = "survived once: copied"
    OLD = "old: promoted"
    REMEMBERED = "remembered: an old slot holds a young object"
    GHOST = "moved: its new address is here"
    ERROR = "error, or near the limit"
    FREE = "free"
    FILLER = "filler: holds nothing"


@frozen
class Paint:
    """How a state looks. `hatch`: a pattern over the fill: "", "/", "x", ".", "-" or "|"."""

    fill: str
    mark: str
    border: str = "solid"
    border_px: int = 2
    edge: str = INK
    text: str = INK
    hatch: str = ""


LIGHT_STATES: Final = {
    State.WHITE: Paint(WHITE, "W"),
    State.GREY: Paint("#A6A6A6", "G", "double"),
    State.BLACK: Paint(INK, "B", border_px=4, text=WHITE),
    State.DEAD: Paint(PAPER, "+", "dotted", hatch="/"),
    State.NEW: Paint("#F0E442", "."),
    State.COPIED: Paint("#56B4E9", "'"),
    State.OLD: Paint("#0072B2", "O", text=WHITE),
    State.REMEMBERED: Paint("#CC79A7", "R"),
    State.GHOST: Paint(PAPER, ">", "dashed", 1, edge="#6B6B6B", text="#595959"),
    State.ERROR: Paint("#D55E00", "!", border_px=4, text="#111111"),
    State.FREE: Paint(PAPER, "-", "dashed", edge="#00805C"),
    State.FILLER: Paint("#E2E2DC", "=", "solid", 1, edge="#6B6B6B"),
}

PRINT_STATES: Final = {
    state: evolve(paint, fill=fill, hatch=hatch, edge="#000000", text=WHITE if fill == "#000000" else "#000000")
    for (state, paint), (fill, hatch) in zip(
        LIGHT_STATES.items(),
        [
            (WHITE, ""),
            (WHITE, "x"),
            ("#000000", ""),
            (WHITE, "/"),
            (WHITE, "."),
            (WHITE, "-"),
            (WHITE, "|"),
            (WHITE, "."),
            (WHITE, ""),
            (WHITE, "x"),
            (WHITE, ""),
            (WHITE, "-"),
        ],
        strict=True,
    )
}


@frozen(kw_only=True)
class Theme:
    """The colors of everything else.

    `page` is behind the panes, `panel` is a pane, `canvas` a pane in which objects are drawn: it is light in every
    theme, else black objects would vanish. `text`, `faint`: on a panel; `ink`, `pale`: on a canvas. `root`: of the
    squares of roots. `halo`: of the ring around what a step is about. `lines`: of the chart, by what they show.
    """

    page: str
    panel: str
    canvas: str
    text: str
    faint: str
    edge: str
    ink: str = INK
    pale: str = "#595959"
    root: str = "#E6E6DF"
    halo: str = ORANGE
    lines: dict[str, str]
    states: dict[State, Paint]

    def ground(self, is_canvas: bool) -> tuple[str, str, str]:
        """The colors of a pane: of itself, of its text, of its less important text."""
        return (self.canvas, self.ink, self.pale) if is_canvas else (self.panel, self.text, self.faint)

    def colors(self, halftones: int = 3) -> list[str]:
        """All colors that a picture has, without what smooth edges mix; then so many steps from text to ground."""
        states = [color for paint in self.states.values() for color in (paint.fill, paint.edge, paint.text)]
        pale = [blend(self.lines[name], self.panel, PALE) for name in ("used", "total")]
        solid = [self.page, self.panel, self.canvas, self.text, self.faint, self.edge]
        solid += [self.ink, self.pale, self.root, self.halo]
        grounds = dict.fromkeys([(self.text, self.panel), (self.ink, self.canvas)])
        steps = [step / (halftones + 1) for step in range(1, halftones + 1)]
        mixed = [blend(one, other, ratio) for one, other in grounds for ratio in steps]
        return list(dict.fromkeys([*solid, *self.lines.values(), *states, *pale, *mixed]))


THEMES: Final = {
    "light": Theme(
        page="#E4E3DC",
        panel=PAPER,
        canvas=PAPER,
        text=INK,
        faint="#595959",
        edge="#85857D",
        lines={"used": "#0072B2", "total": INK, "live": "#D55E00", "floor": "#A64900", "limit": "#8F4673"},
        states=LIGHT_STATES,
    ),
    "dark": Theme(
        page="#14171B",
        panel="#24282E",
        canvas=PAPER,
        text="#F2F2F0",
        faint="#B4B8BD",
        edge="#868D96",
        lines={"used": "#56B4E9", "total": "#F2F2F0", "live": "#F0E442", "floor": ORANGE, "limit": "#E29CC4"},
        states=LIGHT_STATES,
    ),
    "print": Theme(
        page=WHITE,
        panel=WHITE,
        canvas=WHITE,
        text="#000000",
        faint="#404040",
        edge="#000000",
        ink="#000000",
        pale="#404040",
        root=WHITE,
        halo=WHITE,
        lines=dict.fromkeys(("used", "total", "live", "floor", "limit"), "#000000"),
        states=PRINT_STATES,
    ),
}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of `#RRGGBB`, 0 to 1."""
    red, green, blue = (linear(part / 255) for part in rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    """The light that a part of an sRGB color stands for, both 0 to 1."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def rgb(color: str) -> tuple[int, int, int]:
    """`#RRGGBB` as three numbers, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def blend(one: str, other: str, ratio: float) -> str:
    """The color `ratio` of the way from one to the other."""
    parts = (round(a + (b - a) * ratio) for a, b in zip(rgb(one), rgb(other), strict=True))
    return "#" + "".join(f"{part:02X}" for part in parts)
