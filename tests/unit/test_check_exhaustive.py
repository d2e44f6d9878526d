"""`gcsim check --exhaustive`: what is printed, and the exit status."""

import pytest

from gcsim.cli import execute

SWEEP = "gcsim.collectors:MarkSweep"
BROKEN = """
from gcsim.collectors import MarkSweep

class Broken(MarkSweep):
    def advance(self, budget_bytes):
        done = super().advance(budget_bytes)
        if self.phase.name == "MARK":
            del self.heap.worklist[-1:]
        return done
"""


@pytest.fixture
def check(capsys):
    """Run the command in this process: (status, stdout, stderr)."""

    def run(*arguments):
        status = execute(["check", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_a_scope_that_was_searched_is_counted(check):
    """And that nothing was found is said last."""
    status, out, err = check(SWEEP, "--exhaustive", "--objects=1", "--steps=2")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split(maxsplit=1) == ["scope", "1 objects, 2 fields, 2 steps of the mutator"]
    assert [line.split()[0] for line in lines[1:5]] == ["graphs", "states", "transitions", "depth"]
    assert lines[-1] == "complete: no invariant can be broken"


def test_a_counterexample_is_a_script_and_exit_status_1(check, tmp_path):
    """Of a collector in a file of its own."""
    file = tmp_path / "mine.py"
    file.write_text(BROKEN, "utf-8")
    status, out, _ = check(f"{file}:Broken", "--exhaustive", "--objects=2", "--steps=1")
    assert status == 1
    assert out.startswith("M2 grey is the worklist: ")
    assert "    bed.mark(1)\n" in out
    assert out.endswith("none of fewer steps of the mutator fails\n")


def test_a_young_collector_comes_between(check):
    """It may be the one that is checked."""
    status, out, _ = check("gcsim.collectors:Scavenger", "--exhaustive", "--objects=1", "--steps=1")
    assert (status, out.splitlines()[-1]) == (0, "complete: no invariant can be broken")


def test_a_scope_is_refused_where_it_means_nothing_or_too_much(check):
    """One line, exit status 2."""
    assert check(SWEEP, "--objects=2") == (
        2, "", "gcsim: --objects, --fields and --steps say how much --exhaustive searches; it is not given\n",
    )  # fmt: skip
    status, _, err = check(SWEEP, "--exhaustive", "--objects=9")
    assert status == 2
    assert err == "gcsim: --exhaustive: 'objects' must be <= 4: 9\n"
