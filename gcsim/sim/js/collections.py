"""Sets and Maps: 32 bytes each, and a table that holds the keys.

    Set, Map     32 bytes     header | table | 1 word, hash

Measured on Node 20.20. What is where in a table, and when it is replaced, is told in `tables`; what one key is, in
`keys`. Keys come in the order of insertion.
"""

from collections.abc import Iterator
from random import Random

from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.tables import FIRST_ENTRY, MIN_CAPACITY, TABLE_AT, Cursor, TableLayout, Tables
from gcsim.sim.js.values import JsRead, JsValue


class Collections(Tables):
    """Makes Sets and Maps, and uses them."""

    __slots__ = ("_map_shape", "_set_shape")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        self._set_shape = heap.shapes.define("Set", fields=("table",), size=32, kind="builtin")
        self._map_shape = heap.shapes.define("Map", fields=("table",), size=32, kind="builtin")

    def set(self) -> Handle:
        """A new, empty Set: 32 bytes and a table of 120."""
        return self._make_collection(self._set_shape, 1)

    def map(self) -> Handle:
        """A new, empty Map: 32 bytes and a table of 152."""
        return self._make_collection(self._map_shape, 2)

    def add(self, table: Handle, key: JsValue) -> bool:
        """The Set has the key; returns whether it is new.

        Raises:
            TypeError: not a Set, or the key is no JavaScript value.
        """
        address = address_of(table)
        if self._words[address] != self._set_shape.index:
            raise self._not_a("Set", table)
        store = self._words[address + TABLE_AT]
        layout = self._table_by_index[self._words[store]]
        hash_, word, content = self._key(key)
        if hash_ and self._find(store, layout, hash_, word, content) >= 0:
            return False
        self._insert(table, hash_ or self._give_hash(word), 0 if content == 0 else key)
        return True

    def map_put(self, table: Handle, key: JsValue, value: JsValue) -> None:
        """The Map has the key with that value.

        Raises:
            TypeError: not a Map, or the key or the value is no JavaScript value.
        """
        store, layout = self._table(table, self._map_shape)
        hash_, word, content = self._key(key)
        entry = self._find(store, layout, hash_, word, content) if hash_ else -1
        if entry < 0:
            self._insert(table, hash_ or self._give_hash(word), 0 if content == 0 else key, value)
        else:
            word = self._field(value)
            store = self._words[table.address + TABLE_AT]
            self._store(store, store + FIRST_ENTRY + entry * layout.entry_words + 1, word)

    def map_get(self, table: Handle, key: JsValue) -> JsRead:
        """The value of a key of a Map, None without it.

        Raises:
            TypeError: not a Map, or the key is no JavaScript value.
        """
        store, layout = self._table(table, self._map_shape)
        hash_, word, content = self._key(key)
        entry = self._find(store, layout, hash_, word, content) if hash_ else -1
        return None if entry < 0 else self._value(self._words[store + FIRST_ENTRY + entry * layout.entry_words + 1])

    def has(self, table: Handle, key: JsValue) -> bool:
        """Whether a Set or Map has the key.

        Raises:
            TypeError: neither a Set nor a Map, or the key is no JavaScript value.
        """
        store, layout = self._table(table)
        hash_, word, content = self._key(key)
        return bool(hash_) and self._find(store, layout, hash_, word, content) >= 0

    def discard(self, table: Handle, key: JsValue) -> bool:
        """A Set or Map does not have the key; returns whether it had.

        Raises:
            TypeError: neither a Set nor a Map, or the key is no JavaScript value.
        """
        words = self._words
        store, layout = self._table(table)
        hash_, word, content = self._key(key)
        entry = self._find(store, layout, hash_, word, content) if hash_ else -1
        if entry < 0:
            return False
        slot = store + FIRST_ENTRY + entry * layout.entry_words
        for part in range(layout.entry_words):
            words[slot + part] = NULL
        words[store + layout.elements_at] -= 1
        words[store + layout.deleted_at] += 1
        if words[store + layout.elements_at] < layout.capacity // 4:
            self._replace(table, max(MIN_CAPACITY, layout.capacity // 2))
        return True

    def clear(self, table: Handle) -> None:
        """A Set or Map is empty, and its table a new one of capacity 4.

        Raises:
            TypeError: neither a Set nor a Map.
        """
        store, layout = self._table(table)
        small = self._table_layout(layout.entry_words, MIN_CAPACITY)
        fresh = self._make_table(small, pretenured=not self._heap.is_young(store))
        address = table.address
        self._store(address, address + TABLE_AT, fresh)
        for cursor in self._cursors_of(address):
            cursor.entry = 0

    def size(self, table: Handle) -> int:
        """How many keys a Set or Map has.

        Raises:
            TypeError: neither a Set nor a Map.
        """
        store, layout = self._table(table)
        return self._words[store + layout.elements_at]

    def first_key(self, table: Handle) -> JsRead:
        """The key that was added first; None if there is none.

        Raises:
            TypeError: neither a Set nor a Map.
        """
        store, layout = self._table(table)
        words = self._words
        entry = self._next_entry(store, layout, words[store + layout.first_at])
        words[store + layout.first_at] = entry
        return None if entry == self._used(store, layout) else self._key_value(store, layout, entry)

    def keys(self, table: Handle) -> Iterator[JsRead]:
        """The keys of a Set or Map in the order of insertion.

        As in JavaScript, keys that are added meanwhile come too, those deleted before their turn do not, and the
        table may be replaced. Each handle is made in the scope that is innermost at its turn.

        Raises:
            TypeError: neither a Set nor a Map.
        """
        self._table(table)
        return self._iterate(table)

    # Private

    def _make_collection(self, shape: Shape, entry_words: int) -> Handle:
        handle = self._new(shape)
        store = self._make_table(self._table_layout(entry_words, MIN_CAPACITY))
        address = handle.address
        self._store(address, address + TABLE_AT, store)
        return handle

    def _table(self, owner: Handle, shape: Shape | None = None) -> tuple[int, TableLayout]:
        """The table of a Set or Map, or only of one of them, and its layout."""
        words, address = self._words, address_of(owner)
        expected = (self._set_shape.index, self._map_shape.index) if shape is None else (shape.index,)
        if words[address] not in expected:
            raise self._not_a("Set or a Map" if shape is None else shape.name, owner)
        store = words[address + TABLE_AT]
        return store, self._table_by_index[words[store]]

    def _not_a(self, expected: str, handle: Handle) -> TypeError:
        return TypeError(f"expected a {expected}, got {self._shape_of(handle).name}")

    def _iterate(self, table: Handle) -> Iterator[JsRead]:
        cursor = Cursor(table)
        self._cursors.append(cursor)
        try:
            while True:
                store, layout = self._table(table)
                entry = self._next_entry(store, layout, cursor.entry)
                if entry == self._used(store, layout):
                    return
                cursor.entry = entry + 1
                yield self._key_value(store, layout, entry)
        finally:
            self._cursors.remove(cursor)
