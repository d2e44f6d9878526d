"""Shrink: the shortest run that still breaks the same invariant.

A failed run is the journal of its testbed. Steps are taken out, in blocks and then one by one, together with those that
need an object that is no longer made; what is left is replayed on a fresh testbed that checks after every step. If it
still fails in the same way it is the new run, and so on until no step can be spared. A collection that a last
allocation needed becomes one of its own first, so that nothing has to fill the heap. Then the steps themselves are made
plainer: fewer fields, no raw words, whole collections instead of slices, and the plainest geometry.

Hypothesis shrinks what was drawn; this shrinks what was done, which is shorter: a step that was drawn as "the third
root with fields" names its object now, whatever else is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from attrs import evolve, frozen

from gcsim.errors import CollectorFailed, GcsimError, InvariantBroken
from gcsim.testing.geometry import Geometry
from gcsim.testing.steps import Name, Step
from gcsim.testing.testbed import Testbed

MakeBed: TypeAlias = Callable[[Geometry], Testbed]
"""A fresh testbed of that geometry, with the collectors under test, thorough and without a schedule."""


GEOMETRY_NAMES: Final = ("header_words", "promotion_percent", "lazy", "predictable", "max_pages", "page_words", "pages")


@frozen
class Counterexample:
    """A run that fails: its steps on a heap of that geometry, and the error of the last one.

    `bed`: the name of the class of testbed that they were done on.
    """

    geometry: Geometry
    steps: tuple[Step, ...]
    error: GcsimError
    bed: str = "Testbed"

    @property
    def check(self) -> str:
        """What broke: the id and name of the check, or what the collector raised."""
        return kind_of(self.error)


def kind_of(error: GcsimError) -> str:
    """What two failures have in common if they are the same: the check, or the kind of exception and who raised it."""
    text = str(error)
    return text.split(":", 1)[0] if isinstance(error, InvariantBroken) else " ".join(text.split()[:3])


def replay(steps: Sequence[Step], bed: Testbed) -> Counterexample | None:
    """Do the steps on a fresh testbed: the counterexample, cut off behind the step that fails, or None.

    A step that names an object that was not made, or is no root any more, is left out.
    """
    numbers: dict[int, int] = {}
    for step in steps:
        arguments = [numbers.get(at) if isinstance(at, Name) else at for at in step.arguments]
        missing = [at for at, old in zip(arguments, step.arguments, strict=True) if at is None and old is not None]
        if missing:
            continue
        done = len(bed.journal)
        try:
            given = getattr(bed, step.method)(*arguments, **step.named)
        except (InvariantBroken, CollectorFailed) as error:
            return Counterexample(bed.geometry, tuple(bed.journal), error, type(bed).__name__)
        except (GcsimError, IndexError):  # no such root, or no such field
            del bed.journal[done:]
            continue
        if step.gives:
            numbers[step.gives] = given
    return None


def shrink(found: Counterexample, make_bed: MakeBed) -> Counterexample:
    """The shortest counterexample found for the same check. O(steps^2) replays."""
    best = _try(found.geometry, found.steps, found, make_bed) or found
    for improve in (_explicit, _shorter, _plainer, _explicit, _shorter, _plainer):
        best = improve(best, make_bed)
    return best


def _try(geometry: Geometry, steps: Sequence[Step], found: Counterexample, make_bed: MakeBed) -> Counterexample | None:
    """The run, if it fails as `found` does."""
    again = replay(steps, make_bed(geometry))
    return again if again is not None and again.check == found.check else None


def _explicit(found: Counterexample, make_bed: MakeBed) -> Counterexample:
    """If it was an allocation that had to collect, the collection stands for it, and need not be brought about."""
    if found.steps[-1].gives:
        for method in ("scavenge", "collect"):
            steps = (*found.steps[:-1], Step(method, (), {}, Name(0)))
            again = _try(found.geometry, steps, found, make_bed)
            if again is not None:
                return again
    return found


def _shorter(found: Counterexample, make_bed: MakeBed) -> Counterexample:
    """No block of steps can be taken out."""
    size = len(found.steps) // 2
    while size:
        at = 0
        while at < len(found.steps):
            fewer = _try(found.geometry, found.steps[:at] + found.steps[at + size :], found, make_bed)
            if fewer is not None and len(fewer.steps) < len(found.steps):
                found = fewer
            else:
                at += size
        size //= 2
    return found


def _plainer(found: Counterexample, make_bed: MakeBed) -> Counterexample:
    """No step, and no number of the geometry, can be made plainer."""
    for name in GEOMETRY_NAMES:
        geometry = evolve(found.geometry, **{name: getattr(Geometry(), name)})
        found = _try(geometry, found.steps, found, make_bed) or found
    for at in range(len(found.steps)):
        if at >= len(found.steps):
            break
        for step in _plainer_steps(found.steps[at]):
            steps = (*found.steps[:at], step, *found.steps[at + 1 :])
            plainer = _try(found.geometry, steps, found, make_bed)
            if plainer is not None and len(plainer.steps) <= len(found.steps):
                found = plainer
                break
    return found


def _plainer_steps(step: Step) -> Iterator[Step]:
    """The step with less to it, the plainest first."""
    if step.method == "new":
        plain = dict.fromkeys(step.named, 0) | {"old": step.named.get("old", False)}
        yield evolve(step, arguments=(1,), named=plain)
        yield evolve(step, named=plain)
        yield evolve(step, named=step.named | {"raw": 0})
        yield evolve(step, named=step.named | {"old": False})
    elif step.method in ("scavenge", "collect") and step.arguments:
        yield evolve(step, arguments=())
    elif step.method in ("start_marking", "new_table") and (step.arguments or any(step.named.values())):
        yield evolve(step, arguments=(), named={})
