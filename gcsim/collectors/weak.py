"""Weak: what a collection does about references that keep nothing alive, or only under a condition.

A weak field does not keep its target alive. An entry of an ephemeron table does not keep its key alive, and keeps its
value alive only while the key and the table live; so a value may refer to its own key, and the two die together.

A full collection does both exactly. When an object with weak fields or entries is blackened, the marker does not
follow those. If what they refer to is still white, the object becomes one of the heap's weak holders; a value whose
key is marked already is made grey. In the pause, after the marking of what is strongly reachable,

    1. every entry of a holder that has a white key and a white value waits, under its key;
    2. marking goes on: whenever an object that entries wait for is blackened, their values are made grey, until no
       grey is left (the fixpoint: chains of entries come to life in any order, circles do not);
    3. what is white now is dead: weak fields that refer to it are cleared, and entries with such keys removed. The
       target of a finalization cell becomes the number of the turn (`heap/finalization.py`).

Each entry is looked up at most twice, whatever the order of a chain: O(entries + what they lead to).

A scavenge is rougher, as V8's is. Weak fields are strong in it, and so are all values: only keys are weak. When all is
copied, the entries whose young key was not are removed: of every table that was itself copied or promoted, and of old
tables the entries in the remembered set. So a weak reference to a young object is cleared by the next full collection
and never before, a value outlives its key by one scavenge, and an entry whose value refers to its key lives until a
full collection.

Barriers: a store into a weak field, a value or a key shades what is stored, as any store does. So a holder that is born
black refers to nothing white, and a table that was visited before the store misses nothing. Scavenges during a marking
carry the holders along, as they do the grey objects; entries that wait do so only in the pause.

Invariants: while marking, a black object whose weak field refers to a white one, or with an entry of a white key or
value, is a weak holder; after the fixpoint, the value of every entry with a black key in a black table is black;
afterwards no weak field of a black object refers to a white one, and no entry of a black table has a white key. After
a scavenge, no entry's key lies in from-space, and old tables' entries with young keys are remembered.

One unit of work: one byte of an object blackened. What is cleared costs nothing; the walk of a table is one slice.
Left out: V8 looks at all waiting entries again for up to ten rounds before it turns to the method used here at once;
references from descriptor arrays, code and maps, which are weak in V8 and are no objects here.
Source: V8 11.3 src/heap/marking-visitor-inl.h (VisitJSWeakRef, VisitWeakCell, VisitEphemeronHashTable),
mark-compact.cc (ProcessEphemeronsLinear, ClearWeakCollections, ClearJSWeakRefs), scavenger.cc (ClearYoungEphemerons,
ClearOldEphemerons). Checked on Node 20.20 with `--trace-gc-nvp`: 1000 entries of 40-byte keys and 64-byte values whose
keys are dead cost the first scavenge 64000 bytes beside the table and nothing later, those whose values refer to their
keys 104000 and again 104000. Barros 2008 and Hayes 1997 on ephemerons; GC Handbook, 12.
"""

from gcsim.collectors.protocol import Work
from gcsim.heap.ephemerons import key_slots, remove_entry
from gcsim.heap.finalization import CELL_KIND, TARGET
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, NULL, WHITE, smi
from gcsim.heap.shapes import TOLL
from gcsim.units import WORD_BYTES


