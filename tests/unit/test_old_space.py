"""Old space: pages, the allocation area, and what is booked while pages wait for their sweep."""

from gcsim.heap.memory import Memory
from gcsim.heap.old_space import OldSpace


def space(header_words=0):
    """Old space of pages of 16 words, with none yet."""
    return OldSpace(Memory(16, 2), header_words)


def test_without_a_page_there_is_no_memory():
    """The caller has to add one."""
    old = space()
    assert old.allocate(4) == 0
    page = old.add_page()
    assert old.allocate(4) == page.area_start == 48
    assert old.used_words == 4


def test_an_area_that_is_used_up_is_followed_by_a_free_block():
    """Its rest goes back to the free list."""
    old = space()
    old.add_page()
    old.add_page()
    assert (old.allocate(10), old.allocate(10)) == (64, 48)
    assert sorted(old.free_list.blocks()) == [(2, 74)]
    assert old.used_words == 20


def test_what_is_free_are_the_blocks_and_the_area():
    """Whether the area is open or not; and nothing of a page that waits for its sweep."""
    old = space()
    old.add_page()
    old.add_page()
    assert old.free_words == 32
    old.allocate(10)
    assert (old.free_list.free_words, old.free_words) == (16, 22)
    old.close_area()
    assert old.free_words == 22
    old.begin_sweep()
    assert old.free_words == 0


def test_a_rest_of_two_words_is_waste():
    """It is neither used nor free."""
    old = space()
    old.add_page()
    old.allocate(14)
    old.close_area()
    assert (old.used_words, old.free_list.free_words) == (14, 0)
    assert old.memory.words[48 + 14] == 2


def test_a_header_takes_its_part_of_the_page():
    """Objects begin behind it."""
    old = space(header_words=4)
    page = old.add_page()
    assert (page.start, page.area_start, page.area_end) == (48, 52, 64)
    assert (old.allocate(13), old.allocate(12)) == (0, 52)


def test_pages_are_found_by_any_address_on_them():
    """And nothing is found elsewhere."""
    old = space()
    page = old.add_page()
    assert [old.page_of(address) for address in (47, 48, 63, 64)] == [None, page, page, None]
    assert list(old.areas()) == [(48, 64)]


def test_memory_of_a_block_is_null_again():
    """Whatever was there before."""
    old = space()
    page = old.add_page()
    old.memory.words[page.area_start + 7] = 5
    assert old.allocate(16) == 48
    assert not any(old.memory.words[48:64])


def test_until_its_sweep_a_page_gives_nothing_and_counts_its_live_words():
    """The free list is empty and the queue has every page."""
    old = space()
    page = old.add_page()
    old.allocate(8)
    old.close_area()
    page.allocated_words = 4
    old.begin_sweep()
    assert (old.used_words, old.allocate(3), list(old.unswept), page.swept) == (4, 0, [page], False)


def test_a_released_page_can_be_reserved_again():
    """Its memory is the lowest that is free."""
    old = space()
    page = old.add_page()
    old.begin_sweep()
    old.release_page(page)
    assert old.add_page().start == page.start


def test_a_page_counts_what_is_allocated_on_it():
    """The allocation area included, until its rest is given back."""
    old = space()
    page = old.add_page()
    old.allocate(6)
    assert page.allocated_words == 16
    old.close_area()
    assert (page.allocated_words, old.used_words) == (6, 6)


def test_the_emptiest_page_is_swept_first_and_code_last():
    """As V8 sorts its list; of the pages without anything live the first is kept."""
    old = space()
    pages = [old.add_page() for _ in range(5)]
    for page, live in zip(pages, (8, 0, 4, 0, 2), strict=True):
        page.allocated_words = live
    pages[4].is_code = True
    assert old.begin_sweep() == 1
    assert list(old.unswept) == [pages[1], pages[2], pages[0], pages[4]]
    assert old.used_words == 14


def test_a_page_may_move_unless_it_is_code_or_being_allocated_on_or_unswept():
    """What V8 asks before it looks at how full a page is."""
    old = space()
    first, second, third = (old.add_page() for _ in range(3))
    first.is_code = True
    old.allocate(4)
    assert old.page_of(old.top) is third
    assert old.movable_pages() == [second]
    old.close_area()
    assert old.movable_pages() == [second, third]
    second.swept = False
    assert old.movable_pages() == [third]


def test_a_candidate_gives_no_memory_and_does_not_wait_for_a_sweep():
    """It is given back with whatever stands on it."""
    old = space()
    first, second = old.add_page(), old.add_page()
    old.choose_candidates([second])
    assert [old.allocate(16), old.allocate(3)] == [first.area_start, 0]
    old.close_area()
    first.allocated_words = second.allocated_words = 4
    assert old.begin_sweep() == 0
    assert (list(old.unswept), old.used_words) == ([first], 4)
    assert old.release_candidates() == 1
    assert (list(old.pages.values()), dict(old.candidates), old.committed_words) == ([first], {}, 16)


def test_an_adopted_page_is_booked_at_what_lives_and_swept_before_others():
    """None of it is free until then."""
    old = space()
    old.add_page()
    old.begin_sweep()
    page = old.adopt_page(12)
    assert (page.swept, page.allocated_words, old.used_words, old.unswept[0]) == (False, 12, 12, page)
    assert old.allocate(3) == 0
