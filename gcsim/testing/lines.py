"""Lines: a `--trace-gc` line read back, token by token, whichever version of Node it is from.

Written against what node prints, not against `gcsim.trace.format`: so that the two can be compared.
"""

import re
from typing import Final

from attrs import frozen

LINE: Final = re.compile(
    r"\[(?P<pid>\d+):0x(?P<isolate>[0-9a-f]+)\] +(?P<end>\d+) ms: "
    r"(?P<kind>Scavenge|Mark-sweep|Mark-Compact)(?P<reduce> \(reduce\))?(?: \((?:interleaved|during sweeping)\))? "
    r"(?P<used_before>[\d.]+) \((?P<committed_before>[\d.]+)\) -> "
    r"(?P<used_after>[\d.]+) \((?P<committed_after>[\d.]+)\) MB, (?:pooled: [\d.]+ MB, )?"
    r"(?P<pause>[\d.]+) / (?P<external>[\d.]+) ms ? ?(?P<steps>\(\+ [^)]*\)?)? ?"
    r"\(average mu = (?P<average_mu>[\d.]+), current mu = (?P<current_mu>[\d.]+)\) (?P<reason>[^;]*);? ?(?P<why>.*)"
)


@frozen(kw_only=True)
class Line:
    """What a line says: times in ms, sizes in MB, as they were rounded. `steps`: whether it tells of marking steps."""

    end_ms: float
    is_scavenge: bool
    used_before_mb: float
    used_after_mb: float
    committed_before_mb: float
    committed_after_mb: float
    pause_ms: float
    external_ms: float
    steps: bool
    average_mu: float
    current_mu: float
    reason: str


def read_line(text: str) -> Line | None:
    """What the line says, or None if it is no `--trace-gc` line."""
    found = LINE.fullmatch(text)
    if found is None:
        return None
    return Line(
        end_ms=float(found["end"]),
        is_scavenge=found["kind"] == "Scavenge",
        used_before_mb=float(found["used_before"]),
        used_after_mb=float(found["used_after"]),
        committed_before_mb=float(found["committed_before"]),
        committed_after_mb=float(found["committed_after"]),
        pause_ms=float(found["pause"]),
        external_ms=float(found["external"]),
        steps=found["steps"] is not None,
        average_mu=float(found["average_mu"]),
        current_mu=float(found["current_mu"]),
        reason=found["reason"].strip(),
    )
