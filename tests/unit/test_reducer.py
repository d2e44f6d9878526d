"""The memory reducer in the event loop: idle programs are collected, and new space shrinks."""

import pytest

from gcsim.collectors import MarkSweep
from gcsim.config import HeapConfig
from gcsim.errors import HeapLimitReached
from gcsim.events import Kind, ReducerRun, ReducerTimer
from gcsim.sim.reducer import memory_is_short
from gcsim.sim.scenario import scenario
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB

PAGE = 256 * KB


def run(program, config=None):
    """(the simulation, what its memory reducer reported) of a program."""
    sim, reports = Simulation(config or HeapConfig(verify_heap=True)), []
    sim.runtime.reducer.on_event = reports.append
    sim.run(scenario(program))
    return sim, reports


def leave_garbage(m, old_kb=2_000):
    """So much garbage in old space, and 3 MB that live: full collections are slow where little is left."""
    m.globals["kept"] = m.array(3 * MB // 8, pretenured=True)
    for _ in range(old_kb // 10):
        with m.scope():
            m.new("garbage", size=10 * KB, pretenured=True)


def allocate(m, size_bytes):
    """So much garbage in new space, in objects of 8 KB."""
    for _ in range(size_bytes // (8 * KB)):
        with m.scope():
            m.new("garbage", size=8 * KB)


def fill_new_space(m):
    """Enough survivors to make semispaces grow to 4 MB; then they are garbage."""
    with m.scope():
        kept = m.array(10_000)
        for at in range(10_000):
            with m.scope():
                m.write(kept, at, m.new("kept", size=KB))


def idle_after(prepare, *waits_ms):
    """A program that does something in its first turn and then waits."""

    def program(m):
        prepare(m)
        yield from waits_ms

    return program


def summary(sim):
    """Kind, reason, flag and end (s) of each collection."""
    return [(event.kind, event.reason, event.reduce_memory, round(event.end_ms / 1000, 1)) for event in sim.events]


# The memory reducer


def test_an_idle_program_with_garbage_is_collected_twice():
    """The first sample of allocation is the first timer's, so its rate is known at the second, after 16.2 s."""
    sim, reports = run(idle_after(leave_garbage, 30_000.0))
    via_task = "finalize incremental marking via task"
    assert summary(sim) == [(Kind.MARK_SWEEP, via_task, True, 16.2), (Kind.MARK_SWEEP, via_task, True, 16.9)]
    assert sim.heap.used_bytes() < 3 * MB + 10 * KB
    assert [type(report) for report in reports] == [ReducerTimer, ReducerTimer, ReducerRun, ReducerTimer, ReducerRun]


def test_what_it_reports_is_what_node_prints():
    """At a timer the rate, and a wait or a start; at the end of its collection, whether it will do more."""
    _, reports = run(idle_after(leave_garbage, 9_000.0, 7_400.0))
    first, second, ended = reports
    assert (first.low_allocation_rate, first.memory_is_short, first.started) == (False, False, 0)
    assert first.wait_ms == pytest.approx(8_000.0)
    assert (second.low_allocation_rate, second.started, second.wait_ms) == (True, 1, 0.0)
    assert (ended.number, ended.will_do_more) == (1, True)
    assert first.time_ms == pytest.approx(8_100.0, abs=20.0)
    assert second.time_ms == pytest.approx(first.time_ms + 8_100.0)
    assert second.time_ms <= ended.time_ms


@pytest.mark.parametrize("off", [{"memory_reducer": False}, {"predictable": True}, {"incremental_marking": False}])
def test_without_memory_reducer_an_idle_heap_stays_as_it_is(off):
    """`--no-memory-reducer`, `--predictable`, and where nothing can be marked in steps."""
    sim, reports = run(idle_after(leave_garbage, 300_000.0), HeapConfig(**off))
    assert (sim.events, reports) == ([], [])


def test_a_heap_that_has_not_grown_by_a_megabyte_is_left_alone():
    """As node's own heap after its start."""

    def keep_little(m):
        m.globals["kept"] = m.array(700 * KB // 8, pretenured=True)

    sim, reports = run(idle_after(keep_little, 300_000.0))
    assert (sim.events, reports) == ([], [])


def test_a_timer_begins_when_the_turn_is_over():
    """20 s of computing are not 20 s of idleness."""

    def busy(m):
        leave_garbage(m)
        m.elapse(20_000.0)
        yield 9_000.0

    _, (report,) = run(busy)
    assert report.time_ms == pytest.approx(28_100.0, abs=20.0)


def test_how_the_wait_is_cut_into_turns_changes_nothing():
    """Turns that do nothing are idleness too."""
    once, _ = run(idle_after(leave_garbage, 30_000.0))
    often, _ = run(idle_after(leave_garbage, *[100.0] * 300))
    assert summary(once) == summary(often)


def test_a_program_that_goes_on_allocating_is_not_idle():
    """1 MB a second in objects that all die: a scavenge finds little, so its speed is low, and the rate is not."""

    def busy(m):
        leave_garbage(m)
        yield
        for _ in range(400):
            allocate(m, 104 * KB)
            yield 100.0

    sim, reports = run(busy, HeapConfig())
    assert {event.kind for event in sim.events} == {Kind.SCAVENGE}
    assert {report.low_allocation_rate for report in reports} == {False}


def test_slow_young_allocation_is_not_enough():
    """2,500 bytes a ms straight into old space; new space is left alone."""

    def busy(m):
        leave_garbage(m)
        for _ in range(200):
            with m.scope():
                m.new("garbage", size=100 * KB, pretenured=True)
                m.new("garbage", size=100 * KB, pretenured=True)
                m.new("garbage", size=50 * KB, pretenured=True)
            yield 100.0

    sim, reports = run(busy, HeapConfig())
    assert [report.low_allocation_rate for report in reports] == [False, False]
    assert sim.events == []


def test_it_starts_nothing_while_another_marking_is_under_way():
    """One that never ends, here."""

    class Endless(MarkSweep):
        __slots__ = ()
        ready = property(lambda self: False)

    reports = []
    sim = Simulation(HeapConfig(initial_old_space_size=9), old=Endless)
    sim.runtime.reducer.on_event = reports.append
    sim.run(scenario(idle_after(lambda m: leave_garbage(m, 5_600), 17_000.0)))
    assert [(report.low_allocation_rate, report.started) for report in reports] == [(False, 0), (True, 0)]


def test_short_memory_is_as_good_as_idleness():
    """22 of at most 24 MB are kept: the first timer starts a collection of a busy program."""

    def hoard(m):
        m.globals["kept"] = m.array(22 * MB // 8, pretenured=True)
        for _ in range(82):
            allocate(m, 104 * KB)
            yield 100.0

    _, reports = run(hoard, HeapConfig(max_old_space_size=24))
    timer = reports[0]
    assert (timer.low_allocation_rate, timer.memory_is_short, timer.started) == (False, True, 1)


def test_after_a_full_collection_it_is_armed_by_what_is_committed():
    """From 10 MB on."""

    def collect(kept_kb):
        def program(m):
            m.globals["kept"] = m.array(kept_kb * KB // 8, pretenured=True)
            sim.collect()
            yield 8_200.0

        sim, reports = Simulation(), []
        sim.runtime.reducer.on_event = reports.append
        sim.run(scenario(program))
        return bool(reports)

    assert [collect(9_000), collect(11_000)] == [False, True]


@pytest.mark.slow
def test_scavenges_during_its_marking_have_its_flag():
    """New space shrinks at each of them; the flag ends with the full collection."""

    def program(m):
        chain(m, 20_000)
        yield 8_105.0
        yield 8_098.0
        while sim.runtime.marking is None:
            yield 1.0
        allocate(m, 3 * MB)
        yield 100.0
        sim.collect("scavenge")

    sim = Simulation(HeapConfig(verify_heap=True, min_semi_space_size=1))
    sim.run(scenario(program))
    flags = [(event.kind, event.reduce_memory) for event in sim.events]
    assert flags == [*[(Kind.SCAVENGE, True)] * (len(flags) - 2), (Kind.MARK_SWEEP, True), (Kind.SCAVENGE, False)]
    assert len(flags) > 3


def chain(m, length, *, pretenured=True):
    """A list of so many objects, so that its marking takes a while."""
    node = m.shape("Node", fields=("next",), size=48)
    m.globals["head"] = m.new(node, pretenured=pretenured)
    for _ in range(length):
        with m.scope():
            fresh = m.new(node, pretenured=pretenured)
            m.write(fresh, "next", m.globals["head"])
            m.globals["head"] = fresh


# Short memory


@pytest.mark.slow
def test_marking_that_starts_near_the_maximum_has_the_flag():
    """Less than an eighth of the maximum is left; node prints `(reduce)` there too, and first without."""
    sim = Simulation(HeapConfig(max_old_space_size=24, max_semi_space_size=1))
    with pytest.raises(HeapLimitReached):
        chain(sim.mutator, 10**6, pretenured=False)
    flags = [event.reduce_memory for event in sim.events if event.incremental is not None]
    assert flags == sorted(flags)
    assert set(flags) == {False, True}
    assert memory_is_short(sim.heap)


# New space


def test_a_full_collection_with_the_flag_shrinks_new_space_and_gives_from_space_back():
    """From 4 MB twice to 1 MB once, besides the kept page of old space."""
    sim = Simulation(HeapConfig(verify_heap=True))
    fill_new_space(sim.mutator)
    grown = sim.heap.new.capacity_pages
    sim.runtime.collect_all("last resort", reduce_memory=True)
    assert grown >= 16
    assert (sim.heap.new.capacity_pages, sim.heap.new_large_capacity_words * 8) == (4, MB)
    assert sim.events[-1].committed_after_bytes == MB + PAGE
    assert sim.events[-1].semi_space_bytes == MB


def slow_then_scavenge(m, sim):
    """Semispaces of 4 MB; then the program allocates 100 bytes a ms for 10 s."""
    fill_new_space(m)
    yield
    sim.collect("scavenge")
    allocate(m, MB)
    yield 10_000.0
    sim.collect("scavenge")
    yield
    sim.collect("scavenge")


@pytest.mark.parametrize(("predictable", "shrunk"), [(False, True), (True, False)])
def test_a_scavenge_of_a_slow_program_shrinks_new_space(predictable, shrunk):
    """But not with `--predictable`."""
    sim = Simulation(HeapConfig(verify_heap=True, predictable=predictable))
    sim.run(scenario(lambda m: slow_then_scavenge(m, sim), name="slow"))
    sizes = [event.semi_space_bytes for event in sim.events]
    assert (sizes[-1] < max(sizes)) is shrunk
    assert sim.heap.new.from_committed is not shrunk


def test_from_space_is_committed_by_every_collection():
    """Also by a full one, which does not need it."""
    sim = Simulation()
    before_bytes = sim.heap.committed_bytes()
    sim.collect()
    assert (before_bytes, sim.heap.committed_bytes()) == (MB, 2 * MB)


# The limit


@pytest.mark.slow
def test_scavenges_of_a_slow_program_lower_the_limit():
    """A full collection of a fast one set it high; what dies young is no reason to lower it."""

    def program(m):
        fill_new_space(m)
        m.globals["kept"] = m.array(5 * MB // 8, pretenured=True)
        sim.collect()
        high.append(sim.events[-1].old_limit_bytes)
        del m.globals["kept"]
        yield 60_000.0
        fill_new_space(m)
        yield

    high = []
    sim = Simulation(HeapConfig(memory_reducer=False, verify_heap=True))
    sim.run(scenario(program))
    assert sim.events[-1].kind is Kind.SCAVENGE
    limits = [event.old_limit_bytes for event in sim.events if event.kind is Kind.SCAVENGE and event.number > 5]
    assert limits[-1] < high[0]
