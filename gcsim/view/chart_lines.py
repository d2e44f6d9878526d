"""Chart lines: what the chart over time shows of a recording, made once.

The x of a frame is its simulated time in a recording of collections, and its index in a recording of steps, whose times
lie microseconds apart. All x are ratios, 0 to 1, all values are bytes. A recording may have more frames than a chart
has pixels; then of each column the lowest and the highest value are kept, so that no peak is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import linear_regression
from typing import Final

from attrs import frozen

from gcsim.events import GcEvent
from gcsim.events import Kind as GcKind
from gcsim.view.figure import Point, Rect
from gcsim.view.frame import Frame
from gcsim.view.timeline import Timeline

FITTED: Final = 5
"""The floor is fitted through so many of the last live sizes."""
ROUNDING: Final = 1e-9
"""A time that has been a ratio may have become a little shorter."""
COLUMN_PX: Final = 2
"""A column of a step line is so many pixels wide."""
KEPT: Final = 32
"""So many scaled lines are kept; only a window that is being resized has more."""
VALUES: Final[dict[str, Callable[[Frame], int]]] = {
    "total": lambda frame: frame.committed_bytes,
    "used": lambda frame: frame.used_bytes,
}
"""What is drawn as a line."""


@frozen
class Tick:
    """Where a collection is on the chart, at `x`; `live_bytes` is what it left, `index` its frame."""

    x: float
    index: int
    is_major: bool
    live_bytes: int


class ChartLines:
    """The lines of a recording. `top_bytes`: the highest value of used and total."""

    def __init__(self, timeline: Timeline) -> None:
        self.recording = timeline.recording
        frames = self.recording.frames
        self._by_time = self.recording.detail == "pages" and frames[-1].time_ms > 0
        self._timeline = timeline
        self._scaled: dict[tuple[str, Rect, float], list[Point]] = {}
        self._thinned: dict[int, list[Tick]] = {}
        self.top_bytes = max(1, *(max(frame.used_bytes, frame.committed_bytes) for frame in frames))
        self.limit_bytes = max(frame.limit_bytes for frame in frames)
        self.ticks = [
            self._tick(index, event) for index, event in zip(timeline.lines, self.recording.events, strict=False)
        ]

    def _tick(self, index: int, event: GcEvent) -> Tick:
        return Tick(self.x(index), index, event.kind is GcKind.MARK_SWEEP, event.used_after_bytes)

    def x(self, index: int) -> float:
        """Where the frame is, 0 to 1."""
        frames = self.recording.frames
        if self._by_time:
            return frames[index].time_ms / frames[-1].time_ms
        return index / max(1, len(frames) - 1)

    def index_at(self, x: float) -> int:
        """The frame that is shown there."""
        frames = self.recording.frames
        if self._by_time:
            return self._timeline.at_time(x * frames[-1].time_ms * (1 + ROUNDING))
        return round(min(max(x, 0.0), 1.0) * (len(frames) - 1))

    def scaled(self, name: str, plot: Rect, top_bytes: float) -> list[Point]:
        """The step line of that name of `VALUES` in a plot whose upper edge stands for `top_bytes`."""
        key = name, plot, top_bytes
        if key not in self._scaled:
            if len(self._scaled) >= KEPT:
                self._scaled.clear()
            points = self.steps(name, max(1, int(plot.w / COLUMN_PX)))
            self._scaled[key] = [(plot.x + x * plot.w, plot.bottom - plot.h * y / top_bytes) for x, y in points]
        return self._scaled[key]

    def thinned(self, columns: int) -> list[Tick]:
        """The ticks, or of more than there are columns one for each; a mark-sweep is preferred."""
        if columns not in self._thinned:
            self._thinned[columns] = thin(self.ticks, columns)
        return self._thinned[columns]

    def steps(self, name: str, columns: int) -> list[tuple[float, int]]:
        """The step line of that name of `VALUES`, of at most about 4 points for each of `columns`: (x, bytes)."""
        return self._made_steps(VALUES[name], columns)

    def _made_steps(self, value: Callable[[Frame], int], columns: int) -> list[tuple[float, int]]:
        points: list[tuple[float, int]] = []
        for x, low, high, last in self._columns(value, columns):
            before = points[-1][1] if points else low
            if points and before == low == high:
                continue
            points += [(x, before)] if points and before != low else []
            points += [(x, low)] if low == high else [(x, low), (x, high), (x, last)]
        return [*points, (1.0, points[-1][1])]

    def _columns(self, value: Callable[[Frame], int], columns: int) -> Iterator[tuple[float, int, int, int]]:
        """Of each column that has frames: its x, the lowest, the highest and the last value."""
        frames: Sequence[Frame] = self.recording.frames
        if len(frames) <= columns:
            yield from ((self.x(frame.index), value(frame), value(frame), value(frame)) for frame in frames)
            return
        start = 0
        while start < len(frames):
            column = int(self.x(start) * columns)
            end = start + 1
            while end < len(frames) and int(self.x(end) * columns) == column:
                end += 1
            values = [value(frame) for frame in frames[start:end]]
            yield self.x(start), min(values), max(values), values[-1]
            start = end

    def majors(self, index: int) -> list[Tick]:
        """The full collections that have ended when frame `index` is shown."""
        return [tick for tick in self.ticks if tick.is_major and tick.index <= index]

    def floor(self, index: int) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The line through the last live sizes, from the first of them to frame `index`; None of fewer than two."""
        last = self.majors(index)[-FITTED:]
        if len({tick.x for tick in last}) < 2:
            return None
        slope, base = linear_regression([tick.x for tick in last], [tick.live_bytes for tick in last])
        ends = (last[0].x, max(last[-1].x, self.x(index)))
        return (ends[0], base + slope * ends[0]), (ends[1], base + slope * ends[1])


def thin(ticks: Sequence[Tick], columns: int) -> list[Tick]:
    """At most one of the ticks for each column, mark-sweeps before others."""
    seen: dict[int, Tick] = {}
    for tick in ticks:
        column = int(tick.x * columns)
        if tick.is_major or column not in seen:
            seen[column] = tick
    return list(seen.values()) if len(ticks) > columns else list(ticks)
