"""What does a mark-sweep find that counting references would not?

Two objects that refer to each other and that nobody else refers to: an island. The marker starts at the roots and
never gets there, so the sweep frees both, as one run together with their dead neighbour.
"""

from gcsim import Simulation
from gcsim.config import LESSON
from gcsim.heap.inspect import walk_page

sim = Simulation(LESSON.replace(lazy_sweeping=False))
m = sim.mutator


def show(title):
    """Print every page of old space, block by block."""
    print(title)
    for page in sim.heap.old.pages.values():
        blocks = []
        for block in walk_page(sim.heap, page):
            words = sim.heap.memory.words[block.address]
            name = sim.heap.shapes[words].name if block.kind == "object" else block.kind
            blocks.append(f"{name} {block.words * 8}")
        print("    |", " | ".join(blocks), "|")


with m.scope():
    kept, neighbour, one, two, end = (
        m.new(name, fields=("other",), size=24, pretenured=True) for name in ("kept", "dead", "one", "two", "end")
    )
    m.write(one, "other", two)
    m.write(two, "other", one)
    m.write(kept, "other", end)
    m.globals["kept"] = kept
show("before:")
sim.collect("mark-sweep")
show("after:")
event = sim.events[-1]
print(f"marked {event.marked_objects} objects, freed {event.freed_bytes} bytes")
