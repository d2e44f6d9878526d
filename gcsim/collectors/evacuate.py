"""Evacuate: after a full marking, move what must move.

A full collection of V8 11 leaves the young generation empty, and the candidates for evacuation, fragmented pages of
old space (gcsim.collectors.compact), are given back. So every live object of both is moved to old space, in this order:

* the objects of new space, one by one, are promoted into the holes of swept pages, or onto new pages;
* the objects of the candidates go the same way;
* a page of new space with more than 70 % live bytes is promoted whole: it is not worth copying. Its dead stay until
  its sweep; it counts as its live bytes;
* large objects change hands in place. The dead are not touched, so dead new objects cost nothing here either.

V8 promotes a page by a new label, and new space gets a fresh page for it. Here young is what lies below `old_start`,
so the words of the page are copied as one block to the same offsets of a fresh old page. All that is counted comes
out as with V8's label: the semispace has as many pages as before, old space one more, and no object is copied.

Each move leaves a forwarding address in the old header; then every slot that can refer to a moved object is updated:
the roots, the remembered slots and keys of live old objects, the recorded slots of old objects that stay, and the
fields of the moved objects themselves, of any strength: weak references to the dead have been cleared. That these are
all is the invariant of the remembered set and of the search for slots. Afterwards both sets are empty, since nothing
young and no candidate is left.

Invariants, between two slices: an object that is to move has its old header, or the address of its one copy, and no
two have the same. At the end exactly the black young objects are promoted; no slot refers to new space or to a page
that was given back; no header is a forwarding address; objects moved one by one are white, since their pages count as
swept, and those of a page promoted whole keep their colors until its sweep.

One unit of work: one byte of an object moved. A page promoted whole is one slice, like an object. Atomic.
Complexity: O(live young objects + live objects on candidates + slots to update).
Left out: parallel evacuation, with an allocation area for each helper; V8's aborted candidates: it gives up a page for
which the system has no memory, and here memory can always be had (both may pass their limit in a collection, and are
judged afterwards). For a page promoted whole V8 writes no forwarding addresses, which nobody can see.
Source: V8 11.3 src/heap/mark-compact.cc (EvacuatePagesInParallel, ShouldMovePage, RawEvacuatePage,
UpdatePointersAfterEvacuation, ReleaseEvacuationCandidates), paged-spaces.cc (RawRefillLabMain).
"""

from array import array
from collections.abc import Iterable, Iterator

from gcsim.collectors.protocol import Work
from gcsim.collectors.sweep import count_live, sweep_next
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, BLACK_BYTE, WHITE
from gcsim.units import WORD_BYTES


