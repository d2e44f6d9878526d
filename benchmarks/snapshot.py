"""How fast is a heap snapshot read and measured? Ratios to json.loads and to a bare loop, all timed in this run.

    python benchmarks/snapshot.py                    a table
    python benchmarks/snapshot.py --json             one JSON object of ratios
    python benchmarks/snapshot.py --records 185000   a file of some 100 MB (3000, some 2 MB, unless told)
    python benchmarks/snapshot.py --file X --devtools "node oracle.mjs summary {} --timing"

The last one loads the file X instead of a made one, and compares with a command that loads it as well and prints JSON
with `load_ms` and `max_rss_mb`; here, Chrome DevTools' own code in node. Each way of loading runs in a process of its
own, where it loads the file several times: the first time counts as `first`, the best of the others as `load`.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

CHILD = """
import json, resource, sys, time
from gcsim.snapshot import load
path, use_numba, runs = sys.argv[1], sys.argv[2] == "compiled", int(sys.argv[3])
times = []
for _ in range(runs):
    start = time.perf_counter()
    snapshot = load(path, use_numba=use_numba)
    times.append(time.perf_counter() - start)
    assert snapshot.root.retained_bytes > 0
    del snapshot
print(json.dumps({"times": times, "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""
YARDSTICKS = """
import json, resource, sys, time
path, runs = sys.argv[1], int(sys.argv[3])
best = {"json": float("inf"), "search": float("inf")}
for _ in range(runs):
    start = time.perf_counter()
    with open(path, "rb") as file:
        document = json.load(file)
    best["json"] = min(best["json"], time.perf_counter() - start)
    width = len(document["snapshot"]["meta"]["node_fields"])
    counts = document["nodes"][document["snapshot"]["meta"]["node_fields"].index("edge_count")::width]
    targets = [place // width for place in document["edges"][2::3]]
    start = time.perf_counter()
    first = [0]
    for count in counts:
        first.append(first[-1] + count)
    seen, pending = bytearray(len(counts)), [0]
    while pending:
        node = pending.pop()
        for target in targets[first[node]:first[node + 1]]:
            if not seen[target]:
                seen[target] = 1
                pending.append(target)
    best["search"] = min(best["search"], time.perf_counter() - start)
    del document, counts, targets
print(json.dumps({**best, "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""
MEANING = {
    "load_vs_json": "load, interpreted / json.load of the same file",
    "load_vs_search": "load, interpreted / a bare search of its graph",
    "peak_vs_json": "peak memory of load / of json.load",
    "compiled_vs_json": "load, compiled / json.load",
    "compiled_peak_vs_json": "peak memory of load, compiled / of json.load",
    "load_vs_devtools": "load, interpreted / DevTools",
    "peak_vs_devtools": "peak memory of load / of DevTools",
    "compiled_vs_devtools": "load, compiled / DevTools",
    "compiled_first_vs_devtools": "the first load of a process, compiled / DevTools",
    "compiled_peak_vs_devtools": "peak memory of load, compiled / of DevTools",
}


def run(program, *arguments):
    """What a program prints, as JSON."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def write_heap(path, records):
    """A file like that of a program with a list of records, each of some objects, strings and numbers."""
    made = random.Random(records)
    strings = ["", "(GC roots)", "global", "Array", "Rec", "Object", "heap number", "(object elements)", "id", "name"]
    strings += ["tags", "pos", "prev", "x", "y", "elements", "all", "(Strong roots)"]
    nodes, edges = [], []

    def node(kind, name, size, *out):
        nodes.append((kind, name, size, len(out)))
        edges.extend(out)

    first, each = 5, 7
    node(9, 0, 0, (5, 2, 2), (1, 1, 1))
    node(9, 1, 0, (1, 1, 3))
    node(3, 2, 64, (2, 16, 4))
    node(9, 17, 0, (3, 16, 4))
    node(3, 3, 16, *((1, index, first + each * index) for index in range(records)))
    for index in range(records):
        at = first + each * index
        other = first + each * made.randrange(records)
        node(3, 4, 56, (2, 8, at + 6), (2, 9, at + 1), (2, 10, at + 2), (2, 11, at + 4), (2, 12, other), (3, 9, 2))
        node(2, len(strings), 24)
        strings.append(f"rec-{index}")
        node(3, 3, 16, (3, 15, at + 3))
        node(1, 7, 32, (1, 0, at + 1), (1, 1, at + 6))
        node(3, 5, 40, (2, 13, at + 5), (2, 14, at + 6))
        node(7, 6, 16)
        node(7, 6, 16)
    write_file(path, nodes, edges, strings)


def write_file(path, nodes, edges, strings):
    """The file of some nodes (type, name, size, edge count) and edges (type, name, target)."""
    kinds = ["hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic"]
    fields = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"]
    meta = {
        "node_fields": fields, "node_types": [kinds, *["number"] * 6],
        "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": [
            ["context", "element", "property", "internal", "hidden", "shortcut", "weak"], "string_or_number", "node"
        ],
    }  # fmt: skip
    header = {"meta": meta, "node_count": len(nodes), "edge_count": len(edges), "trace_function_count": 0}
    with path.open("w", encoding="ascii") as file:
        file.write(f'{{"snapshot":{json.dumps(header)},\n"nodes":[')
        file.write("\n,".join(f"{k},{n},{2 * i + 1},{s},{e},0,0" for i, (k, n, s, e) in enumerate(nodes)))
        file.write('],\n"edges":[')
        file.write("\n,".join(f"{kind},{name},{7 * target}" for kind, name, target in edges))
        file.write(f'],\n"strings":{json.dumps(strings)}}}')


def measure(path, devtools, runs):
    """Every ratio that can be measured here, by name."""
    yard = run(YARDSTICKS, path, "", runs)
    plain = run(CHILD, path, "interpreted", runs)
    fast = run(CHILD, path, "compiled", runs + 1) if find_spec("numba") else None
    if fast:
        fast = run(CHILD, path, "compiled", runs + 1)  # by now the machine code is on disk
    ratios = {
        "load_vs_json": min(plain["times"]) / yard["json"],
        "load_vs_search": min(plain["times"]) / yard["search"],
        "peak_vs_json": plain["peak_kb"] / yard["peak_kb"],
    }
    if fast:
        ratios["compiled_vs_json"] = min(fast["times"][1:]) / yard["json"]
        ratios["compiled_peak_vs_json"] = fast["peak_kb"] / yard["peak_kb"]
    if devtools:
        ratios |= compare_with(devtools, path, plain, fast, runs)
    return ratios


def compare_with(devtools, path, plain, fast, runs):
    """The ratios to a command that loads the same file."""
    command = [part.replace("{}", str(path)) for part in devtools.split()]
    answers = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs)
    ]
    load_s = min(answer["load_ms"] for answer in answers) / 1000
    peak_kb = min(answer["max_rss_mb"] for answer in answers) * 1024
    ratios = {"load_vs_devtools": min(plain["times"]) / load_s, "peak_vs_devtools": plain["peak_kb"] / peak_kb}
    if fast:
        ratios["compiled_vs_devtools"] = min(fast["times"][1:]) / load_s
        ratios["compiled_first_vs_devtools"] = fast["times"][0] / load_s
        ratios["compiled_peak_vs_devtools"] = fast["peak_kb"] / peak_kb
    return ratios


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object of ratios")
    parser.add_argument("--records", type=int, default=3000, help="how large the file is")
    parser.add_argument("--runs", type=int, default=3, help="how often each is timed")
    parser.add_argument("--file", type=Path, help="a file to load instead")
    parser.add_argument("--devtools", help="a command that loads {} and prints load_ms and max_rss_mb as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.file
        if path is None:
            path = Path(folder) / "made.heapsnapshot"
            write_heap(path, arguments.records)
        ratios = measure(path.resolve(), arguments.devtools, arguments.runs)
    if arguments.json:
        print(json.dumps({name: round(value, 3) for name, value in ratios.items()}))
        return
    print(f"{'measure':<28}{'ratio':>8}   what")
    for name, value in ratios.items():
        print(f"{name:<28}{value:>8.2f}   {MEANING[name]}")


if __name__ == "__main__":
    main()
