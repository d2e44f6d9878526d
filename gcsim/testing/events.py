"""Checks of events: what must hold in a log of collections, recomputed from the log.

    check_event(log, truth)      each time a collection has ended
    check_death(log, truth)      when the process died of want of memory

A log is everything that a simulation told, in its order. What a log cannot know is the truth: what the heap's own
counters said when a collection began and when it ended, and why the program called for memory. `SimulatedBed` has both.

The formulas are written down here once more, from the essays in `gcsim.pacing`, and never taken from there.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import frozen

from gcsim.config import HeapConfig
from gcsim.errors import InvariantBroken
from gcsim.events import GcEvent, Kind, MarkingEvent, MarkingStarted, MarkingStep, OutOfMemory
from gcsim.heap.verify import Audit
from gcsim.trace.format import DIALECTS, format_line
from gcsim.trace.parse import parse_text
from gcsim.units import MB

NEARLY: Final = 1e-6
ROUNDING: Final = 1e-9
LOW_RATE: Final = 1_000.0
"""Bytes per ms of both generations below which new space may shrink."""
LIMIT_STEPS: Final = (8 * MB, 2 * MB)
FIT, NO_ROOM, ASKED, TURN = "an allocation that fits", "an allocation without room", "the program", "the event loop"

Told: TypeAlias = GcEvent | MarkingEvent


@frozen(kw_only=True)
class Log:
    """What a simulation told so far, oldest first; `node`: in which dialect its lines are printed."""

    config: HeapConfig
    told: Sequence[Told]
    node: int = 14

    @property
    def events(self) -> list[GcEvent]:
        """The collections, oldest first."""
        return [each for each in self.told if isinstance(each, GcEvent)]


@frozen(kw_only=True)
class Truth:
    """What the heap's counters say about the newest collection, and who called for it.

    `cause`: `FIT`, `NO_ROOM`, `ASKED` or `TURN`. `earlier`: how many collections the same call had before.
    `new_before_bytes`, `capacity_before_bytes`: of new space when it came. `death`: the report, if the process has
    died; `may_live`: whether what it wanted can be had all the same.
    """

    cause: str
    earlier: int
    used_before_bytes: int
    used_after_bytes: int
    committed_after_bytes: int
    old_after_bytes: int
    new_before_bytes: int
    capacity_before_bytes: int
    semi_space_bytes: int
    death: OutOfMemory | None = None
    may_live: bool = True


Finder: TypeAlias = Callable[[Log, Truth], Iterator[str]]


@frozen
class EventCheck:
    """One invariant of logs: `find` yields what violates it in the newest event."""

    id: str
    name: str
    sentence: str
    find: Finder

    def __call__(self, log: Log, truth: Truth) -> None:
        """Nothing, if the invariant holds.

        Raises:
            InvariantBroken: it does not.
        """
        for found in self.find(log, truth):
            raise InvariantBroken(f"{self.id} {self.name}: {found}")


EVENT_CHECKS: Final[dict[str, EventCheck]] = {}
"""Every check of a log by its id in the catalogue of invariants."""


def event_check(id_: str, name: str) -> Callable[[Finder], Finder]:
    """Enter the decorated function into `EVENT_CHECKS`; its docstring is the invariant."""

    def register(find: Finder) -> Finder:
        sentence = " ".join((find.__doc__ or "").split("\n\n")[0].split())
        EVENT_CHECKS[id_] = EventCheck(id_, name, sentence, find)
        return find

    return register


def check_event(log: Log, truth: Truth, audit: Audit) -> None:
    """Everything that must hold when a collection has ended, which is the last in the log.

    Raises:
        InvariantBroken: something does not.
    """
    for id_, check in EVENT_CHECKS.items():
        if id_ != "P2" and audit.takes(id_):
            check(log, truth)


def check_death(log: Log, truth: Truth, audit: Audit) -> None:
    """The process had to die.

    Raises:
        InvariantBroken: P2, it had not.
    """
    if audit.takes("P2"):
        EVENT_CHECKS["P2"](log, truth)


# The chain of lines


@event_check("A3", "line chain")
def find_broken_chain(log: Log, truth: Truth) -> Iterator[str]:
    """A collection begins with what the one before left and what was allocated since, and ends with less.

    Only a scavenge may end with more, if to-space has more unused page ends than before. Between two collections no
    memory is given back.
    """
    *before, last = log.events
    if last.allocated_bytes < 0:
        yield f"{last.allocated_bytes} bytes were allocated"
    slack = last.semi_space_bytes if last.kind is Kind.SCAVENGE else 0
    if last.used_after_bytes > last.used_before_bytes + slack:
        yield f"{last.kind.value} {last.number}: {last.used_before_bytes} bytes before, {last.used_after_bytes} after"
    if not before:
        return
    expected = before[-1].used_after_bytes + last.allocated_bytes
    if last.used_before_bytes != expected:
        yield f"{last.used_before_bytes} bytes before, {expected} were left and allocated"
    if last.committed_before_bytes < before[-1].committed_after_bytes:
        yield f"committed {before[-1].committed_after_bytes} bytes became {last.committed_before_bytes} in between"


@event_check("A4", "truth")
def find_lies(log: Log, truth: Truth) -> Iterator[str]:
    """Sizes before and after are the heap's counters when the collection began and when it had ended."""
    last = log.events[-1]
    pairs = {
        "used before": (last.used_before_bytes, truth.used_before_bytes),
        "used after": (last.used_after_bytes, truth.used_after_bytes),
        "committed after": (last.committed_after_bytes, truth.committed_after_bytes),
        "old after": (last.old_after_bytes, truth.old_after_bytes),
        "semispace": (last.semi_space_bytes, truth.semi_space_bytes),
    }
    for what, (told, counted) in pairs.items():
        if told != counted:
            yield f"{last.kind.value} {last.number} tells {told} bytes {what}, the heap had {counted}"


