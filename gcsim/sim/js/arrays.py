"""Arrays: a JSArray of 32 bytes and its elements.

    kind                              bytes      words
    JSArray                           32         header | elements | length, hash
    FixedArray, capacity c            16 + 8c    header | c elements | capacity
    FixedDoubleArray, capacity c      16 + 8c    header | capacity, c doubles

Measured on Node 20.20. `new Array(n)` and a literal have the capacity they need; an empty array has no elements of
its own. When a push finds no room, elements for n + n // 2 + 16 are made, n being the length needed (V8
JSObject::NewElementsCapacity): 17, 43, 82, 140, 227, 358; the old ones are garbage.

An array of doubles holds the numbers themselves. To store anything else turns all of them into tagged elements, each
number that is no Smi a HeapNumber, as V8 does (and does not take back).

Left out: a pop never shrinks the elements (V8 trims them when less than half is in use); sparse arrays; holes are
null.
"""

from array import array as raw_array
from collections.abc import Sequence
from random import Random
from typing import Final

from gcsim.errors import NoSuchField, ShapeError
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.objects import Objects
from gcsim.sim.js.values import JsRead, JsValue, bits_of, double_of
from gcsim.units import WORD_BYTES

ELEMENTS_AT: Final = 1
LENGTH_AT: Final = 2
FIRST_ELEMENT: Final = 1
FIRST_DOUBLE: Final = 2
STORE_OVERHEAD_WORDS: Final = 2
"""Words of a FixedArray or FixedDoubleArray besides its elements."""
MIN_ADDED_CAPACITY: Final = 16

HOLE_BITS: Final = -0x0008_0000_0008_0001
"""V8's hole in an array of doubles: the NaN 0xFFF7FFFF_FFF7FFFF, which no computation gives."""


def grown_capacity(length: int) -> int:
    """The capacity of new elements when `length` are needed."""
    return length + length // 2 + MIN_ADDED_CAPACITY


