"""Caption: what the step did, and why, in large type."""

from gcsim.view.figure import Rect
from gcsim.view.look import Moment
from gcsim.view.panes.parts import ground
from gcsim.view.pen import Pen

WHAT_SIZES = (22, 20, 18, 16)


def draw_caption(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    room = ground(pen, rect).inset(4 * pen.unit, 2)
    what, why = (moment.look.message, "") if moment.look.message else (moment.caption.what, moment.caption.why)
    size = next((each for each in WHAT_SIZES if pen.width(what, each, "bold") <= room.w), WHAT_SIZES[-1])
    lines = [(line, size, "bold") for line in pen.wrap(what, room.w, size, "bold")]
    why_size = min(size, 18)
    lines += [(line, why_size, "plain") for line in pen.wrap(why, room.w, why_size)]
    heights = [line_size * pen.unit * 1.35 for _, line_size, _ in lines]
    y = room.y + max(0.0, (room.h - sum(heights)) / 2)
    for (line, line_size, face), h in zip(lines, heights, strict=True):
        if y + h <= rect.bottom:
            pen.text(Rect(room.x, y, room.w, h), line, "caption", size=line_size, face=face)
        y += h
