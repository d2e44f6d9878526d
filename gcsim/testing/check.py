"""Check: random programs against somebody's collectors, until one breaks an invariant or all have run."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from attrs import frozen

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.errors import CollectorFailed, GcsimError, InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.testing.programs import run
from gcsim.testing.random_runs import random_run
from gcsim.testing.shrink import Counterexample, MakeBed, shrink
from gcsim.testing.testbed import Testbed

DEFAULT_EXAMPLES: Final = 1_000


@frozen(kw_only=True)
class Result:
    """What `check` found. `programs`: how many ran; `counterexample`: the shortest run that fails, or None.

    `runs`: how often each check was made, by id; `events`: what the collectors did meanwhile (`coverage.EVENTS`).
    """

    programs: int
    counterexample: Counterexample | None
    runs: Counter[str]
    events: Counter[str]


def check(
    young: Callable[[Heap], Collector] = Scavenger,
    old: Callable[[Heap], MajorCollector] = MarkSweep,
    *,
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run so many random programs on tiny heaps with these collectors; the same seed gives the same programs.

    A collector class may have `waived`, ids of checks that it declares not to keep.
    """
    runs: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for done in range(1, examples + 1):
        bed, failure = _one(young, old, f"{seed}/{done}")
        runs.update(bed.audit.runs)
        events.update(bed.coverage.events)
        if on_progress is not None:
            on_progress(done, examples)
        if failure is not None:
            found = Counterexample(bed.geometry, tuple(bed.journal), failure)
            return Result(programs=done, counterexample=shrink(found, beds(young, old)), runs=runs, events=events)
    return Result(programs=examples, counterexample=None, runs=runs, events=events)


def _one(
    young: Callable[[Heap], Collector], old: Callable[[Heap], MajorCollector], seed: str
) -> tuple[Testbed, GcsimError | None]:
    """One program, run: its testbed, and the failure if there was one."""
    program, geometry, timetable = random_run(Random(seed))
    bed = Testbed(
        geometry, young=young, old=old, schedule=timetable.schedule(), thorough=False, waived=waived_by(young, old)
    )
    try:
        run(program, bed)
        bed.check()
    except (InvariantBroken, CollectorFailed) as error:
        return bed, error
    return bed, None


def beds(young: Callable[[Heap], Collector] = Scavenger, old: Callable[[Heap], MajorCollector] = MarkSweep) -> MakeBed:
    """What makes testbeds for these collectors that check after every step."""
    waived = waived_by(young, old)
    return lambda geometry: Testbed(geometry, young=young, old=old, waived=waived)


def waived_by(*collectors: object) -> frozenset[str]:
    """The ids of the checks that the collectors declare not to keep."""
    return frozenset(id_ for collector in collectors for id_ in getattr(collector, "waived", ()))
