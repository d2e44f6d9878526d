"""Evacuation: what lives in the young generation and on candidates moves to old space, and every slot follows."""

import pytest

from gcsim.collectors import UNLIMITED, MarkSweep, Phase
from gcsim.heap.inspect import walk_page
from heaps import Lab


def fragmented(**settings):
    """Two swept old pages of four: on the first only A is left, on the second E, G and H with a hole for one."""
    lab = Lab(pages=2, lazy_sweeping=False, **settings)
    lab.fill_old_pages("ABCD", "EFGH")
    lab.drop("B", "C", "D", "F")
    lab.collect()
    return lab


def test_what_lives_on_a_candidate_moves_into_a_hole_and_the_page_is_given_back():
    """Nothing is promoted, and the memory gets smaller."""
    lab = fragmented()
    first, second = lab.page("A"), lab.page("E")
    committed = lab.heap.committed_bytes()
    lab.choose("A")
    work = lab.collect()
    assert (work.evacuated_objects, work.evacuated_words, work.promoted_words) == (1, 4, 0)
    assert (work.released_pages, work.swept_pages) == (1, 1)
    assert lab["A"] == lab["E"] + 4
    assert list(lab.heap.old.pages.values()) == [second]
    assert lab.heap.committed_bytes() == committed - 128
    assert not lab.heap.old.candidates
    assert (first.start, 1) in lab.heap.memory.free_runs()


@pytest.mark.parametrize("budget", [1, 40, UNLIMITED])
def test_every_kind_of_slot_follows(budget):
    """Globals, handles, fields of old, large, young, young large, of moved objects, and of the object itself."""
    lab = fragmented()
    lab.new("L", elements=20, old=True)
    lab.new("Y")
    lab.new("N", elements=20)
    for holder in "EALYN":
        lab.link(holder, 0, "A")
    lab.link("A", 1, "E")
    handle = lab.heap.roots.handle(lab["A"])
    before = lab["A"]
    lab.choose("A")
    work = lab.collect(budget)
    assert lab["A"] == handle.address != before
    assert [lab.read(holder, 0) for holder in "EALYN"] == [lab["A"]] * 5
    assert lab.read("A", 1) == lab["E"]
    assert work.recorded_slots == 2  # of E and L: the others are visited in any case
    assert not lab.heap.old_to_old


def test_two_candidates_that_refer_to_each_other_both_move():
    """Neither needs a recorded slot."""
    lab = fragmented()
    lab.link("A", 0, "E")
    lab.link("E", 0, "A")
    lab.link("E", 1, "G")
    lab.choose("A", "E")
    work = lab.collect()
    assert (lab.read("A", 0), lab.read("E", 0), lab.read("E", 1)) == (lab["E"], lab["A"], lab["G"])
    assert (work.evacuated_objects, work.released_pages, work.recorded_slots) == (4, 2, 0)
    assert len(lab.heap.old.pages) == 1


def test_candidates_are_emptied_in_the_order_in_which_they_were_chosen():
    """So the first chosen gets the first hole."""
    lab = fragmented()
    lab.choose("E", "A")
    lab.collect()
    assert lab["E"] < lab["G"] < lab["H"] < lab["A"]


def test_an_object_dies_on_a_candidate_and_is_not_moved():
    """And a candidate on which nothing lives is given back for nothing."""
    lab = fragmented()
    lab.choose("A")
    lab.drop("A")
    work = lab.collect()
    assert (work.evacuated_objects, work.released_pages) == (0, 1)
    assert lab.names() == ["E", "G", "H"]


def test_what_moves_is_white_and_its_old_slots_to_the_young_are_promoted_with():
    """A remembered slot on a candidate leaves no trace."""
    lab = fragmented()
    lab.new("Y")
    lab.link("A", 0, "Y")
    lab.drop("Y")
    lab.choose("A")
    lab.collect()
    assert lab.view("A").color == "white"
    assert lab.heap.old.page_of(lab.read("A", 0)) is not None
    assert not lab.heap.remembered.slots


def test_writes_and_scavenges_between_choice_and_pause_are_seen():
    """The mutator stores references to candidates into all kinds of objects, also into promoted ones."""
    lab = fragmented()
    lab.new("S")
    lab.scavenge()
    lab.choose("A")
    lab.start_marking()
    lab.mark(UNLIMITED)
    lab.link("E", 0, "A")
    lab.link("S", 0, "A")
    lab.link("G", 0, "A")
    lab.link("G", 0, None)
    lab.scavenge()  # promotes S, which is black
    assert lab.heap.old.page_of(lab["S"]) is not lab.page("A")
    lab.new("P", old=True)
    lab.link("P", 0, "A")
    work = lab.finish(1)
    assert [lab.read(holder, 0) for holder in "ESPG"] == [lab["A"]] * 3 + [None]
    assert work.recorded_slots == 3
    assert work.evacuated_objects == 1


def test_a_promotion_goes_on_no_candidate():
    """Though it has the only hole."""
    lab = fragmented()
    lab.choose("A", "E")
    lab.start_marking()
    lab.new("P", old=True)
    assert lab.page("P").start not in lab.heap.old.candidates
    lab.finish()


def test_one_page_is_swept_for_room_and_then_a_page_is_added():
    """As V8 does in the pause, where no helper sweeps: the page with most room first, which has none for six words."""
    lab = Lab(pages=2, page_promotion=False)
    lab.fill_old_pages("ABCD", "EFGH", "IJKL")
    lab.drop("B", "E", "G", "L")
    for name in "MN":
        lab.leaf(name, 6)
    work = lab.collect()
    assert (work.swept_pages, len(lab.heap.old.pages)) == (1, 4)
    assert lab.page("M") is lab.page("N")
    assert list(lab.heap.old.unswept) == [lab.page("A"), lab.page("I")]


