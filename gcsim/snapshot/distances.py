"""Distances: how many references away from the page's globals each node is.

Breadth first, edges in the order of the file, weak ones never. The user roots (`essential.user_roots`) come first, at
1. What they do not reach is V8's own: a second search begins at the root, at 100,000,000, so that such a node is
known by its distance; without any user root it begins at 0. What neither reaches has no distance.

An edge to a node that is not reached yet is passed over if

* it is the `sloppy_function_map` of a native context, or
* it leaves the descriptors of a map, at one of the places that other maps may share (k >= 2 and k mod 3 = 1), or
* it is the first of a WeakMap pair that the search meets (`ephemerons`); the second one counts. Descriptors are
  exempt from this.

Source: `calculateDistances` of DevTools' HeapSnapshot.ts, 2026. Cost: O(nodes + edges).
"""

from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

from gcsim.snapshot.columns import ELEMENT_LIKE, Columns, Graph, Ints, Kinds
from gcsim.snapshot.ephemerons import Ephemerons
from gcsim.snapshot.essential import user_roots
from gcsim.snapshot.javascript import parse_int
from gcsim.snapshot.kernels import Translator, zeros

NO_DISTANCE: Final = -5
SYSTEM: Final = 100_000_000  # from here on, the distance of what only V8 itself refers to

NATIVE_CONTEXT = "system / NativeContext"
SLOPPY_MAP = "sloppy_function_map"
DESCRIPTORS = "(map descriptors)"
PASSED_OVER, EXEMPT = 1, 2


class Pairs(NamedTuple):
    """The pair of each edge name, and 1 for each pair of which one edge was met; pair 0 is none, and means nothing."""

    pair_of: Ints
    armed: bytearray


class Reached(NamedTuple):
    """The distance of each node, and the nodes in the order in which they were reached."""

    distance: Ints
    queue: Ints


def find_distances(columns: Columns, ephemerons: Ephemerons, translate: Translator) -> Ints:
    """The distance of every node."""
    distance = array("i", [NO_DISTANCE]) * columns.node_count
    starts = user_roots(columns)  # one that the root refers to twice is searched from twice, as DevTools does
    queue = array("i", starts) + zeros("i", columns.node_count + 1)
    rules = edge_rules(columns)
    pairs, reached = Pairs(ephemerons.pair_of, bytearray(len(ephemerons.table_id))), Reached(distance, queue)

    def search_from(first: list[int], start_distance: int) -> None:
        for index, node in enumerate(first):
            distance[node], queue[index] = start_distance, node
        translate(search)(columns.graph, columns.kinds, rules, pairs, reached, len(first))

    search_from(starts, 1)
    search_from([columns.root], SYSTEM if starts else 0)
    return distance


def edge_rules(columns: Columns) -> bytearray:
    """For each edge PASSED_OVER, EXEMPT from the rule about pairs, or 0."""
    rules = bytearray(columns.edge_count)
    numbered = {columns.edge_type_number(name) for name in ELEMENT_LIKE}
    for e in edges_of_nodes(columns, "array", DESCRIPTORS):
        number = columns.edge_name[e]
        index = number if columns.edge_type[e] in numbered else parse_int(columns.strings[number])
        shared = index is not None and index >= 2 and index % 3 == 1
        rules[e] = PASSED_OVER if shared else EXEMPT
    for e in edges_of_nodes(columns, "hidden", NATIVE_CONTEXT):
        if columns.edge_type[e] not in numbered and columns.strings[columns.edge_name[e]] == SLOPPY_MAP:
            rules[e] = PASSED_OVER
    return rules


def edges_of_nodes(columns: Columns, kind: str, name: str) -> Iterator[int]:
    """The edges that leave nodes of that type and name."""
    wanted_type = columns.node_type_number(kind)
    for node in columns.nodes_named(name):
        if columns.node_type[node] == wanted_type:
            yield from range(columns.first_edge[node], columns.first_edge[node + 1])


def search(graph: Graph, kinds: Kinds, rules: bytearray, pairs: Pairs, reached: Reached, count: int) -> None:
    """Kernel: all that the first `count` nodes of the queue, whose distances are set, can reach has its distance."""
    first_edge, edge_to, edge_type, edge_name = graph.first_edge, graph.edge_to, graph.edge_type, graph.edge_name
    pair_of, armed, distance, queue = pairs.pair_of, pairs.armed, reached.distance, reached.queue
    weak, internal = kinds.weak, kinds.internal
    index = 0
    while index < count:
        node = queue[index]
        index += 1
        for e in range(first_edge[node], first_edge[node + 1]):
            target = edge_to[e]
            if distance[target] != -5 or edge_type[e] == weak or rules[e] == 1:
                continue
            pair = pair_of[edge_name[e]] if edge_type[e] == internal and rules[e] == 0 else 0
            armed[pair] = 1 - armed[pair]
            if pair > 0 and armed[pair] == 1:
                continue
            distance[target] = distance[node] + 1
            queue[count] = target
            count += 1
