"""The heavy part of the dominator tree as a picture.

Each box is a node, as wide as what it retains; below it are the boxes of what it dominates, heaviest first. A leak is a wide
tower that ends in a comb. What retains less than one percent of the heap is left out, so a gap below a box is what many
small ones share.

Needs matplotlib (`pip install 'gcsim[plot]'`); this module and the charts of `trace` are the only ones that import it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from gcsim.errors import SnapshotError
from gcsim.snapshot.figures import in_kilobytes, in_percent
from gcsim.snapshot.graph import Node, Snapshot
from gcsim.snapshot.paths import title

SMALLEST_SHARE: Final = 0.01
MOST_LEVELS: Final = 16
INCHES: Final = (12.0, 0.45)  # width, and height of a level
CHARACTERS_PER_WIDTH: Final = 150  # what fits into a box as wide as the picture
COLORS: Final = ("#8ecae6", "#ffb703", "#a7c957", "#cdb4db", "#f4a261", "#90dbf4", "#f1c0e8", "#b9fbc0")
FORMATS: Final = (".svg", ".png")


@frozen
class Box:
    """A node's place in the picture: its level from the top, and its left edge and width as parts of the heap."""

    node: Node
    level: int
    left: float
    width: float


def boxes(snapshot: Snapshot, smallest_share: float = SMALLEST_SHARE, levels: int = MOST_LEVELS) -> list[Box]:
    """The boxes of the nodes that retain enough, each after the one that it stands below."""
    total = snapshot.root.retained_bytes or 1
    found = [Box(snapshot.root, 0, 0.0, 1.0)]
    for box in found:
        left = box.left
        for child in heaviest_first(box.node) if box.level < levels - 1 else ():
            width = child.retained_bytes / total
            if width < smallest_share:
                break
            found.append(Box(child, box.level + 1, left, width))
            left += width
    return found


def heaviest_first(node: Node) -> list[Node]:
    """What a node immediately dominates, by retained size."""
    return sorted(node.dominated, key=lambda child: (-child.retained_bytes, child.id))


def check_format(path: Path) -> None:
    """The name of a file says a format that a picture can have.

    Raises:
        SnapshotError: it does not.
    """
    if path.suffix not in FORMATS:
        raise SnapshotError(f"{path}: a picture is named {' or '.join('*' + suffix for suffix in FORMATS)}")


def save_picture(snapshot: Snapshot, path: Path, *, suffix: str) -> None:
    """The picture is in a file, as SVG or PNG by `suffix`.

    Raises:
        SnapshotError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise SnapshotError("pictures need matplotlib: pip install 'gcsim[plot]'") from None
    shown = boxes(snapshot)
    levels = 1 + max(box.level for box in shown)
    with mpl.rc_context({"svg.hashsalt": "gcsim", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(INCHES[0], INCHES[1] * (levels + 1)), layout="constrained")
        draw(figure.add_subplot(), snapshot, shown, levels)
        metadata: dict[str, Any] = {"Date": None} if suffix == ".svg" else {"Software": None}
        figure.savefig(path, format=suffix[1:], metadata=metadata, dpi=150)


def draw(axes: Any, snapshot: Snapshot, shown: list[Box], levels: int) -> None:
    """The boxes are on the axes."""
    total = snapshot.root.retained_bytes
    axes.set(xlim=(0, 1), ylim=(levels, 0))
    axes.set_axis_off()
    axes.set_title(f"What dominates {in_kilobytes(total)}: {Path(snapshot.columns.place).name}", loc="left")
    for box, color in zip(shown, colors(shown), strict=True):
        axes.barh(box.level + 0.5, box.width, left=box.left, height=0.96, color=color, edgecolor="white", linewidth=0.8)
        text = label(box, total)
        if text:
            axes.text(box.left + 0.003, box.level + 0.5, text, va="center", ha="left", clip_on=True, parse_math=False)


def label(box: Box, total: int) -> str:
    """What is written into a box: as much of the name and the size as fits."""
    size = f"{in_kilobytes(box.node.retained_bytes)}, {in_percent(box.node.retained_bytes, total)}"
    name = f"{title(box.node) or '(root)'} @{box.node.id}"
    room = int(box.width * CHARACTERS_PER_WIDTH)
    for text in (f"{name}: {size}", name):
        if len(text) <= room:
            return text
    return f"{name[: room - 1]}…" if room > len("Set…") else ""


def colors(shown: list[Box]) -> Iterator[str]:
    """A color for each box, the same for the same class."""
    numbers: dict[str, int] = {}
    for box in shown:
        number = numbers.setdefault(box.node.class_name, len(numbers))
        yield COLORS[number % len(COLORS)]
