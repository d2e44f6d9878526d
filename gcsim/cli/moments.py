"""`--snapshot WHEN:PATH`: heap snapshots at moments of a run.

    start           before the first turn
    end             when the scenario has ended
    2000ms          when the event loop is first reached at or after that simulated time
    requests=500    when the scenario says that it has done so many of what its parameter `requests` counts

What makes no sense is refused before the run; a moment that has not come when the run is over is a line on stderr.
"""

import re
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from gcsim.cli.progress import NoBar
from gcsim.cli.summary import in_mb
from gcsim.errors import ConfigError
from gcsim.sim.scenario import Scenario
from gcsim.sim.simulation import Simulation

MISSED = 2
"""The exit status when a moment has not come: as for any mistake of a user."""
WHEN = re.compile(r"(?P<word>start|end)|(?P<ms>\d+(\.\d+)?)ms|(?P<name>[\w-]+)=(?P<count>\d+)")


@frozen
class Moment:
    """When the heap is written, and where to.

    `word`: "start" or "end"; else `ms`: a simulated time; else `count` of `name`. `text`: as it was given.
    """

    text: str
    path: Path
    word: str | None
    ms: float | None
    name: str
    count: int

    def __str__(self) -> str:
        return f"--snapshot {self.text}"


class MomentType(click.ParamType[Moment]):
    """WHEN:PATH."""

    name = "WHEN:PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Moment:
        """The moment that the text says."""
        if isinstance(value, Moment):
            return value
        when, _, path = value.partition(":")
        found = WHEN.fullmatch(when)
        if not found or not path:
            self.fail(f"{value!r} is not WHEN:PATH, where WHEN is start, end, 2000ms or requests=500", param, ctx)
        if not Path(path).parent.is_dir():
            self.fail(f"{path}: cannot be written: there is no folder {Path(path).parent}", param, ctx)
        ms = float(found["ms"]) if found["ms"] else None
        name = (found["name"] or "").replace("-", "_")
        return Moment(value, Path(path), found["word"], ms, name, int(found["count"] or 0))


def check_moments(moments: Iterable[Moment], scenario: Scenario) -> None:
    """Raise `ConfigError` where the scenario has no such parameter, or two snapshots are to be one file."""
    files: dict[Path, Moment] = {}
    for moment in moments:
        if moment.name and moment.name not in scenario.parameters:
            known = ", ".join(scenario.parameters) or "none"
            raise ConfigError(f"{moment}: {scenario.name} has no parameter {moment.name!r}; parameters: {known}")
        other = files.setdefault(moment.path.resolve(), moment)
        if other is not moment:
            raise ConfigError(f"{moment}: {other} has the same file")


class Snapshots:
    """Writes the heap of `simulation` at the moments. `written`: what the summary says of them."""

    def __init__(self, simulation: Simulation, moments: Iterable[Moment], bar: NoBar) -> None:
        self._simulation = simulation
        self._bar = bar
        self._waiting = list(moments)
        self.written: list[tuple[str, str]] = []
        for moment in moments:
            if moment.ms is not None:
                simulation.call_at(moment.ms, partial(self._take, moment))

    def run(self, program: Callable[[], None]) -> None:
        """Run the program from start to end."""
        self._take_all(moment for moment in self._waiting if moment.word == "start")
        program()
        self._take_all(moment for moment in self._waiting if moment.word == "end")

    def on_progress(self, done: int, total: int) -> None:
        """The program has said how far it is; the bar shows it."""
        self._bar.update(done, total)
        counts = self._simulation.counts
        self._take_all(m for m in self._waiting if m.name and counts.get(m.name, -1) >= m.count)

    def report_missed(self, status: int) -> int:
        """A line on stderr for each moment that has not come; returns the exit status, which was `status`."""
        for moment in self._waiting:
            print(f"gcsim: {moment} was not written: {self._why(moment, status)}", file=sys.stderr)
        return MISSED if self._waiting and not status else status

    def _why(self, moment: Moment, status: int) -> str:
        simulation = self._simulation
        if simulation.out_of_memory is not None:
            return "the process ran out of memory before"
        if status:
            return "the run was interrupted before"
        if moment.ms is not None:
            return f"the scenario ended at {simulation.clock.now_ms:.0f} ms"
        if moment.name in simulation.counts:
            return f"the scenario ended at {moment.name}={simulation.counts[moment.name]}"
        return f"the scenario does not say how far it is with {moment.name}"

    def _take_all(self, moments: Iterable[Moment]) -> None:
        for moment in list(moments):
            self._take(moment)

    def _take(self, moment: Moment) -> None:
        """The heap is in the file; if it runs out of memory instead, the moment has not come."""
        self._simulation.snapshot(moment.path)
        self._waiting.remove(moment)
        size = in_mb(moment.path.stat().st_size)
        self.written.append((f"heap at {moment.text.partition(':')[0]}", f"{moment.path}, {size}"))
