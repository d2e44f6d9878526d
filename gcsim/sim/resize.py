"""Resizing new space: what a collection does to it at its begin, and what at its end.

It grows before anything is evacuated, so that survivors have the room, and shrinks when all is done. Every collection
needs from-space and commits it; one that shrinks gives it back. The rules are in `gcsim.pacing.new_space`.

Source: V8 11.3 src/heap/heap.cc (GarbageCollectionPrologueInSafepoint, EnsureFromSpaceIsCommitted, ReduceNewSpaceSize).
"""

from gcsim.heap.heap import Heap
from gcsim.pacing.new_space import Resize, grown, shrunk
from gcsim.sim.pacer import Pacer
from gcsim.units import WORD_BYTES


def begin_resize(heap: Heap, pacer: Pacer, *, reduce_memory: bool) -> Resize:
    """What the collection that begins does to new space; if that is growth, it is done, and from-space is committed."""
    config = heap.config
    capacity_bytes = heap.new.capacity_pages * config.page_size
    resize = pacer.resize_new_space(capacity_bytes, reduce_memory=reduce_memory)
    if resize is Resize.GROW:
        _set_capacity(heap, grown(capacity_bytes, config.semi_space_growth_factor, config.max_semi_space_bytes))
    heap.new.commit_from_space()
    return resize


def end_resize(heap: Heap, resize: Resize) -> None:
    """The collection ends: if it shrinks new space, that is done, and from-space is given back."""
    if resize is Resize.SHRINK:
        config, new = heap.config, heap.new
        capacity_bytes, used_bytes = new.capacity_pages * config.page_size, new.used_words * WORD_BYTES
        _set_capacity(heap, shrunk(capacity_bytes, used_bytes, config.initial_semi_space_bytes, config.page_size))
        new.uncommit_from_space()


def _set_capacity(heap: Heap, capacity_bytes: int) -> None:
    heap.new.set_capacity(capacity_bytes // heap.config.page_size)
    heap.new_large_capacity_words = capacity_bytes // WORD_BYTES
