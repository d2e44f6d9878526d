"""Limits of the old generation: rows printed by node, and bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.limits import (
    GrowingMode,
    IneffectiveCounter,
    OldGenerationLimit,
    growing_factor,
    growing_mode,
    is_ineffective,
    limit_after_full_gc,
    max_growing_factor,
)
from gcsim.pacing.survival import SurvivalRatio
from gcsim.units import KB, MB

PAGE_AREA = 257_720
GB = 1024 * MB
DEFAULT_MAX = 4 * GB


def capacity(semi_space_mb):
    """What a semispace of so many MB can hold, in bytes."""
    return 4 * semi_space_mb * PAGE_AREA


# --- After a full collection ---------------------------------------------------------------------------------

# Node 20.20.2, `[HeapController]` lines: the maximum (MB), a semispace (MB), the old generation (KB), the speeds
# (bytes per ms; 0: none yet), and what was printed: factor and limit (KB).
PRINTED_LIMITS = [
    (4096, 1, 2_623, 0, 0, "4.0", 11_822),
    (300, 16, 41_842, 0, 0, "1.3", 71_221),
    (400, 16, 20_600, 0, 0, "1.4", 44_899),
    (700, 16, 43_169, 0, 0, "1.5", 79_715),
    (400, 16, 40_235, 0, 934_674, "1.4", 70_677),
    (4096, 16, 19_314, 0, 24_433, "4.0", 93_364),
    (4096, 16, 27_364, 0, 110_540, "4.0", 125_565),
    (4096, 16, 25_220, 0, 189_036, "4.0", 116_990),
    (4096, 16, 7_449, 0, 77_655, "4.0", 45_903),
    (4096, 8, 4_559, 0, 77_918, "4.0", 26_290),
    (4096, 16, 6_904, 556_276, 20_250, "4.0", 43_724),
    (300, 16, 103_946, 236_236, 811_967, "1.3", 153_024),
    (700, 16, 125_278, 491_513, 815_199, "1.5", 200_697),
    (1400, 16, 124_385, 236_742, 786_998, "1.7", 233_393),
    (4096, 16, 125_280, 875_955, 1_698, "1.1", 153_916),
    (4096, 16, 125_282, 1_296_928, 4_374, "1.1", 156_721),
    (4096, 16, 125_294, 1_481_172, 6_813, "1.2", 163_292),
    (4096, 16, 125_294, 1_473_853, 10_176, "1.3", 177_411),
    (4096, 16, 125_294, 1_401_599, 15_860, "1.6", 213_689),
    (4096, 16, 125_294, 1_245_415, 18_783, "2.0", 260_653),
    (4096, 16, 125_294, 1_117_555, 22_465, "2.9", 374_064),
    (1400, 16, 125_282, 1_020_490, 4_309, "1.2", 161_198),
    (1400, 16, 125_294, 979_633, 6_761, "1.3", 177_390),
    (1400, 16, 125_294, 1_061_055, 10_091, "1.4", 197_038),
]


@pytest.mark.parametrize(
    ("max_mb", "semi_space_mb", "old_kb", "gc_speed", "mutator_speed", "factor", "limit_kb"), PRINTED_LIMITS
)
def test_printed_limits_come_out(max_mb, semi_space_mb, old_kb, gc_speed, mutator_speed, factor, limit_kb):
    """The old generation was cut to a KB when printed, the speeds to a byte: what is between must fit."""
    computed = growing_factor(gc_speed, mutator_speed, max_mb * MB)
    assert f"{computed:.1f}" == factor
    low, high = (
        limit_after_full_gc(
            old_bytes, computed, new_space_capacity_bytes=capacity(semi_space_mb), max_old_bytes=max_mb * MB
        )
        for old_bytes in (old_kb * KB, old_kb * KB + KB - 1)
    )
    speed_slack = 0.001 * old_kb * KB if gc_speed else 0
    assert low - speed_slack <= limit_kb * KB + KB - 1
    assert limit_kb * KB <= high + speed_slack


@pytest.mark.parametrize(
    ("max_mb", "expected"), [(64, 1.3), (256, 1.3), (400, 1.35625), (1152, 1.65), (2048, 4.0), (4096, 4.0)]
)
def test_the_largest_factor_depends_on_the_maximum(max_mb, expected):
    """1.3 up to 256 MB, in a line to 2, and 4 from 2 GB on."""
    assert max_growing_factor(max_mb * MB) == pytest.approx(expected)


@pytest.mark.parametrize(("speed_ratio", "expected"), [(100, 3 / 2.03), (475, 1.1), (33, 4.0), (10, 4.0), (0.5, 4.0)])
def test_the_factor_follows_the_ratio_of_speeds(speed_ratio, expected):
    """1.478 at 100; the floor at 475; the largest where the target is out of reach."""
    assert growing_factor(speed_ratio * 1000.0, 1000.0, DEFAULT_MAX) == pytest.approx(expected)


@pytest.mark.parametrize("speeds", [(0.0, 1000.0), (1000.0, 0.0), (0.0, 0.0)])
def test_without_speeds_the_largest_factor_is_taken(speeds):
    """A speed of 0 is no speed."""
    assert growing_factor(*speeds, 400 * MB) == max_growing_factor(400 * MB)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(GrowingMode.MINIMAL, 1.1), (GrowingMode.SLOW, 1.3), (GrowingMode.CONSERVATIVE, 1.3), (GrowingMode.DEFAULT, 4.0)],
)
def test_modes_bound_the_factor(mode, expected):
    """Minimal fixes it; slow and conservative cap it, and leave what is lower."""
    assert growing_factor(0, 0, DEFAULT_MAX, mode) == expected
    assert growing_factor(475.0, 1.0, DEFAULT_MAX, mode) == 1.1


def test_a_fixed_percentage_overrides_all():
    """`--heap-growing-percent=50` printed `Limit: old size: 125278 KB, new limit: 204025 KB (1.5)`."""
    factor = growing_factor(475.0, 1.0, 1400 * MB, GrowingMode.MINIMAL, 50)
    assert factor == 1.5
    limit_bytes = limit_after_full_gc(
        125_278 * KB, factor, new_space_capacity_bytes=capacity(16), max_old_bytes=1400 * MB
    )
    assert limit_bytes / KB == pytest.approx(204_025, abs=1)


def test_the_limit_lies_a_step_above_at_least():
    """8 MB, or 2 MB in conservative mode, and the capacity of new space."""
    numbers = {"new_space_capacity_bytes": capacity(1), "max_old_bytes": DEFAULT_MAX}
    assert limit_after_full_gc(MB, 1.1, **numbers) == 9 * MB + capacity(1)
    assert limit_after_full_gc(MB, 1.1, **numbers, mode=GrowingMode.SLOW) == 9 * MB + capacity(1)
    assert limit_after_full_gc(MB, 1.1, **numbers, mode=GrowingMode.CONSERVATIVE) == 3 * MB + capacity(1)


def test_the_limit_has_a_smallest_size_but_halfway_comes_first():
    """A configured minimum lifts it, the way to the maximum still bounds it."""
    numbers = {"new_space_capacity_bytes": 0, "max_old_bytes": 100 * MB}
    assert limit_after_full_gc(0, 1.1, **numbers, min_old_bytes=30 * MB) == 30 * MB
    assert limit_after_full_gc(0, 1.1, **numbers, min_old_bytes=80 * MB) == 50 * MB


sizes = st.integers(0, 8 * GB)
speeds = st.floats(0, float(GB))
modes = st.sampled_from(GrowingMode)


@given(speeds, speeds, sizes, modes)
def test_a_factor_lies_between_its_bounds(gc_speed, mutator_speed, max_old_bytes, mode):
    """1.1 and the largest, whatever the speeds."""
    assert 1.1 <= growing_factor(gc_speed, mutator_speed, max_old_bytes, mode) <= max_growing_factor(max_old_bytes)


@given(sizes, st.floats(1.1, 101.0), st.integers(0, 16 * MB), sizes, sizes, modes)
def test_a_limit_is_never_past_halfway_to_the_maximum(
    old_bytes, factor, new_space_bytes, left_bytes, least_bytes, mode
):
    """Nor below what there is already."""
    max_old_bytes = old_bytes + left_bytes
    limit_bytes = limit_after_full_gc(
        old_bytes,
        factor,
        new_space_capacity_bytes=new_space_bytes,
        max_old_bytes=max_old_bytes,
        min_old_bytes=least_bytes,
        mode=mode,
    )
    assert old_bytes <= limit_bytes <= (old_bytes + max_old_bytes) // 2


# --- Before the first full collection ------------------------------------------------------------------------

# Node 20.20.2, --predictable: after each collection, the old generation (KB) and the average survival ratio (%).
# At the end, the limits that were printed when marking started (MB): its own, and the global one.
LINKED_LIST = [
    *((2971, 46.3), (3437, 57.5), (3663, 57.2), (4005, 56.4), (4752, 57.9), (5290, 58.0)),
    *((5935, 57.4), (7447, 58.2), (8515, 58.3), (9809, 57.8), (12819, 59.5), (14948, 58.5)),
]
QUEUE = [
    *((4180, 97.2), (5088, 95.1), (5310, 96.7), (7101, 95.1), (7544, 96.1), (11128, 95.0)),
    *((12014, 95.7), (19182, 94.9), (20081, 94.9), (34403, 94.3), (35303, 94.1), (49625, 93.7)),
    *((50524, 93.1), (64832, 93.0), (65731, 92.5), (80039, 92.4), (80938, 91.8), (95245, 91.8)),
    *((96145, 91.8), (110452, 91.8), (111352, 91.8), (125659, 91.8), (126558, 91.8), (140866, 91.8)),
]
OLD_HOLDERS = [
    *((3791, 96.7), (4699, 94.8), (4920, 96.5), (6712, 95.0), (6740, 89.0), (9174, 86.9)),
    *((9522, 80.9), (11775, 77.7), (13134, 74.6), (13998, 70.7), (15904, 64.8), (17504, 59.2)),
    *((19199, 52.9), (20849, 47.6), (22506, 44.9), (24181, 40.9), (25822, 40.1), (27497, 38.4)),
]


@pytest.mark.parametrize(
    ("collections", "printed_mb", "printed_global_mb"),
    [(LINKED_LIST, 13, 15), (QUEUE, 130, 231), (OLD_HOLDERS, 26, 28)],
    ids=["linked list", "queue", "old holders"],
)
def test_survival_lowers_the_first_limits_as_printed(collections, printed_mb, printed_global_mb):
    """The ratios compound until a collection would not lower the limit, which then freezes, and the global one too."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    for old_kb, survival_percent in collections:
        limit.after_collection(old_kb * KB, survival_percent / 100)
    assert limit.configured
    assert (limit.limit_bytes // MB, limit.global_limit_bytes // MB) == (printed_mb, printed_global_mb)


def test_eleven_printed_ratios_bring_it_to_75_mb():
    """The chain whose marking began at `77MB / 75MB`."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    for percent in (69.0, 76.1, 78.2, 82.9, 85.3, 87.5, 88.4, 89.8, 89.8, 89.1, 91.1):
        limit.after_collection(10 * MB, percent / 100)
    assert not limit.configured
    assert limit.limit_bytes // MB == 75
    limit.after_collection(77 * MB, 0.911)
    assert limit.configured
    assert limit.limit_bytes // MB == 75


@pytest.mark.parametrize(
    ("max_mb", "initial_mb", "expected_mb", "configured"),
    [(4096, 0, 512, False), (300, 0, 150, False), (4096, 64, 64, True), (100, 64, 50, True)],
)
def test_the_first_limit_is_512_mb_or_half_of_the_maximum(max_mb, initial_mb, expected_mb, configured):
    """Or what was asked for, and then it counts as configured; the global limit is twice as much."""
    limit = OldGenerationLimit(max_mb * MB, initial_mb * MB)
    assert (limit.limit_bytes, limit.configured) == (expected_mb * MB, configured)
    assert limit.global_limit_bytes == 2 * expected_mb * MB


def test_low_survival_brings_the_limit_to_eight_mb_above():
    """With 15 % surviving, after three scavenges."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    for _ in range(3):
        limit.after_collection(2 * MB, 0.15)
    assert limit.limit_bytes == 10 * MB


def test_a_configured_limit_no_longer_follows_survival():
    """Only the next full collection moves it."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    limit.after_full_gc(2623 * KB, 4.0, capacity(1))
    assert limit.configured
    limit.after_collection(0, 0.0)
    assert limit.limit_bytes / KB == pytest.approx(11_822, abs=1)


def test_a_full_gc_takes_its_mode_into_the_limit():
    """The step of conservative mode."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    limit.after_full_gc(MB, 1.1, 0, GrowingMode.CONSERVATIVE)
    assert limit.limit_bytes == 3 * MB


# Node 20.20.2, scavenges of idle programs: old generation (KB), gc speed and mutator speed (bytes per ms), pages of a
# semispace, mode, the limit printed (KB).
LOWERED = [
    (178_444, 642_758, 4_475, 64, GrowingMode.DEFAULT, 246_394),
    (178_447, 642_758, 4_468, 64, GrowingMode.DEFAULT, 246_290),
    (2_619, 14_547, 410, 8, GrowingMode.DEFAULT, 12_824),
    (2_619, 14_547, 1, 4, GrowingMode.DEFAULT, 11_817),
    (76_429, 559_337, 1_055, 64, GrowingMode.MINIMAL, 100_728),
    (76_463, 559_337, 1_482, 4, GrowingMode.MINIMAL, 85_662),
]


@pytest.mark.parametrize(("old_kb", "gc_speed", "mutator_speed", "pages", "mode", "printed_kb"), LOWERED)
def test_a_scavenge_of_an_idle_program_lowers_the_limit_as_printed(
    old_kb, gc_speed, mutator_speed, pages, mode, printed_kb
):
    """To the rounding of the printed speeds."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    limit.after_full_gc(200_000 * KB, 4.0, 0)
    factor = growing_factor(gc_speed, mutator_speed, DEFAULT_MAX, mode)
    limit.lower(old_kb * KB, factor, pages * 257_720, mode)
    assert limit.limit_bytes / KB == pytest.approx(printed_kb, abs=1, rel=1e-4)


def test_a_scavenge_never_raises_the_limit():
    """A higher one is forgotten, and one that is not configured stays as it is."""
    limit = OldGenerationLimit(DEFAULT_MAX)
    limit.lower(MB, 1.1, 0)
    assert limit.limit_bytes == 512 * MB
    limit.after_full_gc(MB, 1.1, 0)
    limit.lower(50 * MB, 4.0, 0)
    assert limit.limit_bytes == 9 * MB


@pytest.mark.parametrize(("reduce", "short", "slowly", "expected"), [
    (True, True, True, GrowingMode.MINIMAL),
    (False, True, True, GrowingMode.CONSERVATIVE),
    (False, False, True, GrowingMode.SLOW),
    (False, False, False, GrowingMode.DEFAULT),
])  # fmt: skip
def test_the_mode_is_the_strictest_that_applies(reduce, short, slowly, expected):
    """The flag first, then short memory, then the memory reducer."""
    assert growing_mode(reduce_memory=reduce, memory_is_short=short, grows_slowly=slowly) is expected


@pytest.mark.parametrize(
    ("semi_space_mb", "old_kb", "limit_kb", "global_limit_kb"),
    [
        (4, 9_528, 21_148, 21_747),
        (4, 13_592, 23_180, 25_811),
        (8, 24_466, 28_617, 40_712),
        (16, 32_438, 32_603, 48_987),
    ],
)
def test_the_global_limit_is_printed_with_twice_the_maximum(semi_space_mb, old_kb, limit_kb, global_limit_kb):
    """`[HeapController]` and `[GlobalMemoryController]` with --max-old-space-size=32: only one keeps to that."""
    limit = OldGenerationLimit(32 * MB)
    limit.after_full_gc(old_kb * KB, 1.3, capacity(semi_space_mb))
    assert limit.limit_bytes / KB == pytest.approx(limit_kb, abs=1)
    assert limit.global_limit_bytes / KB == pytest.approx(global_limit_kb, abs=1)


@given(st.lists(st.tuples(sizes, st.floats(0, 1))), st.integers(MB, 8 * GB))
def test_the_first_limit_only_falls(collections, max_old_bytes):
    """And it freezes once; the global limit is never the lower one."""
    limit = OldGenerationLimit(max_old_bytes)
    for old_bytes, ratio in collections:
        before_bytes, frozen_already = limit.limit_bytes, limit.configured
        limit.after_collection(old_bytes, ratio)
        assert limit.limit_bytes < before_bytes or limit.configured
        assert limit.limit_bytes == before_bytes or not frozen_already
        assert limit.limit_bytes <= limit.global_limit_bytes


def test_survival_is_the_mean_of_the_last_ten():
    """Ratios (%) recorded one by one, and the averages that node printed beside them."""
    recorded = [96.7, 93.0, 100.0, 90.4, 64.8, 76.7, 45.0, 55.2, 50.2, 34.8, 38.0, 37.0, 37.3, 37.1, 37.3]
    printed = [96.7, 94.8, 96.5, 95.0, 89.0, 86.9, 80.9, 77.7, 74.6, 70.7, 64.8, 59.2, 52.9, 47.6, 44.9]
    survival = SurvivalRatio()
    assert (survival.average, survival.has_data) == (0.0, False)
    for percent, average in zip(recorded, printed, strict=True):
        survival.record(percent / 100)
        assert survival.average * 100 == pytest.approx(average, abs=0.11)
    assert survival.has_data


# --- Ineffective collections ---------------------------------------------------------------------------------


def test_a_full_gc_is_ineffective_from_80_percent_on_below_a_mu_of_04():
    """Both bounds, each from its two sides."""
    assert is_ineffective(80 * MB, 100 * MB, 0.399)
    assert not is_ineffective(80 * MB - 1, 100 * MB, 0.399)
    assert not is_ineffective(80 * MB, 100 * MB, 0.4)


def test_four_ineffective_in_a_row_are_the_end():
    """One that helped starts the count again."""
    counter = IneffectiveCounter()
    mus = [0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1]
    ends = [counter.record_full_gc(90 * MB, 100 * MB, mu) for mu in mus]
    assert ends == [False] * 7 + [True]
