"""Old space: pages of objects that stay where they are, and the holes between them.

Allocation bumps `top` in a linear allocation area. When it is used up, its rest goes back to the free list and a free
block becomes the next area. Only a page that was swept gives blocks: until then its dead objects are not known as
free. So `allocate` may fail although there is room; the caller then sweeps a page, or adds one, and asks again.

A page waiting for its sweep is booked at its live bytes, so the sizes in a trace line do not depend on when the
sweep happens.

Source: V8 11.3 src/heap/paged-spaces.cc (PagedSpaceBase).
"""

from collections import deque
from collections.abc import Iterator

from gcsim.heap.free_list import FreeList
from gcsim.heap.memory import Memory


class Page:
    """One page of old space: objects and fillers tile [area_start, area_end).

    `swept`: False from the end of a marking until its sweep. `live_words`: what it was booked at then. `is_code`: it is
    code space's, on which the simulated program does not allocate.
    """

    __slots__ = ("area_end", "area_start", "is_code", "live_words", "start", "swept")

    def __init__(self, start: int, area_start: int, area_end: int) -> None:
        self.start = start
        self.area_start = area_start
        self.area_end = area_end
        self.swept = True
        self.is_code = False
        self.live_words = 0

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

    `unswept`: pages in the order in which they will be swept. `committed_words`: the sum of the pages' sizes.
    """

    __slots__ = (
        "_booked_words", "committed_words", "free_list", "header_words", "limit", "memory", "page_words", "pages",
        "top", "unswept",
    )  # fmt: skip

    def __init__(self, memory: Memory, header_words: int) -> None:
        self.memory = memory
        self.page_words = memory.page_words
        self.header_words = header_words
        self.pages: dict[int, Page] = {}
        self.unswept: deque[Page] = deque()
        self.free_list = FreeList(memory.words)
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
        return self.free_list.free_words + self.limit - self.top

    @property
    def area_words(self) -> int:
        """Allocatable words in a page."""
        return self.page_words - self.header_words

    def allocate(self, words: int, *, fast: bool = False) -> int:
        """The address of `words` null words, or 0 if no swept page has room.

        `fast`: choose the block as V8 does for the mutator, which prefers roomy ones.
        """
        if self.top + words > self.limit:
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
            self._booked_words -= rest
            self.free_list.add(self.top, rest)
        self.top = self.limit = 0

    def add_page(self) -> Page:
        """One more page, all of it free."""
        start = self.memory.reserve(1)
        page = Page(start, start + self.header_words, start + self.page_words)
        self.pages[start] = page
        self.committed_words += page.words
        self.free_list.add(page.area_start, self.area_words)
        return page

    def add_full_page(self, *, cut_words: int = 0) -> Page:
        """One more page, `cut_words` shorter than others, booked as full; the caller tiles its area."""
        start = self.memory.reserve(1)
        page = Page(start, start + self.header_words, start + self.page_words - cut_words)
        page.live_words = page.area_words
        self.pages[start] = page
        self.committed_words += page.words
        self._booked_words += page.live_words
        return page

    def book_waste(self, words: int) -> None:
        """So many of the words booked are fillers."""
        self._booked_words -= words

    def release_page(self, page: Page) -> None:
        """Give back a page that holds nothing live and has no block in the free list."""
        del self.pages[page.start]
        self.committed_words -= page.words
        self.memory.release(page.start, 1)

    def begin_sweep(self) -> int:
        """Every page waits for its sweep, booked at its `live_words`; nothing is free until then.

        Pages without anything live are given back, all but the first; returns how many.
        """
        self.close_area()
        self.free_list.reset()
        empty = [page for page in self.pages.values() if not page.live_words]
        for page in empty[1:]:
            self.release_page(page)
        self.unswept = deque(self.pages.values())
        for page in self.unswept:
            page.swept = False
        self._booked_words = sum(page.live_words for page in self.unswept)
        return len(empty[1:])

    def areas(self) -> Iterator[tuple[int, int]]:
        """The (start, end) of each page's area."""
        for page in self.pages.values():
            yield page.area_start, page.area_end

    def page_of(self, address: int) -> Page | None:
        """The page that `address` lies on, or None."""
        return self.pages.get(address & -self.page_words)

    def _open_area(self, block: int) -> None:
        length = self.memory.words[block]
        self.memory.clear(block, block + length)
        self.top, self.limit = block, block + length
        self._booked_words += length
