"""`python -m tests.parity` as a developer types it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def parity(*arguments):
    """The finished command."""
    command = [sys.executable, "-m", "tests.parity", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_program_that_is_not_there_is_one_line_on_stderr():
    """With what there is, and exit status 2."""
    finished = parity("p99")
    assert finished.returncode == 2
    assert "no program 'p99'; there are p01_garbage," in " ".join(finished.stderr.split())


@pytest.mark.slow
def test_the_tables_are_80_columns_wide_and_the_json_says_the_same():
    """For the shortest program; `--events` adds a row for each collection."""
    tables, plain = parity("p09", "--events"), json.loads(parity("p09", "--json").stdout)
    assert max(map(len, tables.stdout.splitlines())) <= 80
    row = plain["programs"]["p09_large"]["rows"]["promoted"]
    (line,) = [line for line in tables.stdout.splitlines() if line.startswith("│ promoted")]
    assert [cell.strip() for cell in line.split("│")[2:-2]] == [
        *(row[name] for name in ("simulated", "recorded", "deviation", "allowed"))
    ]
    assert len(re.findall(r"^│ \d+ (?:S|MC) ", tables.stdout, re.MULTILINE)) == 33
