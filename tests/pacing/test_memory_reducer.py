"""The memory reducer's machine: its rules one by one, what node printed, and what holds in any order of events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.memory_reducer import MAX_STARTS, MemoryReducer, ReducerState, may_free_more
from gcsim.units import KB, MB

# Node 20.20.2, programs that make garbage and then wait, `--trace-gc-verbose`. A timer: its time (ms), whether
# allocation was low, the number of the collection it started or None. A full collection: its time, what was committed
# in the old generation before and after and used after (KB), and of one that the reducer started, "will do more".
RUNS = {
    "one full collection by the limit, then nothing": [
        ("full", 175, 60_000, 57_020, 54_974, None),
        ("timer", 8_252, False, None),
        ("timer", 16_360, True, 1),
        ("full", 16_367, 57_020, 4_072, 2_590, True),
        ("timer", 16_968, True, 2),
        ("full", 16_972, 4_072, 3_304, 2_590, False),
    ],
    "slow garbage for a minute": [
        ("timer", 8_184, False, None),
        ("timer", 16_285, True, 1),
        ("full", 16_294, 23_072, 4_072, 2_618, True),
        ("timer", 16_894, False, None),
        ("timer", 24_994, False, None),
        ("timer", 33_094, False, None),
        ("timer", 41_194, False, None),
    ],
    "a finalizer that drops more after the first collection, and new work after the third": [
        ("timer", 8_263, False, None),
        ("timer", 16_371, False, None),
        ("timer", 24_479, False, None),
        ("timer", 32_587, True, 1),
        ("full", 32_598, 38_336, 13_444, 11_968, True),
        ("timer", 33_200, True, 2),
        ("full", 33_210, 13_444, 3_816, 2_590, True),
        ("timer", 33_811, True, 3),
        ("full", 33_817, 3_816, 3_048, 2_590, False),
        ("full", 40_209, 28_452, 28_452, 27_595, None),
        ("timer", 48_317, True, 1),
        ("full", 48_348, 28_452, 28_452, 27_594, True),
        ("timer", 48_948, True, 2),
        ("full", 48_974, 28_452, 28_452, 27_481, False),
    ],
    "gc() while the timer runs": [
        ("full", 6_235, 20_504, 4_072, 2_623, None),
        ("timer", 8_329, False, None),
        ("timer", 16_429, False, None),
        ("timer", 24_529, True, 1),
        ("full", 24_535, 4_072, 3_048, 2_619, True),
        ("timer", 25_136, True, 2),
        ("full", 25_139, 3_048, 3_048, 2_619, False),
    ],
}
TIMER_ERROR_MS = 12
"""libuv's timers count whole ms and fire late, never early."""


def waiting(now_ms=0.0):
    """A machine that was told of possible garbage, its timer running."""
    machine = MemoryReducer()
    machine.possible_garbage(now_ms)
    machine.loop_reached(now_ms)
    return machine


def fire(machine, *, idle=True, can_start=True):
    """The timer fires when it is due; whether marking starts, and when that was."""
    now_ms = machine.timer_ms
    started = machine.timer_fired(now_ms, idle=idle, can_start=can_start)
    machine.loop_reached(now_ms)
    return started, now_ms


def running(starts=1):
    """A machine that has started so many collections, the last one under way, and the time."""
    machine = waiting()
    while True:
        _, now_ms = fire(machine)
        if machine.started == starts:
            return machine, now_ms
        machine.full_gc_ended(now_ms, 0, more_likely=True)
        machine.loop_reached(now_ms)


@pytest.mark.parametrize("rows", RUNS.values(), ids=RUNS)
def test_a_recorded_run_comes_out(rows):
    """Each timer at its time, each start and each end as node printed them."""
    first_timer_ms = next(row[1] for row in rows if row[0] == "timer")
    machine = waiting(first_timer_ms - 8_100.0)
    for kind, time_ms, *facts in rows:
        if kind == "timer":
            idle, number = facts
            assert 0 <= time_ms - machine.timer_ms <= TIMER_ERROR_MS
            assert machine.timer_fired(time_ms, idle=idle, can_start=True) == (number is not None)
            assert number is None or machine.started == number
        else:
            before_kb, committed_kb, used_kb, will_do_more = facts
            more = may_free_more(before_kb * KB, committed_kb * KB, used_kb * KB)
            assert (machine.state is ReducerState.RUN) == (will_do_more is not None)
            machine.full_gc_ended(time_ms, committed_kb * KB, more_likely=more)
            assert will_do_more is None or (machine.state is ReducerState.WAIT) == will_do_more
        machine.loop_reached(time_ms)


