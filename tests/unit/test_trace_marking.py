"""The lines of `--trace-incremental-marking`: recorded ones rebuilt to the byte."""

import re
from pathlib import Path

import pytest
from attrs import evolve

from gcsim.events import GcEvent, IncrementalMarking, Kind, MarkingStarted, MarkingStep, MarkingStopped
from gcsim.trace.marking import marking_lines
from gcsim.units import KB, MB

GROUPS = (Path(__file__).parent.parent / "data" / "marking_lines.txt").read_text("utf-8").rstrip("\n").split("\n\n")
PART_KB, PART_MB = KB - 1, MB - 1
"""What is cut off when a size is printed."""


def numbers(pattern, text):
    """The whole numbers that a pattern finds, one after the other; 0 where it finds nothing."""
    found = re.search(pattern, text)
    return [int(number) for number in found.groups()] if found else [0] * re.compile(pattern).groups


def read_start(text, time_ms):
    """Sizes are cut to MB before they are subtracted, so each may be nearly a MB larger."""
    old, limit, global_limit = numbers(r"v8: (\d+)MB / (\d+)MB / .* global: \d+MB / (\d+)MB", text)
    return MarkingStarted(
        time_ms=time_ms,
        reason=re.search(r"Start \((.*)\): ", text)[1],
        old_bytes=old * MB + PART_MB,
        old_limit_bytes=limit * MB,
        global_limit_bytes=global_limit * MB,
    )


def read_step(text, time_ms):
    """What was scheduled is cut to KB as a whole and in its parts, so the sum may be nearly a KB larger."""
    scheduled, allocated = numbers(r"Scheduled (\d+)KB .*allocation=(\d+)KB", text)
    behind, ahead = numbers(r"Marker is (\d+)KB behind", text)[0], numbers(r"Marker is (\d+)KB ahead", text)[0]
    marked, wanted = numbers(r"V8: (\d+)KB \((\d+)KB\)", text)
    elapsed = re.search(r"time delta (.*)ms", text)
    return MarkingStep(
        time_ms=time_ms,
        duration_ms=float(re.search(r"in (\S+)$", text)[1]),
        in_task="Step in task" in text,
        scheduled_bytes=(scheduled or numbers(r"Scheduled (\d+)KB", text)[0]) * KB + (0 if allocated else PART_KB),
        allocated_bytes=allocated * KB,
        elapsed_ms=float(elapsed[1]) if elapsed else 0.0,
        behind_bytes=behind * KB + PART_KB if behind else -ahead * KB,
        step_bytes=wanted * KB + PART_KB,
        marked_bytes=marked * KB + PART_KB,
        marking_bytes_per_ms=numbers(r"Marking speed (\d+)KB", text)[0],
    )


def read_stop(text, time_ms):
    """As at the start."""
    old, limit = numbers(r"old generation (\d+)MB, limit (\d+)MB", text)
    return MarkingStopped(time_ms=time_ms, old_bytes=old * MB + PART_MB, old_limit_bytes=limit * MB)


def read_scavenge(text, time_ms):
    """The first and the last line are the begin and the end of the pause."""
    marking = IncrementalMarking(steps=1, duration_ms=1, longest_step_ms=1, walltime_ms=1)
    return GcEvent(
        number=0, kind=Kind.SCAVENGE, reason="", collector_reason="", used_before_bytes=0, used_after_bytes=0,
        committed_before_bytes=0, committed_after_bytes=0, end_ms=time_ms, incremental=marking,
        start_ms=numbers(r"(\d+) ms: .*Scavenge during marking", text)[0],
    )  # fmt: skip


READERS = {"Start (": read_start, "Marker is": read_step, "Stopping": read_stop, "Scavenge": read_scavenge}


@pytest.mark.parametrize("text", GROUPS, ids=range(len(GROUPS)))
def test_recorded_lines_are_rebuilt_to_the_byte(text):
    """But for the embedder's part of a step, which is 0 here, and the ms between the begin and the end of one."""
    read = next(reader for key, reader in READERS.items() if key in text)
    pid, isolate = re.match(r"\[(\d+):0x([0-9a-f]+)\]", text).groups()
    times = re.findall(r"\] +(\d+) ms:", text)
    event = read(text, float(times[-1]))
    if isinstance(event, MarkingStep):
        assert int(times[-1]) - float(times[0]) <= event.duration_ms + 1
        event = evolve(event, duration_ms=0.0 if times[0] == times[-1] else event.duration_ms)
    expected = re.sub(r"embedder: \S+ms \(\S+ms\)", "embedder: 0.000000ms (0.000000ms)", text).split("\n")
    ours = marking_lines(event, pid=int(pid), isolate=int(isolate, 16))
    assert [re.sub(r"in \S+$", "in", line) for line in ours] == [re.sub(r"in \S+$", "in", line) for line in expected]


def test_a_step_in_a_task_that_schedules_nothing_does_not_say_so():
    """One on allocation always does."""
    step = read_step(GROUPS[5], 269.0)
    assert len(marking_lines(step)) == 4
    assert len(marking_lines(evolve(step, elapsed_ms=0.0))) == 3
    assert len(marking_lines(evolve(step, elapsed_ms=0.0, in_task=False))) == 4


def test_a_marker_that_is_on_schedule_is_ahead_of_it():
    """As V8 has it: behind only if something is missing."""
    step = read_step(GROUPS[5], 269.0)
    lines = {behind: marking_lines(evolve(step, behind_bytes=behind))[2] for behind in (1, 0, -1)}
    assert [line.partition("Marker is ")[2] for line in lines.values()] == [
        "0KB behind schedule", "0KB ahead of schedule", "0KB ahead of schedule",
    ]  # fmt: skip


def test_a_collection_outside_of_marking_has_no_lines():
    """Nor has a full one, whose marking has stopped."""
    scavenge = read_scavenge(GROUPS[1], 67.0)
    assert len(marking_lines(scavenge)) == 3
    assert marking_lines(evolve(scavenge, incremental=None)) == []
    assert marking_lines(evolve(scavenge, kind=Kind.MARK_SWEEP)) == []
