"""A random mutator on random tiny heaps, with collections at any moment and in slices of any size.

After every step each invariant of `verify` is checked, and the heap is compared with the oracle, which saw nothing but
the mutator's operations.
"""

from gcsim.testing import HeapMachine


class OwnCollectors(HeapMachine):
    """gcsim's own."""


TestOwnCollectors = OwnCollectors.TestCase
