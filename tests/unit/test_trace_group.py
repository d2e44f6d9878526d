"""Runs: lines by process and isolate, and what happens when both come again."""

from attrs import evolve

from gcsim.trace.group import Run, Runs, grouped
from gcsim.trace.parse import parse_text
from trace_logs import GUIDE

[LINE] = parse_text(GUIDE)


def at(number, time_ms, pid=1, isolate="0x1"):
    """A line of that process."""
    return evolve(LINE, line_number=number, time_ms=time_ms, pid=pid, isolate=isolate)


def test_lines_of_one_isolate_are_one_run():
    """Whatever stands between them."""
    lines = [at(1, 10), at(2, 5, pid=2), at(5, 10), at(7, 20)]
    runs = Runs()
    assert [runs.of(line).number for line in lines] == [1, 2, 1, 1]
    assert runs.all[0] == Run(
        number=1, pid=1, isolate="0x1", restarts=0, first_line=1, last_line=7, first_ms=10, last_ms=20, records=3
    )


def test_a_worker_is_a_run_of_its_own():
    """It has the process of its parent, and a clock that begins later."""
    lines = [at(1, 100), at(2, 5, isolate="0x2"), at(3, 110)]
    assert [(run.number, run.isolate, len(of)) for run, of in grouped(lines)] == [(1, "0x1", 2), (2, "0x2", 1)]


def test_a_time_that_falls_begins_a_new_run():
    """Process 1 of a container that was started again has both by chance."""
    lines = [at(1, 100), at(2, 200), at(3, 50), at(4, 60), at(5, 10)]
    assert [(run.number, run.restarts, len(of)) for run, of in grouped(lines)] == [(1, 0, 2), (2, 1, 2), (3, 2, 1)]


def test_lines_without_a_process_are_one_run():
    """The last report of Node 4 to 6."""
    lines = [at(1, 100, pid=None, isolate=""), at(2, 200, pid=None, isolate="")]
    assert [(run.pid, run.records) for run, _ in grouped(lines)] == [(None, 2)]


def test_no_lines_are_no_runs():
    """None at all."""
    assert grouped([]) == []
