"""Fonts: two faces that are the same on every machine, so that a film is the same everywhere.

No font of the system is used. "bold" is the one that pygame brings along; "plain" is the one that Pillow does, or the
bold one where Pillow is missing or was built without it. A text with a character that the plain face lacks is shown in
the bold one, which has more.

Fonts are made `LARGER` than they are shown: letters stand where they should, and not on whole pixels.
"""

import io
from functools import lru_cache
from typing import Any, Final

LARGER: Final = 3
DEFAULT_SCALE: Final = 0.6875
"""pygame makes its own font smaller than asked for by this factor."""
OPTICAL: Final = {"plain": 1.02, "bold": 0.92}
"""By which the faces look equally large."""
KEPT: Final = 20_000
"""So many widths are remembered."""


@lru_cache(maxsize=1)
def plain_bytes() -> bytes:
    """The plain font's file, or nothing if there is none."""
    try:
        from PIL import ImageFont
    except ImportError:
        return b""
    return bytes(getattr(ImageFont.load_default(16), "font_bytes", b""))


class Faces:
    """The fonts, made when they are needed. pygame's font module must have been started."""

    def __init__(self) -> None:
        from pygame import font

        self._font = font
        self._sized: dict[tuple[bool, int], Any] = {}
        self._widths: dict[tuple[str, float, str], float] = {}
        self._plain_has: dict[str, bool] = {}

    def at(self, size: float, face: str, text: str = "") -> Any:
        """The font in which that text is shown in that face, `LARGER` times too large."""
        is_bold = face == "bold" or not plain_bytes() or not all(map(self._is_plain, text))
        px = round(size * LARGER * OPTICAL["bold" if is_bold else face])
        if (is_bold, px) not in self._sized:
            made = self._font.Font(None, round(px / DEFAULT_SCALE)) if is_bold else self._from_bytes(px)
            self._sized[is_bold, px] = made
        return self._sized[is_bold, px]

    def _from_bytes(self, px: int) -> Any:
        return self._font.Font(io.BytesIO(plain_bytes()), px)

    def _is_plain(self, char: str) -> bool:
        """Whether the plain face has the character: all that it lacks look alike."""
        if char.isascii():
            return True
        if char not in self._plain_has:
            has, lacks = self.at(16, "plain").metrics(f"{char}\ue000")
            self._plain_has[char] = has not in (None, lacks)
        return self._plain_has[char]

    def measure(self, text: str, size: float, face: str) -> float:
        """How wide the text is, in pixels."""
        key = text, size, face
        if key not in self._widths:
            if len(self._widths) >= KEPT:
                self._widths.clear()
            self._widths[key] = self.at(size, face, text).size(text)[0] / LARGER
        return self._widths[key]
