"""Seams: what is replaced for the time of a block, and back afterwards."""

import pytest

from gcsim.heap import barriers
from gcsim.heap.heap import Heap
from gcsim.testing import testbed
from gcsim.testing.seams import Change, replaced


def test_a_function_is_replaced_wherever_it_was_imported():
    """And nowhere afterwards, also when the block fails."""
    original = barriers.record_write

    def fail():
        with replaced(Change(barriers, "record_write", lambda old: "new")):
            assert (barriers.record_write, testbed.record_write) == ("new", "new")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (barriers.record_write, testbed.record_write) == (original, original)


def test_a_method_is_replaced_and_can_call_the_original():
    """Changes of the same method stack."""

    def twice(shade):
        return lambda self, address: (shade(self, address), shade(self, address))

    original = Heap.shade
    with replaced(Change(Heap, "shade", twice), Change(Heap, "shade", twice)):
        assert Heap.shade is not original
    assert Heap.shade is original
