"""The runtime: when which collection runs and why, how the heap grows, and how a process dies.

Sizes are V8's where a number of V8's is at stake (a semispace of 1 MB holds 1,030,880 bytes), else the lesson's: a page
of 128 bytes is a semispace, so four objects of 32 bytes fill it.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.collectors import Scavenger
from gcsim.config import LESSON, HeapConfig, preset
from gcsim.errors import HeapLimitReached, InvariantBroken, MutatorPaused, ObjectTooLarge
from gcsim.events import GcEvent, Kind, MarkingStep
from gcsim.heap.verify import verify
from gcsim.pacing.schedule import OLD_STEP_BYTES
from gcsim.sim.scenario import scenario
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB

SEMI_SPACE_BYTES = 4 * 257_720
ONLY_FULL = "GC in old space requested"


def grow_list(sim, *, node_bytes=1 * KB, until_bytes=None, watch=lambda: None):
    """Nodes are put in front of a list that nobody cuts, in one turn, until so much was allocated (or for ever)."""
    m = sim.mutator
    node = m.shape("Node", fields=("next",), size=node_bytes)
    made = 0
    while until_bytes is None or made < until_bytes:
        with m.scope():
            fresh = m.new(node)
            if "list" in m.globals:
                m.write(fresh, "next", m.globals["list"])
            m.globals["list"] = fresh
        made += node_bytes
        watch()


def allocate_garbage(sim, count, size=32, **how):
    """Objects that nothing refers to."""
    shape = sim.mutator.shape("garbage", size=size)
    for _ in range(count):
        with sim.mutator.scope():
            sim.mutator.new(shape, **how)


def whys(sim):
    """(kind, reason, collector's reason) of each collection."""
    return [(event.kind, event.reason, event.collector_reason) for event in sim.events]


def die(sim, program):
    """How the process dies of a program: the error. The heap that it leaves is sound."""
    with pytest.raises(HeapLimitReached) as caught:
        program()
    verify(sim.heap)
    record = sim.out_of_memory
    assert record.location == caught.value.location
    assert record.time_ms == sim.clock.now_ms
    assert record.last_events == tuple(sim.events[-10:])
    assert isinstance(caught.value, MemoryError)
    return caught.value


# A failed allocation


def test_a_scavenge_makes_room():
    """Four objects fill new space; the fifth does not fit, and one of the four is dead."""
    sim = Simulation(LESSON)
    allocate_garbage(sim, 1)
    kept = [sim.mutator.new("A", size=32) for _ in range(3)]
    assert sim.events == []
    sim.mutator.new("B", size=32)
    assert whys(sim) == [(Kind.SCAVENGE, "allocation failure", "")]
    assert all(handle.address for handle in kept)


def test_a_second_scavenge_comes_before_anything_else():
    """After the first one all four are copied and new space is as full as before; the second promotes them."""
    sim = Simulation(LESSON)
    for _ in range(5):
        sim.mutator.new("A", size=32)
    assert whys(sim) == [(Kind.SCAVENGE, "allocation failure", "")] * 2
    assert [(event.copied_objects, event.promoted_objects) for event in sim.events] == [(4, 0), (0, 4)]


def test_the_last_resort_is_two_full_collections_or_more():
    """Scavenge, scavenge, then full collections with the reduce flag as long as they free something, then the end."""
    sim = Simulation(HeapConfig(max_old_space_size=4, verify_heap=True))
    sim.mutator.globals["first"] = sim.mutator.array(330_000)
    error = die(sim, lambda: sim.mutator.array(330_001))
    assert whys(sim) == [
        *[(Kind.SCAVENGE, "allocation failure", "")] * 2,
        *[(Kind.MARK_SWEEP, "last resort", ONLY_FULL)] * 2,
    ]
    assert [event.reduce_memory for event in sim.events] == [False, False, True, True]
    assert (error.location, error.requested_bytes) == ("CALL_AND_RETRY_LAST", 8 * 330_002)


def test_the_last_resort_may_help():
    """What a scavenge promoted and what then died is freed by a full collection only; then there is room."""
    sim = Simulation(HeapConfig(max_old_space_size=4, max_semi_space_size=1))
    m = sim.mutator
    with m.scope():
        m.array(330_000)
        sim.collect("scavenge")
    assert m.inspect(m.array(330_000)).space == "new large"
    assert [event.reason for event in sim.events][-2:] == ["last resort", "last resort"]


def test_old_space_is_collected_for_a_pretenured_object():
    """A full collection, since only old space is asked for; there the garbage makes room."""
    sim = Simulation(HeapConfig(max_old_space_size=2, minor_gc_task=False))
    allocate_garbage(sim, 3_000, KB, pretenured=True)
    assert set(whys(sim)) == {(Kind.MARK_SWEEP, "allocation failure", ONLY_FULL)}
    assert sim.heap.old_committed_bytes() <= 2 * MB


def test_a_pretenured_object_sweeps_before_it_adds_a_page():
    """Pages that wait for their sweep give their blocks first; only then the old generation grows."""
    sim = Simulation(LESSON)
    m = sim.mutator
    kept = [m.new("kept", size=32, pretenured=True) for _ in range(8) if not allocate_garbage(sim, 1, pretenured=True)]
    pages = len(sim.heap.old.pages)
    sim.collect()
    assert (len(sim.heap.old.unswept), len(kept)) == (pages, 8) == (4, 8)
    for swept in range(1, 5):
        m.new("fresh", size=32, pretenured=True)
        m.new("fresh", size=32, pretenured=True)
        assert (len(sim.heap.old.unswept), len(sim.heap.old.pages)) == (pages - swept, pages)
    m.new("fresh", size=32, pretenured=True)
    assert len(sim.heap.old.pages) == pages + 1


@pytest.mark.parametrize(("max_old_bytes", "swept"), [(64 * KB, [True, False]), (256, [True, True])])
def test_on_one_thread_a_pretenured_object_sweeps_one_page_before_it_adds_one(max_old_bytes, swept):
    """The first page has no hole of 64 bytes. The other, which has one, is swept only if there must be no new page."""
    sim = Simulation(LESSON.replace(predictable=True, max_old_space_size=max_old_bytes / MB))
    m = sim.mutator
    with m.scope():
        objects = [m.new("small", size=32, pretenured=True) for _ in range(8)]
        for place in (0, 2, 4, 5):
            m.globals[str(place)] = objects[place]
    sim.collect()
    pages = list(sim.heap.old.pages.values())
    with m.scope():
        m.new("double", size=64, pretenured=True)
    assert [page.swept for page in pages] == swept
    assert len(sim.heap.old.pages) == (2 if all(swept) else 3)
    assert sim.events[-1].reason == "testing"


def test_a_pretenured_large_object_keeps_to_the_limit():
    """At the limit it collects instead of growing on; far below it, it does not."""
    sim = Simulation(HeapConfig(max_old_space_size=64, initial_old_space_size=4, incremental_marking=False))
    allocate_garbage(sim, 4, MB, pretenured=True)
    assert sim.events == []
    allocate_garbage(sim, 1, MB, pretenured=True)
    assert whys(sim) == [(Kind.MARK_SWEEP, "allocation failure", ONLY_FULL)]
    assert sim.events[0].used_after_bytes == 0


@pytest.mark.parametrize("pretenured", [False, True])
def test_an_object_larger_than_the_old_generation_is_the_end(pretenured):
    """As in node: it is tried for like any other, and then the process is out of memory."""
    sim = Simulation(HeapConfig(max_old_space_size=4))
    error = die(sim, lambda: sim.mutator.new("huge", size=4 * MB + 8, pretenured=pretenured))
    assert (error.location, error.requested_bytes) == ("CALL_AND_RETRY_LAST", 4 * MB + 8)
    assert [event.reason for event in sim.events] == ["allocation failure"] * 2 + ["last resort"] * 2


@pytest.mark.parametrize("pretenured", [False, True])
def test_an_object_larger_than_any_of_v8s_is_refused_at_once(pretenured):
    """Nothing is collected for it, and the program may go on."""
    sim = Simulation(HeapConfig(max_old_space_size=4))
    with pytest.raises(ObjectTooLarge, match=r"^an object has at most 1073741824 bytes .*, got 1073741832$"):
        sim.mutator.new("huge", size=1024 * MB + 8, pretenured=pretenured)
    assert sim.events == []
    assert sim.out_of_memory is None


@pytest.mark.slow
@pytest.mark.parametrize(("max_old_mb", "table_bytes"), [(4, 2_621_480), (8, 10_485_800)])
def test_a_set_whose_next_table_has_no_room_is_the_end(max_old_mb, table_bytes):
    """Beside the one that is full, or alone: a table of twice as many keys does not fit into the heap."""
    sim = Simulation(HeapConfig(max_old_space_size=max_old_mb))
    js = sim.mutator.js

    def program():
        leak = js.set()
        for number in range(10**9):
            js.add(leak, number)

    error = die(sim, program)
    assert (error.location, error.requested_bytes) == ("CALL_AND_RETRY_LAST", table_bytes)


# New space


def test_the_first_collection_commits_from_space():
    """Until then there is only to-space: V8's second number grows by a semispace at the first line."""
    sim = Simulation()
    assert sim.heap.committed_bytes() == 1 * MB
    allocate_garbage(sim, 2_100, KB)
    assert [(event.committed_before_bytes, event.committed_after_bytes) for event in sim.events] == [
        (1 * MB, 2 * MB), (2 * MB, 2 * MB),
    ]  # fmt: skip


def test_new_space_does_not_grow_for_garbage():
    """Survivors make it grow, not allocation."""
    sim = Simulation()
    allocate_garbage(sim, 10_000, KB)
    assert {event.semi_space_bytes for event in sim.events} == {1 * MB}
    assert len(sim.events) == 9


def test_new_space_grows_when_its_survivors_exceed_its_capacity():
    """At the begin of the collection after, to the double, up to the largest; then the sum begins anew."""
    sim = Simulation(HeapConfig(max_semi_space_size=4))
    grow_list(sim, until_bytes=16 * MB)
    capacity, survived, sizes = 1 * MB, 0, []
    for event in sim.events:
        if survived > capacity and capacity < 4 * MB:
            capacity, survived = 2 * capacity, 0
        assert event.semi_space_bytes == capacity
        survived += event.promoted_bytes + event.copied_bytes
        sizes.append(capacity // MB)
    assert sizes[:6] == [1, 1, 2, 2, 4, 4]
    assert max(sizes) == 4


def test_growth_shows_as_two_semispaces_in_the_same_line():
    """2 x (new - old) and the pages that were promoted to: `before` is taken before the growth, `after` behind it."""
    sim = Simulation(HeapConfig(max_semi_space_size=8))
    seen = [(1 * MB, 0)]
    jumps = []

    def on_gc(event):
        semi_bytes, old_bytes = event.semi_space_bytes, sim.heap.old_committed_bytes()
        growth = event.committed_after_bytes - event.committed_before_bytes
        if event.number:
            assert growth == 2 * (semi_bytes - seen[-1][0]) + old_bytes - seen[-1][1]
        jumps.append(semi_bytes - seen[-1][0])
        seen.append((semi_bytes, old_bytes))

    sim.on_gc = on_gc
    grow_list(sim, until_bytes=16 * MB)
    assert [jump // MB for jump in jumps if jump] == [1, 2, 4]


def test_a_growth_factor_of_four_quadruples():
    """But never beyond the largest semispace."""
    sim = Simulation(HeapConfig(max_semi_space_size=8, semi_space_growth_factor=4))
    grow_list(sim, until_bytes=16 * MB)
    assert sorted({event.semi_space_bytes // MB for event in sim.events}) == [1, 4, 8]


def test_the_survivors_of_a_full_collection_count_too():
    """They were promoted."""
    sim = Simulation()
    for _ in range(2):
        grow_list(sim, until_bytes=900 * KB)
        sim.collect("mark-sweep")
    sim.collect("scavenge")
    assert [event.semi_space_bytes // MB for event in sim.events] == [1, 1, 2]


# The minor-GC task


def turns_of(program):
    """A scenario of a turn for each call of `program(m, turn)`, until it returns True."""

    @scenario
    def run(m):
        turn = 0
        while not program(m, turn):
            turn += 1
            yield

    return run


@pytest.mark.parametrize(("objects", "collections"), [(20_971, 0), (20_972, 1)])
def test_a_task_scavenges_from_80_percent_on(objects, collections):
    """80 % of a semispace of 1 MB are 838,860 bytes; objects of 40 bytes fill a page without a rest."""
    sim = Simulation()

    def program(m, turn):
        if turn == 0:
            allocate_garbage(sim, objects, 40)
        return turn == 1

    sim.run(turns_of(program))
    assert sim.allocated_bytes == 40 * objects
    assert whys(sim) == [(Kind.SCAVENGE, "task", "")] * collections


def test_a_task_never_runs_inside_of_a_turn():
    """A program that does not return to its event loop only knows failed allocations."""
    sim = Simulation()

    def program(m, turn):
        allocate_garbage(sim, 5_000, KB)
        return True

    sim.run(turns_of(program))
    assert [event.reason for event in sim.events] == ["allocation failure"] * 4


def test_the_task_can_be_switched_off_and_moved():
    """--no-minor-gc-task, --minor-gc-task-trigger."""
    for flags, reasons in (
        ({"minor_gc_task": False}, {"allocation failure"}),
        ({"minor_gc_task_trigger": 30}, {"task"}),
        ({}, {"task"}),
    ):
        sim = Simulation(HeapConfig(**flags))

        def program(m, turn, sim=sim):
            allocate_garbage(sim, 100, KB)
            return turn == 30

        sim.run(turns_of(program))
        assert {event.reason for event in sim.events} == reasons
        used = {event.young_before_bytes for event in sim.events if event.reason == "task"}
        trigger = sim.config.minor_gc_task_trigger
        assert all(SEMI_SPACE_BYTES * trigger // 100 <= size < SEMI_SPACE_BYTES for size in used)


# Marking


class MarkingWatch:
    """Notes the old generation's size and limit when a marking is first seen."""

    def __init__(self, sim):
        self.sim = sim
        self.started = []
        self._running = None

    def __call__(self):
        marking = self.sim.runtime.marking
        if marking is not None and marking is not self._running:
            self.started.append((self.sim.heap.old_bytes(), self.sim.runtime.pacer.limit.limit_bytes))
        self._running = marking


def grow_until_marking(sim):
    """A list is so long that marking has just started."""
    while sim.runtime.marking is None:
        grow_list(sim, node_bytes=8 * KB, until_bytes=8 * KB)


MARKING = {"initial_old_space_size": 12, "max_semi_space_size": 1, "max_old_space_size": 256}


def test_a_synchronous_program_starts_marking_at_the_hard_limit():
    """Nothing runs the task of the soft limit, so the old generation has reached its limit first."""
    sim = Simulation(HeapConfig(**MARKING))
    watch = MarkingWatch(sim)
    grow_list(sim, until_bytes=20 * MB, watch=watch)
    old_bytes, limit_bytes = watch.started[0]
    assert limit_bytes == 12 * MB
    assert limit_bytes <= old_bytes < limit_bytes + SEMI_SPACE_BYTES


def test_an_event_loop_starts_marking_at_the_soft_limit():
    """When less than a semispace is left below the limit, the task of the next turn's end starts it."""
    sim = Simulation(HeapConfig(**MARKING))
    watch = MarkingWatch(sim)

    def program(m, turn):
        watch()
        grow_list(sim, until_bytes=100 * KB)
        return turn == 150

    sim.run(turns_of(program))
    old_bytes, limit_bytes = watch.started[0]
    assert limit_bytes == 12 * MB
    assert limit_bytes - SEMI_SPACE_BYTES <= old_bytes < limit_bytes


def test_old_generations_of_8_mb_are_not_marked_in_steps():
    """Even far above their limit."""
    sim = Simulation(HeapConfig(max_semi_space_size=1, initial_old_space_size=2))
    watch = MarkingWatch(sim)
    grow_list(sim, until_bytes=8 * MB, watch=watch)
    assert 6 * MB < sim.heap.old_bytes() <= 8 * MB
    assert watch.started == []


def test_a_synchronous_program_is_interrupted_when_marking_is_done():
    """The stack guard; the line tells the steps."""
    sim = Simulation(HeapConfig(**MARKING))
    grow_until_marking(sim)
    allocate_garbage(sim, 20_000, KB)
    (full,) = [event for event in sim.events if event.kind is Kind.MARK_SWEEP]
    assert full.reason == "finalize incremental marking via stack guard"
    steps = full.incremental
    assert steps.steps > 10
    assert 0 < steps.longest_step_ms <= steps.duration_ms <= steps.walltime_ms


def test_an_event_loop_finishes_marking_in_a_task():
    """A task is about to come, so the program is not interrupted."""
    sim = Simulation(HeapConfig(**MARKING))

    def program(m, turn):
        grow_list(sim, node_bytes=8 * KB, until_bytes=80 * KB)
        return turn == 300

    sim.run(turns_of(program))
    full = [event for event in sim.events if event.kind is Kind.MARK_SWEEP]
    assert full
    assert {event.reason for event in full} == {"finalize incremental marking via task"}


def test_a_long_turn_is_interrupted_all_the_same():
    """Patience ends 50 ms after the turn began."""
    sim = Simulation(HeapConfig(**MARKING))

    def program(m, turn):
        grow_list(sim, node_bytes=8 * KB, until_bytes=80 * KB)
        if sim.runtime.marking is not None:
            while sim.runtime.marking is not None:
                allocate_garbage(sim, 1, KB)
                m.elapse(0.1)
            return True
        return turn == 300

    sim.run(turns_of(program))
    assert sim.events[-1].reason == "finalize incremental marking via stack guard"
    assert sim.clock.now_ms - sim.runtime.turn_start_ms >= 50


def test_a_waiting_event_loop_goes_on_marking():
    """A step each millisecond of the wait, and the pause; the wait is over when it should be."""
    sim = Simulation(HeapConfig(**MARKING))
    waited = []

    @scenario
    def program(m):
        while sim.runtime.marking is None:
            grow_list(sim, node_bytes=8 * KB, until_bytes=80 * KB)
            yield
        start_ms = m.now_ms
        yield 500
        waited.append(m.now_ms - start_ms)

    sim.run(program)
    assert sim.runtime.marking is None
    assert sim.events[-1].reason == "finalize incremental marking via task"
    assert sim.events[-1].incremental.steps > 5
    assert waited == [pytest.approx(500)]


def test_marking_tells_its_start_its_steps_and_its_end():
    """With what it knew at each: what was scheduled less what was marked, but for what has died young since."""
    sim = Simulation(HeapConfig(**MARKING))
    told = []
    sim.on_marking = told.append
    sim.on_gc = lambda event: told.append(event) if told else None
    grow_until_marking(sim)
    while sim.runtime.marking is not None:
        grow_list(sim, node_bytes=8 * KB, until_bytes=8 * KB)
    start, *between, stop, event = told
    steps = [what for what in between if isinstance(what, MarkingStep)]
    assert start.reason == "allocation limit"
    assert (start.old_limit_bytes, start.global_limit_bytes) == (12 * MB, 24 * MB)
    assert start.old_bytes >= 12 * MB
    assert not any(step.in_task for step in steps)
    assert len(steps) == event.incremental.steps > 10
    assert sum(step.duration_ms for step in steps) == pytest.approx(event.incremental.duration_ms)
    scheduled = marked = 0
    for what in between:
        if isinstance(what, GcEvent):
            marked -= min(marked, what.young_before_bytes - what.promoted_bytes - what.copied_bytes)
            continue
        scheduled += what.scheduled_bytes
        assert what.scheduled_bytes - what.allocated_bytes == 64 * KB
        assert what.behind_bytes == scheduled - marked
        marked += what.marked_bytes
    assert all(after.time_ms >= before.time_ms + after.duration_ms for before, after in pairwise(steps))
    assert len(between) > len(steps)
    assert steps[0].marking_bytes_per_ms == 128 * KB
    assert steps[1].marking_bytes_per_ms == pytest.approx(steps[0].marked_bytes / steps[0].duration_ms)
    assert sum(step.allocated_bytes for step in steps) == pytest.approx(stop.old_bytes - start.old_bytes, abs=MB)
    assert (stop.time_ms, stop.old_limit_bytes) == (event.start_ms, 12 * MB)


def test_marking_in_tasks_tells_what_it_adds_for_the_time():
    """Every 10 ms a share of what the old generation held, and nothing in the tasks between."""
    sim = Simulation(HeapConfig(**MARKING))
    told = []
    sim.on_marking = told.append

    @scenario
    def program(m):
        while sim.runtime.marking is None:
            grow_list(sim, node_bytes=8 * KB, until_bytes=80 * KB)
            yield
        yield 500

    sim.run(program)
    start, *steps, _ = told
    assert start.reason == "task"
    assert all(step.in_task for step in steps)
    assert {step.allocated_bytes for step in steps} == {0}
    added = [step for step in steps if step.elapsed_ms]
    assert 0 < len(added) < len(steps)
    for step in steps:
        assert step.elapsed_ms >= 10 or step.scheduled_bytes == step.elapsed_ms == 0
        assert step.scheduled_bytes == int(step.elapsed_ms / 500 * start.old_bytes)


def test_scavenges_know_how_far_marking_is():
    """Those before it and after it know nothing of steps."""
    sim = Simulation(HeapConfig(**MARKING))
    steps = []
    sim.on_marking = lambda told: steps.append(isinstance(told, MarkingStep))
    expected = {}
    sim.on_gc = lambda event: expected.update({event.number: sum(steps) if sim.runtime.marking else None})
    grow_list(sim, node_bytes=8 * KB, until_bytes=20 * MB)
    young = [event for event in sim.events if event.kind is Kind.SCAVENGE]
    known = {event.number: event.incremental.steps if event.incremental else None for event in young}
    assert known == {number: expected[number] for number in known}
    assert any(known.values())


def test_marking_can_be_switched_off():
    """--no-incremental-marking: scavenges promote without looking at the limit."""
    sim = Simulation(HeapConfig(**MARKING, incremental_marking=False))
    grow_list(sim, node_bytes=8 * KB, until_bytes=40 * MB)
    assert {event.kind for event in sim.events} == {Kind.SCAVENGE}
    assert sim.heap.old_bytes() > 36 * MB


def test_old_allocation_marks_a_step_each_256_kb():
    """Not at each pretenured object."""
    sim = Simulation(HeapConfig(**MARKING))
    grow_until_marking(sim)
    work = sim.runtime.marking.cycle.work
    steps = [(sim.heap.old_bytes(), work.marked_objects)]
    for _ in range(2_000):
        allocate_garbage(sim, 1, KB, pretenured=True)
        if work.marked_objects != steps[-1][1]:
            steps.append((sim.heap.old_bytes(), work.marked_objects))
    gaps = [after - before for (before, _), (after, _) in pairwise(steps[1:])]
    assert len(gaps) > 3
    assert all(OLD_STEP_BYTES <= gap <= OLD_STEP_BYTES + 2 * KB for gap in gaps)


def test_pretenured_large_objects_start_marking_too():
    """At the hard limit, when the old generation takes one."""
    sim = Simulation(HeapConfig(**MARKING))
    allocate_garbage(sim, 11, MB, pretenured=True)
    assert sim.runtime.marking is None
    allocate_garbage(sim, 1, MB, pretenured=True)
    assert sim.runtime.marking is not None
    assert sim.events == []


@pytest.mark.slow
def test_what_was_marked_and_died_is_freed_a_cycle_later():
    """Floating garbage."""
    sim = Simulation(HeapConfig(**MARKING, verify_heap=True))
    m = sim.mutator
    grow_until_marking(sim)
    while not sim.runtime.marking.ready:
        allocate_garbage(sim, 1, 8 * KB)
    del m.globals["list"]
    sim.collect()
    assert sim.heap.used_bytes() > 11 * MB
    sim.collect()
    assert sim.heap.used_bytes() < 100 * KB


# Which collector


def test_a_scavenge_that_might_not_succeed_is_a_full_collection():
    """The old generation could not take the whole of the young one."""
    sim = Simulation(HeapConfig(max_old_space_size=4, max_semi_space_size=1))
    die(sim, lambda: grow_list(sim))
    assert whys(sim)[-1] == (Kind.MARK_SWEEP, "allocation failure", "scavenge might not succeed")
    assert all(event.kind is Kind.SCAVENGE for event in sim.events[:-1])


def test_marking_that_is_done_far_above_the_limit_is_used_for_the_next_collection():
    """V8: "Incremental marking needs finalization"."""
    sim = Simulation(HeapConfig(**MARKING | {"max_old_space_size": 20}))
    m = sim.mutator
    grow_until_marking(sim)
    while sim.heap.old_bytes() < 16 * MB:
        sim.runtime.turn_start_ms = m.now_ms  # as in a turn that has just begun: a task is expected
        grow_list(sim, node_bytes=8 * KB, until_bytes=8 * KB)
    while not sim.runtime.marking.ready:
        sim.runtime.marking.step_on_allocation()
    sim.runtime.turn_start_ms = m.now_ms
    allocate_garbage(sim, SEMI_SPACE_BYTES // KB, KB)
    assert whys(sim)[-1] == (Kind.MARK_SWEEP, "allocation failure", "Incremental marking needs finalization")


# Young large objects


def test_the_first_young_large_object_always_fits():
    """Even if it is larger than new space; its neighbour does not, and a scavenge promotes the first in place."""
    sim = Simulation(HeapConfig(verify_heap=True))
    m = sim.mutator
    m.globals["first"] = first = m.array(200_000)
    assert m.inspect(first).space == "new large"
    place = first.address
    assert sim.events == []
    m.array(200_000)
    assert whys(sim) == [(Kind.SCAVENGE, "allocation failure", "")]
    assert (m.inspect(first).space, first.address) == ("large", place)
    assert sim.events[0].promoted_objects == 1
    assert sim.events[0].copied_bytes == 0


def test_young_large_objects_share_a_semispaces_capacity():
    """Four of 200 KB and a fifth fit into 1,030,880 bytes, a sixth does not."""
    sim = Simulation()
    for count in range(1, 7):
        sim.mutator.new("large", size=200 * KB)
        assert len(sim.events) == (count > 5)


def test_a_dead_young_large_object_is_freed_by_a_scavenge():
    """Its chunk goes back, so that it is not committed any more."""
    sim = Simulation(HeapConfig(verify_heap=True))
    allocate_garbage(sim, 1, 2 * MB)
    assert sim.heap.committed_bytes() == 1 * MB + 2 * MB + 8 * KB
    sim.collect("scavenge")
    assert (sim.heap.used_bytes(), sim.heap.committed_bytes()) == (0, 2 * MB)


def keep_large_until_marking(sim, size_bytes):
    """So many young large objects live that marking has just started, in the scavenge that made room for the last."""
    m, count = sim.mutator, 0
    while sim.runtime.marking is None:
        m.globals[str(count)] = m.new("large", size=size_bytes)
        count += 1


def test_marking_that_starts_in_a_scavenge_counts_the_large_object_that_caused_it():
    """V8's observers are told once it has its memory."""
    sim = Simulation(HeapConfig(**MARKING))
    keep_large_until_marking(sim, 160 * KB)
    assert sim.runtime.marking.observers["new large"].left_bytes == OLD_STEP_BYTES - 160 * KB


def test_a_step_for_a_large_object_comes_after_the_scavenge_that_makes_room_for_it():
    """Every second object of 200 KB makes a step due, and every sixth does not fit."""
    sim = Simulation(HeapConfig(**MARKING))
    keep_large_until_marking(sim, 200 * KB)
    told = []
    sim.on_marking = sim.on_gc = lambda event: told.append(type(event))
    for _ in range(5):
        sim.mutator.new("large", size=200 * KB)
    assert told == [MarkingStep, MarkingStep, GcEvent, MarkingStep]


# --gc-interval, --verify-heap


@pytest.mark.parametrize(
    ("interval", "collected_at"), [(0, [0, 1, 2, 3, 4, 5, 6]), (1, [1, 2, 3, 4, 5, 6]), (3, [3, 6]), (-1, [])]
)
@pytest.mark.parametrize("how", [{}, {"pretenured": True}, {"size": 140_000}])
def test_gc_interval_collects_after_so_many_allocations(interval, collected_at, how):
    """Of any kind: as if the next one had failed. 0 collects before every one, -1 never."""
    sim = Simulation(HeapConfig(gc_interval=interval))
    counts = []
    sim.on_gc = lambda event: counts.append(sim.mutator.allocated_objects)
    allocate_garbage(sim, 7, **{"size": 8} | how)
    assert counts == collected_at
    kind = Kind.MARK_SWEEP if "pretenured" in how else Kind.SCAVENGE
    assert {(event.kind, event.reason) for event in sim.events} <= {(kind, "allocation failure")}


def test_verify_heap_finds_a_broken_heap():
    """At the next collection, with the name of what is broken; without the flag nobody looks."""
    for flag in (True, False):
        sim = Simulation(LESSON.replace(verify_heap=flag))
        m = sim.mutator
        old = m.new("old", fields=("x",), pretenured=True)
        m.write(old, "x", m.new("young", size=32))
        sim.heap.remembered.slots.clear()
        if flag:
            with pytest.raises(InvariantBroken, match="refers to 16, which is no object"):
                sim.collect("mark-sweep")
        else:
            sim.collect("mark-sweep")


def test_a_collection_inside_of_a_collection_is_refused():
    """As is allocation."""

    class Nested(Scavenger):
        def advance(self, budget_bytes):
            sim.collect("mark-sweep")
            return super().advance(budget_bytes)

    sim = Simulation(LESSON, young=Nested)
    with pytest.raises(MutatorPaused):
        sim.collect("scavenge")
    assert sim.events == []


# The end


def test_a_leak_reaches_the_heap_limit():
    """The old generation is above its maximum after a collection."""
    sim = Simulation(HeapConfig(max_old_space_size=4, max_semi_space_size=1))
    error = die(sim, lambda: grow_list(sim))
    assert str(error) == "Reached heap limit Allocation failed - JavaScript heap out of memory"
    assert error.requested_bytes == 0
    assert sim.heap.old_committed_bytes() > 4 * MB


def test_a_leak_in_old_space_ends_in_a_last_resort():
    """No page may be added, and no collection frees one."""
    sim = Simulation(LESSON)

    def program():
        while True:
            sim.mutator.new("A", size=32, pretenured=True)

    error = die(sim, program)
    assert error.location in ("CALL_AND_RETRY_LAST", "Ineffective mark-compacts near heap limit")
    assert {event.kind for event in sim.events} == {Kind.MARK_SWEEP}
    assert sim.heap.old_committed_bytes() <= 64 * KB


def test_four_ineffective_collections_in_a_row_are_the_end():
    """The old generation is at 80 % of its maximum, and collections take most of the time."""
    sim = Simulation(HeapConfig(max_old_space_size=4, max_semi_space_size=1))
    sim.mutator.globals["kept"] = sim.mutator.array(440_000)
    error = die(sim, lambda: [sim.collect() for _ in range(10)])
    assert error.location == "Ineffective mark-compacts near heap limit"
    assert len(sim.events) == 5  # the first has no mu yet
    assert all(event.average_mu < 0.4 for event in sim.events[1:])


def test_a_collection_that_frees_enough_starts_the_count_again():
    """Four in a row, not four altogether."""
    sim = Simulation(HeapConfig(max_old_space_size=4, max_semi_space_size=1))
    m = sim.mutator
    for _ in range(3):
        m.globals["kept"] = m.array(440_000)
        for _ in range(3):
            sim.collect()
        del m.globals["kept"]
        with m.scope():
            pass
        sim.heap.roots.handles.clear()
        sim.collect()
    assert sim.out_of_memory is None


def test_churn_in_a_nearly_full_heap_is_ineffective():
    """Nobody calls a collection: garbage in old space does, and each frees too little."""
    sim = Simulation(HeapConfig(max_old_space_size=8, max_semi_space_size=1))
    sim.mutator.globals["kept"] = sim.mutator.array(960_000, pretenured=True)
    error = die(sim, lambda: allocate_garbage(sim, 100_000, KB, pretenured=True))
    assert error.location == "Ineffective mark-compacts near heap limit"


def test_the_last_ten_collections_are_in_the_report():
    """Of however many there were."""
    sim = Simulation(HeapConfig(max_old_space_size=8, max_semi_space_size=1))
    die(sim, lambda: grow_list(sim))
    assert len(sim.events) > 10
    assert len(sim.out_of_memory.last_events) == 10


# The chain of events


def check_chain(sim):
    """What relates each event to the one before, whatever the program did."""
    used_bytes, end_ms, total_pause_ms, copied_bytes = 0, 0.0, 0.0, 0
    ratios = []
    for number, event in enumerate(sim.events):
        assert event.number == number
        assert event.allocated_bytes >= 0
        assert event.used_before_bytes == used_bytes + event.allocated_bytes
        assert end_ms <= event.start_ms <= event.end_ms
        assert event.pause_ms >= 0
        assert 0 <= event.average_mu <= 1
        assert 0 <= event.current_mu <= 1
        assert 0 <= event.survival_ratio <= 1
        assert 0 <= event.used_after_bytes <= event.committed_after_bytes
        assert event.used_before_bytes <= event.committed_before_bytes
        assert event.young_before_bytes <= event.used_before_bytes
        assert event.old_after_bytes <= event.used_after_bytes
        is_full = event.kind is Kind.MARK_SWEEP
        if is_full:
            assert event.used_after_bytes == event.old_after_bytes
            assert event.copied_bytes == 0
        assert event.mutator_ms == event.start_ms - end_ms
        assert 0 <= event.mark_ms <= (event.pause_ms + 1e-9 if is_full else 0)
        assert (event.limit_growth is not None) == is_full
        assert event.copied_by_last_bytes == copied_bytes
        ratios += [event.survival_ratio] * bool(event.young_before_bytes)
        assert event.average_survival_ratio == pytest.approx(sum(ratios[-10:]) / max(1, len(ratios[-10:])))
        check_spaces(event)
        used_bytes, end_ms, copied_bytes = event.used_after_bytes, event.end_ms, event.copied_bytes
        total_pause_ms += event.pause_ms
        assert event.total_pause_ms == pytest.approx(total_pause_ms)
    assert sim.clock.now_ms >= end_ms
    assert (
        sim.allocated_bytes == sum(event.allocated_bytes for event in sim.events) + sim.heap.used_bytes() - used_bytes
    )


def check_spaces(event):
    """The spaces add up to the heap, and what is free in old space are its holes."""
    spaces = {space.name: space for space in event.spaces}
    assert sum(space.used_bytes for space in event.spaces) == event.used_after_bytes
    assert sum(space.committed_bytes for space in event.spaces) == event.committed_after_bytes
    assert all(space.available_bytes >= 0 for space in event.spaces)
    old, new = spaces["old"], spaces["new"]
    assert old.used_bytes + spaces["code"].used_bytes + spaces["large"].used_bytes == event.old_after_bytes
    assert old.available_bytes == event.holes_after_bytes <= old.committed_bytes - old.used_bytes
    assert new.used_bytes + new.available_bytes <= event.semi_space_bytes


sizes = st.sampled_from([8, 16, 24, 32, 64, 72, 128, 400])
operations = st.one_of(
    st.tuples(st.just("new"), sizes, st.integers(1, 20), st.booleans()),
    st.tuples(st.just("keep"), sizes, st.integers(0, 30), st.booleans()),
    st.tuples(st.just("link"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("drop"), st.integers(0, 30)),
    st.tuples(st.just("collect"), st.sampled_from(["scavenge", "mark-sweep"])),
    st.tuples(st.just("elapse"), st.floats(0, 100)),
    st.tuples(st.just("turn"), st.floats(0, 20)),
)
settings_of_heaps = st.fixed_dictionaries(
    {
        "page_size": st.sampled_from([128, 256]),
        "min_semi_space_size": st.just(128 / MB),
        "max_semi_space_size": st.sampled_from([128 / MB, KB / MB]),
        "max_old_space_size": st.sampled_from([2 * KB / MB, 64 * KB / MB]),
        "minor_gc_task": st.booleans(),
        "gc_interval": st.sampled_from([-1, -1, 5]),
        "lazy_sweeping": st.booleans(),
    }
)


def program_of(steps):
    """The scenario that does such operations."""

    @scenario
    def program(m):
        def new(size, pretenured):
            return m.new(f"T{size}", fields=("x",) if size > 8 else (), size=size, pretenured=pretenured)

        for what, *values in steps:
            if what == "new":
                size, count, pretenured = values
                for _ in range(count):
                    new(size, pretenured)
            elif what == "keep":
                size, name, pretenured = values
                m.globals[f"g{name}"] = new(size, pretenured)
            elif what == "link":
                holder, target = (f"g{number}" for number in values)
                if holder in m.globals and target in m.globals and m.inspect(m.globals[holder]).fields:
                    m.write(m.globals[holder], "x", m.globals[target])
            elif what == "drop":
                if f"g{values[0]}" in m.globals:
                    del m.globals[f"g{values[0]}"]
            elif what == "collect":
                m.collect(values[0])
            elif what == "elapse":
                m.elapse(values[0])
            else:
                yield values[0]

    return program


@given(settings_of_heaps, st.lists(operations, max_size=40))
def test_events_follow_from_each_other(settings, steps):
    """Used before is used after and what was allocated; time goes on; shares are shares; the heap stays sound."""
    sim = Simulation(HeapConfig(**settings, page_header_size=0, verify_heap=True))
    try:
        sim.run(program_of(steps))
    except HeapLimitReached:
        assert sim.out_of_memory is not None
    check_chain(sim)
    verify(sim.heap)


@pytest.mark.slow
@pytest.mark.parametrize("node_bytes", [256, 8 * KB, 200 * KB])
def test_events_follow_from_each_other_on_v8s_pages(node_bytes):
    """With steps of marking, growth, large objects and lazily swept pages in between."""
    sim = Simulation(HeapConfig(**MARKING))

    def program(m, turn):
        grow_list(sim, node_bytes=node_bytes, until_bytes=400 * KB)
        allocate_garbage(sim, 10, 30 * KB, pretenured=turn % 3 == 0)
        if turn % 20 == 19:
            del m.globals["list"]
        return turn == 99

    sim.run(turns_of(program))
    assert len(sim.events) > 20
    check_chain(sim)


def test_allocated_bytes_are_what_the_program_allocated():
    """Exactly, where no page's end is left over; counted here by hand."""
    sim = Simulation(LESSON)
    allocate_garbage(sim, 50, 32)
    allocate_garbage(sim, 20, 16, pretenured=True)
    allocate_garbage(sim, 3, 400)
    assert sim.allocated_bytes == 50 * 32 + 20 * 16 + 3 * 400


def test_speeds_are_means_over_the_last_ten():
    """Of scavenges: the young bytes by their pauses. Of allocation: what new space gained between two collections."""
    sim = Simulation(HeapConfig(max_semi_space_size=2))
    grow_list(sim, until_bytes=40 * MB)
    events = sim.events
    assert len(events) > 12
    assert {event.kind for event in events} == {Kind.SCAVENGE}
    assert events[0].young_allocation_bytes_per_ms == 0
    assert {event.marking_bytes_per_ms for event in events} == {128 * KB}
    gains = []
    for before, after in pairwise(events):
        last = events[max(0, after.number - 9) : after.number + 1]
        speed = sum(event.young_before_bytes for event in last) / sum(event.pause_ms for event in last)
        assert after.scavenge_bytes_per_ms == pytest.approx(speed)
        if after.mutator_ms:  # no time goes by between two collections for one allocation
            gains.append((after.young_before_bytes - before.spaces[0].used_bytes, after.mutator_ms))
        allocated, durations_ms = (sum(numbers[-10:]) for numbers in zip(*gains, strict=True)) if gains else (0, 1)
        assert after.young_allocation_bytes_per_ms == pytest.approx(allocated / durations_ms)


def test_the_factor_of_the_limit_is_told_with_its_speeds():
    """As computed, and as used: with the reduce flag, or with --heap-growing-percent."""
    for flags, reduce_memory, factor in (({}, False, 4.0), ({}, True, 1.1), ({"heap_growing_percent": 50}, False, 1.5)):
        sim = Simulation(HeapConfig(**flags))
        for _ in range(2):
            sim.runtime.collect_all("testing", reduce_memory=reduce_memory)
        first, second = (event.limit_growth for event in sim.events)
        assert (first.computed_factor, first.factor) == (4.0, factor)
        assert (first.gc_bytes_per_ms, first.mutator_bytes_per_ms) == (0.0, 0.0)
        assert second.gc_bytes_per_ms == 1.0  # of nothing: the least there is


def test_the_initial_heap_is_told_by_its_spaces():
    """A page of code and a large object beside old space; what of the code is garbage goes in the first full GC."""
    sim = Simulation(preset("node20"))
    sim.collect("scavenge")
    sim.collect("mark-sweep")
    sizes = [{space.name: (space.used_bytes, space.committed_bytes) for space in event.spaces} for event in sim.events]
    initial = sim.config.initial_heap
    code, live_code = (initial.code_bytes, 256 * KB), (initial.code_live_bytes, 256 * KB)
    large = (initial.large_bytes, 264 * KB)
    assert [(each["code"], each["large"]) for each in sizes] == [(code, large), (live_code, large)]
    assert sizes[0]["old"] == (initial.old_bytes, 2_528 * KB)
    for event in sim.events:
        check_spaces(event)


def test_scavenges_after_a_full_collection_say_that_it_is_being_swept():
    """As long as pages wait; not if all are swept in the pause."""
    for lazy in (True, False):
        sim = Simulation(LESSON.replace(lazy_sweeping=lazy))
        sim.mutator.new("A", size=32, pretenured=True)
        sim.collect("mark-sweep")
        sim.collect("scavenge")
        assert [event.during_sweeping for event in sim.events] == [False, lazy]
