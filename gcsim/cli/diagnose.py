"""`gcsim diagnose [LOG]`: is it a leak?"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from attrs import define, field

from gcsim.cli.logs import log_argument, log_reader
from gcsim.files import replaced_path
from gcsim.trace.charts import FORMATS, Points, save_chart
from gcsim.trace.diagnose import Case, Diagnosis, worst
from gcsim.trace.group import Run, Runs
from gcsim.trace.leak import Verdict
from gcsim.trace.parse import Death, LogReader
from gcsim.trace.report import as_json, report

EXIT_STATUS = {
    Verdict.NO_LEAK: 0,
    Verdict.YOUNG_TOO_SMALL: 0,
    Verdict.LEAK: 1,
    Verdict.NEAR_LIMIT: 3,
    Verdict.NOT_ENOUGH_DATA: 3,
}


@define
class Patient:
    """A run under examination: its case, and what a picture of it needs."""

    run: Run
    case: Case = field(factory=Case)
    points: Points = field(factory=Points)


@click.command()
@log_argument
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw the log into FILE.png, .svg or .pdf."
)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object instead of text.")
def diagnose(log: str, plot: Path | None, in_json: bool) -> int:
    """Say whether the program behind LOG leaks memory, by the lines of node --trace-gc.

    LOG is a file, also a .gz, of lines of any version of Node with anything else in between; - or nothing is stdin.
    Exit status: 0 no leak, 1 leak, 3 the log cannot tell or the process was near its limit, 2 bad input.
    """
    file_format = picture_format(plot) if plot else ""
    with log_reader(log) as reader:
        patients = examine(reader, has_picture=plot is not None)
    found = [patient.case.close(deaths_of(patient, patients, reader.deaths)) for patient in patients]
    verdict = worst(found)
    if plot and patients:
        draw(patients, found, plot, file_format)
    print(as_json(found, reader.tally, exit_status=EXIT_STATUS[verdict]) if in_json else in_text(found, reader))
    return EXIT_STATUS[verdict]


def picture_format(path: Path) -> str:
    """What kind of picture the name asks for."""
    file_format = path.suffix.removeprefix(".").lower()
    if file_format not in FORMATS:
        raise click.UsageError(f"--plot takes a name that ends in .{', .'.join(FORMATS)}, got {str(path)!r}")
    return file_format


def examine(reader: LogReader, *, has_picture: bool) -> list[Patient]:
    """The runs of the log, in the order in which they begin."""
    runs = Runs()
    patients: list[Patient] = []
    for line in reader:
        run = runs.of(line)
        if run.number > len(patients):
            patients.append(Patient(run))
        patient = patients[run.number - 1]
        patient.case.add(line)
        if has_picture:
            patient.points.add(line)
    return patients


def deaths_of(patient: Patient, patients: Sequence[Patient], deaths: Sequence[Death]) -> list[Death]:
    """The deaths that belong to the run: those of its isolate, and if it is the only run, all."""
    if len(patients) == 1:
        return list(deaths)
    run = patient.run
    return [
        death
        for death in deaths
        if (death.pid, death.isolate) == (run.pid, run.isolate) and death.line_number >= run.first_line
    ]


def in_text(found: Sequence[Diagnosis], reader: LogReader) -> str:
    """All runs as text; of several, the verdict about all of them at the end."""
    lines = [line for diagnosis in found for line in (*report(diagnosis), "")]
    if not found:
        lines = [f"The process died for lack of memory: {death.place}." for death in reader.deaths]
        lines += ["The log has no collections to tell why.", ""]
    if len(found) > 1:
        lines += [f"{len(found)} runs together: {worst(found).value}", ""]
    return "\n".join(lines[:-1])


def draw(patients: Sequence[Patient], found: Sequence[Diagnosis], path: Path, file_format: str) -> None:
    """The run that decided is in a picture: of those with the worst verdict the one with the most collections."""
    verdict = worst(found)
    deciding = [index for index, diagnosis in enumerate(found) if diagnosis.verdict is verdict]
    index = max(deciding, key=lambda index: found[index].collections)
    with replaced_path(path) as temporary:
        save_chart(patients[index].points, found[index], temporary, file_format=file_format)
    if len(found) > 1:
        print(f"{path} shows run {index + 1} of {len(found)}", file=sys.stderr)
