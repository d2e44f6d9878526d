"""Timetables: when collections come between a program's operations."""

from random import Random
from typing import Final

from attrs import frozen

ACTIONS: Final = ("scavenge", "mark", "collect", "sweep")
MAX_ACTIONS: Final = 3
MAX_PERIOD: Final = 7


@frozen
class Timetable:
    """When collections come between a program's operations, besides when memory is needed.

    `kind`: "never"; "every", at each `period`th operation; or "worst", at each store, between the naming of the objects
    and the store itself. `actions`: what is done, one after the other, again and again.
    """

    kind: str = "never"
    period: int = 1
    actions: tuple[str, ...] = ("scavenge",)

    def schedule(self) -> "Clockwork | None":
        """A testbed's schedule that begins now."""
        return None if self.kind == "never" else Clockwork(self)

    def __str__(self) -> str:
        if self.kind == "never":
            return "only when memory is needed"
        actions = ", ".join(self.actions)
        return f"before every store: {actions}" if self.kind == "worst" else f"every {self.period}: {actions}"


class Clockwork:
    """A timetable in use."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._operations = self._done = 0

    def __call__(self, kind: str) -> str | None:
        """What is done before an operation of that kind."""
        self._operations += 1
        table = self._timetable
        if self._operations % table.period or (table.kind == "worst" and kind != "store"):
            return None
        self._done += 1
        return table.actions[(self._done - 1) % len(table.actions)]


def random_timetable(random: Random) -> Timetable:
    """Mostly never; else every few operations, or at the worst moment."""
    kind = random.choice(("never", "never", "every", "worst"))
    actions = tuple(random.choices(ACTIONS, k=random.randint(1, MAX_ACTIONS)))
    return (
        Timetable()
        if kind == "never"
        else Timetable(kind, random.randint(1, MAX_PERIOD) if kind == "every" else 1, actions)
    )
