"""Verify: which checks there are, what they say, and that they pass what is legal."""

import pytest

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger
from gcsim.config import HeapConfig
from gcsim.errors import InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.heap.verify import (
    CHECKS,
    Moment,
    picture,
    picture_slice,
    verify,
    verify_mark_sweep,
    verify_marked,
    verify_scavenge,
    verify_slice,
)
from heaps import Lab

CATALOGUE = (
    "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G11", "S1", "S2", "S3", "S4", "S5", "S6",
    "S7", "S8", "S9", "S10", "R1", "R2", "R3", "R4", "R5", "M1", "M2", "M3", "M4", "M5", "M6", "M7",
    "M9", "M10", "M11", "W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "C1", "C2", "C3", "A1", "A2",
    "E1", "E2", "E3", "E4", "E5", "E6", "I1", "I2",
)  # fmt: skip


def test_every_invariant_of_the_catalogue_has_a_check():
    """But for those that relate whole runs."""
    assert set(CHECKS) == set(CATALOGUE)


@pytest.mark.parametrize("id_", CATALOGUE)
def test_a_check_of_two_moments_is_silent_without_the_first(id_):
    """Whatever is called with no picture at hand."""
    lab = Lab(pages=2)
    lab.new("A")
    if CHECKS[id_].when == "marking finished":
        lab.start_marking()
        while lab.heap.marking:
            lab.cycle.advance(UNLIMITED)
    cycle = None
    if id_.startswith("S"):
        cycle = Scavenger(lab.heap)
        while cycle.phase is not Phase.DONE:
            cycle.advance(UNLIMITED)
    assert list(CHECKS[id_].find(Moment(lab.heap, collector=cycle))) == []


def test_a_white_object_behind_a_grey_one_is_protected():
    """The weak invariant holds where the strong one does not."""
    lab = Lab(pages=2)
    for name in "ABCW":
        lab.new(name)
    lab.link("B", "a", "C")
    lab.link("C", "a", "W")
    white = lab["W"]
    lab.drop("C", "W")
    lab.start_marking()
    lab.heap.worklist.reverse()
    lab.mark(1)
    assert (lab.color("A"), lab.color("B")) == ("black", "grey")
    lab.heap.memory.words[lab["A"] + 1] = white
    assert list(CHECKS["M5"].find(Moment(lab.heap))) == []
    assert len(list(CHECKS["M4"].find(Moment(lab.heap)))) == 1


@pytest.mark.parametrize("id_", CATALOGUE)
def test_a_check_is_one_named_sentence(id_):
    """Its docstring."""
    check = CHECKS[id_]
    assert check.id == id_
    assert check.name
    assert check.sentence.endswith(".")
    assert check.when


def test_an_empty_heap_is_fine():
    """V8's geometry, nothing in it; the picture of nothing equals itself."""
    heap = Heap(HeapConfig())
    verify(heap)
    assert picture(heap).same_graph(picture(heap))
    assert picture(heap).reachable_words == 0


def test_a_message_names_the_check_the_object_and_the_address():
    """So that one can look for it."""
    lab = Lab(pages=2)
    lab.new("Node")
    lab.scavenge()
    gone = lab.heap.new.from_start
    lab.heap.memory.words[lab["Node"] + 1] = gone
    message = f"S5 from-space is dead: slot {lab['Node'] + 1} of Node@{lab['Node']} refers to {gone}"
    with pytest.raises(InvariantBroken) as caught:
        verify(lab.heap)
    assert str(caught.value) == message


def test_a_check_can_list_all_its_violations():
    """`find` goes on where a call stops."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.new("Y")
    for offset in (1, 2):
        lab.heap.memory.words[lab["O"] + offset] = lab["Y"]
    assert len(list(CHECKS["R1"].find(Moment(lab.heap)))) == 2


def test_a_list_of_violations_ends_though_the_heap_is_a_mess():
    """A free list in a circle, a block that is none, an area full of words."""
    lab = Lab(pages=2, lazy_sweeping=False)
    for name in "ABCD":
        lab.new(name, old=True)
    lab.drop("A", "C")
    lab.collect()
    words, first = lab.heap.memory.words, lab.heap.old_start
    words[first + 9] = first + 8
    assert len(list(CHECKS["W3"].find(Moment(lab.heap)))) == 2
    lab.heap.old.free_list.chains[0].append([-1])
    assert len(list(CHECKS["W3"].find(Moment(lab.heap)))) == 3
    words[lab.heap.new.top], words[lab.heap.new.top + 1] = 1, 2
    assert len(list(CHECKS["W5"].find(Moment(lab.heap)))) == 1


def test_two_names_of_one_object_stay_two_names_of_one_object():
    """If one of them loses its field, that is told once."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "B")
    lab.heap.roots.globals["again"] = lab["A"]
    before = picture(lab.heap)
    lab.link("A", "a", None)
    moment = Moment(lab.heap, before)
    assert [id_ for id_ in CATALOGUE if id_[0] == "G" and list(CHECKS[id_].find(moment))] == ["G1"]


