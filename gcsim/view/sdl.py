"""SDL: pygame, brought in where it is needed and only then.

pygame is an extra. Without it, one line says what to install. Nothing but its font module is started for pictures and
films, so they need no display and no sound card; only the window starts the display.
"""

import os
import sys
import warnings
from typing import Any, Final

from gcsim.errors import ConfigError, MissingExtra

NEED_NONE: Final = "--record FILE, --tty and --describe need none"


def import_pygame() -> Any:
    """The module, with its fonts started and without its greeting.

    Raises:
        MissingExtra: it is not installed.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pygame imports what setuptools has given up
            import pygame
            import pygame.font
    except ImportError:
        raise MissingExtra("pictures need pygame: pip install 'gcsim[viz]' (--describe and --tty do without)") from None
    pygame.font.init()
    return pygame


def start_display() -> Any:
    """The module with its display started too.

    Raises:
        MissingExtra: pygame is not installed.
        ConfigError: there is no screen: a window that nobody sees would never end.
    """
    if not has_screen():
        raise ConfigError(f"there is no screen to open a window on; {NEED_NONE}")
    pygame = import_pygame()
    try:
        pygame.display.init()
    except pygame.error as error:
        raise ConfigError(f"no window can be opened: {error}; {NEED_NONE}") from None
    return pygame


def has_screen() -> bool:
    """Whether there is a screen to open a window on, or SDL was told what to take for one."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in names)
