"""Segments: the order in which a marker visits grey objects.

V8's worklist is cut into segments of 64 objects. A marker has two of its own: it takes what it visits from the one,
and puts what it finds onto the other. A full one goes to the shared pool, the latest on top. When the first is empty
the two change places; only when both are empty does the marker take the top segment of the pool. So all objects of a
segment are visited before anything that they lead to, and between two steps the marker keeps its own segments: what
the barrier has pushed meanwhile lies on top of the pool and comes after them.

The heap's worklist holds all of it in one list, pool and barrier's objects in order of time; `heap.in_hand` says where
the marker's own segments are, between two slices. After a scavenge it has none: all are in the pool.

Left out: V8's barrier has a segment of its own too, so that the marker never sees its last 63 objects (here only until
it has found the script's variables); and after a scavenge, segments in the pool that are not full.
Source: V8 11.3 src/heap/base/worklist.h, marking-worklist.h.
"""

from typing import Final

from gcsim.heap.heap import Heap

SEGMENT: Final = 64
"""How many objects a segment has (marking-worklist.h)."""


def take_up(heap: Heap) -> tuple[list[int], list[int]]:
    """The marker's own segments, which are no longer on the heap's worklist: found objects, and those to be visited."""
    start, middle, end = heap.in_hand
    found, waiting = heap.worklist[start:middle], heap.worklist[middle:end]
    del heap.worklist[start:end]
    return found, waiting


def put_down(heap: Heap, found: list[int], waiting: list[int]) -> None:
    """The marker's own segments lie on the heap's worklist, on top, until `take_up`."""
    publish(heap, found)
    start = len(heap.worklist)
    heap.worklist += found
    heap.worklist += waiting
    heap.in_hand = start, start + len(found), len(heap.worklist)


def hold_back(heap: Heap) -> list[int]:
    """The barrier's last segment, which is not full, and off the worklist now. The marker has nothing in hand."""
    count = (len(heap.worklist) - len(heap.roots.own)) % SEGMENT
    kept = heap.worklist[len(heap.worklist) - count :]
    del heap.worklist[len(heap.worklist) - count :]
    return kept


def publish(heap: Heap, found: list[int]) -> None:
    """The full segments of `found` are in the pool; one, which may be full, is left."""
    full = (len(found) - 1) // SEGMENT * SEGMENT
    if full > 0:
        heap.worklist += found[:full]
        del found[:full]
