"""Terminal: the player on a text screen, with the keys of the window.

It writes to no terminal and reads no keyboard: it is given functions for both, so a test can play it, and `gcsim watch`
(`gcsim.cli.watch`) gives it the real ones. With `ansi`, the objects that a step is about are shown reversed and the
caption bold; without, nothing but text is written, and nothing is lost, for every mark is a character.

In question mode the objects that a collection looks at have labels. A label chooses its object or takes it back, Enter
answers; any other key goes on without an answer.
"""

from collections.abc import Callable, Iterator
from typing import Final

from gcsim.trace.wording import counted
from gcsim.view.glossary import GLOSSARY, terms_in
from gcsim.view.keys import ACTIONS, press
from gcsim.view.player import Player
from gcsim.view.text import Screen

QUIT: Final = "ctrl+q"
"""The key that ends it, and what a keyboard says that has no more keys."""
LABELS: Final = "123456789abcdefghijklmnopqrstuvwxyz"
TICK_SECONDS: Final = 0.1
"""While it plays, so often is it looked whether a frame is due."""

ReadKey = Callable[[float | None], tuple[str, float]]
"""Waits for a key, at most so many seconds if told; returns its name, or "", and how many seconds have passed."""


class Terminal:
    """A player with a text screen. `overlay`: "help", "glossary" or ""; `chosen`: the answer so far."""

    def __init__(self, player: Player, *, ansi: bool) -> None:
        self.player = player
        self.overlay = ""
        self.chosen: set[int] = set()
        self._ansi = ansi
        self._said = ""

    def run(self, read_key: ReadKey, show: Callable[[list[str]], None]) -> None:
        """Show, read a key, do what it says, until it says to quit."""
        key, seconds = "", 0.0
        while key != QUIT:
            show(self.lines())
            key, seconds = read_key(TICK_SECONDS if self.player.playing else None)
            self.player.advance(seconds)
            self.press(key)

    def press(self, key: str) -> None:
        """The key has done what it does."""
        if not key:
            return
        self._said = ""
        if key == "enter" or key in self._labels():
            self._answer(key)
        elif key in ("h", "?"):
            self.overlay = "" if self.overlay == "help" else "help"
        elif key == "g":
            self.overlay = "" if self.overlay == "glossary" else "glossary"
        elif key == "esc":
            self.overlay = ""
        else:
            self.chosen.clear()
            press(self.player, key)

    def lines(self) -> list[str]:
        """What is on the screen."""
        if self.overlay == "help":
            return ["keys", "", *(f"    {key:12} {action.help}" for key, action in ACTIONS.items()), *OTHER_KEYS]
        player = self.player
        page = Screen(player.recording, player.index, self._reversed)
        lines = page.lines()
        lines[-2] = self._bold(lines[-2])
        if player.recording.beside is not None:
            lines += ["", "beside it:", *Screen(player.recording.beside, player.beside_index, self._reversed).short()]
        if self.overlay == "glossary":
            lines += [
                "",
                *(f"{term}: {GLOSSARY[term]}" for term in terms_in(f"{page.caption.what} {page.caption.why}")),
            ]
        return [*lines, "", *self._question(), *filter(None, [self._said]), self.bar()]

    def bar(self) -> str:
        """The transport, as a line."""
        player = self.player
        speed = "max" if player.speed == float("inf") else f"x{player.speed:g}"
        state = ("> " if player.direction > 0 else "< ") + ("playing" if player.playing else "paused")
        parts = [f"[{state}]", f"speed {speed} ({player.pace})"]
        parts += ["stops at teaching points"] * player.follow
        parts += [f"questions {player.score.right}/{player.score.asked}"] * player.asking
        parts += [f"bookmarks {', '.join(map(str, player.bookmarks))}"] * bool(player.bookmarks)
        return "  ".join([*parts, "space play, left/right step, h help, ctrl+q quit"])

    # Questions

    def _labels(self) -> dict[str, int]:
        """The objects that the question asks about, by their labels."""
        question = self.player.question
        return dict(zip(LABELS, sorted(question.candidates), strict=False)) if question else {}

    def _question(self) -> Iterator[str]:
        """The question that waits, with what was chosen so far."""
        names = [
            f"{label}{'*' if number in self.chosen else ''} {self.player.frame.name_of(number)}"
            for label, number in self._labels().items()
        ]
        if names:
            yield f"Which of these survive? {', '.join(names)}   (a label chooses, Enter answers)"

    def _answer(self, key: str) -> None:
        """A label chooses; Enter gives the answer, if there is a question."""
        if key != "enter":
            self.chosen ^= {self._labels()[key]}
        elif self.player.question is not None:
            score = self.player.answer(self.chosen)
            self._said = f"{score.right} of {counted(score.asked, 'object')} judged right."
            self.chosen.clear()

    # Style

    def _reversed(self, text: str) -> str:
        return f"\x1b[7m{text}\x1b[0m" if self._ansi else text

    def _bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._ansi else text


OTHER_KEYS: Final = (f"    {'g':12} words of the caption, explained", f"    {'h':12} this help", f"    {QUIT:12} quit")
