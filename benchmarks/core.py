"""How fast is gcsim? Ratios to hand-written loops and to CPython, all timed in this run.

    python benchmarks/core.py            a table
    python benchmarks/core.py --json     one JSON object of ratios

Seconds depend on the machine, ratios hardly: each pair is timed in turn, several times, and the smallest time of each
counts. `--quick` uses a tenth of the objects, to see that it runs.
"""

import argparse
import gc
import json
import subprocess
import sys
import time
from array import array
from pathlib import Path

import yardsticks

from gcsim import HeapConfig, Scavenger, Simulation
from gcsim.collectors import UNLIMITED, Phase
from gcsim.collectors.mark import Marker
from gcsim.collectors.protocol import Work

BARS = {
    "new_vs_bare_object": 2.0,
    "mark_vs_loop": 1.2,
    "scavenge_vs_loop": 1.3,
    "mark_vs_cpython_gc": 5.0,
    "write_barrier_vs_store": 3.0,
    "bytes_per_object": 48.0,
    "growth_1e5_to_1e7": 1.5,
    "import_vs_attrs": 2.5,
}
MEANING = {
    "new_vs_bare_object": "m.new(shape) / one slotted Python object",
    "mark_vs_loop": "Marker / the bare marking loop",
    "scavenge_vs_loop": "Scavenger / the bare Cheney loop",
    "mark_vs_cpython_gc": "Marker / gc.collect(), equal graph",
    "write_barrier_vs_store": "m.write() / the bare store",
    "bytes_per_object": "resident, for an object of 32 bytes",
    "growth_1e5_to_1e7": "per object, 10^7 objects / 10^5",
    "import_vs_attrs": "import gcsim / import attrs",
}


def best_of(runs, *timed):
    """The smallest time of each function, over `runs` rounds in which all are timed in turn."""
    best = [float("inf")] * len(timed)
    for _ in range(runs):
        for index, function in enumerate(timed):
            best[index] = min(best[index], function())
    return best


def seconds(function, *arguments):
    """How long one call takes."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def tree_heap(count, **flags):
    """A simulation that holds a binary tree of `count` nodes whose third field refers to a random node."""
    simulation = Simulation(HeapConfig(**flags))
    m = simulation.mutator
    node = m.shape("Node", fields=("left", "right", "other"))
    with m.scope():
        m.globals["nodes"] = m.array(count, pretenured=True)
    for start in range(0, count, 1000):
        with m.scope():
            nodes = m.globals["nodes"]
            for index in range(start, min(start + 1000, count)):
                fresh = m.new(node)
                m.write(nodes, index, fresh)
                if index:
                    m.write(m.read(nodes, (index - 1) // 2), (index - 1) % 2, fresh)
                    m.write(fresh, 2, m.read(nodes, m.random.randrange(index)))
    with m.scope():
        m.globals["root"] = m.read(m.globals["nodes"], 0)
    del m.globals["nodes"]
    return simulation


def measure_new(count):
    """`m.new` against a bare object."""
    simulation = Simulation()
    m = simulation.mutator
    node = m.shape("Node", fields=("a", "b", "c"))
    new = m.new

    def make():
        for _ in range(count // 100):
            with m.scope():
                for _ in range(100):
                    new(node)

    ours, bare = best_of(60, lambda: seconds(make), lambda: seconds(yardsticks.make_bare, count))
    return ours / bare


def measure_mark(count):
    """The marker against the bare loop, and against CPython's collector."""
    simulation = tree_heap(count)
    simulation.collect()
    heap = simulation.heap
    finish_sweep(heap)
    root = heap.roots.globals["root"]

    def ours():
        marker = Marker(heap, Work())
        marker.start()
        spent = seconds(marker.drain, UNLIMITED)
        marker.stop()
        heap.memory.clear_colors(0, len(heap.memory.colors))
        return spent

    def loop():
        colors = bytearray(len(heap.memory.words))
        shapes = heap.shapes
        return seconds(yardsticks.mark, heap.memory.words, colors, shapes.words_of, shapes.strong_of, root)

    gc.collect()
    gc.freeze()
    marker_s, loop_s = best_of(21, ours, loop)
    graph = equal_graph(count, simulation)
    (cpython_s,) = best_of(9, lambda: seconds(gc.collect))
    assert graph
    gc.unfreeze()
    return marker_s / loop_s, marker_s / cpython_s


