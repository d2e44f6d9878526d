"""Parse: a log of any kind as the records of collections that are in it, one at a time.

The idea: a line that is one record, and nothing else, is the usual case and takes one match. Any other line is looked
through for heads of records, so it does not matter what a container, a terminal, a logger or a full buffer has put
around them. What is no record is counted by what it is, and nothing is dropped in silence.

Chunks of text come in and records go out as soon as their line is complete, so a pipe can be read while it is written.
How the text is cut into chunks changes nothing. Memory does not grow with the log: a line is looked at in pieces of
64 K characters, cut where a record begins, and the last few records are remembered.

Node's last report repeats records that may stand earlier in the same log. One that reads like an earlier one, its time
included, is counted and not given again; the report's copies are cut at 255 characters, so the beginning of an earlier
one counts as reading like it.

Left out: a report that comes before the lines it repeats, where two streams were merged in the wrong order.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import define, frozen

from gcsim.trace.grammar import RECORD, head_starts, is_torn
from gcsim.trace.line import GcLine
from gcsim.trace.record import read_record, short_record

PIECE_CHARS: Final = 64 * 1024
"""A longer line is looked at in pieces."""

HEAD_CHARS: Final = 100
"""More than any head has."""

REMEMBERED_RECORDS: Final = 256
"""Of all processes; the ring of 512 bytes that the last report prints holds a few of one."""

REMEMBERED_DEATHS: Final = 1000

_COLOURS: Final = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z])?")
_ARROW: Final = "-\\u003e"
_QUOTED: Final = 'GC: {\\"'
"""What loggers that write JSON make of an arrow, and of JSON."""

_VERBOSE: Final = re.compile(
    r"used: +\d+(?: KB)?, available:[ *]|(?:Unmapper|Pool(?:ed)?) buffering|External memory (?:reported|global)|"
    r"Backing store memory: |Total time spent in GC|Sweeping is still in progress|Shrinking page 0x|"
    r"Fast promotion mode: |Scavenge stack scanning: "
)
_MARKING: Final = re.compile(
    r"\[(?:IncrementalMark?ing|HeapController|GlobalMemoryController)\]|Memory reducer: |Heap growing factor |"
    r"Grow: old size|Limit: old size|Heap growing mode|action=\w*AllocationLimit "
)
REPORT_LINES: Final = 16
"""A report has fewer lines without a record than this, before the stack."""

_STACK: Final = "<--- JS stacktrace --->"
_REPORT: Final = "<--- Last few GCs --->"
_DEATH: Final = re.compile(
    r"(?:FATAL ERROR|OOM error in V8): (?P<place>.{0,200}?) ?"
    r"(?:Allocation failed - )?(?:JavaScript heap|process) out of memory"
    r"|(?<!code: ')(?<!code: \")(?P<worker>ERR_WORKER_OUT_OF_MEMORY|Worker terminated due to reaching memory limit)"
)


@frozen(kw_only=True)
class Death:
    """A process, or a worker, that ran out of memory.

    `place`: V8's words for where. `pid`, `isolate`: of the last record in its report, None and "" if there is none.
    """

    place: str
    line_number: int
    is_worker: bool
    pid: int | None
    isolate: str


@define(kw_only=True)
class Tally:
    """What was read so far. A line that holds a record, or what is left of one, is none of the three kinds of others.

    `records`: those that were given. `repeated`: those that were not, because they had been. `cut`: records whose end
    or beginning is missing, given or not. `processes`: with different process ids.
    """

    lines: int = 0
    records: int = 0
    repeated: int = 0
    cut: int = 0
    verbose_lines: int = 0
    marking_lines: int = 0
    program_lines: int = 0
    processes: int = 0


class LogReader:
    """The records of a log, which is given as chunks of text: iterate once. `tally` and `deaths` grow meanwhile."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self.tally = Tally()
        self.deaths: list[Death] = []
        self._chunks = chunks
        self._pids: set[int | None] = set()
        self._recent: deque[GcLine] = deque(maxlen=REMEMBERED_RECORDS)
        self._offset = 0
        self._report_left = 0
        self._reported: GcLine | None = None

    def __iter__(self) -> Iterator[GcLine]:
        tally, pids, remember, match = self.tally, self._pids, self._recent.append, RECORD.match
        for lines, is_whole in pieces(self._chunks):
            for number, line in enumerate(lines, tally.lines + 1):
                tally.lines = number if is_whole else number - 1
                found = match(line, self._offset)
                is_alone = found and line.count(" ms: ") == 1 and (not self._offset or line[self._offset] == "[")
                record = short_record(found, number) if found and is_alone else None
                if record is None or record.is_cut or self._report_left or record.pid not in pids:
                    yield from self._look_through(line, number, is_whole=is_whole)
                else:
                    tally.records += 1
                    remember(record)
                    yield record

    def _look_through(self, line: str, number: int, *, is_whole: bool) -> Iterator[GcLine]:
        """The records in a line that is not simply one; a line without any is counted."""
        line = plain(line)
        starts = list(head_starts(line))
        if not starts:
            self._count_other(line, number, is_whole=is_whole)
            return
        self._offset = starts[0]  # what a logger puts before a record is mostly of one length
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            record = read_record(line[start:end], number)
            self.tally.cut += record is None or record.is_cut
            if record is not None and not self._is_known(record):
                self.tally.records += 1
                self._recent.append(record)
                yield record

    def _is_known(self, record: GcLine) -> bool:
        """Whether a report repeats it."""
        self._pids.add(record.pid)
        self.tally.processes = len(self._pids)
        if not self._report_left:
            return False
        self._reported = record
        is_known = any(reads_like(record, earlier) for earlier in self._recent)
        self.tally.repeated += is_known
        return is_known

    def _count_other(self, line: str, number: int, *, is_whole: bool) -> None:
        """A line without a record is counted as what it is."""
        tally = self.tally
        if _VERBOSE.search(line):
            tally.verbose_lines += is_whole
        elif _MARKING.search(line):
            tally.marking_lines += is_whole
        else:
            torn = is_torn(line)
            tally.cut += torn
            tally.program_lines += is_whole and not torn
            self._watch(line, number)

    def _watch(self, line: str, number: int) -> None:
        """Reports begin and end, and processes die."""
        if _REPORT in line:
            self._report_left, self._reported = REPORT_LINES, None
        elif self._report_left:
            self._report_left = 0 if _STACK in line else self._report_left - 1
        death = _DEATH.search(line) if "out of" in line or "OUT_OF" in line or "reaching" in line else None
        if death is not None:
            self._die(death, number)

    def _die(self, death: re.Match[str], number: int) -> None:
        last = None if death["worker"] else self._reported
        self._report_left, self._reported = 0, None
        if len(self.deaths) < REMEMBERED_DEATHS:
            self.deaths.append(
                Death(
                    place=death["worker"] or death["place"],
                    line_number=number,
                    is_worker=death["worker"] is not None,
                    pid=None if last is None else last.pid,
                    isolate="" if last is None else last.isolate,
                )
            )


