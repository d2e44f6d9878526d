"""Run the gates one after the other; the first that fails ends the run with its exit status.

`python tests/gates.py` runs all of them, as CI does. With `--fast` it leaves out the tests marked slow, and
the property tests try fewer examples.
"""

import shlex
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
CHECKS = ["ruff format --check", "ruff check", "mypy --strict", "lint-imports --no-logo"]
# The tests of a file share what it sets up. A worker that ends in a test is not started again, to end there again.
ON_ALL_CORES = "pytest -q -n auto --dist loadfile --max-worker-restart=0"
ALL_TESTS = f"{ON_ALL_CORES} --hypothesis-profile=ci"
FAST_TESTS = f"{ON_ALL_CORES} -m 'not slow'"


def run(command):
    """The exit status of a gate."""
    print(f"\n== {command}", flush=True)
    program, *options = shlex.split(command)
    return subprocess.run([SCRIPTS / program, *options], cwd=ROOT, check=False).returncode


def main(arguments):
    if arguments not in ([], ["--fast"]):
        print(f"usage: python tests/gates.py [--fast], got: {shlex.join(arguments)}", file=sys.stderr)
        return 2
    for command in CHECKS:
        started = time.perf_counter()
        if status := run(command):
            print(f"== {command} FAILED", file=sys.stderr)
            return status
        print(f"== passed in {time.perf_counter() - started:.1f} s")
    return run(FAST_TESTS if arguments else ALL_TESTS)  # pytest has the last word


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
