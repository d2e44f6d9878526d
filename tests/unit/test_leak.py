"""Each rule decides where it should, and not where it should not."""

import pytest

from gc_lines import full, saw, scavenge
from gcsim.trace.floor import Floor
from gcsim.trace.leak import Rule, Verdict, is_ineffective, judge


def judged(lines, **others):
    floor = Floor()
    for line in lines:
        floor.add(line)
    return judge(floor, **others)


def ramp(start_mb, step_mb, count):
    return [start_mb + step_mb * index for index in range(count)]


def test_four_collections_are_too_few():
    assert judged(saw([3, 4, 5, 6])).rule is Rule.TOO_FEW


def test_flat_lows_are_no_leak():
    found = judged(saw(ramp(3, 0.5, 10) + [8.0, 8.1] * 10))
    assert (found.verdict, found.rule) == (Verdict.NO_LEAK, Rule.FLAT_LOWS)


def test_lows_that_climb_say_nothing_without_a_full_collection():
    found = judged(saw(ramp(3, 1, 40)))
    assert (found.verdict, found.rule) == (Verdict.NOT_ENOUGH_DATA, Rule.NO_FULL_COLLECTION)


def test_a_climb_that_was_kept_and_goes_on_is_a_leak():
    found = judged([*saw(ramp(3, 1, 10)), full(1100, 12.2, 11.8), *saw(ramp(12.8, 1, 4), start_ms=1200)])
    assert (found.verdict, found.rule) == (Verdict.LEAK, Rule.CLIMB_KEPT)
    assert found.growth.per_minute.slope == pytest.approx(600, rel=0.01)
    assert found.growth.per_allocated_mb.slope == pytest.approx(1 / 6, rel=0.02)


def test_a_climb_that_was_kept_but_ended_is_no_leak_yet():
    found = judged([*saw(ramp(3, 1, 10)), full(1100, 12.2, 11.8), *saw([12.5, 12.6, 12.6, 12.6], start_ms=1200)])
    assert found.verdict is Verdict.NOT_ENOUGH_DATA


@pytest.mark.parametrize(("freed_mb", "lows", "verdict"), [
    (0.2, 3, Verdict.LEAK),
    (0.2, 2, Verdict.NOT_ENOUGH_DATA),
    (1.6, 6, Verdict.NOT_ENOUGH_DATA),
    (1.6, 7, Verdict.LEAK),
    (2.6, 7, Verdict.NOT_ENOUGH_DATA),
])  # fmt: skip
def test_the_more_of_a_climb_may_be_garbage_the_longer_it_has_to_go_on(freed_mb, lows, verdict):
    """Of 9 MB."""
    climb = [*saw(ramp(3, 1, 10)), full(1100, 12.0, 12.0 - freed_mb)]
    assert judged([*climb, *saw(ramp(12.0 - freed_mb + 1, 1, lows), start_ms=1200)]).verdict is verdict


def test_two_climbs_of_which_half_was_given_back_may_still_be_anything():
    climbs = [*saw(ramp(3, 1, 10)), full(1100, 12, 8), *saw(ramp(9, 1, 10), start_ms=1200), full(2300, 18, 13)]
    assert judged(climbs).rule is Rule.STILL_GROWING


def test_a_climb_of_which_half_was_garbage_may_still_be_anything():
    found = judged([*saw(ramp(3, 1, 10)), full(1100, 12.2, 7.0), *saw(ramp(8, 1, 5), start_ms=1200)])
    assert (found.verdict, found.rule) == (Verdict.NOT_ENOUGH_DATA, Rule.STILL_GROWING)


def test_two_climbs_that_were_given_back_are_no_leak():
    climbs = [*saw(ramp(3, 1, 10)), full(1100, 13, 4), *saw(ramp(5, 1, 10), start_ms=1200), full(2300, 15, 4.5)]
    found = judged(climbs)
    assert (found.verdict, found.rule) == (Verdict.NO_LEAK, Rule.CLIMB_GIVEN_BACK)


