"""Pretenuring: what a place of the program always makes for long is born old.

The idea: an object that will live long is copied twice before it is in old space. Optimized code knows the places
that make objects, allocation sites; a site whose objects nearly all survive may as well allocate in old space.

The rule: each scavenge counts how many of a site's young objects it found alive. Once a site has made 100 since it
was last judged, the share is judged: below 85 % it is never asked again; from 85 % on, the site is tenured if new
space had its largest size, and watched further if not, for in a larger new space more objects have the time to die.

    undecided --found < 85 %--> never            (final)
    undecided --found >= 85 %--> maybe --at the largest new space--> tenured (final)

V8 puts a memento behind each object of a site that is not yet decided, and counts those; here a site has a shape of
its own, and the survivors of that shape are counted.

Left out: the time until the code is compiled anew with the decision (measured: a third of the next interval); that
all decisions are dropped when a full collection finds less than a tenth of the old generation alive.
Source: V8 11.3 src/heap/pretenuring-handler.cc, allocation-site.h (kPretenureRatio, kPretenureMinimumCreated).
"""

from enum import Enum
from typing import Final

MIN_MADE: Final = 100
TENURE_RATIO: Final = 0.85


class Tenure(Enum):
    """What is known of a site: where its objects are born follows."""

    UNDECIDED = "undecided"
    MAYBE = "maybe"
    NEVER = "never"
    TENURED = "tenured"

    @property
    def final(self) -> bool:
        """Whether the site is judged no more."""
        return self in (Tenure.NEVER, Tenure.TENURED)


def judge(before: Tenure, made: int, found: int, *, at_largest: bool) -> Tenure:
    """What is known of a site that has made `made` young objects, of which a scavenge found `found` alive.

    `at_largest`: new space had its largest size when the scavenge began.
    """
    if before.final or made < MIN_MADE:
        return before
    if found < TENURE_RATIO * made:
        return Tenure.NEVER
    return Tenure.TENURED if at_largest else Tenure.MAYBE
