"""What `gcsim snapshot` prints for people: DevTools' tables, 80 columns wide where there is no terminal."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from gcsim.cli.snapshot_rows import sorted_changes, sorted_rows
from gcsim.cli.tables import as_text
from gcsim.snapshot import (
    ClassChange,
    ClassRow,
    Comparison,
    Edge,
    Node,
    Snapshot,
    Statistics,
    find_suspect,
    in_words,
    path_to,
    retainers_of,
)
from gcsim.snapshot.figures import as_distance, in_best_unit, in_kilobytes, in_percent, with_sign
from gcsim.snapshot.names import printable

LEAST_NAME = 12
MOST_STEPS = 12  # of a way in a table, where each is indented
MOST_WORDS = 24
GAP = 1
NUMBERS = ("Distance", "Shallow size", "Retained size")
CHANGES = ("# New", "#\nDeleted", "# Delta", "Alloc.\nsize", "Freed\nsize", "Size\ndelta")
ARROW = " -> "
TIMES = "\N{MULTIPLICATION SIGN}"


@frozen
class Row:
    """A row of a table: a name, a count that stands behind it, and numbers."""

    name: str
    count: str
    cells: tuple[str, ...]


def summary_as_text(snapshot: Snapshot, sort: str, top: int) -> str:
    """Totals, the suspect, and a row for each class."""
    rows = sorted_rows(snapshot.rows(), sort)
    table = (
        Row(row.name, f" {TIMES}{row.count:,}" if row.count > 1 else "", numbers_of(row, snapshot.total_bytes))
        for row in rows[:top]
    )
    name, total = Path(snapshot.columns.place).name, in_kilobytes(snapshot.total_bytes)
    return "\n".join(
        [
            f"{name}: {snapshot.node_count:,} nodes, {snapshot.edge_count:,} edges, {total}",
            *statistics_lines(snapshot.statistics()),
            *suspect_lines(snapshot),
            "",
            as_table(("Constructor", *NUMBERS), table),
            *rest_line(len(rows) - top, "classes"),
        ]
    )


def statistics_lines(statistics: Statistics) -> list[str]:
    """What the bytes are."""
    parts = {
        "code": statistics.code_bytes, "strings": statistics.strings_bytes, "JS arrays": statistics.js_arrays_bytes,
        "system": statistics.system_bytes,
    }  # fmt: skip
    heap = ", ".join(f"{name} {in_kilobytes(size)}" for name, size in parts.items())
    typed_arrays = in_kilobytes(statistics.typed_arrays_bytes)
    return [
        f"V8 heap {in_kilobytes(statistics.v8_heap_bytes)}: {heap}",
        f"native {in_kilobytes(statistics.native_bytes)}, typed arrays {typed_arrays} of it",
    ]


def suspect_lines(snapshot: Snapshot) -> list[str]:
    """The object to look at first, what it holds, and who holds it."""
    suspect = find_suspect(snapshot)
    if suspect is None:
        return []
    node = suspect.node
    size = f"{in_kilobytes(node.retained_bytes)} ({in_percent(node.retained_bytes, snapshot.total_bytes)})"
    lines = wrapped(f"suspect: {name_of(node)} retains {size}")
    if suspect.holds:
        name, count, held_bytes = suspect.holds[0]
        held = f"holds {count:,} {TIMES} {printable(name)}, which retain {in_kilobytes(held_bytes)}"
        lines += wrapped(held, indent=4)
    return [*lines, *wrapped(f"held by {words_of(suspect.path)}", indent=4)]


def comparison_as_text(comparison: Comparison, sort: str, top: int) -> str:
    """A row for each class with a change, what was allocated since the base, and the suspect."""
    rows = sorted_changes(comparison.rows, sort)
    table = (Row(row.name, "", changes_of(row)) for row in rows[:top])
    base, newer = comparison.base, comparison.newer
    delta = newer.total_bytes - base.total_bytes
    grown = with_sign(delta, in_best_unit(abs(delta)))
    between = comparison.allocated_between()
    count, size = sum(row.count for row in between), sum(row.shallow_bytes for row in between)
    return "\n".join(
        [
            f"{Path(base.columns.place).name}: {in_kilobytes(base.total_bytes)}",
            f"{Path(newer.columns.place).name}: {in_kilobytes(newer.total_bytes)}, {grown}",
            f"allocated between the two and alive: {count:,} objects, {in_kilobytes(size)}",
            *suspect_lines(newer),
            "",
            as_table(("Constructor", *CHANGES), table),
            *rest_line(len(rows) - top, "classes"),
        ]
    )


def retainers_as_text(nodes: list[Node], what: str, top: int) -> str:
    """The nodes, heaviest first; who holds the first of them; and the way to it from the root."""
    first, total = nodes[0], nodes[0].snapshot.total_bytes
    heading = f"{what} {TIMES}{len(nodes):,}" if len(nodes) > 1 else "Object"
    objects = (Row(name_of(node), "", numbers_of(node, total)) for node in nodes[:top])
    lines = [as_table((heading, *NUMBERS), objects), *rest_line(len(nodes) - top, "objects"), ""]
    if held := retainers_of(first):
        rows = retainer_rows(first, held, top)
        table = (
            Row("  " * depth + retainer_in_words(edge), "", numbers_of(edge.source, total)) for depth, edge in rows
        )
        heading = f"{name_of(first)} is held by"
        lines += [as_table((heading, *NUMBERS), table), *rest_line(len(held) - top, "retainers"), ""]
    return "\n".join([*lines, *wrapped(way_to(first))])


def way_to(node: Node) -> str:
    """The way from the root to a node in words, or why there is none."""
    if node == node.snapshot.root:
        return f"{name_of(node)} is the root"
    path = path_to(node)
    return words_of(path) if path else f"{name_of(node)} cannot be reached from the root"


def retainer_rows(node: Node, held: list[Edge], top: int) -> list[tuple[int, Edge]]:
    """The retainers of a node, under the nearest of them the way to the root, each with its depth."""
    way = path_to(node)[::-1]
    expanded = [(depth, edge) for depth, edge in enumerate(way[:MOST_STEPS]) if edge.source != node.snapshot.root]
    return [*expanded, *((0, edge) for edge in held[:top] if edge not in way[:1])]


def retainer_in_words(edge: Edge) -> str:
    """A retainer as DevTools writes it: the reference, and the node that holds it."""
    name = f"[{edge.name}]" if edge.type == "element" else edge.name
    return f"{printable(name)} in {name_of(edge.source)}"


def name_of(node: Node) -> str:
    """A node's name and id."""
    name = printable(node.name)
    if node.type in ("string", "concatenated string", "sliced string"):
        name = f'"{name}"'
    elif node.type == "closure":
        name += "()"
    return f"{name or node.class_name} @{node.id}"


