"""When marking starts and what its steps mark: rows printed by node, and the bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.schedule import (
    DEFAULT_MARKING_BYTES_PER_MS,
    MarkingSchedule,
    MarkingStart,
    is_large_overshoot,
    marking_start,
    overshoot_margin,
)
from gcsim.units import KB, MB

CAPACITY = 4 * 257_720
FAST = 1_000_000.0 * KB

# Node 20.20.2, --predictable --trace-incremental-marking, marking started at 76 MB: KB allocated in the old
# generation since the last step, KB that the step marked, KB that it was to mark.
PRINTED_STEPS = [
    (255, 64, 64),
    (256, 64, 64),
    (256, 384, 384),
    (256, 512, 511),
    (256, 512, 511),
    (256, 577, 512),
    (256, 516, 446),
    (256, 516, 441),
    (256, 516, 436),
    (256, 516, 431),
    (256, 516, 426),
    (256, 516, 421),
    (256, 516, 416),
    (256, 516, 412),
    (256, 516, 407),
    (256, 516, 402),
]

sizes = st.integers(0, 4096 * MB)


def schedule(initial_old_bytes=76 * MB, *, can_grow=True, start_ms=0.0):
    """An account that starts at 0 ms."""
    return MarkingSchedule(initial_old_bytes, can_grow=can_grow, start_ms=start_ms)


@pytest.mark.parametrize(
    ("available_bytes", "expected"),
    [
        (CAPACITY + 1, MarkingStart.NONE),
        (CAPACITY, MarkingStart.SOFT),
        (1, MarkingStart.SOFT),
        (0, MarkingStart.HARD),
        (-MB, MarkingStart.HARD),
    ],
)
def test_marking_starts_by_what_is_left_below_the_limit(available_bytes, expected):
    """More than a semispace: not; something: soft; nothing: hard."""
    assert marking_start(20 * MB, 20 * MB + available_bytes, CAPACITY) is expected


def test_a_small_old_generation_is_never_marked_in_steps():
    """Up to 8 MB nothing starts, even above the limit."""
    assert marking_start(8 * MB, MB, CAPACITY) is MarkingStart.NONE
    assert marking_start(8 * MB + 1, MB, CAPACITY) is MarkingStart.HARD
    assert marking_start(8 * MB, MB, CAPACITY, activation_bytes=0) is MarkingStart.HARD


@pytest.mark.parametrize(
    ("limit_mb", "max_mb", "margin_mb"), [(20, 4096, 32), (100, 4096, 50), (90, 100, 5), (100, 100, 0), (120, 100, 0)]
)
def test_the_margin_is_half_of_the_limit_but_not_past_halfway(limit_mb, max_mb, margin_mb):
    """At least 32 MB where there is room for it."""
    assert overshoot_margin(limit_mb * MB, max_mb * MB) == margin_mb * MB


def test_an_overshoot_is_large_from_its_margin_on():
    """Below the margin it is not, and without any overshoot never."""
    assert is_large_overshoot(52 * MB, 20 * MB, 4096 * MB)
    assert not is_large_overshoot(52 * MB - 1, 20 * MB, 4096 * MB)
    assert not is_large_overshoot(100 * MB, 100 * MB, 100 * MB)


def test_printed_steps_come_out():
    """Each step is what node printed, within the KB that printing cuts off."""
    account, marked_bytes = schedule(), 0
    for allocated_kb, marked_kb, expected_kb in PRINTED_STEPS:
        step_bytes = account.step_on_allocation(allocated_kb * KB, marked_bytes, FAST)
        assert step_bytes / KB == pytest.approx(expected_kb, abs=8)
        marked_bytes += marked_kb * KB


def test_printed_steps_of_a_task_come_out():
    """A task leaves no margin: 33.5 MB at the start, steps of a task and of allocation in turn."""
    account = schedule(int(33.5 * MB))
    assert account.progress_bytes // KB == 134
    first = account.step_in_task(0.0, 0, FAST)
    on_allocation = account.step_on_allocation(0, first, FAST)
    assert (first, on_allocation) == (64 * KB, 64 * KB)
    account.step_on_allocation(0, 2 * 64 * KB, FAST)
    account.step_on_allocation(0, 3 * 64 * KB, FAST)
    assert account.step_in_task(1.0, 4 * 64 * KB, FAST) == 3 * 134 * KB - 4 * 64 * KB


@pytest.mark.parametrize(
    ("initial_mb", "progress_kb"), [(8, 64), (14, 64), (26.75, 107), (33, 132), (64, 256), (137, 256)]
)
def test_progress_is_a_256th_between_64_and_256_kb(initial_mb, progress_kb):
    """As printed for programs of these sizes."""
    assert schedule(int(initial_mb * MB)).progress_bytes == progress_kb * KB


def test_progress_is_a_32nd_where_the_heap_cannot_grow():
    """Near the maximum marking hurries."""
    assert schedule(64 * MB, can_grow=False).progress_bytes == 2 * MB


def test_time_schedules_all_within_half_a_second():
    """Every 10 ms its share; 404 KB in 10 ms at 19.7 MB, as printed."""
    account = schedule(404 * 50 * KB)
    account.step_in_task(9.9, 0, FAST)
    assert account.scheduled_bytes == 0
    account.step_in_task(10.0, 0, FAST)
    assert account.scheduled_bytes == 404 * KB
    account.step_in_task(15.0, 0, FAST)
    assert account.scheduled_bytes == 404 * KB
    for now_ms in range(20, 501, 10):
        account.step_in_task(now_ms, 0, FAST)
    assert account.scheduled_bytes == 404 * 50 * KB


def test_a_long_silence_counts_as_half_a_second():
    """And it counts from the start of marking."""
    account = schedule(10 * MB, start_ms=1_000.0)
    account.step_in_task(60_000.0, 0, FAST)
    assert account.scheduled_bytes == 10 * MB


def test_a_step_takes_no_longer_than_it_may():
    """After a scavenge much is scheduled: nine tenths of 5 ms at the measured speed, of 1 ms in a task."""
    account = schedule()
    assert account.step_on_allocation(100 * MB, 0, 1000 * KB) == 4500 * KB
    assert account.step_in_task(0.0, 0, 1000 * KB) == 900 * KB
    assert account.step_on_allocation(0, 0, 1000 * KB, max_step_ms=2.0) == 1800 * KB


def test_an_unknown_speed_is_128_kb_per_ms():
    """A speed of 0 stands for the default, so the first step is short."""
    assert schedule().step_on_allocation(100 * MB, 0, 0.0) == int(4.5 * DEFAULT_MARKING_BYTES_PER_MS)


def test_one_step_never_exceeds_700_mb():
    """However fast marking is."""
    assert schedule().step_on_allocation(4096 * MB, 0, 1024.0 * MB) == 700 * MB


@given(sizes, st.lists(st.tuples(sizes, sizes)), st.floats(0, 1e9))
def test_every_step_marks_at_least_64_kb_and_what_fits(initial_old_bytes, steps, speed):
    """Whatever was allocated and marked."""
    account = schedule(initial_old_bytes)
    fitting_bytes = 4.5 * (speed or DEFAULT_MARKING_BYTES_PER_MS)
    for allocated_bytes, marked_bytes in steps:
        step_bytes = account.step_on_allocation(allocated_bytes, marked_bytes, speed)
        assert 64 * KB <= step_bytes <= max(64 * KB, fitting_bytes)


@given(sizes, st.lists(st.floats(0, 200), min_size=1))
def test_tasks_never_schedule_more_than_time_allows(initial_old_bytes, pauses_ms):
    """However the tasks fall, all of the heap takes half a second at least."""
    account, now_ms = schedule(initial_old_bytes), 0.0
    for pause_ms in pauses_ms:
        now_ms += pause_ms
        account.step_in_task(now_ms, 0, FAST)
        assert account.scheduled_bytes <= now_ms / 500 * initial_old_bytes + 1


@given(st.integers(1, 512 * MB), st.integers(64 * KB, 4 * MB))
def test_steps_on_allocation_finish_any_heap(initial_old_bytes, allocated_bytes):
    """Marking outruns an allocation of 64 KB or more a step: what it owes stays bounded."""
    account, marked_bytes = schedule(initial_old_bytes), 0
    for _ in range(300):
        marked_bytes += account.step_on_allocation(allocated_bytes, marked_bytes, FAST)
    assert account.scheduled_bytes - marked_bytes <= MB
    assert marked_bytes >= 300 * (allocated_bytes + 64 * KB) - MB
