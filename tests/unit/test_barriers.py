"""The write barrier: every way of storing keeps the remembered set complete and marking safe."""

import pytest

from gcsim.errors import NoSuchField, StaleHandle
from gcsim.heap.barriers import copy_elements, fill_elements, make_read, make_write, store
from gcsim.heap.memory import SMI_MAX, SMI_MIN
from gcsim.heap.roots import HandleScope, make_handle
from gcsim.heap.verify import verify
from heaps import Lab


@pytest.fixture
def lab():
    """Young y and z, old o and p with fields, old array v and young array w of three elements."""
    lab = Lab(pages=2)
    lab.new("y")
    lab.new("z")
    lab.new("o", old=True)
    lab.new("p", old=True)
    lab.new("v", elements=3, old=True)
    lab.new("w", elements=3)
    return lab


def test_a_store_of_young_into_old_is_remembered(lab):
    """The slot's address is in the set, once."""
    lab.link("o", "b", "y")
    lab.link("o", "b", "z")
    assert lab.heap.remembered.slots == {lab["o"] + 2}
    verify(lab.heap)


@pytest.mark.parametrize(("holder", "target"), [("y", "z"), ("y", "o"), ("o", "p"), ("o", None), ("o", 5), ("o", "o")])
def test_no_other_store_is_remembered(lab, holder, target):
    """Young into young, anything old, null, a Smi."""
    lab.link(holder, "a", target)
    assert not lab.heap.remembered.slots


def test_what_was_stored_is_read(lab):
    """References, Smis at both ends, and null, by name and by index."""
    lab.link("o", "a", "y")
    assert lab.read("o", "a") == lab.read("o", 0) == lab["y"]
    for value in (SMI_MIN, -1, 0, SMI_MAX, None):
        lab.link("o", 1, value)
        assert lab.read("o", "b") == value


def test_reading_a_reference_makes_a_handle_that_is_a_root(lab):
    """In the innermost scope."""
    lab.link("o", "a", "y")
    with HandleScope(lab.heap.roots):
        handle = make_read(lab.heap)(make_handle(lab["o"]), "a")
        assert lab.heap.roots.handles == [handle]


@pytest.mark.parametrize("value", [SMI_MIN - 1, SMI_MAX + 1])
def test_a_number_of_more_than_32_bits_is_no_smi(lab, value):
    """The old content stays."""
    lab.link("o", "a", "y")
    with pytest.raises(ValueError, match="32 bits"):
        lab.link("o", "a", value)
    assert lab.read("o", "a") == lab["y"]


def test_mistakes_are_named(lab):
    """Unknown fields, stale holders and stale values, on reading and writing."""
    heap = lab.heap
    write, read = make_write(heap), make_read(heap)
    with HandleScope(heap.roots):
        stale = heap.roots.handle(lab["y"])
    holder = make_handle(lab["o"])
    for act in (lambda: write(holder, "c", None), lambda: read(holder, "c"), lambda: read(holder, 2)):
        with pytest.raises(NoSuchField):
            act()
    for act in (lambda: write(stale, "a", None), lambda: write(holder, "a", stale), lambda: read(stale, "a")):
        with pytest.raises(StaleHandle):
            act()
    with pytest.raises(TypeError):
        write(holder, "a", "text")


def test_store_and_write_do_the_same(lab):
    """The inline barrier is the whole barrier, cut short."""
    store(lab.heap, make_handle(lab["o"]), "a", make_handle(lab["y"]))
    assert lab.heap.remembered.slots == {lab["o"] + 1}


def test_a_fill_of_an_old_array_remembers_every_slot(lab):
    """And a fill with null or a Smi none."""
    v = make_handle(lab["v"])
    fill_elements(lab.heap, v, 0, 3, 7)
    fill_elements(lab.heap, v, 0, 3, None)
    assert not lab.heap.remembered.slots
    fill_elements(lab.heap, v, 1, 2, make_handle(lab["y"]))
    assert lab.heap.remembered.slots == {lab["v"] + 2, lab["v"] + 3}
    verify(lab.heap)


