"""Caption: what the step did, and why, in large type."""

from typing import Final

from gcsim.view.figure import Rect
from gcsim.view.look import Moment
from gcsim.view.panes.parts import ground
from gcsim.view.pen import Pen

SIZES: Final = ((22, 18), (20, 18), (18, 17), (16, 16))
"""Of what happened and of why, as large as there is room for."""
LEADING: Final = 1.35
"""The height of a line, as a part of its size."""


def draw_caption(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    room = ground(pen, rect).inset(4 * pen.unit, 0)
    lines = fitting(pen, room, moment)
    heights = [size * pen.unit * LEADING for _, size, _ in lines]
    y = room.y + max(0.0, (room.h - sum(heights)) / 2)
    for (line, size, face), h in zip(lines, heights, strict=True):
        pen.text(Rect(room.x, y, room.w, h), line, "caption", size=size, face=face)
        y += h


def fitting(pen: Pen, room: Rect, moment: Moment) -> list[tuple[str, int, str]]:
    """The lines of the caption, (text, size, face), as large as fits; what does not fit at all is cut."""
    message = moment.look.message
    what, why = (message, "") if message else (moment.caption.what, moment.caption.why)
    for what_size, why_size in SIZES:
        lines = [(line, what_size, "bold") for line in pen.wrap(what, room.w, what_size, "bold")]
        lines += [(line, why_size, "plain") for line in pen.wrap(why, room.w, why_size)]
        if sum(size * pen.unit * LEADING for _, size, _ in lines) <= room.h:
            return lines
    most = max(1, int(room.h / (SIZES[-1][0] * pen.unit * LEADING)))
    if len(lines) > most:
        text, size, face = lines[most - 1]
        lines[most - 1 :] = [(f"{text} {lines[most][0]}", size, face)]  # the pen cuts it
    return lines
