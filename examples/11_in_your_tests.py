"""How does a collector get into a pytest suite?

Five lines: a state machine of hypothesis with your collector, whose test case pytest finds. Each of its rules is an
operation of the program or a step of a collection; after every step all invariants are checked.
"""

from gcsim import Scavenger
from gcsim.testing import HeapMachine


class EagerScavenger(Scavenger):
    """Promotes whatever survives, and says so: it waives S7, that an object is promoted at its second survival."""

    def __init__(self, heap):
        super().__init__(heap)
        _, self.age_mark = heap.new.from_range()


class EagerMachine(HeapMachine):
    young = EagerScavenger
    waived = ("S7",)


TestEagerScavenger = EagerMachine.TestCase

if __name__ == "__main__":
    TestEagerScavenger("runTest").debug()
    print(f"{EagerScavenger.__name__}: no invariant was broken")
