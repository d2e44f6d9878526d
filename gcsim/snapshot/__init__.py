"""Heap snapshots: what Chrome DevTools' Memory panel says about a `.heapsnapshot` file, number for number.

    from gcsim.snapshot import compare, load

    before, after = load("start.heapsnapshot"), load("end.heapsnapshot.gz")
    for row in after.rows()[:10]:
        print(row.name, row.count, row.retained_bytes)
    for change in compare(before, after).rows:
        print(change.name, change.count_delta, change.bytes_delta)
    for node in after.named("Set"):
        print(node, node.retained_bytes, [edge.name for edge in path_to(node)])

A `Snapshot` has nodes, edges and what follows from them: classes, distances, dominators, shallow and retained sizes.
`find_suspect` names the object to look at first. `gcsim snapshot` is the same as a command.

It is all plain Python; with the extra `snapshot` (numba) its loops are machine code, and large files take a fraction
of the time. Each name is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what `__getattr__` gives at run time
    from gcsim.snapshot.comparison import ClassChange, Comparison, compare
    from gcsim.snapshot.distances import NO_DISTANCE, SYSTEM
    from gcsim.snapshot.graph import Edge, Node, Snapshot
    from gcsim.snapshot.loading import load, loads
    from gcsim.snapshot.paths import in_words, path_to, retainers_of
    from gcsim.snapshot.rows import ClassRow
    from gcsim.snapshot.statistics import Statistics
    from gcsim.snapshot.suspects import Suspect, find_suspect

__all__ = [
    "NO_DISTANCE", "SYSTEM", "ClassChange", "ClassRow", "Comparison", "Edge", "Node", "Snapshot", "Statistics",
    "Suspect", "compare", "find_suspect", "in_words", "load", "loads", "path_to", "retainers_of",
]  # fmt: skip

_HOMES = {
    "comparison": ("ClassChange", "Comparison", "compare"),
    "distances": ("NO_DISTANCE", "SYSTEM"),
    "graph": ("Edge", "Node", "Snapshot"),
    "loading": ("load", "loads"),
    "paths": ("in_words", "path_to", "retainers_of"),
    "rows": ("ClassRow",),
    "statistics": ("Statistics",),
    "suspects": ("Suspect", "find_suspect"),
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that holds it."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"gcsim.snapshot.{home}"), name)
    raise AttributeError(f"module 'gcsim.snapshot' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
