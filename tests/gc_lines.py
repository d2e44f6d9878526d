"""Lines of logs that never were: programs whose live size is known, told by the lines that they would print."""

from gcsim.events import Kind
from gcsim.trace.line import GcLine, MarkingSteps


def scavenge(time_ms, before_mb, after_mb, **others):
    """One scavenge's line."""
    return gc_line(Kind.SCAVENGE, time_ms, before_mb, after_mb, **others)


def full(time_ms, before_mb, after_mb, *, walltime_ms=None, **others):
    """A full collection's line, with steps if it has a walltime."""
    steps = MarkingSteps(steps=9, duration_ms=4.0, longest_step_ms=1.0, walltime_ms=walltime_ms)
    others.setdefault("incremental", None if walltime_ms is None else steps)
    return gc_line(Kind.MARK_SWEEP, time_ms, before_mb, after_mb, **others)


def gc_line(kind, time_ms, before_mb, after_mb, **others):
    """A line with what these tests do not care about filled in."""
    fields = {
        "line_number": int(time_ms), "text": "", "pid": 7, "isolate": "0x7", "time_ms": float(time_ms), "kind": kind,
        "name": kind.value, "reduce_memory": False, "during_sweeping": False, "used_before_mb": before_mb,
        "total_before_mb": before_mb + 1, "used_after_mb": after_mb, "total_after_mb": before_mb + 1, "pooled_mb": None,
        "pause_ms": 1.0, "external_ms": 0.0, "incremental": None, "average_mu": 1.0, "current_mu": 1.0,
        "reason": "task", "collector_reason": "", "nvp": None, "is_cut": False,
    }  # fmt: skip
    return GcLine(**(fields | others))


def saw(lows_mb, *, young_mb=5.0, start_ms=100, every_ms=100, **others):
    """Scavenges that leave these sizes."""
    return [
        scavenge(start_ms + index * every_ms, low_mb + young_mb, low_mb, **others)
        for index, low_mb in enumerate(lows_mb)
    ]
