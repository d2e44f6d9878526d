"""What the tests of JavaScript values share: a small heap, the sizes of structures, and a dict as an oracle."""

from gcsim.config import HeapConfig
from gcsim.heap.inspect import references
from gcsim.heap.roots import Handle
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB

SMALL = {
    "page_size": 4 * KB, "page_header_size": 0, "min_semi_space_size": 16 * KB / MB,
    "max_semi_space_size": 64 * KB / MB, "max_old_space_size": 16,
}  # fmt: skip


def small_world(**flags):
    """A simulation whose heap is a few pages of 4 KB, so that objects above 2 KB are large, and checked at each GC."""
    return Simulation(HeapConfig(**(SMALL | {"verify_heap": True} | flags)))


def objects_below(sim, *roots):
    """The addresses of all objects that the handles lead to, these included, breadth first."""
    found = [root.address for root in roots]
    seen = set(found)
    for address in found:  # grows while it is read
        for _, target in references(sim.heap, address):
            if target not in seen:
                seen.add(target)
                found.append(target)
    return found


def bytes_below(sim, *roots):
    """The size in bytes of all objects that the handles lead to, these included."""
    shapes, words = sim.heap.shapes, sim.heap.memory.words
    return sum(shapes[words[address]].size_bytes for address in objects_below(sim, *roots))


def names_below(sim, root):
    """The shapes' names of all objects that the handle leads to, breadth first."""
    shapes, words = sim.heap.shapes, sim.heap.memory.words
    return [shapes[words[address]].name for address in objects_below(sim, root)]


OBJECTS = 6
"""How many objects may be keys of `Both`."""


class Both:
    """A Set or Map of a simulation, and the dict that it must equal."""

    def __init__(self, *, is_map, gc_interval):
        self.sim = small_world(gc_interval=gc_interval)
        self.m, self.js, self.is_map = self.sim.mutator, self.sim.mutator.js, is_map
        self.m.globals["table"] = self.js.map() if is_map else self.js.set()
        self.m.globals["objects"] = self.js.array(*(self.js.object("Key", number=n) for n in range(OBJECTS)))
        self.expected = {}

    def key(self, kind, value):
        """A key for the table."""
        return self.js.item(self.m.globals["objects"], value) if kind == "object" else value

    def meaning(self, key):
        """What a key of the table is in the dict."""
        if not isinstance(key, Handle):
            return ("null", None) if key is None else ("number", key)
        if self.m.inspect(key).name == "Key":
            return "object", self.js.get(key, "number")
        return "text", self.js.text(key)

    def add(self, table, key, number):
        """The key is in both; returns whether both say that it is new."""
        fresh = key not in self.expected
        self.expected[key] = number
        if self.is_map:
            self.js.map_put(table, self.key(*key), number)
            return True
        return self.js.add(table, self.key(*key)) == fresh

    def apply(self, number, name, key):
        """One operation on both, which agree."""
        js, table, expected = self.js, self.m.globals["table"], self.expected
        if name == "add":
            assert self.add(table, key, number)
        elif name == "discard":
            assert js.discard(table, self.key(*key)) == (expected.pop(key, "missing") != "missing")
        elif name == "has":
            assert js.has(table, self.key(*key)) == (key in expected)
        elif name == "clear":
            js.clear(table)
            expected.clear()
        elif name == "first":
            assert not expected or self.meaning(js.first_key(table)) == next(iter(expected))
        else:
            self.sim.collect(name)

    def check(self):
        """The table has the dict's keys, values and order."""
        table = self.m.globals["table"]
        assert self.js.size(table) == len(self.expected)
        assert [self.meaning(key) for key in self.js.keys(table)] == list(self.expected)
        if self.is_map:
            values = [self.js.map_get(table, self.key(*key)) for key in self.expected]
            assert values == list(self.expected.values())
