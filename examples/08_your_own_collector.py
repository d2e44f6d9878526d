"""What if objects were promoted at their first survival?

A collector is a class; `Simulation` takes yours. This one moves the age mark to the end of from-space, so that every
survivor counts as seen before. It copies nothing twice, but it fills old space with objects that were about to die.
"""

from gcsim import HeapConfig, Scavenger, Simulation
from gcsim.scenarios import built_in
from gcsim.units import MB


class EagerScavenger(Scavenger):
    """Promotes whatever survives."""

    def __init__(self, heap):
        super().__init__(heap)
        _, self.age_mark = heap.new.from_range()


for young in (Scavenger, EagerScavenger):
    sim = Simulation(HeapConfig(max_semi_space_size=1), young=young)
    sim.run(built_in("fifo-queue"), messages=100_000, length=5_000)
    copied = sum(event.copied_bytes for event in sim.events) / MB
    promoted = sum(event.promoted_bytes for event in sim.events) / MB
    print(f"{young.__name__:15} copied {copied:4.1f} MB, promoted {promoted:4.1f} MB, {len(sim.events)} collections")
