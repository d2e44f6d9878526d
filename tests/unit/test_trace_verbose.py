"""Spaces and limits: recorded blocks rebuilt to the byte, and where the numbers come from."""

import re
from pathlib import Path

import pytest

from gcsim.errors import ConfigError
from gcsim.events import GcEvent, Kind, LimitGrowth, ReducerRun, ReducerTimer, SpaceSize
from gcsim.trace.format import DIALECTS
from gcsim.trace.verbose import LABELS, limit_lines, reducer_lines, space_lines
from gcsim.units import KB

GROUPS = (Path(__file__).parent.parent / "data" / "verbose_lines.txt").read_text("utf-8").rstrip("\n").split("\n\n")
LIMITS = [group for group in GROUPS if "Controller" in group]
BLOCKS = [group for group in GROUPS if "Controller" not in group]
PROCESS = re.compile(r"\[(\d+):0x([0-9a-f]+)\] ")


def make(**facts):
    """A full collection with such facts."""
    event = {
        "number": 0, "kind": Kind.MARK_SWEEP, "reason": "", "collector_reason": "", "start_ms": 0, "end_ms": 0,
        "used_before_bytes": 0, "used_after_bytes": 0, "committed_before_bytes": 0, "committed_after_bytes": 0,
    }  # fmt: skip
    return GcEvent(**event | facts)


def process_of(text):
    """Who printed it."""
    pid, isolate = PROCESS.match(text).groups()
    return {"pid": int(pid), "isolate": int(isolate, 16)}


@pytest.mark.parametrize("text", LIMITS, ids=lambda text: text[:30])
def test_recorded_limits_are_rebuilt_to_the_byte(text):
    """From the speeds, the factors and three sizes; the ratio of the speeds is ours."""
    factor, gc, mutator = re.search(r"factor (\S+) .*\(gc=(\d+), mutator=(\d+)\)", text).groups()
    (old, limit, used), (_, global_limit, _) = re.findall(r"size: (\d+) KB, new limit: (\d+) KB \((.*)\)", text)
    growth = LimitGrowth(
        gc_bytes_per_ms=float(gc),
        mutator_bytes_per_ms=float(mutator),
        computed_factor=float(factor),
        factor=float(used),
    )
    event = make(
        end_ms=float(re.search(r"(\d+) ms:", text)[1]), limit_growth=growth, old_after_bytes=int(old) * KB + 1_023,
        old_limit_bytes=int(limit) * KB, global_limit_bytes=int(global_limit) * KB + 1_023,
    )  # fmt: skip
    assert limit_lines(event, **process_of(text)) == text.split("\n")


def test_a_speed_without_a_sample_divides_as_in_c():
    """0 / 0 is -nan, anything else infinite."""
    speeds = [(0.0, 0.0, "-nan"), (5.0, 0.0, "inf"), (0.0, 5.0, "0"), (7.0, 2.0, "4")]
    for gc, mutator, printed in speeds:
        growth = LimitGrowth(gc_bytes_per_ms=gc, mutator_bytes_per_ms=mutator, computed_factor=1.1, factor=1.1)
        assert f" speed_ratio={printed} (gc={gc:.0f}," in limit_lines(make(limit_growth=growth))[0]


def test_a_scavenge_sets_no_limit():
    """So it prints none."""
    assert limit_lines(make(kind=Kind.SCAVENGE)) == []


def sizes_in(text, label):
    """The KB of one row."""
    return [int(number) for number in re.findall(r" (\d+) KB", next(x for x in text.split("\n") if f"] {label}" in x))]


def without_outside(text):
    """What is outside of the heap is 0 here."""
    outside = re.compile(r"(External memory reported|Backing store memory): *\d+ KB")
    return outside.sub(lambda found: f"{found[1]}:      0 KB", text)


