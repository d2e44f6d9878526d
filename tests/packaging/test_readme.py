"""What README.md shows is what happens.

    ```python       runs; a ```text block right below it is what it prints
    ```console      each `$ gcsim ...` line runs, and prints the lines below it
    ```sh           sets up: not run here; `<!-- run -->` or `<!-- test -->` above it is for .ci/run, which
                    runs it, and `<!-- not run -->` says that nothing does

A line `...` in what is printed stands for any number of lines. Each block starts in an empty folder that has
only a copy of examples/.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"(?:^<!-- ([a-z ]+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GCSIM_IN_SHELL = f'gcsim() {{ {shlex.quote(sys.executable)} -X utf8 -m gcsim "$@"; }}\n'
ENVIRONMENT = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}


class Block(NamedTuple):
    line: int
    mark: str
    language: str
    text: str


def blocks():
    readme = (ROOT / "README.md").read_text("utf-8")
    for found in FENCED.finditer(readme):
        mark, language, text = found.groups(default="")
        yield Block(readme.count("\n", 0, found.start()) + 1, mark, language, text)


BLOCKS = list(blocks())
PROGRAMS = [pair for pair in zip_longest(BLOCKS, BLOCKS[1:]) if pair[0].language == "python"]
CONSOLES = [block for block in BLOCKS if block.language == "console"]


def at_line(block):
    return f"line {block.line}"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def printed(command, folder):
    """What a command prints to stdout, once it has ended well."""
    quiet = {"stdin": subprocess.DEVNULL, "capture_output": True, "encoding": "utf-8"}
    run = subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=False, **quiet)
    assert run.returncode == 0, run.stderr
    return run.stdout


def check(shown, actual):
    """Fail unless the lines shown are the lines printed."""
    if "...\n" not in shown.splitlines(keepends=True):
        assert actual == shown
        return
    lines = shown.splitlines()
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in lines)
    assert re.fullmatch(pattern, actual), f"README.md shows\n{shown}\nand what was printed is\n{actual}"


def test_every_block_is_run_or_is_marked_as_set_up():
    assert PROGRAMS
    assert CONSOLES
    assert [block.mark for block in BLOCKS if block.mark in {"run", "test"}] == ["run", "test"]
    for block in BLOCKS:
        assert block.language in {"console", "python", "sh", "text"}, at_line(block)
        assert (block.language == "sh") == bool(block.mark), at_line(block)


@pytest.mark.parametrize(("program", "below"), PROGRAMS, ids=[at_line(program) for program, _ in PROGRAMS])
def test_a_program_prints_what_stands_below_it(program, below, folder):
    actual = printed([sys.executable, "-I", "-X", "utf8", "-c", program.text], folder)
    if below and below.language == "text":
        check(below.text, actual)


@pytest.mark.parametrize("console", CONSOLES, ids=at_line)
def test_a_command_prints_what_stands_below_it(console, folder):
    before, *commands = re.split(r"^\$ ", console.text, flags=re.MULTILINE)
    assert (before, bool(commands)) == ("", True), "a console block begins with `$ `"
    for text in commands:
        line, _, shown = text.partition("\n")
        assert line.startswith("gcsim "), f"only gcsim is run here, got: {line}"
        check(shown, printed(["sh", "-c", GCSIM_IN_SHELL + line], folder))
