"""Every number equals what Chrome DevTools' own code says: real files node by node, and random micro snapshots.

`data/` holds two pairs of real files (Node 20: the leak of the Node.js guides; Chromium 156: a page) and 250 random
ones, every fifth a pair, with the answers of the worker in npm's chrome-devtools-frontend 1.0.1705227.
"""

import json
from importlib.util import find_spec

import pytest

from gcsim.snapshot import compare, loads
from snapshots import (
    changes_as_recorded,
    cut,
    range_as_recorded,
    recorded,
    rows_as_recorded,
    statistics_as_recorded,
)  # fmt: skip

FILES = ["leak-set-start", "leak-set-end", "chrome-page-start", "chrome-page-end"]
NUMBA = pytest.mark.skipif(find_spec("numba") is None, reason="numba is an extra")
LOOPS = [
    pytest.param(False, id="interpreted"),
    pytest.param(True, id="compiled", marks=[NUMBA, pytest.mark.slow]),  # the first use compiles for seconds
]


def key_of(row):
    return row["key"]


@pytest.mark.slow
@pytest.mark.parametrize("use_numba", LOOPS)
@pytest.mark.parametrize("name", FILES)
def test_every_node_and_every_class_of_a_real_file_is_as_in_devtools(name, use_numba):
    snapshot = loads(recorded(f"{name}.heapsnapshot"), use_numba=use_numba)
    answer = json.loads(recorded(f"{name}.oracle.json"))
    lines = recorded(f"{name}.nodes.tsv").decode().split("\n")[1:-1]
    assert len(lines) == snapshot.node_count
    for node, line in zip(snapshot.nodes(), lines, strict=True):
        numbers = (node.shallow_bytes, node.retained_bytes, node.distance, node.dominator.id)
        got = "\t".join(map(str, (node.id, node.type, json.dumps(cut(node.class_name), ensure_ascii=False), *numbers)))
        assert got == line
    assert rows_as_recorded(snapshot.rows()) == answer["classes"]
    totals = answer["totals"]
    assert statistics_as_recorded(snapshot.statistics()) == totals["statistics"]
    assert (snapshot.total_bytes, snapshot.last_js_id) == (totals["total_size"], totals["max_js_object_id"])
    for expected in answer["top"]:
        node = snapshot.node(expected["ordinal"])
        assert (cut(node.name), len(node.edges), len(node.retainers)) == (
            expected["name"], expected["edges"], expected["retainers"]
        )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("use_numba", LOOPS)
@pytest.mark.parametrize("name", ["leak-set", "chrome-page"])
def test_every_row_of_a_real_comparison_is_as_in_devtools(name, use_numba):
    base, newer = (loads(recorded(f"{name}-{when}.heapsnapshot"), use_numba=use_numba) for when in ("start", "end"))
    comparison, answer = compare(base, newer), json.loads(recorded(f"{name}.diff.json"))
    assert changes_as_recorded(comparison) == answer["diff"]
    check_ranges(comparison, answer)


@pytest.mark.parametrize("use_numba", LOOPS)
def test_micro_snapshots_are_as_in_devtools(use_numba):
    cases, answers = (recorded(name).decode().splitlines() for name in ("micro.jsonl", "micro.expected.jsonl"))
    assert len(cases) == len(answers) == 250
    for case, answer in zip(map(json.loads, cases), map(json.loads, answers), strict=True):
        assert case["name"] == answer["name"]
        snapshot = loads(json.dumps(case["snapshot"]).encode(), place=case["name"], use_numba=use_numba)
        if "base" in case:
            base = loads(json.dumps(case["base"]).encode(), use_numba=use_numba)
            comparison = compare(base, snapshot)
            assert changes_as_recorded(comparison, with_ids=True) == answer["diff"]["diff"], case["name"]
            check_ranges(comparison, answer["diff"])
        else:
            check_case(snapshot, answer)


def check_case(snapshot, answer):
    """Each list and number that was recorded for a micro snapshot."""
    nodes = list(snapshot.nodes())
    got = {
        "name": snapshot.columns.place,
        "self": [node.shallow_bytes for node in nodes],
        "retained": [node.retained_bytes for node in nodes],
        "distance": [node.distance for node in nodes],
        "dominator": [node.dominator.number for node in nodes],
        "class": [node.class_name for node in nodes],
        "node_name": [node.name for node in nodes],
        "total_size": snapshot.total_bytes,
        "max_js_object_id": snapshot.last_js_id,
        "statistics": statistics_as_recorded(snapshot.statistics()),
        "interface_definitions": [
            {"name": interface.name, "properties": list(interface.properties)}
            for interface in snapshot.classes.interfaces
        ],
        "classes": rows_as_recorded(snapshot.rows()),
    }
    assert got == {name: answer[name] for name in got}


def check_ranges(comparison, answer):
    """What was allocated between two snapshots, and before the first."""
    between = comparison.allocated_between()
    expected = answer["allocated_between"]
    assert range_as_recorded(between) == {"count": expected["count"], "self": expected["self"]}
    assert rows_as_recorded(between) == expected["classes"]
    before = answer["allocated_before"]
    assert range_as_recorded(comparison.allocated_before()) == {"count": before["count"], "self": before["self"]}