@pytest.mark.parametrize("text", BLOCKS, ids=lambda text: text[:30])
def test_recorded_blocks_are_rebuilt_to_the_byte(text):
    """From a size for each space, each a part of a KB above what was printed, as V8's were: their sum says how much."""
    rows = {name: sizes_in(text, label) for name, label in LABELS.items() if name != "map"}
    committed, left = sizes_in(text, "Memory allocator,")
    used, available, _ = sizes_in(text, "All spaces,")
    parts = (available - left - sum(row[1] for row in rows.values())) * KB // len(rows) + 1
    assert 0 < parts < KB
    spaces = [
        SpaceSize(name=name, used_bytes=row[0] * KB, available_bytes=row[1] * KB + parts, committed_bytes=row[2] * KB)
        for name, row in rows.items()
    ]
    event = make(
        used_after_bytes=used * KB, committed_after_bytes=committed * KB, max_heap_bytes=(committed + left) * KB,
        spaces=tuple(spaces), total_pause_ms=float(re.search(r"GC  : (.*) ms", text)[1]),
    )  # fmt: skip
    assert space_lines(event, node=20, **process_of(text)) == without_outside(text).split("\n")


@pytest.mark.parametrize("node", DIALECTS)
def test_the_map_space_was_printed_up_to_18(node):
    """Between the code and the large objects, and empty: here maps are no objects."""
    lines = [line.partition("] ")[2] for line in space_lines(make(), node=node)]
    row = "Map space,              used:      0 KB, available:      0 KB, committed:      0 KB"
    at = [number for number, line in enumerate(lines) if line == row]
    assert at == ([6] if node <= 18 else [])
    assert lines[5].startswith("Code space, ")


def test_a_space_that_the_heap_does_not_have_is_empty():
    """The row is there, whatever the event knows."""
    event = make(spaces=(SpaceSize(name="code", used_bytes=5 * KB, available_bytes=KB, committed_bytes=7 * KB),))
    lines = space_lines(event)
    assert lines[5].endswith("Code space,             used:      5 KB, available:      1 KB, committed:      7 KB")
    assert lines[2].endswith("New space,              used:      0 KB, available:      0 KB, committed:      0 KB")


def test_a_heap_beyond_its_maximum_has_nothing_left():
    """The allocator's rest is never negative."""
    event = make(committed_after_bytes=9 * KB, max_heap_bytes=8 * KB)
    assert space_lines(event)[0].endswith("Memory allocator,       used:      9 KB, available:      0 KB")


def test_an_unknown_version_is_refused():
    """As for any line."""
    with pytest.raises(ConfigError, match=r"^node must be one of 12, "):
        space_lines(make(), node=13)


REDUCER = """
[15363:0x146e8cb0]     8205 ms: Memory reducer: high alloc, foreground
[15363:0x146e8cb0]     8205 ms: Memory reducer: waiting for 8000 ms
[15363:0x146e8cb0]    16313 ms: Memory reducer: low alloc, foreground
[15363:0x146e8cb0]    16313 ms: Memory reducer: started GC #1
[15363:0x146e8cb0]    16321 ms: Memory reducer: finished GC #1 (will do more)
"""
"""Printed by Node 20.20 for a program that has become idle."""


def test_the_reducers_recorded_lines_are_rebuilt_to_the_byte():
    """Two lines for each look, one for the end of its collection."""
    events = [
        ReducerTimer(time_ms=8205, low_allocation_rate=False, memory_is_short=False, wait_ms=8000),
        ReducerTimer(time_ms=16313, low_allocation_rate=True, memory_is_short=False, started=1),
        ReducerRun(time_ms=16321, number=1, will_do_more=True),
    ]
    lines = [line for event in events for line in reducer_lines(event, pid=15363, isolate=0x146E8CB0)]
    assert lines == REDUCER.strip().split("\n")


def test_a_reducer_without_memory_is_in_the_background_and_ends():
    """V8's words for a process that is to save memory, and for the last of its collections."""
    timer = ReducerTimer(time_ms=0, low_allocation_rate=False, memory_is_short=True, wait_ms=500)
    assert reducer_lines(timer)[0].endswith("high alloc, background")
    assert reducer_lines(ReducerRun(time_ms=0, number=3, will_do_more=False))[0].endswith("finished GC #3 (done)")
