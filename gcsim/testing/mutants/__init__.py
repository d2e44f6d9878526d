"""Seeded bugs and legal variants: what shows whether the kit finds bugs, and nothing but bugs.

    for mutant in MUTANTS.values():
        print(try_mutant(mutant, seed=0))       # killed, survived, or not activated

A mutant is gcsim's own collectors with one method or function overridden, and so is a variant. The ids are those of the
catalogue of invariants: K01 to K34, V01 to V10.
"""

from gcsim.testing.mutants import barriers, marking, policy, scavenges, sweeping, variants, weak
from gcsim.testing.mutants.record import MUTANTS, VARIANTS, Mutant, Seed, Variant
from gcsim.testing.mutants.trial import Trial, Verdict, try_mutant, try_variant

FAMILIES = (barriers, marking, policy, scavenges, sweeping, variants, weak)

__all__ = [
    "FAMILIES",
    "MUTANTS",
    "VARIANTS",
    "Mutant",
    "Seed",
    "Trial",
    "Variant",
    "Verdict",
    "try_mutant",
    "try_variant",
]
