"""The checks of event logs (`gcsim.testing.events`): each can fail, and says what it found."""

import pytest
from attrs import evolve

from gcsim.errors import InvariantBroken, TestbedError
from gcsim.events import OutOfMemory
from gcsim.heap.verify import Audit
from gcsim.testing import Geometry, SimulatedBed
from gcsim.testing.events import EVENT_CHECKS, FIT, TURN, check_death, check_event, factor_of
from gcsim.trace.format import DIALECTS, format_line
from gcsim.trace.parse import parse_text
from gcsim.units import MB


def simulated(last="scavenge"):
    """A process that has collected a few times; the last collection is of that kind."""
    bed = SimulatedBed(Geometry(pages=2))
    keep = [bed.new(2) for _ in range(6)]
    for method in ("scavenge", "collect", "collect", "scavenge", "collect", last):
        bed.new(raw=4)
        bed.drop(keep.pop())
        getattr(bed, method)()
    return bed


def verdict(bed, told=None, truth=None):
    """What the checks say of a log whose last event, or whose truth, has these values instead."""
    log = bed._log()
    log = evolve(log, told=[*log.told[:-1], evolve(log.told[-1], **(told or {}))])
    true = evolve(bed._truth(), earlier=0, used_before_bytes=log.told[-1].used_before_bytes)
    check_event(log, evolve(true, **(truth or {})), Audit())


LIES = [
    ("A3", "scavenge", lambda event: {"used_before_bytes": event.used_before_bytes + 8}),
    ("A3", "scavenge", lambda event: {"allocated_bytes": -8}),
    ("A3", "scavenge", lambda event: {"committed_before_bytes": 0}),
    ("A3", "collect", lambda event: {"used_after_bytes": event.used_before_bytes + 8}),
    ("A4", "collect", lambda event: {"used_after_bytes": event.used_after_bytes - 8}),
    ("A4", "scavenge", lambda event: {"committed_after_bytes": event.committed_after_bytes + 8}),
    ("A5", "scavenge", lambda event: {"start_ms": event.end_ms + 1}),
    ("A5", "scavenge", lambda event: {"external_ms": event.pause_ms + 1}),
    ("A5", "scavenge", lambda event: {"total_pause_ms": 0.0}),
    ("A6", "scavenge", lambda event: {"average_mu": event.average_mu / 2}),
    ("A6", "collect", lambda event: {"current_mu": 1.5}),
    ("A7", "scavenge", lambda event: {"reason": "full; moon"}),
    ("P1", "scavenge", lambda event: {"reason": "boredom"}),
    ("P1", "scavenge", lambda event: {"reason": "task"}),
    ("P1", "collect", lambda event: {"reason": "last resort"}),
    ("P7", "scavenge", lambda event: {"old_limit_bytes": event.old_limit_bytes + 8}),
    ("P7", "collect", lambda event: {"old_limit_bytes": event.old_limit_bytes + 8}),
    ("P7", "collect", lambda event: {"limit_growth": None}),
    ("P7", "collect", lambda event: {"limit_growth": evolve(event.limit_growth, factor=3.0)}),
]


@pytest.mark.parametrize(("id_", "kind", "lie"), LIES)
def test_a_lie_is_found(id_, kind, lie):
    """By the check that is there for it; the log as it was is right."""
    bed = simulated(kind)
    verdict(bed)
    with pytest.raises(InvariantBroken, match=rf"^{id_} {EVENT_CHECKS[id_].name}: ."):
        verdict(bed, told=lie(bed.told[-1]))


def test_a_semispace_of_another_size_is_found():
    """It is neither what it was, nor twice, nor what shrinking leaves."""
    bed = simulated()
    size = {"semi_space_bytes": 3 * bed.told[-1].semi_space_bytes}
    with pytest.raises(InvariantBroken, match=r"^P7 limits: the semispace of "):
        verdict(bed, told=size, truth=size)


def test_a_line_that_nobody_can_read_is_found(monkeypatch):
    """Such as one without numbers."""
    bed = simulated()
    monkeypatch.setattr("gcsim.testing.events.format_line", lambda event, node: "Scavenge")
    with pytest.raises(InvariantBroken, match=r"^A7 round trip: nobody can read 'Scavenge'$"):
        verdict(bed)


def test_an_allocation_that_fits_needs_no_collection():
    """Nor does an idle loop whose new space is not full."""
    bed = simulated()
    for cause, reason in ((FIT, "allocation failure"), (TURN, "task")):
        with pytest.raises(InvariantBroken, match=r"^P1 trigger: "):
            verdict(bed, told={"reason": reason}, truth={"cause": cause, "new_before_bytes": 0})


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("CALL_AND_RETRY_LAST", "after 0 last resorts"),
        ("Reached heap limit", "and the heap is within its limits"),
        ("Ineffective mark-compacts near heap limit", "the last four full collections were not ineffective"),
    ],
)
def test_a_death_without_need_is_found(location, found):
    """Whatever the report says."""
    bed = simulated()
    death = OutOfMemory(location=location, time_ms=1.0)
    with pytest.raises(InvariantBroken, match=rf"^P2 OOM last: {location}.*{found}"):
        check_death(bed._log(), bed._truth(death=death), Audit())


def test_a_process_that_keeps_everything_dies_rightly():
    """Its heap is checked, and nothing can be done with it afterwards."""
    bed = SimulatedBed(Geometry(old_pages=4))

    def keep_everything():
        while True:
            bed.new(raw=8)

    with pytest.raises(TestbedError, match=r"^the simulated process died$"):
        keep_everything()
    with pytest.raises(TestbedError, match=r"^the simulated process is dead$"):
        bed.collect()
    bed.check()
    assert bed.coverage.events["out of memory"] == 1


def test_steps_of_marking_are_counted():
    """The event loop does one, and then the pause; a scavenge in between tells what was done so far."""
    bed = SimulatedBed()
    a = bed.new(1)
    bed.set_global("x", a)
    bed.start_marking()
    bed.scavenge()
    bed.turn()
    assert [(event.incremental.steps, event.reason) for event in bed._log().events] == [
        (0, "testing"), (1, "finalize incremental marking via task"),
    ]  # fmt: skip


@pytest.mark.parametrize("node", DIALECTS)
def test_every_dialect_is_read_back(node):
    """Word for word what the event says."""
    bed = simulated("collect")
    for event in bed._log().events:
        [line] = parse_text(format_line(event, node=node))
        assert line.used_after_mb == pytest.approx(event.used_after_bytes / MB, abs=0.051)
        assert line.reason == "testing"


def test_the_growing_factor_has_bounds():
    """From 1.1 to the largest, and 97 % in between."""
    assert factor_of(0.0, 1.0, 4096 * MB) == 4.0
    assert factor_of(1e9, 1.0, 4096 * MB) == 1.1
    assert factor_of(1.0, 1.0, 256 * MB) == 1.3
    assert factor_of(50.0, 1.0, 4096 * MB) == pytest.approx(1.5 / 0.53)
