"""The header of a snapshot file: which columns there are, and what the types are called.

Each version of V8 writes another set of columns and types, so nothing is known by position. Node 24 has six columns
but seven entries in `node_types`: the number of columns is that of `node_fields`, never of the types.
"""

import json
from typing import Any

from attrs import frozen

from gcsim.errors import SnapshotError
from gcsim.snapshot.document import Outline

NODE_FIELDS = ("type", "name", "id", "self_size", "edge_count")
EDGE_FIELDS = ("type", "name_or_index", "to_node")
LOCATION_FIELDS = ("object_index", "script_id", "line", "column")
MOST_TYPES = 254  # a type is one byte, and one value of it means "no such type"


@frozen
class Header:
    """What the other parts of a file consist of. `location_fields` is empty where there are no locations."""

    node_fields: list[str]
    edge_fields: list[str]
    location_fields: list[str]
    node_types: list[str]
    edge_types: list[str]
    node_count: int
    edge_count: int
    root: int
    extra_native_bytes: int


def read_header(file: Outline) -> Header:
    """The header of a file.

    Raises:
        SnapshotError: it is no JSON, or lacks something, or something in it is of the wrong kind.
    """
    start, end = file.part("snapshot")
    try:
        content = json.loads(file.data[start:end])
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f'{file.place}: byte {start}: "snapshot" is no JSON object ({error})') from error
    return HeaderReader(file.place, content).read()


class HeaderReader:
    """Takes a header apart."""

    def __init__(self, place: str, content: Any) -> None:
        self.place = place
        self.counts = self._object(content, "snapshot")
        self.meta = self._object(self.counts.get("meta"), "snapshot.meta")

    def read(self) -> Header:
        """The header."""
        node_fields = self._fields("node_fields", NODE_FIELDS)
        edge_fields = self._fields("edge_fields", EDGE_FIELDS)
        return Header(
            node_fields=node_fields,
            edge_fields=edge_fields,
            location_fields=self._fields("location_fields", LOCATION_FIELDS)
            if self.meta.get("location_fields")
            else [],
            node_types=self._types("node_types", node_fields.index("type")),
            edge_types=self._types("edge_types", edge_fields.index("type")),
            node_count=self._count("node_count"),
            edge_count=self._count("edge_count"),
            root=self._root(len(node_fields)),
            extra_native_bytes=self._count("extra_native_bytes", 0),
        )

    def _object(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise SnapshotError(f'{self.place}: "{name}" is an object, got {_shown(value)}')
        return value

    def _fields(self, name: str, needed: tuple[str, ...]) -> list[str]:
        fields = self._names(self.meta.get(name), f"snapshot.meta.{name}")
        missing = [field for field in needed if field not in fields]
        if missing:
            raise SnapshotError(f'{self.place}: "snapshot.meta.{name}" has no "{missing[0]}"')
        return fields

    def _types(self, name: str, at: int) -> list[str]:
        entries = self.meta.get(name)
        if not isinstance(entries, list) or len(entries) <= at:
            raise SnapshotError(f'{self.place}: "snapshot.meta.{name}" is a list, got {_shown(entries)}')
        types = self._names(entries[at], f"snapshot.meta.{name}[{at}]")
        if len(types) > MOST_TYPES:
            raise SnapshotError(f'{self.place}: "snapshot.meta.{name}" has {len(types)} types, at most {MOST_TYPES}')
        return types

    def _names(self, value: Any, name: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise SnapshotError(f'{self.place}: "{name}" is a list of names, got {_shown(value)}')
        return value

    def _count(self, name: str, default: int | None = None) -> int:
        value = self.counts.get(name, default)
        if type(value) is not int or value < 0:
            raise SnapshotError(f'{self.place}: "snapshot.{name}" is a whole number from 0, got {_shown(value)}')
        return value

    def _root(self, width: int) -> int:
        root, remainder = divmod(self._count("root_index", 0), width)
        if remainder:
            raise SnapshotError(
                f'{self.place}: "snapshot.root_index" is a multiple of {width} (the number of node fields), '
                f"got {root * width + remainder}"
            )
        return root


def _shown(value: Any) -> str:
    text = json.dumps(value) if value is not None else "nothing"
    return text if len(text) <= 40 else f"{text[:40]}..."
