"""The compaction space: what a scavenge on one thread sweeps, steals and adds, and in which order."""

import pytest

from gcsim.collectors import UNLIMITED, Phase
from gcsim.collectors.compaction_space import CompactionSpace
from gcsim.collectors.sweep import Sweeper
from heaps import Lab


def swept_lab(*pages, dead, predictable=True):
    """Old pages of four objects each, called by their letters, after a full collection in which `dead` died."""
    lab = Lab(pages=4, predictable=predictable)
    lab.fill_old_pages(*pages)
    lab.drop(*dead)
    lab.collect()
    return lab


def promote(lab, *names, words=4, budget=UNLIMITED):
    """New objects have survived two scavenges; the pages that each of them was promoted to, by their starts."""
    for name in names:
        lab.leaf(name, words)
    lab.scavenge(budget)
    lab.scavenge(budget)
    return [lab.page(name).start for name in names]


def waiting(lab):
    """Whether each page that is in the sweeping list was swept."""
    return [page.swept for page in lab.heap.old.unswept]


@pytest.mark.parametrize(("predictable", "swept"), [(True, 1), (False, 2)])
def test_one_page_is_swept_before_a_new_one_is_added(predictable, swept):
    """Neither has a hole of 8 words. With helpers all pages would have been swept, and that is what is done."""
    lab = swept_lab("ABCD", "EFGH", dead="AE", predictable=predictable)
    pages = list(lab.heap.old.pages.values())
    promote(lab, "X", words=8)
    assert [page.swept for page in pages] == [True, swept == 2]
    assert len(lab.heap.old.pages) == 3


def test_a_scavenge_restores_the_sweeping_list():
    """X fills the first page's hole. For Y that page is taken off once more, in vain, and E's hole stays unused."""
    lab = swept_lab("ABCD", "EFGH", dead="ABE")
    first, second = lab.heap.old.pages.values()
    assert promote(lab, "X", words=8) == [first.start]
    assert waiting(lab) == [True, False]
    (third,) = promote(lab, "Y")
    assert third not in (first.start, second.start)
    assert waiting(lab) == [True, False]


def test_the_list_is_gone_through_as_long_as_memory_is_needed():
    """The second time that memory is needed in one scavenge, the second page is swept."""
    lab = swept_lab("ABCD", "EFGH", dead="ABE")
    first, second = lab.heap.old.pages.values()
    assert promote(lab, "X", "Y", "Z") == [first.start, first.start, second.start]


def test_a_page_with_remembered_slots_is_swept_when_they_have_been_visited():
    """The root's object goes to the other page, with less room; what the slots refer to, to a new one, filling it.

    What that refers to is promoted last, onto the page of the slots.
    """
    lab = swept_lab("ABCD", "EFGH", dead="BCE")
    with_slot, without = lab.heap.old.pages.values()
    assert list(lab.heap.old.unswept) == [with_slot, without]
    for name in "PQ":
        lab.new(name, words=8)
    lab.new("R")
    lab.link("A", "a", "P")
    lab.link("A", "b", "Q")
    lab.link("P", "a", "R")
    lab.drop(*"PQR")
    assert promote(lab, "X") == [without.start]
    new_page = without.start + without.words
    assert (lab.read("A", "a"), lab.read("A", "b")) == (new_page, new_page + 8)
    assert lab.heap.memory.words[new_page + 1] == with_slot.start + 4
    assert waiting(lab) == [True, True]


def test_free_blocks_of_before_are_stolen_page_by_page():
    """Nothing waits for its sweep; the holes are used before a page is added."""
    lab = swept_lab("ABCD", "EFGH", dead="BCG")
    Sweeper(lab.heap).advance(UNLIMITED)
    first, second = lab.heap.old.pages.values()
    assert promote(lab, "X", "Y", "Z") == [first.start, first.start, second.start]
    assert promote(lab, "V") == [second.start + second.words]
    assert lab.heap.old.free_words == 12


def test_slots_are_visited_page_by_page_while_pages_wait():
    """As many as wanted at most; a page is finished with its last slot, and is the next to be swept."""
    lab = swept_lab("ABCD", "EFGH", dead="CG")
    first, second = lab.heap.old.pages.values()
    slots = [lab[name] + field for name in "ABE" for field in (1, 2)]
    space = CompactionSpace(lab.heap, slots)
    unswept = lab.heap.old.unswept
    assert not unswept
    assert (space.visit(0, 3), list(unswept)) == (3, [])
    assert (space.visit(3, 9), list(unswept)) == (1, [])
    assert (space.visit(4, 9), list(unswept)) == (2, [first])
    assert (space.visit(6, 9), list(unswept)) == (0, [second, first])
    space.close()
    assert list(lab.heap.old.unswept) == [first, second]


def test_slots_are_visited_at_once_when_no_page_waits():
    """There is nothing to take apart."""
    lab = swept_lab("ABCD", dead="")
    Sweeper(lab.heap).advance(UNLIMITED)
    space = CompactionSpace(lab.heap, [lab["A"] + 1, lab["D"] + 1])
    assert (space.visit(0, 9), space.visit(2, 9)) == (9, 9)


def test_what_a_scavenge_swept_is_not_swept_again():
    """When marking starts the list is worked off; only the other page is work."""
    lab = swept_lab("ABCD", "EFGH", dead="ABE")
    promote(lab, "X", words=8)
    sweeper = Sweeper(lab.heap)
    assert sweeper.advance(UNLIMITED) == 128
    assert (sweeper.work.swept_pages, sweeper.phase, waiting(lab)) == (1, Phase.DONE, [])


@pytest.mark.parametrize("budget", [1, 40, UNLIMITED])
def test_any_budget_promotes_to_the_same_places(budget):
    """Slots on both pages. What those of the first refer to fills a new one; then it can be swept itself."""
    lab = swept_lab("ABCD", "EFGH", dead="BCG")
    for holder, name in zip("ADEH", "PQRS", strict=True):
        lab.new(name, words=8)
        lab.link(holder, "a", name)
        lab.link(holder, "b", name)
    lab.drop(*"PQRS")
    lab.scavenge(budget)
    lab.scavenge(budget)
    found = [lab.read(holder, "a") - lab.heap.old_start for holder in "ADEH"]
    assert found == [32, 40, 4, 48]
