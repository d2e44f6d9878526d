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

from gcsim.snapshot.columns import Columns, Graph, Ints, Kinds
from gcsim.snapshot.essential import user_roots
from gcsim.snapshot.kernels import Translator, zeros

EXTERNAL_STRING = "system / ExternalStringData"


def shallow_sizes(columns: Columns, translate: Translator) -> Ints:
    """The bytes of every node, after those of backing stores went to their owners."""
    sizes = array("q", columns.self_bytes)
    if not user_roots(columns):
        return sizes
    graph, kinds, owner = columns.graph, columns.kinds, zeros("i", columns.node_count)
    pending, external = zeros("i", 2 * columns.node_count + 1), columns.string_of(EXTERNAL_STRING)
    translate(find_owners)(graph, kinds, external, owner, pending)
    translate(hand_over)(graph, kinds, owner, sizes)
    return sizes


def find_owners(graph: Graph, kinds: Kinds, external: int, owner: Ints, pending: Ints) -> None:
    """Kernel: `owner` is that of every node: itself, another, -1 for none, -2 for many."""
    first_edge, edge_to, edge_type, weak = graph.first_edge, graph.edge_to, graph.edge_type, kinds.weak
    none = -1
    many = -2
    for node in range(len(owner)):
        kind = graph.node_type[node]
        if kind in (kinds.hidden, kinds.array) or (kind == kinds.native and graph.node_name[node] == external):
            owner[node] = none
        else:
            owner[node] = node
    for start in range(len(owner)):
        if owner[start] != start:
            continue
        pending[0] = start
        count = 1
        while count > 0:
            count -= 1
            node = pending[count]
            mine = owner[node]
            for e in range(first_edge[node], first_edge[node + 1]):
                target = edge_to[e]
                theirs = owner[target]
                if theirs == target or edge_type[e] == weak:
                    continue
                becomes = mine if theirs == none else (theirs if theirs == mine else many)
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