def equal_graph(count, simulation):
    """The graph of `tree_heap` as slotted Python objects; returns the root."""
    random = simulation.random
    nodes = [yardsticks.Bare() for _ in range(count)]
    for index in range(1, count):
        parent = nodes[(index - 1) // 2]
        setattr(parent, "ab"[(index - 1) % 2], nodes[index])
        nodes[index].c = nodes[random.randrange(index)]
    return nodes[0]


def finish_sweep(heap):
    """No page waits for its sweep."""
    from gcsim.collectors.sweep import Sweeper

    Sweeper(heap).advance(UNLIMITED)


def young_heap(count):
    """A heap whose new space is full of live objects, half of which survived once, and 1 in 20 held by an old slot."""
    simulation = Simulation(HeapConfig(min_semi_space_size=64, max_semi_space_size=64))
    m = simulation.mutator
    node = m.shape("Node", fields=("left", "right", "other"))
    m.globals["old"] = m.array(count // 20, pretenured=True)
    for half in range(2):
        nodes = []
        with m.scope():
            old = m.globals["old"]
            for index in range(half * count // 2, (half + 1) * count // 2):
                fresh = m.new(node)
                nodes.append(fresh)
                if len(nodes) > 1:
                    at = len(nodes) - 1
                    m.write(nodes[(at - 1) // 2], (at - 1) % 2, fresh)
                    m.write(fresh, 2, nodes[m.random.randrange(at)])
                if index % 20 == 0:
                    m.write(old, index // 20, fresh)
            m.globals[f"half {half}"] = nodes[0]
        if half == 0:
            simulation.collect("scavenge")
    return simulation


def measure_scavenge(count):
    """The scavenger against the bare loop, over the same new space."""

    def ours():
        heap = young_heap(count).heap
        scavenger = Scavenger(heap)

        def run():
            while scavenger.phase is not Phase.DONE:
                scavenger.advance(UNLIMITED)

        spent = seconds(run)
        assert scavenger.work.promoted_objects == scavenger.work.copied_objects == count // 2
        return spent

    def loop():
        heap = young_heap(count).heap
        heap.old.close_area()
        words = heap.memory.words
        roots = array("q", heap.roots.addresses())
        old_top = heap.memory.reserve(count * yardsticks.WORDS // heap.memory.page_words + 2)
        age_mark, slots = heap.new.age_mark, heap.remembered.take()
        heap.new.flip()
        shapes = heap.shapes
        return seconds(
            yardsticks.scavenge, words, shapes.words_of, shapes.strong_of, roots, slots, heap.old_start, age_mark,
            heap.new.top, old_top,
        )  # fmt: skip

    ours_s, loop_s = best_of(13, ours, loop)
    return ours_s / loop_s


def measure_write(count):
    """The store with its barrier against the store alone: 15 in 100 stores put a young object into an old one."""
    simulation = Simulation(HeapConfig(max_semi_space_size=64, min_semi_space_size=64))
    m = simulation.mutator
    node = m.shape("Node", fields=("a", "b", "c"))
    young = [m.new(node) for _ in range(1400)]
    old = [m.new(node, pretenured=True) for _ in range(1000)]
    holders = (young + old[:600]) * (count // 2000)
    values = (old[:700] + young[:700] + old[700:] + young[:300]) * (count // 2000)
    assert len(values) == len(holders)

    def ours():
        write = m.write
        for holder, value in zip(holders, values, strict=True):
            write(holder, 1, value)

    words = simulation.heap.memory.words
    ours_s, bare_s = best_of(60, lambda: seconds(ours), lambda: seconds(yardsticks.store, words, holders, 2, values))
    return ours_s / bare_s


def measure_memory(count):
    """Growth of this process while `count` objects of 32 bytes come to live in old space, per object."""
    program = (
        "import resource, sys; sys.path.insert(0, sys.argv[2]); from core import keep, Simulation\n"
        "count = int(sys.argv[1]); s = Simulation(); keep(s, 1000)\n"
        "def rss(): return int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize()\n"
        "before = rss(); keep(s, count); s.collect(); print((rss() - before) / count)"
    )
    here = str(Path(__file__).parent)
    out = subprocess.run([sys.executable, "-c", program, str(count), here], check=True, capture_output=True, text=True)
    return float(out.stdout)


def keep(simulation, count):
    """`count` objects of three fields are in a list that a global holds."""
    m = simulation.mutator
    node = m.shape("Node", fields=("next", "b", "c"))
    if "list" not in m.globals:
        with m.scope():
            m.globals["list"] = m.new(node)
    for _ in range(count // 1000):
        with m.scope():
            head = m.globals["list"]
            for _ in range(1000):
                fresh = m.new(node)
                m.write(fresh, 0, head)
                head = fresh
            m.globals["list"] = head


def measure_growth(small, large):
    """A whole life (made, copied, promoted, marked, swept) per object, of many objects against few."""

    def life(count):
        simulation = Simulation()

        def run():
            keep(simulation, count)
            simulation.collect()
            del simulation.mutator.globals["list"]
            simulation.collect()
            finish_sweep(simulation.heap)

        return seconds(run) / count

    few = min(life(small) for _ in range(5))
    return life(large) / few


def measure_import():
    """Fresh processes that import one or the other, less one that imports nothing."""

    def start(statement):
        return lambda: seconds(subprocess.check_call, [sys.executable, "-c", statement])

    nothing, ours, attrs = best_of(15, start("pass"), start("import gcsim"), start("import attrs"))
    return (ours - nothing) / (attrs - nothing)


def measure(scale):
    """Every ratio, by name."""
    count = int(1_000_000 * scale)
    mark_loop, mark_cpython = measure_mark(count)
    return {
        "new_vs_bare_object": measure_new(count // 5),
        "mark_vs_loop": mark_loop,
        "scavenge_vs_loop": measure_scavenge(count),
        "mark_vs_cpython_gc": mark_cpython,
        "write_barrier_vs_store": measure_write(count // 5),
        "bytes_per_object": measure_memory(count),
        "growth_1e5_to_1e7": measure_growth(count // 10, count * 10),
        "import_vs_attrs": measure_import(),
    }


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object of ratios")
    parser.add_argument("--quick", action="store_true", help="a tenth of the objects")
    arguments = parser.parse_args()
    ratios = measure(0.1 if arguments.quick else 1.0)
    if arguments.json:
        print(json.dumps({name: round(value, 3) for name, value in ratios.items()}))
        return
    print(f"{'measure':<24}{'ratio':>8}{'bar':>7}   what")
    for name, value in ratios.items():
        print(f"{name:<24}{value:>8.2f}{BARS[name]:>7.1f}   {MEANING[name]}")


if __name__ == "__main__":
    main()
