"""What is garbage, and what does it cost to collect it?

New space of this heap has room for four objects of 32 bytes. A, B, C and D fill it. Then nothing refers to B and D
any more, and E does not fit: a scavenge copies A and C, and never looks at B and D.
"""

from gcsim import HeapConfig, Simulation
from gcsim.config import LESSON
from gcsim.heap.inspect import new_space_strip

sim = Simulation(LESSON)
m = sim.mutator
for name in "ABCD":
    with m.scope():
        m.globals[name] = m.new(name, size=32)
print("full:   ", new_space_strip(sim.heap))

del m.globals["B"], m.globals["D"]
print("B and D are dead, but still there:")
print("        ", new_space_strip(sim.heap))

with m.scope():
    m.globals["E"] = m.new("E", size=32)
print("E:      ", new_space_strip(sim.heap))

event = sim.events[0]
print(f"{event.kind.value} because of {event.reason}:")
print(f"copied {event.copied_bytes} bytes, freed {event.freed_bytes} bytes without touching them")
print(f"on a real heap such a space has {HeapConfig().page_area_bytes:,} bytes a page")
