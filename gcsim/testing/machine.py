"""The machine: hypothesis's stateful testing on a testbed, with a rule for every operation and every collector step.

    class MyMachine(HeapMachine):
        young = MyScavenger

    TestMyScavenger = MyMachine.TestCase

A subclass may name its own collectors, waive checks that they declare not to keep, and add rules of its own: `self.bed`
is the testbed.
"""

from collections.abc import Callable
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.errors import CollectorFailed, InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.testing.geometry import Geometry
from gcsim.testing.programs import COMMANDS, WEIGHTS
from gcsim.testing.report import script
from gcsim.testing.shrink import Counterexample
from gcsim.testing.strategies import NUMBERS, geometries, timetables
from gcsim.testing.testbed import Testbed
from gcsim.testing.timetable import Timetable


def rule_for(kind: str) -> Any:
    """The rule that does a command of that kind."""
    do = COMMANDS[kind]

    def step(self: "HeapMachine", a: int, b: int, c: int) -> None:
        self.do(lambda: do(self.bed, a, b, c))

    step.__name__ = kind
    step.__doc__ = do.__doc__
    return rule(a=NUMBERS, b=NUMBERS, c=NUMBERS)(step)


class HeapMachine(RuleBasedStateMachine):
    """Operations and collections in any order. `young`, `old`: the collectors; `waived`: ids of checks not made."""

    young: Callable[[Heap], Collector] = Scavenger
    old: Callable[[Heap], MajorCollector] = MarkSweep
    waived: tuple[str, ...] = ()

    for _kind in COMMANDS:
        for _copy in range(WEIGHTS.get(_kind, 1)):
            vars()[f"{_kind}_{_copy}" if _copy else f"{_kind}_"] = rule_for(_kind)
    del _kind, _copy

    @initialize(geometry=geometries(), timetable=timetables())
    def make(self, geometry: Geometry, timetable: Timetable) -> None:
        """A testbed of any geometry, collected at any moments."""
        cls = type(self)
        self.bed = Testbed(
            geometry, young=cls.young, old=cls.old, schedule=timetable.schedule(), thorough=False, waived=cls.waived
        )

    @invariant()
    def everything_holds(self) -> None:
        """As `verify` and the oracle see it."""
        if hasattr(self, "bed"):
            self.do(self.bed.check)

    def do(self, operation: Callable[[], object]) -> None:
        """Do it; a failure gets the script of the whole run as a note.

        Raises:
            InvariantBroken: a check failed.
            CollectorFailed: a collector raised something.
        """
        try:
            operation()
        except (InvariantBroken, CollectorFailed) as error:
            found = Counterexample(self.bed.geometry, tuple(self.bed.journal), error)
            error.add_note("\n".join(script(found, {})))
            raise
