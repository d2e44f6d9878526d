"""Last collection: the figures of the collection that a map of pages shows the end of."""

from gcsim.events import GcEvent
from gcsim.events import Kind as GcKind
from gcsim.view.figure import Rect
from gcsim.view.frame import Frame
from gcsim.view.look import Moment
from gcsim.view.panes.parts import heading
from gcsim.view.pen import Pen
from gcsim.view.words import size


def draw_last_gc(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    number = moment.frame.gc_number
    events = moment.recording.events[:number]
    room = heading(pen, rect, f"COLLECTION #{number}" if events else "NO COLLECTION YET")
    if events:
        table = facts(events[-1], moment.frame)
        h = min(room.h / len(table), 1.7 * pen.line)
        shown = table[: int(room.h // pen.line)]
        for index, (name, value) in enumerate(shown):
            row = Rect(room.x, room.y + index * max(h, pen.line), room.w, max(h, pen.line))
            pen.text(row.left_part(row.w * 0.44), name, "name", color=pen.faint)
            pen.text(row.beside(row.w * 0.45), value, "value", face="bold")


def facts(event: GcEvent, frame: Frame) -> list[tuple[str, str]]:
    """What there is to say of a collection, the most important first."""
    freed = event.freed_bytes / event.used_before_bytes if event.used_before_bytes else 0.0
    rows = [
        ("kind", event.kind.value),
        ("why", event.reason),
        ("used before", size(event.used_before_bytes)),
        ("used after", size(event.used_after_bytes)),
        ("freed", f"{freed:.0%}" if freed >= 0 else "nothing: promoted more"),
        ("pause", f"{event.pause_ms:.1f} ms"),
    ]
    if event.kind is GcKind.SCAVENGE:
        rows += [("promoted", size(event.promoted_bytes)), ("copied", size(event.copied_bytes))]
    else:
        rows += [("average mu", f"{event.average_mu:.3f}"), ("pages given back", str(event.released_pages))]
    return [*rows, ("old space limit", size(frame.limit_bytes)), ("objects ever made", f"{frame.object_count:,}")]
