"""What `gcsim explain` prints of the Node.js guide's line, of a line of each dialect, and of nvp lines, byte for byte.

After a change that is meant, `python tests/golden/test_explained.py` writes it anew; say in the commit why it changed.
"""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "explained"
FORMS = {"full": [], "short": ["--short"], "json": ["--json"]}
CASES = [("guide", "full"), ("guide", "json"), ("dialects", "full"), ("dialects", "short"), ("nvp", "full")]


def printed(log, form):
    """What the command prints now, with what it says on stderr at the end."""
    command = [sys.executable, "-X", "utf8", "-m", "gcsim", "explain", HERE / f"{log}.txt", *FORMS[form]]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return run.stdout + run.stderr


@pytest.mark.parametrize(("log", "form"), CASES)
def test_an_explanation_reads_as_it_did(log, form):
    """From the guide's scavenge to an out-of-memory."""
    assert printed(log, form) == (HERE / f"{log}.{form}.out").read_text("utf-8")


def test_no_row_is_wider_than_a_terminal():
    """Of what people read."""
    for path in [*HERE.glob("*.full.out"), *HERE.glob("*.short.out")]:
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 80, path.name


if __name__ == "__main__":
    for case in CASES:
        (HERE / ".".join([*case, "out"])).write_text(printed(*case), "utf-8")
