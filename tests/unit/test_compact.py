"""The search for slots that refer to candidates."""

from gcsim.collectors import UNLIMITED, Phase
from gcsim.collectors.compact import record_slots, staying_objects
from gcsim.collectors.protocol import Work
from heaps import Lab


def marked(lab, *candidates):
    """The heap with those pages as candidates, marked and not yet evacuated."""
    lab.choose(*candidates)
    lab.start_marking()
    while lab.cycle.phase is not Phase.EVACUATE:
        lab.cycle.advance(UNLIMITED)
    return lab.heap


def test_without_candidates_nothing_is_searched():
    """A heap that is not fragmented pays nothing."""
    lab = Lab(pages=2)
    lab.fill_old_pages("ABCD")
    work = Work()
    record_slots(marked(lab), work)
    assert (work.searched_words, work.recorded_slots) == (0, 0)


def test_slots_of_live_objects_elsewhere_are_recorded():
    """Old and large ones; not of what is on a candidate, dead or young, nor what refers elsewhere. The rest is work."""
    lab = Lab(pages=2)
    lab.fill_old_pages("ABCD", "EFGH", "IJKL")
    lab.new("Large", elements=20, old=True)
    lab.new("Y")
    for holder in ("B", "E", "F", "I", "Large", "Y"):
        lab.link(holder, 0, "A")
    lab.link("Large", 19, "D")
    lab.link("E", 1, "I")
    lab.link("G", 1, 5)
    lab.drop("F")
    work = Work()
    heap = marked(lab, "A")
    record_slots(heap, work)
    assert list(heap.old_to_old) == [lab["E"] + 1, lab["I"] + 1, lab["Large"] + 1, lab["Large"] + 20]
    assert (work.searched_words, work.recorded_slots) == (7 * 4 + 22, 4)


def test_pages_between_two_candidates_are_no_candidates():
    """What is compared is the page, not only the range."""
    lab = Lab(pages=2)
    lab.fill_old_pages("ABCD", "EFGH", "IJKL", "MNOP")
    for target, slot in ("AM", "EN", "IO"):
        lab.link(slot, 0, target)
    heap = marked(lab, "A", "I")
    record_slots(heap, Work())
    assert list(heap.old_to_old) == [lab["M"] + 1, lab["O"] + 1]


def test_who_stays_is_what_lives_and_is_not_on_a_candidate():
    """In the order of pages, then large objects."""
    lab = Lab(pages=2)
    lab.fill_old_pages("ABCD", "EFGH")
    lab.leaf("Large", 20, old=True)
    lab.new("Y")
    lab.drop("F")
    assert list(staying_objects(marked(lab, "A"))) == [lab["E"], lab["G"], lab["H"], lab["Large"]]
