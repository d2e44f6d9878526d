"""Findings: what else a log says about a program's memory, beside whether it leaks.

Each finding is a sentence with its figures and the lines that it comes from:

    out of memory         the process died, or a worker did
    near the limit        the last full collections free little and leave the program little time; after four in a row,
                          with 80 % of the limit alive, V8 gives up
    premature promotion   most of what scavenges promoted was garbage when a full collection came: objects live a little
                          longer than the young generation lets them
    time in collections   pauses and marking steps, as a share of the time from the first line to the last
    utilization falls     the average mu of the full collections went down
    no scavenges          the log holds full collections only, so it does not say what was allocated
    broken law            lines whose figures cannot be, or are rare; see `laws`

Source: V8 11.3 src/heap/heap.cc CheckIneffectiveMarkCompact for the rule of four, 80 % and mu 0.4.
Left out: the limit itself, which no line says; the size of new space, for the same reason.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from gcsim.pacing.limits import MAX_INEFFECTIVE
from gcsim.trace.floor import Floor, Major
from gcsim.trace.leak import gave_back_most, ineffective
from gcsim.trace.parse import Death
from gcsim.trace.wording import counted, percent

HIGH_SHARE: Final = 0.1
"""From this share of time on, collections are told, and a young generation that promotes too early is too small."""


@frozen(kw_only=True)
class Finding:
    """`title` is one of those above; `text` says it with figures; the lines are those of the log."""

    title: str
    text: str
    first_line: int
    last_line: int


@frozen(kw_only=True)
class BrokenLaw:
    """A law of `laws` that was broken, how often and where; `text` says how, of the first time."""

    name: str
    count: int
    first_line: int
    last_line: int
    text: str


def findings(floor: Floor, deaths: Sequence[Death] = (), laws: Sequence[BrokenLaw] = ()) -> list[Finding]:
    """What is seen, in the order above."""
    return [
        *(_death(death) for death in deaths),
        *_near_limit(floor),
        *_promotion(floor),
        *_time(floor),
        *_utilization(floor),
        *_no_scavenges(floor),
        *(_broken(law) for law in laws),
    ]


def promotes_early(floor: Floor) -> list[Major]:
    """The full collections that found most of a climb to be garbage."""
    return [major for major in floor.majors if gave_back_most(major)]


def gc_share(floor: Floor) -> float:
    """The share of the log's time that went into pauses and marking steps; 0.0 of a log without time."""
    return min(1.0, (floor.paused_ms + floor.marking_ms) / floor.span_ms) if floor.span_ms > 0 else 0.0


def _death(death: Death) -> Finding:
    who = "A worker" if death.is_worker else "The process"
    return Finding(
        title="out of memory",
        text=f"{who} died for lack of memory: {death.place}.",
        first_line=death.line_number,
        last_line=death.line_number,
    )


def _near_limit(floor: Floor) -> Iterator[Finding]:
    last = ineffective(floor)
    if not last:
        return
    count, freed = len(last), sum(major.freed_mb for major in last) / sum(major.before_mb for major in last)
    many = f"{count} full collections in a row" if count > 1 else "The last full collection"
    mu = last[-1].average_mu
    left = f" and left the program {percent(mu)} of the time" if mu is not None else ""
    yield Finding(
        title="near the limit",
        text=f"{many} freed {percent(freed)} of the heap{left}; V8 gives up after {MAX_INEFFECTIVE} such in a row.",
        first_line=last[0].line_number,
        last_line=last[-1].line_number,
    )


def _promotion(floor: Floor) -> Iterator[Finding]:
    early = promotes_early(floor)
    if early:
        climb_mb = sum(major.climb_mb for major in early)
        garbage_mb = sum(major.garbage_low * major.climb_mb for major in early)
        yield Finding(
            title="premature promotion",
            text=f"Of {climb_mb:.1f} MB that scavenges had left behind, {garbage_mb:.1f} MB or more were garbage when "
            f"a full collection came ({len(early)} of {len(floor.majors)}): objects die shortly after promotion.",
            first_line=early[0].line_number,
            last_line=early[-1].line_number,
        )


def _time(floor: Floor) -> Iterator[Finding]:
    share = gc_share(floor)
    if share >= HIGH_SHARE:
        yield Finding(
            title="time in collections",
            text=f"{percent(share)} of the time went into collecting: {floor.paused_ms:,.0f} ms of pauses and "
            f"{floor.marking_ms:,.0f} ms of marking steps in {floor.span_ms:,.0f} ms.",
            first_line=floor.first_line,
            last_line=floor.last_line,
        )


def _utilization(floor: Floor) -> Iterator[Finding]:
    known = [major for major in floor.majors if major.average_mu is not None]
    if len(known) < 3:
        return
    first, last = known[0].average_mu or 0.0, known[-1].average_mu or 0.0
    if last < first - 0.1:
        yield Finding(
            title="utilization falls",
            text=f"The average mu of full collections went from {first:.3f} to {last:.3f}: they take ever more of the "
            "program's time.",
            first_line=known[0].line_number,
            last_line=known[-1].line_number,
        )


def _no_scavenges(floor: Floor) -> Iterator[Finding]:
    if floor.collections >= 3 and not floor.scavenges:
        yield Finding(
            title="no scavenges",
            text="The log has full collections only, so growth cannot be set against what was allocated.",
            first_line=floor.first_line,
            last_line=floor.last_line,
        )


def _broken(law: BrokenLaw) -> Finding:
    times = "once" if law.count == 1 else counted(law.count, "time")
    return Finding(
        title="broken law",
        text=f'"{law.name}" does not hold, {times}: {law.text} in line {law.first_line}.',
        first_line=law.first_line,
        last_line=law.last_line,
    )
