"""Marking: what node prints with `--trace-incremental-marking`.

    [IncrementalMarking] Start (allocation limit): (size/limit/slack) v8: 14MB / 14MB / 0MB global: ...
    [IncrementalMarking] Start marking
    [IncrementalMarking] Black allocation started
    [IncrementalMarking] Running                                   marking can step from here on
    [IncrementalMarking] Scheduled 64KB to mark based on allocation (progress=64KB, allocation=0KB)
    [IncrementalMarking] Marking speed 131072KB/ms                 bytes per ms, whatever the unit says
    [IncrementalMarking] Marker is 64KB behind schedule            or ahead of it
    [IncrementalMarking] Step in v8 V8: 64KB (64KB), ...           marked, and in parentheses what it was to mark
    [IncrementalMarking] Scavenge during marking.
    [IncrementalMarking] Black allocation paused                   as long as the scavenge lasts
    [IncrementalMarking] Stopping: old generation 17MB, limit 14MB, overshoot 3MB
    [IncrementalMarking] Black allocation finished                 the line of the collection comes next

A step on allocation always adds to the schedule; a step in a task ("Step in task") does so every 10 ms, "based on time
delta". KB and MB are rounded down before they are subtracted from each other. Each line begins with process, isolate
and time, as a trace line does.

Source: V8 11.3 src/heap/incremental-marking.cc; every line as Node 20 prints it (measured).
Left out: what helper threads have marked; whether the end of marking waits for a task ("Delaying GC via stack guard",
"Not delaying marking completion"); the embedder's part of a step, which is 0.
"""

from gcsim.events import GcEvent, Kind, MarkingEvent, MarkingStarted, MarkingStep, MarkingStopped
from gcsim.trace.format import stamp
from gcsim.units import KB, MB

Timed = tuple[float, str]
"""When something happened, ms, and what a line says of it."""


def marking_lines(event: MarkingEvent | GcEvent, *, pid: int = 13973, isolate: int = 0x110008000) -> list[str]:
    """The lines for what has just happened, without newlines.

    Of a collection only a scavenge has any, while marking is under way; they come before its own line.
    """
    match event:
        case MarkingStarted():
            texts = _start(event)
        case MarkingStep():
            texts = _step(event)
        case MarkingStopped():
            texts = _stop(event)
        case GcEvent():
            texts = _scavenge(event)
    return [f"{stamp(time_ms, pid, isolate)}[IncrementalMarking] {text}" for time_ms, text in texts]


def _start(event: MarkingStarted) -> list[Timed]:
    sizes = (
        f"{name}: {event.old_bytes // MB}MB / {limit_bytes // MB}MB / "
        f"{max(0, limit_bytes // MB - event.old_bytes // MB)}MB"
        for name, limit_bytes in (("v8", event.old_limit_bytes), ("global", event.global_limit_bytes))
    )
    start = f"Start ({event.reason}): (size/limit/slack) {' '.join(sizes)}"
    return [(event.time_ms, text) for text in (start, "Start marking", "Black allocation started", "Running")]


def _step(event: MarkingStep) -> list[Timed]:
    begin_ms = event.time_ms - event.duration_ms
    scheduled, speed = f"Scheduled {event.scheduled_bytes // KB}KB to mark based on", event.marking_bytes_per_ms
    progress_kb, allocated_kb = (event.scheduled_bytes - event.allocated_bytes) // KB, event.allocated_bytes // KB
    if not event.in_task:
        texts = [f"{scheduled} allocation (progress={progress_kb}KB, allocation={allocated_kb}KB)"]
    else:
        texts = [f"{scheduled} time delta {event.elapsed_ms:.1f}ms"] if event.elapsed_ms else []
    where = "behind" if event.behind_bytes > 0 else "ahead of"
    texts += [f"Marking speed {speed:.0f}KB/ms", f"Marker is {abs(event.behind_bytes) // KB}KB {where} schedule"]
    done = (
        f"Step in {'task' if event.in_task else 'v8'} V8: {event.marked_bytes // KB}KB ({event.step_bytes // KB}KB), "
        f"embedder: 0.000000ms (0.000000ms) in {event.duration_ms:.1f}"
    )
    return [*((begin_ms, text) for text in texts), (event.time_ms, done)]


def _stop(event: MarkingStopped) -> list[Timed]:
    old_mb, limit_mb = event.old_bytes // MB, event.old_limit_bytes // MB
    overshoot_mb = max(0, old_mb - limit_mb)
    stop = f"Stopping: old generation {old_mb}MB, limit {limit_mb}MB, overshoot {overshoot_mb}MB"
    return [(event.time_ms, text) for text in (stop, "Black allocation finished")]


def _scavenge(event: GcEvent) -> list[Timed]:
    if event.kind is not Kind.SCAVENGE or event.incremental is None:
        return []
    pause = [(event.start_ms, text) for text in ("Scavenge during marking.", "Black allocation paused")]
    return [*pause, (event.end_ms, "Black allocation started")]
