"""The scavenge. A page, and a semispace, is 16 words: four objects of 32 bytes fill it.

| A | B | C | D |    ->  flip, copy what lives  ->    | A | C | <unallocated> |
"""

import pytest

from gcsim.collectors import Phase, Scavenger
from gcsim.heap.verify import verify
from heaps import Lab


def test_the_guides_example():
    """A B C D fill new space; B and D die; a scavenge makes room for E. Then all of it again."""
    lab = Lab()
    for name in "ABCD":
        lab.new(name)
    assert lab.strip() == "| A | B | C | D |"
    assert lab.heap.allocate_raw(4) == 0
    lab.drop("B", "D")
    lab.scavenge()
    assert lab.strip() == "| A | C | <unallocated> |"
    lab.new("E")
    assert lab.strip() == "| A | C | E | <unallocated> |"
    lab.new("F")
    lab.drop("F")
    lab.scavenge()
    assert lab.strip() == "| E | <unallocated> |"
    assert [lab.view(name).space for name in "ACE"] == ["old", "old", "new"]


def test_second_survival_promotes():
    """Not the first, and the object says so all along."""
    lab = Lab()
    lab.new("A")
    ages = []
    for _ in range(4):
        ages.append(lab.view("A").age)
        lab.scavenge()
    assert ages == [0, 1, 2, 2]


def test_the_age_mark_parts_two_objects_of_one_page():
    """The elder is promoted, the younger is copied."""
    lab = Lab()
    lab.new("elder")
    lab.scavenge()
    lab.new("younger")
    work = lab.scavenge()
    assert (lab.view("elder").space, lab.view("younger").space) == ("old", "new")
    assert (work.promoted_objects, work.promoted_words, work.copied_objects, work.copied_words) == (1, 4, 1, 4)


def test_a_scavenge_of_garbage_does_nothing():
    """Its cost follows the survivors."""
    lab = Lab()
    for _ in range(4):
        lab.new("A")
    lab.drop("A")
    work = lab.scavenge()
    assert (work.copied_objects, work.promoted_objects, work.slots) == (0, 0, 0)
    assert lab.strip() == "| <unallocated> |"


def test_a_shared_object_is_copied_once():
    """Two fields and two roots of one object lead to one copy."""
    lab = Lab()
    lab.new("A")
    lab.new("B")
    lab.new("C")
    lab.link("A", "a", "C")
    lab.link("B", "b", "C")
    work = lab.scavenge()
    assert work.copied_objects == 3
    assert lab.read("A", "a") == lab.read("B", "b") == lab["C"]


def test_cycles_and_self_references_survive_in_shape():
    """A refers to itself and to B, B to A."""
    lab = Lab()
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "A")
    lab.link("A", "b", "B")
    lab.link("B", "a", "A")
    lab.drop("B")
    lab.scavenge()
    b = lab.read("A", "b")
    assert lab.read("A", "a") == lab["A"] == lab.heap.memory.words[b + 1]


def test_raw_words_and_smis_are_never_updated():
    """Even if they look like the address of an object that moves."""
    lab = Lab()
    lab.new("A", words=5)
    lab.new("B")
    old_address = lab["B"]
    lab.heap.memory.words[lab["A"] + 3] = old_address
    lab.link("A", "a", old_address)
    lab.scavenge()
    assert (lab.word("A", 3), lab.read("A", "a")) == (old_address, old_address)
    assert lab["B"] != old_address


def test_copying_is_breadth_first():
    """Cheney: the roots, then what the first root refers to, in the order of its fields."""
    lab = Lab(pages=2)
    for name in ("E", "D", "C", "B", "A"):
        lab.new(name)
    lab.link("A", "a", "B")
    lab.link("A", "b", "C")
    lab.link("B", "a", "D")
    lab.link("C", "a", "E")
    lab.drop("B", "C", "D", "E")
    lab.scavenge()
    assert lab.strip() == "| A | B | C | D | E | <unallocated> |"


def test_what_no_longer_fits_is_promoted_early():
    """Fragmentation: 8 + 6 words leave 2 unused at each page's end, so the last object finds no room."""
    lab = Lab(pages=2)
    lab.new("A", words=8)
    lab.new("B", words=8)
    lab.new("C", words=6)
    lab.new("D", words=6)
    lab.new("E", words=4)
    order = lab.heap.roots.globals
    for name in ("A", "C", "B", "D", "E"):
        order[name] = order.pop(name)
    work = lab.scavenge()
    assert lab.strip() == "| A | C | <filler> | B | D | <unallocated> |"
    assert lab.view("E").age == 2
    assert (work.copied_words, work.promoted_words) == (28, 4)


