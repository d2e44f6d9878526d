"""Allocation rates against what node printed, and the border of a low one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.allocation_rate import AllocationRates, is_low, mutator_share
from gcsim.units import KB, MB

# Node 20.20.2, --predictable --trace-gc-nvp, turns with pauses of 20 or 400 ms between them, all objects young:
# mutator time (ms), allocated bytes, printed rate of new space (bytes per ms), for one scavenge after the other.
SCAVENGES = [
    (76.8, 4_074_296, 0.0),
    (20.7, 952_936, 46_013.7),
    (21.5, 1_030_776, 46_985.2),
    (0.3, 996_080, 70_118.9),
    (26.0, 1_030_776, 58_563.4),
    (0.3, 897_704, 71_362.4),
    (20.5, 1_030_496, 66_550.7),
    (0.3, 954_984, 76_976.2),
    (20.7, 982_432, 71_449.2),
    (0.3, 938_696, 79_745.2),
    (20.5, 1_030_496, 75_161.6),
    (0.3, 891_136, 88_448.5),
    (20.7, 1_030_072, 89_111.4),
    (0.6, 953_344, 88_445.5),
    (400.9, 974_488, 19_965.8),
]
# Node 20.20.2, --trace-mutator-utilization: generation, allocation rate, gc speed (bytes per ms), mu as printed.
PRINTED = [
    ("young", 373_739, 513_043, 0.579),
    ("young", 4_156, 960_702, 0.996),
    ("old", 8_107, 684_819, 0.988),
    ("old", 4_060, 684_819, 0.994),
    ("old", 2_478, 0, 0.988),
    ("old", 1_237, 0, 0.994),
    ("embedder", 1, 0, 1.000),
    ("young", 0, 513_043, 0.000),
    ("young", 644, 422, 0.396),
]


def test_the_rate_of_new_space_is_what_node_prints():
    """At each of the scavenges; the mutator's times are rounded to 0.1 ms, so 0.2 % off is allowed."""
    rates, now_ms, new_bytes = AllocationRates(), 0.0, 0
    for mutator_ms, allocated_bytes, printed in SCAVENGES:
        now_ms += mutator_ms
        new_bytes += allocated_bytes
        rates.sample(now_ms, new_bytes, 0)
        now_ms += 1.0
        rates.pause_ended(now_ms, new_bytes, 0, 0)
        assert rates.young.bytes_per_ms() == pytest.approx(printed, rel=0.002)


@pytest.mark.parametrize(("allocation_bytes_per_ms", "gc_bytes_per_ms", "printed"), [row[1:] for row in PRINTED])
def test_the_share_of_the_mutator_is_what_node_prints(allocation_bytes_per_ms, gc_bytes_per_ms, printed):
    """To the third decimal."""
    assert f"{mutator_share(allocation_bytes_per_ms, gc_bytes_per_ms):.3f}" == f"{printed:.3f}"


def test_the_first_sample_only_sets_the_clock():
    """What was allocated before it belongs to no interval."""
    rates = AllocationRates()
    rates.sample(1_000.0, 500 * KB, 5 * MB)
    assert (rates.young.bytes_per_ms(), rates.old.bytes_per_ms(), rates.total_bytes_per_ms()) == (0.0, 0.0, 0.0)
    rates.sample(1_010.0, 600 * KB, 5 * MB)
    assert rates.young.bytes_per_ms() == 10 * KB
    assert rates.old.bytes_per_ms() == 1.0


def test_a_pause_is_no_time_of_the_mutator():
    """100 KB in 10 ms, however long the collection takes, and what it leaves is no allocation."""
    rates = AllocationRates()
    rates.sample(0.0, 0, 0)
    rates.sample(10.0, 100 * KB, 0)
    rates.pause_ended(500.0, 30 * KB, 20 * KB, 20 * KB)
    assert rates.young.bytes_per_ms() == 10 * KB
    rates.sample(510.0, 230 * KB, 20 * KB)
    assert rates.young.bytes_per_ms() == 15 * KB


def test_what_a_scavenge_promotes_is_allocated_in_the_old_generation_after_it():
    """1000 bytes promoted, then 10 ms."""
    rates = AllocationRates()
    rates.sample(0.0, 0, 0)
    rates.pause_ended(0.0, 0, 1000, 1000)
    assert rates.old.bytes_per_ms() == 0.0
    rates.sample(10.0, 0, 1000)
    assert rates.old.bytes_per_ms() == 100.0


def test_what_a_full_collection_frees_is_no_negative_allocation():
    """50 MB shrink to 3 MB, of which 2000 bytes are promoted; these alone count."""
    rates = AllocationRates()
    rates.sample(0.0, 0, 50 * MB)
    rates.pause_ended(5.0, 0, 3 * MB, 2000)
    rates.sample(15.0, 0, 3 * MB)
    assert rates.old.bytes_per_ms() == 200.0


def test_an_interval_goes_on_until_a_pause():
    """Samples in between, such as the memory reducer's, do not take places of the ten."""
    rates = AllocationRates()
    rates.sample(0.0, 0, 0)
    for second in range(1, 21):
        rates.sample(second * 1_000.0, second * MB, 0)
    assert rates.young.bytes_per_ms(5_000.0) == pytest.approx(MB / 1_000)
    assert rates.young.bytes_per_ms() == pytest.approx(MB / 1_000)
    rates.pause_ended(20_000.0, 20 * MB, 0, 0)
    rates.sample(26_000.0, 20 * MB, 0)
    assert rates.young.bytes_per_ms() == pytest.approx(20 * MB / 26_000)
    assert rates.young.bytes_per_ms(5_000.0) == 1.0


def test_a_rate_is_low_above_a_share_of_0_993():
    """At a gc speed of 1 million bytes per ms that is below 7049; without one, 200,000 is assumed."""
    assert is_low(7_049, 1e6)
    assert not is_low(7_050, 1e6)
    assert is_low(1_409, 0.0)
    assert not is_low(1_410, 0.0)
    assert not is_low(0.0, 1e6)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10_000), st.integers(0, 10 * MB), st.integers(0, 10 * MB))))
def test_rates_are_zero_or_between_one_and_what_was_allocated_at_all(events):
    """Whatever is sampled: no rate is negative, and none exceeds all bytes in the shortest time."""
    rates, now_ms, allocated_bytes = AllocationRates(), 0.0, 0
    new_bytes = old_bytes = 0
    for pause, later_ms, new_gain_bytes, old_gain_bytes in events:
        now_ms += later_ms
        new_bytes += new_gain_bytes
        old_bytes += old_gain_bytes
        allocated_bytes += new_gain_bytes + old_gain_bytes
        rates.sample(now_ms, new_bytes, old_bytes)
        if pause:
            promoted_bytes, new_bytes = new_bytes // 3, new_bytes // 4
            old_bytes += promoted_bytes
            allocated_bytes += promoted_bytes
            rates.pause_ended(now_ms, new_bytes, old_bytes, promoted_bytes)
        for generation in (rates.young, rates.old):
            for window_ms in (None, 5_000.0):
                rate = generation.bytes_per_ms(window_ms)
                assert rate == 0.0 or 1.0 <= rate <= max(1.0, allocated_bytes)
