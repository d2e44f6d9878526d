"""Which edges hold a node alive, for the question who dominates whom.

An edge from `u` to `v` is essential unless one of these holds:

1. `u` is the table of a WeakMap pair and the edge leads to the value (the key's edge counts, see `ephemerons`);
2. it is weak;
3. `u` is `v`;
4. it is a shortcut and `u` is not the root (V8 draws these for the reader's convenience);
5. `v` is owned by the page and `u` is neither that nor the root.

Page-owned is what can be reached from the page's globals: from the root's shortcuts and from the synthetic node
(Document DOM trees), over any edge but weak ones. Rule 5 is why a global hangs right below the root although V8's own
handles refer to it too, and why a debugger's references do not count.

Source: `computeIsEssentialEdge` and `markPageOwnedNodes` of DevTools' HeapSnapshot.ts, 2026. Cost: O(nodes + edges).
"""

from gcsim.snapshot.columns import Columns, Graph, Ints, Kinds
from gcsim.snapshot.ephemerons import Ephemerons
from gcsim.snapshot.kernels import Translator, zeros

DOM_TREES = "(Document DOM trees)"


def page_owned(columns: Columns, translate: Translator) -> bytearray:
    """1 for each node that the page owns."""
    owned, pending = bytearray(columns.node_count), zeros("i", columns.node_count)
    starts = page_starts(columns)
    for count, node in enumerate(starts):
        owned[node], pending[count] = 1, node
    translate(flood)(columns.graph, columns.kinds, owned, pending, len(starts))
    return owned


def page_starts(columns: Columns) -> list[int]:
    """The nodes that the page holds directly, each once."""
    element, shortcut = columns.edge_type_number("element"), columns.edge_type_number("shortcut")
    starts: dict[int, None] = {}
    for e in range(columns.first_edge[columns.root], columns.first_edge[columns.root + 1]):
        kind, node = columns.edge_type[e], columns.edge_to[e]
        if kind == shortcut or (kind == element and is_dom_trees(columns, node)):
            starts[node] = None
    return list(starts)


def is_dom_trees(columns: Columns, node: int) -> bool:
    """Whether this is the synthetic node that holds the documents."""
    synthetic = columns.node_type[node] == columns.node_type_number("synthetic")
    return synthetic and columns.strings[columns.node_name[node]] == DOM_TREES


def is_user_root(columns: Columns, node: int) -> bool:
    """Whether a node that the root refers to is the page's, not V8's."""
    return columns.node_type[node] != columns.node_type_number("synthetic") or is_dom_trees(columns, node)


def user_roots(columns: Columns) -> list[int]:
    """The nodes of the page that the root refers to, in the order of its edges, as often as it does."""
    first, end = columns.first_edge[columns.root], columns.first_edge[columns.root + 1]
    return [node for node in columns.edge_to[first:end] if is_user_root(columns, node)]


def essential_edges(columns: Columns, ephemerons: Ephemerons, owned: bytearray, translate: Translator) -> bytearray:
    """1 for each edge that holds its target alive."""
    essential = bytearray(columns.edge_count)
    translate(mark_essential)(columns.graph, columns.kinds, ephemerons, owned, essential)
    return essential


def flood(graph: Graph, kinds: Kinds, owned: bytearray, pending: Ints, count: int) -> None:
    """Kernel: `owned` marks all that can be reached from the first `count` nodes of `pending`, which are marked."""
    first_edge, edge_to, edge_type, weak = graph.first_edge, graph.edge_to, graph.edge_type, kinds.weak
    while count > 0:
        count -= 1
        node = pending[count]
        for e in range(first_edge[node], first_edge[node + 1]):
            target = edge_to[e]
            if owned[target] == 0 and edge_type[e] != weak:
                owned[target] = 1
                pending[count] = target
                count += 1


def mark_essential(graph: Graph, kinds: Kinds, ephemerons: Ephemerons, owned: bytearray, essential: bytearray) -> None:
    """Kernel: `essential` marks the edges that the rules leave."""
    first_edge, edge_to, edge_type, edge_name = graph.first_edge, graph.edge_to, graph.edge_type, graph.edge_name
    node_id, root, pair_of, table_id = graph.node_id, graph.root, ephemerons.pair_of, ephemerons.table_id
    weak, shortcut, internal = kinds.weak, kinds.shortcut, kinds.internal
    for node in range(len(first_edge) - 1):
        is_root = node == root
        is_owned = owned[node] == 1
        for e in range(first_edge[node], first_edge[node + 1]):
            kind = edge_type[e]
            target = edge_to[e]
            if kind == weak or target == node:
                continue
            if not is_root and (kind == shortcut or (owned[target] == 1 and not is_owned)):
                continue
            pair = pair_of[edge_name[e]] if kind == internal else 0
            if pair == 0 or table_id[pair] != node_id[node]:
                essential[e] = 1
