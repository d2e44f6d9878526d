"""Write: the heap as a .heapsnapshot, which the Memory panel of Chrome DevTools and other readers of V8's files open.

The file has a node for each object and an edge for each reference, and before them the roots (`write_roots`) and the
maps. What a node says is told in `write_objects`, the format in `write_format`. Self sizes are the objects' bytes in
the simulated heap; only what is no object there has none. So they add up to `heap.used_bytes()`.

Ids are those of `heap.ids`: an object has the same in all snapshots of one process.

Nodes come in the order of addresses. So the place of a node in the file is found by bisection in the list of
addresses, and nothing is kept for an object but its address, its id and how many edges it has: 20 bytes, beside the
strings, each once. Edges are made twice, first to be counted, for the counts come first in the file.

What node keeps before a script is one chain of blocks (`sim/initial_heap.py`): hidden nodes `system / (node)`, which
(Strong roots) holds. They are counted as (system), and are nobody's but theirs.

Complexity: O(bytes of live objects + edges x log(objects)).
Left out: V8's maps, scripts and code, which the simulated heap does not have; prototypes; the places of classes in
scripts (`locations`); embedder objects; the numbers in fields. An edge to a slot without a name has the number of its
field, where V8 counts from the begin of the object.
Source: V8 11.3 src/profiler/heap-snapshot-generator.cc; files written by Node v20.20.2.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import TextIO

from gcsim.heap.heap import Heap
from gcsim.heap.inspect import objects_in_order
from gcsim.snapshot.write_format import META, NODE_FIELDS, NODE_NUMBER, Strings, write_rows
from gcsim.snapshot.write_objects import Objects
from gcsim.snapshot.write_roots import COUNT, Edge, root_edges, root_nodes


def write_snapshot(heap: Heap, file: TextIO) -> None:
    """The file has every object that counts as allocated, and each of them has an id from now on.

    Only a heap right after full collections has no garbage; `Simulation.snapshot` sees to that.
    """
    _Writer(heap).write(file)


class _Writer:
    """Writes one snapshot. `_first`: the place of the first object in the file, behind the roots and the maps."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._strings = Strings()
        self._roots = root_nodes(self._strings)
        self._objects = Objects(heap, self._strings, COUNT, self._id_of)
        self._addresses = array("q", objects_in_order(heap))
        heap.ids.give(self._addresses)
        self._meet_tables()
        self._counts = array("i", (len(self._objects.edges(address)) for address in self._addresses))
        self._maps = self._objects.maps
        self._first = COUNT + len(self._maps)

    def write(self, file: TextIO) -> None:
        """The whole file."""
        edges = sum(self._counts) + sum(self._count_of_root(root.place) for root in self._roots)
        head = {
            "meta": META,
            "node_count": self._first + len(self._addresses),
            "edge_count": edges,
            "trace_function_count": 0,
        }
        file.write(f'{{"snapshot":{json.dumps(head, separators=(",", ":"))}')
        write_rows(file, "nodes", self._node_rows())
        write_rows(file, "edges", self._edge_rows())
        file.write(',\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[]')
        write_rows(file, "strings", self._strings.rows())
        file.write("}\n")

    def _meet_tables(self) -> None:
        words, shapes = self._heap.memory.words, self._heap.shapes
        for address in self._addresses:
            if shapes[words[address]].ephemerons:
                self._objects.meet_table(address)

    def _node_rows(self) -> Iterator[str]:
        ids = self._heap.ids
        for root in self._roots:
            yield f"{root.type},{root.name},{root.id},0,{self._count_of_root(root.place)},0,0\n"
        type_, name = NODE_NUMBER["object shape"], self._strings.number("system / Map")
        for key in self._maps:
            yield f"{type_},{name},{ids.of_other(key)},0,0,0,0\n"
        node = self._objects.node
        for address, id_, count in zip(self._addresses, ids.ids, self._counts, strict=True):
            type_, name, size_bytes = node(address)
            yield f"{type_},{name},{id_},{size_bytes},{count},0,0\n"

    def _edge_rows(self) -> Iterator[str]:
        for root in self._roots:
            yield from self._rows(root_edges(self._heap, self._strings, root.place))
        for address in self._addresses:
            yield from self._rows(iter(self._objects.edges(address)))

    def _rows(self, edges: Iterator[Edge]) -> Iterator[str]:
        return (f"{type_},{name},{self._place_of(target) * len(NODE_FIELDS)}\n" for type_, name, target in edges)

    def _count_of_root(self, place: int) -> int:
        return sum(1 for _ in root_edges(self._heap, self._strings, place))

    def _place_of(self, target: int) -> int:
        """The place in the file of an edge's target."""
        return self._first + bisect_left(self._addresses, target) if target > 0 else -target

    def _id_of(self, address: int) -> int:
        return self._heap.ids.ids[bisect_left(self._addresses, address)]