class Evacuator:
    """Empties the young generation of `heap`, whose marking has ended, and its candidates."""

    __slots__ = ("_areas", "_cursor", "_holders", "_remembered", "_whole", "heap", "work")

    def __init__(self, heap: Heap, work: Work) -> None:
        self.heap = heap
        self.work = work
        self._holders = array("q")  # moved objects with fields
        self._cursor = 0
        heap.new.close_area()
        self._whole = list(whole_pages(heap))
        self._areas = [area for area in heap.new.areas() if area not in self._whole]
        self._areas += [(page.area_start, page.area_end) for page in heap.old.candidates.values()]
        self._remembered = heap.remembered.take()
        self.work.slots += len(self._remembered)
        self._remembered += [slot for _, slots in heap.remembered.take_keys() for slot in slots]

    def advance(self, budget_bytes: int) -> tuple[int, bool]:
        """Move objects until the budget is spent; returns the bytes done and whether all is finished."""
        done = 0
        while done < budget_bytes:
            address = self._next_live()
            if address:
                done += self._move(address)
            elif self._whole:
                done += self._promote_page(*self._whole.pop(0))
            else:
                self._finish()
                return done, True
        return done, False

    def _next_live(self) -> int:
        """The next black object that is to be moved on its own, or 0."""
        while self._areas:
            start, end = self._areas[0]
            at = self.heap.memory.colors.find(BLACK_BYTE, max(start, self._cursor), end)
            if at >= 0:
                return at
            del self._areas[0]
            self._cursor = 0
        return 0

    def _move(self, address: int) -> int:
        heap, words, work = self.heap, self.heap.memory.words, self.work
        header = words[address]
        size = heap.shapes.words_of[header]
        to = heap.old.allocate(size) or self._make_room(size)
        words[to : to + size] = words[address : address + size]
        words[address] = -to
        self._cursor = address + size
        if heap.shapes.references_of[header]:
            self._holders.append(to)
        if address < heap.old_start:
            work.promoted_objects += 1
            work.promoted_words += size
        else:
            work.evacuated_objects += 1
            work.evacuated_words += size
        return size * WORD_BYTES

    def _make_room(self, size: int) -> int:
        """Memory where the free list has none: one page is swept, and if that does not help there is a new page."""
        old = self.heap.old
        address = 0
        if old.unswept:
            sweep_next(self.heap)
            self.work.swept_pages += 1
            address = old.allocate(size)
        if not address:
            old.add_page()
            address = old.allocate(size)
        return address

    def _promote_page(self, start: int, end: int) -> int:
        """What lives in [start, end), the area of a young page, lives on an old one."""
        heap, words, colors = self.heap, self.heap.memory.words, self.heap.memory.colors
        words_of, references_of = heap.shapes.words_of, heap.shapes.references_of
        live = count_live(heap, start, end)
        page = heap.old.adopt_page(live)
        words[page.area_start : page.area_end] = words[start:end]
        colors[page.area_start : page.area_end] = colors[start:end]
        distance = page.area_start - start
        at = colors.find(BLACK_BYTE, start, end)
        while at >= 0:
            header = words[at]
            words[at] = -(at + distance)
            if references_of[header]:
                self._holders.append(at + distance)
            self.work.promoted_objects += 1
            at = colors.find(BLACK_BYTE, at + words_of[header], end)
        self.work.promoted_words += live
        self.work.promoted_pages += 1
        return live * WORD_BYTES

    def _finish(self) -> None:
        heap = self.heap
        self._promote_large()
        self._update_roots()
        self._update_slots(self._remembered)
        self._update_slots(heap.old_to_old)
        references_of, words = heap.shapes.references_of, heap.memory.words
        for holder in self._holders:
            self._update_slots(range(holder + 1, holder + 1 + references_of[words[holder]]))
        heap.ids.follow()
        self._empty_new_space()
        del heap.old_to_old[:]
        heap.old.close_area()
        self.work.released_pages += heap.old.release_candidates()

    def _promote_large(self) -> None:
        """Live young large objects are old; the dead are freed."""
        heap, colors = self.heap, self.heap.memory.colors
        for address, chunk in list(heap.new_large.chunks.items()):
            if colors[address] != BLACK:
                heap.new_large.free(address)
                continue
            colors[address] = WHITE
            heap.new_large.hand_over(address, heap.large)
            self._holders.append(address)
            self.work.promoted_objects += 1
            self.work.promoted_words += chunk.words

    def _update_roots(self) -> None:
        words, roots = self.heap.memory.words, self.heap.roots
        for name, address in roots.globals.items():
            if words[address] < 0:
                roots.globals[name] = -words[address]
        for handles in roots.scopes:
            for handle in handles:
                if words[handle.address] < 0:
                    handle.address = -words[handle.address]

    def _update_slots(self, slots: Iterable[int]) -> None:
        """What refers to an object that has moved refers to where it is now."""
        words = self.heap.memory.words
        end = len(words) if self.heap.old.candidates else self.heap.old_start
        for slot in slots:
            address = words[slot]
            if 0 < address < end and words[address] < 0:
                words[slot] = -words[address]

    def _empty_new_space(self) -> None:
        heap, new = self.heap, self.heap.new
        heap.memory.clear_colors(new.to_start, new.to_start + new.capacity_pages * new.page_words)
        new.reset_to_space()
        new.set_age_mark()
        heap.update_barrier()


def whole_pages(heap: Heap) -> Iterator[tuple[int, int]]:
    """The (start, end) of the areas of to-space that are promoted whole.

    Those are the ones with more live bytes than `--page-promotion-threshold` says, as long as the old generation may
    grow, unless memory is to be saved (V8: ShouldMovePage).
    """
    config = heap.config
    if heap.reduce_memory or not config.page_promotion:
        return
    more_bytes = 0
    for start, end in heap.new.areas():
        live_bytes = count_live(heap, start, end) * WORD_BYTES
        if live_bytes > config.page_promotion_bytes and heap.can_expand_old(more_bytes + live_bytes):
            more_bytes += config.page_size
            yield start, end
