"""When semispaces grow and shrink: rows recorded from node, and the bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.allocation_rate import AllocationRates
from gcsim.pacing.new_space import Resize, SemiSpaceGrowth, grown, minor_task_due, shrunk
from gcsim.units import KB, MB

# Node 20.20.2, --predictable, one linked list that only grows: bytes that each collection promoted or copied, and
# the capacity of a semispace (MB) after it.
LINKED_LIST = [
    (477_448, 1),
    (708_848, 1),
    (581_928, 2),
    (1_115_408, 2),
    (1_315_728, 2),
    (1_211_808, 4),
    (2_209_008, 4),
    (2_641_328, 4),
    (2_419_088, 8),
    (4_407_208, 8),
    (5_261_768, 8),
    (4_821_808, 16),
    (8_796_048, 16),
    (10_518_968, 16),
    (4_365_464, 16),
]

# Node 20.20.2, 27 MB of garbage, then a little every 50 ms, of which each eighth is kept, and for four seconds 15 times
# as much (`--trace-gc-nvp --trace-gc-verbose`). For each collection: mutator time (ms), bytes allocated, promoted,
# copied, the reduce-memory flag, and what was committed of new space afterwards (KB).
IDLE_PROGRAM = [
    (21.6, 3_960_536, 0, 625_600, False, 2048),
    (0.4, 360_824, 545_440, 360_800, False, 2048),
    (0.6, 1_115_592, 511_584, 663_744, False, 4096),
    (1.6, 2_358_528, 1_274_160, 1_341_216, False, 4096),
    (0.5, 578_656, 1_341_216, 578_640, False, 8192),
    (4.0, 5_777_632, 1_952_400, 3_488_016, False, 8192),
    (0.3, 209_856, 3_488_016, 209_856, False, 16384),
    (7.7, 12_554_304, 3_361_808, 7_339_048, False, 16384),
    (0.2, 112, 7_338_992, 56, False, 32768),
    (16183.7, 11_196_640, 1_469_640, 0, True, 1024),
    (1571.6, 1_030_568, 0, 127_720, False, 4096),
    (2412.5, 1_557_880, 127_440, 192_712, False, 4096),
    (1057.7, 2_391_512, 463_712, 219_208, False, 4096),
    (150.6, 1_708_792, 218_928, 213_512, False, 4096),
    (149.3, 1_441_328, 213_360, 180_152, False, 4096),
    (200.7, 1_861_080, 180_000, 232_760, False, 4096),
    (150.3, 1_501_936, 232_480, 187_672, False, 8192),
    (351.0, 3_769_768, 594_376, 420_152, False, 8192),
    (351.6, 3_362_864, 420_000, 420_152, False, 8192),
    (350.8, 3_362_896, 420_000, 420_152, False, 8192),
    (351.0, 3_973_312, 1_030_416, 420_152, False, 8192),
    (299.2, 2_882_536, 420_000, 360_152, False, 16384),
    (8.8, 2_856, 360_152, 0, False, 16384),
    (690.1, 6_725_800, 0, 840_152, False, 16384),
    (601.4, 6_680_808, 1_755_752, 720_152, False, 16384),
    (7031.4, 5_874_048, 720_000, 728_152, False, 16384),
    (1056.4, 682_152, 840_264, 0, True, 1024),
    (1597.5, 1_030_856, 0, 127_720, False, 4096),
    (2414.0, 1_557_720, 127_440, 192_712, False, 1024),
    (1308.3, 838_144, 192_560, 103_880, False, 1024),
    (1154.5, 747_464, 103_600, 92_552, False, 1024),
    (1209.1, 776_632, 92_400, 96_152, False, 1024),
    (1156.3, 744_312, 96_000, 92_152, False, 2048),
    (1158.7, 744_288, 92_000, 92_152, False, 1024),
    (1210.3, 776_632, 92_000, 96_152, False, 1024),
]


def capacities(survivors, max_bytes=16 * MB):
    """The capacity after each collection, in bytes, for what each one finds alive."""
    growth, capacity_bytes = SemiSpaceGrowth(), MB
    for survived_bytes in survivors:
        if growth.decide(capacity_bytes, max_bytes):
            capacity_bytes = grown(capacity_bytes, 2, max_bytes)
        growth.record(survived_bytes)
        yield capacity_bytes


def test_a_growing_list_makes_semispaces_grow_where_node_does():
    """Every growth of the recorded run happens at the same collection."""
    survivors, expected_mb = zip(*LINKED_LIST, strict=True)
    assert [capacity_bytes // MB for capacity_bytes in capacities(survivors)] == list(expected_mb)


def test_the_sequence_is_one_two_four_eight_sixteen():
    """Survivors without end double a semispace up to its maximum."""
    assert sorted({capacity_bytes // MB for capacity_bytes in capacities([32 * MB] * 9)}) == [1, 2, 4, 8, 16]


def test_without_survivors_a_semispace_stays_as_it_is():
    """Garbage alone never makes new space grow."""
    assert set(capacities([0] * 100)) == {MB}


def test_exactly_the_capacity_is_not_enough():
    """Survivors must exceed the capacity; one byte decides."""
    growth = SemiSpaceGrowth()
    growth.record(MB)
    assert not growth.decide(MB, 16 * MB)
    growth.record(1)
    assert growth.decide(MB, 16 * MB)


def test_growth_starts_the_sum_again():
    """After a growth the survivors so far no longer count; a refusal forgets nothing."""
    growth = SemiSpaceGrowth()
    growth.record(3 * MB)
    assert growth.decide(MB, 16 * MB)
    assert growth.survived_bytes == 0
    growth.record(MB)
    assert not growth.decide(2 * MB, 16 * MB)
    assert growth.survived_bytes == MB


def test_the_largest_semispace_does_not_grow():
    """At the maximum the sum goes on, and nothing happens."""
    growth = SemiSpaceGrowth()
    growth.record(100 * MB)
    assert not growth.decide(16 * MB, 16 * MB)
    assert growth.survived_bytes == 100 * MB


@pytest.mark.parametrize(
    ("capacity_mb", "factor", "max_mb", "expected_mb"), [(1, 2, 16, 2), (8, 2, 16, 16), (4, 8, 16, 16), (1, 3, 16, 3)]
)
def test_growth_multiplies_up_to_the_maximum(capacity_mb, factor, max_mb, expected_mb):
    """The factor is `--semi-space-growth-factor`."""
    assert grown(capacity_mb * MB, factor, max_mb * MB) == expected_mb * MB


@given(st.lists(st.integers(0, 20 * MB)), st.sampled_from([1, 2, 4, 8, 16]))
def test_a_capacity_never_falls_and_never_exceeds_its_maximum(survivors, max_mb):
    """Whatever survives."""
    sequence = list(capacities(survivors, max_mb * MB))
    assert sequence == sorted(sequence)
    assert all(MB <= capacity_bytes <= max_mb * MB for capacity_bytes in sequence)


def committed_kb(collections):
    """What is committed of new space after each collection."""
    rates, growth, capacity_bytes = AllocationRates(), SemiSpaceGrowth(), MB
    now_ms, new_bytes, old_bytes = 0.0, 0, 0
    for mutator_ms, allocated_bytes, promoted_bytes, copied_bytes, reduce_memory, _ in collections:
        now_ms += mutator_ms
        rates.sample(now_ms, new_bytes + allocated_bytes, old_bytes)
        rate = rates.total_bytes_per_ms()
        resize = growth.resize(capacity_bytes, 16 * MB, rate, reduce_memory=reduce_memory, may_shrink=True)
        growth.record(promoted_bytes + copied_bytes)
        new_bytes, old_bytes = copied_bytes, old_bytes + promoted_bytes
        rates.pause_ended(now_ms, new_bytes, old_bytes, promoted_bytes)
        if resize is Resize.GROW:
            capacity_bytes = grown(capacity_bytes, 2, 16 * MB)
        elif resize is Resize.SHRINK:
            capacity_bytes = shrunk(capacity_bytes, new_bytes, MB, 256 * KB)
        yield (capacity_bytes if resize is Resize.SHRINK else 2 * capacity_bytes) // KB


def test_an_idle_program_grows_and_shrinks_new_space_where_node_does():
    """All 35 collections: what they do to new space follows from what is printed of them."""
    assert list(committed_kb(IDLE_PROGRAM)) == [row[-1] for row in IDLE_PROGRAM]


def test_growth_that_is_due_together_with_shrinking_is_used_up_by_it():
    """Nothing happens, and the sum begins anew; with the reduce-memory flag it is not even asked."""
    growth = SemiSpaceGrowth()
    growth.record(3 * MB)
    assert growth.resize(MB, 16 * MB, 10.0, reduce_memory=True, may_shrink=True) is Resize.SHRINK
    assert growth.survived_bytes == 3 * MB
    assert growth.resize(MB, 16 * MB, 10.0, reduce_memory=False, may_shrink=True) is Resize.NONE
    assert growth.survived_bytes == 0
    assert growth.resize(MB, 16 * MB, 10.0, reduce_memory=False, may_shrink=True) is Resize.SHRINK


@pytest.mark.parametrize("reduce_memory", [False, True])
def test_nothing_shrinks_where_the_clock_must_not_decide(reduce_memory):
    """With `--predictable`."""
    growth = SemiSpaceGrowth()
    resize = growth.resize(MB, 16 * MB, 1.0, reduce_memory=reduce_memory, may_shrink=False)
    assert resize is Resize.NONE


@pytest.mark.parametrize(("rate", "expected"), [
    (0.0, Resize.NONE), (1.0, Resize.SHRINK), (999.9, Resize.SHRINK), (1000.0, Resize.NONE),
])  # fmt: skip
def test_a_low_rate_is_below_1000_bytes_per_ms(rate, expected):
    """And known: 0 means that nothing was sampled yet."""
    resize = SemiSpaceGrowth().resize(MB, 16 * MB, rate, reduce_memory=False, may_shrink=True)
    assert resize is expected


@pytest.mark.parametrize(("capacity_mb", "used_kb", "expected_kb"), [
    (16, 0, 1024), (16, 512, 1024), (16, 513, 1280), (16, 3_000, 6_144), (2, 1_500, 2_048), (1, 0, 1024),
])  # fmt: skip
def test_shrinking_leaves_room_for_twice_what_is_used(capacity_mb, used_kb, expected_kb):
    """In whole pages, at least the initial 1 MB, and never more than there was."""
    assert shrunk(capacity_mb * MB, used_kb * KB, MB, 256 * KB) == expected_kb * KB


@given(st.integers(1, 64), st.integers(1, 64), st.integers(0, 64 * 256 * KB))
def test_what_is_used_still_fits_after_shrinking(initial_pages, more_pages, used_bytes):
    """Between the initial size and the size before, in whole pages."""
    page_bytes = 256 * KB
    initial_bytes, capacity_bytes = initial_pages * page_bytes, (initial_pages + more_pages) * page_bytes
    used_bytes = min(used_bytes, capacity_bytes)
    shrunk_bytes = shrunk(capacity_bytes, used_bytes, initial_bytes, page_bytes)
    assert max(initial_bytes, used_bytes) <= shrunk_bytes <= capacity_bytes
    assert shrunk_bytes % page_bytes == 0


def test_the_task_is_due_from_eighty_percent_on():
    """838,860 bytes of four pages, their headers included."""
    assert minor_task_due(838_860, 4 * 256 * KB, 80)
    assert not minor_task_due(838_859, 4 * 256 * KB, 80)
