"""Old space: pages of objects that stay where they are, and the holes between them.

Allocation bumps `top` in a linear allocation area. When it is used up, its rest goes back to the free list and a free
block becomes the next area. Only a page that was swept gives blocks: until then its dead objects are not known as
free. So `allocate` may fail although there is room; the caller then sweeps a page, or adds one, and asks again.

A page waiting for its sweep is booked at its live bytes, so the sizes in a trace line do not depend on when the
sweep happens. The page with the fewest of them is swept first, since it gives the most room (code comes last).

A scavenge on one thread promotes into a compaction space: a part of old space that is empty at first, takes pages with
free blocks from the rest, one at a time, and is merged with it at the end.

A page may be a candidate for evacuation: from the choice until its objects have been moved elsewhere and it is given
back, nothing is allocated on it.

Source: V8 11.3 src/heap/paged-spaces.cc (PagedSpaceBase, CompactionSpace), sweeper.cc (StartSweeping).
"""

from collections import deque
from collections.abc import Container, Iterable, Iterator
from operator import attrgetter

from gcsim.heap.free_list import FreeList
from gcsim.heap.memory import Memory


class Page:
    """One page of old space: objects and fillers tile [area_start, area_end).

    `swept`: False from the end of a marking until its sweep. `allocated_words`: what it is booked at: until its sweep
    its live words, and afterwards what was allocated too, the linear allocation area included (V8: allocated_bytes).
    `is_code`: it is code space's, on which the simulated program does not allocate.
    """

    __slots__ = ("allocated_words", "area_end", "area_start", "is_code", "start", "swept")

    def __init__(self, start: int, area_start: int, area_end: int) -> None:
        self.start = start
        self.area_start = area_start
        self.area_end = area_end
        self.swept = True
        self.is_code = False
        self.allocated_words = 0

    @property
    def words(self) -> int:
        """The page's size, its header included."""
        return self.area_end - self.start

    @property
    def area_words(self) -> int:
        """Allocatable words."""
        return self.area_end - self.area_start


