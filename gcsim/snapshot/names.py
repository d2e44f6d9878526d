"""Names as DevTools shows them.

A plain object is shown by its properties, from both ends of the list in turn until the name would be long: `{first,
second, …, last}`. A concatenated string is shown as the text of its parts. All other nodes have the name that the
file gives them.

An edge is named by a string or a number; the name of a shortcut is a number if it begins like one.

Source: `name`, `consStringName` and `#plainObjectName` of DevTools' HeapSnapshot.ts, 2026.
"""

from typing import Final

from gcsim.errors import SnapshotError
from gcsim.snapshot.columns import ELEMENT_LIKE, Columns, places
from gcsim.snapshot.interfaces import format_property
from gcsim.snapshot.javascript import join_halves, length, parse_int

MOST_OBJECT_UNITS: Final = 100
MOST_STRING_UNITS: Final = 1024
MOST_PARTS: Final = 10_000  # of a text without characters there is no other end, since parts are shared
MOST_PRINTED: Final = 200
CONS: Final = "concatenated string"
PARTS: Final = ("first", "second")


def printable(text: str) -> str:
    """A name on one line, without what a terminal would obey or a file could not hold; not more than 200 characters."""
    text = text[: MOST_PRINTED + 1]
    shown = "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in text
    )
    return shown if len(shown) <= MOST_PRINTED else f"{shown[: MOST_PRINTED - 1]}…"


def edge_name(columns: Columns, edge: int) -> str:
    """The name of an edge, or the number that it has instead."""
    kind, number = columns.edge_types[columns.edge_type[edge]], columns.edge_name[edge]
    if kind in ELEMENT_LIKE:
        return str(number)
    text = columns.strings[number]
    index = parse_int(text) if kind == "shortcut" else None
    return text if index is None else str(index)


def node_name(columns: Columns, node: int) -> str:
    """The name of a node as it is shown."""
    kind, raw = columns.node_types[columns.node_type[node]], columns.strings[columns.node_name[node]]
    if kind == CONS:
        return text_of(columns, node)
    if kind == "object" and raw == "Object":
        return describe_object(columns, node)
    return raw


def text_of(columns: Columns, node: int) -> str:
    """The text of a concatenated string, up to the part in which it passes 1024 UTF-16 code units."""
    cons, text, units, parts, pending = columns.node_type_number(CONS), "", 0, 0, [node]
    while pending and units < MOST_STRING_UNITS and parts < MOST_PARTS:
        node, parts = pending.pop(), parts + 1
        if columns.node_type[node] == cons:
            pending += reversed(parts_of(columns, node))
        else:
            part = columns.strings[columns.node_name[node]]
            text, units = text + part, units + length(part)
    return join_halves(text)


def parts_of(columns: Columns, node: int) -> list[int]:
    """The first and the second part of a concatenated string; one that is missing is left out."""
    found: dict[str, int] = {}
    internal = columns.edge_type_number("internal")
    for e in range(columns.first_edge[node], columns.first_edge[node + 1]):
        if columns.edge_type[e] == internal and len(found) < len(PARTS):
            name = columns.strings[columns.edge_name[e]]
            if name in PARTS:
                found[name] = columns.edge_to[e]
    return [found[name] for name in PARTS if name in found]


def check_concatenated_strings(columns: Columns) -> None:
    """No concatenated string contains itself.

    Raises:
        SnapshotError: one does; DevTools would not come to an end.
    """
    cons, done, open_ = columns.node_type_number(CONS), set[int](), set[int]()
    for start in places(columns.node_type, cons):
        pending = [start]
        while pending:
            node = pending[-1]
            if node in open_ or node in done:
                pending.pop()
                open_.discard(node)
                done.add(node)
                continue
            open_.add(node)
            inner = [part for part in parts_of(columns, node) if columns.node_type[part] == cons]
            if not open_.isdisjoint(inner):
                raise SnapshotError(
                    f"{columns.place}: the concatenated string @{columns.node_id[node]} (node {node}) contains itself"
                )
            pending += [part for part in inner if part not in done]


def describe_object(columns: Columns, node: int) -> str:
    """The properties of a plain object, from both ends in turn: `{a, b, …, z}`."""
    prop = columns.edge_type_number("property")
    edges = range(columns.first_edge[node], columns.first_edge[node + 1])
    names = [columns.strings[columns.edge_name[e]] for e in edges if columns.edge_type[e] == prop]
    shown = [format_property(name) for name in names if name != "__proto__"]
    start, end, first, last, from_end = "{", "}", 0, len(shown), False
    while first < last:
        text = shown[last - 1] if from_end else shown[first]
        if len(start) > 1 and length(start) + length(end) + length(text) > MOST_OBJECT_UNITS:
            break
        if from_end:
            end, last = text + (f", {end}" if len(end) > 1 else end), last - 1
        else:
            start, first = (f"{start}, " if len(start) > 1 else start) + text, first + 1
        from_end = not from_end
    return start + (", …" if first < last else "") + (", " if len(end) > 1 else "") + end