@pytest.mark.parametrize(("every_ms", "verdict"), [(200, Verdict.LEAK), (10, Verdict.NOT_ENOUGH_DATA)])
def test_a_long_steady_climb_is_a_leak_if_it_took_its_time(every_ms, verdict):
    """The full collection in the program's beginning gave back 30 %, as the guide's server does."""
    start = [*saw(ramp(4, 1, 8)), full(900, 11.1, 9.0)]
    climb = saw(ramp(9.5, 0.6, 16), start_ms=1000, every_ms=every_ms)
    assert judged([*start, *climb]).verdict is verdict


START = [*saw(ramp(4, 1, 8)), full(900, 11.1, 9.0)]
"""A server's begin: 30 % of what had climbed was garbage."""


@pytest.mark.parametrize(("lows_mb", "why"), [
    (ramp(9.5, 0.6, 9), "too few"),
    ([9.5 + 0.6 * index + 4 * (index % 2) for index in range(16)], "no line"),
    ([9.5 + 0.6 * index + 2 * (index % 2) for index in range(16)], "hardly a line"),
    (ramp(9.1, 0.12, 16), "too little"),
])  # fmt: skip
def test_a_climb_is_no_long_one_if_it_is_short_or_crooked_or_small(lows_mb, why):
    assert judged([*START, *saw(lows_mb, start_ms=1000, every_ms=400)]).verdict is Verdict.NOT_ENOUGH_DATA, why


def test_a_long_climb_after_much_was_given_back_is_no_leak_yet():
    start = [*saw(ramp(4, 1, 8)), full(900, 11.1, 6.0)]
    assert judged([*start, *saw(ramp(6.5, 0.6, 16), start_ms=1000, every_ms=300)]).verdict is Verdict.NOT_ENOUGH_DATA


def test_a_long_climb_that_bends_is_no_leak_yet():
    start = [*saw(ramp(4, 1, 8)), full(900, 11.1, 9.0)]
    climb = saw([*ramp(9.5, 1, 10), *[19.0, 19.1] * 4], start_ms=1000, every_ms=300)
    assert judged([*start, *climb]).verdict is not Verdict.LEAK


def test_a_long_climb_by_a_percent_of_what_is_allocated_is_no_leak_yet():
    start = [*saw(ramp(4, 1, 8)), full(900, 11.1, 9.0)]
    climb = saw(ramp(9.5, 0.6, 16), young_mb=60.0, start_ms=1000, every_ms=300)
    assert judged([*start, *climb]).verdict is Verdict.NOT_ENOUGH_DATA


def live_sizes(sizes_mb, climb_mb=6.0, garbage=1.0):
    """Full collections that leave these sizes, with a climb before each of which that share was garbage."""
    lines, time_ms, last_mb = [], 0, sizes_mb[0]
    for size_mb in sizes_mb:
        high_mb = last_mb + climb_mb
        for low_mb in (last_mb + climb_mb / 2, high_mb):
            time_ms += 100
            lines.append(scavenge(time_ms, low_mb + 2, low_mb))
        time_ms += 100
        lines.append(full(time_ms, size_mb + climb_mb * garbage, size_mb))
        last_mb = size_mb
    return lines


def test_a_live_size_that_rises_on_a_line_is_a_leak():
    found = judged(live_sizes(ramp(10, 5, 4), garbage=0.1))
    assert (found.verdict, found.rule) == (Verdict.LEAK, Rule.LIVE_SIZE_RISES)
    assert found.growth.per_minute.slope == pytest.approx(1000, rel=0.01)


def test_a_live_size_that_rises_a_few_times_while_most_is_given_back_is_no_leak_yet():
    found = judged(live_sizes(ramp(10, 2, 4)))
    assert (found.verdict, found.rule) == (Verdict.NOT_ENOUGH_DATA, Rule.RISES_A_FEW_TIMES)


def test_a_full_collection_that_keeps_all_after_three_that_gave_back_most_is_no_proof_yet():
    lines = [*live_sizes([8, 13, 22]), *saw(ramp(24, 4, 15), start_ms=1000), full(3000, 86, 84)]
    found = judged(lines)
    assert (found.verdict, found.rule) == (Verdict.NOT_ENOUGH_DATA, Rule.RISES_A_FEW_TIMES)


