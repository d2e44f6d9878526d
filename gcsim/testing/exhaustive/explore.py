"""Explore: every interleaving of a mutator and a marking collector, for every graph up to a size.

Random programs find bugs and prove nothing. Here a small world is searched to its end: every graph of a few objects of
a few fields, with every choice of roots; and from the moment when a marking has begun on it, every order in which steps
of the mutator and of the collector can come. If nothing is found, there is nothing in that scope.

    mutator    stores a root or null into a field of a root; loads what a field of a root refers to, which is a root
               from then on; drops a root; makes an object with or without fields, in either generation, as long as
               there are not too many
    collector  advances by the least step; when it is `ready`, goes to its end; if a young collector is given, that one
               runs between two of those steps

Checked whenever a state is new, while marking: an object is grey exactly if it is on the worklist, and once (M2); no
black object refers to a white one (M4); what is born old is not white (M9). Checked at the end of the marking: all that
the roots reach is black (M7). Checked at the end of a cycle, with every page swept and all free memory poisoned, and
after every step of a collector: what the roots reach is what the mutator made (G1, G2). A cycle that takes a step and
stays as it was never ends (M6). A collector may name in `waived` which of M2, M4, M7 and M9 it does not keep.

The search is breadth first in the steps of the mutator. Of the counterexamples with the fewest of those, the one with
the shortest script is given. A state is searched once, however it was reached and whatever its objects are called.

What is proved for a collector holds within the scope only, and for one that does not care where objects lie, in which
order and scope handles are while it marks, and how much it has worked; nor, unless a young collector is given, which
generation an object is in while it marks. Left out: weak fields, tables and finalization; large
objects; evacuation of old pages; lazy sweeping while the mutator runs; what is done before the marking begins, but for
the graph that it leaves; more than one handle for an object; objects with some fields but not all of `fields`, which
are as those whose other fields are null.

Source: Dijkstra et al. 1978, whose insertion barrier this shows to be enough; GC Handbook, chapter 15.
"""

from collections.abc import Callable, Iterator
from itertools import product
from operator import attrgetter
from typing import Final

from attrs import define, frozen

from gcsim.collectors import UNLIMITED, Collector, MajorCollector, MarkSweep, Phase
from gcsim.collectors.sweep import Sweeper, allocate_in_old
from gcsim.errors import CollectorFailed, GcsimError, InvariantBroken
from gcsim.heap.barriers import make_write
from gcsim.heap.heap import Heap
from gcsim.heap.roots import make_handle
from gcsim.testing.check import beds, waived_by
from gcsim.testing.cycles import MOST_SLICES, blaming, poison
from gcsim.testing.exhaustive.books import Registers
from gcsim.testing.exhaustive.checks import TinyChecks
from gcsim.testing.exhaustive.freezer import NOTHING, Frozen
from gcsim.testing.exhaustive.graphs import Graph, birth, graphs
from gcsim.testing.exhaustive.mutator import TinyMutator
from gcsim.testing.exhaustive.scope import Scope
from gcsim.testing.exhaustive.states import Hot, TinyHeap
from gcsim.testing.shrink import Counterexample, replay
from gcsim.testing.steps import Step, step
from gcsim.testing.testbed import MakeStore

STATES_BETWEEN_REPORTS: Final = 500
MOST_LINES: Final = 200
"""A script on a graph of a few objects that is longer has a cycle in it that does not end."""
START: Final = step("start_marking")
MARK: Final = step("mark", 1)
COLLECT: Final = step("collect")
SCAVENGE: Final = step("scavenge")


@frozen(kw_only=True)
class Exploration:
    """What `explore` found.

    `graphs`: how many the marking began on; `states`: how many there are that differ in more than names; `transitions`:
    how many steps were done between them. `depth`: the most steps of the mutator that a state needs. `closed`: whether
    no more steps would lead to any other state, so that what was found holds for any number of them.
    `counterexample`: the shortest run that fails, or None.
    """

    scope: Scope
    graphs: int
    states: int
    transitions: int
    depth: int
    closed: bool
    counterexample: Counterexample | None


def explore(
    old: Callable[[Heap], MajorCollector] = MarkSweep,
    young: Callable[[Heap], Collector] | None = None,
    *,
    scope: Scope | None = None,
    store: MakeStore = make_write,
    on_progress: Callable[[int, int], None] | None = None,
) -> Exploration:
    """Search all interleavings within the scope; `young`, if given, collects between the steps of `old`.

    `store`: makes the mutator's store for a heap. `on_progress`: told from time to time how many states have been
    searched, and of how many that are known by then.
    """
    search = _Search(old, young, Scope() if scope is None else scope, store)
    return search.run(on_progress)


@define(eq=False)
class _State:
    """A state that was reached: its parts, until it has been searched, and how it was reached.

    `births`: how many objects have been made on the way; `lines`: how long the script is that leads here.
    """

    hot: Hot | None
    registers: Registers
    cycle: Frozen
    parent: "_State | None"
    step: Step | Graph
    births: int
    lines: int


