"""Detached: DOM nodes and their kin that no document shows any more.

Chrome writes for some native nodes whether they are attached to a document (1) or detached from it (2); 0 is unknown.
Their state spreads: what an attached node refers to is attached, and what a detached one refers to is detached unless
it is attached. Only native nodes take a state, so it stops at JavaScript; edges of type hidden and weak do not carry
it. Each node takes a state once.

A node that becomes detached is renamed: "Detached " comes before its name, here as in the file's string table. All
else that depends on names follows after this.

Files without the column (before 2020) have such names already.
"""

from gcsim.snapshot.columns import Columns, Graph, Ints, Kinds
from gcsim.snapshot.kernels import Translator, zeros

UNKNOWN, ATTACHED, DETACHED = 0, 1, 2
PREFIX = "Detached "


def spread_detachedness(columns: Columns, translate: Translator) -> bytearray:
    """The state of every node; detached nodes have their new name."""
    native = columns.node_type_number("native")
    if columns.detachedness is None:
        return named_detached(columns, native)
    state = bytearray(columns.detachedness)
    if any(state):
        pending = zeros("i", columns.node_count)
        for wanted in (ATTACHED, DETACHED):
            translate(spread)(columns.graph, columns.kinds, wanted, state, pending)
        rename(columns, state, native)
    return state


def named_detached(columns: Columns, native: int) -> bytearray:
    """The states by name, for files that do not have them."""
    prefixed = {index for index, text in enumerate(columns.strings) if text.startswith(PREFIX)}
    nodes = zip(columns.node_type, columns.node_name, strict=True)
    return bytearray(DETACHED if kind == native and name in prefixed else UNKNOWN for kind, name in nodes)


def rename(columns: Columns, state: bytearray, native: int) -> None:
    """Detached nodes have "Detached " before their name; the new names are new strings."""
    new_name: dict[int, int] = {}
    names = columns.node_name
    node = state.find(DETACHED)
    while node >= 0:
        old = names[node]
        if columns.node_type[node] == native:
            if old not in new_name:
                new_name[old] = len(columns.strings)
                columns.strings.append(PREFIX + columns.strings[old])
            names[node] = new_name[old]
        node = state.find(DETACHED, node + 1)


def spread(graph: Graph, kinds: Kinds, wanted: int, state: bytearray, pending: Ints) -> None:
    """Kernel: the state `wanted` has spread from the native nodes that have it."""
    first_edge, edge_to, edge_type, node_type = graph.first_edge, graph.edge_to, graph.edge_type, graph.node_type
    native, hidden, weak = kinds.native, kinds.hidden_edge, kinds.weak
    count = 0
    for node in range(len(state)):
        if state[node] == wanted and node_type[node] == native:
            pending[count] = node
            count += 1
    while count > 0:
        count -= 1
        node = pending[count]
        for e in range(first_edge[node], first_edge[node + 1]):
            kind = edge_type[e]
            target = edge_to[e]
            if kind not in (hidden, weak) and node_type[target] == native and state[target] == 0:
                state[target] = wanted
                pending[count] = target
                count += 1
