"""Ephemeron tables: the words in which a WeakMap keeps its entries (V8: EphemeronHashTable).

    header | c values | c keys | length, elements, deleted, capacity

c, the capacity, is the shape's `ephemerons`. An entry is a value and the key of the same number. A key is null where
no entry ever was, `REMOVED` where one was removed, else the address of an object; where there is no key, the value is
null.

An entry is an ephemeron: it does not keep its key alive, and it keeps its value alive only while the key and the table
live. Of what that means to collectors, `collectors/weak.py` tells; where a key belongs, the mutator knows alone.

Invariants: `elements` is the number of keys, and `deleted` at least the number of removed ones (V8 does not count down
when it uses the place of a removed entry again); a value without a key is null.
"""

from typing import Final

from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL

REMOVED: Final = -1
"""The word of a key that was removed; no reference, and no Smi has it."""
LENGTH: Final = 0
ELEMENTS: Final = 1
DELETED: Final = 2
CAPACITY: Final = 3
RAW_WORDS: Final = 4
"""The raw words of a table, which follow its keys, in their order."""


def key_slots(heap: Heap, table: int) -> range:
    """The addresses of the keys. The value of a key is as many words before it as there are keys."""
    entries = heap.shapes[heap.memory.words[table]].ephemerons
    return range(table + 1 + entries, table + 1 + 2 * entries)


def remove_entry(heap: Heap, table: int, slot: int) -> None:
    """The entry whose key is at `slot` is removed."""
    words = heap.memory.words
    entries = heap.shapes[words[table]].ephemerons
    raw = table + 1 + 2 * entries
    words[slot] = REMOVED
    words[slot - entries] = NULL
    words[raw + ELEMENTS] -= 1
    words[raw + DELETED] += 1
