"""Other people's readers open what gcsim writes: Chrome DevTools' own code, and VS Code's viewer.

They are two packages of npm, pinned in `package-lock.json` and installed into a temporary folder; `read.mjs` asks them.
Where node, npm or their registry cannot be reached the tests are skipped, but never where CI runs them.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from gcsim import Simulation
from gcsim.scenarios import built_in
from snapshot_files import Snapshot, many_kinds

HERE = Path(__file__).parent
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
ENTRY = "{date, arch, platform, cpus}"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def read(tmp_path_factory):
    """What the readers say of one file or two, as a dict."""
    folder = tmp_path_factory.mktemp("readers")
    for name in ("package.json", "package-lock.json", "read.mjs"):
        shutil.copy(HERE / name, folder)
    if not (shutil.which("node") and shutil.which("npm")):
        give_up("node and npm are not installed")
    installed = subprocess.run(INSTALL, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if installed.returncode:
        give_up(f"npm cannot install the readers: {installed.stderr.strip()}")

    def run(*files):
        command = ["node", "read.mjs", *map(str, files)]
        return json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)

    return run


def give_up(reason):
    """The test is skipped; in CI, where nothing may be missing, it fails."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def test_both_read_a_value_of_every_kind(read, tmp_path):
    """All nodes and bytes, without a warning; the viewer's classes have the bytes of their nodes."""
    sim = many_kinds()
    sim.snapshot(tmp_path / "heap")
    answer, snapshot = read(tmp_path / "heap"), Snapshot(tmp_path / "heap")
    assert answer["warnings"] == []
    assert answer["panel"]["nodes"] == len(snapshot.nodes)
    assert answer["panel"]["bytes"] == sim.heap.used_bytes()
    assert sum(row["self"] for row in answer["panel"]["classes"]) == sim.heap.used_bytes()
    counts = Counter(node.name for node in snapshot.nodes if node.type == "object")
    seen = {row["name"]: row for row in answer["viewer"]}
    assert {name: row["count"] for name, row in seen.items() if name in counts} == counts
    assert sum(row["self"] for row in seen.values()) == sim.heap.used_bytes()


def test_the_panel_shows_an_owner_with_its_stores(read, tmp_path):
    """An Array with its elements, a Set with its table."""
    many_kinds().snapshot(tmp_path / "heap")
    rows = {row["name"]: row for row in read(tmp_path / "heap")["panel"]["classes"]}
    assert (rows["Set"]["self"], rows["Set"]["distance"]) == (152, 2)
    assert rows["Array"]["self"] == 4 * 32 + 56 + 32 + 2424
    assert "(array)" not in rows


def test_the_guide_s_leak_is_on_top_of_the_comparison(read, tmp_path):
    """A leaking server after 1,000 requests and after 3,000: what comes first is the entries and their parts."""
    sim = Simulation()

    def snapshot_at_1000(done, total):
        if done == 1_000:
            sim.snapshot(tmp_path / "before")

    sim.on_progress = snapshot_at_1000
    sim.run(built_in("leaky-server"), requests=3_000)
    sim.snapshot(tmp_path / "after")
    answer = read(tmp_path / "before", tmp_path / "after")
    assert answer["warnings"] == []
    rows = sorted(answer["changes"], key=lambda row: row["bytes"], reverse=True)
    assert {row["name"] for row in rows[:5]} == {"Array", "(string)", "Object", "{model, times}", ENTRY}
    assert all(row["added"] - row["removed"] in (2_000, 4_000, 6_000) for row in rows[:5])
    assert next(row for row in rows if row["name"] == ENTRY)["added"] == 2_000
    assert sum(row["bytes"] for row in rows[5:]) < 0.2 * rows[0]["bytes"]
