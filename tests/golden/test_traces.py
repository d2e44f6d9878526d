"""The whole output of a small program with every trace flag, byte for byte.

After a change that is meant, `python tests/golden/test_traces.py` writes it anew; say in the commit why it changed.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OUTPUT = HERE / "marking.out"
COMMAND = [
    *(sys.executable, "-m", "gcsim", "run", HERE / "marking.py", "--no-summary", "--node=20"),
    *("--initial-old-space-size=9", "--max-semi-space-size=1"),
    *("--trace-gc-nvp", "--trace-gc-verbose", "--trace-incremental-marking"),
]


def printed():
    """What the program prints now."""
    return subprocess.run(COMMAND, capture_output=True, text=True, check=True).stdout


def test_every_trace_flag_at_once_prints_what_it_printed():
    """Marking from its start to its end, a scavenge in between, the limit that it sets, and the spaces after each."""
    assert printed() == OUTPUT.read_text("utf-8")


if __name__ == "__main__":
    OUTPUT.write_text(printed(), "utf-8")
