"""Tip: what the object below the mouse is."""

from collections.abc import Iterator, Sequence

from gcsim.units import WORD_BYTES
from gcsim.view.figure import Box, Item, Rect
from gcsim.view.look import Moment
from gcsim.view.pen import Pen
from gcsim.view.words import listed, size

AGES = ("no collection yet", "survived one collection", "old")


def draw_tip(pen: Pen, items: Sequence[Item], moment: Moment) -> None:
    """The tip is beside the object, if one is pointed at."""
    number = moment.look.pointed
    spot = next((item.rect for item in items if isinstance(item, Box) and item.id == number), None)
    if not number or spot is None or number not in moment.objects:
        return
    lines = list(tip(moment, number))
    w = min(max(pen.width(line, face="bold") for line in lines) + 20 * pen.unit, 460 * pen.unit)
    h = len(lines) * pen.line + 10
    x = min(spot.x, moment.look.width - w - 8)
    y = spot.bottom + 8 if spot.bottom + h + 16 < moment.look.height else spot.y - h - 8
    box = Rect(x, y, w, h)
    pen.box(box, pen.flat(pen.theme.panel, pen.ink, 2), "tip", radius=5)
    for index, line in enumerate(lines):
        room = Rect(box.x + 10 * pen.unit, box.y + 5 + index * pen.line, w - 16 * pen.unit, pen.line)
        pen.text(room, line, "tip", face="plain" if index else "bold")


def tip(moment: Moment, number: int) -> Iterator[str]:
    """What there is to say of an object."""
    block, frame = moment.objects[number], moment.frame
    yield f"{block.name}, {size(block.words * WORD_BYTES)}, {AGES[block.age]}"
    if moment.are_colors_on:
        yield block.color
    fields = [f"{edge.field} -> {moment.name(edge.target)}" for edge in frame.edges if edge.source == number]
    if fields:
        yield f"its fields: {listed(fields)}"
    who = [root.name for root in frame.roots if root.target == number]
    who += [f"{moment.name(edge.source)}.{edge.field}" for edge in frame.edges if edge.target == number]
    yield f"referred to by {listed(who) if who else 'nobody'}"
