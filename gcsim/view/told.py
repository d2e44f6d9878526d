"""Told: a change, and what one needs to know to tell of it."""

from gcsim.events import GcEvent
from gcsim.view.changes import Change, Kind
from gcsim.view.frame import Recording
from gcsim.view.words import UNKNOWN, listed, verb


class Told:
    """One change of a step. `before`, `after`: the frames; `was`, `now`: their objects.

    `changes`: all changes of the step; `all`: the first of each kind.
    """

    def __init__(self, recording: Recording, index: int, change: Change, changes: tuple[Change, ...]) -> None:
        self.recording = recording
        self.before, self.after = recording.frames[max(0, index - 1)], recording.frames[index]
        self.was, self.now = self.before.objects(), self.after.objects()
        self.change = change
        self.changes = changes
        self.all = {each.kind: each for each in reversed(changes)}

    def names(self, kind: Kind | None = None) -> list[str]:
        """What the change happened to; or another change of the same step."""
        change = self.change if kind is None else self.all.get(kind, Change(kind))
        return [self.name(number) for number in dict.fromkeys(change.ids)]

    @property
    def it(self) -> str:
        """The same, as a list."""
        return listed(self.names())

    def with_verb(self, one: str, many: str) -> str:
        """The list and the form of a verb that fits: `A is`, `A and B are`."""
        return f"{self.it} {verb(self.names(), one, many)}"

    def name(self, number: int) -> str:
        """An object's name, also if it is gone."""
        block = self.now.get(number) or self.was.get(number)
        return block.name if block else UNKNOWN

    @property
    def event(self) -> GcEvent | None:
        """The collection under way, or None if it never came to its end."""
        number = self.after.gc_number
        return self.recording.events[number] if number < len(self.recording.events) else None
