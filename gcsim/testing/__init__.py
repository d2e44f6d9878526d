"""For whoever writes a collector: find its bugs, each as the shortest program that shows it.

    check(young=MyScavenger)                random programs, as `gcsim check` runs them
    class Mine(HeapMachine): ...            the same as a hypothesis state machine, for pytest
    explore(MyMarkSweep)                    every interleaving of a small world, instead of random ones
    Testbed(Geometry(), young=MyScavenger)  one tiny heap, driven by hand, with every step checked

`strategies` has what is drawn at random, `model` the oracle, `coverage` what has really happened in a run.
`SimulatedBed` is a testbed that paces itself, whose events are checked too. `plain` has collectors to start from,
`mutants` seeded bugs that show that the kit finds them. Needs hypothesis (`pip install "gcsim[testing]"`).
"""

from gcsim.testing.check import Result, beds, check
from gcsim.testing.exhaustive.explore import Exploration, explore
from gcsim.testing.exhaustive.scope import WITH_YOUNG, Scope
from gcsim.testing.geometry import Geometry
from gcsim.testing.machine import HeapMachine
from gcsim.testing.model import Model
from gcsim.testing.report import report
from gcsim.testing.shrink import Counterexample, shrink
from gcsim.testing.simulated import SimulatedBed
from gcsim.testing.testbed import Testbed

__all__ = [
    "WITH_YOUNG",
    "Counterexample",
    "Exploration",
    "Geometry",
    "HeapMachine",
    "Model",
    "Result",
    "Scope",
    "SimulatedBed",
    "Testbed",
    "beds",
    "check",
    "explore",
    "report",
    "shrink",
]
