"""Page map: a tile for each page of old space, after GCspy. The fuller the page, the darker the tile.

A page that has not been swept has dots, one that will be evacuated a border. Tiles are as large as the room allows; of
more pages than there are tiles of `MIN_TILE` pixels, several share one, and the heading says so.

Source: Printezis and Jones, GCspy: an adaptable heap visualisation framework, 2002.
"""

from collections.abc import Sequence
from typing import Final

from gcsim.units import WORD_BYTES
from gcsim.view.figure import Rect
from gcsim.view.frame import OldPage
from gcsim.view.look import Moment
from gcsim.view.palette import ORANGE, WHITE, Paint, State, blend
from gcsim.view.pen import Pen
from gcsim.view.words import size

MIN_TILE: Final = 5
MAX_TILE: Final = 30
SHADES: Final = 5
LEGEND: Final = ("empty", "1/4", "1/2", "3/4", "full")


def draw_page_map(pen: Pen, room: Rect, moment: Moment) -> None:
    """The tiles, and below them what their shades mean."""
    pages = moment.frame.pages
    legend = room.below(room.h - pen.line)
    room = room.top_part(room.h - legend.h - 4)
    side = tile_side(len(pages), room, pen.unit)
    columns = max(1, int(room.w // side))
    tiles = columns * max(1, int(room.h // side))
    share = max(1, -(-len(pages) // tiles))
    for index in range(0, len(pages), share):
        column, row = (index // share) % columns, index // share // columns
        tile = Rect(room.x + column * side, room.y + row * side, side - 1.5, side - 1.5)
        pen.box(tile, tile_paint(pen, pages[index : index + share]), "tile")
    draw_legend(pen, legend, share, size(moment.recording.page_words * WORD_BYTES))


def tile_side(count: int, room: Rect, unit: float) -> float:
    """The largest side with which `count` tiles fit, and a tile of the least size if none does."""
    side = MAX_TILE * unit
    while side > MIN_TILE and int(room.w // side) * int(room.h // side) < count:
        side -= 0.5
    return side


def tile_paint(pen: Pen, pages: Sequence[OldPage]) -> Paint:
    """How full the pages are together, and whether something waits for them."""
    used = sum(page.used_words for page in pages) / sum(page.end - page.start for page in pages)
    hatch = "" if all(page.swept for page in pages) else "."
    edge, px = (ORANGE, 3) if any(page.candidate for page in pages) else (pen.faint, 1)
    return shade(pen, used, hatch, edge, px)


def shade(pen: Pen, used: float, hatch: str, edge: str, px: int) -> Paint:
    """The paint of a tile that is `used` full, 0 to 1."""
    step = min(SHADES - 1, round(used * (SHADES - 1)))
    fill = blend(WHITE, pen.paint(State.OLD).fill if pen.theme.page != WHITE else "#202020", step / (SHADES - 1))
    return Paint(fill, "", "solid", px, edge, pen.ink, hatch)


def draw_legend(pen: Pen, row: Rect, share: int, page_size: str) -> None:
    """What the shades mean."""
    x, side = row.x, row.h * 0.7
    for step, name in enumerate(LEGEND):
        if x + side + 5 + pen.width(name) > row.right:
            return
        pen.box(Rect(x, row.y + row.h * 0.15, side, side), shade(pen, step / (SHADES - 1), "", pen.faint, 1), "legend")
        x += side + 5
        x += pen.text(Rect(x, row.y, row.right - x, row.h), name, "legend") + 14
    many = f"a tile is {f'{share} pages' if share > 1 else 'a page'} of {page_size}; "
    room = Rect(x, row.y, max(0.0, row.right - x), row.h)
    dots = "dots: not swept yet"
    pen.text(room, pen.first_fitting((f"{many}{dots}", dots, ""), room.w), "legend", color=pen.faint)
