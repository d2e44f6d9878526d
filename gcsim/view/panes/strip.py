"""Strip: blocks side by side, to scale: a semispace, or a page."""

from collections.abc import Sequence

from gcsim.view.figure import Rect
from gcsim.view.frame import Block
from gcsim.view.look import Moment
from gcsim.view.panes.parts import MIN_BLOCK, block, is_pointed_at
from gcsim.view.panes.runs import Run, most_common, runs
from gcsim.view.pen import Pen


def draw_strip(
    pen: Pen, rect: Rect, blocks: Sequence[Block], span: tuple[int, int], moment: Moment, *, swept: bool = True
) -> None:
    """The blocks from address `span[0]` to `span[1]` fill the rectangle; what has a halo is drawn last."""
    start, end = span
    per_word = rect.w / (end - start)
    found = list(runs(blocks, start, per_word, MIN_BLOCK * pen.unit))
    for each in sorted(found, key=lambda one: any(is_pointed_at(moment, what.id) for what in one.blocks)):
        spot = Rect(rect.x + each.x + 1, rect.y, max(1.0, each.w - 2), rect.h)
        if len(each.blocks) == 1:
            block(pen, spot, each.blocks[0], moment, swept=swept)
        else:
            draw_run(pen, spot, each, moment, swept=swept)


def draw_run(pen: Pen, rect: Rect, run: Run, moment: Moment, *, swept: bool) -> None:
    """Blocks that are too small to be drawn one by one: how many, in the paint of most of them."""
    most = most_common(run.blocks, lambda what: moment.state(what, swept=swept).name)
    paint = pen.paint(moment.state(most, swept=swept))
    pen.box(rect, paint, "run", number=most.id)
    if any(is_pointed_at(moment, what.id) for what in run.blocks):
        pen.halo(rect, "run")
    room = rect.inset(2, 2)
    count = f"{len(run.blocks)}x"
    pen.plate(room, pen.first_fitting((f"{count} {paint.mark}", count, ""), room.w, "bold"), paint, "run")
