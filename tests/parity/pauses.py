"""Pauses: how much of the scatter of node's scavenge pauses the simulated ones explain.

Absolute times belong to a machine, so one common factor k is fitted over all scavenges of all programs:

    recorded = k * simulated        k = sum(recorded * simulated) / sum(simulated ** 2)
    R2 = 1 - sum((recorded - k * simulated) ** 2) / sum((recorded - mean of recorded) ** 2)

The band is an R2 of at least 0.7 against the pauses of one run, the one nearest to all others. A single pause is noise
to a good part: bytes, objects and slots of the heap itself explain 0.66 to 0.83 of it (measured). So the fit against
the least pause of five runs is shown beside it, without a band: what disturbs a pause can only make it longer.
Scavenges are paired in their order.
"""

from collections.abc import Callable, Iterable

from attrs import frozen

from .recordings import Recording, TraceEvent
from .simulated import Run

MIN_R2 = 0.7


@frozen(kw_only=True)
class Fit:
    """How recorded pauses follow from simulated ones: `points` pairs, the factor, and the share explained."""

    points: int
    factor: float
    r2: float

    @property
    def ok(self) -> bool:
        """Whether enough is explained."""
        return self.r2 >= MIN_R2


def of_one_run(line: TraceEvent) -> float:
    """The pause that the recorded line tells, in ms."""
    return line.pause_ms


def least_of_all_runs(line: TraceEvent) -> float:
    """The shortest pause of this scavenge in any run, in ms."""
    return line.pause_ms if line.pause_ms_range is None else line.pause_ms_range[0]


def fit_pauses(results: Iterable[tuple[Recording, Run]], pause_of: Callable[[TraceEvent], float] = of_one_run) -> Fit:
    """One line through the origin and all scavenge pauses."""
    both = [
        (event.pause_ms, pause_of(line))
        for recording, run in results
        for event, line in zip(run.scavenges, recording.scavenges, strict=False)
    ]
    factor = sum(mine * node for mine, node in both) / sum(mine * mine for mine, _ in both)
    mean = sum(node for _, node in both) / len(both)
    unexplained = sum((node - factor * mine) ** 2 for mine, node in both)
    return Fit(points=len(both), factor=factor, r2=1 - unexplained / sum((node - mean) ** 2 for _, node in both))
