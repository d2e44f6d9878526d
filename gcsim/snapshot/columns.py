"""What a snapshot file says, as columns: one flat array for each property of a node or an edge.

A snapshot of 100 MB has two million nodes and six million edges, too many for an object each. So node `i` is the i-th
entry of every node column, edge `e` the e-th of every edge column, and node `i` owns the edges from `first_edge[i]` up
to `first_edge[i + 1]`. Types and names are numbers that index `node_types`, `edge_types` and `strings`.

Invariant: after `check` every number that names something names something that is there, so nobody who
reads the columns has to look out.

Cost: 22 bytes a node, 9 an edge, and the strings.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from attrs import define, field

from gcsim.errors import SnapshotError

if TYPE_CHECKING:
    Ints: TypeAlias = array[int]  # machine integers; the typecode says which
else:
    Ints = array  # takes no parameter before Python 3.12

NO_TYPE = 255  # no node and no edge has it

ELEMENT_LIKE = ("element", "hidden")  # the types of edges whose name is a number


def places(column: Ints | bytearray, value: int) -> Iterator[int]:
    """Where in a column a value stands, in order."""
    place = -1
    while True:
        try:
            place = column.index(value, place + 1)
        except ValueError:
            return
        yield place


@define(eq=False)
class Locations:
    """Where objects were constructed: for record `i`, a node and its script, line and column, counted from 0."""

    node: Ints = field(factory=lambda: array("i"))
    script: Ints = field(factory=lambda: array("q"))
    line: Ints = field(factory=lambda: array("q"))
    column: Ints = field(factory=lambda: array("q"))


class Graph(NamedTuple):
    """What the kernels see of a file: its nodes and edges."""

    first_edge: Ints
    edge_to: Ints
    edge_type: bytearray
    edge_name: Ints
    node_type: bytearray
    node_name: Ints
    node_id: Ints
    root: int


class Kinds(NamedTuple):
    """The numbers of types in one file: NO_TYPE for a type that it does not know."""

    weak: int
    shortcut: int
    internal: int
    hidden_edge: int
    hidden: int
    array: int
    native: int
    synthetic: int


@define(eq=False)
class Columns:
    """A file's content. `detachedness` is None where the file has no such column."""

    place: str
    node_types: list[str]
    edge_types: list[str]
    node_type: bytearray
    node_name: Ints
    node_id: Ints
    self_bytes: Ints
    first_edge: Ints
    detachedness: bytearray | None
    edge_type: bytearray
    edge_name: Ints
    edge_to: Ints
    locations: Locations
    strings: list[str]
    root: int = 0
    extra_native_bytes: int = 0

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.node_type)

    @property
    def edge_count(self) -> int:
        """How many edges there are."""
        return len(self.edge_type)

    @property
    def graph(self) -> Graph:
        """The nodes and edges, as the kernels take them."""
        return Graph(
            self.first_edge, self.edge_to, self.edge_type, self.edge_name,
            self.node_type, self.node_name, self.node_id, self.root,
        )  # fmt: skip

    @property
    def kinds(self) -> Kinds:
        """The numbers of the types that matter to the kernels."""
        edge_kinds = map(self.edge_type_number, ("weak", "shortcut", "internal", "hidden"))
        return Kinds(*edge_kinds, *map(self.node_type_number, ("hidden", "array", "native", "synthetic")))

    def node_type_number(self, name: str) -> int:
        """The number of a node type, or NO_TYPE."""
        return self.node_types.index(name) if name in self.node_types else NO_TYPE

    def edge_type_number(self, name: str) -> int:
        """The number of an edge type, or NO_TYPE."""
        return self.edge_types.index(name) if name in self.edge_types else NO_TYPE

    def string_of(self, text: str) -> int:
        """The index of a string, or -1."""
        return self.strings.index(text) if text in self.strings else -1

    def nodes_named(self, text: str) -> list[int]:
        """The nodes whose name in the file is `text`, in the order of the file."""
        names = [index for index, string in enumerate(self.strings) if string == text]
        return sorted(node for name in names for node in places(self.node_name, name))

    def check(self) -> None:
        """Every number that names something names something that is there.

        Raises:
            SnapshotError: the first that does not, with its place.
        """
        if not self.node_count:
            raise SnapshotError(f"{self.place}: there are no nodes in it")
        self._check_type("node", self.node_type, self.node_types)
        self._check_type("edge", self.edge_type, self.edge_types)
        self._check_edge_counts()
        self._check_range("name", "node", self.node_name, len(self.strings), "strings")
        self._check_edge_names()
        if self.root not in (0, self.node_count - 1):
            raise SnapshotError(f"{self.place}: the root is the first or the last node, not node {self.root}")

    def _check_type(self, what: Literal["node", "edge"], column: bytearray, types: list[str]) -> None:
        if column and max(column) >= len(types):
            self._complain("type", what, column, len(types), "types")

    def _check_edge_counts(self) -> None:
        if self.first_edge[-1] != self.edge_count:
            raise SnapshotError(
                f"{self.place}: the edge counts of all nodes add up to {self.first_edge[-1]}, "
                f"but there are {self.edge_count} edges"
            )

    def _check_range(self, what: str, owner: str, column: Ints, limit: int, things: str) -> None:
        if column and max(column) >= limit:
            self._complain(what, owner, column, limit, things)

    def _check_edge_names(self) -> None:
        if not self.edge_name or max(self.edge_name) < len(self.strings):
            return
        named = bytes(name not in ELEMENT_LIKE for name in self.edge_types).ljust(256, b"\1")
        if max(compress(self.edge_name, self.edge_type.translate(named)), default=0) >= len(self.strings):
            names = [name * named[kind] for name, kind in zip(self.edge_name, self.edge_type, strict=True)]
            self._complain("name_or_index", "edge", names, len(self.strings), "strings")

    def _complain(self, what: str, owner: str, column: Sequence[int], limit: int, things: str) -> None:
        at = next(index for index, value in enumerate(column) if value >= limit)
        raise SnapshotError(f"{self.place}: {what} of {owner} {at} is {column[at]}, but there are {limit} {things}")
