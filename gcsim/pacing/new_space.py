"""New space: when a semispace grows or shrinks, and when a task scavenges it.

The idea: a larger semispace means fewer scavenges, and more time for objects to die before one comes. That
only pays where objects do survive: if nothing survives, a scavenge of a small semispace costs next to
nothing. So V8 starts with small semispaces and lets survivors, not allocation, make them grow.

The rule for growth: add up all bytes that collections promoted or copied since the last growth. In the
prologue of each collection, grow if that sum exceeds the capacity and the capacity is not yet the largest,
and begin the sum anew. The survivors of the collection that is about to run are counted after it, so they
speak first at the next one. Both semispaces grow at once, before anything is evacuated.

    capacity  1 MB -> 2 -> 4 -> 8 -> 16 MB      a program whose objects all die young stays at 1 MB for ever

The rule for shrinking: a program that allocates less than 1000 bytes per ms over 5 s needs no large semispace, nor
does one whose memory is being reduced. Then a collection, at its end, cuts both semispaces down to twice what is
left in new space, but not below their size at the start, and gives all of from-space back until the next collection.
Where growth and shrinking are both called for, nothing happens, but the sum begins anew. With the reduce-memory flag
growth is not even considered. `--predictable` forbids shrinking, since it depends on the clock.

    initial size <= size after shrinking <= size before, and what new space holds still fits

The rule for the task: when new space is 80 % full a task is posted, and if it still is when the event loop
comes to it, it scavenges. A program that never returns to its event loop never sees it.

Source: V8 src/heap/heap.cc ShouldResizeNewSpace, ReduceNewSpaceSize, new-spaces.cc SemiSpaceNewSpace::Grow, Shrink,
minor-gc-job.cc; each of 433 collections in eleven recorded programs grew, or did not, as this rule says, and
each of 35 of an idle one grew, shrank, or did neither (measured).
"""

from enum import Enum
from typing import Final

from gcsim.units import round_up

LOW_THROUGHPUT_BYTES_PER_MS: Final = 1000.0
"""heap.cc, kLowAllocationThroughput."""


class Resize(Enum):
    """What a collection does to the size of new space."""

    NONE = "none"
    GROW = "grow"
    """In its prologue."""
    SHRINK = "shrink"
    """At its end."""


class SemiSpaceGrowth:
    """Decides when semispaces grow; `survived_bytes` is the sum since they last did."""

    def __init__(self) -> None:
        self.survived_bytes = 0

    def decide(self, capacity_bytes: int, max_bytes: int) -> bool:
        """Whether a semispace of `capacity_bytes` grows now; if so, the sum of survivors starts again.

        To be asked once in the prologue of each collection, scavenge or full.
        """
        grows = capacity_bytes < max_bytes and self.survived_bytes > capacity_bytes
        if grows:
            self.survived_bytes = 0
        return grows

    def resize(
        self,
        capacity_bytes: int,
        max_bytes: int,
        allocation_bytes_per_ms: float,
        *,
        reduce_memory: bool,
        may_shrink: bool,
    ) -> Resize:
        """What the collection that begins does to semispaces of `capacity_bytes`; asked once, as `decide`.

        `allocation_bytes_per_ms`: of both generations, 0 if not known. `reduce_memory`: the collection's flag.
        `may_shrink`: False with `--predictable`.
        """
        if reduce_memory:
            return Resize.SHRINK if may_shrink else Resize.NONE
        shrinks = may_shrink and 0 < allocation_bytes_per_ms < LOW_THROUGHPUT_BYTES_PER_MS
        grows = self.decide(capacity_bytes, max_bytes)
        if grows == shrinks:
            return Resize.NONE
        return Resize.GROW if grows else Resize.SHRINK

    def record(self, survived_bytes: int) -> None:
        """What a collection promoted and copied, in bytes, counts for the next decision."""
        self.survived_bytes += survived_bytes


def grown(capacity_bytes: int, factor: int, max_bytes: int) -> int:
    """The capacity of a semispace after growth, in bytes: `factor` times as much, never above `max_bytes`."""
    return min(max_bytes, factor * capacity_bytes)


def shrunk(capacity_bytes: int, used_bytes: int, initial_bytes: int, page_bytes: int) -> int:
    """The capacity of a semispace after shrinking, in bytes: whole pages, with room for twice what is used."""
    return min(capacity_bytes, max(initial_bytes, round_up(2 * used_bytes, page_bytes)))


def minor_task_due(used_bytes: int, capacity_bytes: int, trigger_percent: int) -> bool:
    """Whether new space is so full that a task should scavenge it.

    `capacity_bytes`: of whole pages. With 4 of them and 80 % that is from 838,860 used bytes on (measured: tasks of
    small turns scavenge at 840,328, and never below).
    """
    return used_bytes >= capacity_bytes * trigger_percent // 100