def test_a_copy_into_an_old_array_remembers_what_is_young(lab):
    """Only the slots that refer to young objects; a copy into a young array none."""
    v, w = make_handle(lab["v"]), make_handle(lab["w"])
    lab.link("w", 0, "y")
    lab.link("w", 1, "o")
    lab.link("w", 2, 3)
    copy_elements(lab.heap, w, 0, v, 0, 3)
    assert lab.heap.remembered.slots == {lab["v"] + 1}
    assert [lab.read("v", index) for index in range(3)] == [lab["y"], lab["o"], 3]
    verify(lab.heap)


def test_a_copy_within_one_array_may_overlap(lab):
    """In both directions."""
    w = make_handle(lab["w"])
    for index in range(3):
        lab.link("w", index, index)
    copy_elements(lab.heap, w, 0, w, 1, 2)
    assert [lab.read("w", index) for index in range(3)] == [0, 0, 1]
    copy_elements(lab.heap, w, 1, w, 0, 2)
    assert [lab.read("w", index) for index in range(3)] == [0, 1, 1]


@pytest.mark.parametrize(("start", "count"), [(-1, 1), (0, 4), (3, 1), (0, -1)])
def test_a_range_beyond_the_array_is_refused(lab, start, count):
    """Nothing is stored."""
    v, w = make_handle(lab["v"]), make_handle(lab["w"])
    with pytest.raises(NoSuchField, match="has 3 elements"):
        fill_elements(lab.heap, v, start, count, 1)
    with pytest.raises(NoSuchField):
        copy_elements(lab.heap, w, 0, v, start, count)
    assert lab.read("v", 0) is None


def test_while_marking_what_is_stored_becomes_grey(lab):
    """Whatever the holder's color; null, Smis and marked objects change nothing."""
    lab.drop("y", "z")
    young = make_handle(lab.heap.new.to_start)
    lab.start_marking()
    before = list(lab.heap.worklist)
    make_write(lab.heap)(make_handle(lab["w"]), 0, young)
    assert lab.heap.worklist == [*before, young.address]
    make_write(lab.heap)(make_handle(lab["w"]), 1, young)
    lab.link("w", 2, 5)
    assert lab.heap.worklist == [*before, young.address]
    verify(lab.heap)


def test_while_marking_a_fill_and_a_copy_shade_too(lab):
    """Also into young arrays."""
    lab.drop("y", "z")
    y = make_handle(lab.heap.new.to_start)
    z = make_handle(y.address + 4)
    make_write(lab.heap)(make_handle(lab["v"]), 0, z)
    lab.start_marking()
    fill_elements(lab.heap, make_handle(lab["w"]), 0, 1, y)
    copy_elements(lab.heap, make_handle(lab["v"]), 0, make_handle(lab["w"]), 1, 1)
    assert {y.address, z.address} <= set(lab.heap.worklist)
    verify(lab.heap)


def test_young_large_objects_are_young_to_the_barrier():
    """As targets they are remembered, as holders they remember nothing."""
    lab = Lab(pages=4)
    lab.new("o", old=True)
    lab.leaf("big", words=20)
    lab.new("holder", elements=20)
    assert lab.heap.barrier_slow
    lab.link("o", "a", "big")
    lab.link("holder", 0, "big")
    assert lab.heap.remembered.slots == {lab["o"] + 1}
    verify(lab.heap)


def test_a_store_into_an_old_large_object_is_remembered():
    """Its slots are like those of any old object."""
    lab = Lab(pages=2)
    lab.new("big", elements=20, old=True)
    lab.new("y")
    lab.link("big", 19, "y")
    assert lab.heap.remembered.slots == {lab["big"] + 20}
    verify(lab.heap)
