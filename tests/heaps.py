"""Tiny heaps for tests, driven by hand: no simulation, no pacing, and a check after every collection.

A page is 16 words and a semispace one page unless a test says otherwise, so four objects of 32 bytes fill it. Objects
have names; a name is a global root until it is dropped. The last raw word of each object is its number, so that a
duplicate or a swap shows.
"""

from array import array
from itertools import count

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger
from gcsim.collectors.sweep import Sweeper
from gcsim.config import HeapConfig
from gcsim.heap import inspect, verify
from gcsim.heap.barriers import make_read, make_write
from gcsim.heap.heap import Heap
from gcsim.heap.roots import make_handle
from gcsim.units import MB, WORD_BYTES


def tiny_config(pages=1, max_pages=None, page_size=128, **settings):
    """The settings of a heap with semispaces of `pages` pages that may grow to `max_pages`."""
    sizes = {
        "min_semi_space_size": pages * page_size / MB,
        "max_semi_space_size": (max_pages or pages) * page_size / MB,
        "page_size": page_size,
        "page_header_size": 0,
        "max_old_space_size": 64 * page_size / MB,
    }
    return HeapConfig(**(sizes | settings))


class Lab:
    """A heap and the few moves that tests make on it, by name."""

    def __init__(self, pages=1, max_pages=None, page_size=128, **settings):
        self.heap = Heap(tiny_config(pages, max_pages, page_size, **settings))
        self._write = make_write(self.heap)
        self._read = make_read(self.heap)
        self._numbers = count(1)
        self.cycle = None

    def __getitem__(self, name):
        """The address of the object of that name, now."""
        return self.heap.roots.globals[name]

    def fill_old_pages(self, *names):
        """An old page full of objects of 32 bytes for each four letters; they are roots, called by their letters."""
        for name in "".join(names):
            self.new(name, old=True)

    def page(self, name):
        """The page of a named old object."""
        return self.heap.old.page_of(self[name])

    def new(self, name, *fields, words=4, old=False, elements=None):
        """A new object, by default of 32 bytes with fields a and b; its address. It must fit without a collection."""
        strong = len(fields or ("a", "b")) if elements is None else elements
        names = () if elements is not None else (fields or ("a", "b"))
        words = max(words, strong + 2)
        shape = self.heap.shapes.define(name, fields=names, size=words * WORD_BYTES, strong=strong)
        return self.place(name, shape, old=old)

    def leaf(self, name, words=4, *, old=False):
        """A new object without strong fields."""
        shape = self.heap.shapes.define(name, size=words * WORD_BYTES)
        return self.place(name, shape, old=old)

    def place(self, name, shape, *, old=False):
        """A new object of that shape, a global root."""
        address = self.heap.allocate_raw(shape.words, pretenured=old)
        if not address and old:
            self.heap.old.add_page()
            address = self.heap.allocate_raw(shape.words, pretenured=old)
        assert address, f"no room for {name}"
        self.heap.memory.words[address] = shape.index
        if shape.raw:
            self.heap.memory.words[address + shape.words - 1] = next(self._numbers)
        self.heap.roots.globals[name] = address
        return address

    def link(self, holder, field, target):
        """Store an object (by name), a Smi or None, through the write barrier."""
        value = make_handle(self[target]) if isinstance(target, str) else target
        self._write(make_handle(self[holder]), field, value)

    def read(self, holder, field):
        """What a field of a named object holds: an address, a Smi's value, or None."""
        value = self._read(make_handle(self[holder]), field)
        if hasattr(value, "address"):
            self.heap.roots.handles.remove(value)
            return value.address
        return value

    def drop(self, *names):
        """The objects of those names are roots no more."""
        for name in names:
            del self.heap.roots.globals[name]

    def word(self, name, offset):
        """A word of a named object, 0 for its header."""
        return self.heap.memory.words[self[name] + offset]

    def color(self, name):
        """The color of a named object, as a word."""
        return self.view(name).color

    def view(self, name):
        """The object of that name."""
        return inspect.view(self.heap, self[name])

    def strip(self):
        """To-space in the notation of Node's guide."""
        return inspect.new_space_strip(self.heap)

    def names(self):
        """The shape's name of every allocated object, sorted."""
        return sorted(inspect.view(self.heap, address).name for address in inspect.objects(self.heap))

    def give_ids(self):
        """Every object has an id, as if a heap snapshot were taken; by name, the ids of the globals."""
        ids = self.heap.ids
        ids.give(array("q", inspect.objects_in_order(self.heap)))
        return {name: ids.ids[ids.addresses.index(address)] for name, address in self.heap.roots.globals.items()}

    def scavenge(self, budget=UNLIMITED, collector=Scavenger):
        """A whole scavenge, verified between its slices and at its end; its work."""
        self.give_ids()
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle = collector(self.heap)
        while cycle.phase is not Phase.DONE:
            cycle.advance(budget)
            last = verify.verify_slice(self.heap, cycle, last)
        verify.verify_scavenge(before, self.heap, cycle.work)
        return cycle.work

    def choose(self, *names):
        """The pages of those old objects are to be evacuated by the full collection that comes next."""
        old = self.heap.old
        Sweeper(self.heap).advance(UNLIMITED)
        old.close_area()
        pages = [self.page(name) for name in names]
        assert all(page in old.movable_pages() for page in pages)
        old.choose_candidates(pages)

    def start_marking(self, collector=MarkSweep):
        """A full collection has begun; `mark` and `finish` go on with it."""
        self.cycle = collector(self.heap)
        verify.verify(self.heap)

    def mark(self, budget=1):
        """A slice of marking; the bytes done."""
        last = verify.picture_slice(self.heap)
        done = self.cycle.advance(budget)
        verify.verify_slice(self.heap, self.cycle, last)
        return done

    def finish(self, budget=UNLIMITED):
        """The full collection under way goes to its end, verified; its work."""
        self.give_ids()
        before, cycle = verify.picture(self.heap), self.cycle
        last = verify.picture_slice(self.heap)
        while cycle.phase is not Phase.DONE:
            marking = self.heap.marking
            cycle.advance(budget)
            last = verify.verify_slice(self.heap, cycle, last)
            if marking and not self.heap.marking:
                verify.verify_marked(self.heap)
        verify.verify_mark_sweep(before, self.heap, cycle.work)
        return cycle.work

    def collect(self, budget=UNLIMITED, collector=MarkSweep):
        """A full collection with a stopped world, verified; its work."""
        self.give_ids()
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle = collector(self.heap)
        while cycle.phase is not Phase.DONE:
            marking = self.heap.marking
            cycle.advance(budget)
            last = verify.verify_slice(self.heap, cycle, last)
            if marking and not self.heap.marking:
                verify.verify_marked(self.heap, cycle.work, stopped_world=True)
        verify.verify_mark_sweep(before, self.heap, cycle.work)
        return cycle.work
