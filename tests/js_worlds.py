"""What the tests of JavaScript values share: a heap that collects all the time, and the sizes of structures."""

from gcsim.config import HeapConfig
from gcsim.heap.inspect import references
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
