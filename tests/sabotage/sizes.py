"""Seeded bugs that the checks of sizes find (A)."""

from gcsim.heap import verify
from heaps import Lab
from seeding import breaks, old_and_young, pair


@breaks("A1")
def old_words_are_miscounted():
    lab = old_and_young()
    lab.heap.old._booked_words += 1
    verify.verify(lab.heap)


@breaks("A1")
def new_words_are_miscounted():
    lab = Lab(pages=2)
    lab.new("A", words=8)
    lab.new("B", words=8)
    lab.new("C", words=8)
    lab.heap.new.pages_entered = 1
    verify.CHECKS["A1"](verify.Moment(lab.heap))


@breaks("A1")
def a_page_is_used_twice():
    lab = old_and_young()
    lab.heap.memory._free_runs.append((lab["O"] & -16, 1))
    verify.CHECKS["A1"](verify.Moment(lab.heap))


@breaks("A1")
def a_page_belongs_to_nobody():
    lab = pair()
    lab.heap.memory.reserve(1)
    verify.verify(lab.heap)


@breaks("A1")
def the_colors_are_too_few():
    lab = pair()
    del lab.heap.memory.colors[-1]
    verify.verify(lab.heap)


@breaks("A2")
def new_space_is_larger_than_it_may_be():
    lab = pair()
    lab.heap.new.max_pages = 1
    verify.verify(lab.heap)


@breaks("A2")
def new_space_shrinks_below_what_it_holds():
    lab = Lab(pages=2)
    for name in "ABCDE":
        lab.new(name)
    lab.heap.new.capacity_pages = 1
    verify.CHECKS["A2"](verify.Moment(lab.heap))


@breaks("A2")
def large_space_uses_more_than_it_has_committed():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    chunk = lab.heap.large.chunks[lab["L"]]
    lab.heap.large.chunks[lab["L"]] = type(chunk)(chunk.start, chunk.pages, chunk.words, 8)
    lab.heap.large.committed_words = 8
    verify.verify(lab.heap)
