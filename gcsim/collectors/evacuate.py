"""Evacuate: after a full marking, promote what lives in the young generation.

A full collection of V8 11 leaves the young generation empty: every live young object is copied to old space, large
ones change hands in place. The dead are not touched, so dead new objects cost nothing here either.

Each copy leaves a forwarding address; then every slot that can refer to a young object is updated: the roots, the
remembered slots and keys of live old objects, and the fields of the promoted objects themselves, of any strength: weak
references to the dead have been cleared. That these are all is the remembered set's invariant. Afterwards it is empty,
since nothing young is left.

Invariants: exactly the black young objects are promoted; afterwards no slot refers to new space, no header is a
forwarding address, and the promoted objects are white (their pages count as swept).

One unit of work: one byte of an object copied, or eight for a slot. Atomic.
Left out: promotion of whole pages without copying (V8 relabels a page with more than 70 % live bytes, dead ones
included); evacuation of fragmented old pages.
Source: V8 11.3 src/heap/mark-compact.cc (EvacuateNewSpaceVisitor, UpdatePointersAfterEvacuation).
"""

from array import array

from gcsim.collectors.protocol import Work
from gcsim.collectors.sweep import allocate_in_old
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, BLACK_BYTE, WHITE
from gcsim.units import WORD_BYTES


class Evacuator:
    """Empties the young generation of `heap`, whose marking has ended."""

    __slots__ = ("_areas", "_copies", "_cursor", "_remembered", "heap", "work")

    def __init__(self, heap: Heap, work: Work) -> None:
        self.heap = heap
        self.work = work
        self._copies = array("q")
        self._areas = list(heap.new.areas())
        self._cursor = 0
        self._remembered = heap.remembered.take()
        self.work.slots += len(self._remembered)
        self._remembered += [slot for _, slots in heap.remembered.take_keys() for slot in slots]

    def advance(self, budget_bytes: int) -> tuple[int, bool]:
        """Promote objects until the budget is spent; returns the bytes done and whether all is finished."""
        done = 0
        while done < budget_bytes:
            address = self._next_live()
            if not address:
                self._finish()
                return done, True
            done += self._promote(address)
        return done, False

    def _next_live(self) -> int:
        """The next black object of new space in address order, or 0."""
        while self._areas:
            start, end = self._areas[0]
            at = self.heap.memory.colors.find(BLACK_BYTE, max(start, self._cursor), end)
            if at >= 0:
                return at
            del self._areas[0]
        return 0

    def _promote(self, address: int) -> int:
        heap, words = self.heap, self.heap.memory.words
        header = words[address]
        size = heap.shapes.words_of[header]
        to = allocate_in_old(heap, size)
        words[to : to + size] = words[address : address + size]
        words[address] = -to
        self._cursor = address + size
        if heap.shapes.references_of[header]:
            self._copies.append(to)
        self.work.promoted_objects += 1
        self.work.promoted_words += size
        return size * WORD_BYTES

    def _finish(self) -> None:
        heap = self.heap
        self._promote_large()
        self._update_roots()
        self._update_slots(self._remembered)
        references_of, words = heap.shapes.references_of, heap.memory.words
        for holder in self._copies:
            self._update_slots(range(holder + 1, holder + 1 + references_of[words[holder]]))
        self._empty_new_space()

    def _promote_large(self) -> None:
        """Live young large objects are old; the dead are freed."""
        heap, colors = self.heap, self.heap.memory.colors
        for address, chunk in list(heap.new_large.chunks.items()):
            if colors[address] != BLACK:
                heap.new_large.free(address)
                continue
            colors[address] = WHITE
            heap.new_large.hand_over(address, heap.large)
            self._copies.append(address)
            self.work.promoted_objects += 1
            self.work.promoted_words += chunk.words

    def _update_roots(self) -> None:
        heap, words = self.heap, self.heap.memory.words
        for name, address in heap.roots.globals.items():
            if address < heap.old_start:
                heap.roots.globals[name] = -words[address]
        for handles in heap.roots.scopes:
            for handle in handles:
                if handle.address < heap.old_start:
                    handle.address = -words[handle.address]

    def _update_slots(self, slots: "range | list[int]") -> None:
        words, old_start = self.heap.memory.words, self.heap.old_start
        for slot in slots:
            address = words[slot]
            if 0 < address < old_start:
                words[slot] = -words[address]

    def _empty_new_space(self) -> None:
        heap, new = self.heap, self.heap.new
        heap.memory.clear_colors(new.to_start, new.to_start + new.capacity_pages * new.page_words)
        new.reset_to_space()
        new.set_age_mark()
        heap.update_barrier()
