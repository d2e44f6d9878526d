"""Caption: what the step did, and why, in large type; and which step of how many it is."""

from gcsim.view.figure import Rect
from gcsim.view.look import Moment
from gcsim.view.panes.parts import ground
from gcsim.view.pen import Pen

WHAT_SIZES = (22, 20, 18, 16)


def draw_caption(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    room = ground(pen, rect).inset(4 * pen.unit, 2)
    where = f"step {moment.index} of {len(moment.recording) - 1}"
    where_w = pen.width(where) + 16
    pen.text(Rect(room.right - where_w, room.y, where_w, pen.line), where, "where", color=pen.faint, align="right")
    text_room = room.left_part(room.w - where_w - 8)
    what, why = (moment.look.message, "") if moment.look.message else (moment.caption.what, moment.caption.why)
    size = next((each for each in WHAT_SIZES if pen.width(what, each, "bold") <= text_room.w), WHAT_SIZES[-1])
    lines = [(line, size, "bold") for line in pen.wrap(what, text_room.w, size, "bold")]
    why_size = min(size, 18)
    lines += [(line, why_size, "plain") for line in pen.wrap(why, text_room.w, why_size)]
    heights = [line_size * pen.unit * 1.35 for _, line_size, _ in lines]
    y = room.y + max(0.0, (room.h - sum(heights)) / 2)
    for (line, line_size, face), h in zip(lines, heights, strict=True):
        if y + h <= rect.bottom:
            pen.text(Rect(text_room.x, y, text_room.w, h), line, "caption", size=line_size, face=face)
        y += h
