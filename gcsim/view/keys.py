"""Keys: what a key does to a player, the same in a window and in a terminal.

A key has a name: what it types (`n`, `0`), with `shift+` before it, or `space`, `left`, `right`, `up`, `down`, `home`,
`end`. Letters are the character typed, not a place on the keyboard.
"""

from collections.abc import Callable
from typing import Final

from attrs import frozen

from gcsim.view.player import Player


@frozen
class Action:
    """What a key does, and in words for the help."""

    do: Callable[[Player], None]
    help: str


ACTIONS: Final[dict[str, Action]] = {
    "space": Action(Player.toggle, "play or pause"),
    "right": Action(Player.step, "one event forward"),
    "left": Action(lambda player: player.step(-1), "one event back"),
    "shift+right": Action(Player.next_phase, "next phase"),
    "shift+left": Action(Player.previous_phase, "phase before"),
    "home": Action(Player.home, "first event"),
    "end": Action(Player.end, "last event"),
    "n": Action(Player.next_gc, "next collection"),
    "p": Action(Player.previous_gc, "collection before"),
    "m": Action(Player.next_major, "next mark-sweep"),
    "l": Action(Player.next_line, "next line of the log"),
    "shift+l": Action(Player.previous_line, "line before"),
    "up": Action(Player.faster, "twice the speed"),
    "down": Action(Player.slower, "half the speed"),
    "0": Action(Player.normal_speed, "speed x1"),
    "r": Action(Player.restart, "start again"),
    "f": Action(Player.toggle_follow, "stop at teaching points, or not"),
    "b": Action(Player.bookmark, "set or clear a bookmark"),
    "shift+b": Action(Player.next_bookmark, "next bookmark"),
    "q": Action(Player.toggle_questions, "questions on or off"),
}


def press(player: Player, key: str) -> bool:
    """The player has done what that key asks for; returns whether it asks for anything."""
    action = ACTIONS.get(key)
    if action is not None:
        action.do(player)
    return action is not None
