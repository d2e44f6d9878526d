"""The seeded bugs of the catalogue: each is shown by its witness, and found by random programs.

`python -m tests.sabotage` does the same in several seeds.
"""

from statistics import median

import pytest

from gcsim.errors import InvariantBroken
from gcsim.heap import barriers
from gcsim.heap.verify import CHECKS
from gcsim.testing import SimulatedBed
from gcsim.testing.events import EVENT_CHECKS
from gcsim.testing.mutants import MUTANTS, Verdict, try_mutant
from gcsim.testing.seams import replaced
from sabotage.witnesses import WITNESSES

MEDIAN_STEPS = 8


@pytest.mark.parametrize("id_", MUTANTS)
def test_a_witness_shows_the_bug(id_):
    """By an invariant that is there for it; without the bug the same operations show nothing."""
    mutant, (bed, geometry, operations) = MUTANTS[id_], WITNESSES[id_]
    operations(bed(geometry))
    ran = []
    seed = mutant.seed(lambda: ran.append(id_))
    with replaced(*seed.changes), pytest.raises(InvariantBroken) as caught:
        operations(bed(geometry, young=seed.young, old=seed.old))
    assert ran
    assert str(caught.value).split()[0] in mutant.kills


@pytest.mark.slow
@pytest.mark.parametrize("id_", MUTANTS)
def test_random_programs_find_the_bug(id_):
    """By an invariant, and not because a collector falls; which one is first depends on the program."""
    trial = try_mutant(MUTANTS[id_], seed=0)
    assert trial.verdict is Verdict.KILLED, trial
    assert trial.by in {**CHECKS, **EVENT_CHECKS}, trial


@pytest.mark.slow
def test_most_counterexamples_are_short():
    """Half of them have eight steps or fewer."""
    trials = [try_mutant(mutant, seed=1) for mutant in MUTANTS.values()]
    assert median(len(trial.result.counterexample.steps) for trial in trials) <= MEDIAN_STEPS


def test_the_catalogue_is_complete():
    """34 public bugs, each with a witness and a sentence."""
    assert sorted(MUTANTS) == sorted(WITNESSES) == [f"K{number:02}" for number in range(1, 35)]
    assert all(mutant.sentence.endswith(".") and mutant.tag and mutant.kills for mutant in MUTANTS.values())
    assert {id_ for id_ in MUTANTS if MUTANTS[id_].simulated} == {
        id_ for id_, (bed, *_) in WITNESSES.items() if bed is SimulatedBed
    }


def test_nothing_is_left_behind():
    """When a trial is over, what it replaced is back."""
    before = barriers.record_write, barriers.record_range, barriers.make_write
    for id_ in ("K01", "K02", "K29"):
        try_mutant(MUTANTS[id_], examples=2)
    assert before == (barriers.record_write, barriers.record_range, barriers.make_write)


def test_a_bug_that_needs_another_program_is_not_activated():
    """And one that matters and is not noticed has survived."""
    trial = try_mutant(MUTANTS["K26"], examples=0)
    assert (trial.verdict, trial.by) == (Verdict.NOT_ACTIVATED, "")
    assert str(trial) == "K26 not activated (programs: 0, ran: 0)"
