"""Parts that several panes draw: their ground, a heading, a block, a chip."""

from gcsim.view.figure import Rect
from gcsim.view.frame import Block
from gcsim.view.look import Moment, answer_keys
from gcsim.view.palette import Paint, State
from gcsim.view.pen import Pen

PAD = 10
"""Between a pane's border and what is in it, at base size."""
MIN_BLOCK = 28
"""The width below which blocks are shown as a run, with a count."""
TWO_LINES = 1.9
"""So many lines high is a block in which there are two."""
NARROW = 40
"""The width below which a block has narrow margins."""


def ground(pen: Pen, rect: Rect) -> Rect:
    """The pane's ground is there; returns the room for its content."""
    pen.box(rect, pen.flat(pen.theme.ground(pen.is_canvas)[0], pen.theme.edge), "ground", radius=6)
    return rect.inset(PAD * pen.unit, 4 * pen.unit)


def heading(pen: Pen, rect: Rect, title: str, detail: str = "") -> Rect:
    """The pane's ground and heading are there; returns the room below."""
    room = ground(pen, rect)
    row = room.top_part(pen.line)
    used = pen.text(row, title, "title", face="bold")
    pen.text(row.beside(used + 12 * pen.unit), detail, "detail", color=pen.faint)
    return room.below(pen.line + 2)


def block(pen: Pen, rect: Rect, what: Block, moment: Moment, *, swept: bool = True) -> None:
    """One block: its fill, name, mark, and a dot for each collection that it has survived."""
    state = moment.state(what, swept=swept)
    paint = pen.paint(state)
    role = "ghost" if what.is_ghost else "block" if what.is_object else what.kind
    number = what.id
    pen.box(rect, paint, role, number=number)
    if what.is_object and is_pointed_at(moment, number):
        pen.halo(rect, role, number=number)
    if what.is_object and number in moment.look.candidates:
        answer_key(pen, rect, number, moment)
    inner = rect.inset(5 if rect.w > NARROW * pen.unit else 3, 3)
    if not what.is_object and not what.is_ghost:
        name_of_room(pen, inner, what, paint)
    elif rect.h >= TWO_LINES * pen.line:
        on_two_lines(pen, inner, what, moment, role)
    else:
        on_one_line(pen, inner, what, paint, role)


def answer_key(pen: Pen, rect: Rect, number: int, moment: Moment) -> None:
    """The key that chooses the object as an answer, in its corner."""
    key = next((key for key, each in answer_keys(moment.look.candidates).items() if each == number), "")
    side = min(pen.line, rect.h * 0.5, rect.w * 0.4)
    spot = Rect(rect.x, rect.y, side, side)
    paint = pen.paint(State.WHITE)
    pen.box(spot, paint, "answer key", number=number)
    pen.plate(spot, key, paint, "answer key", number=number)


def is_pointed_at(moment: Moment, number: int) -> bool:
    """Whether an object has a halo: the step is about it, or somebody chose it."""
    return number != 0 and (number in moment.current or number in moment.look.chosen or number == moment.look.selected)


def name_of_room(pen: Pen, inner: Rect, what: Block, paint: Paint) -> None:
    """What is written where no object is."""
    words = "filler" if what.kind != "free" else "<unallocated>" if pen.pane.endswith("new") else "free"
    if pen.width(words) <= inner.w:
        pen.plate(inner, words, paint, what.kind, face="plain")


def on_two_lines(pen: Pen, inner: Rect, what: Block, moment: Moment, role: str) -> None:
    """The name above, the mark and the dots below; of a ghost, where the object is now."""
    paint = pen.paint(moment.state(what))
    upper, lower = inner.top_part(inner.h / 2), inner.below(inner.h / 2)
    pen.plate(upper, what.name, paint, role, number=what.id)
    if what.is_ghost:
        told = pen.first_fitting((f"{paint.mark} {moved_to(what, moment)}", paint.mark), lower.w, "bold")
        pen.plate(lower, told, paint, role, number=what.id)
        return
    pen.mark(lower.left_part(18 * pen.unit), paint, role, number=what.id)
    if lower.w >= (20 + 10 * what.age) * pen.unit:
        dots(pen, lower.right - 3, lower.center[1], what, paint)


def on_one_line(pen: Pen, inner: Rect, what: Block, paint: Paint, role: str, *, face: str = "bold") -> None:
    """The name, and the mark on its right if there is room for a letter and it."""
    mark_w = pen.width(paint.mark, face="bold") + (4 if inner.w > NARROW * pen.unit else 2)
    if inner.w < pen.width(what.name[:1], face=face) + mark_w:
        pen.plate(inner, what.name, paint, role, number=what.id, face=face)
        return
    pen.plate(inner.left_part(inner.w - mark_w), what.name, paint, role, number=what.id, face=face)
    pen.mark(inner.beside(inner.w - mark_w), paint, role, number=what.id)


def moved_to(ghost: Block, moment: Moment) -> str:
    """What a ghost says of the place where its object is now."""
    is_young = any(strip.start <= ghost.forwarded_to < strip.end for strip in moment.frame.strips)
    return "copied" if is_young else "promoted"


def dots(pen: Pen, right: float, y: float, what: Block, paint: Paint) -> None:
    """A dot for each collection that the object has survived, up to the right."""
    size = 6 * pen.unit
    for index in range(what.age):
        spot = Rect(right - (index + 1) * (size + 3), y - size / 2, size, size)
        pen.box(spot, pen.flat(paint.text), "block", number=what.id, radius=size / 2)


def chip(pen: Pen, rect: Rect, text: str, state: State, number: int = 0) -> None:
    """A small named thing, such as an entry of the worklist."""
    paint = pen.paint(state)
    pen.box(rect, paint, "chip", number=number, radius=4)
    pen.plate(rect.inset(6, 1), text, paint, "chip", number=number)
