"""New space: two semispaces, of which the mutator allocates in one.

Objects are born in to-space by moving `top`. A page's end that is too short for the next object becomes a filler; if
it has 4 KB or more it is parked, and used when no page is left. When nothing is left, the allocation fails, and a
scavenge flips the halves.

The age mark is one address: where allocation stood when the last scavenge ended. What lies below it has survived
once; survivors are copied to the lowest pages first, so one comparison tells a survivor from a newborn.

A page is zeroed when it is entered, so a fresh object needs its header and nothing else. From-space is not committed
before the first collection, nor after one that shrank new space until the next one begins.

Source: V8 11.3 src/heap/new-spaces.cc (SemiSpaceNewSpace: AddFreshPage, AddParkedAllocationBuffer, Size, Shrink).
"""

from collections.abc import Iterator
from typing import Final

from gcsim.heap.memory import Memory
from gcsim.units import KB, WORD_BYTES

PARKING_THRESHOLD_WORDS: Final = 4 * KB // WORD_BYTES


class NewSpace:
    """Two semispaces of `capacity_pages` pages each, reserved at their largest size.

    `top`, `limit`: the linear allocation area of the mutator and, during a scavenge, of the copies. `limit` may lie
    before `area_end`, so that allocation stops there and the simulation can do a step of something else.
    `buffer_words`: in such pieces a scavenge takes to-space, 0 if the pages are smaller.
    `age_mark`: below it, an object of the space that was to-space at the last scavenge's end has survived once.
    """

    __slots__ = (
        "age_mark", "area_end", "buffer_words", "capacity_pages", "from_committed", "from_start", "header_words",
        "limit", "max_pages", "memory", "page_words", "pages_entered", "parked", "to_start", "top",
    )  # fmt: skip

    def __init__(
        self, memory: Memory, header_words: int, initial_pages: int, max_pages: int, buffer_words: int = 0
    ) -> None:
        self.memory = memory
        self.page_words = memory.page_words
        self.header_words = header_words
        self.buffer_words = buffer_words if buffer_words <= self.area_words else 0
        self.capacity_pages = initial_pages
        self.max_pages = max_pages
        self.to_start = self.page_words
        self.from_start = self.page_words * (1 + max_pages)
        self.from_committed = False
        self.parked: list[tuple[int, int]] = []
        self.pages_entered = self.top = self.limit = self.area_end = 0
        self.reset_to_space()
        self.age_mark = self.top

    @property
    def area_words(self) -> int:
        """Allocatable words in a page."""
        return self.page_words - self.header_words

    @property
    def allocatable_words(self) -> int:
        """Allocatable words in a semispace."""
        return self.capacity_pages * self.area_words

    @property
    def largest_in_buffer_words(self) -> int:
        """Survivors that are larger may lie behind the buffers: 8 KB of 32 (evacuation-allocator.h)."""
        return self.buffer_words // 4

    @property
    def used_words(self) -> int:
        """Words of to-space up to `top`, the ends of pages that were left included (V8's SizeOfObjects)."""
        return (self.pages_entered - 1) * self.area_words + self.top - (self.area_end - self.area_words)

    @property
    def committed_pages(self) -> int:
        """Pages of both semispaces; from-space counts while it is committed."""
        return self.capacity_pages * (2 if self.from_committed else 1)

    def allocate(self, words: int) -> int:
        """The address of `words` null words, or 0 if to-space is full. Ignores the soft `limit`."""
        if self.top + words > self.area_end and not self.enter_next_page(park=True) and not self._unpark(words):
            return 0
        address = self.top
        self.top = address + words
        return address

    def enter_next_page(self, *, park: bool = False) -> bool:
        """Allocation goes on at the start of the next page; False, and nothing has changed, if there is none.

        `park`: the rest of the page that is left may be used later, if it has 4 KB (V8 does so for the mutator only).
        """
        if self.pages_entered >= self.capacity_pages:
            return False
        if self.pages_entered:
            self.close_area()
            if park and self.area_end - self.top >= PARKING_THRESHOLD_WORDS:
                self.parked.append((self.top, self.area_end))
        start = self.to_start + self.pages_entered * self.page_words
        self.pages_entered += 1
        self.memory.clear(start, start + self.page_words)
        if self.header_words:
            self.memory.words[start] = self.header_words  # a filler: to-space can be walked from page to page
        self._set_area(start + self.header_words, start + self.page_words)
        return True

    def flip(self) -> None:
        """Swap the semispaces: the objects are in from-space, to-space is empty and committed."""
        self.close_area()
        self.to_start, self.from_start = self.from_start, self.to_start
        self.commit_from_space()
        self.reset_to_space()

    def reset_to_space(self) -> None:
        """To-space is empty; allocation starts in its first page."""
        self.parked.clear()
        self.pages_entered = 0
        self.enter_next_page()

    def close_area(self) -> None:
        """The rest of the current page is a filler, so that to-space can be walked without knowing `top`."""
        if self.top < self.area_end:
            self.memory.words[self.top] = self.area_end - self.top

    def set_capacity(self, pages: int) -> None:
        """Both semispaces have `pages` pages from now on; none that holds objects may be cut off."""
        self.capacity_pages = min(max(pages, self.pages_entered), self.max_pages)

    def commit_from_space(self) -> None:
        """From-space is committed, as every collection needs it."""
        self.from_committed = True

    def uncommit_from_space(self) -> None:
        """From-space is given back until the next collection."""
        self.from_committed = False

    def set_age_mark(self) -> None:
        """What is in to-space now has survived once; page ends below the mark are not for newborns."""
        self.age_mark = self.top
        self.parked.clear()

    def areas(self) -> Iterator[tuple[int, int]]:
        """The (start, end) of each to-space page that was entered, lowest first; the last may be partly free."""
        for page in range(self.pages_entered):
            start = self.to_start + page * self.page_words
            yield start + self.header_words, start + self.page_words

    def from_range(self) -> tuple[int, int]:
        """The addresses that from-space can hold."""
        return self.from_start, self.from_start + self.capacity_pages * self.page_words

    def contains(self, address: int) -> bool:
        """Whether `address` lies in to-space."""
        return self.to_start <= address < self.to_start + self.capacity_pages * self.page_words

    def survived(self, address: int) -> bool:
        """Whether the object at `address` in to-space has survived a scavenge (outside of collections)."""
        return address < self.age_mark

    def _unpark(self, words: int) -> bool:
        for at, (start, end) in enumerate(self.parked):
            if start + words <= end:
                del self.parked[at]
                self.close_area()
                self._set_area(start, end)
                self.memory.words[start] = 0
                return True
        return False

    def _set_area(self, start: int, end: int) -> None:
        self.top = start
        self.area_end = self.limit = end
