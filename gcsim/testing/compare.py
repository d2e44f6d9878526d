"""The heap against the oracle: all and only what the mutator made, seen from every root.

Each numbered object keeps its number in its last raw word, so a copy, a swap or a duplicate shows. What the oracle does
not reach may still be there, or not: that is the collectors' business, and `verify`'s.
"""

from gcsim.errors import InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import entries
from gcsim.heap.memory import NULL, smi_value
from gcsim.testing.model import Model, Ref


def compare(heap: Heap, model: Model) -> None:
    """Nothing, if the heap holds what the model says.

    Raises:
        InvariantBroken: it does not: G1 (something is missing), G2 (a field, a root or a number is not what it was),
            G5 (an object is there twice), E1 (a weak field) or E3 (an entry of a table).
    """
    _Comparison(heap, model).run()


class _Comparison:
    """One walk from the roots. `where`: the address of each number that was met."""

    def __init__(self, heap: Heap, model: Model) -> None:
        self.heap, self.model = heap, model
        self.words, self.shapes = heap.memory.words, heap.shapes
        self.where: dict[int, int] = {}
        self.front: list[int] = []

    def run(self) -> None:
        self._roots()
        while self.front:
            for number in self.front:  # grows while it is read
                self._fields(number)
            self.front = []
            for table in [number for number in self.where if number in self.model.entries]:
                self._entries(table)
        missing = self.model.reachable() - self.where.keys()
        if missing:
            self._fail("G1 safety", f"object {min(missing)} can be reached, and is not there")
        for number in self.where:
            self._weak_fields(number)

    def _roots(self) -> None:
        addresses, numbers = list(self.heap.roots.addresses()), self.model.roots()
        if len(addresses) != len(numbers):
            self._fail("G7 roots", f"there are {len(addresses)} roots, {len(numbers)} were made")
        for address, number in zip(addresses, numbers, strict=True):
            self._meet(address, number, f"the root for object {number}")

    def _fields(self, number: int) -> None:
        expected = self.model.fields[number]
        address = self.where[number]
        for index, content in enumerate(expected):
            word = self.words[address + 1 + index]
            if isinstance(content, Ref):
                self._meet(word, content.number, f"field {index} of object {number} at {address}")
            elif word > NULL or (smi_value(word) if word else None) != content:
                self._fail("G2 isomorphism", f"field {index} of object {number} at {address} is {word}, not {content}")

    def _entries(self, table: int) -> None:
        model, address = self.model.entries[table], self.where[table]
        found: dict[int, int] = {}
        for key, value in entries(self.heap, address):
            key_number = self._number(key)
            found[key_number] = value
            if key_number not in model:
                self._fail("E3 ephemeron", f"table {table} at {address} has the key {key_number}, which was removed")
            if key_number in self.where:
                self._meet(value, model[key_number], f"the value of key {key_number} in table {table} at {address}")
        for key_number in model:
            if key_number in self.where and key_number not in found:
                self._fail("E3 ephemeron", f"table {table} at {address} has lost its entry for object {key_number}")

    def _weak_fields(self, number: int) -> None:
        address = self.where[number]
        first = address + 1 + len(self.model.fields[number])
        for index, target in enumerate(self.model.weak[number]):
            word, place = self.words[first + index], f"weak field {index} of object {number} at {address}"
            if word > NULL and (target is None or self._number(word) != target):
                self._fail("E1 weak clear", f"{place} refers to {word}, not to object {target}")
            elif target in self.where and word != self.where[target]:
                self._fail("E1 weak clear", f"{place} is {word}, and object {target} lives at {self.where[target]}")

    def _meet(self, address: int, number: int, place: str) -> None:
        """The object of that number is at `address`, or fail."""
        known = self.where.get(number)
        if known is None:
            if self._number(address) != number:
                what = self._number(address) or "nothing that was made"
                self._fail("G2 isomorphism", f"{place} refers to {address}, where {what} is, not object {number}")
            self.where[number] = address
            self.front.append(number)
        elif known != address:
            self._fail("G5 sharing", f"{place} refers to {address}, and object {number} is at {known}")

    def _number(self, address: int) -> int:
        """The number of the object at `address`; 0 if that is no object."""
        return number_at(self.heap, address)

    def _fail(self, check: str, what: str) -> None:
        raise InvariantBroken(f"{check}: {what}")


def number_at(heap: Heap, address: int) -> int:
    """The number in the last raw word of the object at `address`; 0 if no object is there."""
    words = heap.memory.words
    if not NULL < address < len(words):
        return 0
    header = words[address]
    if not heap.shapes.filler_max < header < len(heap.shapes.words_of):
        return 0
    return words[address + heap.shapes.words_of[header] - 1]
