"""Film: a recording as GIF, APNG, MP4 or single pictures, with its captions as a text beside it.

A film is a list of shots: a figure, for so many seconds. Each step has one that stays, and where objects move, one for
each tick of the motion before it. The first and the last are held, since whoever looks comes in the middle. The same
recording under the same look gives the same shots; what a file makes of them is up to its encoder.

No window is opened and no display is needed. Beside `film.gif` are `film.txt`, the captions with their times, and
`film.vtt`, the same as subtitles.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from gcsim.errors import ConfigError
from gcsim.files import replaced_folder, replaced_path
from gcsim.view.captions import caption_of
from gcsim.view.encoders import write_apng, write_gif, write_mp4
from gcsim.view.figure import Figure
from gcsim.view.frame import Recording
from gcsim.view.look import SMALLEST, Look
from gcsim.view.motion import MOVE_SECONDS, between, moves
from gcsim.view.palette import THEMES
from gcsim.view.player import EVENTS_PER_SECOND
from gcsim.view.sdl import import_pygame
from gcsim.view.studio import Studio
from gcsim.view.svg import svg

GIF_SECONDS: Final = 60
"""The longest GIF; a longer one would be played faster, and if that is not enough with fewer frames."""
LARGE_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 4096 * 4096
KINDS: Final = "out.gif, out.apng, out.mp4, or a folder"


@frozen(kw_only=True)
class Film:
    """How it is filmed. `steps_per_second`: so many steps of a recording are shown in a second."""

    look: Look = field(factory=lambda: Look(transport=False))
    fps: int = 10
    hold_seconds: float = 1.5
    steps_per_second: float = EVENTS_PER_SECOND
    reduced_motion: bool = False
    loop: bool = False


@frozen
class Shot:
    """A figure, shown for `seconds`. `index`: of the frame that it leads to."""

    index: int
    figure: Figure
    seconds: float


def write_film(recording: Recording, indexes: Sequence[int], path: Path, film: Film | None = None) -> str:
    """The film of these frames is at `path`, its captions beside it; returns what there is to say of it, or "".

    Raises:
        ConfigError: the kind of file is not known, what writes it is not installed, or it cannot be written.
    """
    film = film or Film()
    check(path, film.look)
    import_pygame()
    from gcsim.view.draw import Painter

    painter = Painter()
    shots = Shots(Studio(recording, painter.faces.measure), indexes, film, shortest=path.suffix == ".gif")
    pictures = Pictures(painter, shots)
    if path.suffix:
        with replaced_path(path) as temporary:
            WRITERS[path.suffix](pictures, temporary, film)
    else:
        with replaced_folder(path) as folder:
            write_pictures(pictures, folder)
    texts = path if path.suffix else path / "captions.txt"
    write_texts(shots.studio, shots.times(), texts)
    is_large = path.is_file() and path.stat().st_size > LARGE_BYTES
    return f"{path} has {path.stat().st_size / 1024**2:.1f} MB; an .mp4 is smaller" if is_large else ""


def check(path: Path, look: Look) -> None:
    """Raise `ConfigError` unless a film can be made of that kind and size."""
    if path.suffix and path.suffix not in WRITERS:
        raise ConfigError(f"{path}: a film is {KINDS}, got {path.suffix!r}")
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: there is no folder {path.parent}")
    check_size(look)


def check_size(look: Look) -> None:
    """Raise `ConfigError` unless a picture of that size can be drawn."""
    w, h = look.width, look.height
    if w < SMALLEST[0] or h < SMALLEST[1] or w * h > MOST_PIXELS:
        raise ConfigError(
            f"a picture has at least {SMALLEST[0]}x{SMALLEST[1]} pixels and at most 16 million, got {w}x{h}"
        )


class Shots:
    """The shots of a film; each time that one goes through them they are made anew, so only one is in memory."""

    def __init__(self, studio: Studio, indexes: Sequence[int], film: Film, *, shortest: bool) -> None:
        self.studio, self.film = studio, film
        limit = max(1.0, GIF_SECONDS - 2 * film.hold_seconds) if shortest else inf
        self.indexes = thinned(indexes, limit * film.fps)
        self.step_seconds = min(1 / film.steps_per_second, limit / len(self.indexes))

    def __iter__(self) -> Iterator[Shot]:
        before: Shot | None = None
        for index in self.indexes:
            figure = self.studio.figure(index, self.film.look)
            left = self.step_seconds
            for shot in self._moving(index, before, figure):
                left -= shot.seconds
                yield shot
            held = self.film.hold_seconds if index in (self.indexes[0], self.indexes[-1]) else 0.0
            before = Shot(index, figure, max(left, min(self.step_seconds, 1 / self.film.fps)) + held)
            yield before

    def _moving(self, index: int, before: Shot | None, after: Figure) -> Iterator[Shot]:
        """What is shown while objects move from one frame to the next; a leap over frames is a cut."""
        if self.film.reduced_motion or before is None or index != before.index + 1 or not moves(before.figure, after):
            return
        seconds = min(MOVE_SECONDS, self.step_seconds / 2)
        ticks = round(seconds * self.film.fps)
        for tick in range(1, ticks + 1):
            yield Shot(index, between(before.figure, after, tick / (ticks + 1)), 1 / self.film.fps)

    def times(self) -> list[tuple[int, float, float]]:
        """When each frame begins to be shown and when that ends, in seconds: (index, begin, end)."""
        found: list[tuple[int, float, float]] = []
        now = 0.0
        for shot in self:
            begin = found.pop()[1] if found and found[-1][0] == shot.index else now
            now += shot.seconds
            found.append((shot.index, begin, now))
        return found


def thinned(indexes: Sequence[int], most: float) -> Sequence[int]:
    """At most so many of the indexes, evenly spread, the first and the last among them."""
    if len(indexes) <= most:
        return indexes
    last, count = len(indexes) - 1, max(2, int(most))
    return [indexes[round(number * last / (count - 1))] for number in range(count)]


class Pictures:
    """The shots, drawn: what an encoder is given, as (bytes of RGB, seconds)."""

    def __init__(self, painter: Any, shots: Shots) -> None:
        self._painter, self._shots = painter, shots
        self.size = shots.film.look.width, shots.film.look.height

    def __iter__(self) -> Iterator[tuple[bytes, float]]:
        for surface, seconds in self.surfaces():
            yield import_pygame().image.tobytes(surface, "RGB"), seconds

    def surfaces(self) -> Iterator[tuple[Any, float]]:
        """The same surface each time, with another shot on it."""
        surface = import_pygame().Surface(self.size)
        for shot in self._shots:
            self._painter.draw(shot.figure, surface)
            yield surface, shot.seconds


WRITERS: Final = {
    ".gif": lambda pictures, path, film: write_gif(
        pictures, pictures.size, path, colors=THEMES[film.look.theme].colors(), loop=film.loop
    ),
    ".apng": lambda pictures, path, film: write_apng(pictures, pictures.size, path, loop=film.loop),
    ".mp4": lambda pictures, path, film: write_mp4(pictures, pictures.size, path, fps=film.fps),
}
"""By the kind of file."""


def write_pictures(pictures: Pictures, folder: Path) -> None:
    """Each shot is a PNG in the folder."""
    for number, (surface, _) in enumerate(pictures.surfaces()):
        import_pygame().image.save(surface, str(folder / f"frame-{number:05}.png"))


def write_texts(studio: Studio, times: Iterable[tuple[int, float, float]], path: Path) -> None:
    """The captions beside the film, as text and as subtitles."""
    lines, cues = [], ["WEBVTT", ""]
    for index, begin, end in times:
        told = [f"{caption.what} {caption.why}".strip() for caption in studio.captions(index)]
        lines.append(f"{stamp(begin)} event {index}: {' Beside it: '.join(told)}")
        cues += [f"{stamp(begin)} --> {stamp(end)}", *told, ""]
    for suffix, text in ((".txt", "\n".join(lines) + "\n"), (".vtt", "\n".join(cues))):
        with replaced_path(path.with_suffix(suffix)) as temporary:
            temporary.write_text(text, encoding="utf-8")


def stamp(seconds: float) -> str:
    """A time as subtitles have it."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def save_picture(recording: Recording, index: int, path: Path, look: Look) -> None:
    """One frame is at `path`, a .png or an .svg; the latter needs no pygame.

    Raises:
        ConfigError: the kind of file is not known, pygame is not installed, or it cannot be written.
    """
    check_size(look)
    if path.suffix == ".svg":
        from gcsim.view.pen import plain_measure

        figure = Studio(recording, plain_measure).figure(index, look)
        caption = caption_of(recording, index)
        with replaced_path(path) as temporary:
            temporary.write_text(svg(figure, f"{caption.what} {caption.why}"), encoding="utf-8")
        return
    if path.suffix != ".png":
        raise ConfigError(f"{path}: a picture is a .png or an .svg, got {path.suffix!r}")
    pygame = import_pygame()
    from gcsim.view.draw import Painter

    painter = Painter()
    surface = pygame.Surface((look.width, look.height))
    painter.draw(Studio(recording, painter.faces.measure).figure(index, look), surface)
    with replaced_path(path) as temporary:
        pygame.image.save(surface, str(temporary))
