"""Window: the player on a screen.

It turns pygame's events into keys and clicks (`controls.py`), lets the player advance by the time that has passed, and
draws when there is something new to see. A step to a neighbouring frame is a motion of a quarter of a second at x1,
unless motion is reduced. A window that is smaller than the smallest layout shows that one, made smaller.

Only pygame's display and fonts are started; sound is not. With SDL_VIDEODRIVER=dummy it runs on a display that nobody
sees, which is how it is tested.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from gcsim.errors import GcsimError
from gcsim.view.controls import Controls
from gcsim.view.draw import Painter
from gcsim.view.figure import Figure
from gcsim.view.film import Film, save_picture, write_film
from gcsim.view.frame import Recording
from gcsim.view.look import SMALLEST, Look
from gcsim.view.motion import MOVE_SECONDS, between
from gcsim.view.player import Player
from gcsim.view.sdl import start_display
from gcsim.view.studio import Studio

FRAMES_PER_SECOND: Final = 60
REPEAT_MS: Final = (300, 60)
"""A key that is held begins to repeat after so long, and does so this often: it scrubs."""
SCRUBBING: Final = frozenset({"left", "right", "shift+left", "shift+right"})
"""The keys that go on when they are held."""
NAMES: Final = {
    "return": "enter",
    "enter": "enter",
    "escape": "esc",
    "space": "space",
    "tab": "tab",
    "left": "left",
    "right": "right",
    "up": "up",
    "down": "down",
    "home": "home",
    "end": "end",
    "f5": "f5",
}
"""pygame's names of keys that type nothing, and ours."""


def open_window(recording: Recording, look: Look, *, loop: bool = False, reduced_motion: bool = False) -> None:
    """The window was open until it was closed."""
    window = Window(recording, look, loop=loop, reduced_motion=reduced_motion)
    try:
        while not window.controls.quit:
            window.turn()
    finally:
        window.close()


