"""Compact: find the slots that must follow when fragmented pages are evacuated.

A page on which little lives is worth more given back than swept: its few objects are moved to the holes of other
pages, and 256 KB are free in one piece. Which pages, is decided before marking starts (gcsim.pacing.compaction);
from then on they are candidates, on which nothing is allocated. After the marking, what is black on them is moved
with the young generation (gcsim.collectors.evacuate), and the pages are given back.

Whoever moves an object must find every slot that refers to it. Roots, young objects and the moved objects themselves
are visited anyway. What remains is the slots of old objects that stay where they are: V8's OLD_TO_OLD set. Here they
are found by one search through the live old objects when marking has ended, and only if there are candidates; a heap
without fragmented pages never pays for it.

Invariants, from the search to the end of the evacuation: every slot of a live object that stays in the old generation
and refers to a candidate, strongly or weakly, is recorded; every recorded slot is a field of such an object.

Complexity: O(live old objects and their fields) if there are candidates, else O(1). `Work.searched_words` counts the
objects searched, `Work.recorded_slots` what was found.
Left out: V8 records these slots while it marks, in the marker, the write barrier and the scavenger, so that its pause
does not contain the search, and it may record slots of objects that die before the pause. The slots found are the
same but for those; the cost model charges nothing for finding them.
Source: V8 11.3 src/heap/mark-compact.cc (StartCompaction, RecordSlot); GC Handbook, chapter 3.
"""

from collections.abc import Iterator

from gcsim.collectors.protocol import Work
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK_BYTE


def record_slots(heap: Heap, work: Work) -> None:
    """`heap.old_to_old` has the slots of live old objects elsewhere that refer to candidates.

    To be called when marking has ended, weak references to the dead are cleared and dead large objects freed, and
    before any page is swept or anything moved.
    """
    candidates = heap.old.candidates
    if not candidates:
        return
    words, words_of, references_of = heap.memory.words, heap.shapes.words_of, heap.shapes.references_of
    record, mask = heap.old_to_old.append, -heap.memory.page_words
    lowest, highest = min(candidates), max(candidates) - mask
    searched = 0
    for holder in staying_objects(heap):
        shape = words[holder]
        searched += words_of[shape]
        slot = holder
        for target in words[holder + 1 : holder + 1 + references_of[shape]]:
            slot += 1
            if lowest <= target < highest and target & mask in candidates:
                record(slot)
    work.searched_words += searched
    work.recorded_slots += len(heap.old_to_old)


def staying_objects(heap: Heap) -> Iterator[int]:
    """The address of every live object of the old generation that is not on a candidate."""
    find, words, words_of = heap.memory.colors.find, heap.memory.words, heap.shapes.words_of
    for page in heap.old.pages.values():
        if page.start in heap.old.candidates:
            continue
        at = find(BLACK_BYTE, page.area_start, page.area_end)
        while at >= 0:
            yield at
            at = find(BLACK_BYTE, at + words_of[words[at]], page.area_end)
    yield from heap.large.chunks
