"""An event as a line of JSON."""

import json

from attrs import asdict, fields

from gcsim.config import LESSON
from gcsim.events import GcEvent, IncrementalMarking, Kind, SpaceSize
from gcsim.sim.simulation import Simulation
from gcsim.trace.events_file import event_as_json


def events_of_a_run():
    """A scavenge and a mark-sweep."""
    sim = Simulation(LESSON)
    sim.collect("scavenge")
    sim.collect("mark-sweep")
    return sim.events


def test_a_line_holds_every_field_by_its_name():
    """And the kind by its value."""
    for event in events_of_a_run():
        line = event_as_json(event)
        assert "\n" not in line
        spaces = [asdict(space) for space in event.spaces]
        assert json.loads(line) == asdict(event) | {"kind": event.kind.value, "spaces": spaces}
        assert set(json.loads(line)) == {attribute.name for attribute in fields(GcEvent)}


def test_an_event_can_be_read_back():
    """Nothing is lost, the steps of the marking included."""
    marking = IncrementalMarking(steps=3, duration_ms=0.3, longest_step_ms=0.2, walltime_ms=215.0)
    space = SpaceSize(name="old", used_bytes=1, available_bytes=2, committed_bytes=3)
    event = GcEvent(
        number=1, kind=Kind.MARK_SWEEP, reason="testing", collector_reason="", start_ms=0.1, end_ms=1 / 3,
        used_before_bytes=5, used_after_bytes=4, committed_before_bytes=7, committed_after_bytes=6, incremental=marking,
        spaces=(space,),
    )  # fmt: skip
    read = json.loads(event_as_json(event))
    read["kind"] = Kind(read["kind"])
    read["spaces"] = tuple(SpaceSize(**fields_of_space) for fields_of_space in read["spaces"])
    read["incremental"] = IncrementalMarking(**read["incremental"])
    assert GcEvent(**read) == event
