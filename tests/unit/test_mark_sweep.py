"""The full collection: what lives is promoted or stays, all else goes."""

import pytest

from gcsim.collectors import UNLIMITED, MarkSweep, Phase
from gcsim.config import HeapConfig
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import objects
from heaps import Lab


def test_a_full_collection_promotes_all_young_and_empties_new_space():
    """Newborns and survivors alike; slots, roots and handles are updated."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.scavenge()
    lab.new("B")
    lab.new("Dead")
    lab.new("O", old=True)
    lab.link("O", "a", "B")
    lab.link("A", "b", "B")
    lab.drop("Dead", "B")
    handle = lab.heap.roots.handle(lab["A"])
    work = lab.collect()
    assert (work.promoted_objects, work.promoted_words, work.marked_objects) == (2, 8, 3)
    assert lab.strip() == "| <unallocated> |"
    assert lab.read("O", "a") == lab.read("A", "b")
    assert handle.address == lab["A"]
    assert not lab.heap.remembered.slots
    assert lab.names() == ["A", "B", "O"]


def test_an_unreachable_cycle_goes_at_once():
    """Over all spaces: young, old, young large and large."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B", old=True)
    lab.new("C", elements=20)
    lab.new("D", elements=20, old=True)
    for holder, target in ("AB", "BC", "CD", "DA"):
        lab.link(holder, 0, target)
    lab.drop(*"ABCD")
    lab.collect()
    assert lab.names() == []
    assert lab.heap.used_bytes() == 0


def test_an_island_goes_though_its_objects_refer_to_each_other():
    """And it refers to the living, which stay."""
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name)
    lab.link("A", "a", "B")
    lab.link("B", "a", "A")
    lab.link("A", "b", "C")
    lab.drop("A", "B")
    lab.collect()
    assert lab.names() == ["C", "D"]


def test_a_second_collection_finds_nothing():
    """A fixpoint: no address changes any more."""
    lab = Lab(pages=2)
    for name in "ABC":
        lab.new(name)
    lab.link("A", "a", "B")
    lab.collect()
    at = [lab[name] for name in "ABC"]
    work = lab.collect()
    assert [lab[name] for name in "ABC"] == at
    assert (work.promoted_objects, work.released_pages) == (0, 0)


def test_slots_of_dead_old_objects_are_forgotten():
    """Before their memory is used for something else."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.new("P", old=True)
    lab.new("B")
    lab.link("O", "a", "B")
    lab.link("P", "a", "B")
    lab.drop("O")
    lab.collect()
    assert lab.view("P").fields[0] == ("a", lab["B"])
    assert lab.names() == ["B", "P"]


def test_a_young_large_object_is_promoted_or_freed():
    """In place, its young children with it."""
    lab = Lab(pages=4)
    lab.new("Big", elements=20)
    lab.leaf("Dead", 20)
    lab.new("B")
    lab.link("Big", 3, "B")
    lab.drop("B", "Dead")
    at = lab["Big"]
    work = lab.collect()
    assert (lab["Big"], lab.view("Big").space, lab.view("Big").color) == (at, "large", "white")
    assert work.promoted_objects == 2
    assert lab.names() == ["B", "Big"]
    assert not lab.heap.barrier_slow


def test_the_phases_of_a_cycle_come_in_order():
    """Marking in steps, then a pause; with lazy sweeping the sweep is not part of it."""
    for lazy, phases in ((True, "MARK REMARK EVACUATE DONE"), (False, "MARK REMARK EVACUATE SWEEP DONE")):
        lab = Lab(pages=2, lazy_sweeping=lazy)
        for name in "ABC":
            lab.new(name)
        cycle = MarkSweep(lab.heap)
        seen = [cycle.phase.name]
        while cycle.phase is not Phase.DONE:
            assert cycle.atomic == (cycle.phase is not Phase.MARK)
            cycle.advance(1)
            if cycle.phase.name != seen[-1]:
                seen.append(cycle.phase.name)
        assert " ".join(seen) == phases
        assert cycle.advance(UNLIMITED) == 0


def test_a_new_cycle_sweeps_what_the_last_one_left():
    """So that everything is white when it begins."""
    lab = Lab(pages=2)
    for name in "ABCDE":
        lab.new(name, old=True)
    lab.drop("B")
    lab.collect()
    assert lab.heap.old.unswept
    lab.start_marking()
    assert not lab.heap.old.unswept
    lab.finish()


def test_the_mutator_may_do_anything_while_marking():
    """New objects, stores and dropped roots between steps of one object each, a scavenge in the middle."""
    lab = Lab(pages=4)
    lab.new("A")
    lab.new("B")
    lab.new("O", old=True)
    lab.link("A", "a", "B")
    lab.start_marking()
    lab.mark(1)
    lab.new("C")
    lab.link("C", "a", "B")
    lab.link("O", "b", "C")
    lab.mark(1)
    lab.drop("C", "B")
    lab.link("A", "a", None)
    lab.scavenge()
    lab.mark(1)
    lab.new("D", old=True)
    lab.link("D", "a", "A")
    lab.finish(budget=1)
    assert lab.names() == ["A", "B", "C", "D", "O"]


@pytest.mark.slow
def test_a_chain_of_a_million_objects_is_marked():
    """No recursion: the depth of the graph does not matter. One object a page would be too slow to verify."""
    heap = Heap(HeapConfig(max_old_space_size=256))
    shape = heap.shapes.define("Link", fields=("next",))
    words, before = heap.memory.words, 0
    for _ in range(1_000_000):
        address = heap.allocate_raw(2, pretenured=True)
        if not address:
            heap.old.add_page()
            address = heap.allocate_raw(2, pretenured=True)
        words[address] = shape.index
        words[address + 1] = before
        before = address
    heap.roots.globals["head"] = before
    cycle = MarkSweep(heap)
    while cycle.phase is not Phase.DONE:
        cycle.advance(UNLIMITED)
    assert cycle.work.marked_objects == 1_000_000
    assert heap.old_bytes() == 16_000_000
    assert sum(1 for _ in objects(heap)) == 1_000_000
