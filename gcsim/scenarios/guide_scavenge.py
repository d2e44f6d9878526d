"""The guide's scavenge: A, B, C and D fill the semispace, E does not fit, B and D are dead.

The heap is the lesson preset's: one page of 128 bytes a semispace, so four objects of 32 bytes fill it.

    | A | B | C | D |               E does not fit: a scavenge, in which A and C survive
    | A | C | E | <unallocated> |   E is allocated after them
    | A | C | E | F |               G does not fit: a second scavenge, in which A and C survive again
    | E | F | G | <unallocated> |   so they are promoted to old space, and E and F are copied
"""

from collections.abc import Generator

from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario


@scenario(preset="lesson")
def guide_scavenge(m: Mutator) -> Generator[None, None, None]:
    """The Node.js guide's A, B, C, D and E in a new space of four places."""
    for name in "ABCD":
        allocate(m, name)
        m.note(f"{name} is allocated")
        yield
    del m.globals["B"], m.globals["D"]
    m.note("B and D are dead: nothing refers to them")
    yield
    allocate(m, "E")
    m.note("E did not fit: A and C were copied, E was allocated after them")
    yield
    allocate(m, "F")
    m.note("F is allocated")
    yield
    allocate(m, "G")
    m.note("G did not fit: A and C survived twice and were promoted, E and F were copied")


def allocate(m: Mutator, name: str) -> None:
    """An object of 32 bytes of that name exists and is a global."""
    m.globals[name] = m.new(name, size=32)
