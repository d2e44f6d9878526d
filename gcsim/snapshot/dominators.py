"""Dominators and retained sizes: what would be free if this node were gone.

`u` dominates `v` if every way from the root to `v` leads through `u`. The nearest such `u` is the immediate dominator
of `v`, and the immediate dominators form a tree below the root. The retained size of a node is its shallow size and
that of all below it in this tree: what is kept alive by it alone.

Lengauer and Tarjan's algorithm, the simple version (path compression, no balancing): number the nodes by a
depth-first search; a node's semidominator is the least number from which it can be reached through larger numbers
only; a pass from the largest number down finds it by looking at the node's predecessors, and a pass upwards turns it
into the dominator. All of it on numbers 1..n, 0 for none; the root is 1 and dominates itself.

Some nodes cannot be reached over essential edges, since only weak ones lead to them (Chrome's files have such). As in
DevTools, each that nothing essential leads to is searched from as if the root referred to it; what is left then,
cycles that nothing leads to, hangs below the root, and their references count for nothing.

Invariant: in `order`, every node comes after its dominator.

Source: T. Lengauer, R. E. Tarjan, "A fast algorithm for finding dominators in a flowgraph", TOPLAS 1979;
`calculateDominatorsAndRetainedSizes` of DevTools' HeapSnapshot.ts, 2026. Cost: O(edges log nodes).
"""

from array import array
from typing import NamedTuple

from gcsim.snapshot.columns import Columns, Graph, Ints
from gcsim.snapshot.kernels import Translator, zeros
from gcsim.snapshot.retainers import Retainers


class Dominators(NamedTuple):
    """The immediate dominator of each node, and the nodes in an order in which dominators come first."""

    dominator: Ints
    order: Ints


class Numbering(NamedTuple):
    """A depth-first search: `number` of each node, and by number, the node (`vertex`) and the number above it."""

    number: Ints
    vertex: Ints
    parent: Ints


class Forest(NamedTuple):
    """Lengauer and Tarjan's arrays, by number.

    `ancestor` is the forest of the numbers that were looked at, `label` the number of least semidominator on the way
    up it, `bucket` and `next_in_bucket` the numbers with the same semidominator, `path` a way up. `best` is the
    dominator of a number, or a number with the same dominator.
    """

    semi: Ints
    label: Ints
    ancestor: Ints
    bucket: Ints
    next_in_bucket: Ints
    path: Ints
    best: Ints


def find_dominators(columns: Columns, essential: bytearray, retainers: Retainers, translate: Translator) -> Dominators:
    """The dominator tree."""
    numbering = Numbering(*(zeros("i", columns.node_count + 1) for _ in Numbering._fields))
    reached = translate(number_nodes)(columns.graph, retainers, essential, array("i", columns.first_edge), numbering)
    themselves = array("i", range(columns.node_count + 1))
    empty = (zeros("i", columns.node_count + 1) for _ in Forest._fields[2:])
    forest = Forest(themselves, themselves[:], *empty)
    translate(find_best)(retainers, essential, numbering, reached, forest)
    dominator = zeros("i", columns.node_count)
    translate(finish)(numbering.vertex, forest, dominator)
    return Dominators(dominator, numbering.vertex[1:])


def retained_sizes(shallow: Ints, dominators: Dominators, translate: Translator) -> Ints:
    """The bytes that each node keeps alive."""
    retained = array("q", shallow)
    translate(add_up)(dominators, retained)
    return retained


def number_nodes(
    graph: Graph, retainers: Retainers, essential: bytearray, next_edge: Ints, numbering: Numbering
) -> int:
    """Kernel: a depth-first search from the root, then from each node that nothing essential leads to.

    What is left is numbered as it comes; returns the last number before that.
    """
    first_edge, edge_to, first, arriving = graph.first_edge, graph.edge_to, retainers.first, retainers.edge
    number, vertex, parent = numbering
    nodes = len(number) - 1
    last = 0
    reached = 0
    for start in range(-1, 2 * nodes):  # -1 is the root; then all nodes, twice
        node = graph.root if start < 0 else start % nodes
        leave_out = number[node] > 0
        k = first[node]
        while 0 <= start < nodes and not leave_out and k < first[node + 1]:
            leave_out = essential[arriving[k]] == 1
            k += 1
        if leave_out:
            continue
        last += 1
        number[node] = last
        vertex[last] = node
        parent[last] = 0 if last == 1 else 1
        at = last if start < nodes else 0
        while at > 0:
            node = vertex[at]
            e = next_edge[node]
            end = first_edge[node + 1]
            while e < end and (essential[e] == 0 or number[edge_to[e]] > 0):
                e += 1
            next_edge[node] = e
            if e < end:
                last += 1
                number[edge_to[e]] = last
                vertex[last] = edge_to[e]
                parent[last] = at
                at = last
            else:
                at = parent[at]
        if start < nodes:
            reached = last
    return reached


def find_best(retainers: Retainers, essential: bytearray, numbering: Numbering, reached: int, forest: Forest) -> None:
    """Kernel: `forest.semi` and `forest.best` are known."""
    first, arriving, source = retainers
    number, vertex, parent = numbering
    semi, label, ancestor, bucket, next_in_bucket, path, best = forest

    def least_above(v: int) -> int:
        """The number of least semidominator above `v` in the forest; the way up is shorter afterwards."""
        start = v
        depth = 0
        while ancestor[ancestor[v]] != 0:
            path[depth] = v
            depth += 1
            v = ancestor[v]
        for step in range(depth - 1, -1, -1):
            v = path[step]
            above = ancestor[v]
            if semi[label[above]] < semi[label[v]]:
                label[v] = label[above]
            ancestor[v] = ancestor[above]
        return label[start]

    for w in range(len(vertex) - 1, 1, -1):
        above = parent[w]
        start = first[vertex[w]]
        end = first[vertex[w] + 1]
        least = above if end - start == 1 and w <= reached else w  # a single retainer is the one that led here
        for k in range(start, end if least == w else start):
            e = arriving[k]
            if essential[e] == 1:
                v = number[source[e]]
                least = min(least, semi[v] if ancestor[v] == 0 else semi[least_above(v)])
        if least == w and w <= reached:
            least = 1  # nothing essential leads to it: as if the root referred to it
        semi[w] = least
        ancestor[w] = above
        if least == above:  # true of most: nothing lies between that could do better
            best[w] = above
        else:
            next_in_bucket[w] = bucket[least]
            bucket[least] = w
        v = bucket[above]
        while v != 0:
            u = least_above(v)
            best[v] = u if semi[u] < semi[v] else above
            v = next_in_bucket[v]
        bucket[above] = 0


def finish(vertex: Ints, forest: Forest, dominator: Ints) -> None:
    """Kernel: `dominator` is the node that immediately dominates each node."""
    semi, best = forest.semi, forest.best
    best[0] = 1  # what nothing leads to hangs below the root
    best[1] = 1
    for w in range(2, len(vertex)):
        if best[w] != semi[w]:
            best[w] = best[best[w]]
    for w in range(1, len(vertex)):
        dominator[vertex[w]] = vertex[best[w]]


def add_up(dominators: Dominators, retained: Ints) -> None:
    """Kernel: the size of every node is added to that of its dominator, the last of `order` first."""
    order, dominator = dominators.order, dominators.dominator
    for place in range(len(order) - 1, 0, -1):
        node = order[place]
        retained[dominator[node]] += retained[node]
