"""Random runs: a program, a heap and a timetable, drawn from a seeded source.

Swarm testing: each program does without some kinds of commands, so that it goes deeper where it does go. A program that
has all of them drops what it has made before anything can happen to it.
"""

from random import Random
from typing import Any, Final

from gcsim.testing.geometry import CHOICES, Geometry
from gcsim.testing.programs import COMMANDS, SWARM, WEIGHTS, Command
from gcsim.testing.timetable import ACTIONS, Timetable

LEAST_COMMANDS: Final = 4
MOST_COMMANDS: Final = 56
MOST_NUMBER: Final = 63
ABSENT: Final = (0.0, 0.3, 0.5, 0.7)
"""Which part of the kinds in `SWARM` a program does without."""
LONGEST_PERIOD: Final = 9


def random_run(random: Random) -> tuple[list[Command], Geometry, Timetable]:
    """What `check` runs once; the same source gives the same."""
    return random_program(random), random_geometry(random), random_timetable(random)


def random_program(random: Random) -> list[Command]:
    """A mutator's program."""
    absent = random.choice(ABSENT)
    kinds = [kind for kind in COMMANDS if kind not in SWARM or random.random() >= absent]
    weights = [WEIGHTS.get(kind, 1) for kind in kinds]
    drawn = random.choices(kinds, weights, k=random.randint(LEAST_COMMANDS, MOST_COMMANDS))
    return [Command(kind, *(random.randint(0, MOST_NUMBER) for _ in range(3))) for kind in drawn]


def random_geometry(random: Random) -> Geometry:
    """A tiny heap."""
    chosen: dict[str, Any] = {name: random.choice(values) for name, values in CHOICES.items()}
    return Geometry(**chosen)


def random_timetable(random: Random) -> Timetable:
    """Mostly never; else every so many operations, or at each store."""
    kind = random.choice(("never", "never", "every", "worst"))
    actions = tuple(random.choices(ACTIONS, k=random.randint(1, 3)))
    return Timetable(kind, random.randint(1, LONGEST_PERIOD) if kind == "every" else 1, actions)
