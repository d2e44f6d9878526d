"""Strategies: random geometries, programs, timetables and budgets for hypothesis.

Each is a function that returns a strategy, to be used as `@given(programs(), geometries(), timetables())`.
"""

from typing import Final

from hypothesis import strategies as st

from gcsim.collectors import UNLIMITED
from gcsim.testing.geometry import CHOICES, Geometry
from gcsim.testing.programs import MAX_COMMANDS, NUMBERS_END, SWARM, Command, kinds
from gcsim.testing.timetable import ACTIONS, MAX_ACTIONS, MAX_PERIOD, Timetable

NUMBERS: Final = st.integers(0, NUMBERS_END - 1)


def geometries() -> st.SearchStrategy[Geometry]:
    """Tiny heaps: pages of 16 to 128 words, semispaces of 1 to 4."""
    return st.builds(Geometry, **{name: st.sampled_from(values) for name, values in CHOICES.items()})


def budgets() -> st.SearchStrategy[list[int]]:
    """What the slices of a cycle may do, in bytes."""
    return st.lists(st.sampled_from([UNLIMITED, 1, 8, 24, 64, 200, 1_000]), min_size=1, max_size=6)


def commands(without: frozenset[str] = frozenset()) -> st.SearchStrategy[Command]:
    """One step of a program, of no kind in `without`."""
    return st.builds(Command, st.sampled_from(kinds(without)), NUMBERS, NUMBERS, NUMBERS)


@st.composite
def programs(draw: st.DrawFn, max_commands: int = MAX_COMMANDS) -> list[Command]:
    """A mutator's program that does without some kinds of commands (swarm testing)."""
    without = draw(st.sets(st.sampled_from(SWARM), max_size=len(SWARM) // 2))
    length = draw(st.integers(1, max_commands))  # a list's own length would be 6 in the mean
    return draw(st.lists(commands(frozenset(without)), min_size=length, max_size=length))


def timetables() -> st.SearchStrategy[Timetable]:
    """Never; always; every k; at random; at the worst moment."""
    actions = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=MAX_ACTIONS).map(tuple)
    return st.one_of(
        st.just(Timetable()),
        st.builds(Timetable, st.just("every"), st.integers(1, MAX_PERIOD), actions),
        st.builds(Timetable, st.just("worst"), st.just(1), actions),
    )


@st.composite
def graphs(draw: st.DrawFn, max_objects: int = 12, max_fields: int = 3) -> list[list[int | None]]:
    """An object graph: for each object, what its fields refer to, by index, or None."""
    sizes = draw(st.lists(st.integers(0, max_fields), min_size=1, max_size=max_objects))
    targets = st.none() | st.integers(0, len(sizes) - 1)
    return [draw(st.lists(targets, min_size=size, max_size=size)) for size in sizes]
