"""The clock: time passes when somebody says so."""

from math import inf, nan

import pytest

from gcsim.errors import ConfigError
from gcsim.sim.clock import Clock


def test_time_begins_at_zero_and_adds_up():
    """In simulated milliseconds."""
    clock = Clock()
    assert clock.now_ms == 0.0
    clock.advance(1.5)
    clock.advance(0)
    clock.advance(2.25)
    assert clock.now_ms == 3.75


@pytest.mark.parametrize("duration_ms", [-1, -0.001, nan, inf])
def test_time_neither_goes_back_nor_ends(duration_ms):
    """A duration is finite and at least 0; the clock stays as it was."""
    clock = Clock()
    clock.advance(1)
    with pytest.raises(ConfigError, match=f"expected a finite number of at least 0 ms, got {duration_ms}"):
        clock.advance(duration_ms)
    assert clock.now_ms == 1
