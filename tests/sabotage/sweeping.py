"""Seeded bugs that the checks of sweeping, pages and free lists find (W)."""

from gcsim.collectors import UNLIMITED, MarkSweep, Phase
from gcsim.collectors.mark import Marker
from gcsim.collectors.sweep import sweep_page
from gcsim.heap import verify
from gcsim.heap.memory import BLACK, GREY, WHITE
from heaps import Lab
from seeding import breaks, holes, mutant, old_and_young, pair, run, scavenge_then, waiting_page


@breaks("W1")
def a_black_object_is_swept():
    lab, _ = waiting_page()
    last = verify.picture_slice(lab.heap)
    lab.heap.memory.colors[lab["A"]] = WHITE
    sweep_page(lab.heap, lab.heap.old.unswept.popleft())
    verify.verify_slice(lab.heap, None, last)


@breaks("W1")
def a_grey_object_is_left_for_the_sweep():
    lab = pair()
    cycle = MarkSweep(lab.heap)
    while cycle.phase is not Phase.EVACUATE:
        cycle.advance(UNLIMITED)
    lab.heap.memory.colors[lab["A"]] = GREY
    verify.verify_marked(lab.heap)


@breaks("W2")
def a_block_is_longer_than_it_was():
    lab = holes("B")
    lab.heap.memory.words[lab.heap.old_start + 4] += 1
    verify.verify(lab.heap)


@breaks("W2")
def a_large_object_is_shorter_than_its_chunk():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.memory.words[lab["L"]] = lab.heap.shapes.define("Small", size=32).index
    verify.verify(lab.heap)


@breaks("W2")
def a_large_object_is_shorter_and_its_rest_a_filler():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.memory.words[lab["L"]] = lab.heap.shapes.define("Small", size=64).index
    lab.heap.memory.words[lab["L"] + 8] = 12
    verify.verify(lab.heap)


@breaks("W3")
def a_free_run_is_not_in_the_list():
    lab = holes("B")
    lab.heap.old.free_list.chains[1].clear()
    verify.verify(lab.heap)


@breaks("W3")
def a_block_is_in_the_list_twice():
    lab = holes("B", "D")
    words, (first, second) = lab.heap.memory.words, (lab.heap.old_start + 4, lab.heap.old_start + 12)
    words[first + 1], words[second + 1] = second, first
    verify.verify(lab.heap)


@breaks("W3")
def a_block_is_in_the_wrong_class():
    lab = holes("B")
    free = lab.heap.old.free_list
    (heads,) = free.pages.values()
    heads[1], heads[2] = heads[2], heads[1]
    free.chains[1], free.chains[2] = free.chains[2], free.chains[1]
    verify.verify(lab.heap)


@breaks("W3")
def the_free_words_are_miscounted():
    lab = holes("B")
    lab.heap.old.free_list.free_words += 1
    verify.verify(lab.heap)


@breaks("W3")
def a_live_object_is_in_the_list():
    lab = holes("B")
    (heads,) = lab.heap.old.free_list.pages.values()
    heads[1] = lab["A"]
    verify.verify(lab.heap)


@breaks("W4")
def a_free_run_is_not_merged_with_its_neighbour():
    lab = holes("B", "C")
    free, at = lab.heap.old.free_list, lab.heap.old_start + 4
    free.reset()
    free.add(at, 4)
    free.add(at + 4, 4)
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_not_null():
    lab = pair()
    lab.heap.memory.words[lab.heap.new.top + 1] = 5
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_black():
    lab = old_and_young()
    lab.heap.memory.colors[lab.heap.old.top + 1] = BLACK
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_on_no_page_of_its_space():
    lab = Lab(pages=2)
    lab.leaf("L", 17, old=True)
    lab.heap.old.top, lab.heap.old.limit = lab["L"] + 20, lab["L"] + 24
    lab.heap.old._booked_words += 4
    verify.verify(lab.heap)


@breaks("W6")
def a_waiting_page_is_booked_at_the_wrong_size():
    lab, page = waiting_page()
    page.allocated_words += 1
    verify.verify(lab.heap)


@breaks("W6")
def a_waiting_page_is_not_in_the_queue():
    lab, _ = waiting_page()
    lab.heap.old.unswept.clear()
    verify.verify(lab.heap)


@breaks("W6")
def marking_starts_before_the_sweep_has_ended():
    lab, _ = waiting_page()
    Marker(lab.heap, MarkSweep).start()
    verify.CHECKS["W6"](verify.Moment(lab.heap))


@breaks("W6")
def memory_is_taken_from_a_waiting_page():
    lab, page = waiting_page()
    lab.heap.old.top, lab.heap.old.limit = page.area_start + 12, page.area_end
    verify.CHECKS["W6"](verify.Moment(lab.heap))


@breaks("W7")
def colors_are_not_cleared_by_the_sweep():
    lab, page = waiting_page()
    broken = mutant("sweep", ("heap.memory.clear_colors(page.start, end)\n", "pass\n"))
    broken.sweep_page(lab.heap, lab.heap.old.unswept.popleft())
    assert page.swept
    verify.verify(lab.heap)


@breaks("W8")
def a_page_in_use_is_released():
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name, old=True)
    lab.new("E", old=True)
    lab.link("A", "a", "E")
    page = lab.heap.old.page_of(lab["E"])
    lab.drop("E")
    lab.heap.old.close_area()
    lab.heap.old.free_list.reset()
    lab.heap.old.release_page(page)
    verify.verify(lab.heap)


@breaks("W8")
def a_root_is_on_a_released_page():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.large.free(lab["L"])
    verify.CHECKS["W8"](verify.Moment(lab.heap))


@breaks("W8")
def empty_pages_are_not_released():
    lab = Lab(pages=2)
    before = verify.picture(lab.heap)
    cycle = run(MarkSweep(lab.heap))
    lab.heap.old.add_page()
    lab.heap.old.add_page()
    verify.verify_mark_sweep(before, lab.heap, cycle.work)


@breaks("W9")
def large_words_are_miscounted():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.large.used_words += 1
    verify.verify(lab.heap)


@breaks("W9")
def a_large_object_is_young_and_old():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    chunk = lab.heap.large.chunks[lab["L"]]
    lab.heap.new_large.chunks[lab["L"]] = chunk
    lab.heap.new_large.used_words, lab.heap.new_large.committed_words = chunk.words, chunk.committed_words
    verify.verify(lab.heap)


@breaks("W9")
def a_large_object_moves():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)

    def move(_):
        large, words, old = lab.heap.large, lab.heap.memory.words, lab["L"]
        new = large.allocate(20)
        words[new : new + 20] = words[old : old + 20]
        lab.heap.roots.globals["L"] = new
        large.free(old)

    scavenge_then(lab, move)
