"""Controls: what keys and mouse do in a window; without a window, so that a test can press them.

A window translates what pygame tells it into names of keys (`keys.py`) and places in a figure, and shows the look that
comes out. Whatever moves in time is the player's, whatever is only a matter of seeing is in the look.

In question mode each object that the question asks about has a label: the key of that name, or a click, chooses it or
takes it back, Enter answers. Any other key goes on without an answer.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from gcsim.trace.wording import counted
from gcsim.view.arrangement import PANES
from gcsim.view.chart_lines import ChartLines
from gcsim.view.describe import describe_step
from gcsim.view.figure import Box, Figure
from gcsim.view.keys import press
from gcsim.view.look import TABS, Look, answer_keys
from gcsim.view.palette import THEMES
from gcsim.view.player import Player
from gcsim.view.words import listed

QUIT: Final = "ctrl+q"
OVERLAYS: Final = {"h": "help", "?": "help", "g": "glossary", "c": "contrast"}
SCALE_STEP: Final = 0.25
LARGEST_SCALE: Final = 2.5
MODIFIERS: Final = frozenset({"", "shift", "ctrl", "alt"})


class Controls:
    """A player, and the look of it. `quit`: whether it was told to end; `film_from`: where a recording was begun.

    `say` prints; `save_picture(path)` and `save_film(path, first, last)` write what is shown, and say what went wrong.
    """

    def __init__(self, player: Player, look: Look) -> None:
        self.player = player
        self.quit = False
        self.film_from: int | None = None
        self.chosen: frozenset[int] = frozenset()
        self.say: Callable[[str], None] = print
        self.save_picture: Callable[[Path], object] = lambda path: None
        self.save_film: Callable[[Path, range], object] = lambda path, frames: None
        self._look = look
        self._message = ""
        self._own: dict[str, Callable[[], None]] = {
            QUIT: self._end,
            "tab": lambda: self._focus(1),
            "shift+tab": lambda: self._focus(-1),
            "enter": self._select,
            ".": lambda: self._next_object(1),
            ",": lambda: self._next_object(-1),
            "esc": self._restore,
            "t": self._next_theme,
            "k": self._next_token,
            "+": lambda: self._zoom(1),
            "-": lambda: self._zoom(-1),
            "d": lambda: self.say(describe_step(self.player.recording, self.player.index)),
            "s": self._save,
            "v": self._film,
            "f5": lambda: self._change(presenter=not self._look.presenter),
            **{str(index + 1): lambda name=name: self._maximise(name) for index, name in enumerate(PANES)},  # type: ignore[misc]
        }

    @property
    def look(self) -> Look:
        """How the player is looked at now."""
        player, question = self.player, self.player.question
        speed = player.speed
        return evolve(
            self._look,
            playing=player.playing,
            speed="max" if speed == float("inf") else f"x{speed:g}" if speed >= 1 else f"x1/{1 / speed:g}",
            pace=player.pace,
            follow=player.follow,
            asking=player.asking,
            bookmarks=tuple(player.bookmarks),
            candidates=question.candidates if question else frozenset(),
            chosen=self.chosen,
            message=self._question() or self._message,
        )

    def resize(self, width: int, height: int) -> None:
        """The window has another size."""
        self._change(width=width, height=height)

    # Keys

    def press(self, key: str) -> None:
        """The key has done what it does."""
        if key in MODIFIERS:
            return
        self._message = ""
        labels = self._labels()
        if self._look.overlay and key != QUIT:
            self._change(overlay="")
        elif key in labels:
            self.chosen ^= {labels[key]}
        elif key == "enter" and self.player.question is not None:
            self._answer()
        elif key in OVERLAYS:
            self._change(overlay=OVERLAYS[key])
        elif key in self._own:
            self._own[key]()
        else:
            self.chosen = frozenset()
            press(self.player, key)

    def _change(self, **facts: Any) -> None:
        self._look = evolve(self._look, **facts)

    def _end(self) -> None:
        self.quit = True

    def _focus(self, step: int) -> None:
        """The next pane has the focus; behind the last one, none."""
        names = ["", *PANES]
        self._change(focus=names[(names.index(self._look.focus) + step) % len(names)])
        if self._look.focus == "graph":
            self._change(tab=TABS[0])

    def _maximise(self, name: str) -> None:
        self._change(maximised="" if self._look.maximised == name else name)

    def _restore(self) -> None:
        """All panes, nothing selected."""
        self._change(maximised="", selected=0, asked_who=False, token=-1, focus="", presenter=False)

    def _next_theme(self) -> None:
        names = list(THEMES)
        self._change(theme=names[(names.index(self._look.theme) + 1) % len(names)])

    def _zoom(self, step: int) -> None:
        """Larger or smaller type."""
        scale = self._look.text_scale + step * SCALE_STEP
        self._change(text_scale=min(max(scale, 1.0), LARGEST_SCALE))

    def _next_token(self) -> None:
        self._change(token=self._look.token + 1)

    # Objects

    def _next_object(self, step: int) -> None:
        """The next object, by id, is selected."""
        numbers = sorted(number for number in self.player.frame.objects() if number)
        if not numbers:
            return
        at = numbers.index(self._look.selected) + step if self._look.selected in numbers else 0
        self._change(selected=numbers[at % len(numbers)], asked_who=False)
        self._tell_selected()

    def _select(self) -> None:
        """The selected object tells who refers to it; without one, the first is selected."""
        if self._look.selected not in self.player.frame.objects():
            self._next_object(1)
            return
        self._change(asked_who=not self._look.asked_who)
        self._tell_selected()

    def _tell_selected(self) -> None:
        """What is selected, or who refers to it."""
        frame, number = self.player.frame, self._look.selected
        name = frame.name_of(number)
        if not self._look.asked_who:
            fields = [f"{edge.field} -> {frame.name_of(edge.target)}" for edge in frame.edges if edge.source == number]
            told = f"Its fields: {listed(fields, 6)}." if fields else "It has no references."
            self._message = f"{name} is selected. {told} Enter: who refers to it?"
            return
        who = [f"{root.name}" for root in frame.roots if root.target == number]
        who += [f"{frame.name_of(edge.source)}.{edge.field}" for edge in frame.edges if edge.target == number]
        self._message = f"{name} is referred to by {listed(who, 6) if who else 'nobody'}."

    # Questions

    def _labels(self) -> dict[str, int]:
        """The objects that the question asks about, by their labels."""
        question = self.player.question
        return answer_keys(question.candidates) if question else {}

    def _question(self) -> str:
        """The question that waits."""
        names = [
            f"{label} {self.player.frame.name_of(number)}{' (yes)' if number in self.chosen else ''}"
            for label, number in self._labels().items()
        ]
        return f"Which survive? {',  '.join(names)}.   Keys or clicks choose, Enter answers." if names else ""

    def _answer(self) -> None:
        score = self.player.answer(self.chosen)
        total = self.player.score
        judged = f"{score.right} of {counted(score.asked, 'object')} judged right"
        self._message = f"{judged}; {total.right} of {total.asked} so far. Play on and see."
        self.chosen = frozenset()

    # Files

    def _save(self) -> None:
        path = Path(f"{self.player.recording.name}-{self.player.index:04}.png")
        self._message = str(self.save_picture(path) or f"This frame is saved as {path}.")

    def _film(self) -> None:
        """The first time the film begins here, the second time it ends here and is written."""
        if self.film_from is None:
            self.film_from = self.player.index
            self._message = "The film begins with this frame. V again ends it."
            return
        first, last = sorted((self.film_from, self.player.index))
        self.film_from = None
        path = Path(f"{self.player.recording.name}-{first:04}-{last:04}.gif")
        self._message = str(self.save_film(path, range(first, last + 1)) or f"The film is saved as {path}.")

    # Mouse

    def click(self, figure: Figure, x: float, y: float) -> None:
        """What was clicked on has done what it does; an object is selected, or chosen as an answer."""
        box = figure.action_at(x, y)
        number = figure.object_at(x, y)
        if self._look.overlay:
            self._change(overlay="")
        elif box is not None:
            self.act(box, x)
        elif number and self.player.question is not None:
            self.chosen ^= self.player.question.candidates & {number}
        else:
            self._change(selected=number, asked_who=False, focus=pane_name(figure.pane_at(x, y)))

    def act(self, box: Box, x: float) -> None:
        """A click at `x` on something that does something."""
        kind, _, what = box.action.partition(" ")
        ratio = (x - box.rect.x) / box.rect.w
        if kind == "seek":
            self.player.go(round(ratio * self.player.last))
        elif kind == "chart":
            self.player.go(ChartLines(self.player.timeline).index_at(ratio))
        elif kind == "token":
            self._change(token=int(what))
        elif kind == "tab":
            self._change(tab=what)
        else:
            self.press(box.action)

    def wheel(self, steps: int) -> None:
        """So many events forward, or back."""
        self.player.step(steps)

    def hover(self, figure: Figure, x: float, y: float) -> None:
        """The object below the mouse tells its name."""
        self._change(pointed=figure.object_at(x, y))


def pane_name(full_name: str) -> str:
    """The name of a pane that can have the focus, or ""."""
    name = full_name.rpartition(" ")[2]
    return name if name in PANES else ""