def test_a_live_size_that_rises_often_is_a_leak_whatever_is_given_back():
    assert judged(live_sizes(ramp(10, 2, 12))).verdict is Verdict.LEAK


def test_a_level_live_size_is_no_leak():
    found = judged(live_sizes([10.0, 10.3, 9.9, 10.1, 10.2, 10.0]))
    assert (found.verdict, found.rule) == (Verdict.NO_LEAK, Rule.LIVE_SIZE_LEVEL)
    assert 0 < found.hidden_below_mb_per_minute < 100


@pytest.mark.parametrize("sizes_mb", [
    [10.0, 14.0, 9.0, 15.0, 10.0, 16.0],  # up and down
    [10.0, 20.0, 30.0, 40.0, 40.0],  # it has ended
    [10.0, 10.15, 10.3, 10.45, 10.6],  # so little that it may be anything
])  # fmt: skip
def test_a_live_size_may_say_neither(sizes_mb):
    """Without scavenges, so that nothing else can decide."""
    lines = [full(100 * index, size_mb + 6, size_mb) for index, size_mb in enumerate(sizes_mb, 1)]
    assert judged(lines).verdict is Verdict.NOT_ENOUGH_DATA


@pytest.mark.parametrize("sizes_mb", [
    [8.0, 9.9, 6.5, 8.5, 9.8, 7.9],  # up and down, but not up
    [10.0, 10.1, 10.2, 10.3, 10.4],  # surely up, by next to nothing
])  # fmt: skip
def test_five_live_sizes_without_a_rise_that_matters_are_level(sizes_mb):
    lines = [full(100 * index, size_mb + 6, size_mb) for index, size_mb in enumerate(sizes_mb, 1)]
    found = judged(lines)
    assert (found.verdict, found.rule) == (Verdict.NO_LEAK, Rule.LIVE_SIZE_LEVEL)
    assert judged([*saw([9.0], start_ms=10), *lines[:4]]).verdict is not Verdict.NO_LEAK


def test_a_cache_that_has_filled_is_no_leak():
    sizes = [10, 20, 30, 38, 40.0, 40.1, 40.0, 40.2, 40.1, 40.0, 40.1]
    assert judged(live_sizes(sizes)).verdict is Verdict.NO_LEAK


def test_what_full_collections_say_at_the_limit_is_not_heard():
    """The live size rises until there is no room; then four full collections in a row free nothing."""
    rise = [full(100 * index, 16.0 + 5 * index, 10.0 + 5 * index) for index in range(1, 8)]
    at_limit = [full(800 + 100 * index, 45.2, 45.0, average_mu=0.1) for index in range(4)]
    found = judged([*rise, *at_limit])
    assert (found.verdict, found.rule) == (Verdict.LEAK, Rule.LIVE_SIZE_RISES)
    assert found.growth.to_mb == 45.0


def test_a_process_at_its_limit_is_never_said_not_to_leak():
    at_limit = [full(5_000 + 100 * index, 40.2, 40.0, average_mu=0.1) for index in range(4)]
    assert judged([*saw([30.0] * 20), *at_limit]).verdict is Verdict.NEAR_LIMIT
    assert judged(saw([30.0] * 20), died=True).verdict is Verdict.NEAR_LIMIT


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (full(1, 40.0, 37.0, average_mu=0.39), True),
        (full(1, 40.0, 35.9, average_mu=0.39), False),
        (full(1, 40.0, 39.0, average_mu=0.40), False),
        (full(1, 40.0, 39.0, average_mu=None, reason="last resort"), True),
        (full(1, 40.0, 39.0, average_mu=None, reason="allocation failure"), False),
    ],
)
def test_ineffective_means_little_freed_and_little_time_left(line, expected):
    floor = Floor()
    floor.add(line)
    assert is_ineffective(floor.majors[0]) is expected


def test_a_log_without_scavenges_has_no_growth_by_allocation():
    found = judged([full(100 * index, 10.0 + 5 * index, 9.0 + 5 * index) for index in range(1, 9)])
    assert found.verdict is Verdict.LEAK
    assert found.growth.per_allocated_mb is None