def test_a_picture_does_not_show_moves():
    """Addresses and ages change in a scavenge, the graph does not."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "B")
    before = picture(lab.heap)
    lab.scavenge()
    after = picture(lab.heap)
    assert before.same_graph(after)
    assert before.addresses != after.addresses
    assert (before.ages, after.ages) == (bytes(2), bytes([1, 1]))
    assert (before.reachable_words, before.young_objects) == (8, 2)


@pytest.mark.parametrize("change", ["shape", "field", "raw", "root"])
def test_a_picture_shows_every_other_change(change):
    """Shapes, fields, raw words, roots."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    before = picture(lab.heap)
    if change == "shape":
        lab.heap.memory.words[lab["A"]] = lab.heap.shapes.define("C", size=32).index
    elif change == "field":
        lab.link("A", "a", "B")
    elif change == "raw":
        lab.heap.memory.words[lab["A"] + 3] += 1
    else:
        lab.drop("A")
    assert not before.same_graph(picture(lab.heap))


def test_extra_remembered_slots_are_legal():
    """A slot too many costs time only."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.heap.remembered.slots.add(lab["O"] + 1)
    verify(lab.heap)


def test_nepotism_is_legal_until_the_next_full_collection():
    """A dead old object may keep young ones, in a scavenge and in marking."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.new("Y")
    lab.link("O", "a", "Y")
    lab.drop("O", "Y")
    lab.scavenge()
    assert lab.names() == ["O", "Y"]
    lab.collect()


def test_breadth_first_marking_is_legal():
    """The order of the worklist is nobody's business."""
    lab = Lab(pages=4)
    for name in "ABCDE":
        lab.new(name)
    for holder, target in ("AB", "AC", "BD", "CE"):
        lab.link(holder, "b" if lab.read(holder, "a") else "a", target)
    lab.drop(*"BCDE")
    lab.start_marking()
    while not lab.cycle.ready:
        lab.heap.worklist.reverse()
        lab.mark(1)
    lab.finish()
    assert lab.names() == list("ABCDE")


def test_floating_garbage_is_legal_if_marking_began_earlier():
    """With a stopped world it is not: then the result is exact."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.start_marking()
    lab.mark(UNLIMITED)
    lab.drop("A")
    before = picture(lab.heap)
    while lab.heap.marking:
        lab.cycle.advance(UNLIMITED)
    verify_marked(lab.heap)
    with pytest.raises(InvariantBroken, match="M7"):
        verify_marked(lab.heap, stopped_world=True)
    while lab.cycle.phase is not Phase.DONE:
        lab.cycle.advance(UNLIMITED)
    verify_mark_sweep(before, lab.heap, lab.cycle.work)


def test_the_heap_is_not_fit_for_the_mutator_in_the_middle_of_a_scavenge():
    """The slices' checks pass where `verify` must not."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    last = picture_slice(lab.heap)
    cycle = Scavenger(lab.heap)
    cycle.advance(8)
    verify_slice(lab.heap, cycle, last)
    with pytest.raises(InvariantBroken):
        verify(lab.heap)


def test_slices_can_be_checked_without_a_picture():
    """Then only what one moment shows is checked."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.leaf("L", 20)
    for make in (Scavenger, MarkSweep):
        cycle = make(lab.heap)
        while cycle.phase is not Phase.DONE:
            cycle.advance(1)
            verify_slice(lab.heap, cycle)
    verify(lab.heap)


def test_promoting_early_is_legal_if_new_space_grew_after_the_picture():
    """A picture may be older than the growth of new space at the beginning of a pause."""
    lab = Lab(pages=1, max_pages=2)
    for name in "ABCD":
        lab.new(name)
    before = picture(lab.heap)
    lab.heap.new.set_capacity(2)
    cycle = Scavenger(lab.heap)
    while cycle.phase is not Phase.DONE:
        cycle.advance(UNLIMITED)
    verify_scavenge(before, lab.heap, cycle.work)


def test_a_heap_that_cannot_be_read_is_a_broken_invariant():
    """A reference to where no object is, and no memory: the check that meets it says so."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.heap.memory.words[lab["A"] + 1] = 1 << 40
    with pytest.raises(InvariantBroken, match=r"^G1 safety: the heap cannot be read: IndexError: "):
        CHECKS["G1"](Moment(lab.heap, picture(Lab().heap)))
