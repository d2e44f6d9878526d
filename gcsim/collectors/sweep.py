"""Sweep: turn what the marker did not reach into free blocks.

After a marking, a black object lives and everything else is garbage. The sweep goes through a page from black header
to black header (`find` on the colors, never a step on a dead object); what lies between two of them is one free run,
however many dead objects it held, so neighbours coalesce by themselves. The runs go to the free list and the page's
colors become white.

Pages are swept one at a time, when somebody needs memory (lazily) or all at once. Until its sweep a page keeps the
colors of the marking that ended, nothing is allocated on it, and it counts as its live bytes. A page without a black
object is not swept at all but given back; the first of them is kept as V8 keeps it.

Invariants: no black object is freed; after its sweep a page is tiled by objects and free runs, no two of which are
adjacent, and no object on it is marked; large objects are freed whole or not at all.

An allocation that finds no block sweeps. V8's helpers have usually swept all pages before the next scavenge promotes
anything; that is stood for by sweeping on until there is a block, and only then asking for a new page. With
`--predictable` there are no helpers: one page is swept, and if that does not help there is a new page.

One unit of work: a page. O(live objects on the page).
Left out: concurrent sweeping while the mutator runs.
Source: V8 11.3 src/heap/sweeper.cc, mark-compact.cc (StartSweepSpace), paged-spaces.cc (RawRefillLabMain).
"""

from gcsim.collectors.protocol import Phase, Work
from gcsim.heap.heap import Heap
from gcsim.heap.large_space import LargeObjectSpace
from gcsim.heap.memory import BLACK, BLACK_BYTE, WHITE
from gcsim.heap.old_space import Page
from gcsim.units import WORD_BYTES


class Sweeper:
    """Sweeps the pages of old space that wait for it."""

    __slots__ = ("heap", "phase", "work")

    def __init__(self, heap: Heap) -> None:
        self.heap = heap
        self.work = Work()
        self.phase = Phase.SWEEP if heap.old.unswept else Phase.DONE

    @property
    def atomic(self) -> bool:
        """The mutator may run between two pages."""
        return False

    def advance(self, budget_bytes: int) -> int:
        """Sweep pages until the budget is spent or none is left; returns the bytes of the pages swept."""
        done = 0
        while self.heap.old.unswept and done < budget_bytes:
            page = sweep_next(self.heap)
            if page is not None:
                self.work.swept_pages += 1
                done += (page.area_end - page.area_start) * WORD_BYTES
        if not self.heap.old.unswept:
            self.phase = Phase.DONE
        return done


def start_sweeping(heap: Heap) -> int:
    """Marking has ended: old pages wait for their sweep, empty ones are given back, large objects are swept.

    Candidates for evacuation do not wait: they will be given back. Returns how many pages were given back.
    """
    heap.old.close_area()
    for page in heap.old.pages.values():
        page.allocated_words = count_live(heap, page.area_start, page.area_end)
    released = heap.old.begin_sweep()
    sweep_large(heap, heap.large)
    return released


def count_live(heap: Heap, start: int, end: int) -> int:
    """The words of black objects in [start, end), an area of a page."""
    words, colors, words_of = heap.memory.words, heap.memory.colors, heap.shapes.words_of
    live = 0
    at = colors.find(BLACK_BYTE, start, end)
    while at >= 0:
        size = words_of[words[at]]
        live += size
        at += size
        if at >= end:
            break
        if colors[at] != BLACK:
            at = colors.find(BLACK_BYTE, at, end)
    return live


def sweep_page(heap: Heap, page: Page) -> None:
    """The page's dead are free blocks, its colors white. The hot loop of the sweep."""
    words, colors, words_of = heap.memory.words, heap.memory.colors, heap.shapes.words_of
    free, end = heap.old.free_list.add if not page.is_code else words.__setitem__, page.area_end
    cursor = page.area_start
    while cursor < end:
        if colors[cursor] == BLACK:
            cursor += words_of[words[cursor]]
            continue
        live = colors.find(BLACK_BYTE, cursor, end)
        if live < 0:
            live = end
        free(cursor, live - cursor)
        cursor = live
    heap.memory.clear_colors(page.start, end)
    page.swept = True


def sweep_large(heap: Heap, space: LargeObjectSpace) -> None:
    """Dead large objects are freed whole; the living are white."""
    colors = heap.memory.colors
    for address in list(space.chunks):
        if colors[address] == BLACK:
            colors[address] = WHITE
        else:
            space.free(address)


def sweep_next(heap: Heap) -> Page | None:
    """The page that is first in `unswept` has been swept, and leaves it; returns it, or None if it was swept before."""
    page = heap.old.unswept.popleft()
    if page.swept:
        return None
    sweep_page(heap, page)
    return page


def allocate_by_sweeping(heap: Heap, words: int, *, most: int, fast: bool = False) -> int:
    """Memory in old space after one page after the other was swept, or 0; no more than `most` pages are.

    `fast`: as in `OldSpace.allocate`.
    """
    old = heap.old
    address = 0
    while not address and old.unswept and most > 0:
        sweep_next(heap)
        address = old.allocate(words, fast=fast)
        most -= 1
    return address


def allocate_in_old(heap: Heap, words: int) -> int:
    """Memory for an object that a scavenge moves to old space.

    From the free list, a swept page, a page that is stolen for the compaction space, or a new page, in this order.
    Always succeeds: while it promotes, a collection may go beyond the limit, and the simulation looks afterwards
    whether the heap is still allowed to exist (V8 does the same).
    """
    old = heap.old
    address = old.allocate(words) or allocate_by_sweeping(heap, words, most=heap.config.pages_to_sweep)
    if not address and old.steal_page(words):
        address = old.allocate(words)
    if not address:
        old.add_page()
        address = old.allocate(words)
    return address
