"""Old space: its pages as rows of blocks, how full they are, the free list, the large objects.

So long as a page's blocks can be seen, pages are strips; of more pages there is a map, a tile for each (`page_map.py`).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from gcsim.trace.wording import counted
from gcsim.units import WORD_BYTES
from gcsim.view.figure import Rect
from gcsim.view.frame import Block, OldPage
from gcsim.view.look import Moment
from gcsim.view.palette import ORANGE, State
from gcsim.view.panes.page_map import draw_page_map
from gcsim.view.panes.parts import block, heading
from gcsim.view.panes.strip import draw_strip
from gcsim.view.pen import Pen
from gcsim.view.words import size

COLUMNS: Final = (1, 2, 3, 4)
"""How many pages stand side by side."""
WIDE_PX: Final = 4
"""Above and below a page."""
CLOSE_PX: Final = 1.5
"""The same, where rows are many."""
NOTE: Final = 126
"""The room for what is said of a page, at base size."""
MOST_RUNS: Final = 5
"""So many lengths of free runs are told."""


def draw_old_space(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    pages = moment.frame.pages
    room = heading(pen, rect, "OLD SPACE", summary(pages))
    foot = room.below(room.h - pen.line - 2)
    room = room.top_part(room.h - foot.h - 2)
    draw_foot(pen, foot, moment)
    most = moment.backdrop.most_pages
    columns = next((each for each in COLUMNS if most <= each * rows_in(pen, room)), 0)
    if not pages:
        pen.text(room, "no page yet: nothing has been promoted", "empty", color=pen.faint, align="center")
    elif not columns or not moment.is_stepwise:
        draw_page_map(pen, room, moment)
    else:
        draw_pages(pen, room, columns, moment)


def summary(pages: Sequence[OldPage]) -> str:
    """How many pages there are, and how full."""
    if not pages:
        return ""
    used, room = sum(page.used_words for page in pages), sum(page.end - page.start for page in pages)
    return f"{counted(len(pages), 'page')}, {size(used * WORD_BYTES)} of {size(room * WORD_BYTES)} used"


def rows_in(pen: Pen, room: Rect) -> int:
    """How many rows of pages the room has."""
    return max(1, int(room.h // (pen.line + 2 * CLOSE_PX)))


def draw_pages(pen: Pen, room: Rect, columns: int, moment: Moment) -> None:
    """Each page as a strip of its blocks."""
    pages = moment.frame.pages
    rows = -(-moment.backdrop.most_pages // columns)
    w, h = room.w / columns, min(room.h / rows, 2.6 * pen.line)
    gap = WIDE_PX if h >= pen.line + 2 * WIDE_PX else CLOSE_PX
    for index, page in enumerate(pages):
        cell = Rect(room.x + index % columns * w, room.y + index // columns * h, w - 10 * pen.unit, h)
        draw_page(pen, cell.inset(0, gap), page, f"p{index + 1}", moment)


def draw_page(pen: Pen, cell: Rect, page: OldPage, name: str, moment: Moment) -> None:
    """One page: its name, its blocks, what there is to say of it."""
    name_w = pen.width("p00", face="bold")
    note_w = min(NOTE * pen.unit, cell.w * 0.34)
    pen.text(cell.left_part(name_w), name, "page", face="bold")
    strip = Rect(cell.x + name_w, cell.y, cell.w - name_w - note_w, cell.h)
    if is_marked(page):
        edge = pen.flat("", ORANGE if page.candidate else pen.ink, 3)
        pen.box(strip.inset(-3, -2), edge, "outline")
    draw_strip(pen, strip, page.blocks, (page.start, page.end), moment, swept=page.swept)
    pen.text(Rect(strip.right + 8, cell.y, note_w - 8, cell.h), note_of(page), "note", color=pen.faint)


def is_marked(page: OldPage) -> bool:
    """Whether the page has an outline: it will be evacuated, or one survivor keeps it."""
    return page.candidate or is_pinned(page)


def is_pinned(page: OldPage) -> bool:
    """Whether one survivor keeps the whole page."""
    return page.swept and page.used_ratio < 0.5 and sum(block.is_object for block in page.blocks) == 1


def note_of(page: OldPage) -> str:
    """How full the page is, and what will be done to it."""
    words = "evacuate" if page.candidate else "to sweep" if not page.swept else "code" if page.is_code else ""
    return f"{page.used_ratio:.0%} {words}".strip()


def draw_foot(pen: Pen, foot: Rect, moment: Moment) -> None:
    """The free list on the left, the large objects on the right."""
    large = moment.frame.large
    half = foot.w * (0.5 if large else 1.0)
    if moment.is_stepwise:
        pen.text(foot.left_part(half), free_list(moment.frame.pages), "free list", color=pen.faint)
    if large:
        draw_large(pen, foot.beside(half if moment.is_stepwise else 0.0), large, moment)


def free_list(pages: Sequence[OldPage]) -> str:
    """How many free runs there are of each length, on pages that are swept."""
    lengths = Counter(words for page in pages if page.swept for words in page.free_runs)
    if not lengths:
        return "free list: empty"
    told = [f"{number} x {size(words * WORD_BYTES)}" for words, number in sorted(lengths.items())]
    more = f", {counted(len(told) - MOST_RUNS, 'more length')}" if len(told) > MOST_RUNS else ""
    return f"free list: {', '.join(told[:MOST_RUNS])}{more}"


def draw_large(pen: Pen, row: Rect, large: Sequence[Block], moment: Moment) -> None:
    """The large objects, as many as there is room for, and how many more there are."""
    x = row.x + pen.text(row, "large:", "large", color=pen.faint) + 8
    for index, each in enumerate(large):
        text = f"{each.name} {size(each.words * WORD_BYTES)}"
        w = min(pen.width(text, face="bold") + 34 * pen.unit, 190 * pen.unit)
        rest = f"+{len(large) - index} more"
        if x + w + (pen.width(rest) + 8 if index < len(large) - 1 else 0) > row.right:
            pen.text(Rect(x, row.y, row.right - x, row.h), rest, "large")
            return
        draw_large_object(pen, Rect(x, row.y + 1, w, row.h - 2), each, text, moment)
        x += w + 8


def draw_large_object(pen: Pen, rect: Rect, each: Block, text: str, moment: Moment) -> None:
    """One large object; its width says nothing."""
    if each.id:
        block(pen, rect, evolve(each, name=text), moment)
        return
    paint = pen.paint(State.OLD if each.age else State.NEW)
    pen.box(rect, paint, "large")
    pen.plate(rect.inset(4, 1), text, paint, "large")
