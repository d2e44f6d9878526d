"""Charts: a log as a picture, used and total memory over time with the pauses and the utilization below.

    memory, MB     total as steps; used as a saw: up while the program runs, down at each collection; a dot for what
                   each collection left, larger where it was a full one; the trend behind the verdict, dashed
    pause, ms      a line for each pause, scavenges and full collections apart by colour, width and mark
    mu             average and current mutator utilization at each full collection, where the log has them

One process is one picture. More than `MAX_POINTS` collections are thinned: of each two neighbours the one with the
longer pause stays, and a full collection before any scavenge.

Left out: what happens between two collections is a straight line.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from gcsim.errors import MissingExtra
from gcsim.events import Kind
from gcsim.trace.diagnose import Diagnosis
from gcsim.trace.leak import MINUTE_MS, Growth
from gcsim.trace.line import GcLine

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_POINTS: Final = 20_000
FORMATS: Final = ("png", "svg", "pdf")

_TOTAL, _USED, _YOUNG, _FULL, _FLOOR = "#999999", "#0072B2", "#56B4E9", "#D55E00", "#1A1A1A"
"""Colours that colour-blind readers can tell apart (Okabe and Ito); marks and widths differ as well."""


@define
class Points:
    """The collections of a picture, oldest first."""

    lines: list[GcLine] = field(factory=list)

    def add(self, line: GcLine) -> None:
        """The collection is in the picture, or gave way to its neighbour."""
        self.lines.append(line)
        if len(self.lines) == 2 * MAX_POINTS:
            self.lines = [max(pair, key=_weight) for pair in zip(self.lines[::2], self.lines[1::2], strict=True)]


def _weight(line: GcLine) -> tuple[bool, float]:
    return line.kind is Kind.MARK_SWEEP, line.pause_ms


def save_chart(points: Points, diagnosis: Diagnosis, path: Path, *, file_format: str) -> None:
    """The picture of one process is in `path`, as one of `FORMATS`; the same bytes for the same log.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    with _drawing():
        figure = draw_chart(points, diagnosis)
        metadata: dict[str, Any] = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
        figure.savefig(path, format=file_format, metadata=metadata[file_format])


def _drawing() -> AbstractContextManager[None]:
    """Matplotlib with nothing of the reader's own settings, and with the same ids in each SVG."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtra("--plot needs matplotlib: pip install 'gcsim[plot]'") from None
    defaults = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    return mpl.rc_context(defaults | {"svg.hashsalt": "gcsim", "font.size": 10, "axes.grid": True, "grid.alpha": 0.3})


def draw_chart(points: Points, diagnosis: Diagnosis) -> "Figure":
    """The picture as a matplotlib figure."""
    from matplotlib.figure import Figure

    lines = points.lines
    has_mu = sum(line.kind is Kind.MARK_SWEEP and line.average_mu is not None for line in lines) > 1
    figure = Figure(figsize=(10, 6.5 if has_mu else 5.5), layout="constrained", dpi=110)
    panes = figure.subplots(3 if has_mu else 2, 1, sharex=True, height_ratios=[5, 2, 1.2][: 3 if has_mu else 2])
    unit_ms, unit = time_unit(lines)
    _draw_memory(panes[0], lines, diagnosis.growth, unit_ms)
    _draw_pauses(panes[1], lines, unit_ms)
    if has_mu:
        _draw_utilization(panes[2], lines, unit_ms)
    panes[-1].set_xlabel(f"time since the isolate was made, {unit}")
    who = "" if diagnosis.pid is None else f"process {diagnosis.pid}: "
    figure.suptitle(f"{who}{diagnosis.headline}", fontsize=11, wrap=True)
    return figure


def time_unit(lines: Sequence[GcLine]) -> tuple[float, str]:
    """A unit in which the log is some to some hundred long: its ms, and its name."""
    span_ms = lines[-1].time_ms - lines[0].time_ms if lines else 0.0
    units = ((3_600_000.0, "h"), (MINUTE_MS, "min"), (1000.0, "s"))
    return next(((unit_ms, name) for unit_ms, name in units if span_ms > 3 * unit_ms), (1.0, "ms"))


def _draw_memory(pane: "Axes", lines: Sequence[GcLine], growth: Growth | None, unit_ms: float) -> None:
    total = [(line.time_ms / unit_ms, line.total_after_mb) for line in lines if line.total_after_mb is not None]
    if total:
        pane.step(*zip(*total, strict=True), where="post", color=_TOTAL, linewidth=1.2, label="total after")
    saw_x = [line.time_ms / unit_ms for line in lines for _ in range(2)]
    saw_y = [size for line in lines for size in (line.used_before_mb, line.used_after_mb)]
    pane.plot(saw_x, saw_y, color=_USED, linewidth=0.9, label="used")
    for kind, color, mark, size, label in _kinds():
        left = [(line.time_ms / unit_ms, line.used_after_mb) for line in lines if line.kind is kind]
        if left:
            pane.plot(*zip(*left, strict=True), mark, color=color, markersize=size, label=f"left by a {label}")
    if growth is not None and growth.per_minute is not None and growth.points > 1:
        ends_ms, slope = (growth.first_ms, growth.last_ms), growth.per_minute.slope / MINUTE_MS
        heights = [growth.middle_mb + slope * (end_ms - growth.middle_ms) for end_ms in ends_ms]
        times = [end_ms / unit_ms for end_ms in ends_ms]
        pane.plot(times, heights, "--", color=_FLOOR, linewidth=1.6, label="trend behind the verdict")
    pane.set_ylabel("memory, MB")
    pane.set_ylim(0, 1.25 * max(max(line.total_after_mb or 0.0, line.used_before_mb) for line in lines))
    pane.legend(loc="upper left", fontsize=8, ncols=3)
    pane.margins(x=0.01)


def _kinds() -> tuple[tuple[Kind, str, str, float, str], ...]:
    return ((Kind.SCAVENGE, _YOUNG, ".", 4.0, "scavenge"), (Kind.MARK_SWEEP, _FULL, "D", 6.0, "full collection"))


def _draw_pauses(pane: "Axes", lines: Sequence[GcLine], unit_ms: float) -> None:
    for kind, color, mark, size, label in _kinds():
        pauses = [(line.time_ms / unit_ms, line.pause_ms) for line in lines if line.kind is kind]
        if pauses:
            times, heights = zip(*pauses, strict=True)
            pane.vlines(times, 0, heights, color=color, linewidth=1.0 if kind is Kind.SCAVENGE else 2.0)
            pane.plot(times, heights, mark, color=color, markersize=size, label=label)
    pane.set_ylabel("pause, ms")
    pane.set_ylim(0, 1.5 * max(line.pause_ms for line in lines) or 1.0)
    pane.legend(loc="upper left", fontsize=8, ncols=2)


def _draw_utilization(pane: "Axes", lines: Sequence[GcLine], unit_ms: float) -> None:
    full = [line for line in lines if line.kind is Kind.MARK_SWEEP]
    average = [(line.time_ms / unit_ms, line.average_mu) for line in full if line.average_mu is not None]
    current = [(line.time_ms / unit_ms, line.current_mu) for line in full if line.current_mu is not None]
    pane.plot(*zip(*average, strict=True), "D-", color=_FULL, markersize=4, label="average mu")
    pane.plot(*zip(*current, strict=True), "x:", color=_USED, markersize=5, label="current mu")
    pane.set_ylabel("mu")
    pane.set_ylim(-0.05, 1.05)
    pane.legend(loc="lower left", fontsize=8, ncols=2)
