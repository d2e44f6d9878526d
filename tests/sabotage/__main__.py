"""`python -m tests.sabotage [SEED ...]`: every mutant and every variant with the default number of programs.

Prints a verdict each and the median length of the counterexamples; exit status 1 if a mutant is not killed or a variant
raises an alarm. Without arguments the seeds are 0, 1 and 2, which takes about ten minutes.
"""

import sys
from statistics import median

from gcsim.testing.mutants import MUTANTS, VARIANTS, Verdict, try_mutant, try_variant


def main(arguments):
    failed, lengths = [], []
    for seed in map(int, arguments or ("0", "1", "2")):
        for mutant in MUTANTS.values():
            trial = try_mutant(mutant, seed=seed)
            print(f"seed {seed}: {trial}", flush=True)
            if trial.verdict is Verdict.KILLED:
                lengths.append(len(trial.result.counterexample.steps))
            else:
                failed.append(trial)
        for variant in VARIANTS.values():
            trial = try_variant(variant, seed=seed)
            print(f"seed {seed}: {trial}", flush=True)
            if trial.result.counterexample is not None:
                failed.append(trial)
    print(f"median counterexample: {median(lengths)} steps; {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
