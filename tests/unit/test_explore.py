"""The exhaustive search: small worlds are searched whole, and what is wrong in them is found, shortest first."""

import pytest

from gcsim.collectors import MarkSweep, Phase, Scavenger
from gcsim.collectors.mark import Marker
from gcsim.errors import TestbedError
from gcsim.heap.barriers import field_of, record_write, slot_of
from gcsim.heap.heap import Heap
from gcsim.heap.memory import WHITE
from gcsim.testing import Scope, beds, explore
from gcsim.testing.exhaustive.graphs import graphs
from gcsim.testing.exhaustive.states import TinyHeap
from gcsim.testing.shrink import replay
from seeding import scavenger

SMALL = Scope(objects=2, fields=2, steps=4)


def store_that(barrier):
    """The mutator's store with another barrier."""

    def make(heap):
        def write(holder, field, value):
            slot, word = slot_of(heap, holder, field), field_of(value)
            heap.memory.words[slot] = word
            barrier(heap, holder.address, slot, word)

        return write

    return make


def shade_the_source(heap, holder, slot, word):
    """K02."""
    marking, heap.marking = heap.marking, False
    record_write(heap, holder, slot, word)
    heap.marking = marking
    if marking:
        heap.shade(holder)


def no_marking_barrier(heap, holder, slot, word):
    """A store while marking is not told to the marker."""
    marking, heap.marking = heap.marking, False
    record_write(heap, holder, slot, word)
    heap.marking = marking


class Deaf(Marker):
    """Does not read the handles again."""

    __slots__ = ()

    def shade_handles(self):
        """What was found at the start is all."""


class NotRescanned(MarkSweep):
    """K16: every root is found at the start, but what is born white later is not."""

    __slots__ = ()

    def __init__(self, heap):
        super().__init__(heap)
        self.marker.shade_handles()
        self.marker.__class__ = Deaf


class Careless(NotRescanned):
    """Promises nothing but that what is reachable is there in the end."""

    __slots__ = ()
    waived = ("M2", "M4", "M7", "M9")


class Forgetting(MarkSweep):
    """K30: what would be visited next when the budget is spent is neither visited nor kept."""

    __slots__ = ()

    def advance(self, budget_bytes):
        done = super().advance(budget_bytes)
        if self.phase is Phase.MARK:
            del self.heap.worklist[-1:]
        return done


class Unreadable(MarkSweep):
    """A generator frame is its state."""

    def __init__(self, heap):
        super().__init__(heap)
        self.steps = (step for step in range(9))


class Idle(MarkSweep):
    """Does nothing while anything is grey."""

    __slots__ = ()

    def advance(self, budget_bytes):
        return 0 if self.marker.heap.worklist else super().advance(budget_bytes)


class Restless(MarkSweep):
    """Counts, and does nothing else."""

    def __init__(self, heap):
        super().__init__(heap)
        self.count = 0

    def advance(self, budget_bytes):
        self.count += 1
        return 0


class FirstIn(MarkSweep):
    """Marks breadth first, and keeps in mind what it has marked."""

    def __init__(self, heap):
        super().__init__(heap)
        self.marked = []

    def advance(self, budget_bytes):
        worklist = self.heap.worklist
        if worklist:
            self.marked.append(worklist[0])
            worklist.append(worklist.pop(0))
        return super().advance(budget_bytes)


def white_births(monkeypatch):
    """The half of K16 that is the heap's."""
    real = Heap.allocate_raw

    def allocate_raw(self, words, *, pretenured=False):
        address = real(self, words, pretenured=pretenured)
        self.memory.colors[address] = WHITE
        return address

    monkeypatch.setattr(Heap, "allocate_raw", allocate_raw)


def lines(found):
    """The steps of a counterexample as text."""
    assert found is not None
    return [str(step).replace("bed.", "") for step in found.steps]


def test_nothing_is_found_in_a_small_scope():
    """Every interleaving of up to four steps of the mutator on two objects."""
    found = explore(scope=SMALL)
    assert (found.counterexample, found.depth, found.graphs) == (None, 4, 410)
    assert found.states < found.transitions


@pytest.mark.slow
def test_nothing_is_found_in_the_default_scope_but_for_the_last_steps():
    """Three objects of two fields, three of the six steps; `gcsim check --exhaustive` goes on for three minutes."""
    found = explore(scope=Scope(steps=3))
    assert (found.counterexample, found.depth, found.graphs) == (None, 3, 31_469)
    assert found.states > 100_000


def test_every_graph_is_drawn_once_for_each_order_of_its_roots():
    """Counted by hand for one object of one field: the field is null or itself, the handle outer or inner; a leaf."""
    assert [(graph.fields, graph.outer) for graph in graphs(1, 1)] == [
        (((0,),), 0), (((0,),), 1), (((1,),), 0), (((1,),), 1), (((),), 0), (((),), 1),
    ]  # fmt: skip


