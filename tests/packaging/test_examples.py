"""Each example runs alone, from anywhere, and prints what its .out says, to the byte."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMS = sorted(EXAMPLES.glob("[0-9][0-9]_*.py"))


def test_there_are_examples_and_nothing_else_among_them():
    expected = {path.with_suffix(suffix).name for path in PROGRAMS for suffix in (".py", ".out")}
    found = {path.name for path in EXAMPLES.iterdir() if path.name != "__pycache__"}
    assert PROGRAMS
    assert found == expected, "an example is NN_question.py with its NN_question.out"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_prints_its_out(program, tmp_path):
    command = [sys.executable, "-I", "-X", "utf8", program]
    run = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == program.with_suffix(".out").read_text("utf-8")
