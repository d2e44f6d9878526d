"""Bar: the transport. Buttons, the way through the recording with a mark for each collection, speed, help."""

from typing import Final

from gcsim.view.figure import Rect
from gcsim.view.look import Moment
from gcsim.view.palette import INK, Paint
from gcsim.view.panes.chart import TICK_PX
from gcsim.view.panes.parts import ground
from gcsim.view.pen import Pen

BUTTONS: Final = (
    ("home", "|<"),
    ("p", "<<"),
    ("left", "<"),
    ("space", ">"),
    ("right", ">"),
    ("n", ">>"),
    ("end", ">|"),
)
"""The key that each stands for (`keys.py`), and its sign."""
LEAST_TRACK: Final = 160
"""The speed is not told where the track would be shorter than this, at base size."""


def draw_bar(pen: Pen, rect: Rect, moment: Moment) -> None:
    """The pane."""
    room = ground(pen, rect)
    side = room.h
    x = room.x
    for action, sign in BUTTONS:
        w = side * (1.5 if action == "space" else 1.15)
        draw_button(pen, Rect(x, room.y, w, side), action, sign, moment)
        x += w + 5
    help_w = pen.width("? help") + 14 * pen.unit
    help_rect = Rect(room.right - help_w, room.y, help_w, side)
    pen.box(help_rect, pen.flat(pen.theme.panel, pen.theme.edge), "button", radius=5, action="h")
    pen.text(help_rect, "? help", "help", align="center")
    tail = speed_text(moment)
    tail_w = pen.width(tail) + 10 * pen.unit
    if help_rect.x - x - tail_w < LEAST_TRACK * pen.unit:
        tail, tail_w = "", 0.0
    pen.text(Rect(help_rect.x - tail_w - 8, room.y, tail_w, side), tail, "speed", align="right")
    track = Rect(x + 14, room.y, help_rect.x - tail_w - x - 34, side)
    draw_track(pen, track, moment)


def speed_text(moment: Moment) -> str:
    """How fast it plays, and what that speed is of."""
    look = moment.look
    flags = " follow" if look.follow else ""
    flags += " questions" if look.asking else ""
    return f"speed {look.speed} ({look.pace}){flags}"


def draw_button(pen: Pen, rect: Rect, action: str, sign: str, moment: Moment) -> None:
    """A button with its sign, which is drawn and not written."""
    pen.box(rect, pen.flat(pen.theme.panel, pen.theme.edge, 1), "button", radius=5, action=action)
    x, y = rect.center
    half = rect.h * 0.24
    if action == "space":
        draw_play_sign(pen, x, y, half * 1.25, playing=moment.look.playing)
        return
    w = half * 1.3
    x -= w * len(sign) / 2
    for char in sign:
        if char == "|":
            pen.patch(
                [(x + w * 0.3, y - half), (x + w * 0.6, y - half), (x + w * 0.6, y + half), (x + w * 0.3, y + half)],
                pen.ink,
                "sign",
            )
        else:
            tip, back = (x + w, x) if char == ">" else (x, x + w)
            pen.patch([(tip, y), (back, y - half), (back, y + half)], pen.ink, "sign")
        x += w


def draw_play_sign(pen: Pen, x: float, y: float, half: float, *, playing: bool) -> None:
    """Two bars while it plays, else a triangle."""
    if not playing:
        pen.patch([(x + half, y), (x - half * 0.7, y - half), (x - half * 0.7, y + half)], pen.ink, "sign")
        return
    for left in (x - half * 0.8, x + half * 0.2):
        right = left + half * 0.6
        pen.patch([(left, y - half), (right, y - half), (right, y + half), (left, y + half)], pen.ink, "sign")


def draw_track(pen: Pen, track: Rect, moment: Moment) -> None:
    """The way, its marks, and the knob where we are."""
    last = max(1, len(moment.recording) - 1)
    y = track.center[1]
    x = track.x + track.w * moment.index / last
    pen.stroke([(track.x, y), (track.right, y)], pen.faint, "track", width=4)
    pen.stroke([(track.x, y), (x, y)], pen.ink, "track", width=5)
    for tick in moment.backdrop.chart.thinned(int(track.w / TICK_PX)):
        spot = track.x + track.w * tick.index / last
        half = track.h * (0.36 if tick.is_major else 0.22)
        pen.stroke([(spot, y - half), (spot, y + half)], pen.ink, "gc mark", width=3.5 if tick.is_major else 2)
    for index in moment.look.bookmarks:
        spot = track.x + track.w * index / last
        pen.patch([(spot, y - 4), (spot - 6, track.y), (spot + 6, track.y)], pen.ink, "bookmark")
    radius = track.h * 0.3
    knob = Rect(x - radius, y - radius, 2 * radius, 2 * radius)
    pen.box(knob, Paint(pen.theme.halo, "", "solid", 3, INK), "knob", radius=radius)
    pen.box(track.inset(-8, 0), Paint("", "", "none"), "track", action="seek")
