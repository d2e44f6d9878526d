"""The pacing rules against every recorded run: limits, growth, rates and mutator utilization come out as printed.

Node printed what each collection found; the rules are given that and must say what node did next. The recordings, and
what their columns mean, are in `parity.recordings`.
"""

from itertools import pairwise

import pytest

from gcsim.config import HeapConfig
from gcsim.events import GcEvent, Kind
from gcsim.pacing.limits import OldGenerationLimit, growing_factor
from gcsim.pacing.new_space import SemiSpaceGrowth, grown, minor_task_due
from gcsim.pacing.schedule import MarkingStart, marking_start
from gcsim.pacing.survival import SurvivalRatio
from gcsim.pacing.utilization import MutatorUtilization
from gcsim.units import KB, MB
from parity.recordings import SCAVENGE, load, names

CONFIG = HeapConfig()
PROGRAMS = names("A")
EVERYTHING = [*PROGRAMS, *names("B")]
MARKED = [program for program in PROGRAMS if load(program).marking_starts]


def capacity_bytes(semi_space_mb):
    """What a semispace of so many MB can hold."""
    return semi_space_mb * MB // CONFIG.page_size * CONFIG.page_area_bytes


def survived_bytes(event):
    """What one collection promoted and copied."""
    return event.promoted + event.new_space_survived


@pytest.mark.parametrize("program", EVERYTHING)
def test_the_average_survival_ratio_is_the_mean_of_ten(program):
    """Each ratio is the sum of two rates that were cut to a tenth of a percent, so the mean is as far off."""
    survival = SurvivalRatio()
    for event in load(program).nvp_events:
        survival.record((event.promotion_ratio + event.new_space_survive_rate) / 100)
        assert 100 * survival.average == pytest.approx(event.average_survival_ratio, abs=0.15)


