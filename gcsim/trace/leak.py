"""Leak: whether the live size of a process keeps growing, judged from its floor.

The idea: only what a full collection leaves is proof. So the rules ask the full collections first, and the lows of
scavenges only for what the full collections have made believable. The first rule that decides has the word:

    flat lows         The later half of the lows rises by less than can be seen: no leak. (Fewer than three full
                      collections; with three or more they decide.)
    live size rises   Over three or more full collections the live size rises on a line: leak. If any of them gave
                      back most of what had climbed before it, five are asked for.
    live size level   It does not, over five or more, or over fewer that gave back most: no leak.
    climb was kept    Full collections found that nearly all that had climbed before them was live, and the lows climb
                      on, for longer where the proof is weaker: leak.
    climb was given   Two full collections in a row gave back most of the climb before them: no leak.
    back
    long steady climb Since a full collection that gave back little, and through later ones that did, the lows have
                      climbed on a line, for at least 12 collections and 2 seconds, by 2 % or more of what was
                      allocated: leak.

A process that is near its limit cannot grow any more: full collections that found no room (`is_ineffective`) at its end
are not heard, and it is never said not to leak.

Whatever else happens, the log cannot tell, and a `Judgement` says what is missing. A log without any full collection
never shows a leak: what scavenges promote, they cannot see die.

The limits below were found on recorded runs of programs whose lifetimes are known, on Node 20, each also cut into
halves; they are not V8's.

Left out: a leak slower than what the rounding of the lines and the length of the log let one see, which `hidden_below`
states; a cache or queue that was still filling when the log ended looks as a leak does, until it is full; so does a
WeakMap that is written so fast that each marking finds last time's garbage alive.
"""

from collections.abc import Iterable
from enum import Enum
from itertools import takewhile
from typing import Final

from attrs import evolve, frozen

from gcsim.pacing.limits import LOW_MUTATOR_UTILIZATION
from gcsim.trace.floor import Floor, Lows, Major
from gcsim.trace.trend import Trend, fit

MIN_COLLECTIONS: Final = 5
"""With fewer there is nothing to say."""

KEPT: Final = 0.25
SURELY_KEPT: Final = 0.1
"""At most this share of a climb was garbage, if its full collection is to prove that it was live."""

LOWS_AFTER_KEPT: Final = 8
LOWS_AFTER_SURELY_KEPT: Final = 4
"""So many points have to climb on from there, the full collection's own included."""

GIVEN_BACK: Final = 0.6
"""At least this share was garbage, if the climb is to be called promotion of what soon dies."""

MAYBE_KEPT: Final = 0.35
"""A climb of which less was certainly garbage may go on as a leak."""

LITTLE_FREED: Final = 0.1
"""A full collection that freed less than a tenth, and with less time for the program than V8's rule asks, found no
room."""

STEADY_LOWS: Final = 12
STEADY_MS: Final = 2_000.0
STEADY_GROWTH: Final = 1.25
STEADY_R_SQUARED: Final = 0.97
STEADY_SHARE: Final = 0.02
"""In MB left behind for each MB allocated: a healthy program that promotes a little climbs by 1 % for very long."""

MINUTE_MS: Final = 60_000.0


class Verdict(Enum):
    """What a log says about its program; the value is how one says it."""

    LEAK = "leak"
    NO_LEAK = "no leak"
    NOT_ENOUGH_DATA = "not enough data"
    NEAR_LIMIT = "near the limit"
    YOUNG_TOO_SMALL = "young generation too small"


class Rule(Enum):
    """What decided; the value is the rule in words."""

    TOO_FEW = "there are too few collections"
    FLAT_LOWS = "what collections leave behind does not grow"
    LIVE_SIZE_RISES = "the live size rises from full collection to full collection"
    RISES_A_FEW_TIMES = "the live size rises, but over few full collections, some of which gave back most"
    LIVE_SIZE_LEVEL = "the live size does not grow"
    CLIMB_KEPT = "what scavenges left behind was live, and it keeps growing"
    CLIMB_GIVEN_BACK = "what scavenges left behind was garbage, which full collections took away"
    LONG_CLIMB = "what scavenges leave behind has grown steadily for a long time"
    NO_FULL_COLLECTION = "the heap grows, but no full collection has shown what of it is live"
    STILL_GROWING = "the heap grows, with too few full collections to tell live from dead"


@frozen(kw_only=True)
class Growth:
    """How the floor grew over some points: MB per minute, and MB per MB allocated, each with its interval.

    `middle_mb` is the mean of the points, through which the fitted line goes. `per_allocated_mb` is None where the log
    has no scavenges, and so does not tell what was allocated.
    """

    of: str
    from_mb: float
    to_mb: float
    middle_mb: float
    middle_ms: float
    first_ms: float
    last_ms: float
    first_line: int
    last_line: int
    points: int
    per_minute: Trend | None
    per_allocated_mb: Trend | None


