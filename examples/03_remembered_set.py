"""How can a scavenge leave old space alone, if old objects refer to young ones?

The write barrier records each slot of an old object that comes to refer to a young one. A scavenge takes these slots
as roots. Here only an old object refers to the young one, and the young one lives.
"""

from gcsim import Simulation

sim = Simulation()
m = sim.mutator
holder = m.shape("Holder", fields=("young",))
with m.scope():
    m.globals["holder"] = m.new(holder, pretenured=True)
    m.write(m.globals["holder"], "young", m.new("Young", size=32))
print("remembered slots after the store:", len(sim.heap.remembered))

for _ in range(2):
    sim.collect("scavenge")
    event = sim.events[-1]
    with m.scope():
        young = m.inspect(m.read(m.globals["holder"], "young"))
    print(
        f"scavenge visited {event.remembered_slots} slot: the object is in {young.space} space, "
        f"slots remembered now: {len(sim.heap.remembered)}"
    )

with m.scope():
    m.write(m.globals["holder"], "young", None)
print("a store of null records nothing:", len(sim.heap.remembered))
