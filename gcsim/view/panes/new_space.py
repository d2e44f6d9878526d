"""New space: both semispaces to scale, what moved where, and the guide's notation.

A semispace keeps its place; a flip only changes what is written beside it. What a scavenge has copied stays as a ghost,
with an arrow to its new place. The pointers are carets: `top`, where the next object goes; `scan`, below which copies
are finished; `age mark`, below which objects have survived once. In a map of pages a semispace is a bar.
"""

from typing import Final

from gcsim.units import WORD_BYTES
from gcsim.view.figure import Rect
from gcsim.view.frame import Block, Strip
from gcsim.view.look import Moment
from gcsim.view.palette import State
from gcsim.view.panes.parts import PAD, heading
from gcsim.view.panes.strip import draw_strip
from gcsim.view.pen import HALO_PX, Pen
from gcsim.view.words import size

POINTERS: Final = (("top", "top"), ("scan", "scan"), ("age_mark", "age mark"))
MOST_PARTS: Final = (12, 6, 4, 2)
"""So many parts has the guide's notation, or fewer if they do not fit."""
CARET_PX: Final = 6
"""Half the width of a caret, at base size."""
GUTTER: Final = 104
"""The room for the names of the semispaces."""


def draw_new_space(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    strips = moment.frame.strips
    capacity_bytes = (strips[0].end - strips[0].start) * WORD_BYTES
    used = f"{size(moment.frame.to_space.used_words * WORD_BYTES)} of {size(capacity_bytes)} used"
    room = heading(pen, rect, "NEW SPACE", used)
    if moment.is_stepwise:
        draw_notation(pen, rect, pen.width("NEW SPACE", face="bold") + pen.width(used), moment)
    pointer_h = pen.line + HALO_PX if moment.is_stepwise else 0.0
    strip_h = min(80 * pen.unit, (room.h - 2 * pointer_h) * 0.4)
    gap = room.h - 2 * pointer_h - 2 * strip_h
    upper = Rect(room.x, room.y + pointer_h, room.w, strip_h)
    lower = Rect(room.x, upper.bottom + gap, room.w, strip_h)
    bars = [bar.beside(GUTTER * pen.unit) for bar in (upper, lower)]
    for strip, row, bar in zip(strips, (upper, lower), bars, strict=True):
        draw_name(pen, row.left_part((GUTTER - 8) * pen.unit), strip, moment)
        draw_bar(pen, bar, strip, moment)
    draw_arrows(pen, bars, moment)
    if moment.is_stepwise:
        draw_pointers(pen, bars[0], strips[0], above=True)
        draw_pointers(pen, bars[1], strips[1], above=False)


def draw_name(pen: Pen, rect: Rect, strip: Strip, moment: Moment) -> None:
    """What role the semispace has, and what that means now."""
    is_scavenge = moment.frame.collector == "scavenge"
    if strip.role == "to":
        meaning = "copies go here" if is_scavenge else "objects"
    else:
        meaning = "is emptied" if is_scavenge else "empty"
    if rect.h < 1.6 * pen.line:
        pen.text(rect, strip.role.upper(), "role", face="bold", size=18)
        return
    pen.text(rect.top_part(rect.h / 2), strip.role.upper(), "role", face="bold", size=18)
    pen.text(rect.below(rect.h / 2), pen.first_fitting((meaning, "copies"), rect.w), "role", color=pen.faint)


def draw_bar(pen: Pen, bar: Rect, strip: Strip, moment: Moment) -> None:
    """The blocks of the semispace, or how full it is."""
    if strip.blocks:
        draw_strip(pen, bar, strip.blocks, (strip.start, strip.end), moment)
        return
    pen.box(bar, pen.paint(State.FREE), "free")
    used = bar.left_part(bar.w * strip.used_words / (strip.end - strip.start))
    if used.w >= 1:
        paint = pen.paint(State.NEW)
        pen.box(used, paint, "used")
        text = size(strip.used_words * WORD_BYTES)
        if pen.width(text, face="bold") <= used.w - 8:
            pen.plate(used.inset(4), text, paint, "used")


def draw_notation(pen: Pen, rect: Rect, heading_w: float, moment: Moment) -> None:
    """To-space as the guide writes it, on the right of the heading."""
    left = heading_w + (PAD + 12 + 20) * pen.unit
    row = Rect(rect.x + left, rect.y + 4 * pen.unit, max(0.0, rect.w - left - PAD * pen.unit), pen.line)
    texts = (notation(moment.frame.to_space, most) for most in MOST_PARTS)
    pen.text(row, pen.first_fitting(texts, row.w), "notation", align="right")


def notation(strip: Strip, most: int = MOST_PARTS[0]) -> str:
    """`| A | C | E | <unallocated> |`; of more than `most` parts the middle ones are only counted."""
    names = {"free": "<unallocated>", "filler": "<filler>"}
    parts = [names.get(block.kind, block.name) for block in strip.blocks if not block.is_ghost]
    if len(parts) > most:
        half = most // 2
        parts[half:-half] = [f"... {len(parts) - 2 * half:,} more ..."]
    return f"| {' | '.join(parts)} |"


def draw_arrows(pen: Pen, bars: list[Rect], moment: Moment) -> None:
    """From each ghost to where its object is now, if that is the other semispace."""
    places = {place[0].address: place for place in placed(bars, moment)}
    for ghost, x, y in places.values():
        target = places.get(ghost.forwarded_to) if ghost.is_ghost else None
        if target is None:
            continue
        edge = bars[0].bottom if y < target[2] else bars[1].y
        other = bars[1].y if y < target[2] else bars[0].bottom
        inward = 3.0 if other > edge else -3.0
        strong = ghost.id in moment.current
        pen.stroke(
            [(x, edge + inward), (target[1], other - inward)],
            pen.ink if strong else pen.faint,
            "forwarding",
            number=ghost.id,
            width=3.0 if strong else 2.0,
            dash="" if strong else "dashed",
            head=True,
        )


def placed(bars: list[Rect], moment: Moment) -> list[tuple[Block, float, float]]:
    """Each object and ghost of both semispaces with the middle of its place."""
    found = []
    for bar, strip in zip(bars, moment.frame.strips, strict=True):
        per_word = bar.w / (strip.end - strip.start)
        for block in strip.blocks:
            x = bar.x + (block.address + block.words / 2 - strip.start) * per_word
            found.append((block, x, bar.center[1]))
    return found


def draw_pointers(pen: Pen, bar: Rect, strip: Strip, *, above: bool) -> None:
    """The carets of the semispace, clear of halos, and what they are called; those at one place share a name.

    A name stands on the right of its caret, or, if it would reach the next caret or the end there, on the left.
    """
    named: dict[int, list[str]] = {}
    for field, name in POINTERS:
        address = getattr(strip, field)
        if address:
            named.setdefault(address, []).append(name)
    addresses = sorted(named)
    xs = [bar.x + bar.w * (address - strip.start) / (strip.end - strip.start) for address in addresses]
    half, begin = CARET_PX * pen.unit, 0.0
    for at, (address, x) in enumerate(zip(addresses, xs, strict=True)):
        draw_caret(pen, bar, x, half, above=above)
        text = " = ".join(named[address])
        width = pen.width(text, face="bold") + 2
        end = xs[at + 1] - half if at + 1 < len(xs) else bar.right
        left = x + half + 3 if x + half + 3 + width <= end else x - half - 3 - width
        y = bar.y - HALO_PX - pen.line if above else bar.bottom + HALO_PX
        room = Rect(max(left, begin), y, width, pen.line)
        pen.text(room, text, "pointer", face="bold")
        begin = room.right + 6


def draw_caret(pen: Pen, bar: Rect, x: float, half: float, *, above: bool) -> None:
    """A caret whose tip is on the bar at `x`, twice `half` wide."""
    long = HALO_PX + 8 * pen.unit
    tip, back = (bar.y - 1, bar.y - long) if above else (bar.bottom + 1, bar.bottom + long)
    pen.patch([(x, tip), (x - half, back), (x + half, back)], pen.ink, "caret")
