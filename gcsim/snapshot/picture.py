"""The heavy part of the dominator tree as a picture.

Each box is a node, as wide as what it retains; below it are the boxes of what it dominates, heaviest first. What
retains less than one percent of the heap has no box of its own, but all such of one class that hang below the same
node have one, hatched. A leak is a tower that ends in a wide hatched box.

Needs matplotlib (`pip install 'gcsim[plot]'`); this module and the charts of `trace` are the only ones that import it.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from gcsim.errors import MissingExtra, SnapshotError
from gcsim.snapshot.figures import in_kilobytes, in_percent
from gcsim.snapshot.graph import Node, Snapshot
from gcsim.snapshot.names import printable
from gcsim.snapshot.paths import title

SMALLEST_SHARE: Final = 0.01
MOST_LEVELS: Final = 16
INCHES: Final = (12.0, 0.45)  # width, and height of a level
CHARACTERS_PER_WIDTH: Final = 130  # what fits into a box as wide as the picture
LEAST_ROOM: Final = 5  # characters; with fewer a label says nothing
COLORS: Final = ("#8ecae6", "#ffb703", "#a7c957", "#cdb4db", "#f4a261", "#90dbf4", "#f1c0e8", "#b9fbc0")
FORMATS: Final = (".svg", ".png")


@frozen
class Box:
    """A node in the picture, or the small nodes of one class: its level from the top, left edge and width (0 to 1)."""

    name: str
    class_name: str
    size_bytes: int
    level: int
    left: float
    width: float
    node: Node | None


def boxes(snapshot: Snapshot, smallest_share: float = SMALLEST_SHARE, levels: int = MOST_LEVELS) -> list[Box]:
    """The boxes of what retains enough, each after the one that it stands below."""
    root = snapshot.root
    total = root.retained_bytes or 1
    found = [Box("everything", root.class_name, root.retained_bytes, 0, 0.0, 1.0, root)]
    for box in found:
        if box.node is None or box.level + 1 == levels:
            continue
        left = box.left
        for name, class_name, size_bytes, node in parts_of(box.node, round(smallest_share * total)):
            width = size_bytes / total
            found.append(Box(name, class_name, size_bytes, box.level + 1, left, width, node))
            left += width
    return found


def parts_of(node: Node, smallest_bytes: int) -> list[tuple[str, str, int, Node | None]]:
    """What a node dominates: the large nodes one by one, then the small ones by class; each with its retained bytes."""
    children = sorted(node.dominated, key=lambda child: (-child.retained_bytes, child.id))
    large = [child for child in children if child.retained_bytes >= smallest_bytes]
    counts, sizes = Counter[str](), Counter[str]()
    for child in children[len(large) :]:
        counts[child.class_name] += 1
        sizes[child.class_name] += child.retained_bytes
    return [
        *((f"{printable(title(child))} @{child.id}", child.class_name, child.retained_bytes, child) for child in large),
        *(
            (f"{counts[name]:,} \N{MULTIPLICATION SIGN} {printable(name)}", name, size_bytes, None)
            for name, size_bytes in sizes.most_common()
            if size_bytes >= smallest_bytes and counts[name] > 1
        ),
    ]


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
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("pictures need matplotlib: pip install 'gcsim[plot]'") from None
    shown = boxes(snapshot)
    levels = 1 + max(box.level for box in shown)
    # nothing of the reader's own settings, and the same ids in each SVG
    style = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    style |= {"svg.hashsalt": "gcsim", "svg.fonttype": "none", "font.size": 8}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in a script that the font lacks is shown as boxes
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
        axes.barh(
            box.level + 0.5, box.width, left=box.left, height=0.96, color=color, edgecolor="white", linewidth=0.8,
            hatch=None if box.node else "||",
        )  # fmt: skip
        if text := label(box, total):
            axes.text(box.left + 0.003, box.level + 0.5, text, va="center", ha="left", clip_on=True, parse_math=False)


def label(box: Box, total: int) -> str:
    """What is written into a box: as much of the name and the size as fits."""
    room = int(box.width * CHARACTERS_PER_WIDTH)
    whole = f"{box.name}: {in_kilobytes(box.size_bytes)}, {in_percent(box.size_bytes, total)}"
    for text in (whole, box.name):
        if len(text) <= room:
            return text
    return f"{box.name[: room - 1]}…" if room >= LEAST_ROOM else ""


def colors(shown: list[Box]) -> Iterator[str]:
    """A color for each box, the same for the same class."""
    numbers: dict[str, int] = {}
    for box in shown:
        yield COLORS[numbers.setdefault(box.class_name, len(numbers)) % len(COLORS)]
