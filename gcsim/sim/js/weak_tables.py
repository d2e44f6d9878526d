"""Weak tables: V8's EphemeronHashTable, in the words of the heap (`heap/ephemerons.py` has the layout).

    table of a WeakMap or WeakSet, capacity c      16 + 8 (3 + 2c) bytes

Measured on Node 20.20: with the 32 bytes of its owner 136, 200, 328, 584, 1096 for up to 3, 5, 11, 21, 43 entries.
Source: V8 11.3 src/objects/hash-table-inl.h, objects.cc (HashTable, ObjectHashTable).

The table is searched by open addressing: from the place that the key's identity hash says, in steps of 1, 2, 3, ...
A removed entry does not end a search, and a new one takes its place, although it goes on being counted as deleted.

* a table has room for one more if half as many places as the elements then are stay free, and at most half of the
  free ones are deleted: else the next one has the capacity for one more, which is n + n/2 rounded up to a power of two;
* before that, if more than a third of the entries are deleted ones, the table is filled anew, in place;
* after a removal by the program that leaves at most a quarter of the capacity, but 16 elements or more, the next one
  has the capacity for so many. A collection removes entries, but replaces no table.

The replaced table is emptied, so that it holds nothing, and garbage. Its successor is born old only if it was old
itself and had more than 256 places; a smaller successor, if it has more than 256 itself.
"""

from typing import Final

from gcsim.heap.barriers import record_keys, record_range
from gcsim.heap.ephemerons import CAPACITY, DELETED, ELEMENTS, LENGTH, RAW_WORDS
from gcsim.heap.memory import NULL
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import FIRST_FIELD, Shape
from gcsim.sim.js.collections import Collections
from gcsim.sim.js.tables import TABLE_AT
from gcsim.units import WORD_BYTES, round_up_to_power_of_two

MIN_WEAK_CAPACITY: Final = 4
MIN_SHRUNK_ELEMENTS: Final = 16
MAX_YOUNG_CAPACITY: Final = 256
PREFIX_WORDS: Final = 3
"""Words of the array besides header, length and entries: elements, deleted, capacity."""


def capacity_for(elements: int) -> int:
    """The capacity of a new table for so many elements."""
    return max(MIN_WEAK_CAPACITY, round_up_to_power_of_two(elements + elements // 2))


def has_room(capacity: int, elements: int, deleted: int) -> bool:
    """Whether a table that counts so many takes one more."""
    elements += 1
    return elements + elements // 2 <= capacity and elements < capacity and deleted <= (capacity - elements) // 2


class WeakTables(Collections):
    """Makes, searches, fills and replaces the tables of WeakMaps and WeakSets."""

    __slots__ = ()

    def _weak_shape(self, capacity: int) -> Shape:
        words = FIRST_FIELD + 2 * capacity + RAW_WORDS
        return self._heap.shapes.define_ephemerons("EphemeronHashTable", capacity, size=words * WORD_BYTES)

    def _make_weak_table(self, capacity: int, *, pretenured: bool = False) -> int:
        shape = self._weak_shape(capacity)
        store = self._make(shape, pretenured=pretenured)
        self._words[store + shape.raw_offset + LENGTH] = PREFIX_WORDS + 2 * capacity
        self._words[store + shape.raw_offset + CAPACITY] = capacity
        return store

    def _weak_capacity(self, store: int) -> int:
        return self._heap.shapes[self._words[store]].ephemerons

    def _counts(self, store: int) -> tuple[int, int]:
        """How many elements a table counts, and how many deleted entries."""
        raw = store + FIRST_FIELD + 2 * self._weak_capacity(store)
        return self._words[raw + ELEMENTS], self._words[raw + DELETED]

    def _find_weak(self, store: int, hash_: int, key: int) -> int:
        """The address of the slot that holds the key, or 0."""
        words, capacity = self._words, self._weak_capacity(store)
        keys = store + FIRST_FIELD + capacity
        entry, step = hash_ & (capacity - 1), 0
        while True:
            found = words[keys + entry]
            if found == key:
                return keys + entry
            if found == NULL:
                return 0
            step += 1
            entry = (entry + step) & (capacity - 1)

    def _put_weak(self, store: int, hash_: int, key: int, value: int) -> int:
        """The key, which the table has not, is in it with its value; returns its slot. No barrier has run."""
        words, capacity = self._words, self._weak_capacity(store)
        keys = store + FIRST_FIELD + capacity
        entry, step = hash_ & (capacity - 1), 0
        while words[keys + entry] > NULL:
            step += 1
            entry = (entry + step) & (capacity - 1)
        words[keys + entry] = key
        words[keys + entry - capacity] = value
        words[keys + capacity + ELEMENTS] += 1
        return keys + entry

    def _make_weak_room(self, owner: Handle) -> int:
        """The owner's table, possibly a new one, which takes one more entry."""
        store = self._words[address_of(owner) + TABLE_AT]
        elements, deleted = self._counts(store)
        if 2 * deleted > elements:
            self._refill(store, store)
            deleted = 0
        capacity = self._weak_capacity(store)
        if has_room(capacity, elements, deleted):
            return store
        return self._replace_weak(owner, capacity_for(elements + 1), is_large=capacity > MAX_YOUNG_CAPACITY)

    def _replace_weak(self, owner: Handle, capacity: int, *, is_large: bool) -> int:
        """The owner's table is a new one of that capacity, which is born old if its predecessor is and `is_large`."""
        store = self._words[owner.address + TABLE_AT]
        fresh = self._make_weak_table(capacity, pretenured=is_large and not self._heap.is_young(store))
        address = owner.address
        self._refill(self._words[address + TABLE_AT], fresh)
        self._store(address, address + TABLE_AT, fresh)
        return fresh

    def _refill(self, store: int, fresh: int) -> None:
        """The entries of a table are in another, which is empty, or in itself, as if they had just been put there."""
        words, capacity = self._words, self._weak_capacity(store)
        first, keys = store + FIRST_FIELD, store + FIRST_FIELD + capacity
        entries = [(words[slot], words[slot - capacity]) for slot in range(keys, keys + capacity) if words[slot] > NULL]
        self._heap.memory.clear(first, keys + capacity)
        words[keys + capacity + ELEMENTS] = words[keys + capacity + DELETED] = 0
        for key, value in entries:
            self._put_weak(fresh, self._key_of_object(key)[0], key, value)
        capacity = self._weak_capacity(fresh)
        record_range(self._heap, fresh, fresh + FIRST_FIELD, capacity)
        record_keys(self._heap, fresh, fresh + FIRST_FIELD + capacity, capacity)
