"""A progress bar on stderr, where stderr is a terminal and the scenario says how far it is.

The bar is one line and is drawn only when the scenario reports, so whoever prints to the same terminal wipes it first.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

WIPE = "\r\x1b[2K"


STEPS = 200
"""How often a bar is drawn while it fills."""
UNKNOWN_TOTAL = 20_000


class NoBar:
    """No terminal, no bar."""

    def update(self, done: int, total: int) -> None:
        """The bar shows `done` of `total`."""

    def wipe(self) -> None:
        """The terminal's line is empty; the next update draws the bar anew."""


class Bar(NoBar):
    """A bar on the terminal behind stderr."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(
            *columns, console=Console(stderr=True), transient=True, auto_refresh=False,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._task = self.progress.add_task("", total=None)
        self._drawn = -1

    def update(self, done: int, total: int) -> None:
        """The bar shows about `done` of `total`; 0 is an unknown total."""
        step = done * STEPS // (total or UNKNOWN_TOTAL)
        if step == self._drawn:
            return
        self._drawn = step
        self.progress.update(self._task, completed=done, total=total or None, refresh=True)

    def wipe(self) -> None:
        """The terminal's line is empty; the next update draws the bar anew."""
        self._drawn = -1
        sys.stderr.write(WIPE)
        sys.stderr.flush()


@contextmanager
def progress_bar() -> Iterator[NoBar]:
    """A bar that is gone at the end, or none if stderr is no terminal."""
    if not sys.stderr.isatty():
        yield NoBar()
        return
    bar = Bar()
    with bar.progress:
        yield bar
