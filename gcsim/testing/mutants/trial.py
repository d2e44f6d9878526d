"""Trials: random programs on a mutant until one finds it, and on a variant to see that none does."""

from enum import Enum

from attrs import frozen

from gcsim.errors import InvariantBroken
from gcsim.testing.check import DEFAULT_EXAMPLES, Result, check
from gcsim.testing.mutants.record import Mutant, Variant
from gcsim.testing.seams import replaced


class Verdict(Enum):
    """What random programs did to a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    NOT_ACTIVATED = "not activated"
    """The changed line never mattered: it is the programs that must be better, not the checks."""


@frozen
class Trial:
    """What came of random programs on a mutant or a variant.

    `ran`: how often the changed line did something else than the right one would, until the first alarm and its
    shrinking was over.
    """

    id: str
    result: Result
    ran: int

    @property
    def verdict(self) -> Verdict:
        """Whether it was found."""
        if self.result.counterexample is not None:
            return Verdict.KILLED
        return Verdict.SURVIVED if self.ran else Verdict.NOT_ACTIVATED

    @property
    def by(self) -> str:
        """The id of the invariant that broke; "crash" if a collector raised something; "" if nothing was found."""
        found = self.result.counterexample
        if found is None:
            return ""
        return found.check.split()[0] if isinstance(found.error, InvariantBroken) else "crash"

    def __str__(self) -> str:
        found = self.result.counterexample
        how = f" by {found.check}, {len(found.steps)} steps" if found is not None else ""
        return f"{self.id} {self.verdict.value}{how} (programs: {self.result.programs}, ran: {self.ran})"


def try_mutant(mutant: Mutant | Variant, *, examples: int = DEFAULT_EXAMPLES, seed: int = 0) -> Trial:
    """Run so many random programs on what the mutant is, until one fails."""
    ran = 0

    def count() -> None:
        nonlocal ran
        ran += 1

    under_test = mutant.seed(count)
    with replaced(*under_test.changes):
        result = check(under_test.young, under_test.old, examples=examples, seed=seed)
    return Trial(mutant.id, result, ran)


try_variant = try_mutant
"""The same for a variant, which must not be found."""
