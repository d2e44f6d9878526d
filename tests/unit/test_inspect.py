"""Inspect: views of objects, blocks of pages, and the reference marker."""

import pytest

from gcsim.errors import InvariantBroken
from gcsim.heap.inspect import (
    Block,
    Smi,
    breadth_first,
    new_space_strip,
    objects,
    reachable,
    references,
    view,
    walk_area,
    walk_page,
)
from heaps import Lab
from weak_lab import WeakLab


def blocks(lab, page):
    """(kind, words, dead) of each block of a page."""
    return [(block.kind, block.words, block.dead) for block in walk_page(lab.heap, page)]


def only_page(lab):
    (page,) = lab.heap.old.pages.values()
    return page


def test_a_view_says_what_a_person_would():
    """Name, fields with their names, raw words, color, age, space."""
    lab = Lab(pages=2)
    lab.new("Node", "a", "b", "c", words=6)
    lab.link("Node", "a", "Node")
    lab.link("Node", "b", -5)
    node = lab.view("Node")
    assert node.fields == (("a", lab["Node"]), ("b", Smi(-5)), ("c", None))
    assert (node.name, node.size_bytes, node.raw) == ("Node", 48, (0, 1))
    assert (node.color, node.age, node.space) == ("white", 0, "new")


def test_a_view_shows_what_is_weak():
    """Weak fields apart from the strong ones; a table's values and keys, removed ones as nothing."""
    lab = WeakLab()
    lab.weak("W", "W")
    lab.table("M", 2)
    for name in "KD":
        lab.new(name)
        lab.put("M", name, "W")
    lab.drop("D")
    lab.collect()
    assert (lab.view("W").fields, lab.view("W").weak) == ((("a", None),), (("w", lab["W"]),))
    content = (("value 0", lab["W"]), ("value 1", None), ("key 0", lab["K"]), ("key 1", None))
    assert (lab.view("M").fields, lab.view("M").weak) == ((), content)


def test_what_only_ephemerons_lead_to_is_reached():
    """In any order, and after what strong fields lead to."""
    lab = WeakLab()
    lab.table("M")
    for name in "KABD":
        lab.new(name)
    for key, value in ("AB", "KA", "DD"):
        lab.put("M", key, value)
    found = [lab[name] for name in "MKAB"]
    lab.drop("A", "B", "D")
    assert breadth_first(lab.heap) == found


def test_age_and_space_follow_an_object_through_its_life():
    """Newborn, survived once, old; large ones skip the middle."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.leaf("Big", words=20)
    seen = []
    for _ in range(3):
        seen.append([(lab.view(name).age, lab.view(name).space) for name in ("A", "Big")])
        lab.scavenge()
    assert seen == [[(0, "new"), (0, "new large")], [(1, "new"), (2, "large")], [(2, "old"), (2, "large")]]


def test_age_is_right_in_the_middle_of_a_scavenge():
    """Copies are survivors although the age mark is still that of from-space."""
    from gcsim.collectors import Scavenger

    lab = Lab(pages=2)
    for _ in range(3):
        lab.new("A")
        cycle = Scavenger(lab.heap)
        cycle.advance(8)
        assert lab.view("A").age == 1
        while cycle.phase.name != "DONE":
            cycle.advance(8)
        assert lab.view("A").age == 1


@pytest.mark.parametrize("address", [0, 3, 17, 10_000, -4])
def test_where_no_object_begins_there_is_no_view(address):
    """The message says what was found there."""
    lab = Lab()
    lab.new("A")
    with pytest.raises(InvariantBroken, match=f"no object begins at {address}"):
        view(lab.heap, address)


def test_a_to_space_page_is_tiled_by_objects_and_one_free_block():
    """What is behind `top` is free."""
    lab = Lab()
    first = lab.new("A")
    second = lab.new("B", words=6)
    found = list(walk_area(lab.heap, 16, 32))
    assert found == [Block(first, 4, "object"), Block(second, 6, "object"), Block(26, 6, "free")]


def test_dead_objects_are_dead_until_their_page_is_swept():
    """Then they are free blocks, or fillers where they are too short."""
    lab = Lab()
    lab.new("A", old=True)
    lab.new("B", old=True)
    lab.leaf("C", words=2, old=True)
    lab.new("D", old=True)
    page = only_page(lab)
    lab.drop("A", "C")
    lab.collect()
    rest = [("object", 4, False), ("filler", 2, False), ("object", 4, False), ("filler", 2, False)]
    waiting = [("object", 4, True), ("object", 4, False), ("object", 2, True), ("object", 4, False)]
    assert blocks(lab, page) == [*waiting, ("filler", 2, False)]
    assert lab.names() == ["B", "D"]
    lab.start_marking()
    assert blocks(lab, page) == [("free", 4, False), *rest]


def test_the_area_of_old_space_is_free_too():
    """It is not in the free list while it is being used."""
    lab = Lab()
    lab.new("A", old=True)
    assert blocks(lab, only_page(lab)) == [("object", 4, False), ("free", 12, False)]


@pytest.mark.parametrize("header", [0, 17, -5, 10**6, -(10**6)])
def test_a_page_that_cannot_be_tiled_is_an_error(header):
    """Null, a filler over the page's end, and nonsense."""
    lab = Lab()
    lab.new("A")
    lab.new("B")
    lab.heap.memory.words[lab["B"]] = header
    if header == 17:
        lab.heap.memory.words[lab["B"]] = 16
    with pytest.raises(InvariantBroken, match="W2 tiling"):
        list(walk_area(lab.heap, 16, 32))


