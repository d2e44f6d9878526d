"""The compaction space: where a scavenge on one thread finds memory in old space.

While it runs, a scavenge promotes into a space of its own, without memory at first. Whenever it needs some, it

1. takes the next page off the sweeping list, and sweeps it unless it was swept before;
2. if that gives no room, steals a page with free blocks from the rest of old space;
3. if there is none, or it has no room either, adds a new page.

The sweeping list is its own, too. Remembered slots are visited page by page, and no page may be visited and swept at
once. So pages with such slots are not on the list; each is put there when it has been visited, as the next to be
swept. When the scavenge ends, the list of before is back, with the pages that were swept meanwhile: the next scavenge
takes these off again, in vain. So after a full collection most holes may stay unused until the next one, and old space
grows: because the first scavenge that promotes swept more pages than the following ones take off, or because the pages
with slots are full ones.

With V8's helpers there is nothing of this to see: they have swept all pages before.

Invariants: while the space is open, blocks of a page are all in its free list or all in that of the rest; when it is
closed, `unswept` has exactly the pages that it had when the space was opened.

Complexity: O(remembered slots + pages) a scavenge while pages wait for their sweep, else O(1) and O(stolen pages).
Left out: a page whose slots were all gone after one scavenge counts as one without slots in the next (V8 releases the
slots of swept pages only); pages are visited in address order (V8: in the order of its list of pages).
Source: V8 11.3 src/heap/sweeper.h and .cc (FilterSweepingPagesScope, ParallelSweepPage), scavenger.cc (CollectGarbage,
AddPageToSweeperIfNecessary), paged-spaces.cc (RawRefillLabMain, MergeCompactionSpace).
"""

from bisect import bisect_left
from collections.abc import Sequence

from gcsim.heap.heap import Heap
from gcsim.heap.old_space import Page


class CompactionSpace:
    """That of one scavenge of `heap`, open from when it is made until it is closed.

    `_slots`: the remembered slots that the scavenge will visit, in address order. `_visited`: the page whose last slot
    is being visited.
    """

    __slots__ = ("_heap", "_slots", "_visited", "_waits")

    def __init__(self, heap: Heap, slots: Sequence[int]) -> None:
        self._heap = heap
        self._slots = slots
        self._visited: Page | None = None
        self._waits = bool(heap.old.unswept)
        with_slots = {slot & -heap.memory.page_words for slot in slots} if self._waits else ()
        heap.old.open_compaction_space(with_slots)

    def visit(self, first: int, most: int) -> int:
        """How many slots from the one at index `first` on can be visited at once, at most `most`: those of one page.

        The slots before it have been visited, so their page can be swept.
        """
        if not self._waits:
            return most
        old, page_words = self._heap.old, self._heap.memory.page_words
        if self._visited is not None and not self._visited.swept:
            old.unswept.appendleft(self._visited)
        self._visited = None
        if first >= len(self._slots):
            return 0
        start = self._slots[first] & -page_words
        count = bisect_left(self._slots, start + page_words, first) - first
        if count <= most:
            self._visited = old.pages.get(start)
        return min(count, most)

    def close(self) -> None:
        """What was promoted is in old space like anything else, and the sweeping list is what it was."""
        self._heap.old.merge_compaction_space()
