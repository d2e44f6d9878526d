"""A tour of mark-sweep: what marking finds, what it does not, and the holes that the sweep leaves.

Everything is born in old space, on pages of 128 bytes. `list` holds a chain of three; `ring` is a cycle of two that a
global refers to; `island` is a cycle of two that nothing refers to: counting references would keep it for ever,
marking never sees it. Dead neighbours become one free run, and a page without a survivor is given back.
"""

from collections.abc import Generator

from gcsim.heap.roots import Handle
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario


@scenario(preset="lesson")
def mark_sweep_tour(m: Mutator) -> Generator[None, None, None]:
    """A chain, a cycle, an island, and the free runs after the sweep."""
    first = old(m, "first")
    dead_1, dead_2 = old(m, "dead1"), old(m, "dead2")
    second, third = old(m, "second"), old(m, "third")
    m.write(first, "next", second)
    m.write(second, "next", third)
    m.globals["list"] = first

    ring = old(m, "ring1")
    link(m, ring, old(m, "ring2"))
    m.globals["ring"] = ring

    link(m, old(m, "island1"), old(m, "island2"))
    m.write(dead_1, "next", dead_2)
    m.note("a chain of three, a ring, an island, and two dead neighbours in between")
    yield

    m.collect("mark-sweep")
    m.note("marked: chain and ring; swept: the island, and dead1 and dead2 as one free run")
    yield

    m.write(m.globals["list"], "next", None)
    del m.globals["ring"]
    m.collect("mark-sweep")
    m.note("only the chain's head was left; pages without a survivor were given back")
    yield

    m.globals["new"] = old(m, "new")
    m.note("the next old object takes a free block")


def old(m: Mutator, name: str) -> Handle:
    """An object of 32 bytes with one field, born in old space."""
    return m.new(name, fields=("next",), size=32, pretenured=True)


def link(m: Mutator, one: Handle, other: Handle) -> None:
    """Two objects refer to each other."""
    m.write(one, "next", other)
    m.write(other, "next", one)
