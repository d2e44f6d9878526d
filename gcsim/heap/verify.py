"""Verify: every invariant of a heap as a named check, and which of them hold when.

    verify(heap)                            whenever the mutator may run, also while marking
    verify_scavenge(before, heap, work)     after a scavenge; `before` is `picture(heap)` from its beginning
    verify_mark_sweep(before, heap, work)   after a full collection; likewise
    verify_marked(heap)                     when marking has ended and nothing is swept yet
    verify_slice(heap, collector, last)     between two slices of a collector

Each raises `InvariantBroken`, with the check, the objects and the addresses in its message, or returns. `CHECKS` has
every check with its catalogue id and its sentence; a check that fails can be asked for all its violations
(`CHECKS["S5"].find(moment)`).

Order matters where one mistake breaks several invariants: first whether the heap can be read at all, then whether
references lead to objects, then whether they are the right ones, then colors and counts.

Cost: one walk over the heap and one over its references for all checks together, and one more for each picture.

Left out: G10 (independence of the schedule), M8 (bound of floating garbage) and R2's every way of storing relate whole
runs, not moments of one; the property tests compare those.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from gcsim.heap import verify_colors, verify_evacuation, verify_graph, verify_ids, verify_state, verify_weak
from gcsim.heap.heap import Heap
from gcsim.heap.verify_moment import (
    CHECKS,
    Check,
    HeapPicture,
    Moment,
    SlicePicture,
    WorkLike,
    is_scavenging,
    phase_of,
    picture,
    picture_slice,
)

READABLE: Final = ("W2", "S4", "G7", "S5", "W8", "G3")
STATE: Final = ("W9", "R1", "R2", "R3", "W3", "W4", "W5", "W6", "W7", "C3", "M1", "A1", "A2", "E4", "E5", "E6", "I1")
MARKING: Final = ("M2", "M4", "M5", "E1", "E3")
GRAPH: Final = ("E1", "E3", "E5", "E4", "G1", "G11", "G5", "G2", "G6", "E2", "I2")
SCAVENGED: Final = ("M10", "S7", "S8", "R4", "R5", "S6", "S9", "S10")
COLLECTED: Final = ("G8", "G4", "G9", "S7")
EVACUATING: Final = ("C1", "C2")
MARKED: Final = ("E3", "E1", "E4", "M6", "W1", "M4", "M5", "M7", "M11")


class Audit:
    """Counts how often each check was run (`runs`, by id), and leaves out those that are `waived`."""

    def __init__(self, waived: Iterable[str] = ()) -> None:
        self.waived = frozenset(waived)
        self.runs: Counter[str] = Counter()

    def takes(self, id_: str) -> bool:
        """Whether the check is to be run; it is counted."""
        self.runs[id_] += 1
        return id_ not in self.waived


def run(ids: tuple[str, ...], moment: Moment, audit: Audit | None = None) -> None:
    """The checks of those ids, in that order.

    Raises:
        InvariantBroken: the first that fails.
    """
    for id_ in ids:
        if audit is None or audit.takes(id_):
            CHECKS[id_](moment)


def verify(heap: Heap, audit: Audit | None = None) -> None:
    """Everything that must hold whenever the mutator may run, also while marking.

    `audit`, here and below: who counts the checks, and may waive some.

    Raises:
        InvariantBroken: something does not.
    """
    run(READABLE + STATE + (MARKING if heap.marking else ()), Moment(heap), audit)


def verify_scavenge(before: HeapPicture, heap: Heap, work: WorkLike, audit: Audit | None = None) -> None:
    """Everything that must hold after a scavenge that began when `before` was taken.

    Raises:
        InvariantBroken: something does not.
    """
    moment = Moment(heap, before, work, "scavenge")
    run(READABLE + GRAPH + SCAVENGED + STATE + (MARKING if heap.marking else ()), moment, audit)


def verify_mark_sweep(before: HeapPicture, heap: Heap, work: WorkLike, audit: Audit | None = None) -> None:
    """Everything that must hold after a full collection whose pause began when `before` was taken.

    If no marking was under way then, what is allocated must be exactly what is reachable.

    Raises:
        InvariantBroken: something does not.
    """
    moment = Moment(heap, before, work, "mark-sweep", stopped_world=not before.marking)
    run(READABLE + GRAPH + COLLECTED + STATE, moment, audit)


def verify_marked(
    heap: Heap, work: WorkLike | None = None, *, stopped_world: bool = False, audit: Audit | None = None
) -> None:
    """Everything that must hold when marking has ended and nothing is swept yet.

    `stopped_world`: the mutator has not run since the marking began, so black is exactly what is reachable, and the
    counts of `work` are exactly the black objects.

    Raises:
        InvariantBroken: something does not.
    """
    moment = Moment(heap, None, work, "marking", stopped_world=stopped_world)
    run(READABLE + MARKED, moment, audit)


def verify_slice(
    heap: Heap, collector: object, last: SlicePicture | None = None, audit: Audit | None = None
) -> SlicePicture:
    """Everything that must hold between two slices of `collector`; returns the picture for the next call.

    `last`: the picture of the slice before (`picture_slice(heap)` before the first); without it, what relates two
    slices is not checked. It must not be older than a scavenge that came in between. A collector with a `scan` is
    taken for a scavenger.

    Raises:
        InvariantBroken: something does not hold.
    """
    moment = Moment(heap, collector=collector, last=last)
    run(slice_checks(heap, collector), moment, audit)
    return picture_slice(heap, collector, last)


def slice_checks(heap: Heap, collector: object) -> tuple[str, ...]:
    """The ids of what must hold between two slices of `collector`, which depends on what it does."""
    if is_scavenging(collector):
        return ("W2", "S1", "S2", "S3")
    if hasattr(collector, "scan"):  # a scavenge that is done; colors have moved since the slice before
        return (*READABLE, "S1", *(MARKING if heap.marking else ()))
    if heap.marking:
        return ("W2", "M2", "M3", "M9", "M4", "M5", "E1", "E3")
    return ("W2", "W1", "W6", *(EVACUATING if phase_of(collector) == "EVACUATE" else ()))


__all__ = [
    "CHECKS",
    "Audit",
    "Check",
    "HeapPicture",
    "Moment",
    "SlicePicture",
    "picture",
    "picture_slice",
    "verify",
    "verify_colors",
    "verify_evacuation",
    "verify_graph",
    "verify_ids",
    "verify_mark_sweep",
    "verify_marked",
    "verify_scavenge",
    "verify_slice",
    "verify_state",
    "verify_weak",
]
