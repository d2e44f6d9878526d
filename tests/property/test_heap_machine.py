"""A random mutator on random tiny heaps, with collections at any moment and in slices of any size.

After every step each invariant of `verify` is checked, and the heap is compared with the oracle, which saw nothing
but the mutator's operations.
"""

from itertools import compress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger
from gcsim.collectors.sweep import Sweeper, allocate_in_old, sweep_page
from gcsim.heap import verify
from gcsim.heap.barriers import copy_elements, fill_elements, make_read, make_write
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK
from gcsim.heap.roots import make_handle
from gcsim.units import WORD_BYTES
from heaps import tiny_config
from property.model import Model, Ref

picks = st.integers(0, 10_000)
layouts = st.tuples(st.sampled_from([0, 1, 2, 2, 3, 4]), st.sampled_from([1, 1, 2, 3, 4, 6, 20]), st.booleans())
root_changes = st.sampled_from(["set", "set", "drop", "open", "open", "close", "turn", "turn"])
contents = st.sampled_from(["ref"] * 5 + ["null", "smi", "self"])
candidates = st.lists(st.booleans(), max_size=8)
budgets = st.lists(st.sampled_from([1, 8, 24, 64, 200, 1000, UNLIMITED]), min_size=1, max_size=6)


def slices(wanted):
    """The budgets of a list, the last one again and again."""
    yield from wanted
    while True:
        yield wanted[-1]


def sweep_everything(heap):
    """No page waits for its sweep."""
    Sweeper(heap).advance(UNLIMITED)


