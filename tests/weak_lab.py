"""Tiny heaps with weak references and ephemeron tables, driven by hand as `Lab` is."""

from gcsim.heap import finalization
from gcsim.heap.barriers import record_keys, record_write
from gcsim.heap.ephemerons import ELEMENTS, RAW_WORDS, REMOVED, key_slots
from gcsim.heap.memory import NULL
from gcsim.units import WORD_BYTES
from heaps import Lab


class WeakLab(Lab):
    """A `Lab` whose pages are large enough for tables."""

    def __init__(self, pages=2, page_size=512, **settings):
        super().__init__(pages, page_size=page_size, **settings)

    def weak(self, name, target=None, *, old=False):
        """A new object with a strong field `a`, a weak field `w`, and its number; `w` refers to `target`."""
        shape = self.heap.shapes.define(name, fields=("a",), weak=("w",), size=32)
        self.place(name, shape, old=old)
        if target is not None:
            self.link(name, "w", target)

    def table(self, name, entries=4, *, old=False):
        """A new, empty ephemeron table."""
        size = (1 + 2 * entries + RAW_WORDS) * WORD_BYTES
        shape = self.heap.shapes.define_ephemerons(name, entries, size=size)
        address = self.place(name, shape, old=old)
        self.heap.memory.words[address + shape.words - 1] = entries  # in place of the number

    def put(self, table, key, value, at=None):
        """A new entry, at place `at` or the first free one, with barriers; key and value by name."""
        words, address = self.heap.memory.words, self[table]
        slots = key_slots(self.heap, address)
        slot = next(slot for slot in slots if words[slot] <= NULL) if at is None else slots[at]
        words[slot] = self[key]
        record_keys(self.heap, address, slot, 1)
        words[slot - len(slots)] = self[value]
        record_write(self.heap, address, slot - len(slots), self[value])
        words[slots.stop + ELEMENTS] += 1

    def keys(self, table):
        """The names of a table's keys by place: None for one that never was, "-" for a removed one."""
        words = self.heap.memory.words
        found = [words[slot] for slot in key_slots(self.heap, self[table])]
        return [self.name_of(word) if word > NULL else "-" if word == REMOVED else None for word in found]

    def values(self, table):
        """The names of a table's values by place."""
        words, slots = self.heap.memory.words, key_slots(self.heap, self[table])
        return [self.name_of(words[slot - len(slots)]) for slot in slots]

    def counts(self, table):
        """How many elements and deleted entries a table counts."""
        raw = key_slots(self.heap, self[table]).stop
        return tuple(self.heap.memory.words[raw + 1 : raw + 3])

    def name_of(self, word):
        """The shape's name of the object at an address; None for null."""
        return self.heap.shapes[self.heap.memory.words[word]].name if word > NULL else None

    def target(self, name):
        """What the weak field of a named object refers to, by its shape's name, or None."""
        return self.name_of(self.word(name, 2))

    def registry(self, name="R", *, old=False):
        """A new finalization registry."""
        self.place(name, finalization.define_registry(self.heap.shapes), old=old)

    def cell(self, name, registry, target):
        """A new cell, born old, for that target; nothing but the registry holds it."""
        self.place(name, finalization.define_cell(self.heap.shapes), old=True)
        address = self[name]
        finalization.insert(self.heap, self[registry], address)
        finalization.store(self.heap, address, finalization.TARGET, self[target])
        self.drop(name)
        return address