class _Level:
    """States that are to be searched, those with the shortest scripts first."""

    def __init__(self) -> None:
        self._by_lines: list[list[_State]] = []

    def __bool__(self) -> bool:
        return any(self._by_lines)

    def __iter__(self) -> Iterator[_State]:
        """Every state, also those that are added meanwhile; they have longer scripts than the one that is searched."""
        for states in self._by_lines:  # grows while it is read
            yield from states

    def add(self, state: _State) -> None:
        """The state is to be searched."""
        while len(self._by_lines) <= state.lines:
            self._by_lines.append([])
        self._by_lines[state.lines].append(state)


@frozen
class _Failure:
    state: _State
    error: GcsimError
    lines: int


class _Search:
    """One search. `_known`: the keys of all states; `_seen`: fingerprints, of which several may have one key."""

    def __init__(
        self,
        old: Callable[[Heap], MajorCollector],
        young: Callable[[Heap], Collector] | None,
        scope: Scope,
        store: MakeStore,
    ) -> None:
        self._old, self._young, self._scope = old, young, scope
        self._make_bed = beds(old=old, store=store) if young is None else beds(young, old, store)
        waived = waived_by(old) if young is None else waived_by(old, young)
        self._heap = Heap(scope.geometry().config())
        self._tiny = TinyHeap(self._heap, moving=young is not None)
        self._checks = TinyChecks(self._tiny, waived)
        self._mutator = TinyMutator(self._tiny, scope.fields, store)
        self._known: set[object] = set()
        self._seen: set[object] = set()
        self._transitions = self._graphs = self._searched = 0
        self._failures: list[_Failure] = []

    def run(self, on_progress: Callable[[int, int], None] | None) -> Exploration:
        """All states, a level for each number of the mutator's steps.

        The collectors' steps come first: they lead to states of the same level, of which none is to be missed.
        """
        level, depth, closed = self._beginnings(), 0, False
        while True:
            for state in level:
                self._searched += 1
                if self._is_worth_it(state):
                    self._collectors_step(state, level)
                if on_progress is not None and self._searched % STATES_BETWEEN_REPORTS == 0:
                    on_progress(self._searched, len(self._known))
            if self._failures or depth == self._scope.steps:
                break
            following = _Level()
            for state in level:
                if self._is_worth_it(state):
                    self._mutator_steps(state, following)
                state.hot = None
            if not (following or self._failures):
                closed = True
                break
            level, depth = following, depth + 1
        return Exploration(
            scope=self._scope,
            graphs=self._graphs,
            states=len(self._known),
            transitions=self._transitions,
            depth=depth,
            closed=closed,
            counterexample=self._counterexample(self._failures[0]) if self._failures else None,
        )

    def _is_worth_it(self, state: _State) -> bool:
        """Whether a step from here may lead to a shorter counterexample than what was found."""
        return not self._failures or state.lines + 1 < self._failures[0].lines

    # States

    def _beginnings(self) -> _Level:
        """The states of markings that have just begun."""
        found = _Level()
        tiny = self._tiny
        allocate_in_old(self._heap, 1)
        self._heap.old.top -= 1  # an empty page is open
        hot, registers = tiny.read(), tiny.books.read()
        every = graphs(self._scope.objects, self._scope.fields, mixed=self._young is not None)
        for graph in sorted(every, key=attrgetter("lines")):
            self._graphs += 1
            tiny.write(hot, registers)
            self._mutator.make(graph)
            state = _State(None, registers, NOTHING, None, graph, len(graph.fields), graph.lines + 1)
            try:
                with blaming(self._old):
                    cycle = self._old(self._heap)
            except (InvariantBroken, CollectorFailed) as error:
                self._fail(state, error)
                break
            tiny.books.forget()
            state.registers, state.cycle = tiny.books.read(), tiny.freezer.freeze(cycle)
            if self._is_new(state.cycle, state.registers):
                self._enter(state, found)
        return found

    def _is_new(self, cycle: Frozen, registers: Registers, handles: list[int] | None = None) -> bool:
        """Whether the heap looks as it never did. `handles`: the sorted addresses of the roots, if they are known."""
        self._transitions += 1
        found = self._tiny.fingerprint(sorted(self._tiny.roots()) if handles is None else handles)
        look = found, id(cycle), id(registers)
        if look in self._seen:
            return False
        self._seen.add(look)
        return True

    def _enter(self, state: _State, queue: _Level) -> None:
        """The heap is in that state, which is to be searched if no other is the same and nothing is wrong with it."""
        try:
            self._checks.worklist()
            objects = self._tiny.objects(state.cycle)
            key = self._tiny.key(state.cycle, state.registers, objects)
            if key in self._known:
                return
            self._known.add(key)
            self._checks.colors(objects)
        except InvariantBroken as error:
            self._fail(state, error)
            return
        state.hot = self._tiny.read()
        queue.add(state)

    def _fail(self, state: _State, error: GcsimError) -> None:
        """A counterexample was found; the shortest is kept."""
        if not self._failures or state.lines < self._failures[0].lines:
            self._failures[:] = [_Failure(state, error, state.lines)]

    # Steps

    def _collectors_step(self, state: _State, level: _Level) -> None:
        """A step of each collector, to states of the same level."""
        assert state.hot is not None
        tiny = self._tiny
        tiny.write(state.hot, state.registers)
        cycle = tiny.freezer.thaw(state.cycle)
        for done in (COLLECT if cycle.ready else MARK, *((SCAVENGE,) if self._young else ())):
            try:
                self._collect(state, done, cycle, level)
            except (InvariantBroken, CollectorFailed) as error:
                self._fail(self._after(state, done), error)
                tiny.books.forget()
            tiny.write(state.hot, state.registers)

    def _mutator_steps(self, state: _State, following: _Level) -> None:
        """Every step of the mutator, to states of the next level."""
        assert state.hot is not None
        tiny = self._tiny
        tiny.write(state.hot, state.registers)
        handles = sorted(tiny.roots())
        for done in self._mutator.stores(state.hot):
            if self._is_new(state.cycle, state.registers, handles):
                self._enter(self._after(state, done()), following)
        for done in self._mutator.roots():
            if self._is_new(state.cycle, state.registers):
                self._enter(self._after(state, done()), following)
        if len(tiny.objects(state.cycle)) < self._scope.objects:
            self._births(state, following)

    def _births(self, state: _State, following: _Level) -> None:
        """An object of each kind is made."""
        assert state.hot is not None
        tiny, number = self._tiny, state.births + 1
        for fields, old in product(self._mutator.sizes, (True, False)):
            address = self._mutator.allocate(fields, number, old=old)
            tiny.inner.append(make_handle(address))
            tiny.books.forget()
            after = self._after(state, birth(number, fields, old=old))
            after.registers, after.births = tiny.books.read(), number
            try:
                self._checks.birth(address)
            except InvariantBroken as error:
                self._fail(after, error)
            else:
                if self._is_new(after.cycle, after.registers):
                    self._enter(after, following)
            tiny.write(state.hot, state.registers)

    def _after(self, state: _State, done: Step) -> _State:
        """What a step leads to that changes neither the registers nor the cycle."""
        return _State(None, state.registers, state.cycle, state, done, state.births, state.lines + 1)

    def _collect(self, state: _State, done: Step, cycle: MajorCollector, level: _Level) -> None:
        """A step of a collector; at the end of the full collection no state follows."""
        assert state.hot is not None
        tiny, words = self._tiny, self._heap.memory.words
        before, after = words.tobytes(), self._after(state, done)
        if done is SCAVENGE:
            self._scavenge()
        elif done is COLLECT:
            self._finish(cycle)
        else:
            with blaming(self._old):
                cycle.advance(1)
            if not self._heap.marking:
                self._checks.marked()
            if cycle.atomic or not self._heap.marking:
                self._finish(cycle)
            else:
                after.cycle = tiny.freezer.freeze(cycle)
        tiny.books.forget()
        if self._heap.marking:
            self._checks.worklist()
        if words.tobytes() != before:
            self._checks.graph(state.hot, state.registers)
        if not self._heap.marking:
            self._transitions += 1
            return
        after.registers = tiny.books.read()
        if state.lines > MOST_LINES:
            raise InvariantBroken(f"M6 termination: {type(cycle).__name__} is not ready after {MOST_LINES} steps")
        if self._is_new(after.cycle, after.registers):
            self._enter(after, level)
        elif done is MARK and after.cycle is state.cycle and tiny.read() == state.hot:
            raise InvariantBroken(f"M6 termination: a step of {type(cycle).__name__} changed nothing")

    def _finish(self, cycle: MajorCollector) -> None:
        """The full collection is done, every page swept, and what is free is poisoned."""
        for _ in range(MOST_SLICES):
            marking = self._heap.marking
            with blaming(self._old):
                cycle.advance(UNLIMITED)
            if marking and not self._heap.marking:
                self._checks.marked()
            if cycle.phase is Phase.DONE:
                break
        else:
            raise InvariantBroken(f"M6 termination: after {MOST_SLICES} slices {type(cycle).__name__} is not done")
        Sweeper(self._heap).advance(UNLIMITED)
        poison(self._heap)

    def _scavenge(self) -> None:
        assert self._young is not None
        with blaming(self._young):
            cycle = self._young(self._heap)
            for _ in range(MOST_SLICES):
                cycle.advance(UNLIMITED)
                if cycle.phase is Phase.DONE:
                    return
        raise InvariantBroken(f"M6 termination: after {MOST_SLICES} slices {type(cycle).__name__} is not done")

    # The report

    def _counterexample(self, failure: _Failure) -> Counterexample:
        """The run as a testbed does it. A check may fail there one step later, when the collector comes."""
        steps: list[Step] = []
        state: _State | None = failure.state
        while state is not None:
            steps[:0] = [*state.step.script(), START] if isinstance(state.step, Graph) else [state.step]
            state = state.parent
        geometry = self._scope.geometry()
        for more in ((), (MARK,), (COLLECT,)):
            found = replay([*steps, *more], self._make_bed(geometry))
            if found is not None:
                return found
        return Counterexample(geometry, tuple(steps), failure.error)
