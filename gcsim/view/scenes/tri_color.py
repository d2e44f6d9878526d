"""Scene 5: marking in steps, and a program that goes on in between.

    root -> A -> B -> hidden        root is black, B grey; the program moves `hidden` from B to root
            A -> floating

The marker will not look at root again, and B does not lead to `hidden` any more: without the write barrier it would be
lost. The barrier makes it grey. `late` is born old meanwhile, and so it is born black. `floating` was marked before the
program dropped it: it stays until the next collection.
"""

from gcsim.config import LESSON
from gcsim.heap.roots import Handle
from gcsim.sim.mutator import Mutator
from gcsim.sim.simulation import Simulation
from gcsim.view.scenes.scene import Scene

OBJECT_BYTES = 32
STEPS_BEFORE = 3
"""After so many steps root, A and floating are black, and B is grey."""


def program(simulation: Simulation) -> None:
    """The store in between, the newborn in between, the pause at the end."""
    m = simulation.mutator
    with m.scope():
        build(m)
    m.note("root leads to A, A to B and floating, B to hidden. Now marking begins.")
    simulation.runtime.start_marking("lesson")
    for _ in range(STEPS_BEFORE):
        simulation.idle(0.0)  # a task of the event loop: one step of marking
    with m.scope():
        move_hidden(m)
    m.note("hidden has moved from a grey object to a black one, behind the marker's back")
    simulation.idle(0.0)
    with m.scope():
        m.globals["late"] = new(m, "late")
        m.write(follow(m, "left"), "right", None)
    while simulation.runtime.marking is not None:
        simulation.idle(0.0)
    m.note("floating was dropped after it was marked: it floats until the next collection")
    simulation.collect("mark-sweep")


def build(m: Mutator) -> None:
    """The graph is there, all of it old."""
    root, a, b = new(m, "root"), new(m, "A"), new(m, "B")
    m.globals["root"] = root
    m.write(root, "left", a)
    m.write(a, "left", b)
    m.write(a, "right", new(m, "floating"))
    m.write(b, "left", new(m, "hidden"))
    new(m, "garbage")


def move_hidden(m: Mutator) -> None:
    """`root` refers to `hidden`, B does not."""
    b = follow(m, "left", "left")
    m.write(m.globals["root"], "right", follow(m, "left", "left", "left"))
    m.write(b, "left", None)


def follow(m: Mutator, *fields: str) -> Handle:
    """The object to which a way of fields leads from the root."""
    found = m.globals["root"]
    for field in fields:
        found = m.read(found, field)  # type: ignore[assignment] # what this scene stores are objects
    return found


def new(m: Mutator, name: str) -> Handle:
    """An old object with two fields."""
    return m.new(name, fields=("left", "right"), size=OBJECT_BYTES, pretenured=True)


SCENE = Scene(
    name="tri-color",
    title="White, grey, black: marking in steps, and a store in between.",
    program=program,
    config=LESSON.replace(lazy_sweeping=False),
    marking_step_bytes=1,
)
