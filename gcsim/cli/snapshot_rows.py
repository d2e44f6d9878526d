"""The orders in which `gcsim snapshot` can print its rows."""

from collections.abc import Callable
from typing import Any

from gcsim.snapshot import NO_DISTANCE, SYSTEM, ClassChange, ClassRow

ROW_KEYS: dict[str, Callable[[ClassRow], Any]] = {
    "retained": lambda row: -row.retained_bytes,
    "shallow": lambda row: -row.shallow_bytes,
    "count": lambda row: -row.count,
    "distance": lambda row: SYSTEM if row.distance == NO_DISTANCE else row.distance,
    "name": lambda row: row.name,
}
CHANGE_KEYS: dict[str, Callable[[ClassChange], Any]] = {
    "allocated": lambda row: -row.allocated_bytes,
    "freed": lambda row: -row.freed_bytes,
    "delta": lambda row: -row.bytes_delta,
    "new": lambda row: -row.new_count,
    "deleted": lambda row: -row.deleted_count,
    "name": lambda row: row.name,
}


def sorted_rows(rows: list[ClassRow], sort: str) -> list[ClassRow]:
    """The rows of a summary: largest or nearest first, then by name."""
    key = ROW_KEYS[sort]
    return sorted(rows, key=lambda row: (key(row), row.name, row.key))


def sorted_changes(rows: list[ClassChange], sort: str) -> list[ClassChange]:
    """The rows of a comparison: largest first, then by name."""
    key = CHANGE_KEYS[sort]
    return sorted(rows, key=lambda row: (key(row), row.name, row.key))
