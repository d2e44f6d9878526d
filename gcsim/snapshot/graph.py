"""A snapshot in memory: nodes, edges and all that was computed about them.

A `Snapshot` holds flat arrays; `Node` and `Edge` are small views of one entry, made when somebody asks, so that a
heap of two million objects costs no object each. A node is known by its number (its place in the file) and by its id,
which is the same for an object in every snapshot of one process.
"""

from collections.abc import Iterator

from attrs import define, frozen

from gcsim.snapshot.classes import Classes
from gcsim.snapshot.columns import Columns, places
from gcsim.snapshot.detached import DETACHED
from gcsim.snapshot.distances import NO_DISTANCE, SYSTEM
from gcsim.snapshot.dominators import Dominators
from gcsim.snapshot.kernels import Translator
from gcsim.snapshot.names import CONS, edge_name, node_name
from gcsim.snapshot.retainers import Retainers
from gcsim.snapshot.rows import ClassRow, Measures, Preorder, class_rows, everything, ids_between
from gcsim.snapshot.statistics import Statistics, find_statistics

SHOWN_OTHERWISE = ("object", CONS)  # types of nodes whose name in the file is not always the one that is shown


@define(eq=False)
class Snapshot:
    """A heap snapshot with its sizes, distances, dominators and classes. Made by `load`."""

    columns: Columns
    detachedness: bytearray
    essential: bytearray
    retainers: Retainers
    dominators: Dominators
    preorder: Preorder
    measures: Measures
    classes: Classes
    translate: Translator

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return self.columns.node_count

    @property
    def edge_count(self) -> int:
        """How many edges there are."""
        return self.columns.edge_count

    @property
    def total_bytes(self) -> int:
        """The bytes of all nodes, and native memory outside of any node."""
        return self.measures.retained[self.columns.root] + self.columns.extra_native_bytes

    @property
    def last_js_id(self) -> int:
        """The largest odd id, which the newest JavaScript object has. Even ids are native objects'."""
        return max((number for number in self.columns.node_id if number % 2), default=0)

    @property
    def root(self) -> "Node":
        """The node that everything hangs from."""
        return Node(self, self.columns.root)

    def node(self, number: int) -> "Node":
        """The node at a place of the file, from 0."""
        if not 0 <= number < self.node_count:
            raise IndexError(f"{self.columns.place}: nodes are numbered from 0 to {self.node_count - 1}, got {number}")
        return Node(self, number)

    def nodes(self) -> Iterator["Node"]:
        """All nodes, in the order of the file."""
        return (Node(self, number) for number in range(self.node_count))

    def with_id(self, wanted: int) -> "Node | None":
        """The node of an id, if it is in the snapshot."""
        return next((Node(self, number) for number in places(self.columns.node_id, wanted)), None)

    def named(self, name: str) -> Iterator["Node"]:
        """The nodes whose class, name in the file or shown name is `name`, in the order of the file."""
        names, columns = self.classes, self.columns
        classes = {c for c in set(names.number) if names.name_of(c) == name}
        raw = {index for index, text in enumerate(columns.strings) if text == name}
        renamed = {columns.node_type_number(kind) for kind in SHOWN_OTHERWISE}
        nodes = zip(names.number, columns.node_name, columns.node_type, strict=True)
        for number, (class_number, raw_name, kind) in enumerate(nodes):
            is_named = class_number in classes or raw_name in raw
            if is_named or (kind in renamed and node_name(columns, number) == name):
                yield Node(self, number)

    def rows(self, above_id: int = 0, up_to_id: int | None = None) -> list[ClassRow]:
        """A row for each class, largest retained size first; of the nodes with an id in a range, if one is given."""
        counted = everything(self.node_count)
        if up_to_id is not None:
            counted = ids_between(self.columns.node_id, above_id, up_to_id)
        rows = class_rows(self.classes, self.measures, self.preorder, counted, self.translate)
        return sorted(rows, key=lambda row: (-row.retained_bytes, row.name, row.key))

    def statistics(self) -> Statistics:
        """What the bytes are."""
        return find_statistics(self.columns, self.measures.shallow, self.retainers)


