"""The benchmarks run and report every ratio. What the ratios are is not tested: no clock gates a test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
CORE = [
    "new_vs_bare_object",
    "mark_vs_loop",
    "scavenge_vs_loop",
    "mark_vs_cpython_gc",
    "write_barrier_vs_store",
    "bytes_per_object",
    "growth_1e5_to_1e7",
    "import_vs_attrs",
]
TRACE = ["short_vs_finditer", "prefixed_vs_finditer", "nvp_vs_finditer", "verbose_vs_finditer"]
VIEW = ["frame_vs_fills", "layout_vs_draw", "seek_vs_step", "backdrop_vs_frame"]


@pytest.mark.slow
@pytest.mark.parametrize(("script", "names"), [("core.py", CORE), ("trace.py", TRACE), ("view.py", VIEW)])
def test_a_benchmark_prints_one_json_object_of_ratios(tmp_path, script, names):
    """With `--json`, every ratio is there and above 0."""
    command = [sys.executable, BENCHMARKS / script, "--json", "--quick"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    ratios = json.loads(printed)
    assert list(ratios) == names
    assert all(value > 0 for value in ratios.values())


@pytest.mark.slow
def test_snapshot_prints_one_json_object_of_ratios(tmp_path):
    """With `--json`, every ratio that needs neither an extra nor another program is there and above 0."""
    command = [sys.executable, BENCHMARKS / "snapshot.py", "--json", "--records", "50", "--runs", "2"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    ratios = json.loads(printed)
    assert list(ratios)[:3] == ["load_vs_json", "load_vs_search", "peak_vs_json"]
    assert all(value > 0 for value in ratios.values())
