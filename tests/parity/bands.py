"""The bands: how near to node a simulated run must be, and how far it is.

Three styles of programs have their own bands. A synchronous program never returns to its event loop, so node itself
repeats to the byte and little is allowed; where a task may come first or second, counts may differ by one; the real
server has threads, sockets and a JIT. Where node's own runs of profile A differ, their spread is added to the band.

    synchronous    order           the same kinds and reasons, one after the other
                   used            before and after each event: 0.1 MB or 1 %, whichever is more
                   total           before and after each event: 0.3 MB or 3 %
                   promoted        the sum of all events: 1 %
                   copied          the sum of all events: 1 %
                   marking start   after the same number of events
    event loop     scavenges       as many, or one more or less
                   mark-compacts   as many, or one more or less
                   promoted        the sum of all events: 5 %
                   copied          the sum of all events: 5 %
    server         scavenges       as many, or two more or less
                   mark-compacts   as many
                   peak used       10 %
                   promoted        the sum of all events: 10 %

The pauses of all programs together have a band of their own, in `pauses`. What has no band is shown all the same.

Events are paired in their order: the n-th scavenge with the n-th scavenge, the n-th full collection with the n-th. One
without a partner is outside of its band. A size is compared as both trace lines print it, in MB with one decimal.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise, zip_longest

from attrs import evolve, frozen

from gcsim.events import GcEvent, Kind
from gcsim.units import MB

from .recordings import SCAVENGE, Recording, TraceEvent
from .simulated import SERVERS, Run

ROUNDING = 1e-9
"""What a difference of two decimal numbers may be off."""


@frozen(kw_only=True)
class Row:
    """One number, simulated and recorded, as text. `ok`: whether it is within its band; None if it has none."""

    simulated: str
    recorded: str
    deviation: str = ""
    allowed: str = ""
    ok: bool | None = None


@frozen
class Pair:
    """A recorded event, and the simulated one that stands for it. `number` is the recorded event's, from 1."""

    number: int
    recorded: TraceEvent | None
    simulated: GcEvent | None


Check = Callable[[Recording, Run], Row]


def pairs(recording: Recording, run: Run) -> list[Pair]:
    """All events of both, each with its partner, or None where that is missing."""
    found = []
    for young in (True, False):
        recorded = [(at, line) for at, line in enumerate(recording.events, 1) if (line.kind == SCAVENGE) is young]
        simulated = [event for event in run.events if (event.kind is Kind.SCAVENGE) is young]
        for line, event in zip_longest(recorded, simulated, fillvalue=None):
            number, trace_event = line or (len(recording.events) + 1, None)
            found.append(Pair(number, trace_event, event))
    return sorted(found, key=lambda pair: pair.number)


# Checks: each says how far a run is from its recording


def order(recording: Recording, run: Run) -> Row:
    """The same kinds and reasons, one after the other."""
    recorded = [(line.kind, line.reason) for line in recording.events]
    simulated = [(kind_of(event), reason_of(event)) for event in run.events]
    both = enumerate(zip_longest(simulated, recorded), 1)
    first = next((number for number, (mine, node) in both if mine != node), 0)
    return Row(
        simulated=counts(kind for kind, _ in simulated),
        recorded=counts(kind for kind, _ in recorded),
        deviation=f"from event {first}" if first else "none",
        allowed="none",
        ok=not first,
    )


def kind_of(event: GcEvent) -> str:
    """The collector's name in node 20's line."""
    name = SCAVENGE if event.kind is Kind.SCAVENGE else "Mark-Compact"
    return f"{name} (reduce)" if event.reduce_memory else name


def reason_of(event: GcEvent) -> str:
    """The end of node 20's line."""
    return f"{event.reason}; {event.collector_reason}" if event.collector_reason else event.reason


def counts(kinds: Iterable[str]) -> str:
    """How many scavenges and full collections, as text."""
    young = [kind == SCAVENGE for kind in kinds]
    return f"{sum(young)} S, {len(young) - sum(young)} MC"


