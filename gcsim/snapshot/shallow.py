"""Shallow sizes: whose bytes a backing store's bytes are.

An array keeps its elements in a second object, an object its properties, a Set its table. Who reads a snapshot means
both, so the bytes of a `hidden` or `array` node go to the one node that owns it.

All other nodes own themselves. Ownership flows from them over every edge that is not weak: a node that nobody owns yet
takes the owner of its source, and one that is reached for a second owner has many, which flows on as well. In
the end each node with exactly one owner hands over its whole size, unless that owner is the root or synthetic. The
result does not depend on the order of the visits, since a node only ever goes from none to one to many.

Without a user root (Chrome's newest files, `essential.user_roots`) nothing moves. The total never changes.

Source: `calculateShallowSizes` of DevTools' HeapSnapshot.ts, 2026. Cost: O(nodes + edges); each node is visited at
most twice.
"""

from array import array
from typing import Final

from gcsim.snapshot.columns import Columns, Graph, Ints, Kinds
from gcsim.snapshot.essential import user_roots
from gcsim.snapshot.kernels import Translator, zeros

EXTERNAL_STRING: Final = "system / ExternalStringData"
NONE: Final = -1
MANY: Final = -2


def shallow_sizes(columns: Columns, translate: Translator) -> Ints:
    """The bytes of every node, after those of backing stores went to their owners."""
    sizes = array("q", columns.self_bytes)
    if not user_roots(columns):
        return sizes
    graph, kinds, owner = columns.graph, columns.kinds, zeros("i", columns.node_count)
    pending = zeros("i", 3 * columns.node_count)  # each node once at first, and at most twice later
    count = translate(own_themselves)(graph, kinds, columns.string_of(EXTERNAL_STRING), owner, pending)
    translate(find_owners)(graph, kinds, owner, pending, count)
    translate(hand_over)(graph, kinds, owner, sizes)
    return sizes


def own_themselves(graph: Graph, kinds: Kinds, external: int, owner: Ints, pending: Ints) -> int:
    """Kernel: `owner` is NONE for what others may own, else the node itself; returns how many are `pending`."""
    count = 0
    for node in range(len(owner)):
        kind = graph.node_type[node]
        if kind in (kinds.hidden, kinds.array) or (kind == kinds.native and graph.node_name[node] == external):
            owner[node] = NONE
        else:
            owner[node] = node
            pending[count] = node
            count += 1
    return count


def find_owners(graph: Graph, kinds: Kinds, owner: Ints, pending: Ints, count: int) -> None:
    """Kernel: `owner` is that of every node: itself, another, NONE or MANY."""
    first_edge, edge_to, edge_type, weak = graph.first_edge, graph.edge_to, graph.edge_type, kinds.weak
    while count > 0:
        count -= 1
        node = pending[count]
        mine = owner[node]
        for e in range(first_edge[node], first_edge[node + 1]):
            target = edge_to[e]
            theirs = owner[target]
            if theirs == target or edge_type[e] == weak:
                continue
            becomes = mine if theirs == NONE else (theirs if theirs == mine else MANY)
            if becomes != theirs:
                owner[target] = becomes
                pending[count] = target
                count += 1


def hand_over(graph: Graph, kinds: Kinds, owner: Ints, sizes: Ints) -> None:
    """Kernel: each node that has one owner other than itself gave it its size."""
    root, node_type, synthetic = graph.root, graph.node_type, kinds.synthetic
    for node in range(len(owner)):
        to = owner[node]
        if to >= 0 and to not in (node, root) and node_type[to] != synthetic:
            sizes[to] += sizes[node]
            sizes[node] = 0