@frozen(kw_only=True)
class Judgement:
    """A verdict, the rule that gave it, the growth it saw, and the full collections that were heard."""

    verdict: Verdict
    rule: Rule
    growth: Growth | None
    heard: tuple[Major, ...] = ()

    @property
    def hidden_below_mb_per_minute(self) -> float | None:
        """A leak slower than this would not show in this log; None where that cannot be said."""
        per_minute = self.growth.per_minute if self.growth else None
        return max(0.0, per_minute.high) if per_minute and per_minute.points > 2 else None


def judge(floor: Floor, *, died: bool = False) -> Judgement:
    """Whether the process leaks, by the first rule that decides. `died`: of lack of memory."""
    last = ineffective(floor)
    if floor.collections < MIN_COLLECTIONS:
        found = Judgement(verdict=Verdict.NOT_ENOUGH_DATA, rule=Rule.TOO_FEW, growth=None)
    else:
        majors = list(floor.majors)[: len(floor.majors) - len(last)]
        first = _by_live_sizes(floor, majors) if len(majors) >= 3 else _by_flat_lows(floor)
        found = first or _by_climbs(floor) or _undecided(floor)
    if (last or died) and found.verdict is not Verdict.LEAK:
        found = evolve(found, verdict=Verdict.NEAR_LIMIT)
    return found


def ineffective(floor: Floor) -> list[Major]:
    """The full collections at the end that found no room, oldest first."""
    return list(takewhile(is_ineffective, reversed(floor.majors)))[::-1]


def is_ineffective(major: Major) -> bool:
    """Whether it freed less than a tenth and left the program little time; up to Node 8, without mu, in despair."""
    freed_little = major.freed_mb < LITTLE_FREED * major.before_mb
    if major.average_mu is None:
        return freed_little and major.reason == "last resort"
    return freed_little and major.average_mu < LOW_MUTATOR_UTILIZATION