def test_a_fresh_machine_plans_nothing():
    """No timer, and the heap may grow."""
    machine = MemoryReducer()
    machine.loop_reached(0.0)
    assert (machine.state, machine.timer_ms, machine.grows_slowly) == (ReducerState.DONE, None, False)


def test_possible_garbage_is_looked_at_in_eight_seconds():
    """And 100 ms to spare; told again, the time does not begin anew."""
    machine = waiting(1_000.0)
    machine.possible_garbage(5_000.0)
    machine.loop_reached(5_000.0)
    assert (machine.state, machine.next_start_ms, machine.timer_ms) == (ReducerState.WAIT, 9_000.0, 9_100.0)


def test_a_timer_does_not_run_before_the_loop_is_reached():
    """A turn of 20 s ends before the 8 s begin."""
    machine = MemoryReducer()
    machine.possible_garbage(1_000.0)
    assert machine.timer_is_posted
    machine.loop_reached(20_000.0)
    assert (machine.timer_is_posted, machine.timer_ms) == (False, 28_100.0)


@pytest.mark.parametrize(("committed_bytes", "state"), [(10 * MB - 1, ReducerState.DONE), (10 * MB, ReducerState.WAIT)])
def test_a_full_collection_arms_a_fresh_machine_from_10_mb_on(committed_bytes, state):
    """Nothing was committed after a run that never was."""
    machine = MemoryReducer()
    machine.full_gc_ended(0.0, committed_bytes, more_likely=True)
    assert machine.state is state


@pytest.mark.parametrize(("last_mb", "arming_mb"), [(20, 30), (100, 110), (200, 220)])
def test_after_a_run_ten_percent_and_ten_megabytes_more_arm_it(last_mb, arming_mb):
    """Whichever is more; until then the heap grows slowly."""
    machine, now_ms = running(MAX_STARTS)
    machine.full_gc_ended(now_ms, last_mb * MB, more_likely=True)
    machine.full_gc_ended(now_ms, arming_mb * MB - 1, more_likely=True)
    assert (machine.state, machine.grows_slowly) == (ReducerState.DONE, True)
    machine.full_gc_ended(now_ms, arming_mb * MB, more_likely=True)
    assert (machine.state, machine.grows_slowly, machine.started) == (ReducerState.WAIT, False, 0)


def test_an_idle_program_is_collected_when_the_timer_fires():
    """The machine runs, and no timer does."""
    machine = waiting()
    assert fire(machine) == (True, 8_100.0)
    assert (machine.state, machine.started, machine.timer_ms) == (ReducerState.RUN, 1, None)


@pytest.mark.parametrize(("idle", "can_start"), [(False, True), (True, False), (False, False)])
def test_a_busy_program_or_a_marking_under_way_is_looked_at_again(idle, can_start):
    """8 s later."""
    machine = waiting()
    assert fire(machine, idle=idle, can_start=can_start) == (False, 8_100.0)
    assert (machine.state, machine.next_start_ms, machine.timer_ms) == (ReducerState.WAIT, 16_100.0, 16_200.0)


def test_a_collection_of_somebody_elses_puts_the_start_off():
    """The timer goes on as it was; it finds that it is too early, and runs for the rest of the 8 s."""
    machine = waiting()
    machine.full_gc_ended(6_000.0, 50 * MB, more_likely=True)
    machine.loop_reached(6_000.0)
    assert (machine.next_start_ms, machine.timer_ms) == (14_000.0, 8_100.0)
    assert fire(machine) == (False, 8_100.0)
    assert (machine.next_start_ms, machine.timer_ms) == (14_000.0, 14_100.0)
    assert fire(machine) == (True, 14_100.0)


@pytest.mark.parametrize(("since_ms", "starts"), [(100_000.0, False), (100_000.1, True)])
def test_the_watchdog_starts_one_although_the_program_is_busy(since_ms, starts):
    """More than 100 s after the last full collection."""
    machine = waiting()
    machine.full_gc_ended(1.0, 50 * MB, more_likely=True)
    assert machine.timer_fired(1.0 + since_ms, idle=False, can_start=True) is starts


def test_the_watchdog_sleeps_where_nothing_was_ever_collected():
    """It counts from a full collection."""
    assert not waiting().timer_fired(1e9, idle=False, can_start=True)


