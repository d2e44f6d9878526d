"""Chart: the heap over time. Click to go there.

Used and total as steps, a tick for each collection (a long one for a mark-sweep), a dot for what was live after each
mark-sweep, and the floor: the line fitted through the last of these dots. A floor that climbs is a leak. The limit and
80 % of it are drawn when they are near enough to be seen; else the heading says where they are. What has not been
reached yet is drawn pale.
"""

from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from gcsim.view.chart_lines import VALUES, thin
from gcsim.view.figure import Point, Rect
from gcsim.view.look import Moment
from gcsim.view.palette import PALE, Paint, blend
from gcsim.view.panes.parts import heading
from gcsim.view.pen import Pen
from gcsim.view.words import size

AXIS: Final = 72
"""The room for the numbers on the left, at base size."""
NEAR: Final = 1.7
"""The limit is drawn if it is less than so many times the highest value."""
WARNING: Final = 0.8
TICK_PX: Final = 4
"""Ticks are so many pixels apart, at least."""
WIDTHS: Final = {"used": 3.0, "total": 1.5}
"""Of the lines: they are not told by their colors alone."""


def draw_chart(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    lines = moment.backdrop.chart
    limit = lines.limit_bytes
    is_near = 0 < limit < NEAR * lines.top_bytes
    top = max(lines.top_bytes, limit if is_near else 0) * 1.05
    unit = "time" if moment.recording.detail == "pages" else "steps"
    room = heading(pen, rect, "HEAP OVER TIME" if unit == "time" else "HEAP, STEP BY STEP")
    draw_key(pen, rect, moment, "" if is_near or not limit else f"limit {size(limit)}: far above")
    plot = Rect(room.x + AXIS * pen.unit, room.y + 2, room.w - AXIS * pen.unit - 4, room.h - 12 * pen.unit)
    plotter = Plotter(pen, plot, top, moment)
    plotter.draw_axis()
    if is_near:
        plotter.draw_limits()
    for name in VALUES:
        plotter.draw_steps(name)
    plotter.draw_ticks()
    plotter.draw_floor()
    if is_near:
        plotter.name_limits()
    plotter.draw_cursor()
    pen.box(plot, Paint("", "", "none"), "plot", action="chart")


def draw_key(pen: Pen, rect: Rect, moment: Moment, note: str) -> None:
    """What the lines are, on the right of the heading."""
    values = {"used": moment.frame.used_bytes, "total": moment.frame.committed_bytes}
    names = [("used", f"used {size(values['used'])}"), ("total", f"total {size(values['total'])}")]
    names += [("live", "o live after mark-sweep")] * bool(moment.backdrop.chart.majors(moment.index))
    names += [("floor", "floor")] * (moment.backdrop.chart.floor(moment.index) is not None)
    x = rect.x + max(220 * pen.unit, pen.width("HEAP, STEP BY STEP", face="bold") + 40 * pen.unit)
    y, h = rect.y + 4 * pen.unit, pen.line
    for name, text in names:
        if x + 28 + pen.width(text) > rect.right - 10:
            break
        color = pen.theme.lines[name]
        dash = "dashed" if name == "floor" else ""
        pen.stroke([(x, y + h / 2), (x + 22, y + h / 2)], color, "key", width=WIDTHS.get(name, 3.0), dash=dash)
        x += 28 + pen.text(Rect(x + 28, y, rect.right - x - 40, h), text, "key") + 18 * pen.unit
    if pen.width(note) < rect.right - x - 10:
        pen.text(Rect(x, y, rect.right - x - 10, h), note, "key", color=pen.faint, align="right")


class Plotter:
    """Draws into `plot`, whose upper edge stands for `top` bytes."""

    def __init__(self, pen: Pen, plot: Rect, top: float, moment: Moment) -> None:
        self.pen, self.plot, self.top, self.moment = pen, plot, top, moment
        self.lines = moment.backdrop.chart
        self.now = self.lines.x(moment.index)

    def point(self, x: float, value: float) -> Point:
        """Where a value is drawn."""
        y = self.plot.bottom - self.plot.h * min(max(value / self.top, 0.0), 1.0)
        return self.plot.x + x * self.plot.w, y

    def draw_axis(self) -> None:
        """The ground line, and how much the height stands for."""
        pen, plot = self.pen, self.plot
        pen.stroke([(plot.x, plot.bottom), (plot.right, plot.bottom)], pen.faint, "axis", width=1)
        left = Rect(plot.x - AXIS * pen.unit, plot.y - pen.line * 0.3, AXIS * pen.unit - 8, pen.line)
        if plot.h < 1.6 * pen.line:
            return
        pen.text(left, size(round(self.lines.top_bytes)), "axis", color=pen.faint, align="right")
        pen.text(left.moved(0, plot.bottom - pen.line * 0.6 - left.y), "0", "axis", color=pen.faint, align="right")

    def draw_steps(self, name: str) -> None:
        """A line; pale where we have not been."""
        points = self.lines.scaled(name, self.plot, self.top)
        border = self.point(self.now, 0)[0]
        color = self.pen.theme.lines[name]
        pale = blend(color, self.pen.theme.panel, PALE)
        reached = bisect_right(points, border, key=itemgetter(0))
        past, future = points[:reached], points[reached:]
        if past:
            past.append((border, past[-1][1]))
            future.insert(0, past[-1])
        for part, tint in ((future, pale), (past, color)):
            if len(part) > 1:
                self.pen.stroke(part, tint, name, width=WIDTHS[name])

    def draw_ticks(self) -> None:
        """Each collection below the ground line, and a dot for what was live after a mark-sweep."""
        pen, done = self.pen, self.moment.index
        for tick in self.lines.thinned(int(self.plot.w / TICK_PX)):
            x, y = self.point(tick.x, 0)
            length = (11 if tick.is_major else 6) * pen.unit
            color = pen.ink if tick.index <= done else pen.faint
            pen.stroke([(x, y), (x, y + length)], color, "tick", width=3.0 if tick.is_major else 1.5)
        for tick in thin(self.lines.majors(done), int(self.plot.w / TICK_PX)):
            x, y = self.point(tick.x, tick.live_bytes)
            radius = 5 * pen.unit
            dot = Rect(x - radius, y - radius, 2 * radius, 2 * radius)
            pen.box(dot, Paint(pen.theme.lines["live"], "", "solid", 2, pen.ink), "live", radius=radius)

    def draw_floor(self) -> None:
        """The line through the last dots."""
        ends = self.lines.floor(self.moment.index)
        if ends:
            points = [self.point(*end) for end in ends]
            self.pen.stroke(points, self.pen.theme.lines["floor"], "floor", width=3, dash="dashed")

    def limits(self) -> Iterator[tuple[str, str, float, float]]:
        """The limit of the old generation, and 80 % of it: name, dash and where its line begins."""
        limit = self.moment.frame.limit_bytes
        for share, dash, name in ((1.0, "", f"limit {size(limit)}"), (WARNING, "dashed", "80 %")):
            yield name, dash, *self.point(0, limit * share)

    def draw_limits(self) -> None:
        """Both lines."""
        for _, dash, x, y in self.limits():
            self.pen.stroke([(x, y), (self.plot.right, y)], self.pen.theme.lines["limit"], "limit", dash=dash)

    def name_limits(self) -> None:
        """Their names, over all that is drawn, at that end of the lines which is far from where we are.

        The lower one is there only where there is room between them.
        """
        pen, lowest = self.pen, float("inf")
        for name, _, x, y in self.limits():
            if abs(lowest - y) > pen.line:
                w = pen.width(name) + 6
                left = x + 6 if self.now > 0.5 else self.plot.right - 6 - w
                room = Rect(left, y - pen.line / 2, w, pen.line)
                pen.box(room, pen.flat(pen.theme.panel), "limit")
                pen.text(room, name, "limit", align="center", color=pen.faint)
                lowest = y

    def draw_cursor(self) -> None:
        """Where we are."""
        x, _ = self.point(self.now, 0)
        half = 6 * self.pen.unit
        self.pen.stroke([(x, self.plot.y), (x, self.plot.bottom)], self.pen.ink, "cursor", width=2)
        top = self.plot.y
        self.pen.patch([(x - half, top), (x + half, top), (x, top + half * 1.4)], self.pen.ink, "cursor")
