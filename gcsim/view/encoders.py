"""Encoders: pictures, one after the other, become a file. Pillow writes GIF and APNG, ffmpeg MP4.

Each is given pairs of (bytes of RGB, seconds). A GIF counts time in hundredths of a second; what rounding takes from
one picture the next one gets, so that the whole takes as long as it should. Its colors are the same in all pictures, so
that nothing flickers. Pictures that do not differ become one, which is shown longer.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gcsim.errors import ConfigError, MissingExtra
from gcsim.view.palette import rgb

Pictures = Iterable[tuple[bytes, float]]
Size = tuple[int, int]
GIF_TICK_MS: Final = 10


def import_pillow() -> Any:
    """Pillow's `Image`.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtra("a GIF or APNG needs Pillow: pip install 'gcsim[viz]'") from None
    return Image


def merged(pictures: Pictures) -> Iterator[tuple[bytes, float]]:
    """The pictures, those that are equal to the one before added to it."""
    held: tuple[bytes, float] | None = None
    for pixels, seconds in pictures:
        if held is not None and held[0] == pixels:
            held = pixels, held[1] + seconds
            continue
        if held is not None:
            yield held
        held = pixels, seconds
    if held is not None:
        yield held


def ticks(seconds: Iterable[float], tick_ms: int) -> list[int]:
    """The durations in whole ticks, in ms, whose sum is right; none is 0."""
    found: list[int] = []
    due = told = 0.0
    for each in seconds:
        due += each * 1000
        found.append(max(tick_ms, round((due - told) / tick_ms) * tick_ms))
        told += found[-1]
    return found


def write_gif(pictures: Pictures, size: Size, path: Path, *, colors: Sequence[str], loop: bool) -> None:
    """An animated GIF, all of whose pictures have these colors; what lies between is the nearest.

    Pillow makes transparent what does not differ from the picture before, which packs to almost nothing.
    """
    image = import_pillow()
    parts = [part for color in colors for part in rgb(color)]
    palette = image.new("P", (1, 1))
    palette.putpalette(parts)
    shown = list(merged((quantized(image, pixels, size, palette), seconds) for pixels, seconds in pictures))
    images = [image.frombytes("P", size, indexes) for indexes, _ in shown]
    for each in images:
        each.putpalette(parts)
    options = {"loop": 0} if loop else {}
    images[0].save(
        path,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=ticks((seconds for _, seconds in shown), GIF_TICK_MS),
        optimize=True,
        disposal=1,
        **options,
    )


def quantized(image: Any, pixels: bytes, size: Size, palette: Any) -> bytes:
    """The picture as indexes into the palette."""
    picture = image.frombytes("RGB", size, pixels).quantize(palette=palette, dither=image.Dither.NONE)
    return bytes(picture.tobytes())


def write_apng(pictures: Pictures, size: Size, path: Path, *, loop: bool) -> None:
    """An animated PNG."""
    image = import_pillow()
    shown = list(merged(pictures))
    images = [image.frombytes("RGB", size, pixels) for pixels, _ in shown]
    images[0].save(
        path,
        format="PNG",
        save_all=True,
        append_images=images[1:],
        duration=ticks((seconds for _, seconds in shown), 1),
        loop=0 if loop else 1,
    )


def ffmpeg() -> str:
    """The program that encodes MP4.

    Raises:
        MissingExtra: there is none.
    """
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        raise MissingExtra(
            "an MP4 needs ffmpeg: pip install imageio-ffmpeg, or record a .gif, an .apng or a folder"
        ) from None
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def write_mp4(pictures: Pictures, size: Size, path: Path, *, fps: int) -> None:
    """An H.264 film; odd sizes lose a row or a column, since it has none."""
    width, height = size
    command = [ffmpeg(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", str(fps), "-i", "-", "-an", "-vf", f"crop={width // 2 * 2}:{height // 2 * 2}:0:0"]
    command += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart", str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - our own command
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended, and will say why
        feed(process.stdin.write, pictures, fps)
    _, complaint = process.communicate()
    if process.returncode:
        said = complaint.decode(errors="replace").strip().splitlines()
        raise ConfigError(f"{path}: ffmpeg failed: {said[-1] if said else process.returncode}")


def feed(write: Callable[[bytes], object], pictures: Pictures, fps: int) -> None:
    """Each picture is written as often as it is shown."""
    due = 0.0
    written = 0
    for pixels, seconds in pictures:
        due += seconds
        while written < round(due * fps):
            write(pixels)
            written += 1
