"""Read a `.heapsnapshot` file, plain or gzipped, as Node 12 to 25 and Chrome write it.

The nodes are one flat list of numbers, `node_fields` of them for each; the edges are another. Edges carry no source: a
node owns as many of the edges as its `edge_count` says, in the order of the nodes. Their targets are places in the
flat list of nodes, so each is the number of a node times the number of its columns.

A file that is damaged ends in one `SnapshotError` that names the file and the place. What DevTools would read
wrongly or hang on is damaged here: numbers that are no plain digits, indexes out of range, edge counts that do not
add up, a concatenated string that contains itself (`names`).

*Left out*: allocation stacks and samples (`trace_tree`, `samples`) and the scopes of Chrome's newest files; they are
skipped. A self size of 4 GiB or more is read as it is written; DevTools keeps 32 bits of it.
"""

import gzip
import zlib
from array import array
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

from gcsim.errors import SnapshotError
from gcsim.snapshot.columns import Columns, Ints, Locations
from gcsim.snapshot.document import Outline, outline
from gcsim.snapshot.header import read_header
from gcsim.snapshot.kernels import Translator, interpreted, zeros
from gcsim.snapshot.numbers import Table

GZIP_MAGIC = b"\x1f\x8b"

READING = 0.5  # the part of a load that reading takes, about

Progress: TypeAlias = Callable[[str, float], None]


def no_progress(stage: str, part: float) -> None:
    """Nobody wants to know how far it is."""


def read_bytes(path: Path) -> bytes:
    """The file's content, unpacked.

    Raises:
        OSError: it cannot be read.
        SnapshotError: it is a damaged gzip file.
    """
    data = path.read_bytes()
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise SnapshotError(f"{path}: a gzip file that is damaged or cut off ({error})") from error


def read_columns(
    place: str, data: bytes, translate: Translator = interpreted, progress: Progress = no_progress
) -> Columns:
    """What a file says; `place` is its name in messages.

    Raises:
        SnapshotError: the file is damaged.
    """
    columns = Reader(outline(place, data), translate, progress).read()
    columns.check()
    return columns


class Reader:
    """Reads the parts of one file."""

    def __init__(self, file: Outline, translate: Translator, progress: Progress) -> None:
        self.file, self.header = file, read_header(file)
        self._translate, self._progress = translate, progress

    def read(self) -> Columns:
        """All columns, not yet checked against each other."""
        header = self.header
        wanted = {"type": "B", "name": "I", "id": "I", "self_size": "q", "edge_count": "I"}
        if "detachedness" in header.node_fields:
            wanted["detachedness"] = "B"
        nodes = self._read_table("nodes", header.node_fields, wanted, header.node_count)
        edge_columns = {"type": "B", "name_or_index": "I", "to_node": "I"}
        edges = self._read_table("edges", header.edge_fields, edge_columns, header.edge_count)
        return Columns(
            place=self.file.place,
            node_types=header.node_types,
            edge_types=header.edge_types,
            node_type=bytearray(nodes["type"]),
            node_name=nodes["name"],
            node_id=nodes["id"],
            self_bytes=nodes["self_size"],
            first_edge=self._first_edges(nodes["edge_count"]),
            detachedness=bytearray(nodes["detachedness"]) if "detachedness" in nodes else None,
            edge_type=bytearray(edges["type"]),
            edge_name=edges["name_or_index"],
            edge_to=self._node_numbers(edges["to_node"], "to_node of edge"),
            locations=self._locations(),
            strings=self.file.strings,
            root=header.root,
            extra_native_bytes=header.extra_native_bytes,
        )

    def _read_table(self, key: str, fields: list[str], typecodes: dict[str, str], rows: int | None) -> dict[str, Ints]:
        """The columns that are wanted of a part of the file, by name."""
        table = Table(self.file.data, self.file.part(key), fields, self._translate)
        try:
            return table.read(
                typecodes, rows, lambda at: self._progress(f"reading {key}", at / len(self.file.data) * READING)
            )
        except SnapshotError as error:
            raise SnapshotError(f'{self.file.place}: "{key}": {error}') from error

    def _first_edges(self, edge_counts: Ints) -> Ints:
        try:
            return array("i", accumulate(edge_counts, initial=0))
        except OverflowError as error:
            raise SnapshotError(f"{self.file.place}: the edge counts of all nodes add up to 2^31 or more") from error

    def _node_numbers(self, scaled: Ints, what: str) -> Ints:
        """Places in the flat list of nodes as numbers of nodes."""
        width, count = len(self.header.node_fields), self.header.node_count
        numbers = zeros("i", len(scaled))
        bad = self._translate(divide)(scaled, width, count, numbers)
        if bad >= 0:
            raise SnapshotError(
                f"{self.file.place}: {what} {bad} is {scaled[bad]}, which is not the place of one of {count} nodes "
                f"of {width} numbers"
            )
        return numbers

    def _locations(self) -> Locations:
        fields = self.header.location_fields
        if not fields:
            return Locations()
        wanted = {"object_index": "I", "script_id": "q", "line": "q", "column": "q"}
        table = self._read_table("locations", fields, wanted, None)
        nodes = self._node_numbers(table["object_index"], "object_index of location")
        return Locations(nodes, table["script_id"], table["line"], table["column"])


def divide(scaled: Ints, width: int, count: int, numbers: Ints) -> int:
    """Kernel: `numbers` are the nodes at these places; returns the index of the first that is none, or -1."""
    limit = width * count
    for index in range(len(scaled)):
        place = scaled[index]
        if place >= limit or place % width != 0:
            return index
        numbers[index] = place // width
    return -1
