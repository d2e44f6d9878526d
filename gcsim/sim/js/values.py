"""Values: Python's as fields of the heap, and back.

    Python                                  in a field
    Handle                                  the address
    int of 32 bits, bool, integral float    a Smi, 0 bytes (but not -0.0)
    any other int or float                  the address of a HeapNumber, 16 bytes: header | the double's bits
    str                                     the address of a new string
    None                                    0, null

Measured on Node 20.20, where a Smi has 32 bits (x64 without pointer compression). Back, a Smi is an int, a HeapNumber
a float, and any other object a handle.
"""

from collections.abc import Iterable
from random import Random
from struct import Struct
from typing import Final, TypeAlias

from gcsim.heap.barriers import record_range
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL, SMI_BIAS, SMI_MAX, SMI_MIN
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.strings import Strings

JsValue: TypeAlias = Handle | int | float | str | None
JsRead: TypeAlias = Handle | int | float | None

DOUBLE: Final = Struct("=d")
BITS: Final = Struct("=q")


def bits_of(number: float) -> int:
    """The word that holds a double."""
    word: int = BITS.unpack(DOUBLE.pack(number))[0]
    return word


def double_of(word: int) -> float:
    """The double that a word holds."""
    number: float = DOUBLE.unpack(BITS.pack(word))[0]
    return number


def simple_word(value: object) -> int | None:
    """The field that holds a value which needs no object: null or a Smi. None for any other value."""
    if value is None:
        return NULL
    if isinstance(value, int):
        return value - SMI_BIAS if SMI_MIN <= value <= SMI_MAX else None
    if isinstance(value, float) and SMI_MIN <= value <= SMI_MAX and value == int(value):
        return None if value == 0 and str(value) == "-0.0" else int(value) - SMI_BIAS
    return None


class Values(Strings):
    """Python values as fields, and fields as Python values."""

    __slots__ = ("_number",)

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        self._number = heap.shapes.define("HeapNumber", size=16, kind="number")

    def number(self, value: float) -> Handle:
        """A new HeapNumber, whatever the value: 16 bytes, as for a field that V8 has seen doubles in."""
        number = float(value)
        handle = self._new(self._number)
        self._words[handle.address + 1] = bits_of(number)
        return handle

    def _hold(self, value: JsValue) -> Handle | int:
        """What `value` is in a field, in a form that collections leave right: a handle, or the word itself.

        Raises:
            TypeError: not a JavaScript value.
        """
        if isinstance(value, Handle):
            address_of(value)
            return value
        word = simple_word(value)
        return self._box(value) if word is None else word

    def _field(self, value: JsValue) -> int:
        """The word that holds `value`: it must be stored before the next allocation. Raises as `_hold` does."""
        if isinstance(value, Handle):
            return address_of(value)
        word = simple_word(value)
        if word is None:
            word = self._box(value).address
            self._drop(len(self._roots.handles) - 1)
        return word

    def _box(self, value: JsValue) -> Handle:
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, int | float):
            return self.number(value)
        raise TypeError(f"a JavaScript value is a Handle, an int, a float, a str or None, got {value!r}")

    def _value(self, word: int) -> JsRead:
        """What a field that holds `word` is in Python; an object's handle is made in the innermost scope."""
        if word <= 0:
            return word + SMI_BIAS if word else None
        if self._words[word] == self._number.index:
            return double_of(self._words[word + 1])
        return self._roots.handle(word)

    def _create(self, shape: Shape, values: Iterable[JsValue]) -> Handle:
        """A new object whose first fields are `values`.

        It is made after them, so that nothing happens between its birth and its last store.
        """
        hold = self._hold
        handles = self._roots.handles
        count = len(handles)
        held = [
            value
            if value.__class__ is Handle
            else value - SMI_BIAS  # the Smi here again, for speed: this is the body of every loop that makes objects
            if value.__class__ is int and SMI_MIN <= value <= SMI_MAX
            else hold(value)
            for value in values
        ]
        handle = self._new(shape)
        words, slot = self._words, handle.address
        for part in held:
            slot += 1
            words[slot] = part if isinstance(part, int) else address_of(part)
        if slot >= self._old_start:
            record_range(self._heap, handle.address, handle.address + 1, len(held))
        if len(handles) > count + 1:
            self._keep_last(count)
        return handle