@pytest.mark.parametrize("program", PROGRAMS)
def test_semispaces_grow_at_the_collections_where_nodes_do(program):
    """From what each collection promoted and copied alone; 1 MB at first."""
    recording = load(program)
    growth, semi_space_bytes = SemiSpaceGrowth(), CONFIG.initial_semi_space_bytes
    sizes_mb = []
    for event in recording.nvp_events:
        if growth.decide(semi_space_bytes, CONFIG.max_semi_space_bytes):
            semi_space_bytes = grown(semi_space_bytes, CONFIG.semi_space_growth_factor, CONFIG.max_semi_space_bytes)
        growth.record(survived_bytes(event))
        sizes_mb.append(semi_space_bytes // MB)
    assert sizes_mb == [spaces.semi_space_mb for spaces in recording.spaces]


def limits_of(recording):
    """For each event the limit that the rules give after it, from survival ratios and full collections alone."""
    limit, full = OldGenerationLimit(CONFIG.max_old_bytes), iter(recording.limits)
    for event, spaces in zip(recording.nvp_events, recording.spaces, strict=True):
        if event.kind == SCAVENGE:
            limit.after_collection(spaces.old_kb * KB, event.average_survival_ratio / 100)
        else:
            limit.after_full_gc(spaces.old_kb * KB, next(full).factor, capacity_bytes(spaces.semi_space_mb))
        yield limit.limit_bytes


def starts_of(recording):
    """For each event how urgent it is to start marking after it."""
    return [
        marking_start(spaces.old_kb * KB, limit_bytes, capacity_bytes(spaces.semi_space_mb))
        for spaces, limit_bytes in zip(recording.spaces, limits_of(recording), strict=True)
    ]


@pytest.mark.parametrize("program", MARKED)
def test_the_limit_at_each_start_of_marking_is_the_printed_one(program):
    """In whole MB, as printed; p13 starts twice, and the second limit is the one of a full collection."""
    recording = load(program)
    limits = list(limits_of(recording))
    for start in recording.marking_starts:
        assert limits[start.after_event - 1] // MB == start.limit_mb
        assert recording.spaces[start.after_event - 1].old_kb * KB // MB == start.old_mb


@pytest.mark.parametrize("program", PROGRAMS)
def test_marking_starts_where_the_rules_say(program):
    """By the limit: at the first event that is hard. By a task: where it is soft. Elsewhere it does not start.

    A synchronous program runs no tasks, so soft is not enough there, however often it is seen.
    """
    recording = load(program)
    starts = starts_of(recording)
    begun = {start.after_event: start.reason for start in recording.marking_starts}
    expected = {"allocation limit": MarkingStart.HARD, "task": MarkingStart.SOFT}
    for number, reason in begun.items():
        assert starts[number - 1] is expected[reason]
    before_first = starts[: min(begun, default=len(starts) + 1) - 1]
    assert MarkingStart.HARD not in before_first
    if "task" in begun.values():
        assert MarkingStart.SOFT not in before_first


@pytest.mark.parametrize(
    ("program", "limit"), [(program, limit) for program in MARKED for limit in load(program).limits]
)
def test_each_full_collection_sets_the_printed_limit(program, limit):
    """Sizes were cut to a KB when printed, speeds to a byte a ms: what is between must fit."""
    semi_space_mb = load(program).spaces[limit.event - 1].semi_space_mb
    factor = growing_factor(limit.gc_bytes_per_ms, limit.mutator_bytes_per_ms, CONFIG.max_old_bytes)
    assert round(factor, 1) == limit.factor
    printed_kb = []
    for old_bytes in (limit.old_kb * KB, limit.old_kb * KB + KB - 1):
        rule = OldGenerationLimit(CONFIG.max_old_bytes)
        rule.after_full_gc(old_bytes, factor, capacity_bytes(semi_space_mb))
        printed_kb.append(rule.limit_bytes // KB)
    assert printed_kb[0] <= limit.limit_kb <= printed_kb[1]


@pytest.mark.parametrize("program", EVERYTHING)
def test_mutator_utilization_follows_from_pauses_and_steps(program):
    """Scavenges repeat it, full collections move it; a line's clock has whole ms, so a share may be as far off."""
    mu, interval_ms = MutatorUtilization(), float("inf")
    previous_ms = None
    for event in load(program).events:
        if event.kind != SCAVENGE:
            mu.record_full_gc(event.t_ms, event.pause_ms + (event.inc_ms or 0.0))
            interval_ms = event.t_ms - previous_ms if previous_ms is not None else interval_ms
            previous_ms = event.t_ms
        tolerance = 0.001 + 1 / interval_ms
        assert (mu.average, mu.current) == pytest.approx((event.mu_avg, event.mu_cur), abs=tolerance)


# A scavenge of these finds new space full to the last object and no young large object, from the second one on.
FULL_NEW_SPACE = [
    *("p01_garbage", "p02_retain10", "p03_linkedlist", "p05_fifo"),
    *("p06_lru", "p08_arrays", "p12_cycles", "p14_barrier"),
]


@pytest.mark.parametrize("program", FULL_NEW_SPACE)
def test_rates_are_shares_of_a_full_new_space(program):
    """promotion_ratio and new_space_survive_rate add up to the survival ratio of an event with these bytes."""
    recording = load(program)
    for spaces, event in zip(recording.spaces, recording.nvp_events[1:], strict=False):
        if event.kind == SCAVENGE:
            young_bytes = capacity_bytes(spaces.semi_space_mb)
            ratio = young_event(young_bytes, event.promoted, event.new_space_survived).survival_ratio
            assert 100 * ratio == pytest.approx(event.promotion_ratio + event.new_space_survive_rate, abs=0.15)
            assert 100 * event.promoted / young_bytes == pytest.approx(event.promotion_ratio, abs=0.06)


def young_event(young_bytes, promoted_bytes, copied_bytes):
    """A scavenge that found so much of so much alive."""
    return GcEvent(
        number=0, kind=Kind.SCAVENGE, reason="", collector_reason="", start_ms=0.0, end_ms=0.0,
        used_before_bytes=0, used_after_bytes=0, committed_before_bytes=0, committed_after_bytes=0,
        young_before_bytes=young_bytes, promoted_bytes=promoted_bytes, copied_bytes=copied_bytes,
    )  # fmt: skip


@pytest.mark.parametrize("program", EVERYTHING)
def test_the_promotion_rate_is_the_share_of_what_was_copied_before(program):
    """In percent with one decimal: above 100 where objects were promoted that had not been copied, 0 after none."""
    for before, event in pairwise(load(program).nvp_events):
        rate = 100 * event.promoted / before.new_space_survived if before.new_space_survived else 0.0
        assert rate == pytest.approx(event.promotion_rate, abs=0.051)


@pytest.mark.parametrize("program", ["p07_setleak", "p10_weak", "p11_listeners", "p13_burst"])
def test_a_task_found_new_space_80_percent_full(program):
    """Of a semispace's whole pages. What it held follows from the bytes that survived and the rates that they are.

    A program that allocates little a turn is scavenged at 840,328 bytes of 1 MB, at 1,679,088 of 2 MB (measured).
    """
    recording = load(program)
    sizes_mb = [1, *(spaces.semi_space_mb for spaces in recording.spaces)]
    tasks = 0
    for line, event, size_mb in zip(recording.events, recording.nvp_events, sizes_mb, strict=False):
        if line.reason == "task":
            share = (event.promotion_ratio + event.new_space_survive_rate) / 100
            assert minor_task_due(survived_bytes(event) / share, size_mb * MB, CONFIG.minor_gc_task_trigger)
            tasks += 1
    assert tasks
