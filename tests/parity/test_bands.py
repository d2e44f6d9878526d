"""The bands themselves: a run that says what node said is within all of them, and each can be missed.

The runs here are made of a recording's own lines, so no program is simulated.
"""

import pytest
from attrs import evolve

from gcsim.events import GcEvent, Kind
from gcsim.units import MB
from parity.bands import EVENT_LOOP, SERVER, SYNCHRONOUS, pairs, style_of
from parity.exact import exact
from parity.pauses import fit_pauses, least_of_all_runs
from parity.recordings import SCAVENGE, load, names
from parity.simulated import Run

PROGRAMS = [*names("A"), *names("B")]
SYNCHRONOUS_PROGRAM, EVENT_LOOP_PROGRAM, SERVER_PROGRAM = "p02_retain10", "p07_setleak", "leak_n20000"


def echo(program):
    """A run whose events say what was recorded: sizes from the trace lines, bytes from the nvp lines."""
    recording = load(program)
    events, after_bytes = [], 0
    for number, (line, nvp) in enumerate(zip(recording.events, recording.nvp_events, strict=True)):
        reason, _, why = line.reason.partition("; ")
        events.append(
            GcEvent(
                number=number,
                kind=Kind.SCAVENGE if line.kind == SCAVENGE else Kind.MARK_SWEEP,
                reason=reason,
                collector_reason=why,
                start_ms=line.t_ms - line.pause_ms,
                end_ms=line.t_ms,
                used_before_bytes=round(line.used_before_mb * MB),
                used_after_bytes=round(line.used_after_mb * MB),
                committed_before_bytes=round(line.total_before_mb * MB),
                committed_after_bytes=round(line.total_after_mb * MB),
                allocated_bytes=nvp.total_size_before - after_bytes,
                promoted_bytes=nvp.promoted,
                copied_bytes=nvp.new_space_survived,
            )
        )
        after_bytes = nvp.total_size_after
    starts = tuple(start.after_event for start in recording.marking_starts)
    return Run(program=program, events=tuple(events), marking_starts=starts, wall_s=0.0)


def changed(run, index, **changes):
    """The run with one event changed: each field becomes what the function makes of it."""
    events = list(run.events)
    event = events[index]
    events[index] = evolve(event, **{name: change(getattr(event, name)) for name, change in changes.items()})
    return evolve(run, events=tuple(events))


def without(run, kind, count):
    """The run without its last `count` events of a kind."""
    numbers = [event.number for event in run.events if event.kind is kind][-count:]
    return evolve(run, events=tuple(event for event in run.events if event.number not in numbers))


def missed(program, run):
    """The names of the bands that the run misses."""
    rows = style_of(program).rows(load(program), run)
    return [name for name, row in rows.items() if row.ok is False]


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_node_did_is_within_every_band(program):
    """Otherwise no run could be."""
    assert missed(program, echo(program)) == []


def test_every_style_has_a_program_here():
    """So the tests below speak for all of them."""
    styles = [style_of(program) for program in (SYNCHRONOUS_PROGRAM, EVENT_LOOP_PROGRAM, SERVER_PROGRAM)]
    assert styles == [SYNCHRONOUS, EVENT_LOOP, SERVER]


