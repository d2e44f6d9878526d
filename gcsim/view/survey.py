"""Survey: copies what there is to be seen of a large heap, page by page.

For a heap of millions of objects a picture is a map: how full each page is, how full the semispaces, which are the
largest objects. It costs O(pages), and a page that did not change is the same record as in the picture before, so a run
of hundreds of collections on thousands of pages takes a few megabytes. The idea is GCspy's: one tile for each block of
memory, and the block's summary as its shade.

Source: Printezis and Jones, GCspy: an adaptable heap visualisation framework, 2002.
"""

from typing import Any, Final

from gcsim.heap.heap import Heap
from gcsim.heap.large_space import LargeObjectSpace
from gcsim.heap.old_space import Page
from gcsim.sim.mutator import Mutator
from gcsim.view.frame import Block, OldPage, Strip

MOST_LARGE: Final = 40
"""So many large objects are shown, the largest."""


class Survey:
    """Takes maps of the heap of `mutator`."""

    __slots__ = ("_heap", "_mutator", "_pages")

    def __init__(self, mutator: Mutator) -> None:
        self._heap: Heap = mutator.heap
        self._mutator = mutator
        self._pages: dict[int, OldPage] = {}

    def take(self) -> dict[str, Any]:
        """What there is, as the arguments of a `Frame`."""
        new = self._heap.new
        return {
            "strips": tuple(self._strip(start) for start in sorted((new.to_start, new.from_start))),
            "pages": tuple(self._page(page) for page in self._heap.old.pages.values()),
            "large": self._large(),
            "object_count": self._mutator.allocated_objects,
            "marking": self._heap.marking,
        }

    def _strip(self, start: int) -> Strip:
        new = self._heap.new
        end = start + new.capacity_pages * new.page_words
        if start != new.to_start:
            return Strip("from", start, end)
        return Strip("to", start, end, used_words=new.used_words, top=new.top, age_mark=new.age_mark)

    def _page(self, page: Page) -> OldPage:
        """The page's record, and if nothing has changed the one that was made before."""
        old = self._heap.old
        unused_words = old.limit - old.top if page.area_start <= old.top < page.area_end else 0
        used_words = page.allocated_words - unused_words
        candidate = page.start in old.candidates
        known = self._pages.get(page.start)
        if known and (known.used_words, known.swept, known.candidate) == (used_words, page.swept, candidate):
            return known
        fresh = OldPage(page.area_start, page.area_end, (), used_words, page.swept, candidate, page.is_code)
        self._pages[page.start] = fresh
        return fresh

    def _large(self) -> tuple[Block, ...]:
        """The largest large objects, the young ones first."""
        return (*self._largest(self._heap.new_large, 0), *self._largest(self._heap.large, 2))

    def _largest(self, space: LargeObjectSpace, age: int) -> tuple[Block, ...]:
        words, shapes = self._heap.memory.words, self._heap.shapes
        largest = sorted(space.chunks, key=lambda address: -space.chunks[address].words)[:MOST_LARGE]
        return tuple(
            Block(address, space.chunks[address].words, name=shapes[words[address]].name, age=age)
            for address in sorted(largest)
        )
