"""Strings: sequences of UTF-16 units, stored flat, as the sum of two strings, or as a part of one.

    kind                                 bytes                 words
    one-byte, n characters               round8(16 + n)        header | length and hash, characters ...
    two-byte, n units                    round8(16 + 2n)       header | length and hash, units ...
    cons: a + b of 13 units or more      32                    header | first, second | length and hash
    sliced: a slice of 13 or more        32                    header | parent | length and hash, offset

Measured on Node 20.20; V8 src/objects/string.h. A string is two-byte as soon as one of its units is above 255.

A shorter sum or slice is a flat copy. Reading a cons string flattens it: a flat string is made (in old space for an
old cons string), and the cons string is from then on a way to it; its two halves are left to the collector. A sliced
string is never replaced, so a slice of 13 characters keeps its parent alive, were it megabytes: a well-known leak.

Left out: V8 shares the empty string and those of one character, and interns what names a property.
"""

from array import array
from random import Random
from typing import Final
from zlib import crc32

from gcsim.errors import NoSuchField, ShapeError
from gcsim.heap import texts
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape
from gcsim.heap.texts import CHARACTERS_AT, LENGTH_AT, LENGTH_SHIFT, NAMES, decode
from gcsim.sim.js.cells import Cells, New
from gcsim.units import WORD_BYTES, words_for

CONS_MIN_LENGTH: Final = 13
SLICED_MIN_LENGTH: Final = 13
MAX_LENGTH: Final = (1 << 29) - 24
"""V8's String::kMaxLength on 64 bits."""

HASH_BITS: Final = 30
HASH_MASK: Final = (1 << HASH_BITS) - 1


def encode(text: str, *, two_byte: bool = False) -> tuple[bytes, int]:
    """The characters as V8 stores them, and the bytes of each: 1 or 2."""
    if not two_byte:
        try:
            return text.encode("latin-1"), 1
        except UnicodeEncodeError:
            pass
    return text.encode("utf-16-le", "surrogatepass"), 2


def text_hash(text: str) -> int:
    """A hash of the content, of 30 bits and never 0, equal in every run (V8 seeds its own)."""
    return crc32(text.encode("utf-16-le", "surrogatepass")) & HASH_MASK or 1