def test_the_allocation_area_is_closed_afterwards():
    """So that its page can be a candidate next time."""
    lab = fragmented()
    lab.new("Y")
    lab.collect()
    assert lab.heap.old.top == lab.heap.old.limit
    assert len(lab.heap.old.movable_pages()) == len(lab.heap.old.pages)


# Pages that are promoted whole


def crowded(live, **settings):
    """A full young page of four objects, of which the first so many live; they refer to each other in a ring."""
    lab = Lab(pages=2, **settings)
    for name in "ABCD":
        lab.new(name)
    alive = "ABCD"[:live]
    for name, following in zip(alive, alive[1:] + alive[:1], strict=True):
        lab.link(name, 0, following)
    lab.drop(*"ABCD"[live:])
    return lab


def test_a_page_with_more_than_70_percent_alive_is_promoted_whole():
    """Its objects keep their offsets, its dead wait for the sweep, and nothing is copied one by one."""
    lab = crowded(3)
    before = [lab[name] for name in "ABC"]
    work = lab.collect()
    distance = lab["A"] - before[0]
    assert [lab[name] for name in "ABC"] == [address + distance for address in before]
    assert (work.promoted_pages, work.promoted_objects, work.promoted_words, work.swept_pages) == (1, 3, 12, 0)
    assert [lab.read(name, 0) for name in "ABC"] == [lab["B"], lab["C"], lab["A"]]
    page = lab.page("A")
    assert (page.swept, page.allocated_words, lab.heap.used_bytes()) == (False, 12, 96)
    assert [block.dead for block in walk_page(lab.heap, page)] == [False, False, False, True]


def test_a_page_with_less_alive_is_copied():
    """89 of 128 bytes are 70 %: two objects of 32 do not reach it."""
    work = crowded(2).collect()
    assert (work.promoted_pages, work.promoted_objects, work.promoted_words) == (0, 2, 8)


@pytest.mark.parametrize(("threshold", "pages"), [(74, 1), (75, 0)])
def test_exactly_the_threshold_is_not_enough(threshold, pages):
    """Three of four objects are 75 %: more than that must live (V8's comparison)."""
    assert crowded(3, page_promotion_threshold=threshold).collect().promoted_pages == pages


def test_the_flag_switches_it_off():
    """`--no-page-promotion`: all are copied."""
    assert crowded(4, page_promotion=False).collect().promoted_pages == 0


def test_to_save_memory_all_are_copied():
    """With the reduce-memory flag V8 fills the holes instead."""
    lab = crowded(3)
    lab.heap.reduce_memory = True
    assert lab.collect().promoted_pages == 0


def test_the_old_generation_must_be_allowed_to_grow():
    """Otherwise the objects are copied, into holes where there are any."""
    lab = crowded(3, max_old_space_size=128 / (1 << 20))
    lab.new("O", old=True)
    assert lab.collect().promoted_pages == 0


def test_the_semispace_keeps_its_pages_and_old_space_has_one_more():
    """As V8's relabelling, for which new space gets a fresh page."""
    lab = crowded(4)
    lab.scavenge()  # from-space is committed
    before = lab.heap.committed_bytes()
    lab.collect()
    assert lab.heap.committed_bytes() == before + 128
    assert lab.strip() == "| <unallocated> |"


def test_the_free_end_of_a_page_promoted_whole_becomes_a_hole():
    """Here a quarter of it; the sweep finds it."""
    lab = Lab(pages=2, lazy_sweeping=False)
    for name in "ABC":
        lab.new(name)
    work = lab.collect()
    assert (work.promoted_pages, work.swept_pages) == (1, 1)
    assert [(block.kind, block.words) for block in walk_page(lab.heap, lab.page("A"))][-1] == ("free", 4)


def test_a_page_promoted_whole_is_swept_first():
    """V8 puts it on top of the sweeper's list."""
    lab = crowded(3)
    lab.new("O", old=True)
    lab.collect()
    assert lab.heap.old.unswept[0] is lab.page("A")


@pytest.mark.parametrize("budget", [1, 50, UNLIMITED])
def test_one_page_is_promoted_whole_and_one_is_copied_and_a_third_evacuated(budget):
    """One object, or one page, a slice; all that refers to them follows."""
    lab = Lab(pages=3)
    lab.fill_old_pages("PQRS")
    for name in "ABCDEFGH":
        lab.new(name)
    for holder, target in ("AE", "EP", "PA", "BP"):
        lab.link(holder, 0, target)
    lab.drop(*"QRS", *"FGH")
    lab.choose("P")
    work = lab.collect(budget)
    assert (work.promoted_pages, work.promoted_objects, work.evacuated_objects) == (1, 5, 1)
    assert [lab.read(name, 0) for name in "AEPB"] == [lab["E"], lab["P"], lab["A"], lab["P"]]
    assert lab.page("A") is not lab.page("E")
    assert lab.page("E") is lab.page("P")


def test_a_slice_moves_one_object():
    """The unit of work is its size; a page promoted whole is one slice, of its live bytes."""
    lab = Lab(pages=3)
    for name in "ABCDEF":
        lab.new(name)
    cycle = MarkSweep(lab.heap)
    while cycle.phase is not Phase.EVACUATE:
        cycle.advance(UNLIMITED)
    assert [cycle.advance(1) for _ in range(4)] == [32, 32, 128, 0]
    assert cycle.phase is Phase.DONE
