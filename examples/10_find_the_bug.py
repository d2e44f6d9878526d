"""Can a program find the bug in this collector?

It looks right: a large object is promoted in place, so there is nothing to copy and no reference to update. The kit
runs random programs on tiny heaps until an invariant breaks, and shows the shortest program that breaks it. On the
command line: `gcsim check examples/10_find_the_bug.py:BrokenScavenger`.
"""

from gcsim import Scavenger
from gcsim.testing import beds, check, report


class BrokenScavenger(Scavenger):
    """Promotes young large objects without a second look at them."""

    def _promote_large(self, address):
        self.heap.new_large.hand_over(address, self.heap.large)
        self.work.promoted_objects += 1


if __name__ == "__main__":
    result = check(young=BrokenScavenger, examples=500)
    print(report(result.counterexample, beds(young=BrokenScavenger), {"young": "your_module:BrokenScavenger"}))
