"""What node did: the recorded runs, as records. `recorded/README.md` says how they were made.

Sizes are in the unit that node printed them in: MB with one decimal in a trace line, bytes with `--trace-gc-nvp`, KB
with `--trace-gc-verbose`. A `*_range` is the least and the largest of all runs; None where it was not taken.
"""

import json
from pathlib import Path
from typing import Any

from attrs import fields_dict, frozen

FOLDER = Path(__file__).parent / "recorded"
SCAVENGE = "Scavenge"

Range = tuple[float, float]


@frozen(kw_only=True)
class TraceEvent:
    """One `--trace-gc` line of the run that is nearest to all others. `inc_*` is the incremental marking's."""

    kind: str
    reason: str
    t_ms: float
    used_before_mb: float
    total_before_mb: float
    used_after_mb: float
    total_after_mb: float
    pause_ms: float
    mu_avg: float
    mu_cur: float
    inc_ms: float | None
    inc_steps: int | None
    used_before_mb_range: Range | None = None
    total_before_mb_range: Range | None = None
    used_after_mb_range: Range | None = None
    total_after_mb_range: Range | None = None
    pause_ms_range: Range | None = None


@frozen(kw_only=True)
class NvpEvent:
    """One `--trace-gc-nvp` line of another run, with node's names. Rates are in percent."""

    kind: str
    t_ms: float
    pause: float
    mutator: float
    total_size_before: int
    total_size_after: int
    allocated: int
    promoted: int
    new_space_survived: int
    promotion_ratio: float
    average_survival_ratio: float
    promotion_rate: float
    new_space_survive_rate: float
    total_size_before_range: Range | None = None
    total_size_after_range: Range | None = None
    promoted_range: Range | None = None
    new_space_survived_range: Range | None = None


@frozen(kw_only=True)
class Spaces:
    """After one collection of a run with `--trace-gc-verbose`: a semispace, and what the old generation holds.

    `old_kb` is the sum of four spaces, each cut to whole KB, so up to 4 KB too low.
    """

    semi_space_mb: int
    old_kb: int


@frozen(kw_only=True)
class MarkingStart:
    """Where incremental marking began: after that many collections. Sizes are cut to whole MB."""

    after_event: int
    reason: str
    old_mb: int
    limit_mb: int


@frozen(kw_only=True)
class Limit:
    """The limit that full collection number `event` (from 1) set, and from what. A speed of 0: none yet."""

    event: int
    old_kb: int
    limit_kb: int
    factor: float
    gc_bytes_per_ms: int
    mutator_bytes_per_ms: int


@frozen(kw_only=True)
class Spread:
    """A number of a whole run, over all runs."""

    low: float
    median: float
    high: float

    @property
    def width(self) -> float:
        """How far the runs are apart."""
        return self.high - self.low


@frozen(kw_only=True)
class Recording:
    """All that was recorded of one program under one profile of flags. The last three are empty in profile B."""

    program: str
    profile: str
    events: tuple[TraceEvent, ...]
    nvp_events: tuple[NvpEvent, ...]
    stats: dict[str, Spread]
    spaces: tuple[Spaces, ...]
    marking_starts: tuple[MarkingStart, ...]
    limits: tuple[Limit, ...]

    @property
    def scavenges(self) -> list[TraceEvent]:
        """The scavenges among the events."""
        return [event for event in self.events if event.kind == SCAVENGE]


def names(profile: str) -> list[str]:
    """The programs recorded under a profile, "A" or "B", in order."""
    return sorted(path.name.partition(".")[0] for path in FOLDER.glob(f"*.{profile}.json"))


def load(program: str) -> Recording:
    """The recording of a program, in the one profile that it has."""
    (path,) = FOLDER.glob(f"{program}.[AB].json")
    content = json.loads(path.read_text(encoding="utf-8"))
    return Recording(
        program=content["program"],
        profile=content["profile"],
        events=rows(TraceEvent, content["events"]),
        nvp_events=rows(NvpEvent, content["nvp_events"]),
        stats={
            name: Spread(low=low, median=median, high=high)
            for name, (low, median, high) in content["stats"].items()
        },
        spaces=rows(Spaces, content.get("spaces")),
        marking_starts=rows(MarkingStart, content.get("marking_starts")),
        limits=rows(Limit, content.get("limits")),
    )  # fmt: skip


def rows(record: type, table: dict[str, Any] | None) -> tuple[Any, ...]:
    """The rows of a table as records; its columns must be the record's fields."""
    if table is None:
        return ()
    columns = table["columns"]
    assert set(columns) <= set(fields_dict(record)), columns
    return tuple(record(**dict(zip(columns, row, strict=True))) for row in table["rows"])
