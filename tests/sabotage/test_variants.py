"""Legal variants: what a collector may do differently, and must not be blamed for."""

import pytest

from gcsim.testing.mutants import VARIANTS, try_variant

SEEDS = (0, 1, 2)
SOME = 150


@pytest.mark.parametrize("id_", VARIANTS)
def test_no_alarm(id_):
    """In some programs, in which it really did something in its own way."""
    trial = try_variant(VARIANTS[id_], examples=SOME, seed=0)
    assert trial.result.counterexample is None, trial
    assert trial.ran


@pytest.mark.slow
@pytest.mark.parametrize("id_", VARIANTS)
def test_no_alarm_in_any_seed(id_):
    """With the default number of programs."""
    for seed in SEEDS:
        trial = try_variant(VARIANTS[id_], seed=seed)
        assert trial.result.counterexample is None, trial


def test_there_are_ten():
    """V01 to V10, each with a sentence."""
    assert sorted(VARIANTS) == [f"V{number:02}" for number in range(1, 11)]
    assert all(variant.sentence.endswith(".") for variant in VARIANTS.values())
