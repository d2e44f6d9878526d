"""Tables: V8's OrderedHashTable, in the words of the heap.

    table of a Set, capacity c     16 + 8 (3 + c/2 + 2c) bytes
    table of a Map                 16 + 8 (3 + c/2 + 3c) bytes

    header | c times a key, or a key and a value | first, elements, deleted, buckets, c/2 buckets, c chains

Measured on Node 20.20: with the 32 bytes of its owner 152, 232, 392 for a Set of up to 4, 8, 16 elements, 184, 296,
520, 968 for a Map of up to 4, 8, 16, 32. Source: V8 11.3 src/objects/ordered-hash-table.cc.

Entries stand in the order of insertion. A bucket holds the number of an entry plus 1 (0: none), the chain of an entry
that of the next one in its bucket. A deleted entry is null; it keeps its place and its link until the table is
replaced:

* a table is full when its elements and deleted entries fill the capacity: the next one has twice the capacity, or the
  same if at least half of the entries are deleted;
* after a deletion that leaves fewer elements than a quarter of the capacity, the next one has half of it, but 4 at
  least: even the smallest is replaced when it becomes empty;
* clearing makes a table of 4.

The replaced table is garbage. Its successor is born old if it was old itself, and then each of its entries is a store
for the write barrier.

`first` is how many entries at the front are known to be deleted; V8 has no such word, and looks through them.

Left out: the link from a replaced table to its successor, which only iterators follow: here they are told.
"""

from random import Random
from typing import Final

from attrs import define, field, frozen

from gcsim.heap.barriers import record_range
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import FIRST_FIELD, Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.keys import NULL_KEY, Content, Keys
from gcsim.sim.js.values import JsRead, JsValue
from gcsim.units import WORD_BYTES

TABLE_AT: Final = 1
FIRST_ENTRY: Final = 1
MIN_CAPACITY: Final = 4
LOAD_FACTOR: Final = 2


@frozen(eq=False)
class TableLayout:
    """Where the parts of a table are, as distances from its header. `mask`: of a hash, for its bucket."""

    shape: Shape
    capacity: int
    entry_words: int
    first_at: int
    elements_at: int
    deleted_at: int
    buckets_at: int
    chains_at: int
    mask: int


def lay_out(shape: Shape, capacity: int, entry_words: int) -> TableLayout:
    """The layout of a table of that shape."""
    first_at = shape.raw_offset
    buckets = capacity // LOAD_FACTOR
    return TableLayout(
        shape=shape,
        capacity=capacity,
        entry_words=entry_words,
        first_at=first_at,
        elements_at=first_at + 1,
        deleted_at=first_at + 2,
        buckets_at=first_at + 4,
        chains_at=first_at + 4 + buckets,
        mask=buckets - 1,
    )


@define(eq=False)
class Cursor:
    """An iteration under way: `entry` of the table of `owner` comes next."""

    owner: Handle
    entry: int = field(default=0)