@frozen
class Node:
    """One node of a snapshot. Sizes are bytes, `shallow_bytes` with those of the stores that it owns."""

    snapshot: Snapshot
    number: int

    def __repr__(self) -> str:
        return f"<{self.class_name} @{self.id}>"

    @property
    def id(self) -> int:
        """The id, the same in every snapshot of one process."""
        return self.snapshot.columns.node_id[self.number]

    @property
    def type(self) -> str:
        """What V8 calls it: object, closure, string, hidden, ..."""
        columns = self.snapshot.columns
        return columns.node_types[columns.node_type[self.number]]

    @property
    def raw_name(self) -> str:
        """The name that the file has; "Detached " is before it where that became known."""
        columns = self.snapshot.columns
        return columns.strings[columns.node_name[self.number]]

    @property
    def name(self) -> str:
        """The name as DevTools shows it."""
        return node_name(self.snapshot.columns, self.number)

    @property
    def class_name(self) -> str:
        """The name of its row in a summary."""
        return self.snapshot.classes.name_of(self.snapshot.classes.number[self.number])

    @property
    def class_key(self) -> str:
        """What tells its row from others of the same name, in every snapshot."""
        return self.snapshot.classes.key_of(self.snapshot.classes.number[self.number])

    @property
    def shallow_bytes(self) -> int:
        """Its own bytes and those of the stores that it owns."""
        return self.snapshot.measures.shallow[self.number]

    @property
    def retained_bytes(self) -> int:
        """The bytes that would be free if it were gone."""
        return self.snapshot.measures.retained[self.number]

    @property
    def distance(self) -> int:
        """References from the page's globals; from `SYSTEM` on it is V8's own, `NO_DISTANCE` cannot be reached."""
        return self.snapshot.measures.distance[self.number]

    @property
    def is_user_visible(self) -> bool:
        """Whether a program holds it, and not V8 alone."""
        return NO_DISTANCE < self.distance < SYSTEM and self.type not in ("synthetic", "hidden")

    @property
    def is_detached(self) -> bool:
        """Whether it is a DOM node, or something of one, that no document shows."""
        return self.snapshot.detachedness[self.number] == DETACHED

    @property
    def dominator(self) -> "Node":
        """The nearest node without which it would be gone; the root's is itself."""
        return Node(self.snapshot, self.snapshot.dominators.dominator[self.number])

    @property
    def dominated(self) -> "list[Node]":
        """The nodes whose dominator it is."""
        at, end = self.snapshot.preorder
        place = at.index(self.number)
        found, last, place = list[Node](), end[place], place + 1
        while place < last:
            found.append(Node(self.snapshot, at[place]))
            place = end[place]
        return found

    @property
    def edges(self) -> "list[Edge]":
        """The references that it holds."""
        first = self.snapshot.columns.first_edge
        return [Edge(self.snapshot, e) for e in range(first[self.number], first[self.number + 1])]

    @property
    def retainers(self) -> "list[Edge]":
        """The references to it, weak ones too."""
        return [Edge(self.snapshot, e) for e in self.snapshot.retainers.edges_of(self.number)]


@frozen
class Edge:
    """One reference."""

    snapshot: Snapshot
    number: int

    @property
    def type(self) -> str:
        """What V8 calls it: property, element, context, internal, hidden, shortcut, weak."""
        columns = self.snapshot.columns
        return columns.edge_types[columns.edge_type[self.number]]

    @property
    def name(self) -> str:
        """The name, or the number that it has instead."""
        return edge_name(self.snapshot.columns, self.number)

    @property
    def source(self) -> Node:
        """Who refers."""
        return Node(self.snapshot, self.snapshot.retainers.source[self.number])

    @property
    def target(self) -> Node:
        """To whom."""
        return Node(self.snapshot, self.snapshot.columns.edge_to[self.number])

    @property
    def is_essential(self) -> bool:
        """Whether it keeps its target alive, as `essential` has it."""
        return self.snapshot.essential[self.number] == 1
