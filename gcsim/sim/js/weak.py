"""Weak values: WeakRefs, WeakMaps and WeakSets, and finalization registries.

    kind                      bytes             words
    WeakRef                   32                header | properties | target (weak) | hash
    WeakMap, WeakSet          32 + table        header | table | 1 word, hash
    FinalizationRegistry      80                see heap/finalization.py
    WeakCell                  72                likewise

Measured on Node 20.20. Only objects can be weak targets, keys and tokens, no strings or numbers.

What a WeakRef refers to lives at least to the end of the turn in which the WeakRef was made, or last asked: V8's
KeepDuringJob. A set of such objects, an OrderedHashSet that is nobody's, is born young, grows like a Set's table, and
is garbage when the turn ends. Outside of every scope no turn ends, and it is kept for good.

What a registry holds for targets that died can be asked for after the turn in which a full collection found them dead,
as V8 runs the cleanup callback in a task of its own; outside of every scope at once. Each value is given once.

Left out: the table by which V8 finds a registry's cells from their unregister token, and its bytes (the cells are
searched); the callback is not called, who wants the values asks for them.
"""

from random import Random
from typing import Final

from gcsim.heap import finalization
from gcsim.heap.barriers import record_keys
from gcsim.heap.ephemerons import remove_entry
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL, smi_value
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.tables import MIN_CAPACITY, TABLE_AT
from gcsim.sim.js.values import JsRead, JsValue
from gcsim.sim.js.weak_tables import (
    MAX_YOUNG_CAPACITY,
    MIN_SHRUNK_ELEMENTS,
    MIN_WEAK_CAPACITY,
    WeakTables,
    capacity_for,
)

TARGET_AT: Final = 2
"""Where a WeakRef's target is, as a distance from its header."""


