"""`python -m tests.parity`: run the recorded programs on a simulated heap and say how near to node they come.

Exit status: 0, also where a band is missed: `test_parity.py` is the judge. 2 for a program that is not there.
"""

import json

import click

from gcsim.config import PRESETS

from .pauses import fit_pauses, least_of_all_runs
from .recordings import load, names
from .simulated import PRESET, simulate_all
from .tables import Printer, Result, as_json, judge

PUBLIC = names("A")
ALL = [*PUBLIC, *names("B")]


@click.command()
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
@click.option("--events", is_flag=True, help="Show all events side by side.")
@click.option("--json", "wants_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option("--preset", type=click.Choice(list(PRESETS)), default=PRESET, show_default=True, help="The heap.")
def main(programs: tuple[str, ...], *, events: bool, wants_json: bool, preset: str) -> None:
    """Simulate PROGRAMS (by default all; the beginning of a name will do) and compare them with what node did."""
    chosen = choose(programs) if programs else ALL
    printer = None if wants_json else Printer()
    results: list[Result] = []
    for run in simulate_all(chosen, preset):
        result = judge(load(run.program), run)
        results.append(result)
        if printer is not None:
            printer.program(result)
        if printer is not None and events:
            printer.events(result)
    public = [(result.recording, result.run) for result in results if result.run.program in PUBLIC]
    complete = len(public) == len(PUBLIC)
    fits = (fit_pauses(public), fit_pauses(public, least_of_all_runs)) if complete else None
    if printer is None:
        print(json.dumps(as_json(results, fits), indent=1))
        return
    printer.byte_table(results)
    if fits is not None:
        printer.pauses(*fits)


def choose(given: tuple[str, ...]) -> list[str]:
    """The programs whose names begin with what was given."""
    chosen = [program for program in ALL if program.startswith(given)]
    for text in given:
        if not any(program.startswith(text) for program in ALL):
            raise click.UsageError(f"no program {text!r}; there are {', '.join(ALL)}")
    return chosen


if __name__ == "__main__":
    main(prog_name="python -m tests.parity")
