"""A random program with WeakRefs, WeakMaps and a finalization registry, and collections of any kind at any moment.

Every collection checks the invariants (`verify_heap`); after every turn the heap is compared with an oracle that saw
the program's operations only. What the oracle reaches must be there and whole. What it does not reach may be there
until a full collection with a stopped world, but then all weak references to it go together.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gcsim.collectors import UNLIMITED
from gcsim.heap import verify
from js_worlds import small_world
from property.weak_model import WeakModel

picks = st.integers(0, 1000)
NODE, REF, MAP = "Node", "WeakRef", "WeakMap"


class WeakMachine(RuleBasedStateMachine):
    """Each rule is a turn of the program, or a step of a collection."""

    @initialize(gc_interval=st.sampled_from([-1, -1, 3, 7]), lazy=st.booleans())
    def make(self, gc_interval, lazy):
        """A small heap that is checked at each collection; some collect at every few allocations."""
        self.sim = small_world(gc_interval=gc_interval, lazy_sweeping=lazy, max_old_space_size=64)
        self.m, self.js = self.sim.mutator, self.sim.mutator.js
        self.node = self.js.shape(NODE, ("number", "next"))
        self.model = WeakModel()
        with self.m.scope():
            self.m.globals["registry"] = self.js.finalization_registry()
        self.make_map()

    # The program

    def pick(self, kind, pick):
        """The name of a global of that kind, or None."""
        names = [name for name in self.model.globals if name.startswith(kind)]
        return names[pick % len(names)] if names else None

    def keep(self, kind, handle, number):
        """The object is a root of the heap and of the model."""
        name = f"{kind} {number}"
        self.m.globals[name] = handle
        self.model.globals[name] = number

    def make_node(self, following=(None, None)):
        """A new object that refers to another; its number and handle."""
        number, node = self.model.new(), self.m.new(self.node)
        self.m.write(node, "number", number)
        self.model.next[number] = following[0]
        self.m.write(node, "next", following[1])
        return number, node

    @rule(count=st.integers(1, 8), chained=st.booleans())
    def make_nodes(self, count, chained):
        """New objects, each of which may refer to the one before; then not all are roots."""
        with self.m.scope():
            last = (None, None)
            for at in range(count):
                last = self.make_node(last if chained else (None, None))
                if not chained or at % 3 == 0:
                    self.keep(NODE, last[1], last[0])

    @rule(
        table=picks,
        entries=st.lists(st.sampled_from(["plain", "circle", "chain"]), min_size=1, max_size=12),
        keep=st.integers(1, 6),
        backwards=st.booleans(),
    )
    def fill(self, table, entries, keep, backwards):
        """New keys, of which one in `keep` is a root, and new values.

        A value may refer to its key, or to the key of the next entry.
        """
        table = self.pick(MAP, table)
        if not table:
            return
        with self.m.scope():
            pairs, following = [], (None, None)
            for how in entries:
                key = self.make_node()
                value = self.make_node({"plain": (None, None), "circle": key, "chain": following}[how])
                pairs.append((key, value))
                following = key
            for at, (key, value) in enumerate(pairs[::-1] if backwards else pairs):
                self.js.weak_put(self.m.globals[table], key[1], value[1])
                self.model.entries[self.model.globals[table]][key[0]] = value[0]
                if at % keep == keep - 1:
                    self.keep(NODE, key[1], key[0])
                if at % 4 == 3:  # seen by a WeakRef only
                    number = self.model.new()
                    self.keep(REF, self.js.weak_ref(value[1]), number)
                    self.model.target[number] = value[0]

    @rule(holder=picks, value=picks)
    def link(self, holder, value):
        """An object refers to another, to a WeakRef or to a WeakMap."""
        holder, value = self.pick(NODE, holder), self.pick("", value)
        if holder:
            with self.m.scope():
                self.m.write(self.m.globals[holder], "next", self.m.globals[value])
            self.model.next[self.model.globals[holder]] = self.model.globals[value]

    @rule(pick=picks, count=st.integers(1, 5))
    def drop(self, pick, count):
        """Some objects are roots no more."""
        for at in range(count):
            name = self.pick("", pick + at)
            if name:
                del self.m.globals[name]
                del self.model.globals[name]

    @rule(pick=picks, keep=st.booleans())
    def make_ref(self, pick, keep):
        """A WeakRef to anything; the target may be dropped in the same turn."""
        target = self.pick("", pick)
        if target:
            number = self.model.new()
            with self.m.scope():
                self.keep(REF, self.js.weak_ref(self.m.globals[target]), number)
                self.model.target[number] = self.model.globals[target]
                if not keep:
                    del self.m.globals[target]
                    del self.model.globals[target]

    @rule(ref=picks, collect=st.booleans())
    def deref(self, ref, collect):
        """What a WeakRef gives is whole, whatever is collected in this turn, and may be a root again."""
        ref = self.pick(REF, ref)
        if not ref:
            return
        with self.m.scope():
            number = self.model.target[self.model.globals[ref]]
            with self.m.scope():
                if self.js.deref(self.m.globals[ref]) is None:
                    assert number not in self.model.reachable()
                    return
            if collect:
                self.sim.collect("mark-sweep")
            found = self.js.deref(self.m.globals[ref])
            kind = self.m.inspect(found).name
            self.keep(kind, found, number)

    @rule()
    def make_map(self):
        """A WeakMap."""
        number = self.model.new()
        self.model.entries[number] = {}
        with self.m.scope():
            self.keep(MAP, self.js.weak_map(), number)

    @rule(table=picks, entries=st.lists(st.tuples(picks, picks), min_size=1, max_size=9))
    def put(self, table, entries):
        """Entries of anything for anything; a value may be the key, or the table."""
        table = self.pick(MAP, table)
        for key, value in [(self.pick("", key), self.pick("", value)) for key, value in entries if table]:
            with self.m.scope():
                self.js.weak_put(self.m.globals[table], self.m.globals[key], self.m.globals[value])
            self.model.entries[self.model.globals[table]][self.model.globals[key]] = self.model.globals[value]

    @rule(table=picks, keys=st.lists(picks, min_size=1, max_size=4))
    def remove(self, table, keys):
        """Entries that are there or not."""
        table = self.pick(MAP, table)
        for key in [self.pick("", key) for key in keys if table]:
            with self.m.scope():
                found = self.js.weak_remove(self.m.globals[table], self.m.globals[key])
            number = self.model.globals[key]
            assert found == (self.model.entries[self.model.globals[table]].pop(number, None) is not None)

    @rule(pick=picks, drop=st.booleans())
    def register(self, pick, drop):
        """The registry waits for the death of anything."""
        target = self.pick("", pick)
        if target:
            held = len(self.model.held) + 1
            with self.m.scope():
                self.js.register(self.m.globals["registry"], self.m.globals[target], held)
            self.model.held[held] = self.model.globals[target]
            if drop:
                del self.m.globals[target]
                del self.model.globals[target]

    @rule()
    def ask(self):
        """Each registration is told once at most, and only if its target is dead."""
        with self.m.scope():
            told = self.js.cleanups(self.m.globals["registry"])
        assert not self.model.told & set(told)
        assert not {self.model.held[held] for held in told} & self.model.reachable()
        self.model.told.update(told)

    # The collectors

    @rule()
    def scavenge(self):
        """A scavenge between two turns, also while marking."""
        self.sim.collect("scavenge")

    @precondition(lambda self: self.sim.runtime.marking is None)
    @rule()
    def start_marking(self):
        """A full collection has begun."""
        self.sim.runtime.start_marking("testing")

    @precondition(lambda self: self.sim.runtime.marking is not None)
    @rule(budget=st.sampled_from([1, 40, 200, UNLIMITED]))
    def mark(self, budget):
        """A step of marking."""
        cycle = self.sim.runtime.marking.cycle
        if not cycle.ready:
            cycle.advance(budget)

    @rule()
    def collect(self):
        """A full collection; with a stopped world, what is dead is gone from every weak thing."""
        exact = self.sim.runtime.marking is None
        self.sim.collect("mark-sweep")
        if exact:
            reachable = self.model.reachable()
            with self.m.scope():
                for number, ref in self.reached().items():
                    if number in self.model.target and self.model.target[number] not in reachable:
                        assert self.m.read(ref, "target") is None
                    if number in self.model.entries:
                        alive = reachable & self.model.entries[number].keys()
                        assert self.js._counts(self.sim.heap.memory.words[ref.address + 1])[0] == len(alive)
            self.ask()
            dead = {held for held, target in self.model.held.items() if target not in reachable}
            assert self.model.told == dead

    # What must always hold

    def reached(self):
        """A handle for every object that the oracle reaches, found in the heap; they are all what they should be."""
        model, found = self.model, {}
        front = [(number, self.m.globals[name]) for name, number in model.globals.items()]
        while front:
            for number, handle in front:
                assert self.m.same(found.setdefault(number, handle), handle)
                if self.m.inspect(handle).name == NODE:
                    assert self.m.read(handle, "number") == number
                    following = self.m.read(handle, "next")
                    assert (following is None) == (model.next[number] is None)
                    if following is not None and model.next[number] not in found:
                        front.append((model.next[number], following))
            front = []
            for number in found.keys() & model.entries.keys():
                for key in found.keys() & model.entries[number].keys():
                    value = self.js.weak_get(found[number], found[key])
                    assert value is not None
                    if model.entries[number][key] not in found:
                        front.append((model.entries[number][key], value))
        assert found.keys() == model.reachable()
        return found

    @invariant()
    def the_heap_is_what_the_program_made(self):
        """As the verifier sees it, and as the oracle does."""
        if not hasattr(self, "sim"):
            return
        verify.verify(self.sim.heap)
        with self.m.scope():
            found = self.reached()
            cleared = {}
            for number in found.keys() & self.model.target.keys():
                target, seen = self.model.target[number], self.m.read(found[number], "target")
                cleared.setdefault(target, set()).add(seen is None)
                if target in found:
                    assert self.m.same(seen, found[target])
            assert all(len(both) == 1 for both in cleared.values())


TestWeakMachine = WeakMachine.TestCase