def count(stat: str, *, young: bool, margin: int, spread: bool = True) -> Check:
    """Check how many collections of one kind there are. `spread`: whether node's own is added to the margin."""

    def check(recording: Recording, run: Run) -> Row:
        recorded = recording.stats[stat]
        simulated = sum((event.kind is Kind.SCAVENGE) is young for event in run.events)
        allowed = margin + (recorded.width if spread else 0)
        return Row(
            simulated=f"{simulated}",
            recorded=f"{recorded.median:g}",
            deviation=f"{simulated - recorded.median:+g}",
            allowed=f"{allowed:g}",
            ok=abs(simulated - recorded.median) <= allowed,
        )

    return check


def sizes(field: str, *, least_mb: float, ratio: float) -> Check:
    """Check "used" or "total" before and after each event; the row shows the worst."""

    def check(recording: Recording, run: Run) -> Row:
        matched = [pair for pair in pairs(recording, run) if pair.recorded and pair.simulated]
        unpaired = len(recording.events) + len(run.events) - 2 * len(matched)
        found = [compare(pair, field, when, least_mb, ratio) for pair in matched for when in ("before", "after")]
        worst = max(found, key=lambda one: one.excess)
        return Row(
            simulated=f"{worst.simulated_mb:.1f} MB",
            recorded=f"{worst.recorded_mb:.1f} MB",
            deviation=f"{worst.deviation_mb:+.1f} MB, {worst.where}" + (f"; {unpaired} unpaired" if unpaired else ""),
            allowed=f"{worst.allowed_mb:.1f} MB",
            ok=worst.excess <= 1 + ROUNDING and not unpaired,
        )

    return check


@frozen(kw_only=True)
class Size:
    """One size of one pair."""

    where: str
    simulated_mb: float
    recorded_mb: float
    allowed_mb: float

    @property
    def deviation_mb(self) -> float:
        """How far the simulated one is above the recorded one."""
        return self.simulated_mb - self.recorded_mb

    @property
    def excess(self) -> float:
        """The deviation in bands: up to 1 it is within."""
        return abs(self.deviation_mb) / self.allowed_mb


def compare(pair: Pair, field: str, when: str, least_mb: float, ratio: float) -> Size:
    """The size "used" or "total", "before" or "after" an event that has a partner."""
    name = f"{field}_{when}_mb"
    recorded_mb: float = getattr(pair.recorded, name)
    low_mb, high_mb = getattr(pair.recorded, f"{name}_range") or (0.0, 0.0)
    return Size(
        where=f"{when} {pair.number}",
        simulated_mb=printed_mb(pair.simulated, field, when),
        recorded_mb=recorded_mb,
        allowed_mb=max(least_mb, ratio * recorded_mb) + high_mb - low_mb,
    )


def printed_mb(event: GcEvent | None, field: str, when: str) -> float:
    """The size "used" or "total" as a trace line prints it."""
    name = {"used": "used", "total": "committed"}[field]
    return round(getattr(event, f"{name}_{when}_bytes") / MB, 1)


def total(stat: str, simulated_of: Callable[[Run], float], ratio: float, *, spread: bool = True) -> Check:
    """Check a number of bytes of the whole run. `spread`: whether node's own is added to the band."""

    def check(recording: Recording, run: Run) -> Row:
        unit = 1 if stat.endswith("_mb") else MB
        recorded_mb, simulated_mb = recording.stats[stat].median / unit, simulated_of(run) / MB
        deviation_mb = simulated_mb - recorded_mb
        allowed_mb = ratio * recorded_mb + (recording.stats[stat].width / unit if spread else 0)
        return Row(
            simulated=f"{simulated_mb:.2f} MB",
            recorded=f"{recorded_mb:.2f} MB",
            deviation=f"{percent(deviation_mb, recorded_mb):+.2f} %",
            allowed=f"{percent(allowed_mb, recorded_mb):.1f} %",
            ok=abs(deviation_mb) <= allowed_mb,
        )

    return check


def percent(part: float, whole: float) -> float:
    """A share in percent; of nothing, 0."""
    return 100 * part / whole if whole else 0.0


