"""Worklist and remembered set: what a collector still has to do, and where old space refers to the young."""

from gcsim.view.figure import Rect
from gcsim.view.frame import Edge
from gcsim.view.look import Moment
from gcsim.view.palette import State
from gcsim.view.panes.parts import chip, heading, is_pointed_at
from gcsim.view.pen import Pen


def draw_worklist(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The objects that are reached, and whose fields are not; the next one first."""
    frame = moment.frame
    order = "queue" if frame.collector == "scavenge" else "stack"
    is_used = bool(frame.collector) or frame.marking
    detail = f"{order}, {len(frame.worklist)}" if is_used else "no collection"
    room = heading(pen, rect, "WORKLIST", detail)
    if not frame.worklist:
        pen.text(room.top_part(pen.line * 1.3), "empty", "empty", color=pen.faint)
        return
    x, y, h = room.x, room.y + 3, pen.line * 1.35
    x += pen.text(Rect(x, y, room.w, h), "next", "front", color=pen.faint) + 12
    state = State.GREY if moment.are_colors_on else State.COPIED
    for index, number in enumerate(frame.worklist):
        name = moment.name(number)
        w = min(pen.width(name, face="bold") + 26, room.w)
        if x + w > room.right:
            x, y = room.x, y + h + 6
        is_last_row = y + 2 * h + 6 > room.bottom
        rest = f"+{len(frame.worklist) - index}"
        if is_last_row and x + w + pen.width(rest) + 8 > room.right and index < len(frame.worklist) - 1:
            pen.text(Rect(x, y, max(0.0, room.right - x), h), rest, "more")
            return
        spot = Rect(x, y, w, h)
        chip(pen, spot, name, state, number)
        if is_pointed_at(moment, number):
            pen.halo(spot, "chip halo", radius=4)
        x += w + 8


def draw_remembered(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The slots of old objects that may refer to young ones."""
    slots = moment.frame.remembered
    room = heading(pen, rect, "REMEMBERED", f"{len(slots)}")
    if not slots:
        pen.text(room.top_part(pen.line * 1.3), "empty", "empty", color=pen.faint)
        return
    h = pen.line * 1.1
    rows = max(1, int(room.h // h))
    shown = slots if len(slots) <= rows else slots[: rows - 1]
    for index, edge in enumerate(shown):
        draw_slot(pen, Rect(room.x, room.y + index * h, room.w, h), edge, moment)
    if len(shown) < len(slots):
        pen.text(Rect(room.x, room.y + (rows - 1) * h, room.w, h), f"+{len(slots) - len(shown)} more", "more")


def draw_slot(pen: Pen, row: Rect, edge: Edge, moment: Moment) -> None:
    """One slot: whose field, and what it refers to."""
    side = min(row.h - 3, pen.line)
    spot = Rect(row.x, row.y + (row.h - side) / 2, side, side)
    paint = pen.paint(State.REMEMBERED)
    pen.box(spot, paint, "letter", radius=4)
    pen.plate(spot, "R", paint, "letter")
    text = f"{moment.name(edge.source)}.{edge.field} -> {moment.name(edge.target)}"
    pen.text(row.beside(side + 6), text, "slot")
