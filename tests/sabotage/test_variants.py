"""Legal variants: what a collector may do differently, and must not be blamed for.

`python -m tests.sabotage` tries them with more programs, in several seeds.
"""

import pytest

from gcsim.testing.mutants import VARIANTS, try_variant

pytestmark = pytest.mark.slow

SOME = 80


@pytest.mark.parametrize("id_", VARIANTS)
def test_no_alarm(id_):
    """In some programs, in which it really did something in its own way."""
    trial = try_variant(VARIANTS[id_], examples=SOME, seed=0)
    assert trial.result.counterexample is None, trial
    assert trial.ran


def test_there_are_ten():
    """V01 to V10, each with a sentence."""
    assert sorted(VARIANTS) == [f"V{number:02}" for number in range(1, 11)]
    assert all(variant.sentence.endswith(".") for variant in VARIANTS.values())
