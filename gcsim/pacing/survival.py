"""Survival ratio: which part of the young generation was found alive, over the last ten collections.

The idea: before the first full collection V8 knows nothing of how the old generation will behave, so it
judges by the young one. Where nearly all objects survive, the program is building something up, and marking
it would find little to free; where few survive, a large limit would only waste memory.

The rule: each collection, scavenge or full, adds one ratio, (promoted + copied bytes) / young bytes when it
began. The average is the plain mean of the newest ten. `limits.OldGenerationLimit` multiplies its limit by
this average after every collection until it is configured, so the ratios compound.

    ratios 0.9 0.5 0.1 -> average 0.5          the eleventh ratio pushes out the first

A full collection copies nothing inside of new space: it promotes all that lives, and its ratio is
promoted / young. V8 counts in percent, this file in shares of 1.

Source: V8 src/heap/gc-tracer.cc AddSurvivalRatio and AverageSurvivalRatio, heap.cc UpdateSurvivalStatistics.
Left out: the separate rates that only `--trace-gc-nvp` prints.
"""

from collections import deque

from gcsim.pacing.utilization import RING_EVENTS


class SurvivalRatio:
    """The mean survival ratio of the last ten collections."""

    def __init__(self) -> None:
        self._ratios: deque[float] = deque(maxlen=RING_EVENTS)

    @property
    def has_data(self) -> bool:
        """Whether a ratio was recorded."""
        return bool(self._ratios)

    @property
    def average(self) -> float:
        """The mean of the ratios remembered, 0 to 1; 0.0 if there are none."""
        return sum(self._ratios) / len(self._ratios) if self._ratios else 0.0

    def record(self, ratio: float) -> None:
        """The `ratio` of one collection, 0 to 1, is remembered in place of the eleventh oldest."""
        self._ratios.append(ratio)
