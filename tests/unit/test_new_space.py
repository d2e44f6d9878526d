"""New space: bump allocation over pages, flips, the age mark, parked page ends."""

import pytest

from gcsim.heap.memory import Memory
from gcsim.heap.new_space import PARKING_THRESHOLD_WORDS, NewSpace


def space(pages=1, max_pages=None, page_words=16, header_words=0):
    """New space of small pages in a memory of its own."""
    most = max_pages or pages
    return NewSpace(Memory(page_words, 2 * most), header_words, pages, most)


def test_allocation_moves_top_and_fails_when_to_space_is_full():
    """Four objects of four words fill a page of sixteen."""
    new = space()
    assert [new.allocate(4) for _ in range(5)] == [16, 20, 24, 28, 0]
    assert (new.top, new.used_words) == (32, 16)


def test_an_object_that_does_not_fit_goes_to_the_next_page():
    """The end of the page becomes a filler and counts as used."""
    new = space(pages=2)
    assert (new.allocate(10), new.allocate(10)) == (16, 32)
    assert new.memory.words[26] == 6
    assert new.used_words == 16 + 10
    assert list(new.areas()) == [(16, 32), (32, 48)]


def test_page_headers_hold_no_objects_and_are_fillers():
    """So to-space can be walked from page to page."""
    new = space(pages=2, header_words=4)
    assert (new.allocate(12), new.allocate(12)) == (20, 36)
    assert (new.memory.words[16], new.memory.words[32]) == (4, 4)
    assert new.used_words == new.allocatable_words == 24
    assert list(new.areas()) == [(20, 32), (36, 48)]


def test_a_flip_swaps_the_halves_and_commits_from_space():
    """To-space is empty; the rest of the last page was closed."""
    new = space()
    new.allocate(6)
    assert new.committed_pages == 1
    new.flip()
    assert (new.to_start, new.from_start, new.top) == (32, 16, 32)
    assert new.memory.words[22] == 10
    assert (new.used_words, new.committed_pages) == (0, 2)
    assert new.from_range() == (16, 32)


def test_an_entered_page_is_null_again():
    """What a flip left behind is cleared when the page is used next."""
    new = space()
    new.memory.words[new.allocate(16) + 5] = 99
    new.flip()
    new.flip()
    assert not any(new.memory.words[16:32])


def test_the_age_mark_parts_survivors_from_newborns():
    """It is where allocation stood when it was set."""
    new = space()
    survivor = new.allocate(4)
    new.set_age_mark()
    newborn = new.allocate(4)
    assert new.survived(survivor)
    assert not new.survived(newborn)


def test_a_page_end_of_4_kb_is_parked_and_used_when_no_page_is_left():
    """Smaller ends are not; a second page is preferred to a parked end."""
    new = space(pages=2, page_words=2048)
    new.allocate(2048 - PARKING_THRESHOLD_WORDS)
    second = new.allocate(1500)
    assert second == new.to_start + 2048
    assert new.parked == [(2048 + 2048 - PARKING_THRESHOLD_WORDS, 4096)]
    assert new.allocate(549) == 0  # 548 words are left on page 2, 512 are parked
    assert new.allocate(548) == second + 1500
    assert new.allocate(512) == 4096 - 512
    assert new.top == new.area_end == 4096
    assert new.parked == []
    assert new.used_words == 4096


def test_a_parked_end_is_null_when_it_is_used():
    """Its filler's header is taken away."""
    new = space(pages=2, page_words=2048)
    new.allocate(1000)
    new.allocate(2000)
    at = new.allocate(500)
    assert at == 2048 + 1000
    assert not any(new.memory.words[at:4096])


def test_page_ends_below_the_age_mark_are_not_for_newborns():
    """Setting the mark forgets what is parked."""
    new = space(pages=2, page_words=2048)
    new.allocate(1000)
    new.allocate(2000)
    new.set_age_mark()
    assert new.allocate(500) == 0


@pytest.mark.parametrize(("wanted", "given"), [(1, 2), (3, 3), (9, 4)])
def test_capacity_never_cuts_off_entered_pages_nor_passes_the_maximum(wanted, given):
    """Two of four pages were entered."""
    new = space(pages=2, max_pages=4)
    new.allocate(16)
    new.allocate(16)
    new.set_capacity(wanted)
    assert new.capacity_pages == given


def test_from_space_is_given_back_until_the_next_collection_takes_it():
    """Half of what is committed."""
    new = space(pages=3)
    assert new.committed_pages == 3
    new.commit_from_space()
    assert new.committed_pages == 6
    new.uncommit_from_space()
    assert new.committed_pages == 3


def test_contains_is_true_of_to_space_only():
    """The other half is not part of it."""
    new = space()
    assert new.contains(16)
    assert not new.contains(32)
