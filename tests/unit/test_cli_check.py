"""`gcsim check`: what it accepts, prints and returns."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.cli import execute
from gcsim.cli.check import load_class
from gcsim.collectors import MarkSweep
from gcsim.errors import ConfigError
from gcsim.heap.verify import CHECKS
from gcsim.testing.coverage import EVENTS, SUBJECTS
from gcsim.testing.events import EVENT_CHECKS

BROKEN = Path(__file__).parents[2] / "examples" / "10_find_the_bug.py"


def test_sound_collectors_pass_with_a_table(capsys):
    """Every invariant, how often it was checked and had a subject; in 80 columns."""
    status = execute(["check", "gcsim.collectors:MarkSweep", "--young", "gcsim.collectors:Scavenger", "--examples=40"])
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0].split() == ["invariant", "checked", "exercised", "by"]
    assert lines[-1] == "40 programs, seed 0: no invariant was broken"
    assert {line.split()[0] for line in lines[1:-1]} >= set(CHECKS)
    assert max(map(len, lines)) <= 80


def test_a_broken_collector_fails_with_the_shortest_program(capsys):
    """A class in a file of the user's own."""
    status = execute(["check", f"{BROKEN}:BrokenScavenger"])
    out, _ = capsys.readouterr()
    assert status == 1
    assert out.startswith("S5 from-space is dead: slot ")
    assert '    BrokenScavenger = __import__("10_find_the_bug").BrokenScavenger\n' in out
    assert "\n4 operations:\n" in out
    assert "seed 0" in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "gcsim: a collector is given as MODULE:CLASS or FILE.py:CLASS, got 'x'"),
        (["nosuch.py:A"], "gcsim: nosuch.py: no such file"),
        (["no.such:A"], "gcsim: no.such: cannot be loaded: ModuleNotFoundError: No module named 'no'"),
        (["gcsim.units:A"], "gcsim: gcsim.units has no collector 'A', a class with `advance`; it has none"),
        (
            ["gcsim.collectors:MarkSweep", "--old=gcsim.collectors:MarkSweep"],
            "gcsim: gcsim.collectors:MarkSweep is a collector of old objects, and --old names another",
        ),
        (
            ["gcsim.collectors:MarkSweep", "--examples=0"],
            "gcsim: Invalid value for '--examples': 0 is not in the range",
        ),
    ],
)
def test_a_mistake_is_one_line(capsys, arguments, message):
    """On stderr, with exit status 2."""
    assert execute(["check", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_file_that_cannot_be_run_is_one_line(tmp_path, capsys):
    """Whatever it raises."""
    path = tmp_path / "mine.py"
    path.write_text("1 / 0", "utf-8")
    assert execute(["check", f"{path}:Mine"]) == 2
    assert capsys.readouterr().err == f"gcsim: {path}: cannot be loaded: ZeroDivisionError: division by zero\n"


@given(st.text(alphabet="abc.:/_ \0é", max_size=12))
def test_any_text_is_a_class_or_a_config_error(place):
    """Nothing else is raised."""
    with pytest.raises(ConfigError):
        load_class(place)


def test_a_class_is_found_in_its_module():
    """The class itself."""
    assert load_class("gcsim.collectors:MarkSweep") is MarkSweep


def test_every_check_has_a_subject_among_the_events():
    """A new check needs one too."""
    assert set(SUBJECTS) == set(CHECKS) | set(EVENT_CHECKS)
    assert set(SUBJECTS.values()) <= set(EVENTS)
