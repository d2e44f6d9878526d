"""A random mutator on random tiny heaps, with collections at any moment and in slices of any size.

After every step each invariant of `verify` is checked, and the heap is compared with the oracle, which saw nothing but
the mutator's operations.
"""

from attrs import evolve
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


TestOwnCollectors = OwnCollectors.TestCase
TestOnOneThread = OnOneThread.TestCase
