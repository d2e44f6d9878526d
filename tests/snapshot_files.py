"""What the tests of heap snapshots share: a world with a value of every kind, and an independent look at a file.

`Snapshot` reads a file with `json` and nothing of gcsim, and by names: `snapshot["entries"]` is the node of that name.
`check_structure` is all that a reader relies on.
"""

import json
import re
from collections import Counter
from pathlib import Path

from js_worlds import small_world

PAIR = re.compile(r"(\d+) / part of key \(.* @(\d+)\) -> value \(.* @(\d+)\) pair in WeakMap \(table @(\d+)\)")
KEYS = [
    "snapshot", "nodes", "edges", "trace_function_infos", "trace_tree", "samples", "locations", "strings",
]  # fmt: skip


class Node:
    """A row of `nodes`, with its edges."""

    def __init__(self, snapshot, ordinal, row):
        self.snapshot, self.ordinal = snapshot, ordinal
        self.type = snapshot.node_types[row["type"]]
        self.name = snapshot.strings[row["name"]]
        self.id, self.self_size, self.edge_count = row["id"], row["self_size"], row["edge_count"]
        self.edges = []

    def __repr__(self):
        return f"{self.type} {self.name!r} @{self.id}"

    def to(self, name, type_=None):
        """The node that the one edge of that name leads to."""
        (found,) = [node for kind, own, node in self.edges if own == name and type_ in (None, kind)]
        return found

    def names(self, type_):
        """The names of the edges of a type."""
        return [name for kind, name, _ in self.edges if kind == type_]


class Snapshot:
    """A file that was read whole."""

    def __init__(self, path):
        self.text = Path(path).read_text(encoding="ascii")
        self.data = json.loads(self.text)
        meta = self.data["snapshot"]["meta"]
        self.strings = self.data["strings"]
        self.node_types, self.edge_types = meta["node_types"][0], meta["edge_types"][0]
        self.node_width, self.edge_width = len(meta["node_fields"]), len(meta["edge_fields"])
        rows = [dict(zip(meta["node_fields"], row, strict=True)) for row in chunks(self.data["nodes"], self.node_width)]
        self.nodes = [Node(self, ordinal, row) for ordinal, row in enumerate(rows)]
        self._read_edges()
        self.root = self.nodes[0]

    def _read_edges(self):
        edges = iter(chunks(self.data["edges"], self.edge_width))
        for node in self.nodes:
            for _ in range(node.edge_count):
                type_, name, to = next(edges)
                kind = self.edge_types[type_]
                name = name if kind in ("element", "hidden") else self.strings[name]
                node.edges.append((kind, name, self.nodes[to // self.node_width]))
        assert next(edges, None) is None

    def __getitem__(self, name):
        (found,) = [node for node in self.nodes if node.name == name]
        return found

    @property
    def globals(self):
        """The node of the global object."""
        return self["global"]

    def types(self):
        """How many nodes of each type there are."""
        return Counter(node.type for node in self.nodes)

    def reachable(self):
        """The nodes that edges other than weak ones lead to from the root."""
        found = {self.root: None}
        for node in (order := [self.root]):  # grows while it is read
            for kind, _, to in node.edges:
                if kind != "weak" and to not in found:
                    found[to] = None
                    order.append(to)
        return found


def chunks(numbers, width):
    """Rows of a flat list."""
    assert len(numbers) % width == 0
    return [numbers[at : at + width] for at in range(0, len(numbers), width)]


def check_structure(path):
    """The file is as V8 writes one; returns it, read."""
    snapshot = Snapshot(path)
    data, head = snapshot.data, snapshot.data["snapshot"]
    assert list(data) == KEYS
    assert snapshot.text.rstrip().endswith("]}")
    assert len(head["meta"]["node_types"]) == snapshot.node_width == 7
    assert head["node_count"] == len(snapshot.nodes)
    assert head["edge_count"] * snapshot.edge_width == len(data["edges"])
    assert head["edge_count"] == sum(node.edge_count for node in snapshot.nodes)
    for numbers in (data["nodes"], data["edges"]):
        assert all(type(number) is int and 0 <= number < 1 << 32 for number in numbers)
    assert not any(to % snapshot.node_width for to in data["edges"][2 :: snapshot.edge_width])
    assert len(set(data["strings"])) == len(data["strings"])
    check_ids(snapshot)
    check_pairs(snapshot)
    assert snapshot.reachable().keys() == set(snapshot.nodes)
    return snapshot


def check_ids(snapshot):
    """Odd, each once; the root is first and has 1, the subroots follow in order."""
    ids = [node.id for node in snapshot.nodes]
    assert all(id_ % 2 for id_ in ids)
    assert len(set(ids)) == len(ids)
    assert (snapshot.root.id, snapshot.root.type, snapshot.root.name) == (1, "synthetic", "")
    assert ids[:31] == list(range(1, 63, 2))
    assert (snapshot.nodes[1].name, snapshot.globals.id) == ("(GC roots)", 61)
    assert [node for _, _, node in snapshot.nodes[1].edges] == snapshot.nodes[2:30]


def check_pairs(snapshot):
    """The edges of an entry of a WeakMap come in twos, from the key and the table, and name what they connect."""
    twins = Counter()
    for node in snapshot.nodes:
        for place, (kind, name, to) in enumerate(node.edges, 1):
            if kind == "internal" and "part of key" in name:
                number, key, value, table = map(int, PAIR.fullmatch(name).groups())
                assert number == place
                assert to.id == value
                assert node.id in (key, table)
                twins[name.partition(" ")[2]] += 1
    assert set(twins.values()) <= {2}


def many_kinds(**flags):
    """A simulation with a value of every kind, each a global root."""
    sim = small_world(**flags)
    m, js = sim.mutator, sim.mutator.js
    with m.scope():
        key, held = js.object("Key", name="k"), js.object("Held", pad=0.5)
        grown = js.empty_object()
        for number in range(6):
            js.put(grown, f"p{number}", f"value {number}")
        text = js.string("one two three four five six")
        weak_map, weak_set, table, unique = js.weak_map(), js.weak_set(), js.map(), js.set()
        js.weak_put(weak_map, key, held)
        js.weak_put(weak_map, held, 5)
        js.weak_add(weak_set, key)
        js.map_put(table, "a", key)
        js.add(unique, held)
        registry = js.finalization_registry()
        js.register(registry, key, "gone")
        values = {
            "key": key, "held": held, "grown": grown, "weak map": weak_map, "weak set": weak_set, "map": table,
            "unique": unique, "registry": registry, "weak ref": js.weak_ref(held), "date": js.date(1.7e12),
            "promise": js.promise(), "array": js.array(key, "x", 7, None, 1.5), "empty": js.array(),
            "doubles": js.array(1.5, 2.5, doubles=True), "many": js.array(*range(300), key),
            "text": text, "cons": js.concat(text, " seven eight nine"), "slice": js.slice(text, 4, 24),
            "wide": js.string('λ 😀\ud800\0 " \\ \n end'), "long": js.string("ab" * 700),
            "number": js.number(3.25), "arrow": js.closure(None, "handler", entries=unique),
            "function": js.function(None, outer=text), "literal": js.object(a=key, b="y", c=1),
            "bare": m.array(3), "named": m.array(2, name="slots"),
        }  # fmt: skip
        for name, kind in (("bytecode", "code"), ("source", "string"), ("Odd", "strange")):
            values[kind] = m.new(m.shape(name, size=64, kind=kind))
        m.write(values["bare"], 1, key)
        for name, value in values.items():
            m.globals[name] = value
    return sim
