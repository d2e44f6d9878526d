"""Record: a match of the grammar as a `GcLine`.

Everything is converted once; what repeats in every line of a log (the collector's name with its flags, the reasons) is
taken apart once and remembered, a bounded number of them. So a record costs its match and twice as much again.

Numbers keep the rounding of the print. A whole number before the slash is the external part (0.10 and 0.12 print it
first, and only there the pause can follow it); a decimal one is the pause.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from gcsim.events import Kind
from gcsim.trace.grammar import NVP, PAIR, RECORD, STEPS, split_reasons
from gcsim.trace.line import GcLine, MarkingSteps
from gcsim.units import MB

NVP_COLLECTORS: Final = {
    "s": "Scavenge",
    "mmc": "Minor Mark-Compact",
    "mms": "Minor Mark-Sweep",
    "ms": "Mark-sweep",
    "mc": "Mark-Compact",
}
"""What `gc` means."""

BEFORE: Final = ("start_object_size", "total_size_before")
AFTER: Final = ("end_object_size", "total_size_after")
"""What the two sizes are called: from 24 on, and before that."""

TRUE: Final = ("1", "true")


class Collector(NamedTuple):
    """What the name of a collector and its flags say."""

    kind: Kind
    reduce_memory: bool
    during_sweeping: bool


@lru_cache(maxsize=256)
def read_collector(name: str, flags: str) -> Collector:
    """Which collector of ours that is, and under which conditions it ran."""
    is_young = "Scavenge" in name or "Minor" in name
    sweeping = "(interleaved)" in flags or "(during sweeping)" in flags
    return Collector(Kind.SCAVENGE if is_young else Kind.MARK_SWEEP, "(reduce)" in flags, sweeping)


def read_record(text: str, line_number: int) -> GcLine | None:
    """The record that `text` begins with, in either form; None if too little of it is there."""
    found = RECORD.match(text)
    if found is not None:
        return short_record(found, line_number)
    pairs = NVP.match(text)
    return None if pairs is None else nvp_record(pairs, line_number)


def short_record(found: re.Match[str], line_number: int) -> GcLine | None:
    """What a match of `RECORD` says; None if a number in it is none."""
    (
        pid, isolate, time, name, flags, used_before, total_before, used_after, total_after, pooled, pause, external,
        steps, average_mu, current_mu, reasons,
    ) = found.groups()  # fmt: skip
    if external is not None and "." not in pause:  # 0.10 and 0.12
        pause, external = external, pause
    kind, reduce_memory, during_sweeping = read_collector(name, flags)
    reason, collector_reason, is_cut = split_reasons(reasons)
    try:
        return GcLine(  # by position, in the order of its fields
            line_number,
            found[0],
            process(pid),
            isolate or "",
            float(time),
            kind,
            name,
            reduce_memory,
            during_sweeping,
            float(used_before),
            float(total_before),
            float(used_after),
            float(total_after),
            figure(pooled),
            float(pause),
            figure(external),
            None if steps is None else read_steps(steps),
            figure(average_mu),
            figure(current_mu),
            reason,
            collector_reason,
            None,
            is_cut,
        )
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def figure(text: str | None) -> float | None:
    """The number, where there is one: for those that few lines change."""
    return None if text is None else float(text)


@lru_cache(maxsize=256)
def process(text: str | None) -> int | None:
    """The process id, where there is one."""
    return None if text is None else int(text)


def read_steps(text: str) -> MarkingSteps | None:
    """What an incremental piece says; None if it is cut before it says anything."""
    found = STEPS.match(text)
    if found is None:
        return None
    duration, steps, longest, walltime = found.groups()
    return MarkingSteps(
        steps=int(steps), duration_ms=float(duration), longest_step_ms=figure(longest), walltime_ms=figure(walltime)
    )


def nvp_record(found: re.Match[str], line_number: int) -> GcLine | None:
    """What a match of `NVP` says; None without a pause, a collector and both sizes."""
    pid, isolate, time, text = found.groups()
    nvp = read_pairs(text)
    try:
        pause_ms = float(nvp["pause"])
        before_mb, after_mb = _megabytes(nvp, BEFORE), _megabytes(nvp, AFTER)
        has_total = "start_memory_size" in nvp and "end_memory_size" in nvp
        total_before_mb = _megabytes(nvp, ("start_memory_size",)) if has_total else None
        total_after_mb = _megabytes(nvp, ("end_memory_size",)) if has_total else None
        name = NVP_COLLECTORS[nvp["gc"]]
        incremental = _nvp_steps(nvp)
    except (KeyError, StopIteration, ValueError, OverflowError):
        return None
    return GcLine(
        line_number=line_number,
        text=found[0],
        pid=process(pid),
        isolate=isolate or "",
        time_ms=float(time),
        kind=read_collector(name, "").kind,
        name=name,
        reduce_memory=nvp.get("reduce_memory") in TRUE,
        during_sweeping=nvp.get("interleaved", nvp.get("during_sweeping")) in TRUE,
        used_before_mb=before_mb,
        total_before_mb=total_before_mb,
        used_after_mb=after_mb,
        total_after_mb=total_after_mb,
        pooled_mb=None,
        pause_ms=pause_ms,
        external_ms=None,
        incremental=incremental,
        average_mu=None,
        current_mu=None,
        reason=nvp.get("reason"),
        collector_reason=None,
        nvp=nvp,
        is_cut=_is_cut(text),
    )


def read_pairs(text: str) -> dict[str, str]:
    """The names and values of an nvp record; where a space stands between each two, without a search."""
    words = text.split()
    if text.count("=") == len(words) == sum("=" in word for word in words):
        return dict(word.split("=", 1) for word in words)
    return {name or other: value or other_value for name, value, other, other_value in PAIR.findall(text)}


def _megabytes(nvp: dict[str, str], names: tuple[str, ...]) -> float:
    """The size that stands under one of these names, the newest first."""
    return int(next(nvp[name] for name in names if name in nvp)) / MB


def _is_cut(pairs: str) -> bool:
    """Whether the last value is not whole, or nobody can say so: JSON ends in a brace."""
    return not pairs.endswith("}") if pairs.startswith("GC") else PAIR.fullmatch(pairs.rsplit(maxsplit=1)[-1]) is None


def _nvp_steps(nvp: dict[str, str]) -> MarkingSteps | None:
    """What was marked in steps: the two collectors and the versions have their own names for it."""
    count = nvp.get("incremental_steps_count") or nvp.get("incremental.steps_count") or nvp.get("steps_count") or "0"
    if count == "0":
        return None
    took = nvp.get("incremental") or nvp.get("incremental.steps_took") or nvp["steps_took"]
    longest = nvp.get("incremental_longest_step") or nvp.get("longest_step")
    walltime = nvp.get("incremental_walltime_duration")
    return MarkingSteps(
        steps=int(count), duration_ms=float(took), longest_step_ms=figure(longest), walltime_ms=figure(walltime)
    )