@event_check("A5", "clock")
def find_wrong_times(log: Log, truth: Truth) -> Iterator[str]:
    """Time never goes back; the external part is within the pause; pauses add up, and steps are told if there were."""
    *before, last = log.events
    earlier = before[-1].end_ms if before else 0.0
    if not earlier <= last.start_ms <= last.end_ms:
        yield f"a pause from {last.start_ms} to {last.end_ms} ms, after one that ended at {earlier}"
    if not 0 <= last.external_ms <= last.pause_ms:
        yield f"{last.external_ms} ms of a pause of {last.pause_ms} ms are external"
    total = sum(event.pause_ms for event in log.events)
    if abs(total - last.total_pause_ms) > NEARLY or total > last.end_ms + NEARLY:
        yield f"pauses of {total} ms are told as {last.total_pause_ms}, at {last.end_ms} ms"
    steps = steps_of(log)
    told = None if last.incremental is None else last.incremental.steps
    if told != steps:
        yield f"the line tells {told} steps of marking, there were {steps}"


def steps_of(log: Log) -> int | None:
    """How many steps the marking had that was under way when the last collection began; None without one."""
    steps: int | None = None
    for each in log.told[:-1]:
        if isinstance(each, MarkingStarted):
            steps = 0
        elif isinstance(each, MarkingStep) and steps is not None:
            steps += 1
        elif isinstance(each, GcEvent) and each.kind is Kind.MARK_SWEEP:
            steps = None
    return steps


@event_check("A6", "mu")
def find_wrong_mu(log: Log, truth: Truth) -> Iterator[str]:
    """Both mu are what follows from the full collections so far, so a scavenge leaves them alone; 0 to 1."""
    last = log.events[-1]
    for name, told, expected in zip(
        ("average", "current"), (last.average_mu, last.current_mu), mu_of(log), strict=True
    ):
        if not 0 <= told <= 1 or abs(told - expected) > NEARLY:
            yield f"{name} mu of {last.kind.value} {last.number} is {told}, not {expected}"


