"""Check: random programs against somebody's collectors, until one breaks an invariant or all have run."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from attrs import frozen

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.errors import CollectorFailed, InvariantBroken
from gcsim.heap.barriers import make_write
from gcsim.heap.heap import Heap
from gcsim.testing.geometry import random_geometry
from gcsim.testing.programs import random_program, run
from gcsim.testing.shrink import Counterexample, MakeBed, shrink
from gcsim.testing.testbed import MakeStore, Testbed
from gcsim.testing.timetable import random_timetable

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
    random = Random(seed)
    runs: Counter[str] = Counter()
    events: Counter[str] = Counter()
    waived = waived_by(young, old)
    for number in range(1, examples + 1):
        program, geometry, timetable = random_program(random), random_geometry(random), random_timetable(random)
        bed = Testbed(geometry, young=young, old=old, schedule=timetable.schedule(), thorough=False, waived=waived)
        found = None
        try:
            run(program, bed)
            bed.check()
        except (InvariantBroken, CollectorFailed) as error:
            found = shrink(Counterexample(geometry, tuple(bed.journal), error), beds(young, old))
        runs.update(bed.audit.runs)
        events.update(bed.coverage.events)
        if on_progress is not None:
            on_progress(number, examples)
        if found is not None:
            break
    return Result(programs=number, counterexample=found, runs=runs, events=events)


def beds(
    young: Callable[[Heap], Collector] = Scavenger,
    old: Callable[[Heap], MajorCollector] = MarkSweep,
    store: MakeStore = make_write,
) -> MakeBed:
    """What makes testbeds for these collectors, and this store of the mutator, that check after every step."""
    waived = waived_by(young, old)
    return lambda geometry: Testbed(geometry, young=young, old=old, waived=waived, store=store)


def waived_by(*collectors: object) -> frozenset[str]:
    """The ids of the checks that the collectors declare not to keep."""
    return frozenset(id_ for collector in collectors for id_ in getattr(collector, "waived", ()))
