"""From the nursery to old space: what a scavenge does with every kind of young object.

keeper    a global: copied once (intermediate), promoted at the second scavenge
friend    reachable only from keeper: goes where keeper leads
garbage   nothing refers to it: not even looked at
late      born between the two scavenges: one survival behind keeper
holder    born in old space, and refers to `held`, which is young: only the remembered set knows
"""

from collections.abc import Generator

from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario


@scenario(preset="lesson")
def scavenge_walkthrough(m: Mutator) -> Generator[None, None, None]:
    """Nursery, intermediate, old: two scavenges, a remembered slot, and a third."""
    m.globals["holder"] = m.new("holder", fields=("field",), size=16, pretenured=True)
    keeper = m.new("keeper", fields=("friend",), size=16)
    m.globals["keeper"] = keeper
    m.write(keeper, "friend", m.new("friend", size=16))
    m.new("garbage", size=32)
    m.note("nursery: keeper, its friend, and garbage")
    yield

    m.collect("scavenge")
    m.note("first scavenge: keeper and friend were copied, garbage was left behind")
    yield

    m.globals["late"] = m.new("late", size=16)
    m.write(m.globals["holder"], "field", m.new("held", size=16))
    m.note("late and held are born; the slot holder.field is remembered")
    yield

    m.collect("scavenge")
    m.note("second scavenge: keeper and friend were promoted, late and held were copied")
    yield

    del m.globals["late"]
    m.collect("scavenge")
    m.note("third scavenge: held was promoted, late was left behind, new space is empty")
