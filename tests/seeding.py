"""How a bug is seeded, and the heaps that show it: shared by the files of `tests/sabotage`.

Some bugs are changes of a collector's text, executed as a module of its own: a changed line that is not found, or is
found twice, fails the test. The others break a heap by hand, or override a method.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger
from gcsim.heap import verify
from heaps import Lab

CASES = []


def breaks(id_):
    """Enter a case: the check of that id, and no other, must raise."""

    def enter(case):
        CASES.append(pytest.param(id_, case, id=f"{id_}-{case.__name__}"))
        return case

    return enter


def mutant(name, *changes):
    """The collector module of that name with some text changed."""
    original = import_module(f"gcsim.collectors.{name}")
    text = Path(original.__file__).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}.py"
        text = text.replace(old, new)
    module = ModuleType(f"mutant_{name}")
    exec(compile(text, original.__file__, "exec"), module.__dict__)  # noqa: S102 - the project's own code, broken
    return module


def scavenger(*changes):
    """A scavenger with some text changed."""
    return mutant("scavenge", *changes).Scavenger


def marker(*changes):
    """A mark-sweep whose marker has some text changed."""
    broken = mutant("mark", *changes).Marker

    class Broken(MarkSweep):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self.marker = broken(heap, self.work)

    return Broken


def evacuator(*changes):
    """A mark-sweep whose evacuator has some text changed."""
    module = mutant("mark_sweep")
    module.MarkSweep.evacuator_type = mutant("evacuate", *changes).Evacuator
    return module.MarkSweep


def recorder(*changes):
    """A mark-sweep whose search for slots that refer to candidates has some text changed."""
    module = mutant("mark_sweep")
    module.record_slots = mutant("compact", *changes).record_slots
    return module.MarkSweep


def scavenge_then(lab, sabotage):
    """A scavenge, then some damage, then the checks."""
    before = verify.picture(lab.heap)
    cycle = run(Scavenger(lab.heap))
    sabotage(cycle)
    verify.verify_scavenge(before, lab.heap, cycle.work)


def scavenge_with(lab, collector):
    """A scavenge by a broken collector, checked at its end only."""
    before = verify.picture(lab.heap)
    verify.verify_scavenge(before, lab.heap, run(collector(lab.heap)).work)


def collect_with(lab, prepare):
    """A full collection that begins with some damage, checked at its end only."""
    before = verify.picture(lab.heap)
    cycle = MarkSweep(lab.heap)
    prepare()
    verify.verify_mark_sweep(before, lab.heap, run(cycle).work)


def run(cycle):
    """The cycle, when it is done."""
    while cycle.phase is not Phase.DONE:
        cycle.advance(UNLIMITED)
    return cycle


def pair():
    """Young A refers to B by a; both are roots."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "B")
    return lab


def old_and_young():
    """Old O refers to young Y, which is no root."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.new("Y")
    lab.link("O", "a", "Y")
    lab.drop("Y")
    return lab


def elder_and_child():
    """A has survived once; its child C is newborn and no root."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.scavenge()
    lab.new("C")
    lab.link("A", "a", "C")
    lab.drop("C")
    return lab


def waiting_page():
    """Old A and C live, B between them is dead; their page waits for its sweep."""
    lab = Lab(pages=2)
    for name in "ABC":
        lab.new(name, old=True)
    lab.drop("B")
    lab.collect()
    return lab, lab.heap.old.unswept[0]


def holes(*dead, lazy=False):
    """A swept page of four old objects, some of them dead."""
    lab = Lab(pages=2, lazy_sweeping=lazy)
    for name in "ABCD":
        lab.new(name, old=True)
    lab.drop(*dead)
    lab.collect()
    return lab
