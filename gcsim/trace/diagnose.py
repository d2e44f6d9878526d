"""Diagnose: is it a leak? A verdict, its evidence with figures and lines, and what to do next.

    leak                         the live size keeps growing
    no leak                      it does not
    young generation too small   it does not, but the program pays for promoting what soon dies
    near the limit               the process has no room left, or died of it; why, the log does not tell
    not enough data              the log cannot tell, and what would

`leak` says how the first three are told apart, `findings` what else is seen. Here both become sentences. A log may hold
several runs, each diagnosed for itself; together they have the worst verdict, where a leak is worse than what cannot be
told, and that worse than none. A run too short for any verdict does not count beside longer ones.

Left out: which object leaks. A trace says how much stays, never what; that is in a heap snapshot.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import define, field, frozen

from gcsim.trace.findings import HIGH_SHARE, BrokenLaw, Finding, findings, gc_share, promotes_early
from gcsim.trace.floor import Floor, Major
from gcsim.trace.laws import broken_laws
from gcsim.trace.leak import MIN_COLLECTIONS, Growth, Judgement, Rule, Verdict, judge
from gcsim.trace.line import GcLine
from gcsim.trace.parse import Death
from gcsim.trace.trend import Trend
from gcsim.trace.wording import counted, figure, percent

_SNAPSHOTS: Final = (
    "Take two heap snapshots some minutes apart, node --heapsnapshot-signal=SIGUSR2 and kill -USR2 PID, and compare "
    "them: gcsim snapshot compare A B."
)
_FORCE: Final = "Force a full collection now and then (node --expose-gc, global.gc()) and diagnose that log."
_LONGER: Final = "Run it longer under the same load, until three full collections are in the log."
_LIMIT: Final = "Give it more room, --max-old-space-size=MB: a leak fills that too, a large working set does not."
_YOUNG: Final = (
    "Give the young generation more room, --max-semi-space-size=32 or 64, and compare the time in collections."
)
_AT_LIMIT: Final = "Let node write a heap snapshot before it dies: --heapsnapshot-near-heap-limit=1."
_LIVES_LONG: Final = "If it runs for days, diagnose a longer log: it shows a slower leak."

NEXT_STEPS: Final[dict[Verdict, tuple[str, ...]]] = {
    Verdict.LEAK: (_SNAPSHOTS,),
    Verdict.NO_LEAK: (_LIVES_LONG,),
    Verdict.YOUNG_TOO_SMALL: (_YOUNG,),
    Verdict.NEAR_LIMIT: (_LIMIT, _AT_LIMIT),
    Verdict.NOT_ENOUGH_DATA: (_LONGER, _FORCE),
}


@frozen(kw_only=True)
class Evidence:
    """A sentence with its figures, and the lines that it comes from."""

    text: str
    first_line: int
    last_line: int


@frozen(kw_only=True)
class Diagnosis:
    """What a log says about one run: one isolate of one process.

    `headline` is the verdict in a sentence. `gc_share`: of the time from the first collection to the last, 0 to 1.
    """

    pid: int | None
    isolate: str
    verdict: Verdict
    headline: str
    rule: Rule
    growth: Growth | None
    hidden_below_mb_per_minute: float | None
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    next_steps: tuple[str, ...]
    collections: int
    scavenges: int
    full_collections: int
    first_line: int
    last_line: int
    span_ms: float
    allocated_mb: float
    peak_mb: float
    gc_share: float


@define
class Case:
    """One run of a log, taken in line by line. `laws` counts what was broken, with the first line that did it."""

    floor: Floor = field(factory=Floor)
    last: GcLine | None = None
    laws: dict[str, BrokenLaw] = field(factory=dict)

    def add(self, line: GcLine) -> None:
        """The line is part of the case."""
        for broken in broken_laws(line, self.last):
            seen = self.laws.get(broken.law.name)
            count = seen.count + 1 if seen else 1
            self.laws[broken.law.name] = BrokenLaw(
                name=broken.law.name,
                count=count,
                first_line=seen.first_line if seen else line.line_number,
                last_line=line.line_number,
                text=seen.text if seen else broken.text,
            )
        self.floor.add(line)
        self.last = line

    def close(self, deaths: Sequence[Death] = ()) -> Diagnosis:
        """The diagnosis, by what was taken in so far."""
        floor, judgement = self.floor, judge(self.floor, died=bool(deaths))
        verdict = judgement.verdict
        if verdict is Verdict.NO_LEAK and len(promotes_early(floor)) > 1 and gc_share(floor) >= HIGH_SHARE:
            verdict = Verdict.YOUNG_TOO_SMALL
        return Diagnosis(
            pid=self.last.pid if self.last else None,
            isolate=self.last.isolate if self.last else "",
            verdict=verdict,
            headline=_headline(verdict, judgement, died=bool(deaths)),
            rule=judgement.rule,
            growth=judgement.growth,
            hidden_below_mb_per_minute=judgement.hidden_below_mb_per_minute,
            evidence=tuple(_evidence(judgement, floor)),
            findings=tuple(findings(floor, deaths, list(self.laws.values()))),
            next_steps=NEXT_STEPS[verdict],
            collections=floor.collections,
            scavenges=floor.scavenges,
            full_collections=floor.collections - floor.scavenges,
            first_line=floor.first_line,
            last_line=floor.last_line,
            span_ms=floor.span_ms,
            allocated_mb=floor.allocated_mb,
            peak_mb=floor.peak_mb,
            gc_share=gc_share(floor),
        )


def diagnose(lines: Iterable[GcLine], deaths: Sequence[Death] = ()) -> Diagnosis:
    """The diagnosis of one run, from its lines in order; `deaths` are its own."""
    case = Case()
    for line in lines:
        case.add(line)
    return case.close(deaths)


def worst(diagnoses: Sequence[Diagnosis]) -> Verdict:
    """The verdict about all of them together; of none, that there is not enough data."""
    long = [each for each in diagnoses if each.collections >= MIN_COLLECTIONS] or diagnoses
    verdicts = {each.verdict for each in long}
    order = (Verdict.LEAK, Verdict.NEAR_LIMIT, Verdict.NOT_ENOUGH_DATA, Verdict.YOUNG_TOO_SMALL, Verdict.NO_LEAK)
    return next((verdict for verdict in order if verdict in verdicts), Verdict.NOT_ENOUGH_DATA)


def _headline(verdict: Verdict, judgement: Judgement, *, died: bool) -> str:
    growth, why = judgement.growth, judgement.rule.value
    if verdict is Verdict.NEAR_LIMIT:
        what = "the process died for lack of memory" if died else "there is hardly room left"
        why = f"{what}; why, the log cannot tell"
    elif verdict is Verdict.LEAK and growth and growth.per_minute:
        why += f", by {per_minute(growth.per_minute)}"
    return f"{verdict.value}: {why}"


def _evidence(judgement: Judgement, floor: Floor) -> Iterable[Evidence]:
    if judgement.rule is Rule.TOO_FEW:
        yield Evidence(
            text=f"The log holds {counted(floor.collections, 'collection')}; {MIN_COLLECTIONS} are the least to go by.",
            first_line=floor.first_line,
            last_line=floor.last_line,
        )
    if judgement.rule in {Rule.CLIMB_KEPT, Rule.CLIMB_GIVEN_BACK, Rule.LONG_CLIMB, Rule.STILL_GROWING}:
        yield from (_heard(major) for major in judgement.heard)
    growth, hidden_below = judgement.growth, judgement.hidden_below_mb_per_minute
    if growth is not None:
        yield _grown(growth)
    if growth is not None and hidden_below and judgement.verdict is Verdict.NO_LEAK:
        yield Evidence(
            text=f"A leak slower than {figure(hidden_below)} MB a minute would not show in them.",
            first_line=growth.first_line,
            last_line=growth.last_line,
        )


def _heard(major: Major) -> Evidence:
    text = f"A full collection freed {major.freed_mb:.1f} of {major.before_mb:.1f} MB"
    if major.climb_mb > 0:
        low, high = major.garbage_low, major.garbage_high
        share = percent(high) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"
        text += (
            f". What was left behind had climbed from {major.base_mb:.1f} to {major.marked_mb:.1f} MB before it; "
            f"{share} of that was garbage"
        )
    return Evidence(text=f"{text}.", first_line=major.line_number, last_line=major.line_number)


def _grown(growth: Growth) -> Evidence:
    change = f"went from {growth.from_mb:.1f} to {growth.to_mb:.1f} MB in {counted(growth.points, 'collection')}"
    rates = [per_minute(growth.per_minute)] if growth.per_minute else []
    if growth.per_allocated_mb:
        rates.append(f"{rate(growth.per_allocated_mb)} MB for each MB allocated")
    text = f"{growth.of} {change}" + "".join(f", {text}" for text in rates) + "."
    return Evidence(text=text, first_line=growth.first_line, last_line=growth.last_line)


def per_minute(trend: Trend) -> str:
    """A growth over time in words."""
    return f"{rate(trend)} MB a minute"


def rate(trend: Trend) -> str:
    """A slope with its interval, if it has one."""
    slope = figure(trend.slope)
    return f"{slope} ({figure(trend.low)} to {figure(trend.high)})" if trend.points > 2 else slope
