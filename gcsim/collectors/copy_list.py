"""Copy list: the order in which a scavenge on one thread scans what it has copied or promoted.

The idea: V8's worklists are stacks of segments. A worker pushes to one segment and pops from another, so that it can
hand over a full one to the others without a lock. One thread has a stack of its own segments then. What is taken next
is the last one of the segment that is popped from; when that is empty, the segment of the pushes takes its place; when
nothing was pushed either, the last segment that was handed over. So the order is neither first in, first out, nor last
in, first out: it goes level by level, each level backwards.

Source: V8 11.3 src/heap/base/worklist.h (Local::Push, Pop).
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

SEGMENT_LENGTH: Final = 256
"""Entries of a segment of the scavenger's lists (scavenger.h kCopiedListSegmentSize, kPromotionListSegmentSize)."""


class Segments:
    """Addresses that wait. Push to `pushed`, pop from `ready`, and call `refill` when that is empty.

    Both stay the same lists, so that a hot loop may keep them.
    """

    __slots__ = ("_full", "pushed", "ready")

    def __init__(self) -> None:
        self.ready: list[int] = []
        self.pushed: list[int] = []
        self._full: list[list[int]] = []

    def __iter__(self) -> Iterator[int]:
        """All that waits, in no order."""
        return chain(self.ready, self.pushed, *self._full)

    def refill(self) -> bool:
        """`ready`, which was empty, holds the next segment; False if nothing waits."""
        pushed = self.pushed
        while len(pushed) > SEGMENT_LENGTH:
            self._full.append(pushed[:SEGMENT_LENGTH])
            del pushed[:SEGMENT_LENGTH]
        if pushed:
            self.ready.extend(pushed)
            pushed.clear()
        elif self._full:
            self.ready.extend(self._full.pop())
        return bool(self.ready)

    def half_full_at(self) -> int:
        """The length of `pushed`, now or later, at which the segment that is pushed to is half full."""
        count = len(self.pushed)
        full = max(0, count - 1) // SEGMENT_LENGTH * SEGMENT_LENGTH
        return max(count, full + SEGMENT_LENGTH // 2)