class Arrays(Objects):
    """Makes arrays, and reads and writes their elements."""

    __slots__ = ("_array", "_double_indexes", "_double_shapes", "_element_shapes")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        self._array = heap.shapes.define("Array", fields=("elements",), size=32, kind="builtin")
        self._element_shapes: dict[int, Shape] = {}
        self._double_shapes: dict[int, Shape] = {}
        self._double_indexes: dict[int, Shape] = {}

    def array(self, *values: JsValue, length: int | None = None, doubles: bool = False) -> Handle:
        """A new array of `values`. `length`: its length, the rest being holes: `new Array(n)`.

        `doubles`: the elements are unboxed; all values must be numbers then.

        Raises:
            ShapeError: `length` is below the number of values, or more than a heap can hold.
            TypeError: not a JavaScript value, or not a number where `doubles` wants one.
        """
        count = len(self._roots.handles)
        length = len(values) if length is None else length
        if length < len(values):
            raise ShapeError(f"the length of this array must be at least {len(values)} elements, got {length}")
        elements = None
        if length:
            elements = self._make_doubles(values, length) if doubles else self._make_elements(values, length)
        elif doubles:
            raise ShapeError("an array of doubles begins with at least 1 element: an empty one has no elements")
        handle = self._create(self._array, (elements,))
        self._words[handle.address + LENGTH_AT] = length
        self._keep_last(count)
        return handle

    def length(self, value: Handle) -> int:
        """How many elements an array has, or how many UTF-16 units a string.

        Raises:
            TypeError: neither of the two.
        """
        address = address_of(value)
        if self._is_string(address):
            return self._string_length(address)
        self._check_array(value)
        return self._words[address + LENGTH_AT]

    def push(self, array: Handle, value: JsValue) -> int:
        """The array is one longer, and `value` its last element; returns the new length.

        Raises:
            TypeError: not an array, or not a JavaScript value.
        """
        self._check_array(array)
        if self._has_doubles(array) and not isinstance(value, int | float):
            self._turn_into_tagged(array)
        words = self._words
        length = words[array.address + LENGTH_AT] + 1
        if length > self._capacity(array):
            self._grow(array, grown_capacity(length))
        self._write(array, length - 1, value)
        words[array.address + LENGTH_AT] = length
        return length

    def pop(self, array: Handle) -> JsRead:
        """The last element, which the array has no longer; None if it is empty.

        Raises:
            TypeError: not an array.
        """
        last = self.length(array) - 1
        if last < 0:
            return None
        value = self._read(array, last)
        words, address = self._words, array.address
        if not self._has_doubles(array):
            words[words[address + ELEMENTS_AT] + FIRST_ELEMENT + last] = 0
        words[address + LENGTH_AT] = last
        return value

    def item(self, array: Handle, index: int) -> JsRead:
        """An element; a number of an array of doubles is a float, a hole None.

        Raises:
            NoSuchField: the index is not within the array.
            TypeError: not an array.
        """
        self._check_index(array, index)
        return self._read(array, index)

    def set_item(self, array: Handle, index: int, value: JsValue) -> None:
        """The element is `value`.

        Raises:
            NoSuchField: the index is not within the array; `push` makes it longer.
            TypeError: not an array, or not a JavaScript value.
        """
        self._check_index(array, index)
        if self._has_doubles(array) and not isinstance(value, int | float):
            self._turn_into_tagged(array)
        self._write(array, index, value)

    # Elements

    def _read(self, array: Handle, index: int) -> JsRead:
        words = self._words
        elements = words[array.address + ELEMENTS_AT]
        if words[elements] not in self._double_indexes:
            return self._value(words[elements + FIRST_ELEMENT + index])
        bits = words[elements + FIRST_DOUBLE + index]
        return None if bits == HOLE_BITS else double_of(bits)

    def _write(self, array: Handle, index: int, value: JsValue) -> None:
        """Element `index`, for which there is room, is `value`: a number if the elements are doubles."""
        words = self._words
        if isinstance(value, int | float) and self._has_doubles(array):
            words[words[array.address + ELEMENTS_AT] + FIRST_DOUBLE + index] = bits_of(float(value))
            return
        word = self._field(value)
        elements = words[array.address + ELEMENTS_AT]
        self._store(elements, elements + FIRST_ELEMENT + index, word)

    def _capacity(self, array: Handle) -> int:
        words = self._words
        elements = words[array.address + ELEMENTS_AT]
        return self._heap.shapes.words_of[words[elements]] - STORE_OVERHEAD_WORDS if elements else 0

    def _has_doubles(self, array: Handle) -> bool:
        return self._words[self._words[array.address + ELEMENTS_AT]] in self._double_indexes

    def _grow(self, array: Handle, capacity: int) -> None:
        """The array has elements for `capacity`, with the same content; the old ones are garbage."""
        words = self._words
        length = words[array.address + LENGTH_AT]
        doubles = self._has_doubles(array)
        store = self._make(self._double_shape(capacity) if doubles else self._element_shape(capacity))
        address = array.address
        elements = words[address + ELEMENTS_AT]
        if doubles:
            first = store + FIRST_DOUBLE
            words[first : first + length] = words[elements + FIRST_DOUBLE : elements + FIRST_DOUBLE + length]
            words[store + 1] = capacity
        else:
            self._copy(elements, store, length)
            words[store + FIRST_ELEMENT + capacity] = capacity
        self._store(address, address + ELEMENTS_AT, store)

    def _turn_into_tagged(self, array: Handle) -> None:
        """The array's doubles are tagged elements of the same capacity."""
        count = len(self._roots.handles)
        values = [self._read(array, index) for index in range(self.length(array))]
        elements = self._make_elements(values, self._capacity(array))
        self._store(array.address, array.address + ELEMENTS_AT, elements.address)
        self._drop(count)

    def _make_elements(self, values: Sequence[JsValue], capacity: int) -> Handle:
        handle = self._create(self._element_shape(capacity), values)
        self._words[handle.address + FIRST_ELEMENT + capacity] = capacity
        return handle

    def _make_doubles(self, values: Sequence[JsValue], capacity: int) -> Handle:
        shape = self._double_shape(capacity)
        bits = raw_array("q", [HOLE_BITS]) * capacity
        for place, value in enumerate(values):
            if not isinstance(value, int | float):
                raise TypeError(f"an array of doubles is made of numbers, got {value!r}")
            bits[place] = bits_of(float(value))
        handle = self._new(shape)
        address = handle.address
        self._words[address + 1] = capacity
        self._words[address + FIRST_DOUBLE : address + FIRST_DOUBLE + capacity] = bits
        return handle

    def _element_shape(self, capacity: int) -> Shape:
        shape = self._element_shapes.get(capacity)
        if shape is None:
            size = (STORE_OVERHEAD_WORDS + capacity) * WORD_BYTES
            shape = self._heap.shapes.define("FixedArray", strong=capacity, size=size, kind="array")
            self._element_shapes[capacity] = shape
        return shape

    def _double_shape(self, capacity: int) -> Shape:
        shape = self._double_shapes.get(capacity)
        if shape is None:
            size = (STORE_OVERHEAD_WORDS + capacity) * WORD_BYTES
            shape = self._heap.shapes.define("FixedDoubleArray", size=size, kind="array")
            self._double_shapes[capacity] = self._double_indexes[shape.index] = shape
        return shape

    def _check_array(self, handle: Handle) -> None:
        if self._words[address_of(handle)] != self._array.index:
            raise TypeError(f"expected an Array, got {self._shape_of(handle).name}")

    def _check_index(self, array: Handle, index: int) -> None:
        self._check_array(array)
        length = self._words[array.address + LENGTH_AT]
        if not 0 <= index < length:
            allowed = f"0 to {length - 1}" if length else "none, it is empty"
            raise NoSuchField(f"this Array has {length} elements; got index {index!r}, allowed: {allowed}")
