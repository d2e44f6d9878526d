"""Log: the last trace lines, and the one that is being built. Click a token to learn what it says.

The tokens of the lines stand below each other, as in a table: so a proportional font does, and numbers can be compared.
If a line is too long, the type becomes smaller, then the tokens that say least are left out.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from attrs import frozen

from gcsim.view.figure import Rect
from gcsim.view.look import Moment
from gcsim.view.palette import INK, Paint
from gcsim.view.panes.parts import heading
from gcsim.view.pen import Pen
from gcsim.view.tokens import Token, begun, tokens_of

SIZES: Final = (16, 15, 14)
SAY_LEAST: Final[tuple[set[str], ...]] = (
    {"incremental ms", "steps", "longest step", "walltime"},
    {"pid", "isolate"},
    {"average mu", "current mu"},
    {"total before", "total after", "external"},
    {"collector reason"},
)
"""The tokens that say least, beginning with the least."""
LEFT_OUT: Final = tuple(accumulate(SAY_LEAST, frozenset[str].union, initial=frozenset[str]()))
"""What is left out of lines that are too long: first nothing, then more and more."""
CARET: Final = ">"


@frozen
class Cell:
    """A column of the table: its `name`, a token's or "", its room, its `gap` on the left."""

    name: str
    w: float
    gap: float


def draw_log(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    lines = log_lines(moment)
    room = heading(pen, rect, "TRACE", explanation(moment, bool(lines)))
    if not lines:
        pen.text(room.top_part(pen.line), "no collection yet, so no line", "empty", color=pen.faint)
        return
    rows = max(1, int(room.h // pen.line))
    table = lines[-rows:]
    caret_w = pen.width(f"{CARET} ", face="bold")
    cells, size = fitting(pen, table, room.w - caret_w)
    for index, tokens in enumerate(table):
        row = Rect(room.x, room.y + index * pen.line, room.w, min(pen.line, room.h))
        newest = index == len(table) - 1
        if newest:
            pen.text(row.left_part(caret_w), CARET, "caret", face="bold")
        draw_line(pen, row.beside(caret_w), tokens, cells, (size, newest, moment))


def log_lines(moment: Moment) -> list[tuple[Token, ...]]:
    """The tokens of each line so far; last that of the line that is being built, if one is."""
    lines, frame = moment.recording.lines, moment.frame
    shown = [tokens_of(line) for line in lines[max(0, frame.gc_number - 8) : frame.gc_number]]
    if frame.stopped and frame.gc_number < len(lines):
        shown.append(begun(lines[frame.gc_number]))
    return shown


def explanation(moment: Moment, has_lines: bool) -> str:
    """What the chosen token says; else what the pane shows."""
    token = chosen_token(moment)
    if token:
        return f"{token.name}: {token.meaning}"
    if moment.frame.stopped:
        return "this line grows: what is behind the arrow is known when it ends"
    return "what node --trace-gc prints; K explains the newest line, token by token" if has_lines else ""


def chosen_token(moment: Moment) -> Token | None:
    """The token that is explained, of the newest line."""
    lines = log_lines(moment)
    if moment.look.token < 0 or not lines:
        return None
    return lines[-1][moment.look.token % len(lines[-1])]


def panes_of_token(moment: Moment) -> tuple[str, ...]:
    """The panes that show what the chosen token measures."""
    token = chosen_token(moment)
    return token.panes if token else ()


def fitting(pen: Pen, table: Sequence[Sequence[Token]], room: float) -> tuple[list[Cell], int]:
    """The columns and the size of type with which the table fits, or the smallest there is."""
    for left_out in LEFT_OUT:
        for size in SIZES:
            cells = columns(pen, table, size, left_out)
            if sum(cell.w + cell.gap for cell in cells) <= room:
                return cells, size
    return cells, size


def columns(pen: Pen, table: Sequence[Sequence[Token]], size: int, left_out: frozenset[str]) -> list[Cell]:
    """The columns of the table, in the order of the tokens."""
    space = pen.width(" ", size)
    cells: list[Cell] = []
    for name in dict.fromkeys(token.name for tokens in sorted(table, key=len, reverse=True) for token in tokens):
        same = [token for tokens in table for token in tokens if token.name == name and name not in left_out]
        if same:
            gap = space if any(token.text.startswith(" ") for token in same) and cells else 0.0
            cells.append(Cell(name, max(pen.width(token.text.strip(), size) for token in same), gap))
    return cells


def draw_line(
    pen: Pen, row: Rect, tokens: Sequence[Token], cells: Sequence[Cell], how: tuple[int, bool, Moment]
) -> None:
    """One line; the newest has tokens to click on."""
    size, newest, moment = how
    x = row.x
    for cell in cells:
        x += cell.gap
        at = next((index for index, token in enumerate(tokens) if token.name == cell.name), None)
        if at is not None:
            spot = Rect(x, row.y, min(cell.w + 1, row.right - x), row.h)
            align = "right" if cell.name == "time" else "left"
            color = pen.ink if newest else pen.faint
            pen.text(spot, tokens[at].text.strip(), "token", size=size, color=color, align=align)
            if newest:
                frame_token(
                    pen, spot.inset(-2, 0), at, chosen=at == moment.look.token % len(tokens) and moment.look.token >= 0
                )
        x += cell.w


def frame_token(pen: Pen, spot: Rect, index: int, *, chosen: bool) -> None:
    """A token of the newest line can be clicked on; the chosen one has a ring."""
    if chosen:
        pen.box(spot, Paint("", "", "solid", 4, INK), "token", radius=3)
        pen.box(spot, Paint("", "", "solid", 2, pen.theme.halo), "token", radius=3)
    pen.box(spot, Paint("", "", "none"), "token", action=f"token {index}")
