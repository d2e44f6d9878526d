"""The format that a snapshot is written in: Node 20's columns and types, and the table of strings.

Nodes and edges are rows of numbers. A text, such as the name of a node, is the number of a string in the table, which
stands at the end of the file. The types of nodes and edges are numbers too: places in the lists here.

Source: files written by Node v20.20.2; V8 11.3 src/profiler/heap-snapshot-generator.cc (HeapSnapshotJSONSerializer).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

NODE_TYPES: Final = (
    "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic",
    "concatenated string", "sliced string", "symbol", "bigint", "object shape", "wasm object",
)  # fmt: skip
EDGE_TYPES: Final = ("context", "element", "property", "internal", "hidden", "shortcut", "weak")
NODE_FIELDS: Final = ("type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness")
EDGE_FIELDS: Final = ("type", "name_or_index", "to_node")
META: Final = {
    "node_fields": NODE_FIELDS,
    "node_types": (NODE_TYPES, "string", "number", "number", "number", "number", "number"),
    "edge_fields": EDGE_FIELDS,
    "edge_types": (EDGE_TYPES, "string_or_number", "node"),
    "trace_function_info_fields": ("function_id", "name", "script_name", "script_id", "line", "column"),
    "trace_node_fields": ("id", "function_info_index", "count", "size", "children"),
    "sample_fields": ("timestamp_us", "last_assigned_id"),
    "location_fields": ("object_index", "script_id", "line", "column"),
}
NODE_NUMBER: Final = {name: number for number, name in enumerate(NODE_TYPES)}
CONTEXT, ELEMENT, PROPERTY, INTERNAL, HIDDEN, SHORTCUT, WEAK = range(len(EDGE_TYPES))

MAX_TEXT_UNITS: Final = 1024
"""What is kept of a string's text (V8's flag --heap-snapshot-string-limit)."""


class Strings:
    """The table of strings, filled while nodes and edges are written."""

    def __init__(self) -> None:
        self._number_of = {"<dummy>": 0}
        self._digits: list[int] = []

    def number(self, text: str) -> int:
        """The number of a string, which is in the table from now on."""
        return self._number_of.setdefault(text, len(self._number_of))

    def digits(self, count: int) -> list[int]:
        """The numbers of the strings "0", "1", ..., at least so many."""
        while len(self._digits) < count:
            self._digits.append(self.number(str(len(self._digits))))
        return self._digits

    def rows(self) -> Iterator[str]:
        """Each string as JSON, in ASCII."""
        return (f"{json.dumps(text)}\n" for text in self._number_of)


def printable(text: str) -> str:
    """The text without what V8 does not write: a null is a space, half of a surrogate pair the character U+FFFD."""
    if text.isascii():
        return text.replace("\0", " ")
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", " ")


def write_rows(file: TextIO, key: str, rows: Iterable[str]) -> None:
    """An array, which is not the first of the file's keys. The rows, of which there is one or more, end their lines."""
    rest = iter(rows)
    file.write(f',\n"{key}":[{next(rest)}')
    file.writelines(f",{row}" for row in rest)
    file.write("]")
