"""The oracle: what a heap should hold, as a dictionary of lists. It is fed by the mutator's operations only.

It knows no addresses, no spaces and no collectors. An object is a number, which the tests keep in its last raw word;
a field holds an object's number as `Ref`, a small integer, or None.
"""

from typing import NamedTuple

from gcsim.heap.inspect import Smi, view


class Ref(NamedTuple):
    """A field's reference to the object of that number."""

    number: int


class Model:
    """`fields[n]`: the fields of object n. `globals` and `scopes` are the roots, as numbers."""

    def __init__(self):
        self.fields = {}
        self.globals = {}
        self.scopes = [[]]

    def new(self, strong):
        """A new object with `strong` empty fields; its number."""
        number = len(self.fields) + 1
        self.fields[number] = [None] * strong
        return number

    def roots(self):
        """The number behind every root, in the heap's order."""
        return [*self.globals.values(), *(number for scope in self.scopes for number in scope)]

    def reachable(self):
        """Every number that the roots lead to: breadth first."""
        found = list(dict.fromkeys(self.roots()))
        seen = set(found)
        for number in found:
            for value in self.fields[number]:
                if isinstance(value, Ref) and value.number not in seen:
                    seen.add(value.number)
                    found.append(value.number)
        return seen

    def compare(self, heap):
        """Assert that the heap holds what this model holds: all and only the same, from every root."""
        addresses = list(heap.roots.addresses())
        numbers = self.roots()
        assert [number_of(heap, address) for address in addresses] == numbers
        where = dict(zip(numbers, addresses, strict=True))
        front = list(where)
        for number in front:
            seen = view(heap, where[number])
            fields = [self._as_model(heap, content, where, front) for _, content in seen.fields]
            assert fields == self.fields[number], f"object {number} at {seen.address}"
        assert where.keys() == self.reachable()
        assert len(set(where.values())) == len(where)

    def _as_model(self, heap, content, where, front):
        if content is None:
            return None
        if isinstance(content, Smi):
            return content.value
        number = number_of(heap, content)
        if number not in where:
            where[number] = content
            front.append(number)
        assert where[number] == content, f"object {number} is at {where[number]} and at {content}"
        return Ref(number)


def number_of(heap, address):
    """The number in the last raw word of the object at `address`."""
    return view(heap, address).raw[-1]