@pytest.mark.parametrize("more", [False, True])
def test_the_first_collection_is_followed_by_a_second(more):
    """Half a second later, whatever it freed."""
    machine, now_ms = running()
    machine.full_gc_ended(now_ms, 0, more_likely=more)
    machine.loop_reached(now_ms)
    assert (machine.state, machine.timer_ms) == (ReducerState.WAIT, now_ms + 600.0)


@pytest.mark.parametrize(("starts", "more", "state"), [
    (2, True, ReducerState.WAIT), (2, False, ReducerState.DONE), (3, True, ReducerState.DONE),
])  # fmt: skip
def test_later_ones_are_followed_if_more_is_likely_and_never_by_a_fourth(starts, more, state):
    """Two or three collections make a run."""
    machine, now_ms = running(starts)
    machine.full_gc_ended(now_ms, 0, more_likely=more)
    assert machine.state is state


@pytest.mark.parametrize(("before_mb", "after_mb", "used_mb", "expected"), [
    (50, 49, 40, False), (51, 49, 40, True), (40, 40, 12, False), (40, 40, 11, True), (16, 16, 0, False),
])  # fmt: skip
def test_more_is_likely_after_giving_back_or_where_much_is_committed_and_unused(before_mb, after_mb, used_mb, expected):
    """More than 1 MB given back, or more committed than twice the used bytes and 16 MB."""
    assert may_free_more(before_mb * MB, after_mb * MB, used_mb * MB) is expected


class RuleTable:
    """The oracle: the rules as the essay has them, a state a tuple, without any timer."""

    def __init__(self):
        self.state, self.started, self.next_ms, self.last_ms, self.floor = "done", 0, 0.0, None, 10 * MB

    def garbage(self, now_ms):
        """Possible garbage."""
        if self.state == "done":
            self.state, self.next_ms = "wait", now_ms + 8_000

    def full(self, now_ms, committed_bytes, more):
        """A full collection."""
        ends = self.state == "run" and not (self.started == 1 or (self.started == 2 and more))
        if self.state == "done" and committed_bytes < self.floor:
            return
        if ends:
            self.floor = max(int(committed_bytes * 1.1), committed_bytes + 10 * MB)
        after_ms = 500 if self.state == "run" else 8_000
        self.state = "done" if ends else "wait"
        self.last_ms = now_ms
        if ends:
            self.started = 0
        else:
            self.next_ms = now_ms + after_ms

    def timer(self, now_ms, idle, can_start):
        """The timer; whether marking starts."""
        barks = self.last_ms is not None and now_ms - self.last_ms > 100_000
        if not can_start or not (idle or barks):
            self.next_ms = now_ms + 8_000
        elif self.next_ms <= now_ms:
            self.state, self.started = "run", self.started + 1
            return True
        return False


steps = st.lists(
    st.tuples(
        st.sampled_from(["garbage", "full", "full", "timer", "timer", "timer", "loop"]),
        st.sampled_from([0, 100, 500, 3_000, 9_000, 101_000]),
        st.sampled_from([0, 9, 10, 40, 44, 50, 500]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


@given(steps)
def test_the_machine_keeps_its_invariants_and_follows_the_rules(events):
    """In any order of events: a timer exactly in WAIT, no start before its time, and at most three of them."""
    machine, table, now_ms = MemoryReducer(), RuleTable(), 0.0
    for what, later_ms, committed_mb, one, other in events:
        now_ms += later_ms
        if what == "garbage":
            machine.possible_garbage(now_ms)
            table.garbage(now_ms)
        elif what == "full":
            machine.full_gc_ended(now_ms, committed_mb * MB, more_likely=one)
            table.full(now_ms, committed_mb * MB, one)
        elif what == "timer" and machine.timer_ms is not None:
            now_ms = max(now_ms, machine.timer_ms)
            next_ms = machine.next_start_ms
            started = machine.timer_fired(now_ms, idle=one, can_start=other)
            assert started == table.timer(now_ms, one, other)
            assert not started or (next_ms <= now_ms and 1 <= machine.started <= MAX_STARTS)
        else:
            machine.loop_reached(now_ms)
        assert (machine.state.value, machine.started) == (table.state, table.started)
        if machine.state is ReducerState.WAIT:
            assert machine.next_start_ms == table.next_ms
        timers = machine.timer_is_posted + (machine.timer_ms is not None)
        assert timers == (machine.state is ReducerState.WAIT)