def test_after_an_object_that_does_not_fit_a_smaller_one_may():
    """To-space is not given up at the first promotion."""
    lab = Lab()
    lab.new("A", words=6)
    lab.new("B", words=6)
    lab.leaf("C", words=4)
    order = lab.heap.roots.globals
    for name in ("C", "A", "B"):
        order[name] = order.pop(name)
    lab.scavenge()
    assert [lab.view(name).age for name in "ABC"] == [1, 1, 1]
    lab = Lab(pages=2)
    for name, words in (("A", 8), ("B", 6), ("C", 2), ("D", 8), ("E", 8)):
        lab.new(name, words=words) if words > 2 else lab.leaf(name, words)
    order = lab.heap.roots.globals
    for name in ("A", "B", "D", "E", "C"):
        order[name] = order.pop(name)
    lab.scavenge()
    assert [lab.view(name).age for name in "ABCDE"] == [1, 1, 2, 1, 1]


def test_fields_of_promoted_objects_are_scanned():
    """What a promoted object refers to moves as well, and its slot is remembered if that stays young."""
    lab = Lab()
    lab.new("A")
    lab.scavenge()
    lab.new("B")
    lab.link("A", "a", "B")
    lab.drop("B")
    lab.scavenge()
    b = lab.read("A", "a")
    assert lab.view("A").space == "old"
    assert lab.heap.new.contains(b)
    assert lab.heap.remembered.slots == {lab["A"] + 1}


def test_a_chain_of_promotions_is_followed_to_its_end():
    """Each promoted object is scanned for the next."""
    lab = Lab()
    for name in "ABCD":
        lab.new(name)
    for holder, target in ("AB", "BC", "CD"):
        lab.link(holder, "a", target)
    lab.drop("B", "C", "D")
    lab.scavenge()
    work = lab.scavenge()
    assert (work.promoted_objects, lab.strip()) == (4, "| <unallocated> |")
    assert not lab.heap.remembered.slots


def test_a_remembered_slot_is_a_root():
    """Nothing else leads to B; the slot is kept while B is young, and dropped with its promotion."""
    lab = Lab()
    lab.new("O", old=True)
    lab.new("B")
    lab.link("O", "b", "B")
    lab.drop("B")
    slot = lab["O"] + 2
    assert lab.scavenge().slots == 1
    assert lab.heap.remembered.slots == {slot}
    assert lab.view("O").fields[1] == ("b", lab.heap.new.to_start)
    lab.scavenge()
    assert not lab.heap.remembered.slots
    assert lab.heap.old.page_of(lab.read("O", "b"))


@pytest.mark.parametrize("value", [None, 7, "P"])
def test_a_remembered_slot_that_was_overwritten_is_dropped(value):
    """Its present content decides; it is left as it is."""
    lab = Lab()
    lab.new("O", old=True)
    lab.new("P", old=True)
    lab.new("B")
    lab.link("O", "a", "B")
    lab.link("O", "a", value)
    lab.drop("B")
    lab.scavenge()
    assert not lab.heap.remembered.slots
    assert lab.read("O", "a") == (lab["P"] if value == "P" else value)
    assert lab.strip() == "| <unallocated> |"


def test_a_dead_old_object_keeps_young_ones_alive():
    """Nepotism: a scavenge does not know that the holder is dead."""
    lab = Lab()
    lab.new("O", old=True)
    lab.new("B")
    lab.link("O", "a", "B")
    lab.drop("O", "B")
    lab.scavenge()
    assert lab.names() == ["B", "O"]
    lab.collect()
    assert lab.names() == []


def test_a_young_large_object_is_promoted_in_place():
    """At its first scavenge, no word is copied; its fields are scanned and remembered."""
    lab = Lab(pages=2)
    lab.new("Big", elements=20)
    lab.new("B")
    lab.link("Big", 19, "B")
    lab.drop("B")
    at = lab["Big"]
    work = lab.scavenge()
    assert (lab["Big"], lab.view("Big").space) == (at, "large")
    assert (work.promoted_objects, work.promoted_words, work.copied_objects) == (1, 22, 1)
    assert lab.heap.remembered.slots == {at + 20}
    assert not lab.heap.barrier_slow


def test_a_dead_young_large_object_is_freed_whole():
    """Its chunk is given back."""
    lab = Lab(pages=2)
    lab.leaf("Big", 20)
    at = lab["Big"]
    lab.drop("Big")
    lab.scavenge()
    assert lab.heap.memory.free_runs() == ((at, 2),)
    assert lab.heap.new_large.used_words == 0