@pytest.mark.parametrize(
    ("band", "change"),
    [
        ("order", {"reason": lambda _: "testing"}),
        ("used", {"used_before_bytes": lambda size: size + size // 50}),
        ("used", {"used_after_bytes": lambda size: size - size // 50}),
        ("total", {"committed_before_bytes": lambda size: size + size // 20}),
        ("total", {"committed_after_bytes": lambda size: size - size // 20}),
        ("promoted", {"promoted_bytes": lambda size: size + MB}),
        ("copied", {"copied_bytes": lambda size: size - MB}),
    ],
)
def test_one_event_of_a_synchronous_program_can_miss_a_band(band, change):
    """Its last event is the largest; only the band of the changed number is missed."""
    assert missed(SYNCHRONOUS_PROGRAM, changed(echo(SYNCHRONOUS_PROGRAM), -1, **change)) == [band]


@pytest.mark.parametrize(
    ("band", "field", "allowed_mb"), [("used", "used_before_bytes", 0.1), ("total", "committed_after_bytes", 0.3)]
)
def test_a_small_heap_has_the_absolute_band(band, field, allowed_mb):
    """At 4 MB 1 % and 3 % are less; the next decimal is too much."""
    run = echo("p01_garbage")
    for off_mb, bands in ((allowed_mb, []), (allowed_mb + 0.1, [band])):
        assert missed("p01_garbage", changed(run, 3, **{field: lambda size, by=off_mb: size + round(by * MB)})) == bands


def test_marking_that_begins_elsewhere_misses_its_band():
    """One event later, never, or twice."""
    run = echo(SYNCHRONOUS_PROGRAM)
    (start,) = run.marking_starts
    for starts in ((start + 1,), (), (start, start)):
        assert missed(SYNCHRONOUS_PROGRAM, evolve(run, marking_starts=starts)) == ["marking start"]


def test_a_missing_collection_misses_order_and_sizes():
    """The recorded event is left without a partner."""
    run = without(echo(SYNCHRONOUS_PROGRAM), Kind.MARK_SWEEP, 1)
    assert missed(SYNCHRONOUS_PROGRAM, run)[:3] == ["order", "used", "total"]
    (lonely,) = [pair for pair in pairs(load(SYNCHRONOUS_PROGRAM), run) if pair.simulated is None]
    assert lonely.recorded is not None
    assert lonely.recorded.kind == "Mark-Compact"


@pytest.mark.parametrize(
    ("program", "band", "kind", "margin"),
    [
        (EVENT_LOOP_PROGRAM, "scavenges", Kind.SCAVENGE, 1),
        (EVENT_LOOP_PROGRAM, "mark-compacts", Kind.MARK_SWEEP, 1),
        (SERVER_PROGRAM, "scavenges", Kind.SCAVENGE, 2),
        (SERVER_PROGRAM, "mark-compacts", Kind.MARK_SWEEP, 0),
    ],
)
def test_the_number_of_collections_may_differ_by_its_margin(program, band, kind, margin):
    """And not by one more. Where there are too few to leave out, there are too many."""
    run = echo(program)
    extra = [event for event in run.events if event.kind is kind][-1:] * (margin + 1)
    assert band not in missed(program, evolve(run, events=run.events + tuple(extra[:margin])))
    assert band in missed(program, evolve(run, events=run.events + tuple(extra)))


@pytest.mark.parametrize(
    ("program", "band", "field"),
    [
        (EVENT_LOOP_PROGRAM, "promoted", "promoted_bytes"),
        (EVENT_LOOP_PROGRAM, "copied", "copied_bytes"),
        (SERVER_PROGRAM, "promoted", "promoted_bytes"),
        (SERVER_PROGRAM, "peak used", "used_before_bytes"),
    ],
)
def test_bytes_of_a_looser_style_can_miss_their_band(program, band, field):
    """With 5 MB more in the last event."""
    assert missed(program, changed(echo(program), -1, **{field: lambda size: size + 5 * MB})) == [band]


def test_survival_is_counted_as_it_was_recorded():
    """From the same bytes comes the same share."""
    row = SYNCHRONOUS.shown["survival"](load(SYNCHRONOUS_PROGRAM), echo(SYNCHRONOUS_PROGRAM))
    assert row.simulated == row.recorded == "17.03 %"


def test_bytes_are_exact_or_not():
    """One byte more in one scavenge is one scavenge less in the table."""
    recording, run = load("p09_large"), echo("p09_large")
    whole = exact(recording, run)
    assert (whole.promoted, whole.copied, whole.grown) == (whole.scavenges,) * 3
    other = exact(recording, changed(run, 5, promoted_bytes=lambda size: size + 1))
    assert (other.promoted, other.copied, other.grown) == (whole.scavenges - 1, whole.scavenges, whole.scavenges)


def test_pauses_fit_up_to_a_factor_and_not_in_reverse():
    """Twice as long explains everything; the longest where the shortest were explains nothing."""
    recording, run = load("p05_fifo"), echo("p05_fifo")
    doubled = tuple(evolve(event, start_ms=event.end_ms - 2 * event.pause_ms) for event in run.events)
    fit = fit_pauses([(recording, evolve(run, events=doubled))])
    assert fit.factor == pytest.approx(0.5)
    assert fit.r2 == pytest.approx(1.0)
    pauses = sorted(event.pause_ms for event in run.scavenges)
    ranks = dict(zip(pauses, reversed(pauses), strict=True))
    events = tuple(evolve(event, start_ms=event.end_ms - ranks[event.pause_ms]) for event in run.scavenges)
    assert not fit_pauses([(recording, evolve(run, events=events))]).ok


def test_the_least_pause_of_all_runs_can_be_fitted_instead():
    """Node's own pauses of one run explain those of themselves, and not all of the least ones."""
    recording, run = load("p05_fifo"), echo("p05_fifo")
    assert fit_pauses([(recording, run)]).r2 == pytest.approx(1.0)
    assert fit_pauses([(recording, run)], least_of_all_runs).factor < 1
