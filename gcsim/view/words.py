"""Words: the small change of captions. Names in a list, sizes, and lines that fit."""

from collections.abc import Iterable, Sequence
from typing import Final

from gcsim.units import KB, MB

LINE_CHARS: Final = 90
"""The longest line of a caption."""
UNKNOWN: Final = "?"
"""The name of what is not there; no caption has one."""
NAME_CHARS: Final = 24
"""The longest name in it."""


def listed(names: Iterable[str], most: int = 3) -> str:
    """`A`, `A and B`, `A, B and C`, and of more than `most`: `A, B and 5 more`."""
    all_names = [clip(name, NAME_CHARS) for name in names]
    if len(all_names) > most:
        all_names[most - 1 :] = [f"{len(all_names) - most + 1} more"]
    return " and ".join(filter(None, (", ".join(all_names[:-1]), all_names[-1]))) if all_names else UNKNOWN


def verb(names: Sequence[object], one: str, many: str) -> str:
    """The verb's form after one name or after many."""
    return one if len(names) == 1 else many


def size(bytes_: int) -> str:
    """A size as a person says it: `24 B`, `64 KB`, `1.5 MB`."""
    if bytes_ < 10 * KB:
        return f"{bytes_} B"
    return f"{bytes_ / KB:.0f} KB" if bytes_ < MB else f"{bytes_ / MB:.1f} MB"


def capital(text: str) -> str:
    """The text, as a sentence begins."""
    return text[:1].upper() + text[1:]


def clip(text: str, chars: int = LINE_CHARS) -> str:
    """The text, or as much of it as fits, with `...` at its end."""
    return text if len(text) <= chars else f"{text[: chars - 3].rstrip()}..."


def two_lines(text: str) -> tuple[str, str]:
    """The text on two lines that fit; what is too long is cut."""
    flat = " ".join(text.split())
    if len(flat) <= LINE_CHARS:
        return flat, ""
    at = flat.rfind(" ", 0, LINE_CHARS + 1)
    at = at if at > 0 else LINE_CHARS
    return flat[:at], clip(flat[at:].strip())