def mu_of(log: Log) -> tuple[float, float]:
    """The average and the current mu after the full collections of the log."""
    full = [event for event in log.events if event.kind is Kind.MARK_SWEEP]
    average = current = 1.0
    collecting = running = 0.0
    for before, event in pairwise(full):
        gc_ms = event.pause_ms + (event.incremental.duration_ms if event.incremental else 0.0)
        whole_ms = event.end_ms - before.end_ms
        first = not collecting and not running
        collecting = gc_ms if first else (collecting + gc_ms) / 2
        run_ms = max(0.0, whole_ms - gc_ms)
        running = run_ms if first else (running + run_ms) / 2
        current = run_ms / whole_ms if whole_ms else 0.0
        average = running / (running + collecting)
    return average, current


@event_check("A7", "round trip")
def find_unreadable(log: Log, truth: Truth) -> Iterator[str]:
    """The line of an event can be read back and says what the event says, up to its rounding."""
    last = log.events[-1]
    text = format_line(last, node=log.node)
    lines = parse_text(text)
    if [line.text for line in lines] != [text]:
        yield f"nobody can read {text!r}"
        return
    line = lines[0]
    half_ms = 0.5 * 10 ** -DIALECTS[log.node].pause_decimals + ROUNDING
    numbers = (
        ("end", line.time_ms, last.end_ms, 0.5 + ROUNDING),
        ("used before", line.used_before_mb, last.used_before_bytes / MB, 0.05 + ROUNDING),
        ("used after", line.used_after_mb, last.used_after_bytes / MB, 0.05 + ROUNDING),
        ("committed before", line.total_before_mb, last.committed_before_bytes / MB, 0.05 + ROUNDING),
        ("committed after", line.total_after_mb, last.committed_after_bytes / MB, 0.05 + ROUNDING),
        ("pause", line.pause_ms, last.pause_ms, half_ms),
        ("external part", line.external_ms, last.external_ms, half_ms),
        ("average mu", line.average_mu, last.average_mu, 0.0005 + ROUNDING),
        ("current mu", line.current_mu, last.current_mu, 0.0005 + ROUNDING),
    )
    for what, read, told, half in numbers:
        if read is None or abs(read - told) > half:
            yield f"{what} is {told} and reads {read}: {text!r}"
    reason = DIALECTS[log.node].task_reason if last.reason == "task" else last.reason
    if (line.kind, line.reason, line.collector_reason) != (last.kind, reason, last.collector_reason):
        yield f"a {last.kind.value} for {last.reason!r} reads {text!r}"
    steps = None if last.kind is Kind.SCAVENGE or last.incremental is None else last.incremental.steps
    if steps != (line.incremental and line.incremental.steps):
        yield f"{steps} steps are told wrongly: {text!r}"


# Policy


@event_check("P1", "trigger")
def find_needless_collection(log: Log, truth: Truth) -> Iterator[str]:
    """A collection has a documented reason that is true: no allocation that fits, and no idle loop, calls for one."""
    *before, last = log.events
    marking = last.incremental is not None
    trigger = log.config.minor_gc_task_trigger * truth.capacity_before_bytes // 100
    resort = bool(truth.earlier) and before[-1].reason in ("allocation failure", "last resort")
    true_reasons = {
        "testing": truth.cause == ASKED,
        "allocation failure": truth.cause == NO_ROOM,
        "last resort": truth.cause == NO_ROOM and resort,
        "task": truth.cause == TURN and truth.new_before_bytes >= trigger,
        "finalize incremental marking via task": truth.cause == TURN and marking,
        "finalize incremental marking via stack guard": truth.cause in (FIT, NO_ROOM) and marking,
    }
    if not true_reasons.get(last.reason, False):
        yield f"{last.kind.value} {last.number} for {last.reason!r}, which is not so: {truth.cause} called"


@event_check("P2", "OOM last")
def find_needless_death(log: Log, truth: Truth) -> Iterator[str]:
    """A process dies only when full collections did not help, or four in a row were ineffective, or it is too large."""
    events, death = log.events, truth.death
    if death is None:
        return
    if death.location == "CALL_AND_RETRY_LAST":
        tail = events[len(events) - truth.earlier :] if truth.earlier else []
        tries = [event for event in tail if event.kind is Kind.MARK_SWEEP and event.reason == "last resort"]
        if len(tries) < 2 or tries[-1] is not events[-1]:
            yield f"{death.location} after {len(tries)} last resorts"
        if truth.may_live:
            yield f"{death.location}, and there is room"
    elif death.location == "Reached heap limit":
        if truth.may_live:
            yield f"{death.location}, and the heap is within its limits"
    else:
        full = [event for event in events if event.kind is Kind.MARK_SWEEP][-4:]
        high = 0.8 * log.config.max_old_bytes
        if len(full) < 4 or any(event.old_after_bytes < high or event.average_mu >= 0.4 for event in full):
            yield f"{death.location}, and the last four full collections were not ineffective"