class Strings(Cells):
    """Makes, joins, cuts and reads strings."""

    __slots__ = ("_cons", "_flat_shapes", "_length_at", "_sliced", "_width_of")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        define = heap.shapes.define
        self._cons = define("ConsString", fields=("first", "second"), size=32, kind="concatenated string")
        self._sliced = define("SlicedString", fields=("parent",), size=32, kind="sliced string")
        self._flat_shapes: dict[tuple[int, int], Shape] = {}
        self._width_of: dict[int, int] = {}
        self._length_at = {self._cons.index: self._cons.raw_offset, self._sliced.index: self._sliced.raw_offset}

    def string(self, text: str = "", *, length: int | None = None, two_byte: bool = False) -> Handle:
        """A new flat string. `length`: its UTF-16 units; those beyond `text` are U+0000 and cost nothing to write.

        Raises:
            ShapeError: `length` is shorter than the text, or longer than V8 allows (2**29 - 24).
        """
        data, width = encode(text, two_byte=two_byte)
        units = len(data) // width
        length = units if length is None else length
        if not units <= length <= MAX_LENGTH:
            raise ShapeError(f"the length of this string must be {units} to {MAX_LENGTH} units, got {length}")
        handle = self._new(self._flat_shape(length, width))
        self._write_flat(handle.address, length, data)
        return handle

    def text(self, string: Handle) -> str:
        """The content of a string; a cons string is flat afterwards.

        Raises:
            TypeError: not a string.
        """
        self._flatten(string)
        return decode(*self._characters(string.address))

    def concat(self, first: Handle | str, second: Handle | str) -> Handle:
        """`first + second`: one of them if the other is empty, a flat copy below 13 units, else a cons string.

        Raises:
            TypeError: not a string.
            ShapeError: more than 2**29 - 24 units.
        """
        if isinstance(first, str) and not first:
            return self._string_handle(second)
        if isinstance(second, str) and not second:
            return self._string_handle(first)
        count = len(self._roots.handles)
        first, second = self._string_handle(first), self._string_handle(second)
        lengths = self._string_length(first.address), self._string_length(second.address)
        length = sum(lengths)
        if not all(lengths):
            return first if lengths[0] else second
        if length > MAX_LENGTH:
            raise ShapeError(f"a string has at most {MAX_LENGTH} units, got {length}")
        if length < CONS_MIN_LENGTH:
            data, width = self._join([self._characters(first.address), self._characters(second.address)])
            handle = self._new(self._flat_shape(length, width))
            self._write_flat(handle.address, length, data)
        else:
            handle = self._new(self._cons)
            address = handle.address
            self._store(address, address + 1, first.address)
            self._store(address, address + 2, second.address)
            self._words[address + self._cons.raw_offset] = length << LENGTH_SHIFT
        self._keep_last(count)
        return handle

    def slice(self, string: Handle, start: int, end: int | None = None) -> Handle:
        """Units [start, end) of a string: itself if that is all, a flat copy below 13 units, else a sliced string.

        Raises:
            TypeError: not a string.
            NoSuchField: the range is not within the string.
        """
        self._check_string(string)
        length = self._string_length(string.address)
        end = length if end is None else end
        if not 0 <= start <= end <= length:
            raise NoSuchField(f"a slice must lie within 0 to {length} (the string's units), got {start} to {end}")
        if end - start == length:
            return string
        self._flatten(string)
        if end - start < SLICED_MIN_LENGTH:
            data, width = self._characters(string.address, start, end)
            handle = self._new(self._flat_shape(end - start, width))
            self._write_flat(handle.address, end - start, data)
            return handle
        handle = self._new(self._sliced)
        parent, offset = self._flat_parent(string.address)
        address = handle.address
        self._store(address, address + 1, parent)
        raw = address + self._sliced.raw_offset
        self._words[raw], self._words[raw + 1] = (end - start) << LENGTH_SHIFT, offset + start
        return handle

    # Flat strings

    def _flat_shape(self, length: int, width: int) -> Shape:
        words = CHARACTERS_AT + words_for(length * width)
        shape = self._flat_shapes.get((words, width))
        if shape is None:
            shape = self._heap.shapes.define(NAMES[width], size=words * WORD_BYTES, kind="string")
            self._flat_shapes[words, width] = shape
            self._width_of[shape.index] = width
            self._length_at[shape.index] = LENGTH_AT
        return shape

    def _write_flat(self, address: int, length: int, data: bytes) -> None:
        words = self._words
        words[address + LENGTH_AT] = length << LENGTH_SHIFT
        if data:
            padded = array("q", data + bytes(-len(data) % WORD_BYTES))
            at = address + CHARACTERS_AT
            words[at : at + len(padded)] = padded

    def _flatten(self, string: Handle) -> None:
        """A cons string's first is all of it, and its second null; any other string is as it was."""
        self._check_string(string)
        words, address = self._words, string.address
        if words[address] != self._cons.index or not words[address + 2]:
            return
        length = self._string_length(address)
        data, width = self._characters(address)
        # V8 flattens where the cons string lives (String::SlowFlatten): an old string's text is born old.
        flat = self._make(self._flat_shape(length, width), pretenured=not self._heap.is_young(address))
        self._write_flat(flat, length, data)
        address = string.address
        self._store(address, address + 1, flat)
        words[address + 2] = 0

    # Reading

    def _string_length(self, address: int) -> int:
        words = self._words
        return words[address + self._length_at[words[address]]] >> LENGTH_SHIFT

    def _string_hash(self, address: int) -> int:
        """The hash of a string's content, computed at the first request and kept beside its length."""
        words = self._words
        at = address + self._length_at[words[address]]
        if not words[at] & HASH_MASK:
            words[at] |= text_hash(decode(*self._characters(address)))
        return words[at] & HASH_MASK

    def _characters(self, address: int, start: int = 0, end: int | None = None) -> tuple[bytes, int]:
        """Units [start, end) of the string at `address`, and the bytes of each. Allocates nothing."""
        end = self._string_length(address) if end is None else end
        words = self._words
        pieces = []
        stack = [(address, start, end)]
        while stack:
            address, start, end = stack.pop()
            if words[address] in self._width_of:
                pieces.append(self._flat_characters(address, start, end))
            elif words[address] == self._sliced.index:
                offset = words[address + self._sliced.raw_offset + 1]
                stack.append((words[address + 1], offset + start, offset + end))
            else:
                first, second = words[address + 1], words[address + 2]
                middle = self._string_length(first)
                if end > middle:
                    stack.append((second, max(start - middle, 0), end - middle))
                if start < middle:
                    stack.append((first, start, min(end, middle)))
        return self._join(pieces)

    def _flat_characters(self, address: int, start: int, end: int) -> tuple[bytes, int]:
        width = self._width_of[self._words[address]]
        return texts.characters(self._heap, address, start, end, width), width

    def _join(self, pieces: list[tuple[bytes, int]]) -> tuple[bytes, int]:
        """The pieces one after the other, in the width of the widest."""
        if len(pieces) == 1:
            return pieces[0]
        width = max((width for _, width in pieces), default=1)
        return b"".join(
            data if own == width else data.decode("latin-1").encode("utf-16-le") for data, own in pieces
        ), width

    def _flat_parent(self, address: int) -> tuple[int, int]:
        """Where the characters of a flat, flattened or sliced string are: a flat string and an offset in it."""
        words = self._words
        if words[address] == self._sliced.index:
            return words[address + 1], words[address + self._sliced.raw_offset + 1]
        return (words[address + 1] if words[address] == self._cons.index else address), 0

    def _string_handle(self, value: Handle | str) -> Handle:
        """A handle of a string as it is; a str as a new string, in a temporary handle."""
        if isinstance(value, str):
            return self.string(value)
        self._check_string(value)
        return value

    def _is_string(self, address: int) -> bool:
        return self._words[address] in self._length_at

    def _check_string(self, handle: Handle) -> None:
        if not self._is_string(address_of(handle)):
            raise TypeError(f"expected a string, got {self._shape_of(handle).name}")