def parse_text(text: str) -> list[GcLine]:
    """The records in `text`, in order."""
    return list(LogReader([text]))


def plain(line: str) -> str:
    """The line without colours, and with its arrows and quotes."""
    if "\\" in line:
        line = line.replace(_ARROW, "->")
        line = line.replace('\\"', '"') if _QUOTED in line else line
    return _COLOURS.sub("", line) if "\x1b" in line else line


def reads_like(record: GcLine, earlier: GcLine) -> bool:
    """Whether the record says what the earlier one does, as far as it goes: a report's copy may be cut anywhere."""
    return earlier.text.startswith(record.text.rstrip())


def pieces(chunks: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
    """The lines of a text, without their newlines, several at a time; True says that they are whole.

    What else ends a line on Windows stays: no record holds it. A long line comes as pieces, of which the last comes by
    itself and says that the line ends.
    """
    rest = ""
    for chunk in chunks:
        lines = (rest + chunk).split("\n")
        rest = lines.pop()
        if lines and max(map(len, lines)) > PIECE_CHARS:
            for line in lines:
                *begun, end = cut_line(line)
                yield from (([piece], False) for piece in begun)
                yield [end], True
        elif lines:
            yield lines, True
        *begun, rest = cut_line(rest)
        yield from (([piece], False) for piece in begun)
    if rest:
        yield [rest], True


def cut_line(line: str) -> list[str]:
    """A line as pieces, of which only the last may change if the line goes on.

    A piece ends before the last record that it would have the head of, or else where no head can be cut.
    """
    found, start = [], 0
    while len(line) - start > PIECE_CHARS:
        piece = line[start : start + PIECE_CHARS]
        *_, last = 0, *head_starts(piece)
        found.append(piece[: last or PIECE_CHARS - HEAD_CHARS])
        start += len(found[-1])
    return [*found, line[start:]]
