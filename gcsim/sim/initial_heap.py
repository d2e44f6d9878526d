"""The initial heap: what a process holds before the first statement of its script.

Node starts with some 3 MB of its own objects, most of them deserialized from a snapshot: full pages of old space, the
last of them cut to its content; a page of code; one large array; and some young objects of the start itself. A trace
line counts them, the first limit is above them, and the first full collection finds garbage among them.

Here they are blocks: on every page cells of equal size, each with a part that lives, a part that is garbage and a hole.
The blocks that live are one chain, from a handle that is never closed, through old space, code, the large object and
new space; so a marking walks it, and the first scavenges copy and promote its young end.

Source: the sizes in `gcsim.config.NODE_20_INITIAL_HEAP`, which are measured.
Left out: how many objects there are, and of which kinds: a block of old space stands for some six, one of new space for
some fifty. So marking this heap costs its bytes, and few objects.
"""

from collections.abc import Iterator
from typing import Final

from gcsim.config import InitialHeap
from gcsim.heap.heap import Heap
from gcsim.heap.old_space import Page
from gcsim.heap.roots import make_handle
from gcsim.units import WORD_BYTES

HOLE_WORDS: Final = 2
CELL_WORDS: Final = 512
"""The size of a cell where no count of holes says it: 4 KB, so that a scavenge copies none past its buffers."""
OLD_BLOCK_WORDS: Final = 64
"""The most that a block of old space has: a step of the marking goes past its budget by less than that."""
MIN_LIVE_WORDS: Final = 2
"""A header and the link to the next block."""


def lay_out(heap: Heap, initial: InitialHeap) -> None:
    """The empty `heap` holds what `initial` says, and a permanent handle keeps alive what lives of it."""
    _Layout(heap).build(initial)


class _Layout:
    """Makes blocks, and links those that live: `_link` is the slot that the next one's address goes to."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._words = heap.memory.words
        self._link = 0

    def build(self, initial: InitialHeap) -> None:
        """All parts, in the order of the chain."""
        heap = self._heap
        self._old(initial)
        if initial.code_bytes:
            self._code(initial.code_bytes // WORD_BYTES, initial.code_live_bytes // WORD_BYTES)
        if initial.large_bytes:
            words = initial.large_bytes // WORD_BYTES
            self._live(heap.large.allocate(words), words)
        block = initial.young_block_bytes // WORD_BYTES
        self._young(initial.young_bytes // WORD_BYTES - block, initial.young_live_bytes // WORD_BYTES - block)
        if block:
            self._live(heap.new.allocate(block), block)

    def _old(self, initial: InitialHeap) -> None:
        total, live = initial.old_bytes // WORD_BYTES, initial.old_live_bytes // WORD_BYTES
        old, cut = self._heap.old, initial.old_cut_bytes // WORD_BYTES
        count = -(-(total + HOLE_WORDS * initial.old_holes + cut) // old.area_words)
        share = Share(total, live)
        for number in range(count):
            holes = initial.old_holes * (number + 1) // count - initial.old_holes * number // count
            page = old.add_full_page(cut_words=cut if number == count - 1 else 0)
            self._fill(page, share, min(share.left, page.area_words - HOLE_WORDS * holes), holes)

    def _fill(self, page: Page, share: "Share", words: int, holes: int) -> None:
        """The page holds `words` words of objects with a hole behind each cell; what is left of it is free."""
        cells = holes or -(-words // CELL_WORDS)
        at = page.area_start
        for size in split(words, cells):
            at = self._cell(at, *share.take(size), OLD_BLOCK_WORDS)
            if holes:
                at = self._filler(at, HOLE_WORDS)
        self._heap.old.book_waste(page, page.area_end - at + HOLE_WORDS * holes)
        if at < page.area_end:
            self._heap.old.free_list.add(at, page.area_end - at)

    def _code(self, total: int, live: int) -> None:
        page = self._heap.old.add_full_page()
        page.is_code = True
        at = self._cell(page.area_start, live, total - live)
        self._heap.old.book_waste(page, page.area_end - at)
        self._filler(at, page.area_end - at)

    def _young(self, total: int, live: int) -> None:
        share = Share(total, live)
        for size in split(total, -(-total // CELL_WORDS)):
            self._cell(self._heap.new.allocate(size), *share.take(size))

    def _cell(self, at: int, live: int, dead: int, block_words: int = 0) -> int:
        """What lives, as one block or in such of at most `block_words`, and one of garbage; returns where they end."""
        start = at
        for size in split(live, -(-live // (block_words or live)) if live else 0):
            self._live(start, size)
            start += size
        if dead:
            self._words[at + live] = self._shape("(node's garbage)", dead, 0)
        return at + live + dead

    def _live(self, at: int, words: int) -> None:
        self._words[at] = self._shape("(node)", words, 1)
        if self._link:
            self._words[self._link] = at
            if at < self._heap.old_start <= self._link:
                self._heap.remembered.slots.add(self._link)
        else:
            handle = make_handle(at)
            self._heap.roots.copies += 1  # this handle is not of an object that the program has made
            self._heap.roots.own.append(handle)
            self._heap.roots.scopes[0].append(handle)
        self._link = at + 1

    def _filler(self, at: int, words: int) -> int:
        if words:
            self._words[at] = words
        return at + words

    def _shape(self, name: str, words: int, strong: int) -> int:
        return self._heap.shapes.define(name, size=words * WORD_BYTES, strong=strong, kind="node").index


class Share:
    """`live` of `total` words, handed out evenly over parts of any size that add up to `total`."""

    def __init__(self, total: int, live: int) -> None:
        self._total = total
        self._live = live
        self._taken = 0
        self._live_taken = 0

    @property
    def left(self) -> int:
        """Words that were not handed out yet."""
        return self._total - self._taken

    def take(self, words: int) -> tuple[int, int]:
        """The next `words` words as (live, dead); a live part too short to be a block waits for the next cell."""
        self._taken += words
        live = min(words, self._live * self._taken // self._total - self._live_taken)
        if live < MIN_LIVE_WORDS:
            live = 0
        self._live_taken += live
        return live, words - live


def split(words: int, parts: int) -> Iterator[int]:
    """`words` in `parts` sizes that differ by one at most."""
    for number in range(parts):
        yield words * (number + 1) // parts - words * number // parts
