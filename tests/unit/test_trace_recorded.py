"""Recorded logs: every collection that node printed is read, with every figure, and nothing else is taken for one."""

import pytest

from gcsim.trace.group import grouped
from gcsim.trace.laws import broken_laws
from gcsim.trace.parse import LogReader, parse_text
from gcsim.units import MB
from trace_logs import NAMES, expected, recorded

EXPECTED = expected()
SHORT = [name for name in NAMES if "trace-gc" in name]
NVP = [name for name in NAMES if "nvp" in name]
VERBOSE = [name for name in NAMES if "verbose" in name]


def read(name):
    """The records of a log, and the reader."""
    reader = LogReader([recorded(name)])
    return list(reader), reader


def as_recorded(line):
    """What the recording program would have written down."""
    event = {
        "kind": line.name + " (reduce)" * line.reduce_memory,
        "t_ms": line.time_ms,
        "used_before_mb": line.used_before_mb,
        "total_before_mb": line.total_before_mb,
        "used_after_mb": line.used_after_mb,
        "total_after_mb": line.total_after_mb,
        "pause_ms": line.pause_ms,
        "mu_avg": line.average_mu,
        "mu_cur": line.current_mu,
        "reason": "; ".join(filter(None, [line.reason, line.collector_reason])),
    }
    if line.incremental is not None:
        event |= {
            "inc_ms": line.incremental.duration_ms,
            "inc_steps": line.incremental.steps,
            "inc_biggest_ms": line.incremental.longest_step_ms,
            "inc_walltime_ms": line.incremental.walltime_ms,
        }
    return event


def test_there_are_logs_of_each_kind():
    """Fourteen programs with two sets of flags, and five loads of the server."""
    assert (len(SHORT), len(NVP), len(VERBOSE)) == (28 + 5, 28 + 5, 14)


@pytest.mark.parametrize("name", SHORT)
def test_every_figure_of_a_short_log_is_read(name):
    """Nothing is left over but the one line that a server prints itself."""
    lines, reader = read(name)
    assert [as_recorded(line) for line in lines] == EXPECTED[name]
    tally = reader.tally
    assert tally.program_lines == name.startswith("server")
    assert (tally.cut, tally.repeated, tally.verbose_lines, tally.marking_lines) == (0, 0, 0, 0)
    assert tally.lines == tally.records + tally.program_lines


@pytest.mark.parametrize("name", NVP)
def test_every_collection_of_an_nvp_log_is_read(name):
    """Sizes to the byte, and the names and values as they were printed."""
    lines, reader = read(name)
    assert reader.tally.cut == 0
    assert len(lines) == len(EXPECTED[name])
    for line, event in zip(lines, EXPECTED[name], strict=True):
        assert (line.name, line.time_ms, line.pause_ms) == (event["kind"], event["t_ms"], event["pause"])
        assert line.used_before_mb * MB == event["total_size_before"]
        assert line.used_after_mb * MB == event["total_size_after"]
        assert {key: float(line.nvp[key]) for key in ("allocated", "promoted", "mutator")} == {
            key: event[key] for key in ("allocated", "promoted", "mutator")
        }
        assert line.reduce_memory == event["reduce_memory"]
        assert (line.incremental is not None) == (
            line.nvp.get("incremental_steps_count", line.nvp.get("incremental.steps_count")) != "0"
        )


@pytest.mark.parametrize("name", VERBOSE)
def test_a_verbose_log_has_fourteen_lines_of_spaces_for_each_collection(name):
    """Those of marking and of limits are told from them, and nothing is left over."""
    lines, reader = read(name)
    tally = reader.tally
    assert tally.verbose_lines == 14 * len(lines)
    marks = (" ms: [IncrementalMarking]", "Controller] ", " ms: Memory reducer: ")
    assert tally.marking_lines == sum(recorded(name).count(mark) for mark in marks)
    assert (tally.program_lines, tally.cut) == (0, 0)
    assert tally.lines == tally.records + tally.verbose_lines + tally.marking_lines


def test_real_logs_break_one_law_only():
    """A scavenge may end with more than it began with; nothing else ever happens."""
    broken = {}
    for name in NAMES:
        for _, lines in grouped(parse_text(recorded(name))):
            for before, line in zip([None, *lines], lines, strict=False):
                for found in broken_laws(line, before):
                    kind = name.split(".")[-2]
                    broken[found.law.name, kind] = broken.get((found.law.name, kind), 0) + 1
                    assert line.name == "Scavenge"
    assert broken == {
        ("nothing grows in a collection", "trace-gc"): 48,
        ("nothing grows in a collection", "nvp"): 53,
        ("nothing grows in a collection", "verbose"): 24,
    }