@event_check("P7", "limits")
def find_wrong_limits(log: Log, truth: Truth) -> Iterator[str]:
    """The sizes of semispaces and the limit of the old generation follow from the log by the documented formulas."""
    yield from wrong_semi_space(log)
    yield from wrong_limit(log)


def wrong_semi_space(log: Log) -> Iterator[str]:
    """A semispace grows when more survived since it last grew than it has, and shrinks to twice its content."""
    config, capacity, survived = log.config, log.config.initial_semi_space_bytes, 0
    for number, event in enumerate(log.events):
        due = capacity < config.max_semi_space_bytes and survived > capacity and not event.reduce_memory
        grown = min(config.max_semi_space_bytes, capacity * config.semi_space_growth_factor)
        used = next(space.used_bytes for space in event.spaces if space.name == "new")
        pages = -(-2 * used // config.page_size) * config.page_size
        shrunk = min(capacity, max(config.initial_semi_space_bytes, pages))
        allowed = {grown} if due else {capacity, shrunk} if event.reduce_memory else {capacity}
        if not config.predictable and event.young_allocation_bytes_per_ms < LOW_RATE:
            allowed |= {capacity, shrunk}
        if number == len(log.events) - 1 and event.semi_space_bytes not in allowed:
            yield f"the semispace of {capacity} bytes has {event.semi_space_bytes}, not one of {sorted(allowed)}"
        survived = (0 if due else survived) + event.promoted_bytes + event.copied_bytes
        capacity = event.semi_space_bytes


def wrong_limit(log: Log) -> Iterator[str]:
    """A full collection sets the limit by the growing factor; a scavenge never raises it."""
    *before, last = log.events
    config = log.config
    if last.kind is Kind.SCAVENGE:
        start = int(config.initial_old_space_size * MB) or 512 * MB
        earlier = before[-1].old_limit_bytes if before else min(start, config.max_old_bytes // 2)
        if last.old_limit_bytes > earlier:
            yield f"a scavenge raised the limit from {earlier} to {last.old_limit_bytes} bytes"
        return
    growth = last.limit_growth
    if growth is None:
        yield f"{last.kind.value} {last.number} tells nothing of the limit"
        return
    computed = factor_of(growth.gc_bytes_per_ms, growth.mutator_bytes_per_ms, config.max_old_bytes)
    allowed = {1.1} if last.reduce_memory else {computed, min(computed, 1.3)}
    if config.heap_growing_percent:
        allowed = {1 + config.heap_growing_percent / 100}
    if all(abs(growth.factor - factor) > NEARLY for factor in allowed):
        yield f"the growing factor is {growth.factor}, not one of {sorted(allowed)}"
    old = last.old_after_bytes
    room = last.semi_space_bytes // config.page_size * config.page_area_bytes
    ceiling = (old + config.max_old_bytes) // 2
    limits = {min(max(int(old * growth.factor), old + step) + room, ceiling) for step in LIMIT_STEPS}
    if last.old_limit_bytes not in limits:
        yield f"the limit is {last.old_limit_bytes} bytes, not one of {sorted(limits)}"


def factor_of(gc_speed: float, mutator_speed: float, most_bytes: int) -> float:
    """The growing factor that leaves 97 % of the time to the program, from 1.1 to the largest of such a heap."""
    scale = (min(max(most_bytes, 256 * MB), 2048 * MB) - 256 * MB) / (1792 * MB)
    largest = 4.0 if most_bytes >= 2048 * MB else 1.3 + 0.7 * scale
    if not gc_speed or not mutator_speed:
        return largest
    gain = 0.03 * gc_speed / mutator_speed
    return min(largest, max(1.1, gain / (gain - 0.97))) if gain > 0.97 else largest