def test_from_space_can_be_walked_during_a_scavenge():
    """An evacuated object is as long as its copy."""
    from gcsim.collectors import Scavenger

    lab = Lab()
    lab.new("A", words=6)
    lab.new("B")
    lab.drop("B")
    Scavenger(lab.heap).advance(8)
    found = [(block.kind, block.words) for block in walk_area(lab.heap, 16, 32)]
    assert found == [("forwarded", 6), ("object", 4), ("filler", 6)]


def test_objects_come_from_all_four_spaces():
    """And dead ones as well, until they are collected."""
    lab = Lab(pages=2)
    made = [lab.new("A"), lab.new("B", old=True), lab.leaf("C", 20), lab.leaf("D", 20, old=True)]
    lab.drop("A")
    assert list(objects(lab.heap)) == made


def test_references_are_slots_and_targets_in_order():
    """Null and Smis are none, and raw words are not looked at."""
    lab = Lab(pages=2)
    lab.new("A", "a", "b", "c", words=5)
    lab.new("B")
    lab.link("A", "a", "B")
    lab.link("A", "b", 3)
    lab.link("A", "c", "A")
    lab.heap.memory.words[lab["A"] + 4] = lab["B"]
    assert list(references(lab.heap, lab["A"])) == [(lab["A"] + 1, lab["B"]), (lab["A"] + 3, lab["A"])]


def test_reachable_is_what_the_roots_lead_to():
    """Cycles end, islands are not found."""
    lab = Lab(pages=2)
    for name in "ABCDE":
        lab.new(name)
    lab.link("A", "a", "B")
    lab.link("B", "a", "C")
    lab.link("C", "a", "A")
    lab.link("D", "a", "E")
    lab.link("E", "a", "D")
    wanted = {lab[name] for name in "ABC"}
    lab.drop("B", "C", "D", "E")
    assert reachable(lab.heap) == wanted


def test_the_strip_names_objects_in_address_order():
    """Room at the end is unallocated; a full to-space has none."""
    lab = Lab()
    assert lab.strip() == "| <unallocated> |"
    lab.new("A")
    assert lab.strip() == "| A | <unallocated> |"
    for name in "BCD":
        lab.new(name)
    assert lab.strip() == "| A | B | C | D |"


def test_the_strip_shows_a_hole_in_the_middle_as_a_filler():
    """And several pages as one row."""
    lab = Lab(pages=3)
    lab.new("A", words=8)
    lab.new("B", words=6)
    lab.new("C")
    assert lab.strip() == "| A | B | <filler> | C | <unallocated> |"


def test_names_can_be_given_for_the_strip():
    """By address, where the shape's name will not do."""
    lab = Lab()
    lab.new("Node")
    assert new_space_strip(lab.heap, {lab["Node"]: "root"}) == "| root | <unallocated> |"


def test_a_long_strip_is_cut_in_the_middle():
    """Only a lesson's heap has few objects."""
    lab = Lab(pages=2)
    for _ in range(8):
        lab.new("A")
    assert new_space_strip(lab.heap, most=4) == "| A | A | ... 4 more ... | A | A |"


def test_walking_ends_though_the_free_list_is_a_circle():
    """The verifier has to say so, not to hang."""
    lab = Lab(lazy_sweeping=False)
    lab.leaf("A", old=True)
    lab.leaf("B", old=True)
    lab.drop("A")
    lab.collect()
    first = lab.heap.old_start
    lab.heap.memory.words[first + 1] = first
    assert [block.kind for block in walk_page(lab.heap, only_page(lab))] == ["free", "object", "filler"]