class Tables(Keys):
    """Makes, searches, fills and replaces the tables of Sets and Maps."""

    __slots__ = ("_cursors", "_table_by_index", "_tables")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        self._tables: dict[tuple[int, int], TableLayout] = {}
        self._table_by_index: dict[int, TableLayout] = {}
        self._cursors: list[Cursor] = []

    def _table_layout(self, entry_words: int, capacity: int) -> TableLayout:
        layout = self._tables.get((entry_words, capacity))
        if layout is None:
            name = "OrderedHashSet" if entry_words == 1 else "OrderedHashMap"
            strong = entry_words * capacity
            words = FIRST_FIELD + strong + 4 + capacity // LOAD_FACTOR + capacity
            shape = self._heap.shapes.define(name, strong=strong, size=words * WORD_BYTES, kind="array")
            layout = lay_out(shape, capacity, entry_words)
            self._tables[entry_words, capacity] = self._table_by_index[shape.index] = layout
        return layout

    def _make_table(self, layout: TableLayout, *, pretenured: bool = False) -> int:
        store = self._make(layout.shape, pretenured=pretenured)
        self._words[store + layout.deleted_at + 1] = layout.capacity // LOAD_FACTOR
        return store

    def _find(self, store: int, layout: TableLayout, hash_: int, word: int, content: Content) -> int:
        """The entry of a key, or -1."""
        words = self._words
        entry = words[store + layout.buckets_at + (hash_ & layout.mask)]
        entries, chains, step = store + FIRST_ENTRY, store + layout.chains_at, layout.entry_words
        while entry:
            entry -= 1
            found = words[entries + entry * step]
            if found == word or (content is not None and found > 0 and self._is_content(found, hash_, content)):
                return entry
            entry = words[chains + entry]
        return -1

    def _insert(self, table: Handle, hash_: int, key: JsValue, value: JsValue = None) -> None:
        """A new last entry, in a larger table if this one is full."""
        words, count = self._words, len(self._roots.handles)
        held = self._hold(value)
        store = words[address_of(table) + TABLE_AT]
        layout = self._table_by_index[words[store]]
        deleted = words[store + layout.deleted_at]
        if words[store + layout.elements_at] + deleted == layout.capacity:
            enough = deleted >= layout.capacity // 2
            layout = self._replace(table, layout.capacity if enough else layout.capacity * 2)
        word = NULL_KEY if key is None else self._field(key)
        store = words[table.address + TABLE_AT]
        slot = self._append(store, layout, hash_, word)
        if layout.entry_words == 2:
            self._store(store, slot + 1, held.address if isinstance(held, Handle) else held)
        self._drop(count)

    def _append(self, store: int, layout: TableLayout, hash_: int, word: int) -> int:
        """The key is in the last entry of the table, which has room; returns its address."""
        words, entry = self._words, self._used(store, layout)
        slot = store + FIRST_ENTRY + entry * layout.entry_words
        self._store(store, slot, word)
        bucket = store + layout.buckets_at + (hash_ & layout.mask)
        words[store + layout.chains_at + entry] = words[bucket]
        words[bucket] = entry + 1
        words[store + layout.elements_at] += 1
        return slot

    def _replace(self, table: Handle, capacity: int) -> TableLayout:
        """The table is a new one of that capacity, without deleted entries; returns its layout."""
        words = self._words
        store = words[table.address + TABLE_AT]
        before = self._table_by_index[words[store]]
        after = self._table_layout(before.entry_words, capacity)
        fresh = self._make_table(after, pretenured=not self._heap.is_young(store))
        address = table.address
        store = words[address + TABLE_AT]
        for cursor in self._cursors_of(address):
            cursor.entry = sum(1 for entry in range(cursor.entry) if self._entry_key(store, before, entry))
        self._rehash(store, before, fresh, after)
        self._store(address, address + TABLE_AT, fresh)
        return after

    def _rehash(self, store: int, before: TableLayout, fresh: int, after: TableLayout) -> None:
        """The entries of one table that are not deleted are in another, which was empty; barriers have run."""
        words, hash_at, step = self._words, self._hash_at, after.entry_words
        to, chain, buckets, mask = fresh + FIRST_ENTRY, fresh + after.chains_at, fresh + after.buckets_at, after.mask
        entry = 0
        for slot in range(store + FIRST_ENTRY, store + FIRST_ENTRY + self._used(store, before) * step, step):
            key = words[slot]
            if not key:
                continue
            at = hash_at.get(words[key]) if key > 0 else None
            bucket = buckets + ((self._hash_of(key) if at is None else words[key + at]) & mask)
            words[to] = key
            if step == 2:
                words[to + 1] = words[slot + 1]
            to += step
            words[chain + entry] = words[bucket]
            entry += 1
            words[bucket] = entry
        words[fresh + after.elements_at] = entry
        record_range(self._heap, fresh, fresh + FIRST_ENTRY, entry * step)

    def _used(self, store: int, layout: TableLayout) -> int:
        """How many entries are taken, the deleted ones included."""
        return self._words[store + layout.elements_at] + self._words[store + layout.deleted_at]

    def _entry_key(self, store: int, layout: TableLayout, entry: int) -> int:
        return self._words[store + FIRST_ENTRY + entry * layout.entry_words]

    def _next_entry(self, store: int, layout: TableLayout, entry: int) -> int:
        """The first entry from `entry` on that is not deleted, or the number of those taken."""
        used = self._used(store, layout)
        while entry < used and not self._entry_key(store, layout, entry):
            entry += 1
        return entry

    def _key_value(self, store: int, layout: TableLayout, entry: int) -> JsRead:
        word = self._entry_key(store, layout, entry)
        return None if word == NULL_KEY else self._value(word)

    def _cursors_of(self, address: int) -> list[Cursor]:
        return [cursor for cursor in self._cursors if cursor.owner.address == address]
