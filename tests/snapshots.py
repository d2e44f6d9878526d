"""Small snapshots made by hand, and the recorded ones with what Chrome DevTools' own code says about them."""

import json
import lzma
from pathlib import Path

from gcsim.snapshot import loads

DATA = Path(__file__).parent / "snapshot" / "data"
NODE_TYPES = [
    "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic",
    "concatenated string", "sliced string", "symbol", "bigint", "object shape",
]  # fmt: skip
EDGE_TYPES = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]
NODE_FIELDS = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"]


class Drawing:
    """A snapshot that is being drawn: node 0 is the root, node 1 `(GC roots)`, node 2 the global object, if it has one.

    drawing = Drawing()
    leak = drawing.node("object", "Set", 32, held_by=drawing.globals)
    """

    def __init__(self, *, with_global=True):
        self.nodes, self.edges, self.places, self.strings = [], [], [], ["<dummy>"]
        self.root = self.node("synthetic", "", 0)
        self.roots = self.node("synthetic", "(GC roots)", 0, held_by=self.root, edge=("element", 1))
        if with_global:
            self.globals = self.node("object", "global", 8, held_by=self.root, edge=("shortcut", "1"))

    def node(self, kind, name, size=8, *, held_by=None, edge=("property", "x"), number=None, state=0):
        """A node, and the edge that holds it; returns its number."""
        self.nodes.append([kind, name, 2 * len(self.nodes) + 1 if number is None else number, size, state])
        self.edges.append([])
        if held_by is not None:
            self.edge(held_by, *edge, len(self.nodes) - 1)
        return len(self.nodes) - 1

    def edge(self, source, kind, name, target):
        """An edge."""
        self.edges[source].append((kind, name, target))

    def place(self, node, script, line, column):
        """Where a node's constructor is."""
        self.places.append((node, script, line, column))

    def document(self, fields=NODE_FIELDS, **changes):
        """The content of a file, as a dict."""
        width = len(fields)
        nodes, edges = [], []
        for (kind, name, number, size, state), out in zip(self.nodes, self.edges, strict=True):
            values = {
                "type": NODE_TYPES.index(kind), "name": self.string(name), "id": number, "self_size": size,
                "edge_count": len(out), "detachedness": state,
            }  # fmt: skip
            nodes += [values.get(field, 0) for field in fields]
            for edge_kind, label, target in out:
                text = label if edge_kind in ("element", "hidden") else self.string(label)
                edges += [EDGE_TYPES.index(edge_kind), text, target * width]
        meta = {
            "node_fields": fields, "node_types": [NODE_TYPES if name == "type" else "number" for name in fields],
            "edge_fields": ["type", "name_or_index", "to_node"],
            "edge_types": [EDGE_TYPES, "string_or_number", "node"],
            "location_fields": ["object_index", "script_id", "line", "column"],
        }  # fmt: skip
        counts = {"node_count": len(self.nodes), "edge_count": len(edges) // 3, "trace_function_count": 0}
        return {
            "snapshot": {"meta": meta, **counts}, "nodes": nodes, "edges": edges, "trace_function_infos": [],
            "trace_tree": [], "samples": [], "locations": [n for p in self.places for n in (p[0] * width, *p[1:])],
            "strings": self.strings, **changes,
        }  # fmt: skip

    def string(self, text):
        """The index of a string."""
        if text not in self.strings:
            self.strings.append(text)
        return self.strings.index(text)

    def data(self, **changes):
        """The content of a file."""
        return json.dumps(self.document(**changes)).encode()

    def load(self, **options):
        """The snapshot, loaded."""
        return loads(self.data(), **options)


def recorded(name):
    """The content of a recorded file."""
    return lzma.decompress((DATA / f"{name}.xz").read_bytes())


def cut(text, units=200):
    """A name as it stands in a recorded answer: so many UTF-16 code units, and a sign that there were more."""
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) <= 2 * units:
        return text
    return raw[: 2 * units].decode("utf-16-le", "surrogatepass") + "…"


def rows_as_recorded(rows):
    """The rows of a summary as they stand in a recorded answer."""
    return [
        {
            "key": cut(row.key, 400), "name": cut(row.name), "count": row.count, "distance": row.distance,
            "self": row.shallow_bytes, "retained": row.retained_bytes,
        }
        for row in rows
    ]  # fmt: skip


def statistics_as_recorded(statistics):
    """The statistics as they stand in a recorded answer."""
    return {
        "total": statistics.total_bytes,
        "native": {"total": statistics.native_bytes, "typedArrays": statistics.typed_arrays_bytes},
        "v8heap": {
            "total": statistics.v8_heap_bytes, "code": statistics.code_bytes, "jsArrays": statistics.js_arrays_bytes,
            "strings": statistics.strings_bytes, "system": statistics.system_bytes,
        },
    }  # fmt: skip


def changes_as_recorded(comparison, *, with_ids=False):
    """The rows of a comparison as they stand in a recorded answer."""
    return [
        {
            "key": cut(row.key, 400), "name": cut(row.name), "new": row.new_count, "deleted": row.deleted_count,
            "delta": row.count_delta, "alloc_size": row.allocated_bytes, "freed_size": row.freed_bytes,
            "size_delta": row.bytes_delta,
            **(ids_as_recorded(comparison, row) if with_ids else {}),
        }
        for row in comparison.rows
    ]  # fmt: skip


def ids_as_recorded(comparison, row):
    """The ids of a row of a comparison."""
    new, deleted = comparison.new_nodes(row), comparison.deleted_nodes(row)
    return {"new_ids": [node.id for node in new], "deleted_ids": [node.id for node in deleted]}


def range_as_recorded(rows):
    """Count and size of the objects of an id range."""
    return {"count": sum(row.count for row in rows), "self": sum(row.shallow_bytes for row in rows)}
