"""The simulation's own moments: snapshots, timers and counts. What else it does is in test_runtime and test_mutator."""

import pytest

from gcsim import Simulation, scenario
from gcsim.errors import ConfigError, HeapLimitReached
from gcsim.sim.runtime import Runtime
from snapshot_files import check_structure


@pytest.fixture
def sim():
    return Simulation()


# Snapshots


def test_a_snapshot_collects_twice_or_more_before_it_is_written(sim, tmp_path):
    """As node does: two full collections that save memory, for the reason "heap profiler"."""
    sim.snapshot(tmp_path / "heap")
    assert [(event.kind.value, event.reason, event.reduce_memory) for event in sim.events] == [
        ("Mark-sweep", "heap profiler", True)
    ] * 2


def test_a_snapshot_ends_a_marking_under_way(sim, tmp_path):
    """What floats after that one, the next collection takes."""
    m = sim.mutator
    with m.scope():
        m.globals["floating"] = m.new("Floating", size=64)
    sim.runtime.start_marking("testing")
    sim.runtime.marking.step_in_task()
    del m.globals["floating"]
    sim.snapshot(tmp_path / "heap")
    assert sim.runtime.marking is None
    assert "Floating" not in {node.name for node in check_structure(tmp_path / "heap").nodes}


def test_a_program_goes_on_after_a_snapshot_with_the_handles_that_it_holds(sim, tmp_path):
    """Everything has moved."""
    m = sim.mutator
    with m.scope():
        a, b = m.new("A", fields=("next",)), m.new("B", fields=("next",))
        m.write(a, "next", b)
        sim.snapshot(tmp_path / "heap")
        assert m.same(m.read(a, "next"), b)
        assert m.inspect(b).space == "old"


def test_a_snapshot_is_written_whole_or_not_at_all(sim, tmp_path, monkeypatch):
    """If the process dies of its collections instead, the old file stays."""
    path = tmp_path / "heap"
    path.write_text("old")

    def die(self, reason):
        self._die("Reached heap limit")

    monkeypatch.setattr(Runtime, "collect_available", die)
    with pytest.raises(HeapLimitReached):
        sim.snapshot(path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["heap"]


def test_a_file_that_cannot_be_written_costs_no_collection(sim, tmp_path):
    """It is said before."""
    with pytest.raises(ConfigError, match=r"no/heap: cannot be written: No such file or directory"):
        sim.snapshot(tmp_path / "no" / "heap")
    assert sim.events == []


# Timers


def timed(*waits_ms, work_ms=0.0):
    """A scenario of such waits, each turn of which computes for a while."""

    @scenario
    def waits(m):
        for wait_ms in waits_ms:
            m.elapse(work_ms)
            yield wait_ms

    return waits


@pytest.mark.parametrize(
    ("waits_ms", "work_ms", "due_ms", "called_ms"),
    [
        ((100.0,), 0.0, 40.0, 40.0),  # in a wait
        ((10.0, 10.0), 0.0, 0.0, 0.0),  # at once
        ((10.0, 100.0), 50.0, 20.0, 50.0),  # when the turn that is too long is over
        ((10.0,), 50.0, 50.0, 50.0),  # when a turn ends
        ((10.0,), 50.0, 60.0, 60.0),  # when the scenario ends
        ((10.0,), 50.0, 61.0, None),  # never
    ],
)
def test_a_timer_rings_when_the_loop_is_first_reached_after_its_time(sim, waits_ms, work_ms, due_ms, called_ms):
    """And never before; once."""
    heard = []
    sim.call_at(due_ms, lambda: heard.append(sim.clock.now_ms))
    sim.run(timed(*waits_ms, work_ms=work_ms))
    assert heard == ([] if called_ms is None else [pytest.approx(called_ms)])


def test_timers_ring_in_the_order_of_their_times(sim):
    """Those of one time as they were set; all in a turn of no scope."""
    heard = []
    for name, due_ms in (("c", 30.0), ("a", 10.0), ("b", 10.0)):
        sim.call_at(due_ms, lambda name=name: heard.append((name, len(sim.heap.roots.scopes))))
    sim.run(timed(50.0))
    assert heard == [("a", 1), ("b", 1), ("c", 1)]


def test_a_timer_takes_no_time(sim):
    """A run with one ends when it would without."""
    sim.call_at(7.5, lambda: None)
    sim.run(timed(3.0, 30.0, 3.0, work_ms=1.0))
    assert sim.clock.now_ms == pytest.approx(39.0)


# Counts


def test_what_a_program_has_done_is_counted_by_name(sim):
    """The last word counts."""
    sim.mutator.progress(3, 10, "requests")
    sim.mutator.progress(5, 0, "replies")
    sim.mutator.progress(4, 10, "requests")
    assert sim.counts == {"requests": 4, "replies": 5}