def _by_flat_lows(floor: Floor) -> Judgement | None:
    lows = floor.lows
    later = lows.part(len(lows) // 2, len(lows))
    trend = fit(later.allocated_mb, later.sizes_mb)
    if len(later) < 8 or trend is None:
        return None
    rise_mb = trend.high * (later.allocated_mb[-1] - later.allocated_mb[0])
    if rise_mb > max(0.3, 0.03 * later.sizes_mb[0]):
        return None
    return Judgement(
        verdict=Verdict.NO_LEAK,
        rule=Rule.FLAT_LOWS,
        growth=_growth("In its later half, what collections left", later, has_scavenges=True),
    )


def _by_live_sizes(floor: Floor, majors: list[Major]) -> Judgement | None:
    """What three or more full collections say; of many only the later half is heard, of others the last five."""
    heard = majors[-max(5, (len(majors) + 1) // 2) :]
    points = _live_sizes(heard)
    trend = fit(points.times_ms, points.sizes_mb)
    if trend is None:
        return None
    rise_mb = trend.slope * (points.times_ms[-1] - points.times_ms[0])
    mean_mb = sum(points.sizes_mb) / len(points)
    given_back = _given_back(majors)
    if rise_mb > 0.05 * mean_mb and _is_rise(trend, points, rise_mb):
        if rise_mb <= max(0.5, 0.1 * mean_mb):
            return None
        few = len(heard) < 5 and any(map(gave_back_most, heard))
        verdict = Verdict.NOT_ENOUGH_DATA if few else Verdict.LEAK
        rule = Rule.RISES_A_FEW_TIMES if few else Rule.LIVE_SIZE_RISES
    elif rise_mb <= (0.3 if given_back else 0.1) * mean_mb and (given_back or len(heard) >= 5):
        verdict, rule = Verdict.NO_LEAK, Rule.LIVE_SIZE_LEVEL
    else:
        return None
    growth = _growth("What full collections left", points, has_scavenges=floor.scavenges > 0)
    return Judgement(verdict=verdict, rule=rule, growth=growth, heard=tuple(heard))


def _is_rise(trend: Trend, points: Lows, rise_mb: float) -> bool:
    """Whether live sizes rise surely, on a line, and did so to the end."""
    last_step_mb = points.sizes_mb[-1] - points.sizes_mb[-2]
    return trend.low > 0 and trend.r_squared >= 0.8 and last_step_mb > 0.25 * rise_mb / (len(points) - 1)


def _by_climbs(floor: Floor) -> Judgement | None:
    """What one or two full collections, and the lows since the last one, say."""
    judges = [major for major in floor.majors if can_judge(major)]
    if not judges:
        return None
    since = floor.lows.since(floor.majors[-1].time_ms)
    last = judges[-1]
    if _given_back(floor.majors):
        return _judgement(Verdict.NO_LEAK, Rule.CLIMB_GIVEN_BACK, judges[-2:], _live_sizes(judges[-2:]))
    needed = LOWS_AFTER_SURELY_KEPT if last.garbage_high <= SURELY_KEPT else LOWS_AFTER_KEPT
    if last.garbage_high <= KEPT and len(since) >= needed and _steady_trend(since):
        return _judgement(Verdict.LEAK, Rule.CLIMB_KEPT, [last], since)
    if len(judges) > 1 and all(major.garbage_high <= KEPT for major in judges):
        return _judgement(Verdict.LEAK, Rule.CLIMB_KEPT, judges, floor.lows.since(judges[0].time_ms))
    return _by_long_climb(floor, judges)


def _by_long_climb(floor: Floor, judges: list[Major]) -> Judgement | None:
    """Whether the lows have climbed for long since one of the last full collections, all of which gave back little."""
    for count, start in enumerate(takewhile(_gave_little, reversed(judges)), 1):
        since = floor.lows.since(start.time_ms)
        if _is_long_climb(since):
            return _judgement(Verdict.LEAK, Rule.LONG_CLIMB, judges[-count:], since)
    return None


def _gave_little(major: Major) -> bool:
    return major.garbage_low <= MAYBE_KEPT


def can_judge(major: Major) -> bool:
    """Whether enough had climbed before it to say what share of that was garbage."""
    return major.climb_mb >= max(1.0, 0.2 * major.base_mb)


def gave_back_most(major: Major) -> bool:
    """Whether it found for sure that most of the climb before it was garbage."""
    return can_judge(major) and major.garbage_low >= GIVEN_BACK


def _given_back(majors: Iterable[Major]) -> bool:
    """Whether the last two full collections that can judge found mostly garbage."""
    judges = [major for major in majors if can_judge(major)]
    return len(judges) >= 2 and all(map(gave_back_most, judges[-2:]))


def _steady_trend(lows: Lows) -> Trend | None:
    """The trend of lows that rise for sure, in their last third nearly as fast as on the whole; of others None."""
    trend = fit(lows.allocated_mb, lows.sizes_mb)
    last = lows.part(len(lows) - max(3, len(lows) // 3), len(lows))
    end = fit(last.allocated_mb, last.sizes_mb)
    if trend is None or end is None or trend.low <= 0 or end.slope < 0.4 * trend.slope:
        return None
    return trend


def _is_long_climb(lows: Lows) -> bool:
    if len(lows) < STEADY_LOWS or lows.times_ms[-1] - lows.times_ms[0] < STEADY_MS:
        return False
    trend = _steady_trend(lows)
    if trend is None or trend.slope < STEADY_SHARE or trend.r_squared < STEADY_R_SQUARED:
        return False
    return lows.sizes_mb[-1] > STEADY_GROWTH * lows.sizes_mb[0]


def _undecided(floor: Floor) -> Judgement:
    majors = floor.majors
    since = floor.lows.since(majors[-1].time_ms) if majors else floor.lows
    lows = since if len(since) > 2 else floor.lows
    rule = Rule.STILL_GROWING if majors else Rule.NO_FULL_COLLECTION
    growth = _growth("What collections left", lows, has_scavenges=floor.scavenges > 0)
    return Judgement(verdict=Verdict.NOT_ENOUGH_DATA, rule=rule, growth=growth, heard=tuple(majors))


def _judgement(verdict: Verdict, rule: Rule, heard: list[Major], points: Lows) -> Judgement:
    by_full = rule is Rule.CLIMB_GIVEN_BACK
    of = "What full collections left" if by_full else "From the full collection on, what collections left"
    return Judgement(verdict=verdict, rule=rule, growth=_growth(of, points, has_scavenges=True), heard=tuple(heard))


def _live_sizes(majors: Iterable[Major]) -> Lows:
    points = Lows()
    for major in majors:
        points.add(major.time_ms, major.allocated_mb, major.after_mb, major.line_number)
    return points


def _growth(of: str, points: Lows, *, has_scavenges: bool) -> Growth:
    per_ms = fit(points.times_ms, points.sizes_mb)
    per_mb = fit(points.allocated_mb, points.sizes_mb)
    return Growth(
        of=of,
        from_mb=points.sizes_mb[0],
        to_mb=points.sizes_mb[-1],
        middle_mb=sum(points.sizes_mb) / len(points),
        middle_ms=sum(points.times_ms) / len(points),
        first_ms=points.times_ms[0],
        last_ms=points.times_ms[-1],
        first_line=points.line_numbers[0],
        last_line=points.line_numbers[-1],
        points=len(points),
        per_minute=per_ms.scaled(MINUTE_MS) if per_ms else None,
        per_allocated_mb=per_mb if has_scavenges else None,
    )
