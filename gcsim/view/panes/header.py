"""Header: what is played, where we are, and who is at work."""

from attrs import evolve

from gcsim.trace.wording import counted
from gcsim.view.figure import Rect
from gcsim.view.frame import Step
from gcsim.view.look import Moment
from gcsim.view.palette import Paint, State
from gcsim.view.panes.parts import ground
from gcsim.view.pen import Pen


def draw_header(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    room = ground(pen, rect)
    if room.h >= 2 * pen.line:  # beside another run there is little room
        draw_title(pen, room.top_part(pen.line), moment)
        room = room.below(pen.line + 2)
        draw_facts(pen, room, moment, align="left")
        return
    left = draw_facts(pen, room, moment, align="right")
    draw_title(pen, left, moment)


def draw_title(pen: Pen, room: Rect, moment: Moment) -> None:
    """The program's name and the scene's."""
    used = pen.text(room, "gcsim", "title", face="bold", size=18)
    title = moment.recording.title or moment.recording.name
    pen.text(room.beside(used + 12 * pen.unit), title, "scene", color=pen.faint)


def draw_facts(pen: Pen, room: Rect, moment: Moment, *, align: str) -> Rect:
    """Where we are, and on the right who is at work; returns the room that is left."""
    frame = moment.frame
    badge_text, paint = badge(pen, moment)
    badge_w = pen.width(badge_text, face="bold") + 24 * pen.unit
    spot = Rect(room.right - badge_w, room.y, badge_w, room.h)
    pen.box(spot, evolve(paint, border="solid", border_px=2), "badge", radius=spot.h / 2)
    pen.text(spot.inset(8, 0), badge_text, "badge", face="bold", color=paint.text, align="center")
    facts = f"event {moment.index} of {len(moment.recording) - 1}    t = {time(frame.time_ms)}    {collections(moment)}"
    facts_w = min(pen.width(facts) + 4, spot.x - room.x - 24 * pen.unit)
    facts_room = Rect(spot.x - facts_w - 16 * pen.unit, room.y, facts_w, room.h)
    if align == "left":
        facts_room = facts_room.moved(room.x - facts_room.x, 0)
    pen.text(facts_room, facts, "facts", align=align)
    return room.left_part(max(0.0, facts_room.x - room.x - 16 * pen.unit))


def badge(pen: Pen, moment: Moment) -> tuple[str, Paint]:
    """Who is at work: the program or a collector."""
    frame = moment.frame
    if frame.step is Step.OUT_OF_MEMORY:
        return "OUT OF MEMORY", pen.paint(State.ERROR)
    if frame.stopped:
        phase = f": {frame.phase}" if frame.phase else ""
        return f"{(frame.collector or 'collection').upper()}{phase}", pen.paint(State.BLACK)
    if frame.marking:
        return "PROGRAM, MARKING IN STEPS", pen.paint(State.GREY)
    return "PROGRAM RUNS", pen.paint(State.WHITE)


def time(time_ms: float) -> str:
    """A simulated time as a person says it."""
    return (
        f"{time_ms:.2f} ms" if time_ms < 10 else f"{time_ms:.0f} ms" if time_ms < 10_000 else f"{time_ms / 1000:.1f} s"
    )


def collections(moment: Moment) -> str:
    """Which collection runs, or how many there were."""
    number = moment.frame.gc_number
    return f"GC #{number + 1}" if moment.frame.stopped else counted(number, "collection")
