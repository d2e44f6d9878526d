"""Report: a diagnosis as text for a terminal, and as JSON for a program.

    process 13973, isolate 0x110008000: 26 collections in 6.3 s, 25 scavenges and 1 full

    leak: what scavenges left behind was live, and it keeps growing, by 210
    (206 to 213) MB a minute

    lines 14-29  From the full collection on, what collections left went from ...

Sentences are folded at `WIDTH` columns; figures in parentheses are 95 % intervals.
"""

import json
import textwrap
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final

from attrs import asdict

from gcsim.trace.diagnose import Diagnosis, worst
from gcsim.trace.parse import Tally
from gcsim.trace.wording import counted

WIDTH: Final = 80


def report(diagnosis: Diagnosis) -> list[str]:
    """The diagnosis of one run, as lines without newlines."""
    shown = [
        _title(diagnosis),
        "",
        *textwrap.wrap(diagnosis.headline, WIDTH),
        "",
        *_rows((each.first_line, each.last_line, each.text) for each in diagnosis.evidence),
    ]
    if diagnosis.findings:
        shown += ["", "Also seen:"]
        shown += _rows((each.first_line, each.last_line, each.text) for each in diagnosis.findings)
    shown += ["", "Next:"]
    for step in diagnosis.next_steps:
        shown += textwrap.wrap(step, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return shown


def _title(diagnosis: Diagnosis) -> str:
    process = "" if diagnosis.pid is None else f"process {diagnosis.pid}"
    isolate = f"isolate {diagnosis.isolate}" if diagnosis.isolate else ""
    who = ", ".join(part for part in (process, isolate) if part)
    kinds = f"{counted(diagnosis.scavenges, 'scavenge')} and {diagnosis.full_collections:,} full"
    return f"{who}{': ' if who else ''}{counted(diagnosis.collections, 'collection')} in {_span(diagnosis)}, {kinds}"


def _span(diagnosis: Diagnosis) -> str:
    span_ms = diagnosis.span_ms
    for unit_ms, unit in ((3_600_000.0, "h"), (60_000.0, "min"), (1000.0, "s")):
        if span_ms >= 2 * unit_ms:
            return f"{span_ms / unit_ms:.1f} {unit}"
    return f"{span_ms:.0f} ms"


def _rows(rows: Iterable[tuple[int, int, str]]) -> list[str]:
    """Sentences with their lines in a column before them."""
    named = [(_lines(first, last), text) for first, last, text in rows]
    width = max((len(name) for name, _ in named), default=0) + 4
    return [
        line
        for name, text in named
        for line in textwrap.wrap(
            text, WIDTH, initial_indent=f"  {name}".ljust(width), subsequent_indent=" " * width, break_on_hyphens=False
        )
    ]


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first}-{last}"


def as_json(diagnoses: Sequence[Diagnosis], tally: Tally, *, exit_status: int) -> str:
    """All runs of a log as one JSON object; sizes in MB, times in ms, an endless bound of an interval is null."""
    found = {
        "verdict": worst(diagnoses).value,
        "exit_status": exit_status,
        "runs": [asdict(diagnosis, value_serializer=_plain) for diagnosis in diagnoses],
        "read": asdict(tally),
    }
    return json.dumps(found, indent=2)


def _plain(_owner: object, _attribute: object, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return value
