"""Keys: when two JavaScript values are one key of a Set or a Map.

Objects by identity, under a random number that each is given when it first becomes a key and keeps wherever it
moves: an address would not do. Strings by content, whatever they are made of. Numbers by value: a HeapNumber is the
Smi of its value, NaN is NaN, and -0 is 0. Null is itself.

A number of 30 bits, never 0, goes before each comparison. Source: V8's SameValueZero, and Object::GetHash and
JSReceiver::GetOrCreateIdentityHash of src/objects/objects.cc and js-objects.cc.

Left out: V8's way of mixing the hashes of numbers and strings.
"""

from math import isnan
from random import Random
from typing import Final, TypeAlias

from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL, SMI_BIAS, SMI_MAX, SMI_MIN
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.texts import decode
from gcsim.sim.js.arrays import Arrays
from gcsim.sim.js.cells import New
from gcsim.sim.js.strings import HASH_BITS, HASH_MASK, encode, text_hash
from gcsim.sim.js.values import JsValue, double_of, simple_word

NULL_KEY: Final = -1
"""The word of a key that is null. No Smi has it; 0, the word of null elsewhere, is in a table no key at all."""
NO_WORD: Final = -2
"""The word of a key that only its content tells: no entry has it."""
NULL_HASH: Final = 1
NAN_HASH: Final = 2

Content: TypeAlias = str | float | None
"""What a key is compared by, if not by its word."""


def number_hash(number: float) -> int:
    """A hash of 30 bits, never 0, of all numbers of that value."""
    return NAN_HASH if isnan(number) else hash(number) & HASH_MASK or 1


def same_number(first: float, second: Content) -> bool:
    """Whether two numbers are one key: NaN is NaN, and -0 is 0."""
    return first == second or (isnan(first) and isinstance(second, float) and isnan(second))


class Keys(Arrays):
    """Hashes and compares keys."""

    __slots__ = ("_hash_at",)

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        self._hash_at: dict[int, int] = {}

    def _key(self, key: JsValue) -> tuple[int, int, Content]:
        """A key's hash, its word, and its content if that decides.

        The hash is 0 for an object that never was a key: it is in no table. Allocates nothing, and gives no hash.
        """
        if key.__class__ is Handle:
            return self._key_of_object(address_of(key))
        if key.__class__ is int and SMI_MIN <= key <= SMI_MAX:
            return hash(key) & HASH_MASK or 1, key - SMI_BIAS, key
        if key is None:
            return NULL_HASH, NULL_KEY, None
        if isinstance(key, str):
            key = key if key.isascii() else decode(*encode(key))
            return text_hash(key), NO_WORD, key
        if isinstance(key, int | float):
            return self._key_of_number(float(key))
        raise TypeError(f"a key is a Handle, an int, a float, a str or None, got {key!r}")

    def _key_of_object(self, address: int) -> tuple[int, int, Content]:
        words = self._words
        index = words[address]
        at = self._hash_at.get(index)
        if at is not None:
            return words[address + at], address, None
        if self._is_string(address):
            return self._string_hash(address), address, decode(*self._characters(address))
        if index == self._number.index:
            return self._key_of_number(double_of(words[address + 1]))
        self._find_hash_place(index)
        return self._key_of_object(address)

    def _key_of_number(self, number: float) -> tuple[int, int, Content]:
        word = simple_word(number + 0.0)  # -0.0 becomes 0.0
        return number_hash(number), NO_WORD if word is None else word, number

    def _find_hash_place(self, index: int) -> None:
        """Objects of that shape keep their identity hash in their last word."""
        shape = self._heap.shapes[index]
        if not shape.raw:
            raise TypeError(f"{shape.name} has no room for an identity hash (a raw word); js.shape() makes what has")
        self._hash_at[index] = shape.words - 1

    def _give_hash(self, address: int) -> int:
        """The object has an identity hash from now on, wherever it moves."""
        hash_ = 0
        while not hash_:
            hash_ = self._random.getrandbits(HASH_BITS)
        self._words[address + self._hash_at[self._words[address]]] = hash_
        return hash_

    def _hash_of(self, word: int) -> int:
        """The hash of a key that is in a table."""
        if word > NULL:
            return self._string_hash(word) if self._is_string(word) else self._key_of_object(word)[0]
        return NULL_HASH if word == NULL_KEY else number_hash(word + SMI_BIAS)

    def _is_content(self, address: int, hash_: int, content: Content) -> bool:
        """Whether the string or number at `address` is the same key as one of that hash and content."""
        if isinstance(content, str):
            return (
                self._is_string(address)
                and self._string_hash(address) == hash_
                and decode(*self._characters(address)) == content
            )
        if self._words[address] != self._number.index:
            return False
        return same_number(double_of(self._words[address + 1]), content)
