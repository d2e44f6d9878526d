"""Scene 3: an old object refers to a young one. With the write barrier, and without it.

The run without is a bug, and labelled as one: the store goes past the barrier, so nobody remembers the slot. The
scavenge does not read old space, takes E for garbage, and S.slot refers to nothing.
"""

from collections.abc import Callable, Generator

from gcsim.heap.barriers import slot_of
from gcsim.heap.roots import Handle, address_of
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import Scenario, scenario
from gcsim.view.scenes.scene import Scene, playing

Store = Callable[[Mutator, Handle, Handle], None]


def store(m: Mutator, holder: Handle, value: Handle) -> None:
    """The store as every program does it."""
    m.write(holder, "slot", value)


def store_past_the_barrier(m: Mutator, holder: Handle, value: Handle) -> None:
    """The same word is written, and nobody is told: what a barrier with a bug does."""
    m.heap.memory.words[slot_of(m.heap, holder, "slot")] = address_of(value)


def program(put: Store, told: str) -> Scenario:
    """An old object, a young one that only it refers to, and a scavenge. `told`: what the program says of its store."""

    @scenario(preset="lesson", name="missing-barrier")
    def old_to_young(m: Mutator) -> Generator[None, None, None]:
        m.globals["S"] = m.new("S", fields=("slot",), size=32, pretenured=True)
        m.globals["A"] = m.new("A", size=32)
        put(m, m.globals["S"], m.new("E", size=32))
        m.note(told)
        yield
        m.collect("scavenge")
        yield
        m.globals["F"] = m.new("F", size=32)

    return old_to_young


WITH = program(store, "S.slot refers to E. The write barrier has remembered the slot.")
WITHOUT = program(store_past_the_barrier, "BUG, on purpose: S.slot refers to E, but nobody remembers the slot.")

SCENE = Scene(
    name="missing-barrier",
    title="With the write barrier: the slot from old to young is remembered.",
    program=playing(WITH),
    config=WITH.config,
    beside=Scene(
        name="missing-barrier, the bug",
        title="Without it: nobody remembers the slot, and the object is lost. A bug.",
        program=playing(WITHOUT),
        config=WITHOUT.config,
    ),
)
