"""What a seeded bug and a legal variant are, and where all of them are entered."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.heap.heap import Heap
from gcsim.testing.seams import Change

Ran: TypeAlias = Callable[[], None]
"""Called whenever the changed line does something else than the right one would."""


@frozen(kw_only=True)
class Seed:
    """What is under test in place of gcsim's own: collectors, and whatever else is changed."""

    young: Callable[[Heap], Collector] = Scavenger
    old: Callable[[Heap], MajorCollector] = MarkSweep
    changes: tuple[Change, ...] = ()


def change(owner: Any, name: str, make: Callable[[Any], Any]) -> Seed:
    """The collectors of gcsim, with one function or method changed."""
    return Seed(changes=(Change(owner, name, make),))


@frozen
class Mutant:
    """A seeded bug, which is one method or function overridden.

    `id`, `tag`: those of the catalogue. `sentence`: what is wrong. `kills`: ids of the invariants that are expected to
    notice. `seed`: makes what is under test, and is told what to call when the changed line matters. `simulated`:
    whether it shows in a simulation only.
    """

    id: str
    tag: str
    sentence: str
    kills: tuple[str, ...]
    seed: Callable[[Ran], Seed] = field(repr=False)
    simulated: bool = False


@frozen
class Variant:
    """A collector that does something in another way, which is legal: nothing may be found in it.

    `seed`: as a mutant's; the call says that something was really done in the other way.
    """

    id: str
    sentence: str
    seed: Callable[[Ran], Seed] = field(repr=False)


MUTANTS: Final[dict[str, Mutant]] = {}
"""Every seeded bug by its id."""
VARIANTS: Final[dict[str, Variant]] = {}
"""Every legal variant by its id."""

SeedMaker: TypeAlias = Callable[[Ran], Seed]


def mutant(id_: str, tag: str, kills: str, *, simulated: bool = False) -> Callable[[SeedMaker], SeedMaker]:
    """Enter the decorated function into `MUTANTS`; its docstring is the sentence, `kills` ids between blanks."""

    def enter(seed: SeedMaker) -> SeedMaker:
        MUTANTS[id_] = Mutant(id_, tag, sentence_of(seed), tuple(kills.split()), seed, simulated)
        return seed

    return enter


def variant(id_: str) -> Callable[[SeedMaker], SeedMaker]:
    """Enter the decorated function into `VARIANTS`."""

    def enter(seed: SeedMaker) -> SeedMaker:
        VARIANTS[id_] = Variant(id_, sentence_of(seed), seed)
        return seed

    return enter


def sentence_of(seed: SeedMaker) -> str:
    """The first paragraph of the docstring, as one line."""
    return " ".join((seed.__doc__ or "").split("\n\n")[0].split())
