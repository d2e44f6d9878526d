"""What work costs: the fitted lines, and that no work is paid twice or forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import ConfigError
from gcsim.pacing.costs import CostModel
from gcsim.units import KB

COSTS = CostModel()

# What the fit says: its rows "scavenge, medians" and "full collection, atomic", both with helper threads.
SCAVENGE_FIT = (0.55181, 0.47122, 0.02014, 0.03314)
ATOMIC_PAUSE_FIT = (5.59251, 0.34576, 0.06016)

counts = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("survived_bytes", "objects", "slots"), [(0, 0, 0), (4_000_032, 125_001, 125_001), (453_280, 14_165, 0)]
)
def test_a_scavenge_costs_its_survivors(survived_bytes, objects, slots):
    """The fitted line, term by term."""
    fixed, per_mb, per_1000_objects, per_1000_slots = SCAVENGE_FIT
    expected = fixed + per_mb * survived_bytes / 1e6 + per_1000_objects * objects / 1e3
    assert COSTS.scavenge_ms(survived_bytes, objects, slots) == pytest.approx(expected + per_1000_slots * slots / 1e3)


@given(counts, counts)
def test_an_atomic_full_gc_costs_what_was_fitted(live_bytes, live_objects):
    """All of the marking in the pause gives the line of atomic pauses."""
    fixed, per_mb, per_1000_objects = ATOMIC_PAUSE_FIT
    pause_ms = COSTS.mark_sweep_pause_ms(live_bytes, live_objects, live_bytes, live_objects)
    assert pause_ms == pytest.approx(fixed + per_mb * live_bytes / 1e6 + per_1000_objects * live_objects / 1e3)


@given(st.integers(1, 10**9), counts, st.floats(0, 1))
def test_marking_done_in_steps_is_taken_out_of_the_pause(live_bytes, live_objects, share):
    """By exactly its own price, and by its share of the fixed part."""
    in_pause = (int(live_bytes * share), int(live_objects * share))
    atomic_ms = COSTS.mark_sweep_pause_ms(live_bytes, live_objects, live_bytes, live_objects)
    saved_ms = atomic_ms - COSTS.mark_sweep_pause_ms(*in_pause, live_bytes, live_objects)
    in_steps_ms = COSTS.marking_ms(live_bytes - in_pause[0], live_objects - in_pause[1])
    fixed_ms = COSTS.marking_fixed_ms * (1 - in_pause[0] / live_bytes)
    assert saved_ms == pytest.approx(in_steps_ms + fixed_ms, abs=1e-6)


@given(st.integers(1, 10**9), counts, st.floats(0, 1))
def test_the_marking_in_a_pause_is_what_the_pause_has_more_than_its_rest(live_bytes, live_objects, share):
    """However much was marked in steps before."""
    in_pause = (int(live_bytes * share), int(live_objects * share))
    rest_ms = COSTS.mark_sweep_pause_ms(0, 0, live_bytes, live_objects)
    pause_ms = COSTS.mark_sweep_pause_ms(*in_pause, live_bytes, live_objects)
    assert COSTS.marking_in_pause_ms(*in_pause, live_bytes) == pytest.approx(pause_ms - rest_ms, abs=1e-6)


def test_a_pause_with_nothing_left_to_mark_has_only_its_rest():
    """Evacuation, pointers and bookkeeping stay."""
    pause_ms = COSTS.mark_sweep_pause_ms(0, 0, 10_000_000, 100_000)
    assert pause_ms == pytest.approx(1.58011 + 0.19099 * 10 + 0.00971 * 100)


@pytest.mark.parametrize(
    ("step_bytes", "object_bytes", "recorded_ms"),
    [(64 * KB, 48, 0.092), (64 * KB, 56, 0.095), (171 * KB, 280, 0.082), (256 * KB, 52, 0.36)],
    ids=["p13 bursts", "p12 cycles", "p08 arrays", "p05 queue"],
)
def test_an_ordinary_step_costs_what_quiet_recorded_cycles_took(step_bytes, object_bytes, recorded_ms):
    """Their incremental time over their steps, within a fifth."""
    assert COSTS.step_ms(step_bytes, step_bytes // object_bytes) == pytest.approx(recorded_ms, rel=0.2)


def test_the_mutator_allocates_its_487_mb_a_second():
    """487,396.6 bytes take 1 ms."""
    assert COSTS.mutator_ms(4_873_966) == pytest.approx(10.0)


@given(counts, counts, counts)
def test_more_work_never_costs_less(size_bytes, objects, slots):
    """No coefficient is negative."""
    assert COSTS.scavenge_ms(size_bytes, objects, slots) >= COSTS.scavenge_fixed_ms
    assert COSTS.marking_ms(size_bytes, objects) >= 0
    assert COSTS.mark_sweep_pause_ms(0, 0, size_bytes, objects) >= COSTS.rest_fixed_ms


@pytest.mark.parametrize(
    ("field", "value"), [("scavenge_fixed_ms", -1), ("marking_ms_per_mb", "much"), ("mutator_bytes_per_ms", 0)]
)
def test_a_price_below_zero_is_refused(field, value):
    """The message names the field, the bound and the value."""
    with pytest.raises(ConfigError, match=rf"{field} must be a number .* 0 .*got {value!r}"):
        CostModel(**{field: value})


def test_moving_a_million_bytes_takes_65_hundredths_of_a_millisecond():
    """So objects are moved at 1.5 MB a millisecond."""
    assert COSTS.evacuation_ms(1_000_000) == 0.65
