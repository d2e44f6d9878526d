"""What collections leave behind, and what a full one says about the climb before it."""

import pytest

from gc_lines import full, saw, scavenge
from gcsim.trace import floor as floor_module
from gcsim.trace.floor import Floor


def floor_of(*lines):
    floor = Floor()
    for line in lines:
        floor.add(line)
    return floor


def test_what_is_allocated_is_the_growth_between_lines():
    floor = floor_of(scavenge(100, 5.0, 3.0), scavenge(200, 7.5, 3.5), scavenge(300, 8.0, 4.0))
    assert floor.allocated_mb == pytest.approx(4.5 + 4.5)
    assert (floor.collections, floor.scavenges, floor.span_ms) == (3, 3, 201)
    assert (floor.first_line, floor.last_line, floor.peak_mb) == (100, 300, 8.0)


def test_a_full_collection_judges_the_climb_since_the_log_began():
    """3 to 11 MB climbed, then 6 MB of that and of 2 MB young objects were freed."""
    floor = floor_of(*saw([3, 5, 7, 9, 11]), full(600, 13.0, 7.0))
    major = floor.majors[0]
    assert (major.base_mb, major.marked_mb, major.climb_mb, major.freed_mb) == (3, 11, 8, 6)
    assert major.since_low_mb == pytest.approx(2)
    assert major.garbage_high == pytest.approx(6 / 8)
    assert major.garbage_low == pytest.approx(4 / 8)


def test_what_was_promoted_while_marking_ran_is_not_judged():
    """Marking began at 250 ms, when 5 MB were left."""
    floor = floor_of(*saw([3, 5, 7, 9]), full(500, 11.0, 9.5, walltime_ms=250))
    assert floor.majors[0].marked_mb == 5


def test_the_next_climb_begins_where_the_last_full_collection_ended():
    floor = floor_of(*saw([3, 5]), full(300, 6, 4), *saw([6, 8], start_ms=400), full(600, 9, 5))
    assert [major.base_mb for major in floor.majors] == [3, 4]
    assert floor.majors[1].climb_mb == 4


def test_a_log_that_begins_with_a_full_collection_has_nothing_to_judge():
    floor = floor_of(full(100, 9, 4), scavenge(200, 8, 5))
    assert floor.majors[0].climb_mb == 0
    assert floor.base_mb == 4


def test_shares_stay_within_none_and_all():
    floor = floor_of(*saw([3, 4]), full(300, 20, 2))
    assert (floor.majors[0].garbage_low, floor.majors[0].garbage_high) == (1, 1)


def test_pauses_and_marking_steps_add_up():
    floor = floor_of(scavenge(100, 5, 3, pause_ms=2.0), full(200, 6, 3, walltime_ms=50, pause_ms=3.0))
    assert (floor.paused_ms, floor.marking_ms) == (5.0, 4.0)


def test_lows_are_thinned_to_the_lower_of_two(monkeypatch):
    monkeypatch.setattr(floor_module, "MAX_LOWS", 8)
    floor = floor_of(*saw([3, 2, 5, 4, 7, 6, 9, 8, 1]))
    assert list(floor.lows.sizes_mb) == [2, 4, 6, 8, 1]
    assert list(floor.lows.line_numbers) == [200, 400, 600, 800, 900]
    assert floor.collections == 9


def test_since_begins_at_its_moment():
    lows = floor_of(*saw([1, 2, 3])).lows
    assert list(lows.since(200).sizes_mb) == [2, 3]
    assert list(lows.since(201).sizes_mb) == [3]
    assert lows.at(250) == 2
    assert lows.at(0) == 1
