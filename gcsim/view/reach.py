"""Reach: what the roots lead to in one frame, as the captions and the questions need to know."""

from gcsim.view.frame import Edge, Frame


def reachable(frame: Frame) -> set[int]:
    """The ids of all objects that roots, strong fields, and entries whose key was reached lead to."""
    fields: dict[int, list[Edge]] = {}
    for edge in frame.edges:
        fields.setdefault(edge.source, []).append(edge)
    found = {root.target for root in frame.roots}
    front = list(found)
    while front:
        while front:
            for edge in fields.get(front.pop(), ()):
                if edge.strength == "strong" and edge.target not in found:
                    found.add(edge.target)
                    front.append(edge.target)
        front = [value for value in dict.fromkeys(_values(frame, found)) if value not in found]
        found.update(front)
    return found - {0}


def _values(frame: Frame, found: set[int]) -> list[int]:
    """The values of entries whose table and key were reached."""
    keys = {
        (edge.source, entry_of(edge))
        for edge in frame.edges
        if edge.strength == "key" and {edge.source, edge.target} <= found
    }
    return [edge.target for edge in frame.edges if edge.strength == "value" and (edge.source, entry_of(edge)) in keys]


def entry_of(edge: Edge) -> str:
    """The number of the entry that a key or a value belongs to."""
    return edge.field.rpartition(" ")[2]
