"""P4: the same seed and operations give the same addresses, in one process, in two, and under any hash seed."""

import subprocess
import sys

import pytest
from hypothesis import given

from gcsim.testing import Testbed
from gcsim.testing.programs import Command, run
from gcsim.testing.strategies import programs

pytestmark = pytest.mark.slow

SCRIPT = """
from gcsim.testing import check
print(sorted(check(examples=25, seed=3).events.items()))
"""


def test_runs_repeat_in_another_process_and_under_another_hash_seed():
    """P4: the same programs, the same addresses, the same events."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@given(programs())
def test_the_same_run_gives_the_same_words(program):
    """P4: twice in one process."""
    heaps = []
    for _ in range(2):
        bed = Testbed(thorough=False)
        run([*program, Command("collect")], bed)
        heaps.append(bed.heap.memory.words.tolist())
    assert heaps[0] == heaps[1]
