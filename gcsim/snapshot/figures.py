"""Numbers as DevTools prints them.

A kB is 1000 bytes here, as in the Memory panel and unlike in V8's trace lines. Halves are rounded up, so all of it
is whole-number arithmetic. The spaces that do not break, which DevTools puts before a unit, are plain ones.

Source: `ByteUtilities.ts` and `HeapSnapshotGridNodes.ts` of DevTools, 2026.
"""

from typing import Final

from gcsim.snapshot.distances import SYSTEM

MINUS: Final = "\N{MINUS SIGN}"


def in_kilobytes(size_bytes: int) -> str:
    """A size in a summary: kB, with one decimal below 100."""
    return _tenths(size_bytes, 1000, "kB") if size_bytes < 100_000 else _whole(size_bytes, 1000, "kB")


def in_best_unit(size_bytes: int) -> str:
    """A size in a comparison: B, kB or MB."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return in_kilobytes(size_bytes)
    return _tenths(size_bytes, 1_000_000, "MB") if size_bytes < 100_000_000 else _whole(size_bytes, 1_000_000, "MB")


def in_percent(part: int, total: int) -> str:
    """A share of the heap, in whole percent."""
    return f"{(200 * part + total) // (2 * total) if total else 0} %"


def as_distance(distance: int) -> str:
    """A distance; a minus sign for what the page does not reach."""
    return str(distance) if 0 <= distance < SYSTEM else MINUS


def with_sign(delta: int, text: str) -> str:
    """The text of a difference's size with its sign; none for 0."""
    return f"{'+' if delta > 0 else MINUS if delta < 0 else ''}{text}"


def _tenths(size_bytes: int, unit_bytes: int, unit: str) -> str:
    tenths = (20 * size_bytes + unit_bytes) // (2 * unit_bytes)
    return f"{tenths // 10:,}.{tenths % 10} {unit}"


def _whole(size_bytes: int, unit_bytes: int, unit: str) -> str:
    return f"{(2 * size_bytes + unit_bytes) // (2 * unit_bytes):,} {unit}"
