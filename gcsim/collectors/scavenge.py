"""Scavenge: collect the young generation by copying out what lives.

The young generation is two semispaces. Objects are born in to-space; a scavenge flips the halves and evacuates
whatever the roots and the remembered set reach. What survives for the first time goes to the new to-space; what
survives for the second time, which is what lay below the age mark, is promoted to old space. The rest is never
touched, so the cost follows the survivors and not the dead: O(bytes copied + remembered slots).

An evacuated object leaves its new address, negated, in its old header. Copies and promoted objects that have fields
wait on two worklists (`copy_list.py`) until these are visited; the copies come first, as long as few promoted objects
wait. A heap whose pages are too small for the allocation buffers below needs no list of copies: its to-space is the
worklist (Cheney). Objects below `scan` are finished, those between `scan` and `top` still refer to from-space.

Survivors are copied into allocation buffers of 32 KB, one after the other; a page's end that has no room for another
buffer stays empty, and is part of the space's size. Objects of more than 8 KB are put behind the buffer, which is
filled on until nothing fits any more.

Exceptions to the rule of two survivals, all V8's: where to-space has no room for another buffer an object is promoted
early (so of 1 MB at most 917,504 bytes stay young); large objects are promoted in place at their first scavenge. If
marking is under way, a copy takes its color along, and the marker's worklist is rewritten to the new addresses.

Promotion takes memory where `collectors/sweep.py` finds it; on one thread from a space of its own, for which slots
are visited page by page (`collectors/compaction_space.py`).

Weak fields are followed like strong ones, and of ephemeron tables the values; their keys are updated, or their entries
removed, when all is copied (`collectors/weak.py`).

Invariants, between any two slices:
    scan <= top, and both only grow;
    an object below `scan`, or a copy on no list, refers to no object of from-space, but for the keys of a table;
    a header in from-space is a forwarding address exactly if its object was evacuated, and to distinct addresses;
    the remembered set holds exactly the slots visited so far whose values stayed young.
At the end: no forwarding address is left in the heap, and nothing refers to from-space.

One unit of work: one byte of a survivor scanned, or eight for a root or a remembered slot. Atomic: the mutator waits.

Left out: parallel scavenging, whose helpers have buffers and compaction spaces of their own; short-cutting of thin and
cons strings.
Source: V8 11.3 src/heap/scavenger.cc, scavenger-inl.h, evacuation-allocator.h (kLabSize, kMaxLabObjectSize),
new-spaces.cc (ShouldBePromoted); a program that keeps everything promotes all but 7 buffers a page, and the order in
which arrays of 50 to 128 KB are copied decides what the ends of pages take (both measured);
Cheney 1970; GC Handbook, chapters 4 and 9.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from gcsim.collectors.compaction_space import CompactionSpace
from gcsim.collectors.copy_list import Segments
from gcsim.collectors.protocol import Phase, Work
from gcsim.collectors.sweep import allocate_in_old
from gcsim.collectors.weak import update_holders, update_keys
from gcsim.heap.heap import Heap
from gcsim.heap.memory import GREY
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import TOLL
from gcsim.units import WORD_BYTES, round_up

NOWHERE: Final = 1 << 62
"""Beyond all addresses."""


class Scavenger:
    """One scavenge of `heap`. `has_list`: whether copies wait on a list, and not between `scan` and `top`.

    `_run_start`: where the buffers begin that lie one behind the other up to `new.top`. `_buffer_top`, `_buffer_end`:
    the free part of the last of them, if there are larger objects behind it, or else 0. `_copied`, `_promoted`,
    `_large`: what waits to be scanned; `_in_old`: whether promoted objects are being scanned now.
    """

    __slots__ = (
        "_buffer_end", "_buffer_top", "_compaction_space", "_copied", "_from_end", "_from_start", "_gap_words",
        "_in_old", "_keys", "_large", "_next", "_old_words_before", "_promoted", "_remembered", "_root_places",
        "_root_table", "_run_start", "_tables", "age_mark", "has_list", "heap", "phase", "scan", "work",
    )  # fmt: skip

    def __init__(self, heap: Heap) -> None:
        self.heap = heap
        self.phase = Phase.ROOTS
        self.work = Work()
        self.has_list = bool(heap.new.buffer_words)
        self._copied, self._promoted = Segments(), Segments()
        self._large: list[int] = []
        self._in_old = False
        self._next = 0
        self._gap_words = 0
        self._old_words_before = heap.old.used_words + heap.large.used_words
        self.age_mark = heap.new.age_mark
        heap.new.flip()
        self._from_start, self._from_end = heap.new.from_range()
        self.scan = self._run_start = heap.new.top
        self._buffer_top = self._buffer_end = 0
        self._root_places: list[str | Handle] = list(heap.roots.globals)
        self._root_places += [handle for handles in heap.roots.scopes for handle in handles]
        self._root_table = array("q", heap.roots.addresses())
        self._remembered = heap.remembered.take()
        self._keys = heap.remembered.take_keys()
        self._tables: list[int] = []
        self._compaction_space = CompactionSpace(heap, self._remembered) if heap.config.predictable else None
        self.work.slots = len(self._remembered)

    @property
    def atomic(self) -> bool:
        """A scavenge is never interrupted by the mutator."""
        return self.phase is not Phase.DONE

    def waiting(self) -> set[int]:
        """The copies on the list: their fields may refer to from-space."""
        return set(self._copied)

    def advance(self, budget_bytes: int) -> int:
        """Copy until the budget is spent or the phase ends; returns the bytes done."""
        if self.phase in (Phase.ROOTS, Phase.COPY):
            return self._copy(max(1, budget_bytes // WORD_BYTES)) * WORD_BYTES
        if self.phase is Phase.FINISH:
            self._finish()
        return 0

    def _copy(self, budget: int) -> int:  # noqa: PLR0912, PLR0915 - inline, because it is the hot loop
        """Visit slots, evacuating what they refer to, until `budget` words are done. The hot loop: long, once.

        A slot is an index into a table: into the copy of the roots, or into the heap's words.
        """
        heap = self.heap
        old, promoted, waiting = heap.old, self._promoted.pushed, self._copied.pushed
        words, colors = heap.memory.words, heap.memory.colors
        words_of, toll_of = heap.shapes.words_of, heap.shapes.toll_of
        strong_of = heap.shapes.scanned_of  # what is strong in a scavenge
        remember, push, wait = heap.remembered.slots.add, promoted.append, waiting.append
        old_start, age_mark = heap.old_start, self.age_mark
        marking, large = heap.marking, heap.new_large.chunks
        buffered_of = heap.shapes.buffered_of
        has_list = self.has_list
        listed_of = strong_of if has_list else [0] * len(strong_of)
        scan, top, limit = NOWHERE if has_list else self.scan, *self._open_buffer()
        old_top, old_limit = old.top, old.limit
        copied = promotions = spent = holder = 0
        scanning, (ready, ready_in_old, most) = self.phase is Phase.COPY, self._list_at_hand()
        slots: Sequence[int]
        while spent < budget or (spent >= TOLL and (spent := self._pay_toll(spent, holder)) < budget):
            if ready and len(promoted) < most:
                holder = ready.pop()
                shape = words[holder]
                first = holder + 1
                slots = range(first, first + strong_of[shape])
                spent += toll_of[shape]
                table, in_old = words, ready_in_old
            elif not scanning:
                table, slots, in_old = self._next_batch(budget - spent)
                if not slots:
                    self.phase = Phase.COPY
                    break
                spent += len(slots)
            elif scan < top:
                holder = scan
                shape = words[holder]
                slots = range(holder + 1, holder + 1 + strong_of[shape])
                scan += words_of[shape]
                spent += toll_of[shape]
                table, in_old = words, False
            elif self._find_waiting():
                ready, ready_in_old, most = self._list_at_hand()
                continue
            else:
                self.phase = Phase.FINISH
                break
            for slot in slots:
                address = table[slot]
                if 0 < address < old_start:
                    header = words[address]
                    if header < 0:
                        table[slot] = to = -header
                    else:
                        if address < age_mark:
                            size = words_of[header]
                            to = old_top
                            old_top += size
                            if old_top > old_limit:
                                old.top = to
                                to = allocate_in_old(heap, size)
                                old_top, old_limit = old.top, old.limit
                            promotions += 1
                            if strong_of[header]:
                                push(to)
                        else:
                            size = buffered_of[header]
                            to = top
                            top += size
                            copied += 1
                            if top > limit:
                                size, old.top = words_of[header], old_top
                                to = self._allocate_copy(to, size)
                                top, limit = self._open_buffer()
                                old_top, old_limit = old.top, old.limit
                                if to >= old_start:
                                    copied -= 1
                                    promotions += 1
                                    push(to)
                                elif listed_of[header]:
                                    wait(to)
                            elif listed_of[header]:
                                wait(to)
                        words[to : to + size] = words[address : address + size]
                        words[address] = -to
                        table[slot] = to
                        if marking and colors[address]:
                            colors[to] = colors[address]
                    if in_old and to < old_start:
                        remember(slot)
                elif large and address in large:
                    self._promote_large(address)
        old.top = old_top
        self._close_buffer(top)
        if not has_list:
            self.scan = scan
        elif self.phase is Phase.FINISH:
            self.scan = heap.new.top
        self._count(copied, promotions)
        if not scanning:
            self._write_back_roots()
        return spent

    def _list_at_hand(self) -> tuple[list[int], bool, int]:
        """What is scanned next, the last one first; whether that is promoted; below how many pushed promotions."""
        promoted = self._promoted
        return (promoted.ready, True, NOWHERE) if self._in_old else (self._copied.ready, False, promoted.half_full_at())

    def _find_waiting(self) -> bool:
        """The list at hand, which is empty or has to wait, is one that has an object; False if there is none.

        When half of their segment is full, promoted objects come first, until none waits, the large ones last; then
        comes what was copied meanwhile (scavenger.cc Process).
        """
        copied, promoted = self._copied, self._promoted
        few = len(promoted.pushed) < promoted.half_full_at()
        if not self._in_old and few and (copied.ready or copied.refill()):
            return True
        self._in_old = promoted.refill()
        if not self._in_old and self._large:
            promoted.ready.append(self._large.pop())
            self._in_old = True
        return self._in_old or bool(copied.ready) or copied.refill()

    def _pay_toll(self, spent: int, holder: int) -> int:
        """What was spent, less the toll for the object scanned last: a table's keys are for the end."""
        if self.heap.shapes[self.heap.memory.words[holder]].ephemerons:
            self._tables.append(holder)
        return spent - TOLL

    def _count(self, copied: int, promotions: int) -> None:
        """The work is up to date: what to-space holds but for the gaps, and what old space has gained."""
        heap, work = self.heap, self.work
        work.copied_objects += copied
        work.promoted_objects += promotions
        work.copied_words = heap.new.used_words - self._gap_words - (self._buffer_end - self._buffer_top)
        old_words = heap.old.used_words + heap.large.used_words
        work.promoted_words = old_words - self._old_words_before

    def _next_batch(self, most: int) -> "tuple[array[int], Sequence[int], bool]":
        """The next slots to visit before any object is scanned: roots, then remembered slots; none when done."""
        start = self._next
        roots = len(self._root_table)
        if start < roots:
            self._next = min(roots, start + most)
            return self._root_table, range(start, self._next), False
        start -= roots
        if self._compaction_space:
            most = self._compaction_space.visit(start, most)
        batch = self._remembered[start : start + most]
        self._next += len(batch)
        return self.heap.memory.words, batch, True

    def _open_buffer(self) -> tuple[int, int]:
        """Where the next survivor goes, and where the last buffer ends that lies there."""
        new = self.heap.new
        if self._buffer_end:
            return self._buffer_top, self._buffer_end
        room = new.area_end - self._run_start
        return new.top, self._run_start + room - (room % new.buffer_words if new.buffer_words else 0)

    def _close_buffer(self, top: int) -> None:
        """To-space is filled up to `top`, and can be walked."""
        if not self._buffer_end:
            self.heap.new.top = top
            return
        self._buffer_top = top
        if top < self._buffer_end:
            self.heap.memory.words[top] = self._buffer_end - top

    def _allocate_copy(self, top: int, size: int) -> int:
        """Memory for a survivor that does not fit between `top` and the buffers' end, or is too large for them."""
        new = self.heap.new
        if size > new.largest_in_buffer_words > 0:
            return self._allocate_behind(top, size)
        self._close_buffer(top)
        fits_here = self._buffer_end and new.top + new.buffer_words <= new.area_end
        gap_words = 0 if fits_here else new.area_end - new.top
        if not fits_here and not new.enter_next_page():
            return allocate_in_old(self.heap, size)
        self._gap_words += gap_words
        self._leave_buffer()
        return new.allocate(size)

    def _leave_buffer(self) -> None:
        """The next buffer begins behind all that is in to-space; what is free of the last one stays empty."""
        self._gap_words += self._buffer_end - self._buffer_top
        self._buffer_top = self._buffer_end = 0
        self._run_start = self.heap.new.top

    def _allocate_behind(self, top: int, size: int) -> int:
        """Memory for a large survivor, behind the buffer that is filled up to `top`; or else in old space."""
        new = self.heap.new
        if not self._buffer_end:
            new.top = self._buffer_end = self._run_start + round_up(top - self._run_start, new.buffer_words)
        self._close_buffer(top)
        gap_words = new.area_end - new.top
        if new.top + size > new.area_end:
            if not new.enter_next_page():
                return allocate_in_old(self.heap, size)
            self._gap_words += gap_words
        return new.allocate(size)

    def _promote_large(self, address: int) -> None:
        """A young large object is old from now on; its fields are still to be scanned."""
        heap = self.heap
        heap.new_large.hand_over(address, heap.large)
        self._large.append(address)
        self.work.promoted_objects += 1

    def _write_back_roots(self) -> None:
        """Every root visited so far refers to where its object is now."""
        for place, address in zip(self._root_places, self._root_table, strict=True):
            if isinstance(place, str):
                self.heap.roots.globals[place] = address
            else:
                place.address = address

    def _finish(self) -> None:
        """The survivors are below the age mark, dead large objects are freed, from-space is forgotten."""
        heap = self.heap
        if self._compaction_space:
            self._compaction_space.close()
        self.work.removed_entries = update_keys(heap, self._tables, self._keys)
        heap.new.set_age_mark()
        heap.ids.follow_scavenge(heap.old_start, heap.new_large.chunks)
        for address in list(heap.new_large.chunks):
            heap.new_large.free(address)
        if heap.marking:
            self._update_worklist()
            update_holders(heap, self._from_start, self._from_end)
            heap.memory.clear_colors(self._from_start, self._from_end)
        heap.update_barrier()
        self.phase = Phase.DONE

    def _update_worklist(self) -> None:
        """Grey objects that moved are on the marker's worklist under their new address; the dead are off it.

        The marker holds none of them any more.
        """
        heap, words, colors = self.heap, self.heap.memory.words, self.heap.memory.colors
        kept = []
        for address in heap.worklist:
            if self._from_start <= address < self._from_end:
                if words[address] < 0:
                    kept.append(-words[address])
            elif colors[address] == GREY:
                kept.append(address)
        heap.worklist[:] = kept
        heap.in_hand = len(kept), len(kept), len(kept)
        visited = heap.partly_visited
        heap.partly_visited = {address: visited[address] for address in visited if colors[address] == GREY}
