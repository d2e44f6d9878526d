"""Mutator utilization and speeds against lines that node printed, and their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.utilization import MAX_BYTES_PER_MS, RING_EVENTS, MutatorUtilization, SpeedRing

# Node 20.20.2, --expose-gc --single-threaded-gc: when the line was printed (ms), pause and incremental marking
# (ms), average mu, current mu.
PRINTED_CYCLES = [
    (274, 13.70 + 48.1, 1.000, 1.000),
    (401, 78.75, 0.376, 0.376),
    (641, 80.97, 0.564, 0.663),
    (1019, 77.86, 0.719, 0.794),
    (1150, 77.53, 0.621, 0.411),
    (1446, 90.39, 0.664, 0.694),
    (1864, 82.91, 0.750, 0.802),
    (2037, 84.66, 0.669, 0.513),
    (2373, 106.41, 0.677, 0.683),
    (2849, 105.97, 0.739, 0.777),
    (3105, 102.30, 0.684, 0.601),
    (3458, 88.55, 0.718, 0.749),
    (3570, 92.62, 0.582, 0.174),
    (3825, 94.73, 0.606, 0.627),
    (4215, 90.77, 0.706, 0.767),
    (4383, 99.28, 0.603, 0.412),
    (4677, 98.91, 0.636, 0.663),
]

# Whole ms, so that the sum of all intervals is exact.
intervals = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))


def test_both_are_one_until_the_second_full_gc():
    """There is no interval before the second full collection."""
    mu = MutatorUtilization()
    assert (mu.average, mu.current) == (1.0, 1.0)
    mu.record_full_gc(end_ms=100.0, gc_ms=50.0)
    assert (mu.average, mu.current) == (1.0, 1.0)


def test_the_second_full_gc_sets_average_and_current_alike():
    """49.87 ms of collection in an interval of 57.4 ms print as 0.131, twice."""
    mu = MutatorUtilization()
    mu.record_full_gc(end_ms=100.0, gc_ms=50.0)
    mu.record_full_gc(end_ms=157.4, gc_ms=49.87)
    assert (f"{mu.average:.3f}", f"{mu.current:.3f}") == ("0.131", "0.131")


def test_printed_cycles_come_out_within_the_rounding_of_their_clock():
    """The clock of a line has whole ms, so an interval may be 1 ms off, and its share with it."""
    mu = MutatorUtilization()
    previous_ms = 0.0
    for end_ms, gc_ms, average, current in PRINTED_CYCLES:
        mu.record_full_gc(end_ms, gc_ms)
        tolerance = 0.001 + 1 / (end_ms - previous_ms)
        assert mu.average == pytest.approx(average, abs=tolerance)
        assert mu.current == pytest.approx(current, abs=tolerance)
        previous_ms = end_ms


def test_the_newest_interval_has_half_of_the_weight():
    """Means of collection and mutator time are halved towards the newest, then divided."""
    mu = MutatorUtilization()
    for end_ms, gc_ms in [(0.0, 0.0), (100.0, 20.0), (200.0, 60.0)]:
        mu.record_full_gc(end_ms, gc_ms)
    assert mu.average == pytest.approx(((80 + 40) / 2) / 100)
    assert mu.current == pytest.approx(0.4)


def test_two_collections_at_the_same_time_leave_no_time_to_the_mutator():
    """An interval of length 0 has a current mu of 0, as in V8, and does not divide by it."""
    mu = MutatorUtilization()
    mu.record_full_gc(5.0, 0.0)
    mu.record_full_gc(5.0, 0.0)
    assert (mu.average, mu.current) == (1.0, 0.0)


@given(intervals)
def test_mu_is_a_share(times):
    """Whatever the times, both numbers lie between 0 and 1."""
    mu = MutatorUtilization()
    end_ms = 0.0
    for gc_ms, mutator_ms in times:
        total_ms = gc_ms + mutator_ms
        end_ms += total_ms
        mu.record_full_gc(end_ms, gc_ms)
        assert 0 <= mu.average <= 1
        assert 0 <= mu.current <= 1


def test_a_speed_without_samples_is_zero():
    """No data and no time both mean that there is no speed."""
    ring = SpeedRing()
    assert ring.bytes_per_ms() == 0.0
    ring.record(100, 0.0)
    assert ring.bytes_per_ms() == 0.0


def test_a_speed_is_total_bytes_over_total_time():
    """Not the mean of speeds: a long sample weighs more."""
    ring = SpeedRing()
    ring.record(100, 1.0)
    ring.record(100, 9.0)
    assert ring.bytes_per_ms() == 20.0


def test_a_speed_stays_between_one_byte_and_one_gigabyte_per_ms():
    """Both ends of V8's clamp."""
    slow, fast = SpeedRing(), SpeedRing()
    slow.record(1, 1e6)
    fast.record(10**15, 1.0)
    assert slow.bytes_per_ms() == 1.0
    assert fast.bytes_per_ms() == 1024**3


def test_a_ring_forgets_the_eleventh_oldest():
    """Ten samples are remembered."""
    ring = SpeedRing()
    ring.record(10**9, 1.0)
    for _ in range(RING_EVENTS):
        ring.record(50, 1.0)
    assert ring.bytes_per_ms() == 50.0


def test_a_window_ends_with_the_sample_that_fills_it():
    """The newest samples count until their time reaches the window; that last one counts as a whole."""
    ring = SpeedRing()
    for size_bytes, duration_ms in [(10**9, 100.0), (600_000, 3_000.0), (100_000, 3_000.0)]:
        ring.record(size_bytes, duration_ms)
    assert ring.bytes_per_ms(5_000.0) == pytest.approx(700_000 / 6_000)


def test_an_open_event_is_the_newest():
    """It counts with the others, and fills a window first."""
    ring = SpeedRing()
    ring.record(900_000, 1_000.0)
    assert ring.bytes_per_ms(None, 100_000, 4_000.0) == 200.0
    assert ring.bytes_per_ms(4_000.0, 100_000, 4_000.0) == 25.0
    assert ring.bytes_per_ms(4_001.0, 100_000, 4_000.0) == 200.0


@given(st.lists(st.tuples(st.integers(0, 10**12), st.floats(0, 1e6))), st.none() | st.floats(0, 1e6))
def test_a_speed_is_zero_or_within_its_bounds(samples, window_ms):
    """Whatever is recorded."""
    ring = SpeedRing()
    for size_bytes, duration_ms in samples:
        ring.record(size_bytes, duration_ms)
    speed = ring.bytes_per_ms(window_ms)
    assert speed == 0.0 or 1.0 <= speed <= MAX_BYTES_PER_MS


def test_a_program_that_never_runs_has_none_of_the_time():
    """Mu is 0.0 and not a rounding error below, which a line would print as -0.000."""
    utilization = MutatorUtilization()
    utilization.record_full_gc(0.1, 0.1)
    utilization.record_full_gc(0.1 + 0.2, 0.1 + 0.2 - 0.1 + 1e-16)
    assert (utilization.current, utilization.average) == (0.0, 0.0)
