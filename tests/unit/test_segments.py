"""Segments: what the marker has in hand, and what is in the pool."""

from gcsim.collectors.segments import SEGMENT, hold_back, publish, put_down, take_up
from gcsim.heap.heap import Heap
from heaps import tiny_config


def heap_with(*addresses):
    """A heap with such a worklist."""
    heap = Heap(tiny_config())
    heap.worklist += addresses
    return heap


def test_what_is_put_down_is_taken_up_again():
    """From between what lay below and what was pushed since."""
    heap = heap_with(1, 2)
    put_down(heap, [3, 4], [5])
    heap.worklist += [6]
    assert heap.worklist == [1, 2, 3, 4, 5, 6]
    assert take_up(heap) == ([3, 4], [5])
    assert heap.worklist == [1, 2, 6]


def test_full_segments_are_published_and_one_is_kept():
    """The last, which may be full itself, is visited next."""
    for count, kept in ((0, 0), (1, 1), (SEGMENT, SEGMENT), (SEGMENT + 1, 1), (2 * SEGMENT, SEGMENT)):
        heap, found = heap_with(), list(range(count))
        publish(heap, found)
        assert (len(found), heap.worklist + found) == (kept, list(range(count)))


def test_nothing_in_hand_is_nothing():
    """At the start, and after a scavenge."""
    heap = heap_with(1, 2)
    heap.in_hand = 2, 2, 2
    assert take_up(heap) == ([], [])
    assert heap.worklist == [1, 2]


def test_a_segment_that_is_not_full_is_held_back():
    """The marker does not see what the barrier has pushed last."""
    heap = heap_with(*range(SEGMENT + 2))
    assert hold_back(heap) == [SEGMENT, SEGMENT + 1]
    assert heap.worklist == list(range(SEGMENT))
    assert hold_back(heap) == []
