"""A random mutator on random tiny heaps, with collections at any moment and in slices of any size.

After every step each invariant of `verify` is checked, and the heap is compared with the oracle, which saw nothing but
the mutator's operations.
"""

from attrs import evolve
from hypothesis import settings
from hypothesis.stateful import initialize

from gcsim.testing import HeapMachine
from gcsim.testing.strategies import geometries, timetables


class OwnCollectors(HeapMachine):
    """gcsim's own."""


class OnOneThread(HeapMachine):
    """gcsim's own, where scavenges have a compaction space."""

    @initialize(geometry=geometries(), timetable=timetables())
    def make(self, geometry, timetable):
        """A heap with `--predictable`."""
        super().make(evolve(geometry, predictable=True), timetable)


FEWER = settings(max_examples=max(1, settings().max_examples // 4))
"""A run of a machine has 50 steps, so it costs as much as many other examples."""

TestOwnCollectors = OwnCollectors.TestCase
TestOwnCollectors.settings = FEWER
TestOnOneThread = OnOneThread.TestCase
TestOnOneThread.settings = FEWER
