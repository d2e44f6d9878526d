"""Strategies: random geometries, programs, timetables and budgets for hypothesis.

Each is a function that returns a strategy, to be used as `@given(programs(), geometries(), timetables())`.
"""

from typing import Final

from attrs import frozen
from hypothesis import strategies as st

from gcsim.collectors import UNLIMITED
from gcsim.testing.geometry import Geometry
from gcsim.testing.programs import COMMANDS, SWARM, WEIGHTS, Command

NUMBERS: Final = st.integers(0, 63)


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


def geometries() -> st.SearchStrategy[Geometry]:
    """Tiny heaps: pages of 16 to 128 words, semispaces of 1 to 4."""
    return st.builds(
        Geometry,
        page_words=st.sampled_from([32, 16, 64, 128]),
        pages=st.sampled_from([1, 2, 3]),
        max_pages=st.sampled_from([4, 1]),
        header_words=st.sampled_from([0, 0, 2]),
        lazy=st.booleans(),
        promotion_percent=st.sampled_from([70, 0, 40, 100]),
    )


def budgets() -> st.SearchStrategy[list[int]]:
    """What the slices of a cycle may do, in bytes."""
    return st.lists(st.sampled_from([UNLIMITED, 1, 8, 24, 64, 200, 1_000]), min_size=1, max_size=6)


def commands(without: frozenset[str] = frozenset()) -> st.SearchStrategy[Command]:
    """One step of a program, of no kind in `without`."""
    kinds = [kind for kind in COMMANDS if kind not in without for _ in range(WEIGHTS.get(kind, 1))]
    return st.builds(Command, st.sampled_from(kinds), NUMBERS, NUMBERS, NUMBERS)


@st.composite
def programs(draw: st.DrawFn, max_commands: int = 40) -> list[Command]:
    """A mutator's program that does without some kinds of commands (swarm testing)."""
    without = draw(st.sets(st.sampled_from(SWARM), max_size=len(SWARM) // 2))
    length = draw(st.integers(1, max_commands))  # a list's own length would be 6 in the mean
    return draw(st.lists(commands(frozenset(without)), min_size=length, max_size=length))


def timetables() -> st.SearchStrategy[Timetable]:
    """Never; always; every k; at random; at the worst moment."""
    actions = st.lists(st.sampled_from(["scavenge", "mark", "collect", "sweep"]), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.just(Timetable()),
        st.builds(Timetable, st.just("every"), st.integers(1, 7), actions),
        st.builds(Timetable, st.just("worst"), st.just(1), actions),
    )


@st.composite
def graphs(draw: st.DrawFn, max_objects: int = 12, max_fields: int = 3) -> list[list[int | None]]:
    """An object graph: for each object, what its fields refer to, by index, or None."""
    sizes = draw(st.lists(st.integers(0, max_fields), min_size=1, max_size=max_objects))
    targets = st.none() | st.integers(0, len(sizes) - 1)
    return [draw(st.lists(targets, min_size=size, max_size=size)) for size in sizes]
