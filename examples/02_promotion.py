"""When does an object become old?

At the second scavenge that it survives. The first copies it within new space; the age mark remembers where copying
ended, so the second knows that it has seen the object before, and promotes it.
"""

from gcsim import Simulation

sim = Simulation()
m = sim.mutator
node = m.shape("Node", fields=("next",), size=32)
with m.scope():
    a, b = m.new(node), m.new(node)
    m.write(a, "next", b)
    m.globals["a"] = a

for _ in range(3):
    with m.scope():
        seen = m.inspect(m.globals["a"])
    print(f"a is in {seen.space} space, age {seen.age}")
    sim.collect("scavenge")
    event = sim.events[-1]
    print(f"    scavenge: {event.copied_objects} copied, {event.promoted_objects} promoted")
