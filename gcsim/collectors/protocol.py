"""What every collector is: one cycle, done in slices of any size.

A collector is made for one cycle of one heap and thrown away when it is done. `advance` is the only way to run it:
with `UNLIMITED` for a pause, with the pacer's figure for an incremental step, with 1 for a person who wants to see one
object. A slice does whole objects, so it goes at most one object over its budget, and it never crosses the border
between two phases: whoever watches or verifies sees each phase's end.

A collector that moves or frees objects tells `heap.ids` in time, so that an object keeps its id in heap snapshots:
`heap/object_ids.py` says when.
"""

import sys
from enum import Enum
from typing import Final, Protocol

from attrs import define

from gcsim.heap.heap import Heap

UNLIMITED: Final = sys.maxsize
"""A budget that no cycle uses up."""


class Phase(Enum):
    """What a collector does next, in the order of a cycle."""

    ROOTS = "roots"
    COPY = "copy"
    MARK = "mark"
    REMARK = "remark"
    EVACUATE = "evacuate"
    SWEEP = "sweep"
    FINISH = "finish"
    DONE = "done"


@define
class Work:
    """What a cycle has done so far: exact counts, which tests assert and the cost model turns into time.

    `promoted_*` has what was promoted with its page too, `promoted_pages` how many pages that were. `searched_words`:
    objects that were searched for slots that refer to candidates; `recorded_slots`: those slots.
    """

    copied_words: int = 0
    copied_objects: int = 0
    promoted_words: int = 0
    promoted_objects: int = 0
    slots: int = 0
    marked_words: int = 0
    marked_objects: int = 0
    evacuated_words: int = 0
    evacuated_objects: int = 0
    searched_words: int = 0
    recorded_slots: int = 0
    swept_pages: int = 0
    promoted_pages: int = 0
    released_pages: int = 0
    cleared_fields: int = 0
    removed_entries: int = 0


class Collector(Protocol):
    """One collection cycle. Made with the heap as its only argument."""

    phase: Phase
    work: Work

    @property
    def atomic(self) -> bool:
        """Whether the mutator must wait until the next phase."""

    def advance(self, budget_bytes: int) -> int:
        """Work until the budget is spent or the phase ends; returns the bytes done, at most one object over."""


class MajorCollector(Collector, Protocol):
    """A cycle over the whole heap, which may be marked in steps before its pause.

    It evacuates `heap.old.candidates`, which were chosen before it was made, and leaves none.
    """

    heap: Heap

    @property
    def ready(self) -> bool:
        """Whether the next slice begins the pause: nothing is left to mark in steps."""
