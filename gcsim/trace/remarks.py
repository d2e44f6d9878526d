"""Remarks: what the figures of one trace line come to, in sentences, and how good or bad a sign each is.

The idea: a line has the sizes before and after, and leaves it to the reader to subtract. A remark says the difference,
in the units of the line and no more exactly than they allow. What the line before in the same isolate said already, as
the mu that scavenges repeat, is not said again.

Two figures are judged by V8's own rule: an average mu below 0.4 counts against a process near its limit. The others are
gcsim's, stated here: V8 has no opinion on a long pause.

Source: V8 11.3 src/heap/gc-tracer.cc (RecordMutatorUtilization), heap.cc (CheckIneffectiveMarkCompact).
Left out: whether a log shows a leak, which needs all of its lines.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Final

from attrs import frozen

from gcsim.events import Kind
from gcsim.pacing.limits import LOW_MUTATOR_UTILIZATION
from gcsim.trace.line import GcLine
from gcsim.trace.nvp_remarks import nvp_sentences
from gcsim.trace.vocabulary import Standing, collector_reason_of, reason_of
from gcsim.trace.wording import counted, milliseconds, percent

LITTLE_RATIO: Final = 0.1
"""A full collection that frees less than this share of what it found has freed little."""

GROWTH_RATIO: Final = 0.1
"""What full collections leave may grow by this share from one to the next before it is worth a look."""

LOW_MU: Final = 0.9
"""Below this share of the time for the program, full collections are worth a look; V8 aims at 0.97."""

LONG_PAUSE_MS: Final = 100
"""A pause that a user notices."""


@frozen
class Remark:
    """A sentence about one collection."""

    words: str
    standing: Standing = Standing.NORMAL


@frozen
class Past:
    """What the log said before a line, of the same isolate."""

    previous: GcLine | None = None
    last_full: GcLine | None = None

    def then(self, line: GcLine) -> "Past":
        """The past of the line that comes after `line`."""
        return Past(line, self.last_full if line.kind is Kind.SCAVENGE else line)


def remarks(line: GcLine, past: Past) -> tuple[Remark, ...]:
    """All that there is to say about the figures of `line`."""
    return (
        *_since_previous(line, past.previous),
        *_reasons(line),
        _objects(line),
        *_memory(line),
        *_pause(line),
        *_marking(line),
        *(Remark(sentence) for sentence in nvp_sentences(line.nvp or {})),
        *_since_last_full(line, past.last_full),
        *_utilization(line, past.previous),
        *_near_the_end(line, past.last_full),
        *_cut(line),
    )


def freed_mb(line: GcLine) -> float:
    """By how much the objects became less, in MB; negative if they became more."""
    return line.used_before_mb - line.used_after_mb


def garbage_ratio(line: GcLine) -> float:
    """The share of the objects that was garbage and is gone, 0 to 1."""
    return max(0.0, freed_mb(line)) / line.used_before_mb if line.used_before_mb else 0.0


def _since_previous(line: GcLine, previous: GcLine | None) -> Iterator[Remark]:
    if previous is None or line.nvp is not None:
        return
    grown = round(line.used_before_mb - previous.used_after_mb, 1)
    passed_ms = line.time_ms - previous.time_ms
    if grown > 0 and passed_ms > 0:
        yield Remark(f"In {milliseconds(passed_ms)} since the line before, {grown:.1f} MB of new objects came.")


def _reasons(line: GcLine) -> Iterator[Remark]:
    if line.reason:
        reason = reason_of(line.reason, line.kind)
        yield Remark(f"V8 collected because {reason.because}.", reason.standing)
    if line.collector_reason:
        reason = collector_reason_of(line.collector_reason)
        if reason.standing is not Standing.NORMAL:
            yield Remark(f"V8 chose this type because {reason.because}.", reason.standing)


def _objects(line: GcLine) -> Remark:
    freed = round(freed_mb(line), 1)
    if freed > 0:
        return Remark(
            f"{freed:.1f} MB of {line.used_before_mb:.1f} MB of objects ({percent(garbage_ratio(line))}) was garbage; "
            f"{line.used_after_mb:.1f} MB are left."
        )
    if freed < 0:
        return Remark(
            f"The objects take {-freed:.1f} MB more than before, {line.used_after_mb:.1f} MB: none was freed."
        )
    return Remark(f"Next to nothing was garbage: {line.used_after_mb:.1f} MB of objects before and after.")


def _memory(line: GcLine) -> Iterator[Remark]:
    if line.total_before_mb is None or line.total_after_mb is None:
        return
    grown = round(line.total_after_mb - line.total_before_mb, 1)
    now = f"{line.total_after_mb:.1f} MB"
    if grown > 0:
        yield Remark(f"The heap took {grown:.1f} MB more from the system and has {now}.")
    elif grown < 0:
        yield Remark(f"The heap gave {-grown:.1f} MB back and has {now}.")
    else:
        yield Remark(f"The heap has {now} from the system, as before.")


def _pause(line: GcLine) -> Iterator[Remark]:
    words = f"The program stood still for {milliseconds(line.pause_ms)}"
    if line.external_ms:
        words += f", and callbacks took {milliseconds(line.external_ms)}"
    if line.pause_ms >= LONG_PAUSE_MS:
        yield Remark(f"{words}: all that it had to answer waited so long.", Standing.LOOK)
    else:
        yield Remark(f"{words}.")


def _marking(line: GcLine) -> Iterator[Remark]:
    marking = line.incremental
    if marking is None or not marking.steps:
        return
    took = f"took {milliseconds(marking.duration_ms)} in {counted(marking.steps, 'step')}"
    if marking.walltime_ms is None:
        yield Remark(f"Marking before the pause {took}.")
    else:
        yield Remark(f"Marking began {milliseconds(marking.walltime_ms)} before the end; before the pause it {took}.")


def _since_last_full(line: GcLine, last_full: GcLine | None) -> Iterator[Remark]:
    if line.kind is Kind.SCAVENGE or last_full is None:
        return
    grown = round(line.used_after_mb - last_full.used_after_mb, 1)
    before = f"the full collection before, at {last_full.time_ms:.0f} ms, left {last_full.used_after_mb:.1f} MB"
    if grown > GROWTH_RATIO * last_full.used_after_mb:
        yield Remark(
            f"What full collections leave has grown by {grown:.1f} MB: {before}. A leak looks so, and a cache that "
            "is still being filled.",
            Standing.LOOK,
        )
    else:
        yield Remark(f"There is no growth to speak of: {before}.")


def _utilization(line: GcLine, previous: GcLine | None) -> Iterator[Remark]:
    average, current = line.average_mu, line.current_mu
    if average is None or current is None or not isfinite(average + current):
        return
    if previous is not None and (previous.average_mu, previous.current_mu) == (average, current):
        return
    if average == current == 1:
        yield Remark("mu 1.000: full collections have cost no time yet; it is measured from the second one on.")
        return
    yield Remark(
        f"Full collections left {percent(current)} of the time to the program (current mu), "
        f"{percent(average)} on average.",
        Standing.LOOK if average < LOW_MU else Standing.NORMAL,
    )


def _near_the_end(line: GcLine, last_full: GcLine | None) -> Iterator[Remark]:
    if not _is_nearly_in_vain(line):
        return
    again = "Again a" if last_full is not None and _is_nearly_in_vain(last_full) else "A"
    yield Remark(
        f"{again} full collection freed little ({percent(garbage_ratio(line))}) and left little time to the program. "
        "Such lines are the last before an out-of-memory: near the limit, V8 gives up at the fourth in a row with an "
        f"average mu below {LOW_MUTATOR_UTILIZATION}.",
        Standing.TROUBLE,
    )


def _is_nearly_in_vain(line: GcLine) -> bool:
    if line.kind is Kind.SCAVENGE or line.average_mu is None or line.current_mu is None:
        return False
    return garbage_ratio(line) < LITTLE_RATIO and min(line.average_mu, line.current_mu) < LOW_MUTATOR_UTILIZATION


def _cut(line: GcLine) -> Iterator[Remark]:
    if line.is_cut:
        yield Remark("The end of the line is missing: in its last report V8 keeps 255 characters of each.")
