"""Overlays: help, glossary, contrast check, drawn over all panes; and the tabs of a small window."""

from collections.abc import Sequence
from typing import Final

from gcsim.view.figure import Rect
from gcsim.view.glossary import GLOSSARY, terms_in
from gcsim.view.keys import ACTIONS
from gcsim.view.look import TABS, Moment
from gcsim.view.palette import State, contrast
from gcsim.view.panes.parts import heading
from gcsim.view.pen import Pen

WINDOW_KEYS: Final = {
    "tab": "next pane; shift+tab: pane before",
    ". and ,": "next object; object before",
    "enter": "select; again: who points here",
    "1 .. 6": "one pane alone; esc: all panes",
    "k": "next token of the trace line, explained",
    "t": "theme",
    "+ and -": "larger or smaller type",
    "c": "contrast check",
    "g": "glossary",
    "d": "this frame in words, to stdout",
    "s": "save this frame as a PNG",
    "v": "start or stop recording a film",
    "f5": "presenter mode: large type",
    "h or ?": "this help",
    "ctrl+q": "quit",
}
"""What the keys do that only a window has."""
TAB_NAMES: Final = {"graph": "Graph", "worklist": "Worklist", "remembered": "Remembered"}


def draw_overlay(pen: Pen, screen: Rect, moment: Moment) -> None:
    """The overlay that was asked for."""
    kind = moment.look.overlay
    if kind == "help":
        keys = [(key, action.help) for key, action in ACTIONS.items()]
        draw_table(pen, screen, "KEYS", [*keys, *WINDOW_KEYS.items()])
    elif kind == "glossary":
        draw_glossary(pen, screen, moment)
    elif kind == "contrast":
        draw_contrast(pen, screen)


def draw_table(pen: Pen, screen: Rect, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Two columns of keys with what they do."""
    half = -(-len(rows) // 2)
    h = min(pen.line * 1.25, (screen.h - 3 * pen.line) / (half + 1))
    w = min(screen.w, 1120 * pen.unit)
    frame = Rect(screen.x + (screen.w - w) / 2, screen.y, w, pen.line + h * half + 24 * pen.unit)
    frame = frame.moved(0, max(0.0, (screen.h - frame.h) / 2))
    room = heading(pen, frame, title, "any key closes this")
    for index, (key, words) in enumerate(rows):
        column, row = divmod(index, half)
        cell = Rect(room.x + column * room.w / 2, room.y + 4 + row * h, room.w / 2 - 10, h)
        key_w = 120 * pen.unit
        pen.text(cell.left_part(key_w - 8), key, "key name", face="bold")
        pen.text(cell.beside(key_w), words, "key help")


def draw_glossary(pen: Pen, screen: Rect, moment: Moment) -> None:
    """The words of the caption; of a caption without any, the first of the glossary."""
    terms = terms_in(f"{moment.caption.what} {moment.caption.why}") or list(GLOSSARY)
    w = min(screen.w, 1000 * pen.unit)
    lines_h = sum(len(pen.wrap(GLOSSARY[term], w - 220 * pen.unit)) * pen.line + 8 * pen.unit for term in terms)
    h = min(screen.h * 0.88, lines_h + 2.4 * pen.line)
    frame = Rect(screen.x + (screen.w - w) / 2, screen.y + (screen.h - h) / 2, w, h)
    room = heading(pen, frame, "GLOSSARY", "the words of this step; any key closes this")
    y = room.y + 6
    for term in terms:
        lines = pen.wrap(GLOSSARY[term], w - 220 * pen.unit)
        if y + len(lines) * pen.line > room.bottom:
            break
        pen.text(Rect(room.x, y, 180 * pen.unit, pen.line), term, "term", face="bold")
        for line in lines:
            pen.text(Rect(room.x + 190 * pen.unit, y, room.w - 190 * pen.unit, pen.line), line, "meaning")
            y += pen.line
        y += 8 * pen.unit


def draw_contrast(pen: Pen, screen: Rect) -> None:
    """Each state with its contrasts: of its text, and of its border on a canvas."""
    canvas = pen.on("overlay", is_canvas=True)
    w = min(screen.w, 900 * pen.unit)
    h = min(2 * pen.line, (screen.h - 3 * pen.line) / len(State))
    frame = Rect(screen.x + (screen.w - w) / 2, screen.y, w, h * len(State) + 2.2 * pen.line)
    frame = frame.moved(0, max(0.0, (screen.h - frame.h) / 2))
    room = heading(canvas, frame, "CONTRAST", "text at least 4.5, borders at least 3; any key closes this")
    for index, state in enumerate(State):
        paint = canvas.paint(state)
        row = Rect(room.x, room.y + 4 + index * h, room.w, h)
        swatch = row.left_part(90 * pen.unit).inset(4, 3)
        canvas.box(swatch, paint, "swatch")
        canvas.mark(swatch.inset(4, 1), paint, "swatch")
        numbers = f"{contrast(paint.fill, paint.text):.1f}    {contrast(paint.edge, pen.theme.canvas):.1f}"
        canvas.text(row.beside(100 * pen.unit).left_part(120 * pen.unit), numbers, "numbers", face="bold")
        canvas.text(row.beside(230 * pen.unit), state.value, "state")


def draw_tabs(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The tabs of a small window; the one in front is bold."""
    w = rect.w / len(TABS)
    for index, tab in enumerate(TABS):
        spot = Rect(rect.x + index * w, rect.y, w - 4, rect.h)
        chosen = tab == moment.look.tab
        fill = pen.theme.panel if chosen else pen.theme.page
        pen.box(spot, pen.flat(fill, pen.theme.edge, 2 if chosen else 1), "tab", radius=4, action=f"tab {tab}")
        pen.text(spot.inset(6, 0), TAB_NAMES[tab], "tab", face="bold" if chosen else "plain", align="center")
