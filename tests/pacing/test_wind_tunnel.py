"""The limit in a wind tunnel: a plant without a heap, driven by named signals.

Its program fills the old generation up to the limit, and its collector then takes as long as its speed says. A
checker says where speeds, factor, limit and mutator utilization settle.
"""

from itertools import chain, repeat

import pytest
from attrs import frozen

from gcsim.pacing.limits import OldGenerationLimit, growing_factor
from gcsim.pacing.utilization import MutatorUtilization, SpeedRing
from gcsim.units import MB


@frozen(kw_only=True)
class Cycle:
    """What the checker sees of one full collection."""

    live_bytes: int
    factor: float
    limit_bytes: int
    average_mu: float


@frozen(kw_only=True)
class Signal:
    """What drives the plant: live MB after each collection, and the speeds of collector and mutator."""

    live_mb: tuple[int, ...]
    gc_speed: float = 1_000_000.0
    mutator_speed: float = 20_000.0
    max_mb: int = 4096


def drive(signal):
    """The cycles of a plant that has no new space: fill up to the limit, collect, set the next limit."""
    limit = OldGenerationLimit(signal.max_mb * MB)
    gc_speed, mutator_speed, mu = SpeedRing(), SpeedRing(), MutatorUtilization()
    now_ms, live_bytes = 0.0, 0
    for next_live_mb in signal.live_mb:
        full_bytes = max(limit.limit_bytes, next_live_mb * MB)
        filling_ms, gc_ms = (full_bytes - live_bytes) / signal.mutator_speed, full_bytes / signal.gc_speed
        mutator_speed.record(full_bytes - live_bytes, filling_ms)
        gc_speed.record(full_bytes, gc_ms)
        now_ms += filling_ms + gc_ms
        mu.record_full_gc(now_ms, gc_ms)
        live_bytes = next_live_mb * MB
        factor = growing_factor(gc_speed.bytes_per_ms(), mutator_speed.bytes_per_ms(), limit.max_old_bytes)
        limit.after_full_gc(live_bytes, factor, new_space_capacity_bytes=0)
        yield Cycle(live_bytes=live_bytes, factor=factor, limit_bytes=limit.limit_bytes, average_mu=mu.average)


def settles(cycles, *, mu, tolerance=0.005, within=8):
    """Check that after so many cycles mu stays within its band and the limit at its factor."""
    for cycle in cycles[within:]:
        assert cycle.average_mu == pytest.approx(mu, abs=tolerance)
        assert cycle.limit_bytes == pytest.approx(cycle.live_bytes * cycle.factor, rel=1e-6)


STEADY = tuple(repeat(200, 20))
RAMP = tuple(range(100, 300, 4))
SPIKE = tuple(chain(repeat(200, 10), [600], repeat(200, 12)))


def test_a_steady_heap_settles_at_the_target():
    """Where the factor is free, the mutator gets its 97 %, whatever the speeds are."""
    for mutator_speed in (10_000.0, 15_000.0, 20_000.0, 22_000.0):
        cycles = list(drive(Signal(live_mb=STEADY, mutator_speed=mutator_speed)))
        settles(cycles, mu=0.97)


def test_a_steady_heap_with_an_idle_mutator_has_the_smallest_factor():
    """At 1.1 even less than 3 % goes to the collector."""
    cycles = list(drive(Signal(live_mb=STEADY, mutator_speed=1_000.0)))
    assert cycles[-1].factor == 1.1
    settles(cycles, mu=0.1 * 1000 / (0.1 * 1000 + 1.1))


def test_a_steady_heap_with_a_greedy_mutator_has_the_largest_factor():
    """At 4 the target is missed: memory is the bound."""
    cycles = list(drive(Signal(live_mb=STEADY, mutator_speed=200_000.0)))
    assert cycles[-1].factor == 4.0
    settles(cycles, mu=3 * 5 / (3 * 5 + 4))


def test_a_ramp_is_followed_one_step_behind():
    """The limit grows with the heap, and mu stays near its target."""
    cycles = list(drive(Signal(live_mb=RAMP)))
    limits = [cycle.limit_bytes for cycle in cycles]
    assert limits == sorted(limits)
    settles(cycles, mu=0.97)


def test_a_spike_is_forgotten_one_cycle_later():
    """What was live once leaves no trace in the limit, and soon none in mu."""
    cycles = list(drive(Signal(live_mb=SPIKE)))
    assert cycles[10].limit_bytes == pytest.approx(3 * cycles[9].limit_bytes, rel=0.001)
    assert cycles[11].limit_bytes == pytest.approx(cycles[9].limit_bytes, rel=0.001)
    settles(cycles, mu=0.97, within=14)


def test_a_heap_that_fills_up_never_passes_halfway():
    """Each limit takes half of what was left, so the collections come closer and mu falls."""
    cycles = list(drive(Signal(live_mb=tuple(range(200, 300, 2)), max_mb=300)))
    for cycle in cycles:
        assert cycle.limit_bytes <= (cycle.live_bytes + 300 * MB) // 2
    assert cycles[-1].average_mu < 0.5 < cycles[0].average_mu
