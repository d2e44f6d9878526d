"""Seeded bugs that the checks of evacuation find (C), and those that older checks find in it."""

from gcsim.collectors import UNLIMITED, Phase
from gcsim.heap import verify
from heaps import Lab
from seeding import breaks, evacuator, holes, recorder


def candidate():
    """A and B live on a candidate; the large object L and old E on another page refer to A."""
    lab = Lab(pages=2)
    lab.fill_old_pages("ABCD", "EFGH")
    lab.new("L", elements=20, old=True)
    lab.link("L", 0, "A")
    lab.link("E", 0, "A")
    lab.link("E", 1, "H")
    lab.drop("C", "D", "F")
    lab.choose("A")
    return lab


def crowded():
    """A young page of which three quarters live, in a ring."""
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name)
    for holder, target in ("AB", "BC", "CA"):
        lab.link(holder, 0, target)
    lab.drop("D")
    return lab


@breaks("C1")
def the_last_word_is_not_moved():
    whole = "words[to : to + size] = words[address : address + size]"
    candidate().collect(1, evacuator((whole, whole.replace("size", "size - 1"))))


@breaks("C1")
def two_objects_are_moved_to_one_place():
    cursor = "self._cursor = address + size\n"
    candidate().collect(1, evacuator((cursor, cursor + "        heap.old.top = to\n")))


@breaks("C1")
def a_forwarding_address_leads_to_another_object():
    lab = candidate()
    lab.leaf("X", old=True)
    lab.start_marking()
    while lab.cycle.phase is not Phase.EVACUATE:
        lab.mark(UNLIMITED)
    last = verify.picture_slice(lab.heap, lab.cycle)
    lab.heap.memory.words[lab["B"]] = -lab["X"]
    verify.verify_slice(lab.heap, lab.cycle, last)


@breaks("C2")
def slots_of_large_objects_are_not_recorded():
    candidate().collect(1, recorder(("yield from heap.large.chunks", "yield from ()")))


@breaks("C2")
def the_first_slot_of_an_object_is_not_recorded():
    candidate().collect(1, recorder(("slot += 1\n", "slot += 2\n")))


@breaks("C2")
def slots_are_recorded_that_refer_elsewhere():
    on_candidate = "if lowest <= target < highest and target & mask in candidates:"
    candidate().collect(1, recorder((on_candidate, "if target > 0:")))


@breaks("C3")
def recorded_slots_are_kept():
    candidate().collect(collector=evacuator(("del heap.old_to_old[:]", "pass")))


@breaks("C3")
def a_page_is_a_candidate_while_nothing_is_collected():
    verify.verify(candidate().heap)


@breaks("C3")
def memory_is_taken_from_a_candidate():
    lab = candidate()
    lab.start_marking()
    lab.heap.old.top, lab.heap.old.limit = lab["B"] + 4, lab["B"] + 12
    verify.CHECKS["C3"](verify.Moment(lab.heap))


@breaks("C3")
def a_candidate_is_released_while_marking():
    lab = candidate()
    lab.start_marking()
    lab.heap.old.release_page(lab.page("A"))
    verify.CHECKS["C3"](verify.Moment(lab.heap))


@breaks("W3")
def free_blocks_of_a_candidate_stay_in_the_list():
    lab = holes("B")
    page = lab.page("A")
    lab.heap.old.candidates[page.start] = page
    verify.verify(lab.heap)


@breaks("W8")
def recorded_slots_are_not_updated():
    candidate().collect(collector=evacuator(("self._update_slots(heap.old_to_old)\n", "pass\n")))


@breaks("G7")
def roots_that_refer_to_candidates_are_not_updated():
    candidate().collect(collector=evacuator(("self._update_roots()\n", "pass\n")))


@breaks("G3")
def fields_on_a_page_promoted_whole_are_not_updated():
    append = "self._holders.append(at + distance)\n"
    crowded().collect(collector=evacuator((append, "pass\n")))


@breaks("W6")
def a_page_promoted_whole_loses_its_colors():
    colors = "colors[page.area_start : page.area_end] = colors[start:end]\n"
    crowded().collect(collector=evacuator((colors, "pass\n")))


@breaks("A1")
def a_page_counts_more_than_is_on_it():
    lab = holes("B")
    lab.page("A").allocated_words += 1
    verify.verify(lab.heap)
