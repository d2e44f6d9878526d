"""The keyboard of a terminal, key by key, and its screen."""

import os
import re
import select
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Final

from gcsim.errors import ConfigError
from gcsim.view.terminal import QUIT, ReadKey

NAMES: Final = {
    " ": "space", "\r": "enter", "\n": "enter", "\x1b": "esc", "\x11": QUIT, "\x04": QUIT,
    "\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right", "\x1b[D": "left",
    "\x1bOA": "up", "\x1bOB": "down", "\x1bOC": "right", "\x1bOD": "left",
    "\x1b[H": "home", "\x1b[F": "end", "\x1bOH": "home", "\x1bOF": "end", "\x1b[1~": "home", "\x1b[4~": "end",
    "\x1b[1;2C": "shift+right", "\x1b[1;2D": "shift+left",
}  # fmt: skip
"""What a terminal sends for a key that types nothing."""
KEY: Final = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|.", re.DOTALL)
"""What one key sends."""
CHUNK_BYTES: Final = 4096
NAP_SECONDS: Final = 0.2
"""The longest that a Ctrl-C has to wait."""
CLEAR: Final = "\x1b[H\x1b[2J"


def key_name(typed: str) -> str:
    """The name of the key that sends `typed`; capital letters are `shift+` and the letter."""
    if typed.isalpha() and typed.isupper():
        return f"shift+{typed.lower()}"
    return NAMES.get(typed, typed)


def key_names(typed: str) -> list[str]:
    """The names of the keys that sent all this."""
    return list(map(key_name, KEY.findall(typed)))


@contextmanager
def keyboard() -> Iterator[ReadKey]:
    """The keys of stdin, one by one and unechoed if it is a terminal; at its end, the key that quits."""
    if sys.stdin.isatty():
        with unbuffered(sys.stdin.fileno()):
            yield Keys(sys.stdin.fileno()).read
    else:
        typed = iter([*key_names(sys.stdin.read()), QUIT])
        yield lambda _: (next(typed), 0.0)


class Keys:
    """The keys of the terminal behind `descriptor`. A key that is held sends many at once; none is lost."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: deque[str] = deque()

    def read(self, wait_seconds: float | None) -> tuple[str, float]:
        """The next key, or "" if none comes in time; and how long that took."""
        start = time.monotonic()
        if not self._waiting and self._is_typed(inf if wait_seconds is None else start + wait_seconds):
            typed = os.read(self._descriptor, CHUNK_BYTES).decode(errors="replace")
            self._waiting += key_names(typed) or [QUIT]
        return self._waiting.popleft() if self._waiting else "", time.monotonic() - start

    def _is_typed(self, deadline: float) -> bool:
        """Whether a key comes until then, on the clock of `time.monotonic()`.

        It sleeps in short naps. Python acts on a Ctrl-C between two of its instructions, and one that comes when the
        call of the system has begun but does not sleep yet waits for the end of that sleep.
        """
        while True:
            left = max(deadline - time.monotonic(), 0.0)
            ready, _, _ = select.select([self._descriptor], [], [], min(left, NAP_SECONDS))
            if ready or left <= NAP_SECONDS:
                return bool(ready)


@contextmanager
def unbuffered(descriptor: int) -> Iterator[None]:
    """The terminal gives each key at once, Ctrl-Q too, until the block ends. Ctrl-C is what it always is."""
    try:
        import termios
        import tty
    except ImportError:
        raise ConfigError("this system has no terminals that give single keys; --describe needs none") from None
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        changed = termios.tcgetattr(descriptor)
        changed[0] &= ~termios.IXON
        termios.tcsetattr(descriptor, termios.TCSANOW, changed)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def show(lines: list[str], *, ansi: bool) -> None:
    """The lines are on the screen, alone, the last of them at the least; without `ansi`, below what was there."""
    if ansi:
        columns, height = os.get_terminal_size(sys.stdout.fileno())  # a terminal that nobody has sized says 0
        print(CLEAR + "\n".join(folded(lines, columns or 80)[-height:]), end="", flush=True)
    else:
        print("\n".join(lines), end="\n\n", flush=True)


def folded(lines: list[str], columns: int) -> list[str]:
    """The lines, those that are too long going on in the next, between two words where that can be."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=columns, force_terminal=True, color_system="standard", highlight=False)
    with console.capture() as captured:
        for line in lines:
            console.print(Text.from_ansi(line))
    return captured.get().rstrip("\n").split("\n")