def words_of(path: list[Edge]) -> str:
    """The way from the root, as words; a long one without its middle."""
    words = [printable(word) for word in in_words(path)]
    if len(words) > MOST_WORDS:
        half = MOST_WORDS // 2
        words = [*words[:half], f"({len(words) - 2 * half:,} steps)", *words[-half:]]
    return ARROW.join(words) or "weak references only"


def wrapped(text: str, indent: int = 0) -> list[str]:
    """A sentence in lines of 80 characters, the first indented and the others more so."""
    first, others = " " * indent, " " * (indent + 4)
    return textwrap.wrap(text, 80, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)


def numbers_of(item: Node | ClassRow, total_bytes: int) -> tuple[str, ...]:
    """The cells of a distance and two sizes, with their shares of the heap."""
    sizes = (item.shallow_bytes, item.retained_bytes)
    shown = (f"{in_kilobytes(size)} {in_percent(size, total_bytes):>5}" for size in sizes)
    return as_distance(item.distance), *shown


def changes_of(row: ClassChange) -> tuple[str, ...]:
    """The cells of a class in a comparison."""
    return (
        f"{row.new_count:,}",
        f"{row.deleted_count:,}",
        with_sign(row.count_delta, f"{abs(row.count_delta):,}"),
        in_best_unit(row.allocated_bytes),
        in_best_unit(row.freed_bytes),
        with_sign(row.bytes_delta, in_best_unit(abs(row.bytes_delta))),
    )


def rest_line(count: int, things: str) -> list[str]:
    """A line that says what is not shown."""
    return [f"and {count:,} more {things} (--top N)"] if count > 0 else []


def as_table(headings: Sequence[str], rows: Iterable[Row]) -> str:
    """A table; the names in its first column are cut to what the numbers leave, their counts are not."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP, 0, 0), collapse_padding=True)
    widths = [
        max(map(len, [*heading.split("\n"), *(row.cells[index] for row in rows)]))
        for index, heading in enumerate(headings[1:])
    ]
    room = max(Console().width - sum(widths) - (GAP + 1) * len(widths), LEAST_NAME)
    table.add_column(Text(cut(headings[0], room)), width=room, no_wrap=True)
    for heading, width in zip(headings[1:], widths, strict=True):
        table.add_column(heading, justify="right", width=width)
    for row in rows:
        table.add_row(Text(cut(row.name, room - len(row.count)) + row.count), *row.cells)
    return as_text(table).rstrip()


def cut(text: str, room: int) -> str:
    """A name on one line of so many characters."""
    text = printable(text)
    return text if len(text) <= room else f"{text[: room - 1]}…"
