"""Who refers to whom, backwards.

A file lists for each node the edges that leave it. The retainers of a node are the edges that arrive: `edge[k]` for k
from `first[node]` up to `first[node + 1]`, in the order of the file, found by counting and then placing. `source[e]`
is the node that edge `e` leaves. Weak edges are among them; who wants only those that keep a node alive looks at the
type.

Cost: O(nodes + edges), 8 bytes an edge.
"""

from typing import NamedTuple

from gcsim.snapshot.columns import Columns, Graph, Ints
from gcsim.snapshot.kernels import Translator, zeros


class Retainers(NamedTuple):
    """The edges that arrive at each node, and where they come from."""

    first: Ints
    edge: Ints
    source: Ints

    def count_of(self, node: int) -> int:
        """How many edges arrive at a node."""
        return self.first[node + 1] - self.first[node]

    def edges_of(self, node: int) -> Ints:
        """The edges that arrive at a node."""
        return self.edge[self.first[node] : self.first[node + 1]]


def find_retainers(columns: Columns, translate: Translator) -> Retainers:
    """The retainers of every node."""
    edge, source = zeros("i", columns.edge_count), zeros("i", columns.edge_count)
    retainers = Retainers(zeros("i", columns.node_count + 1), edge, source)
    translate(place_retainers)(columns.graph, retainers)
    return retainers


def place_retainers(graph: Graph, retainers: Retainers) -> None:
    """Kernel: fills `retainers`, which is all zeros."""
    first_edge, edge_to = graph.first_edge, graph.edge_to
    first, edge, source = retainers.first, retainers.edge, retainers.source
    for target in edge_to:
        first[target] += 1
    end = 0
    for node in range(len(first) - 1):
        end += first[node]
        first[node] = end
    first[len(first) - 1] = end
    for node in range(len(first_edge) - 2, -1, -1):  # backwards, so that `first` counts down to where it began
        for e in range(first_edge[node + 1] - 1, first_edge[node] - 1, -1):
            target = edge_to[e]
            place = first[target] - 1
            first[target] = place
            edge[place] = e
            source[e] = node
