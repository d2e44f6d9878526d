"""Why does a program need a write barrier while it is being marked?

Because it can hide a white object behind a black one. Here the marker has finished with A (black) when the program
moves the only reference to C from B, which was not scanned yet, to A. Nobody will look at A again. The barrier makes C
grey at the store; without it C is swept although A refers to it.
"""

from gcsim import MarkSweep, Phase, Simulation
from gcsim.config import LESSON


def run(*, barrier):
    """Mark A -> B -> C in steps; between two steps, move C from B to A."""
    sim = Simulation(LESSON.replace(lazy_sweeping=False))
    m, heap = sim.mutator, sim.heap
    with m.scope():
        a, b, c = (m.new(name, fields=("other", "next"), size=24, pretenured=True) for name in "ABC")
        m.write(a, "next", b)
        m.write(b, "next", c)
        m.globals["A"] = a

    cycle = MarkSweep(heap)
    cycle.advance(1)
    with m.scope():
        a = m.globals["A"]
        b = m.read(a, "next")
        print("   ", ", ".join(f"{m.inspect(x).name} is {m.inspect(x).color}" for x in (a, b, m.read(b, "next"))))
        if not barrier:
            heap.marking = False
            heap.update_barrier()
        m.write(a, "other", m.read(b, "next"))
        m.write(b, "next", None)
        print("    C was moved to A: C is", m.inspect(m.read(a, "other")).color)
        heap.marking = True
    while cycle.phase is not Phase.DONE:
        cycle.advance(1)
    with m.scope():
        address = heap.memory.words[heap.roots.globals["A"] + 1]
    print(
        "    A.other is", "C, alive" if heap.memory.words[address] > heap.shapes.filler_max else "a dangling reference"
    )


print("with the barrier:")
run(barrier=True)
print("without it:")
run(barrier=False)
