"""The free list: holes of old space in 24 size classes, as in V8's `FreeListMany`.

A free block is a filler (its header is its length in words) whose second word links to the next block of its class.
Blocks of one or two words cannot hold what V8 stores in a free block (24 bytes); they are waste until the next sweep.

Two ways to find a block, both V8's. `take` (collectors): the first block of the block's own class if it is long
enough, else the first of any class above, else walk the last class. `take_fast` (mutator): look first among classes
of at least 2048 bytes for the size and 1920 bytes more, so that the block also serves the allocations that follow.

Source: V8 11.3 src/heap/free-list.h and .cc (FreeListMany, FreeListManyCachedFastPath).
Left out: V8 keeps the lists per page and chains pages; here each class is one list, newest block first.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
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

    `heads[c]`: address of the newest block of class c, or 0. `free_words`: the sum of all blocks.
    """

    __slots__ = ("_words", "free_words", "heads")

    def __init__(self, words: "array[int]") -> None:
        self._words = words
        self.heads = [0] * len(CLASS_MIN_BYTES)
        self.free_words = 0

    def reset(self) -> None:
        """Forget every block (they stay fillers in the heap)."""
        self.heads = [0] * len(CLASS_MIN_BYTES)
        self.free_words = 0

    def add(self, address: int, length: int) -> int:
        """The `length` words from `address` are a filler, and in the list unless they are too few.

        Returns the words wasted: `length` if the block is shorter than 24 bytes, else 0.
        """
        words = self._words
        words[address] = length
        if length < MIN_BLOCK_WORDS:
            return length
        size_class = class_of(length * WORD_BYTES)
        words[address + 1] = self.heads[size_class]
        self.heads[size_class] = address
        self.free_words += length
        return 0

    def evict(self, starts: Container[int], page_words: int) -> None:
        """Forget every block on the pages that begin at `starts`; it stays a filler. O(blocks)."""
        words = self._words
        kept = [(size_class, block) for size_class, block in self.blocks() if block & -page_words not in starts]
        self.reset()
        for size_class, block in reversed(kept):  # so that each class stays newest first
            words[block + 1] = self.heads[size_class]
            self.heads[size_class] = block
            self.free_words += words[block]

    def take(self, length: int) -> int:
        """Take out a block of at least `length` words; returns its address, or 0 if there is none."""
        return self._take_from(class_of(length * WORD_BYTES), length) or self._walk_last(length)

    def take_fast(self, length: int) -> int:
        """As `take`, but a block with room for more allocations is preferred."""
        wanted_bytes = (length + FAST_PATH_EXTRA_WORDS) * WORD_BYTES
        roomy = min(LAST_CLASS, max(FAST_PATH_CLASS, bisect_left(CLASS_MIN_BYTES, wanted_bytes)))
        return self._take_from(roomy, length) or self.take(length)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Every block as (class, address), class by class, newest first."""
        for size_class, head in enumerate(self.heads):
            block = head
            while block:
                yield size_class, block
                block = self._words[block + 1]

    def _take_from(self, size_class: int, length: int) -> int:
        for at in range(size_class, len(self.heads)):
            head = self.heads[at]
            if head and self._words[head] >= length:
                self.heads[at] = self._words[head + 1]
                self.free_words -= self._words[head]
                return head
        return 0

    def _walk_last(self, length: int) -> int:
        words = self._words
        before, block = 0, self.heads[LAST_CLASS]
        while block and words[block] < length:
            before, block = block, words[block + 1]
        if not block:
            return 0
        if before:
            words[before + 1] = words[block + 1]
        else:
            self.heads[LAST_CLASS] = words[block + 1]
        self.free_words -= words[block]
        return block
