"""Group: whose line is it? The runs in a log, told apart by process id and isolate.

The idea: an isolate's clock never goes back. So lines of one process id and one isolate are one run until the time
falls; then a new process has come that has both by chance, as the process 1 of a container that was started again. A
worker is an isolate of its own in the same process.

Runs are numbered in the order in which they appear. A run costs a few words, so a log may have many lines.
"""

from attrs import define

from gcsim.trace.line import GcLine


@define(kw_only=True)
class Run:
    """The lines of one isolate, from its beginning in the log to its last line so far.

    `number` counts from 1, in order of first appearance. `restarts`: how many runs with this process id and isolate
    came before. `first_line`, `last_line`: their numbers in the log.
    """

    number: int
    pid: int | None
    isolate: str
    restarts: int
    first_line: int
    last_line: int
    first_ms: float
    last_ms: float
    records: int = 0


class Runs:
    """The runs seen so far; give it every line, in the order of the log."""

    def __init__(self) -> None:
        self.all: list[Run] = []
        self._current: dict[tuple[int | None, str], Run] = {}

    def of(self, line: GcLine) -> Run:
        """The run that the line belongs to, which has it from now on."""
        run = self._current.get((line.pid, line.isolate))
        if run is None or line.time_ms < run.last_ms:
            run = self._begin(line, 0 if run is None else run.restarts + 1)
        run.last_line, run.last_ms = line.line_number, line.time_ms
        run.records += 1
        return run

    def _begin(self, line: GcLine, restarts: int) -> Run:
        run = Run(
            number=len(self.all) + 1,
            pid=line.pid,
            isolate=line.isolate,
            restarts=restarts,
            first_line=line.line_number,
            last_line=line.line_number,
            first_ms=line.time_ms,
            last_ms=line.time_ms,
        )
        self.all.append(run)
        self._current[line.pid, line.isolate] = run
        return run


def grouped(lines: list[GcLine]) -> list[tuple[Run, list[GcLine]]]:
    """The runs of a log that is held as a whole, each with its lines."""
    runs = Runs()
    members: dict[int, list[GcLine]] = {}
    for line in lines:
        members.setdefault(runs.of(line).number, []).append(line)
    return [(run, members[run.number]) for run in runs.all]
