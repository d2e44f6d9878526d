"""The free list: holes of old space in 24 size classes, as in V8's `FreeListMany`.

A free block is a filler (its header is its length in words) whose second word links to the next block of its class on
its page. Blocks of one or two words cannot hold what V8 stores in a free block (24 bytes); they are waste until the
next sweep. A page has a list for each class (V8: FreeListCategory), newest block first, and the pages with blocks of
a class are a chain, so that all blocks of a page can leave the list, or go to another, without a search.

Two ways to find a block, both V8's. `take` (collectors): the first block of the block's own class if it is long
enough, else the first of any class above, else walk the last class. `take_fast` (mutator): look first among classes
of at least 2048 bytes for the size and 1920 bytes more, so that the block also serves the allocations that follow.

Source: V8 11.3 src/heap/free-list.h and .cc (FreeListMany, FreeListManyCachedFastPath, GetPageForSize).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from gcsim.units import WORD_BYTES

CLASS_MIN_BYTES: Final = (
    24, *range(32, 256, 16), 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
)  # fmt: skip
LAST_CLASS: Final = len(CLASS_MIN_BYTES) - 1
MIN_BLOCK_WORDS: Final = 3
FAST_PATH_CLASS: Final = CLASS_MIN_BYTES.index(2048)
FAST_PATH_EXTRA_WORDS: Final = 1920 // WORD_BYTES


def class_of(size_bytes: int) -> int:
    """The size class of a block, 0 to 23: the last whose lower bound is not above `size_bytes`."""
    return max(0, bisect_right(CLASS_MIN_BYTES, size_bytes) - 1)


class FreeList:
    """Free blocks by size class, linked through the heap's own words.

    `pages`: for each page with blocks, by its start, its heads: the address of its newest block of each class, or 0.
    `chains[c]`: the heads of the pages with blocks of class c, that of the newest such page last. `free_words`: the
    sum of all blocks.
    """

    __slots__ = ("_page_words", "_words", "chains", "free_words", "pages")

    def __init__(self, words: "array[int]", page_words: int) -> None:
        self._words = words
        self._page_words = page_words
        self.reset()

    def reset(self) -> None:
        """Forget every block (they stay fillers in the heap)."""
        self.pages: dict[int, list[int]] = {}
        self.chains: list[list[list[int]]] = [[] for _ in CLASS_MIN_BYTES]
        self.free_words = 0

    def add(self, address: int, length: int) -> int:
        """The `length` words from `address`, on one page, are a filler, and in the list unless they are too few.

        Returns the words wasted: `length` if the block is shorter than 24 bytes, else 0.
        """
        words = self._words
        words[address] = length
        if length < MIN_BLOCK_WORDS:
            return length
        size_class = bisect_right(CLASS_MIN_BYTES, length * WORD_BYTES) - 1
        page = address & -self._page_words
        heads = self.pages.get(page)
        if heads is None:
            heads = self.pages[page] = [0] * len(CLASS_MIN_BYTES)
        head = heads[size_class]
        if not head:
            self.chains[size_class].append(heads)
        words[address + 1] = head
        heads[size_class] = address
        self.free_words += length
        return 0

    def take(self, length: int) -> int:
        """Take out a block of at least `length` words; returns its address, or 0 if there is none."""
        return self._take_from(class_of(length * WORD_BYTES), length) or self._walk_last(length)

    def take_fast(self, length: int) -> int:
        """As `take`, but a block with room for more allocations is preferred."""
        wanted_bytes = (length + FAST_PATH_EXTRA_WORDS) * WORD_BYTES
        roomy = min(LAST_CLASS, max(FAST_PATH_CLASS, bisect_left(CLASS_MIN_BYTES, wanted_bytes)))
        return self._take_from(roomy, length) or self.take(length)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Every block as (class, address), class by class, in the order in which they would be taken."""
        for size_class, chain in enumerate(self.chains):
            for heads in reversed(chain):
                block = heads[size_class]
                while block:
                    yield size_class, block
                    block = self._words[block + 1]

    # Whole pages

    def evict(self, starts: Iterable[int]) -> None:
        """Forget every block on the pages that begin at `starts`; it stays a filler."""
        for start in starts:
            if start in self.pages:
                self._unlink(start)

    def page_for(self, length: int) -> int:
        """The start of a page that is likely to have a block of `length` words, or -1 if no page is.

        The newest one with a block of the next class above that is not empty; else, of the block's own class, one on
        which all may be too short.
        """
        own = class_of(length * WORD_BYTES)
        for size_class in (*range(own + 1, len(CLASS_MIN_BYTES)), own):
            if self.chains[size_class]:
                block: int = self.chains[size_class][-1][size_class]
                return block & -self._page_words
        return -1

    def move_page(self, start: int, other: "FreeList") -> None:
        """The blocks of the page that begins at `start` are in `other`, which had none of it, and its newest."""
        heads = self.pages[start]
        words = self._unlink(start)
        other.pages[start] = heads
        other.free_words += words
        for size_class, head in enumerate(heads):
            if head:
                other.chains[size_class].append(heads)

    def _unlink(self, start: int) -> int:
        """The page's blocks are in the list no more; returns their words."""
        heads = self.pages.pop(start)
        total = 0
        for size_class, head in enumerate(heads):
            if head:
                self.chains[size_class].remove(heads)
            block = head
            while block:
                total += self._words[block]
                block = self._words[block + 1]
        self.free_words -= total
        return total

    def _take_from(self, size_class: int, length: int) -> int:
        words, chains = self._words, self.chains
        for at in range(size_class, len(chains)):
            chain = chains[at]
            if chain:
                heads = chain[-1]
                head = heads[at]
                if words[head] >= length:
                    heads[at] = following = words[head + 1]
                    if not following:
                        chain.pop()
                    self.free_words -= words[head]
                    return head
        return 0

    def _walk_last(self, length: int) -> int:
        words, chain = self._words, self.chains[LAST_CLASS]
        for heads in reversed(chain):
            before, block = 0, heads[LAST_CLASS]
            while block and words[block] < length:
                before, block = block, words[block + 1]
            if not block:
                continue
            if before:
                words[before + 1] = words[block + 1]
            else:
                heads[LAST_CLASS] = words[block + 1]
            if not heads[LAST_CLASS]:
                chain.remove(heads)
            self.free_words -= words[block]
            return block
        return 0
