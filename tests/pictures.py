"""Figures for tests: any frame of any recording, laid out with letters of a known width."""

from functools import cache

from attrs import evolve

from gcsim.config import LESSON
from gcsim.units import KB
from gcsim.view.figure import Box, Label, Patch, Stroke
from gcsim.view.look import Look
from gcsim.view.pen import plain_measure
from gcsim.view.studio import Studio
from recordings import recorded

SIZES = ((1280, 720), (960, 540), (1920, 1080))
OVERHANG = 12
"""A halo, a caret and a border reach so far over what they belong to, in pixels at base size."""


STUDIOS = {}


def studio_of(recording):
    """The studio of a recording, made once."""
    if id(recording) not in STUDIOS:
        STUDIOS[id(recording)] = Studio(recording, plain_measure)
    return STUDIOS[id(recording)]


def picture(recording, index, **look):
    """The figure of a frame."""
    return studio_of(recording).figure(index % len(recording), Look(**look))


def spots(figure, role):
    """Where each object is drawn in that role: its first box."""
    found = {}
    for box in figure.boxes(role):
        found.setdefault(box.id, box.rect)
    return found


def points_of(item):
    """The corners of an item."""
    if isinstance(item, Box | Label):
        rect = item.rect
        return [(rect.x, rect.y), (rect.right, rect.bottom)]
    assert isinstance(item, Stroke | Patch)
    return list(item.points)


def cut_texts(figure):
    """The texts that are wider than their room, which there must not be."""
    return [
        label.text
        for label in figure.labels()
        if plain_measure(label.text, label.size, label.face) > label.rect.w + 0.01
    ]


def outsiders(figure):
    """What lies outside of its pane, which must be nothing."""
    found = []
    for item in figure.items:
        if item.pane == "overlay":
            continue
        pane = figure.panes[item.pane].inset(-OVERHANG)
        found += [(item.pane, item.role, point) for point in points_of(item) if not pane.holds(*point)]
    return found


def overlapping_panes(figure):
    """The pairs of panes that share room, which there must not be."""
    panes = [(name, rect.inset(0.01)) for name, rect in figure.panes.items()]
    return [
        (one, other)
        for number, (one, rect) in enumerate(panes)
        for other, other_rect in panes[number + 1 :]
        if rect.overlaps(other_rect)
    ]


def overlapping_texts(figure):
    """The pairs of texts of one pane that run into each other, which there must not be."""
    boxes = [(label, ink_of(label)) for label in figure.labels() if label.pane != "overlay"]
    return [
        (one.text, other.text)
        for number, (one, rect) in enumerate(boxes)
        for other, other_rect in boxes[number + 1 :]
        if one.pane == other.pane and rect.overlaps(other_rect)
    ]


def ink_of(label):
    """About where the letters of a label are."""
    width = plain_measure(label.text, label.size, label.face)
    rest = label.rect.w - width
    left = {"left": 0.0, "center": rest / 2, "right": rest}[label.align]
    height = label.size * 0.7
    x, y = label.rect.x + left, label.rect.center[1] - height / 2
    return type(label.rect)(x + 1, y, width - 2, height)


def struck_texts(figure):
    """The texts that a ring, a caret or the cursor of their pane goes over, which there must not be.

    The letter of a reference has a ground of its own, over all.
    """
    return [
        (label.text, item.role)
        for label in figure.labels()
        if label.pane != "overlay" and label.role != "letter"
        for item in figure.items
        if item.pane == label.pane and strikes(item, ink_of(label))
    ]


def strikes(item, ink):
    """Whether the item, a ring around something else, a caret or the line of the cursor, goes over the ink."""
    if isinstance(item, Box):
        is_ring = not item.paint.fill and item.paint.border_px == 6
        inner = item.rect.inset(item.paint.border_px)
        around = inner.holds(ink.x, ink.y) and inner.holds(ink.right, ink.bottom)
        return is_ring and item.rect.overlaps(ink) and not around
    if isinstance(item, Patch) or (isinstance(item, Stroke) and item.role == "cursor"):
        xs, ys = zip(*item.points, strict=True)
        return max(xs) > ink.x and min(xs) < ink.right and max(ys) > ink.y and min(ys) < ink.bottom
    return False


def assert_tidy(figure):
    """Nothing is cut, nothing overlaps, all is where it belongs."""
    assert cut_texts(figure) == []
    assert outsiders(figure) == []
    assert overlapping_panes(figure) == []
    assert overlapping_texts(figure) == []
    assert struck_texts(figure) == []


def long_program(simulation, count=200):
    """So many objects, some with long names, most of them in one list."""
    m = simulation.mutator
    with m.scope():
        before = None
        for number in range(count):
            name = f"AVeryLongNameOfAnObjectThatIsNumber{number}" if number % 7 == 0 else f"n{number}"
            fresh = m.new(name, fields=("next", "other"), size=24)
            if before is not None:
                m.write(fresh, "next", before)
            m.globals["head" if number % 5 else f"global-{number}"] = fresh
            before = fresh


@cache
def crowd():
    """The recording of 200 objects that have room in one semispace, so they are narrow there."""
    page = {"page_size": 8192, "min_semi_space_size": 8 / KB, "max_semi_space_size": 8 / KB}
    return recorded(long_program, evolve(LESSON, **page), steps=True)


@cache
def many_pages():
    """The recording of 50 such objects on pages of 128 bytes."""
    return recorded(lambda simulation: long_program(simulation, 50), LESSON)
