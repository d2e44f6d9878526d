"""Compaction: which pages of old space are evacuated by the full collection that begins.

The idea: a page on which little lives costs as much memory as a full one. Moving its objects to other pages costs
time by the byte, so the emptiest pages are the best bargain: they cost least and each gives a whole page back.

A page qualifies if enough of its area is free: 70 % as long as nothing is known of the speed; then so much that
moving what remains should take about half a millisecond,

    percent = 100 - 50 / (1 + area / speed)        area in bytes, speed in bytes per ms; at least 20

so the faster objects are moved, the lower the bar: 50 % at infinite speed, 70 % at 1.5 areas in a millisecond. Free
is what was not allocated since the page was swept, so what has died since then does not count.

Of the pages that qualify the emptiest are taken, as long as what is allocated on all of them together is at most
4 MB. If they would fill as many new pages as they give back, none is taken.

To save memory (reduce), the bar is 20 % and the sum 12 MB; where memory matters more than speed (optimize), 20 %
and 6 MB.

Complexity: O(pages log pages). One rule is left to the caller: a page that is being allocated on is no candidate.
Source: V8 11.3 src/heap/mark-compact.cc (ComputeEvacuationHeuristics, CollectEvacuationCandidates), gc-tracer.cc
(CompactionSpeedInBytesPerMillisecond); the counts that node 20's `--trace-fragmentation` prints for heaps thinned out
to a third, a sixth and a twelfth come out (measured).
Left out: code space, and the flags that choose pages at random or by hand.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from gcsim.units import MB

FREE_PERCENT: Final = 70
"""The bar before any speed is known."""
MIN_FREE_PERCENT: Final = 20
"""The lowest bar, and the bar of the two modes that save memory."""
TARGET_MS_PER_AREA: Final = 0.5


class CompactionMode(Enum):
    """How much compaction is wanted; the value is the largest sum of bytes on the pages chosen."""

    DEFAULT = 4 * MB
    OPTIMIZE = 6 * MB
    REDUCE = 12 * MB


def free_percent(area_bytes: int, speed_bytes_per_ms: float, mode: CompactionMode = CompactionMode.DEFAULT) -> int:
    """Which share of its area, in percent, must be free so that a page qualifies: 20 to 100.

    `speed_bytes_per_ms` is how fast objects were moved so far; 0 if that is not known.
    """
    if mode is not CompactionMode.DEFAULT:
        return MIN_FREE_PERCENT
    if not speed_bytes_per_ms:
        return FREE_PERCENT
    ms_per_area = 1 + area_bytes / speed_bytes_per_ms
    return max(MIN_FREE_PERCENT, int(100 - 100 * TARGET_MS_PER_AREA / ms_per_area))


def evacuation_candidates(
    allocated_bytes: Sequence[int],
    area_bytes: int,
    speed_bytes_per_ms: float,
    mode: CompactionMode = CompactionMode.DEFAULT,
) -> list[int]:
    """The indexes of the pages to evacuate, the emptiest first.

    `allocated_bytes`: of each page that may be evacuated, how much of its `area_bytes` is not free.
    """
    threshold_bytes = free_percent(area_bytes, speed_bytes_per_ms, mode) * (area_bytes // 100)
    chosen: list[int] = []
    total_bytes = 0
    for index in emptiest_first(allocated_bytes):
        page_bytes = allocated_bytes[index]
        if area_bytes - page_bytes < threshold_bytes or total_bytes + page_bytes > mode.value:
            break  # the pages that follow are no emptier
        chosen.append(index)
        total_bytes += page_bytes
    new_pages = -(-total_bytes // area_bytes)
    return chosen if new_pages < len(chosen) else []


def emptiest_first(allocated_bytes: Sequence[int]) -> list[int]:
    """The index of every page, the emptiest first; with `--compact-on-every-full-gc` all of them are evacuated."""
    return sorted(range(len(allocated_bytes)), key=allocated_bytes.__getitem__)