def promoted_bytes(run: Run) -> int:
    """What all collections promoted."""
    return sum(event.promoted_bytes for event in run.events)


def copied_bytes(run: Run) -> int:
    """What all collections copied inside of new space."""
    return sum(event.copied_bytes for event in run.events)


def peak_bytes(run: Run) -> int:
    """The largest size before a collection."""
    return max((event.used_before_bytes for event in run.events), default=0)


def marking_start(recording: Recording, run: Run) -> Row:
    """Marking began after the same number of events, as often."""
    recorded = [start.after_event for start in recording.marking_starts]
    simulated = list(run.marking_starts)
    return Row(
        simulated=after(simulated),
        recorded=after(recorded),
        deviation="" if simulated == recorded else "differs",
        allowed="none",
        ok=simulated == recorded,
    )


def after(starts: list[int]) -> str:
    """Where marking began, as text."""
    return f"after {', '.join(map(str, starts))}" if starts else "never"


def survival(recording: Recording, run: Run) -> Row:
    """The share of the young generation that scavenges found alive, from the second event on, as it was recorded.

    The young generation is what was allocated since the event before and what that one copied, so an object that was
    born old is counted too.
    """
    survived = young = 0
    for before, event in pairwise(run.events):
        if event.kind is Kind.SCAVENGE:
            survived += event.promoted_bytes + event.copied_bytes
            young += event.allocated_bytes + before.copied_bytes
    mine, node = percent(survived, young), recording.stats["survival_pct"].median
    return Row(simulated=f"{mine:.2f} %", recorded=f"{node:.2f} %", deviation=f"{mine - node:+.2f} points")


ORDER = {"order": order}
USED = {"used": sizes("used", least_mb=0.1, ratio=0.01)}
TOTAL = {"total": sizes("total", least_mb=0.3, ratio=0.03)}
MARKING = {"marking start": marking_start}
SURVIVAL = {"survival": survival}
PEAK = {"peak used": total("peak_used_mb", peak_bytes, 0.1, spread=False)}


def sums(ratio: float) -> dict[str, Check]:
    """Checks of what all collections promoted, and what they copied."""
    return {
        "promoted": total("promoted_bytes", promoted_bytes, ratio),
        "copied": total("copied_in_new_bytes", copied_bytes, ratio),
    }


def numbers(margins: tuple[int, int], *, spread: bool = True) -> dict[str, Check]:
    """Checks of how many scavenges and how many full collections there are."""
    return {
        "scavenges": count("scavenges", young=True, margin=margins[0], spread=spread),
        "mark-compacts": count("mark_compacts", young=False, margin=margins[1], spread=spread),
    }


@frozen
class Style:
    """How programs of one kind are judged. `banded`: the checks that must hold; `shown`: those that only inform."""

    banded: dict[str, Check]
    shown: dict[str, Check]

    def rows(self, recording: Recording, run: Run) -> dict[str, Row]:
        """What each check found, the banded ones first."""
        judged = {name: check(recording, run) for name, check in self.banded.items()}
        told = {name: evolve(check(recording, run), allowed="", ok=None) for name, check in self.shown.items()}
        return judged | told


SYNCHRONOUS = Style(ORDER | USED | TOTAL | sums(0.01) | MARKING, SURVIVAL | PEAK)
EVENT_LOOP = Style(numbers((1, 1)) | sums(0.05), ORDER | USED | TOTAL | MARKING | SURVIVAL | PEAK)
SERVER = Style(
    numbers((2, 0), spread=False) | PEAK | {"promoted": total("promoted_bytes", promoted_bytes, 0.1, spread=False)},
    ORDER | USED | TOTAL | {"copied": sums(0.1)["copied"]} | SURVIVAL,
)
EVENT_LOOP_PROGRAMS = ("p07_setleak", "p10_weak", "p11_listeners", "p13_burst")


def style_of(program: str) -> Style:
    """The style by which a program is judged."""
    if program in SERVERS:
        return SERVER
    return EVENT_LOOP if program in EVENT_LOOP_PROGRAMS else SYNCHRONOUS
