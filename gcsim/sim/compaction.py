"""Compaction, where the rule meets the heap: which pages a full collection evacuates, and how fast that went.

The choice is made when marking starts, as in V8: the pages are swept then, so what is allocated on each is known, and
from then on nothing more is. What dies on them meanwhile is not moved.

Source: V8 11.3 src/heap/mark-compact.cc (StartCompaction), gc-tracer.cc (AddCompactionEvent).
"""

from gcsim.collectors import UNLIMITED, Work
from gcsim.collectors.sweep import Sweeper
from gcsim.heap.heap import Heap
from gcsim.pacing.costs import CostModel
from gcsim.sim.pacer import Pacer
from gcsim.units import WORD_BYTES


def choose_candidates(heap: Heap, pacer: Pacer, *, reduce_memory: bool = False) -> None:
    """The heap is swept, and has chosen what the full collection that is made next will evacuate."""
    Sweeper(heap).advance(UNLIMITED)
    pages = heap.old.movable_pages()
    allocated_bytes = [page.allocated_words * WORD_BYTES for page in pages]
    chosen = pacer.evacuation_candidates(allocated_bytes, reduce_memory=reduce_memory)
    heap.old.choose_candidates(pages[index] for index in chosen)


def record_compaction(pacer: Pacer, costs: CostModel, work: Work) -> None:
    """What a full collection moved, and how long that took, is known to the next choice."""
    moved_bytes = (work.promoted_words + work.evacuated_words) * WORD_BYTES
    pacer.record_compaction(moved_bytes, costs.evacuation_ms(moved_bytes))
