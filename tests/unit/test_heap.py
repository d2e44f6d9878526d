"""The heap: where an object is born, sizes, and limits."""

import pytest

from gcsim.config import HeapConfig
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, GREY
from gcsim.units import MB
from heaps import Lab


def test_size_and_pretenuring_decide_where_an_object_is_born():
    """More than half a page is large."""
    lab = Lab(pages=2)
    lab.leaf("A", 8)
    lab.leaf("B", 9)
    lab.leaf("C", 8, old=True)
    lab.leaf("D", 9, old=True)
    assert [lab.view(name).space for name in "ABCD"] == ["new", "new large", "old", "large"]
    assert [lab.heap.is_young(lab[name]) for name in "ABCD"] == [True, True, False, False]


def test_v8s_border_of_large_objects():
    """131,072 bytes are regular."""
    heap = Heap(HeapConfig())
    regular, large = heap.allocate_raw(131_072 // 8), heap.allocate_raw(131_072 // 8 + 1)
    assert regular < heap.old_start <= large


def test_null_and_smis_are_not_young():
    """Only addresses are."""
    heap = Lab().heap
    assert not heap.is_young(0)
    assert not heap.is_young(-5)


def test_sizes_are_sums_of_the_spaces():
    """Used, young, old and committed bytes."""
    lab = Lab(pages=2)
    lab.leaf("A", 8)
    lab.leaf("B", 20)
    lab.leaf("C", 8, old=True)
    lab.leaf("D", 40, old=True)
    heap = lab.heap
    assert (heap.young_bytes(), heap.old_bytes(), heap.used_bytes()) == (28 * 8, 48 * 8, 76 * 8)
    assert heap.old_committed_bytes() == (16 + 48) * 8
    assert heap.committed_bytes() == (2 * 16 + 32 + 16 + 48) * 8


def test_young_large_objects_have_the_capacity_of_new_space():
    """One alone may be larger; a second must fit."""
    lab = Lab(pages=2)
    assert lab.heap.allocate_raw(100)
    assert lab.heap.allocate_raw(20) == 0
    lab = Lab(pages=2)
    assert lab.heap.allocate_raw(12)
    assert lab.heap.allocate_raw(20)
    assert lab.heap.allocate_raw(9) == 0


@pytest.mark.parametrize("pretenured", [True, False])
def test_a_large_object_beyond_the_limit_is_refused(pretenured):
    """The caller collects, and asks again."""
    lab = Lab(pages=2, max_old_space_size=2048 / MB)
    assert lab.heap.allocate_raw(300, pretenured=pretenured) == 0
    assert not lab.heap.memory.free_runs()
    assert lab.heap.can_expand_old(2048)
    assert not lab.heap.can_expand_old(2049)


def test_shade_makes_a_white_object_grey_and_nothing_else():
    """A grey or black one stays what it is."""
    heap = Lab().heap
    heap.shade(20)
    heap.shade(20)
    heap.memory.colors[24] = BLACK
    heap.shade(24)
    assert (heap.worklist, heap.memory.colors[20], heap.memory.colors[24]) == ([20], GREY, BLACK)
