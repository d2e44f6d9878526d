"""Check: random programs against somebody's collectors, until one breaks an invariant or all have run."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from attrs import evolve, frozen

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.errors import CollectorFailed, GcsimError, InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.testing.geometry import random_geometry
from gcsim.testing.programs import random_program, run
from gcsim.testing.shrink import Counterexample, MakeBed, shrink
from gcsim.testing.simulated import SimulatedBed
from gcsim.testing.testbed import MakeStore, Testbed
from gcsim.testing.timetable import random_timetable

DEFAULT_EXAMPLES: Final = 1_000
SIMULATED_EVERY: Final = 5
"""Each fifth program runs in a simulation."""
OLD_PAGES: Final = (4, 6, 10, 30)
"""What the old generation of a simulated process may have, so that some die of want of memory."""
BEDS: Final[dict[str, type[Testbed]]] = {"Testbed": Testbed, "SimulatedBed": SimulatedBed}


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
        kind = SimulatedBed if done % SIMULATED_EVERY == 0 else Testbed
        bed, failure = _one(kind, young, old, f"{seed}/{done}")
        runs.update(bed.audit.runs)
        events.update(bed.coverage.events)
        if on_progress is not None:
            on_progress(done, examples)
        if failure is not None:
            found = Counterexample(bed.geometry, tuple(bed.journal), failure, type(bed).__name__)
            shortest = shrink(found, beds(young, old, kind=found.bed))
            return Result(programs=done, counterexample=shortest, runs=runs, events=events)
    return Result(programs=examples, counterexample=None, runs=runs, events=events)


def _one(
    kind: type[Testbed], young: Callable[[Heap], Collector], old: Callable[[Heap], MajorCollector], seed: str
) -> tuple[Testbed, GcsimError | None]:
    """One program, run on such a testbed: that testbed, and the failure if there was one."""
    random = Random(seed)
    program, geometry, timetable = random_program(random), random_geometry(random), random_timetable(random)
    if kind is SimulatedBed:
        geometry = evolve(geometry, old_pages=random.choice(OLD_PAGES))
    waived, schedule = waived_by(young, old), timetable.schedule()
    bed = kind(geometry, young=young, old=old, schedule=schedule, thorough=False, waived=waived)
    try:
        run(program, bed)
        bed.check()
    except (InvariantBroken, CollectorFailed) as error:
        return bed, error
    return bed, None


def beds(
    young: Callable[[Heap], Collector] = Scavenger,
    old: Callable[[Heap], MajorCollector] = MarkSweep,
    store: MakeStore | None = None,
    *,
    kind: str = "Testbed",
) -> MakeBed:
    """What makes testbeds for these collectors, and this store of the mutator, that check after every step.

    `kind`: the name of their class.
    """
    waived, bed = waived_by(young, old), BEDS[kind]
    return lambda geometry: bed(geometry, young=young, old=old, waived=waived, store=store)


def waived_by(*collectors: object) -> frozenset[str]:
    """The ids of the checks that the collectors declare not to keep."""
    return frozenset(id_ for collector in collectors for id_ in getattr(collector, "waived", ()))