class HeapMachine(RuleBasedStateMachine):
    """The mutator's operations and the collectors' slices, in any order."""

    @initialize(
        page_words=st.sampled_from([16, 32, 64]),
        pages=st.integers(1, 3),
        growth=st.sampled_from([1, 2]),
        header_words=st.sampled_from([0, 0, 2]),
        lazy=st.booleans(),
        threshold=st.sampled_from([0, 40, 70, 100]),
    )
    def make(self, page_words, pages, growth, header_words, lazy, threshold):
        """A heap of any geometry."""
        config = tiny_config(
            pages,
            pages * growth,
            page_words * WORD_BYTES,
            page_header_size=header_words * WORD_BYTES,
            lazy_sweeping=lazy,
            page_promotion_threshold=threshold,
            max_old_space_size=64,
        )
        self.heap = Heap(config)
        self.model = Model()
        self.write, self.read = make_write(self.heap), make_read(self.heap)
        self.cycle = self.last = None
        self.open_scope()

    # The mutator

    def handles(self):
        """(handle, number) of every open scope."""
        roots = self.heap.roots
        return [
            pair
            for handles, numbers in zip(roots.scopes, self.model.scopes, strict=True)
            for pair in zip(handles, numbers, strict=True)
        ]

    def pick(self, pick, *, old=None, strong=0):
        """A handle and its number, of an object with so many fields; an old or a young one where there is one."""
        able = [pair for pair in self.handles() if len(self.model.fields[pair[1]]) >= strong]
        preferred = able
        if old is not None:
            preferred = [pair for pair in able if (pair[0].address >= self.heap.old_start) is old]
        chosen = preferred or able
        return chosen[pick % len(chosen)] if chosen else (None, None)

    def keep(self, address, number):
        """A handle for an object in the innermost scope."""
        self.heap.roots.handles.append(make_handle(address))
        self.model.scopes[-1].append(number)

    @rule(
        layouts=st.lists(layouts, min_size=1, max_size=6),
        stores=st.lists(st.tuples(picks, picks, picks, contents), max_size=6),
        fill=st.booleans(),
    )
    def work(self, layouts, stores, fill):
        """New objects of any size up to the largest regular one, one that just fills the page, and stores."""
        for strong, raw, old in layouts:
            self.allocate(min(1 + strong + raw, self.heap.max_regular_words), strong, old)
        room = self.heap.new.area_end - self.heap.new.top
        if fill and 3 <= room <= self.heap.max_regular_words:
            self.allocate(room, 1, old=False)
        self.store(stores)

    @rule(sizes=st.lists(st.integers(3, 8), min_size=4, max_size=12))
    def crowd(self, sizes):
        """New space full of awkward sizes in a chain; copied in another order they may not fit."""
        new = self.heap.new
        for words in sizes:
            full = new.pages_entered == new.capacity_pages and new.top + words > new.area_end
            if full or words > self.heap.max_regular_words:
                break
            self.allocate(words, 1, old=False)
            if len(self.model.scopes[-1]) > 1:
                (to, number), (value, seen) = self.handles()[-1], self.handles()[-2]
                self.write(to, 0, value)
                self.model.fields[number][0] = Ref(seen)
        self.turn()

    @rule(strong=st.integers(0, 12), more=st.integers(1, 40), old=st.booleans())
    def new_large(self, strong, more, old):
        """A large object: more than half a page."""
        self.allocate(self.heap.max_regular_words + strong + more, strong, old)

    def allocate(self, words, strong, old):
        """As the simulation does: if there is no room, collect, first the young, then everything."""
        shape = self.heap.shapes.define("Thing", strong=strong, size=words * WORD_BYTES)
        address = self.heap.allocate_raw(words, pretenured=old)
        if not address and old:
            address = allocate_in_old(self.heap, words)
            if self.heap.marking:
                self.heap.memory.colors[address] = BLACK
        if not address:
            self.scavenge([UNLIMITED])
            address = self.heap.allocate_raw(words)
        if not address:
            self.finish([UNLIMITED])
            address = self.heap.allocate_raw(words)
        number = self.model.new(strong)
        self.heap.memory.words[address] = shape.index
        self.heap.memory.words[address + words - 1] = number
        self.keep(address, number)

    def store(self, stores):
        """Each a reference (mostly from old to young), null, a Smi, or the holder itself."""
        for holder, field, other, what in stores:
            to, holder_number = self.pick(holder, old=True if other % 3 else None, strong=1)
            if to is None:
                return
            handle, number = (to, holder_number) if what == "self" else self.pick(other, old=False)
            value, seen = handle, Ref(number)
            if what in ("null", "smi"):
                value = seen = None if what == "null" else other - 5000
            fields = self.model.fields[holder_number]
            self.write(to, field % len(fields), value)
            fields[field % len(fields)] = seen

    @rule(source=picks, other=picks, start=st.integers(0, 3), at=st.integers(0, 3), count=st.integers(0, 4))
    def copy(self, source, other, start, at, count):
        """A range of fields of one object goes into another or the same."""
        (from_, from_number), (to, to_number) = self.pick(source, strong=1), self.pick(other, old=True, strong=1)
        if from_ is None:
            return
        old, new = self.model.fields[from_number], self.model.fields[to_number]
        start, at = start % len(old), at % len(new)
        count = min(count, len(old) - start, len(new) - at)
        copy_elements(self.heap, from_, start, to, at, count)
        new[at : at + count] = old[start : start + count]

    @rule(holder=picks, other=picks, start=st.integers(0, 3), count=st.integers(0, 4))
    def fill(self, holder, other, start, count):
        """A range of fields refers to one object."""
        (to, to_number), (handle, number) = self.pick(holder, old=True, strong=1), self.pick(other)
        if to is None:
            return
        fields = self.model.fields[to_number]
        start %= len(fields)
        count = min(count, len(fields) - start)
        fill_elements(self.heap, to, start, count, handle)
        fields[start : start + count] = [Ref(number)] * count

    @rule(holder=picks, field=picks)
    def load(self, holder, field):
        """What a field refers to has a handle of its own."""
        from_, number = self.pick(holder, strong=1)
        if from_ is None:
            return
        seen = self.model.fields[number][field % len(self.model.fields[number])]
        value = self.read(from_, field % len(self.model.fields[number]))
        if isinstance(seen, Ref):
            self.model.scopes[-1].append(seen.number)
        else:
            assert value == seen

    @rule(changes=st.lists(st.tuples(root_changes, st.sampled_from("abc"), picks), min_size=1, max_size=3))
    def change_roots(self, changes):
        """A global is set or dropped, a scope opened or closed, or the order of its handles turned round."""
        for change, name, pick in changes:
            handle, number = self.pick(pick)
            if change == "set" and handle is not None:
                self.heap.roots.globals[name] = handle.address
                self.model.globals[name] = number
            elif change == "drop":
                self.heap.roots.globals.pop(name, None)
                self.model.globals.pop(name, None)
            elif change == "open":
                self.open_scope()
            elif change == "close":
                self.close_scope()
            elif change == "turn":
                self.turn()

    def turn(self):
        """The innermost scope's handles are in another order, so survivors will be: pages end in other holes."""
        self.heap.roots.handles.reverse()
        self.model.scopes[-1].reverse()

    def open_scope(self):
        """Handles from now on belong to a new scope."""
        self.heap.roots.open_scope()
        self.model.scopes.append([])

    def close_scope(self):
        """Its handles are roots no more; there is always one open that can be closed."""
        self.heap.roots.close_scope()
        self.model.scopes.pop()
        if len(self.model.scopes) == 1:
            self.open_scope()

    # The collectors

    @rule(wanted=budgets)
    def scavenge(self, wanted):
        """A whole scavenge, also while marking."""
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle = Scavenger(self.heap)
        for budget in slices(wanted):
            cycle.advance(budget)
            last = verify.verify_slice(self.heap, cycle, last)
            if cycle.phase is Phase.DONE:
                break
        verify.verify_scavenge(before, self.heap, cycle.work)
        self.last = verify.picture_slice(self.heap)

    @precondition(lambda self: self.cycle is None)
    @rule(candidates=candidates, reduce_memory=st.booleans())
    def start_marking(self, candidates, reduce_memory):
        """A full collection has begun, which is to evacuate some pages."""
        self.cycle = self.full_collection(candidates, reduce_memory)
        self.last = verify.picture_slice(self.heap)

    def full_collection(self, candidates, reduce_memory):
        """A new one. `candidates`: for one movable page after the other, whether it is to be evacuated."""
        sweep_everything(self.heap)
        self.heap.old.choose_candidates(compress(self.heap.old.movable_pages(), candidates))
        self.heap.reduce_memory = reduce_memory
        return MarkSweep(self.heap)

    @precondition(lambda self: self.cycle is not None and not self.cycle.ready)
    @rule(budget=st.sampled_from([1, 8, 40, 100, 1000, UNLIMITED]))
    def mark(self, budget):
        """A step of marking; what was born since the last one is checked too."""
        self.cycle.advance(budget)
        self.last = verify.verify_slice(self.heap, self.cycle, self.last)

    @rule(wanted=budgets, candidates=candidates, reduce_memory=st.booleans())
    def finish(self, wanted, candidates=(), reduce_memory=False):
        """The full collection under way goes to its end, or a whole one runs."""
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle, self.cycle = self.cycle or self.full_collection(candidates, reduce_memory), None
        for budget in slices(wanted):
            marking = self.heap.marking
            cycle.advance(budget)
            last = verify.verify_slice(self.heap, cycle, last)
            if marking and not self.heap.marking:
                verify.verify_marked(self.heap, cycle.work, stopped_world=not before.marking)
            if cycle.phase is Phase.DONE:
                break
        verify.verify_mark_sweep(before, self.heap, cycle.work)

    @precondition(lambda self: self.heap.old.unswept)
    @rule()
    def sweep_one_page(self):
        """A page that waits is swept."""
        last = verify.picture_slice(self.heap)
        sweep_page(self.heap, self.heap.old.unswept.popleft())
        verify.verify_slice(self.heap, None, last)

    @rule(pages=st.integers(1, 4), gives_back=st.booleans())
    def resize(self, pages, gives_back):
        """New space grows, or shrinks as far as it is empty; from-space may be given back between collections."""
        self.heap.new.set_capacity(pages)
        if gives_back:
            self.heap.new.uncommit_from_space()

    # What must always hold

    @invariant()
    def every_invariant_holds(self):
        """As the verifier sees it."""
        if hasattr(self, "heap"):
            verify.verify(self.heap)

    @invariant()
    def the_heap_is_what_the_mutator_made(self):
        """As the oracle sees it."""
        if hasattr(self, "heap"):
            self.model.compare(self.heap)


TestHeapMachine = HeapMachine.TestCase