class Weak(WeakTables):
    """Makes weak values, and uses them."""

    __slots__ = ("_cell", "_kept", "_registry", "_weak_map", "_weak_ref", "_weak_set")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        define = heap.shapes.define
        self._weak_ref = define("WeakRef", fields=("properties",), weak=("target",), size=32, kind="builtin")
        self._weak_map = define("WeakMap", fields=("table",), size=32, kind="builtin")
        self._weak_set = define("WeakSet", fields=("table",), size=32, kind="builtin")
        self._registry = finalization.define_registry(heap.shapes)
        self._cell = finalization.define_cell(heap.shapes)
        self._kept: Handle | None = None

    # WeakRef

    def weak_ref(self, target: Handle) -> Handle:
        """A new WeakRef: 32 bytes. The target lives at least to the end of this turn.

        Raises:
            TypeError: the target is no object.
        """
        self._keep(target)
        handle = self._new(self._weak_ref)
        address = handle.address
        self._store(address, address + TARGET_AT, address_of(target))
        return handle

    def deref(self, ref: Handle) -> Handle | None:
        """The target, which lives at least to the end of this turn, or None if a full collection found it dead.

        Raises:
            TypeError: not a WeakRef.
        """
        self._check(ref, self._weak_ref)
        word = self._words[ref.address + TARGET_AT]
        if not word:
            return None
        target = self._roots.handle(word)
        self._keep(target)
        return target

    # WeakMap and WeakSet

    def weak_map(self) -> Handle:
        """A new, empty WeakMap: 32 bytes and a table of 104."""
        return self._make_weak_collection(self._weak_map)

    def weak_set(self) -> Handle:
        """A new, empty WeakSet: 32 bytes and a table of 104."""
        return self._make_weak_collection(self._weak_set)

    def weak_put(self, table: Handle, key: Handle, value: JsValue) -> None:
        """The WeakMap has the key with that value, as long as something else keeps the key alive.

        Raises:
            TypeError: not a WeakMap, the key is no object, or the value is no JavaScript value.
        """
        self._check(table, self._weak_map)
        self._put(table, key, value)

    def weak_add(self, table: Handle, key: Handle) -> None:
        """The WeakSet has the key, as long as something else keeps it alive.

        Raises:
            TypeError: not a WeakSet, or the key is no object.
        """
        self._check(table, self._weak_set)
        self._put(table, key, True)

    def weak_get(self, table: Handle, key: Handle) -> JsRead:
        """The value of a key of a WeakMap, None without it.

        Raises:
            TypeError: not a WeakMap, or the key is no object.
        """
        self._check(table, self._weak_map)
        slot = self._slot_of(table, key)
        return self._value(self._words[self._value_slot(table, slot)]) if slot else None

    def weak_has(self, table: Handle, key: Handle) -> bool:
        """Whether a WeakMap or WeakSet has the key.

        Raises:
            TypeError: neither a WeakMap nor a WeakSet, or the key is no object.
        """
        self._check(table, self._weak_map, self._weak_set)
        return bool(self._slot_of(table, key))

    def weak_remove(self, table: Handle, key: Handle) -> bool:
        """A WeakMap or WeakSet does not have the key; returns whether it had.

        Raises:
            TypeError: neither a WeakMap nor a WeakSet, or the key is no object.
        """
        self._check(table, self._weak_map, self._weak_set)
        slot = self._slot_of(table, key)
        if not slot:
            return False
        store = self._words[table.address + TABLE_AT]
        remove_entry(self._heap, store, slot)
        elements, _ = self._counts(store)
        if MIN_SHRUNK_ELEMENTS <= elements <= self._weak_capacity(store) // 4:
            capacity = capacity_for(elements)
            self._replace_weak(table, capacity, is_large=capacity > MAX_YOUNG_CAPACITY)
        return True

    # FinalizationRegistry

    def finalization_registry(self) -> Handle:
        """A new FinalizationRegistry: 80 bytes. Its field `cleanup`, for the callback, is for `m.write`."""
        return self._new(self._registry)

    def register(self, registry: Handle, target: Handle, held: JsValue, token: Handle | None = None) -> None:
        """When the target has died, `cleanups` gives the value held for it. A cell of 72 bytes is born old.

        `token`: an object by which `unregister` knows the registration; it is not kept alive either.

        Raises:
            TypeError: not a registry, the target or the token is no object, or this is no JavaScript value.
        """
        self._check(registry, self._registry)
        for weak in (target,) if token is None else (target, token):
            self._check_object(weak)
        count = len(self._roots.handles)
        value = self._hold(held)
        cell = self._make(self._cell, pretenured=True)
        store, heap = finalization.store, self._heap
        finalization.insert(heap, registry.address, cell)
        store(heap, cell, finalization.HELD, value.address if isinstance(value, Handle) else value)
        store(heap, cell, finalization.TARGET, address_of(target))
        store(heap, cell, finalization.TOKEN, NULL if token is None else address_of(token))
        self._drop(count)

    def unregister(self, registry: Handle, token: Handle) -> bool:
        """Nothing is registered under that token; returns whether something was. O(registrations).

        Raises:
            TypeError: not a registry, or the token is no object.
        """
        self._check(registry, self._registry)
        self._check_object(token)
        cells = finalization.cells(self._heap, registry.address)
        found = [cell for cell in cells if self._words[cell + finalization.TOKEN] == token.address]
        for cell in found:
            finalization.take_off(self._heap, cell)
        return bool(found)

    def cleanups(self, registry: Handle) -> list[JsRead]:
        """The values held for targets that died, each once, of all full collections before this turn.

        In the order of registration. Searches all that is registered, but only after a collection.

        Raises:
            TypeError: not a registry.
        """
        self._check(registry, self._registry)
        words, heap, address = self._words, self._heap, registry.address
        if words[address + finalization.SEEN] == heap.dead_targets:
            return []
        cells = finalization.cells(heap, address)
        dead = [cell for cell in reversed(cells) if words[cell + finalization.TARGET] < NULL]
        over = [cell for cell in dead if smi_value(words[cell + finalization.TARGET]) <= self._roots.turns]
        if dead == over:
            words[address + finalization.SEEN] = heap.dead_targets
        for cell in over:
            finalization.take_off(heap, cell)
        return [self._value(words[cell + finalization.HELD]) for cell in over]

    # Private

    def _keep(self, target: Handle) -> None:
        """The object lives at least to the end of this turn."""
        self._check_object(target)
        hash_ = self._key_of_object(target.address)[0] or self._give_hash(target.address)
        kept = self._kept
        if kept is None or not kept.address:  # the first in this turn
            layout = self._table_layout(1, MIN_CAPACITY)
            kept = self._kept = self._roots.handle_for_turn(self._make_table(layout))
        store = kept.address
        layout = self._table_by_index[self._words[store]]
        if self._find(store, layout, hash_, target.address, None) >= 0:
            return
        if self._used(store, layout) == layout.capacity:
            wider = self._table_layout(1, layout.capacity * 2)
            fresh = self._make_table(wider, pretenured=not self._heap.is_young(store))
            self._rehash(kept.address, layout, fresh, wider)
            kept.address, layout = fresh, wider
        self._append(kept.address, layout, hash_, target.address)

    def _put(self, table: Handle, key: Handle, value: JsValue) -> None:
        """The WeakMap or WeakSet has the key with that value."""
        words, count = self._words, len(self._roots.handles)
        self._check_object(key)
        held = self._hold(value)
        slot = self._slot_of(table, key)
        if not slot:
            store = self._make_weak_room(table)
            hash_ = self._key_of_object(key.address)[0] or self._give_hash(key.address)
            slot = self._put_weak(store, hash_, key.address, NULL)
            record_keys(self._heap, store, slot, 1)
        store = words[table.address + TABLE_AT]
        self._store(store, self._value_slot(table, slot), held.address if isinstance(held, Handle) else held)
        self._drop(count)

    def _slot_of(self, table: Handle, key: Handle) -> int:
        """The slot that holds the key in the owner's table, or 0."""
        self._check_object(key)
        hash_ = self._key_of_object(key.address)[0]
        return self._find_weak(self._words[table.address + TABLE_AT], hash_, key.address) if hash_ else 0

    def _value_slot(self, table: Handle, slot: int) -> int:
        """The slot of the value of the key at `slot`."""
        return slot - self._weak_capacity(self._words[table.address + TABLE_AT])

    def _make_weak_collection(self, shape: Shape) -> Handle:
        handle = self._new(shape)
        store = self._make_weak_table(MIN_WEAK_CAPACITY)
        address = handle.address
        self._store(address, address + TABLE_AT, store)
        return handle

    def _check(self, handle: Handle, *shapes: Shape) -> None:
        if self._words[address_of(handle)] not in [shape.index for shape in shapes]:
            raise self._not_a(" or a ".join(shape.name for shape in shapes), handle)

    def _check_object(self, handle: Handle) -> None:
        """Raise `TypeError` unless this is an object that can be a weak target or key."""
        address = address_of(handle)
        if self._is_string(address) or self._words[address] == self._number.index:
            raise TypeError(f"a weak target or key is an object, got a {self._shape_of(handle).name}")
