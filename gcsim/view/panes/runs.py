"""Runs: which blocks of a strip or page are wide enough to be drawn, and which are drawn together, with a count.

Blocks are drawn to scale. Of neighbours that are narrower than the least width so many are put together that the run is
wide enough for a number, or that none is left. A run that is still too narrow shows no text, but keeps its place.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import frozen

from gcsim.view.frame import Block

RUN_SHARE: Final = 1.6
"""A run is so many times as wide as the narrowest block."""


@frozen
class Run:
    """`blocks` that lie side by side, drawn from `x` on, `w` wide. A single block is a run of one."""

    blocks: tuple[Block, ...]
    x: float
    w: float


def runs(blocks: Sequence[Block], start: int, per_word: float, min_width: float) -> Iterator[Run]:
    """The blocks as runs; `start` is the address at x = 0, `per_word` the width of a word."""
    pending: list[Block] = []
    for block in blocks:
        is_wide = block.words * per_word >= min_width
        if is_wide:
            yield from flush(pending, start, per_word)
            yield run((block,), start, per_word)
            continue
        pending.append(block)
        if (pending[-1].end - pending[0].address) * per_word >= RUN_SHARE * min_width:
            yield from flush(pending, start, per_word)
    yield from flush(pending, start, per_word)


def flush(pending: list[Block], start: int, per_word: float) -> Iterator[Run]:
    """The run of what has been put together, if anything has."""
    if pending:
        yield run(tuple(pending), start, per_word)
        pending.clear()


def run(blocks: tuple[Block, ...], start: int, per_word: float) -> Run:
    """The run of these blocks."""
    x = (blocks[0].address - start) * per_word
    return Run(blocks, x, (blocks[-1].end - blocks[0].address) * per_word)


def most_common(blocks: Sequence[Block], key: Callable[[Block], str]) -> Block:
    """A block of the kind that takes most of the room."""
    room: dict[str, int] = {}
    for block in blocks:
        room[key(block)] = room.get(key(block), 0) + block.words
    largest = max(room, key=lambda kind: room[kind])
    return next(block for block in blocks if key(block) == largest)