def test_handles_of_every_scope_are_updated():
    """Also two handles of one object, and an object that only a handle knows."""
    lab = Lab()
    roots = lab.heap.roots
    outer = roots.handle(lab.new("A"))
    roots.open_scope()
    inner, again = roots.handle(lab.new("B")), roots.handle(lab["A"])
    lab.drop("A", "B")
    lab.scavenge()
    assert outer.address == again.address != inner.address
    assert lab.strip() == "| A | B | <unallocated> |"
    roots.close_scope()
    lab.scavenge()
    assert lab.names() == ["A"]


def test_parked_page_ends_are_not_for_copies():
    """Or `top` would fall behind `scan`, and what lies between would never be scanned.

    Pages of 2048 words. K and X leave 948 of them on the first page; L and M fill the second; N would fit on the
    first, but is promoted early. O is found when L is scanned.
    """
    lab = Lab(pages=2, page_size=16384, max_old_space_size=1)
    for name, words in (("K", 1000), ("L", 1000), ("M", 1000), ("N", 800), ("X", 100), ("O", 50)):
        lab.new(name, words=words)
    lab.link("L", "a", "O")
    lab.drop("O")
    order = lab.heap.roots.globals
    for name in "KXLMN":
        order[name] = order.pop(name)
    lab.scavenge()
    assert [lab.view(name).age for name in "KXLMN"] == [1, 1, 1, 1, 2]
    assert lab.names() == list("KLMNOX")
    verify(lab.heap)


def test_one_slice_is_one_object():
    """Budget 1 visits the roots one by one, then scans one survivor a slice."""
    lab = Lab()
    for name in "ABC":
        lab.new(name)
    cycle = Scavenger(lab.heap)
    assert cycle.atomic
    phases, done = [], []
    while cycle.phase is not Phase.DONE:
        phases.append(cycle.phase)
        done.append(cycle.advance(1))
    assert done == [8, 8, 8, 0, 32, 32, 32, 0, 0]
    assert phases == [Phase.ROOTS] * 4 + [Phase.COPY] * 4 + [Phase.FINISH]
    assert not cycle.atomic
    assert cycle.advance(1) == 0


def test_during_marking_copies_keep_their_colors():
    """Black, grey and white survive as they are; the worklist has the new addresses, and not the dead."""
    lab = Lab(pages=2)
    for name in ("Black", "Grey", "White", "DeadGrey"):
        lab.new(name)
    lab.new("Old", old=True)
    lab.drop("White")
    lab.start_marking()
    lab.drop("DeadGrey")
    lab.heap.worklist.remove(lab["Black"])
    lab.heap.worklist.append(lab["Black"])
    lab.mark(1)
    assert (lab.color("Black"), lab.color("Grey")) == ("black", "grey")
    lab.heap.roots.handle(lab.heap.new.to_start + 8)  # White: handles are read at the end of marking
    lab.scavenge()
    white = lab.heap.roots.handles[0].address
    assert (lab.color("Black"), lab.color("Grey"), lab.heap.memory.colors[white]) == ("black", "grey", 0)
    assert sorted(lab.heap.worklist) == sorted([lab["Grey"], lab["Old"]])
    lab.scavenge()
    assert (lab.color("Black"), lab.color("Grey"), lab.view("Grey").space) == ("black", "grey", "old")
    lab.finish()
    assert lab.names() == ["Black", "Grey", "Old", "White"]


def test_during_marking_a_large_object_keeps_its_color_too():
    """Alive it stays grey, dead it is off the worklist."""
    lab = Lab(pages=4)
    lab.new("Live", elements=20)
    lab.new("Dead", elements=20)
    lab.start_marking()
    lab.drop("Dead")
    lab.scavenge()
    assert lab.heap.worklist == [lab["Live"]]
    lab.finish()
    assert lab.names() == ["Live"]


def test_a_scavenge_during_lazy_sweeping_promotes_onto_swept_pages_only():
    """It sweeps a page when it needs memory."""
    lab = Lab()
    lab.new("A")
    lab.scavenge()
    for name in "PQR":
        lab.new(name, old=True)
    lab.drop("Q")
    lab.start_marking()
    lab.finish()
    lab.new("B")
    lab.new("C")
    lab.scavenge()
    lab.scavenge()
    assert lab.names() == ["A", "B", "C", "P", "R"]
    verify(lab.heap)