class OldSpace:
    """The pages, their free list, and the linear allocation area [top, limit).

    `unswept`: pages in the order in which they will be swept; some may have been, by a scavenge on one thread.
    `free_list`: the blocks for the next allocations: while a compaction space is open, that space's, and `_rest` and
    `_rest_unswept` are what the rest of old space has.
    `committed_words`: the sum of the pages' sizes.
    `candidates`: the pages that the collection under way will evacuate, by their start, in the order in which it will.
    """

    __slots__ = (
        "_booked_words", "_rest", "_rest_unswept", "candidates", "committed_words", "free_list", "header_words",
        "limit", "memory", "page_words", "pages", "top", "unswept",
    )  # fmt: skip

    def __init__(self, memory: Memory, header_words: int) -> None:
        self.memory = memory
        self.page_words = memory.page_words
        self.header_words = header_words
        self.pages: dict[int, Page] = {}
        self.unswept: deque[Page] = deque()
        self.candidates: dict[int, Page] = {}
        self.free_list = FreeList(memory.words, memory.page_words)
        self._rest = FreeList(memory.words, memory.page_words)
        self._rest_unswept: deque[Page] = deque()
        self.top = self.limit = 0
        self._booked_words = 0
        self.committed_words = 0

    @property
    def used_words(self) -> int:
        """Words of objects; on pages that wait for their sweep, of live objects."""
        return self._booked_words - (self.limit - self.top)

    @property
    def free_words(self) -> int:
        """Words that can be allocated on swept pages: free blocks and the linear allocation area."""
        return sum(blocks.free_words for blocks in self.free_lists()) + self.limit - self.top

    @property
    def area_words(self) -> int:
        """Allocatable words in a page."""
        return self.page_words - self.header_words

    def allocate(self, words: int, *, fast: bool = False) -> int:
        """The address of `words` null words, or 0 if no swept page has room.

        `fast`: choose the block as V8 does for the mutator, which prefers roomy ones.
        """
        if self.top + words > self.limit:
            if self.top < self.limit:
                self.close_area()
            block = self.free_list.take_fast(words) if fast else self.free_list.take(words)
            if not block:
                return 0
            self._open_area(block)
        address = self.top
        self.top = address + words
        return address

    def close_area(self) -> None:
        """The rest of the linear allocation area goes back to the free list; there is no area."""
        rest = self.limit - self.top
        if rest:
            self._book(self.top, -rest)
            self.free_list.add(self.top, rest)
        self.top = self.limit = 0

    def add_page(self) -> Page:
        """One more page, all of it free."""
        page = self._new_page()
        self.free_list.add(page.area_start, self.area_words)
        return page

    def add_full_page(self, *, cut_words: int = 0) -> Page:
        """One more page, `cut_words` shorter than others, booked as full; the caller tiles its area."""
        page = self._new_page(cut_words)
        self._book(page.start, page.area_words)
        return page

    def book_waste(self, page: Page, words: int) -> None:
        """So many of the words booked on `page` are fillers."""
        self._book(page.start, -words)

    def adopt_page(self, live_words: int) -> Page:
        """One more page, none of it free: the caller fills it, `live_words` of it with black objects.

        It waits for its sweep, before all others.
        """
        page = self._new_page()
        page.swept = False
        self._book(page.start, live_words)
        self.unswept.appendleft(page)
        return page

    def release_page(self, page: Page) -> None:
        """Give back a page that holds nothing live and has no block in the free list."""
        del self.pages[page.start]
        self.committed_words -= page.words
        self.memory.release(page.start, 1)

    def begin_sweep(self) -> int:
        """Every page but the candidates waits for its sweep, and nothing is free until then.

        The caller has closed the area and booked each page at its live words. Of the pages that do not move, those
        without anything live are given back, all but the first; returns how many.
        """
        self.free_list.reset()
        pages = [page for page in self.pages.values() if page.start not in self.candidates]
        empty = [page for page in pages if not page.allocated_words]
        for page in empty[1:]:
            self.release_page(page)
        waiting = [page for page in pages if page.start in self.pages]
        self.unswept = deque(sorted(waiting, key=attrgetter("is_code", "allocated_words")))
        for page in self.pages.values():
            page.swept = False
        self._booked_words = sum(page.allocated_words for page in waiting)
        return len(empty[1:])

    def free_lists(self) -> tuple[FreeList, FreeList]:
        """The free list, and that of the rest of old space, which is empty unless a compaction space is open."""
        return self.free_list, self._rest

    def waiting_pages(self) -> set[int]:
        """The starts of the pages that wait for their sweep, in a compaction space's list or not."""
        return {page.start for page in (*self.unswept, *self._rest_unswept) if not page.swept}

    # Compaction space

    def open_compaction_space(self, hidden: Container[int] = ()) -> None:
        """What is allocated from now on is allocated in a compaction space, which has no memory yet.

        Until it is merged, pages that begin at `hidden` are not in `unswept`, and the caller may take others off.
        """
        self.close_area()
        self._rest, self._rest_unswept = self.free_list, self.unswept
        self.free_list = FreeList(self.memory.words, self.page_words)
        self.unswept = deque(page for page in self.unswept if page.start not in hidden)

    def steal_page(self, words: int) -> bool:
        """The compaction space, if one is open, has a page more, taken from the rest of old space.

        One that is likely to have room for `words` words (V8: RemovePageSafe); False if there is none.
        """
        start = self._rest.page_for(words)
        if start < 0:
            return False
        self._rest.move_page(start, self.free_list)
        return True

    def merge_compaction_space(self) -> None:
        """The compaction space, which is open, is a part of old space like any other; `unswept` is what it was."""
        self.close_area()
        for start in list(self.free_list.pages):
            self.free_list.move_page(start, self._rest)
        self.free_list, self._rest = self._rest, FreeList(self.memory.words, self.page_words)
        self.unswept, self._rest_unswept = self._rest_unswept, deque()

    # Evacuation

    def movable_pages(self) -> list[Page]:
        """The pages that may become candidates: all that are swept but code and the linear allocation area's."""
        current = self.page_of(self.top) if self.top < self.limit else None
        return [page for page in self.pages.values() if page.swept and not page.is_code and page is not current]

    def choose_candidates(self, pages: Iterable[Page]) -> None:
        """These of the movable pages are the candidates: the collection that begins evacuates them in this order."""
        self.candidates = {page.start: page for page in pages}
        if self.candidates:
            self.free_list.evict(self.candidates)

    def release_candidates(self) -> int:
        """The candidates, whose objects have been moved, are given back; returns how many."""
        for page in self.candidates.values():
            self.release_page(page)
        count = len(self.candidates)
        self.candidates.clear()
        return count

    def areas(self) -> Iterator[tuple[int, int]]:
        """The (start, end) of each page's area."""
        for page in self.pages.values():
            yield page.area_start, page.area_end

    def page_of(self, address: int) -> Page | None:
        """The page that `address` lies on, or None."""
        return self.pages.get(address & -self.page_words)

    def _new_page(self, cut_words: int = 0) -> Page:
        start = self.memory.reserve(1)
        page = self.pages[start] = Page(start, start + self.header_words, start + self.page_words - cut_words)
        self.committed_words += page.words
        return page

    def _open_area(self, block: int) -> None:
        length = self.memory.words[block]
        self.memory.clear(block, block + length)
        self.top, self.limit = block, block + length
        self._booked_words += length
        self.pages[block & -self.page_words].allocated_words += length  # `_book`, inline: collectors come here often

    def _book(self, address: int, words: int) -> None:
        """So many words more are booked, on the page that `address` lies on."""
        self._booked_words += words
        self.pages[address & -self.page_words].allocated_words += words