class Window:
    """A window on `recording`."""

    def __init__(self, recording: Recording, look: Look, *, loop: bool = False, reduced_motion: bool = False) -> None:
        self._pygame = pygame = start_display()
        self.recording = recording
        self.controls = Controls(Player(recording, loop=loop), look)
        self.controls.save_picture = self._save_picture
        self.controls.save_film = self._save_film
        self.reduced_motion = reduced_motion
        self._painter = Painter()
        self._studio = Studio(recording, self._painter.faces.measure)
        self._clock = pygame.time.Clock()
        self._screen = pygame.display.set_mode((look.width, look.height), pygame.RESIZABLE)
        self._shown: tuple[int, Look] | None = None
        self._before: Figure | None = None
        self._moved_seconds = MOVE_SECONDS
        self._dragged: Any = None
        self._held: set[int] = set()
        pygame.display.set_caption(f"gcsim: {recording.title or recording.name}")
        pygame.key.set_repeat(*REPEAT_MS)

    def close(self) -> None:
        """The window is gone."""
        self._pygame.display.quit()

    def turn(self) -> None:
        """One turn of the loop: what has happened, what time has passed, what is to be seen."""
        seconds = self._clock.tick(FRAMES_PER_SECOND) / 1000
        self.handle(self._pygame.event.get())
        self.controls.player.advance(seconds)
        self.show(seconds)

    # What is seen

    def figure(self) -> Figure:
        """What is to be seen now, when all motion has ended."""
        return self._studio.figure(self.controls.player.index, self.controls.look)

    def show(self, seconds: float) -> bool:
        """The window shows what it should, so many seconds after the last time; returns whether it was drawn anew."""
        now = self.controls.player.index, self.controls.look
        if now != self._shown:
            self._before = self._start_of_motion(now)
            self._moved_seconds = 0.0 if self._before else MOVE_SECONDS
            self._shown = now
        elif self._moved_seconds >= MOVE_SECONDS:
            return False
        else:
            self._moved_seconds += seconds * max(1.0, min(self.controls.player.speed, 1000.0))
        figure = self.figure()
        if self._before is not None:
            figure = between(self._before, figure, min(1.0, self._moved_seconds / MOVE_SECONDS))
        self._present(figure)
        return True

    def _start_of_motion(self, now: tuple[int, Look]) -> Figure | None:
        """The figure from which objects move to the next one, or None if they do not."""
        if self.reduced_motion or self._shown is None or abs(now[0] - self._shown[0]) != 1:
            return None
        return self._studio.figure(self._shown[0], now[1])

    def _present(self, figure: Figure) -> None:
        size = self._screen.get_size()
        if size == (figure.width, figure.height):
            self._painter.draw(figure, self._screen)
        else:
            surface = self._pygame.Surface((figure.width, figure.height))
            self._painter.draw(figure, surface)
            self._pygame.transform.smoothscale(surface, size, self._screen)
        self._pygame.display.flip()

    # What happens

    def handle(self, events: Sequence[Any]) -> None:
        """The events have done what they do."""
        pygame = self._pygame
        for event in events:
            if event.type == pygame.QUIT:
                self.controls.quit = True
            elif event.type == pygame.KEYDOWN:
                self._key(event)
            elif event.type == pygame.KEYUP:
                self._held.discard(event.key)
            elif event.type == pygame.VIDEORESIZE:
                self._resize(event.w, event.h)
            else:
                self._mouse(event)

    def _key(self, event: Any) -> None:
        """A key does what it does; one that is held down only if it scrubs."""
        name = key_name(self._pygame, event)
        if event.key not in self._held or name in SCRUBBING:
            self.controls.press(name)
        self._held.add(event.key)

    def _resize(self, width: int, height: int) -> None:
        """The layout follows the window, down to the smallest."""
        self._screen = self._pygame.display.get_surface()
        self.controls.resize(max(width, SMALLEST[0]), max(height, SMALLEST[1]))

    def _mouse(self, event: Any) -> None:
        """A click, a drag along the track, the wheel, or a move."""
        pygame = self._pygame
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            x, y = self._place(event.pos)
            box = self.figure().action_at(x, y)
            self._dragged = box if box is not None and box.action in ("seek", "chart") else None
            self.controls.click(self.figure(), x, y)
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            self._dragged = None
        elif event.type == pygame.MOUSEMOTION:
            x, y = self._place(event.pos)
            if self._dragged is not None:
                self.controls.act(self._dragged, x)
            else:
                self.controls.hover(self.figure(), x, y)
        elif event.type == pygame.MOUSEWHEEL:
            self.controls.wheel(event.y)

    def _place(self, position: tuple[int, int]) -> tuple[float, float]:
        """A place in the window, as a place in the figure."""
        size, look = self._screen.get_size(), self.controls.look
        return position[0] * look.width / size[0], position[1] * look.height / size[1]

    # Files

    def _save_picture(self, path: Path) -> str:
        """Returns what went wrong, or ""."""
        try:
            save_picture(self.recording, self.controls.player.index, path, evolve(self.controls.look, message=""))
        except GcsimError as error:
            return str(error)
        return ""

    def _save_film(self, path: Path, frames: range) -> str:
        """Returns what went wrong, or ""."""
        look = evolve(self.controls.look, message="", transport=False, playing=False)
        try:
            return write_film(self.recording, frames, path, Film(look=look, reduced_motion=self.reduced_motion))
        except GcsimError as error:
            return str(error)


def key_name(pygame: Any, event: Any) -> str:
    """The name of a key as `keys.py` has it, or "" of one that has none."""
    shift = "shift+" if event.mod & pygame.KMOD_SHIFT else ""
    name = pygame.key.name(event.key)
    if event.mod & pygame.KMOD_CTRL:
        return f"ctrl+{name}"
    if name in NAMES:
        return f"{shift}{NAMES[name]}"
    typed = getattr(event, "unicode", "")
    if not typed.isprintable() or not typed:
        return ""
    return f"{shift}{typed.lower()}" if typed.isalpha() else typed
