"""Which pages are evacuated: V8's rule, number by number, and what holds for any pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.compaction import CompactionMode, emptiest_first, evacuation_candidates, free_percent
from gcsim.units import KB, MB

AREA = 257_720
speeds = st.floats(0, 1e9)
pages = st.lists(st.integers(0, AREA), max_size=120)
modes = st.sampled_from(CompactionMode)


@pytest.mark.parametrize(
    ("speed_bytes_per_ms", "percent"),
    [(0, 70), (1, 99), (AREA, 75), (1.5 * AREA, 70), (1_650_533, 56), (3_187_341, 53), (1e9, 50), (1e12, 50)],
)
def test_the_faster_objects_are_moved_the_lower_the_bar(speed_bytes_per_ms, percent):
    """From 100 % of a page free where moving takes for ever down to 50 %; 70 % while nothing is known."""
    assert free_percent(AREA, speed_bytes_per_ms) == percent


@pytest.mark.parametrize("mode", [CompactionMode.REDUCE, CompactionMode.OPTIMIZE])
def test_to_save_memory_the_bar_is_20_percent(mode):
    """At any speed."""
    assert free_percent(AREA, 1000, mode) == 20


def test_a_page_of_which_just_enough_is_free_qualifies():
    """The bar is a whole number of hundredths of the area, 2,577 bytes each: 180,390 bytes, not 180,404."""
    assert evacuation_candidates([AREA - 180_390, 0], AREA, 0) == [1, 0]
    assert evacuation_candidates([AREA - 180_389, 0], AREA, 0) == [1]


def test_the_emptiest_come_first_and_equals_in_order():
    """As V8 sorts them by what is allocated."""
    assert evacuation_candidates([3 * KB, KB, 2 * KB, KB], AREA, 0) == [1, 3, 2, 0]


@pytest.mark.parametrize(
    ("mode", "limit_bytes"),
    [(CompactionMode.DEFAULT, 4 * MB), (CompactionMode.OPTIMIZE, 6 * MB), (CompactionMode.REDUCE, 12 * MB)],
)
def test_no_more_is_moved_than_the_mode_allows(mode, limit_bytes):
    """Pages of 64 KB fill the limit exactly; one byte more on one page leaves that out."""
    count = limit_bytes // (64 * KB)
    assert len(evacuation_candidates([64 * KB] * (count + 5), AREA, 0, mode)) == count
    assert len(evacuation_candidates([64 * KB + 1] * (count + 5), AREA, 0, mode)) == count - 1


def test_pages_that_would_fill_as_many_new_ones_stay():
    """One page saves nothing unless it is empty, two save one."""
    assert evacuation_candidates([KB], AREA, 0) == []
    assert evacuation_candidates([0], AREA, 0) == [0]
    assert evacuation_candidates([KB, KB], AREA, 0) == [0, 1]
    assert evacuation_candidates([AREA // 2 + 1] * 2, AREA, 0, CompactionMode.REDUCE) == []


@pytest.mark.parametrize(
    ("allocated_bytes", "pages_of_node", "speed_bytes_per_ms"), [(85_900, 48, 3_187_341), (42_952, 93, 4_569_792)]
)
def test_a_thinned_out_heap_is_treated_as_node_treats_it(allocated_bytes, pages_of_node, speed_bytes_per_ms):
    """A third or a sixth of 94 pages of nodes lives: node 20 chose 48 and 93 of them (--trace-fragmentation)."""
    others = [AREA] * 12
    nodes = [allocated_bytes] * 93
    assert len(evacuation_candidates(others + nodes, AREA, speed_bytes_per_ms)) == pages_of_node


@given(pages, speeds, modes)
def test_whatever_the_pages_the_choice_is_within_the_rule(allocated_bytes, speed, mode):
    """Each qualifies, together they fit, at least one page is saved, and no emptier page is left out."""
    chosen = evacuation_candidates(allocated_bytes, AREA, speed, mode)
    total = sum(allocated_bytes[index] for index in chosen)
    bar = free_percent(AREA, speed, mode) * (AREA // 100)
    assert len(set(chosen)) == len(chosen)
    assert all(AREA - allocated_bytes[index] >= bar for index in chosen)
    assert total <= mode.value
    assert not chosen or -(-total // AREA) < len(chosen)
    left = [allocated_bytes[index] for index in range(len(allocated_bytes)) if index not in chosen]
    assert not chosen or not left or max(allocated_bytes[index] for index in chosen) <= min(left)


@given(pages)
def test_every_page_can_be_asked_for(allocated_bytes):
    """`--compact-on-every-full-gc`: all of them, the emptiest first."""
    order = emptiest_first(allocated_bytes)
    assert sorted(order) == list(range(len(allocated_bytes)))
    assert [allocated_bytes[index] for index in order] == sorted(allocated_bytes)
