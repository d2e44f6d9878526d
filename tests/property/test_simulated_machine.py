"""A random mutator in a simulation that paces itself: its events are true, and follow from each other.

After every operation and every collection the heap is checked as on a testbed, and each event against the log.
"""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from gcsim.testing import SimulatedBed
from gcsim.testing.programs import Command, run
from gcsim.testing.strategies import geometries, programs, timetables

pytestmark = pytest.mark.slow


def simulate(program, geometry, timetable, **options):
    """The process after the program, alive or dead."""
    bed = SimulatedBed(geometry, schedule=timetable.schedule(), **options)
    run(program, bed)
    bed.check()
    return bed


@given(programs(), geometries(), timetables())
def test_events_tell_the_truth(program, geometry, timetable):
    """A3 to A7, P1, P7: checked when they are told."""
    bed = simulate(program, geometry, timetable, thorough=False)
    assert bed.audit.runs["A4"] == len(bed.sim.events)


@given(programs(), geometries(), timetables(), st.sampled_from([3, 4, 6]))
def test_a_dead_process_had_to_die_and_leaves_a_valid_heap(program, geometry, timetable, pages):
    """P2 and P3: whenever memory is too short for what the program keeps."""
    greedy = [*program, *(Command("new", 4, 4, 3) for _ in range(200))]
    bed = simulate(greedy, evolve(geometry, old_pages=pages), timetable, thorough=False)
    assert bed.dead == (bed.sim.out_of_memory is not None)