def test_a_search_that_is_closed_says_so():
    """One object without references that is dropped: no more steps would lead anywhere else."""
    small = explore(scope=Scope(objects=1, fields=1, steps=12))
    assert small.closed
    assert small.depth < 12
    assert not explore(scope=Scope(objects=1, fields=1, steps=0)).closed


@pytest.mark.slow
def test_states_that_are_the_same_are_searched_once_and_nothing_is_missed(monkeypatch):
    """Without renaming, the same states are found again and again, and no others."""
    scope = Scope(objects=2, fields=2, steps=2)
    renamed = explore(scope=scope)
    key, keys = TinyHeap.key, set()

    def exact(self, cycle, registers, objects):
        keys.add(key(self, cycle, registers, objects))
        return self.fingerprint(self.roots()), id(cycle), id(registers)

    monkeypatch.setattr(TinyHeap, "key", exact)
    plain = explore(scope=scope)
    assert len(keys) == renamed.states < plain.states
    assert plain.counterexample is None


def test_the_insertion_barrier_must_shade_the_target():
    """K02: the least step of the mutator that shows it is one store."""
    found = explore(scope=SMALL, store=store_that(shade_the_source)).counterexample
    assert lines(found) == [
        "a = new(2, old=True)", "open_scope()", "b = new(2, old=True)", "start_marking()", "mark(1)", "write(a, 0, b)",
    ]  # fmt: skip
    assert found.check == "M4 no black object refers to a white one"


def test_without_a_marking_barrier_a_store_is_enough():
    """And the report's script fails as the search did."""
    store = store_that(no_marking_barrier)
    found = explore(scope=SMALL, store=store).counterexample
    assert lines(found) == [
        "a = new(2, old=True)", "open_scope()", "b = new(2, old=True)", "start_marking()", "mark(1)", "write(a, 0, b)",
    ]  # fmt: skip
    assert found.check == "M4 no black object refers to a white one"
    again = replay(found.steps, beds(store=store)(found.geometry))
    assert again is not None
    assert again.check == found.check


def test_what_is_born_white_must_be_read_again():
    """K16."""
    found = explore(NotRescanned, scope=SMALL).counterexample
    assert lines(found) == ["a = new(2, old=True)", "start_marking()", "mark(1)", "b = new()", "collect()"]


def test_what_is_born_old_must_be_black(monkeypatch):
    """K16, where the heap's half of it is broken."""
    white_births(monkeypatch)
    found = explore(scope=SMALL).counterexample
    assert lines(found) == ["a = new(2, old=True)", "start_marking()", "b = new(old=True)"]


def test_what_is_popped_must_be_scanned_or_pushed_back():
    """K30: no step of the mutator is needed."""
    found = explore(Forgetting, scope=SMALL).counterexample
    assert lines(found) == [
        "a = new(2, old=True)", "b = new(2, old=True)", "open_scope()", "start_marking()", "mark(1)",
    ]  # fmt: skip
    assert found.check == "M2 grey is the worklist"


def test_a_loss_is_found_where_everything_else_is_waived():
    """By the oracle, when the cycle is done."""
    found = explore(Careless, scope=SMALL).counterexample
    assert lines(found) == ["a = new(2, old=True)", "start_marking()", "mark(1)", "b = new()", "collect()"]


def test_state_that_cannot_be_copied_is_refused():
    """With a word about what to do."""
    with pytest.raises(TestbedError, match=r"^Unreadable cannot be copied between two steps \(.*generator.*\)"):
        explore(Unreadable, scope=SMALL)


def test_a_cycle_that_stands_still_is_found():
    """It would never end."""
    found = explore(Idle, scope=SMALL).counterexample
    assert lines(found) == ["a = new(2, old=True)", "start_marking()", "collect()"]


def test_a_cycle_that_is_never_ready_is_found():
    """Although no two of its states are the same."""
    found = explore(Restless, scope=Scope(objects=1, fields=1, steps=0)).counterexample
    assert found.check == "M6 termination"


def test_a_collector_may_have_a_worklist_of_its_own():
    """The addresses in it are renamed with the objects."""
    found = explore(FirstIn, scope=Scope(objects=2, fields=2, steps=2))
    assert found.counterexample is None


@pytest.mark.slow
def test_scavenges_may_come_between():
    """Also where an object is old and another young."""
    found = explore(young=Scavenger, scope=Scope(objects=2, fields=1, steps=2))
    assert found.counterexample is None


def test_a_scavenge_must_take_the_colors_along():
    """M10, seen by what it leads to."""
    broken = scavenger(("if marking and colors[address]:", "if False:"))
    found = explore(young=broken, scope=Scope(objects=2, fields=1, steps=1)).counterexample
    assert lines(found) == ["a = new(1)", "open_scope()", "start_marking()", "scavenge()"]
