"""How a node is held: the way from the root to it.

Every node that can be reached has a retainer that is nearer to the root than it is, so to step to the nearest
retainer again and again ends at the root. Of several that are equally near the first by name, then in the file, is
taken, as DevTools' Retainers view sorts them. Weak references hold nothing and are left out; so are references from
the root itself in a list of retainers, but not on a way.

In words, a step is what a programmer would call it: a property, `[3]`, a variable of the context of a function.
"""

from gcsim.snapshot.distances import NO_DISTANCE
from gcsim.snapshot.graph import Edge, Node

PLAIN_STEPS = ("property", "context", "shortcut")


def retainers_of(node: Node) -> list[Edge]:
    """The references that hold a node, nearest to the root first, without the root's own."""
    held = [edge for edge in node.retainers if edge.type != "weak" and edge.source != node.snapshot.root]
    return sorted(held, key=rank)


def rank(edge: Edge) -> tuple[bool, int, str, int]:
    """Where a reference comes among those to one node: nearest to the root first, unreachable ones last."""
    distance = edge.source.distance
    return distance == NO_DISTANCE, distance, edge.name, edge.number


def path_to(node: Node) -> list[Edge]:
    """The references that lead from the root to a node; empty for the root and for what cannot be reached."""
    path: list[Edge] = []
    step = nearest_retainer(node)
    while step is not None:
        path.append(step)
        step = nearest_retainer(step.source)
    is_whole = bool(path) and path[-1].source == node.snapshot.root
    return path[::-1] if is_whole else []


def nearest_retainer(node: Node) -> Edge | None:
    """The reference to a node that comes from the nearest to the root; None for the root and what cannot be reached."""
    root = node.snapshot.root
    if node == root:
        return None
    held = sorted((edge for edge in node.retainers if edge.type != "weak"), key=rank)
    if node.distance <= 1:  # the root itself is far away from what it holds on behalf of the page
        return next((edge for edge in held if edge.source == root), None)
    return next((edge for edge in held if NO_DISTANCE < edge.source.distance < node.distance), None)


def in_words(path: list[Edge]) -> list[str]:
    """What a programmer would call a way: the steps that every way to its end has, and `...` for the others.

    A node that dominates the end is on every way to it. The first word is the name of what the root refers to.
    """
    words: list[str] = []
    certain = {node.number for node in dominators_of(path[-1].target)} if path else set()
    for edge in path:
        if edge.target.number not in certain:
            continue
        if edge.source.number in certain and edge.source != edge.source.snapshot.root:
            words.append(step_in_words(edge))
        else:
            words += ["...", title(edge.target)] if words or edge is not path[0] else [title(edge.target)]
    return words


def dominators_of(node: Node) -> list[Node]:
    """The node, its dominator, the dominator of that, and so on up to the root."""
    chain = [node]
    while chain[-1] != node.snapshot.root:
        chain.append(chain[-1].dominator)
    return chain


def step_in_words(edge: Edge) -> str:
    """What a programmer would call a reference."""
    if edge.type == "element":
        return f"[{edge.name}]"
    if edge.type in PLAIN_STEPS:
        return edge.name
    if edge.name == "context" and edge.source.type == "closure":
        return f"context of {edge.source.name or 'a function'}"
    return f"({edge.name})"


def title(node: Node) -> str:
    """A node in a sentence: a function by its name, anything else by its class."""
    return (node.name if node.type in ("closure", "synthetic") else node.class_name) or node.class_name
