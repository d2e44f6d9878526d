"""Logs on the command line: what the commands share that read one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gcsim.errors import LogError
from gcsim.trace.parse import LogReader, Tally
from gcsim.trace.source import open_log
from gcsim.trace.wording import counted

STDIN = "-"


def log_argument(command: Any) -> Any:
    """A command with an argument LOG, given to it as `log`: a path, or "-" for stdin."""
    return click.argument("log", metavar="[LOG]", default=STDIN)(command)


@contextmanager
def log_reader(log: str) -> Iterator[LogReader]:
    """The records of that log. At the end, what else was in it is said on stderr.

    Raises:
        LogError: it cannot be read, or has neither a record nor the report of a death.
    """
    reader = LogReader(open_log(None if log == STDIN else Path(log)))
    yield reader
    sys.stdout.flush()
    tally = reader.tally
    if not tally.records and not reader.deaths:
        where = "standard input" if log == STDIN else log
        raise LogError(f"{where}: no line of node --trace-gc among {counted(tally.lines, 'line')}")
    if said := skipped(tally):
        print(f"also read: {said}", file=sys.stderr)


def skipped(tally: Tally) -> str:
    """What was in a log besides whole records; "" for nothing."""
    counts = (
        (tally.program_lines, "other line", ""),
        (tally.verbose_lines, "line of --trace-gc-verbose", "lines of --trace-gc-verbose"),
        (tally.marking_lines, "line about marking and limits", "lines about marking and limits"),
        (tally.repeated, "repeated record", ""),
        (tally.cut, "cut record", ""),
    )
    return ", ".join(counted(count, one, many) for count, one, many in counts if count)