class WeakMarker:
    """The weak part of one marking of `heap`. `closing`: whether the pause has come to the entries."""

    __slots__ = ("_waiting", "closing", "heap", "work")

    def __init__(self, heap: Heap, work: Work) -> None:
        self.heap = heap
        self.work = work
        self.closing = False
        self._waiting: dict[int, list[int]] = {}

    def visit(self, holder: int) -> None:
        """The object, which has weak fields or entries and was just blackened, is a weak holder if it must be."""
        heap = self.heap
        shape = heap.shapes[heap.memory.words[holder]]
        if shape.ephemerons:
            self._visit_entries(holder)
            heap.weak_holders.append(holder)
        elif any(self._is_white(slot) for slot in weak_slots(heap, holder)):
            heap.weak_holders.append(holder)

    def start_closing(self) -> None:
        """What strong references lead to is marked: the values of marked keys are grey, the others wait."""
        self.closing = True
        for holder in self.heap.weak_holders:
            self._visit_entries(holder)

    def close(self, budget_bytes: int) -> int:
        """Blacken grey objects and shade what waited for them until the budget is spent; returns the bytes done."""
        heap, waiting = self.heap, self._waiting
        words, colors, shapes = heap.memory.words, heap.memory.colors, heap.shapes
        left = budget = -(-budget_bytes // WORD_BYTES)
        while heap.worklist and left > 0:
            address = heap.worklist.pop()
            header = words[address]
            colors[address] = BLACK
            for child in words[address + 1 : address + 1 + shapes.strong_of[header]]:
                if child > 0:
                    heap.shade(child)
            for value in waiting.pop(address, ()):
                heap.shade(value)
            if shapes.toll_of[header] >= TOLL:
                self.visit(address)
            left -= shapes.words_of[header]
            self.work.marked_objects += 1
        self.work.marked_words += budget - left
        return (budget - left) * WORD_BYTES

    def clear(self) -> None:
        """Nothing that lives refers to anything dead, and there are no weak holders."""
        heap = self.heap
        for holder in heap.weak_holders:
            for slot in key_slots(heap, holder):
                if self._is_white(slot):
                    remove_entry(heap, holder, slot)
                    self.work.removed_entries += 1
            self.clear_fields(holder)
        heap.weak_holders.clear()
        self._waiting.clear()

    def clear_fields(self, holder: int) -> None:
        """No weak field of the object refers to a white one."""
        for slot in weak_slots(self.heap, holder):
            if self._is_white(slot):
                self._clear(holder, slot)

    def _clear(self, holder: int, slot: int) -> None:
        heap, words = self.heap, self.heap.memory.words
        is_cell = slot == holder + TARGET and heap.shapes[words[holder]].kind == CELL_KIND
        words[slot] = smi(heap.roots.turn) if is_cell else NULL
        heap.dead_targets += is_cell
        self.work.cleared_fields += 1

    def _visit_entries(self, table: int) -> None:
        """The values of marked keys are not white; in the pause, the other white ones wait for their keys."""
        heap, words, colors = self.heap, self.heap.memory.words, self.heap.memory.colors
        slots = key_slots(heap, table)
        for slot in slots:
            key, value = words[slot], words[slot - len(slots)]
            if key <= NULL or value <= NULL or colors[value] != WHITE:
                continue
            if colors[key] != WHITE:
                heap.shade(value)
            elif self.closing:
                self._wait(key, value)

    def _wait(self, key: int, value: int) -> None:
        """The value is made grey when the key is blackened."""
        self._waiting.setdefault(key, []).append(value)

    def _is_white(self, slot: int) -> bool:
        """Whether the slot refers to a white object."""
        target = self.heap.memory.words[slot]
        return target > NULL and self.heap.memory.colors[target] == WHITE


def weak_slots(heap: Heap, holder: int) -> range:
    """The addresses of the weak fields of an object."""
    shape = heap.shapes[heap.memory.words[holder]]
    first = holder + 1 + shape.strong
    return range(first, first + len(shape.weak_fields))


def forget_dead_tables(heap: Heap) -> None:
    """Every table in the remembered set is black: called before the dead are freed."""
    keys, colors = heap.remembered.keys, heap.memory.colors
    for table in tuple(keys):
        if colors[table] != BLACK:
            del keys[table]


def update_keys(heap: Heap, tables: list[int], remembered: list[tuple[int, list[int]]]) -> int:
    """A scavenge has copied all that lives: its tables' keys are updated, or their entries removed; returns how many.

    `tables`: those that were scanned, at their new addresses. `remembered`: the key slots of the others.
    """
    removed = 0
    for table, slots in [*((table, key_slots(heap, table)) for table in tables), *remembered]:
        for slot in slots:
            removed += _update_key(heap, table, slot)
    return removed


def _update_key(heap: Heap, table: int, slot: int) -> bool:
    """The key is where it was copied to; else the entry is removed. Returns whether it was."""
    words = heap.memory.words
    key = words[slot]
    if not heap.is_young(key):
        return False
    to = -words[key] if key < heap.old_start else NULL  # a young large object that lives is an old one by now
    if to <= NULL:
        remove_entry(heap, table, slot)
        heap.remembered.slots.discard(slot - heap.shapes[words[table]].ephemerons)
        return True
    words[slot] = to
    if to < heap.old_start <= table:
        heap.remembered.add_key(table, slot)
    return False


def update_holders(heap: Heap, from_start: int, from_end: int) -> None:
    """A scavenge has moved the weak holders of a marking under way, or found them dead."""
    words, colors = heap.memory.words, heap.memory.colors
    kept = []
    for holder in heap.weak_holders:
        if from_start <= holder < from_end:
            if words[holder] < 0:
                kept.append(-words[holder])
        elif colors[holder] == BLACK:
            kept.append(holder)
    heap.weak_holders[:] = kept
