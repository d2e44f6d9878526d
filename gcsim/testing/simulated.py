"""The simulated testbed: the same operations in a whole simulation, with its pacing, its events and its end.

On a testbed whoever drives it says when to collect. Here the simulation does: it picks the collector, paces marking,
resizes spaces, tells events and, when nothing helps, dies. The operations, the oracle, the journal and what shrinks it
are the testbed's; `turn` is new. Each event is checked against the log (`gcsim.testing.events`) and against the heap's
counters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from gcsim.collectors import Collector, Phase
from gcsim.errors import HeapLimitReached, InvariantBroken, TestbedError
from gcsim.events import GcEvent, Kind, MarkingEvent, OutOfMemory
from gcsim.heap import verify
from gcsim.heap.heap import Heap
from gcsim.heap.verify import HeapPicture
from gcsim.sim.simulation import Simulation
from gcsim.testing.cycles import Effort, advance, blaming
from gcsim.testing.events import ASKED, FIT, NO_ROOM, TURN, Log, Told, Truth, check_death, check_event
from gcsim.testing.testbed import Testbed
from gcsim.units import WORD_BYTES

LONG_MS = 10_000.0
"""So long that the program counts as idle."""


class SimulatedBed(Testbed):
    """A tiny simulated process, driven by hand. Parameters as `HeapUnderTest` has them; there are no budgets.

    `node`: in which dialect its lines are read back.
    """

    node: ClassVar[int] = 14

    sim: Simulation

    @property
    def marking(self) -> bool:
        """Whether an incremental marking is under way."""
        return self.heap.marking

    def turn(self, wait_ms: float = 1.0) -> None:
        """The event loop runs its tasks and waits so long; all handles stay."""
        self._begin(None, "turn", wait_ms)
        with self._call(TURN):
            self.sim.idle(wait_ms)
        self._end()

    def scavenge(self, *budgets: int) -> None:
        """A scavenge, as the program asks for it."""
        self._begin(None, "scavenge")
        self._scavenge(budgets)
        self._end()

    def collect(self, *budgets: int) -> None:
        """A full collection, as the program asks for it."""
        self._begin(None, "collect")
        self._collect(budgets)
        self._end()

    def start_marking(self, *candidates: bool, reduce_memory: bool = False) -> None:
        """Incremental marking begins, unless one is under way; the simulation chooses the candidates."""
        self._begin(None, "start_marking")
        with self._call(ASKED):
            if self.sim.runtime.marking is None:
                self.sim.runtime.start_marking("testing", reduce_memory=reduce_memory)
        self._end()

    def mark(self, budget: int = 1) -> None:
        """A marking under way may go on by a step."""
        self.turn()

    def resize(self, pages: int, *, give_back: bool = False) -> None:
        """A simulation resizes new space by itself: time passes."""
        self.turn(LONG_MS if give_back else 1.0)

    def check(self) -> None:
        """Every invariant holds, and the heap is what the mutator made; a dead process was checked when it died.

        Raises:
            InvariantBroken: something does not hold.
        """
        if not self.dead:
            super().check()

    # Private

    def _make_heap(self) -> Heap:
        self.told: list[Told] = []
        self.dead = self._wants_old = False
        self.calls = self._earlier = 0
        self._cause, self._used_bytes, self._new_bytes, self._capacity_bytes = ASKED, 0, 0, 0
        young, old = self._young, self._old
        self.sim = Simulation(
            self.geometry.config(),
            young=lambda heap: Supervised(self, young, heap),
            old=lambda heap: Supervised(self, old, heap),
            on_gc=self._hear,
        )
        self.sim.on_marking = self._hear_marking
        return self.sim.heap

    def _begin(self, kind: str | None, method: str, *arguments: object, gives: int = 0, **named: object) -> None:
        if self.dead:
            raise TestbedError("the simulated process is dead")
        super()._begin(kind, method, *arguments, gives=gives, **named)

    def _end(self) -> None:
        if self._thorough or self._earlier:
            self._compare()
        self._earlier = 0
        super()._end()

    def _allocate(self, words: int, *, pretenured: bool) -> int:
        cause = FIT if self._fits(words, pretenured=pretenured) else NO_ROOM
        address, self._wants_old = 0, pretenured
        with self._call(cause):
            address = self.sim.runtime.allocate_slow(words, pretenured=pretenured)
        if cause == NO_ROOM and words <= self.heap.max_regular_words and not (self._earlier or pretenured):
            raise InvariantBroken(f"P1 trigger: no collection made room for {words} words in a full new space")
        return address

    def _allocate_old(self, words: int) -> int:
        return self._allocate(words, pretenured=True)

    def _fits(self, words: int, *, pretenured: bool) -> bool:
        """Whether there is room for an object in new space; elsewhere nobody but the simulation knows."""
        new = self.heap.new
        if pretenured or words > self.heap.max_regular_words:
            return False
        return new.top + words <= new.area_end or new.pages_entered < new.capacity_pages

    def _scavenge(self, budgets: object) -> None:
        with self._call(ASKED):
            self.sim.collect("scavenge")

    def _collect(self, budgets: object) -> None:
        with self._call(ASKED):
            self.sim.collect("mark-sweep")

    @contextmanager
    def _call(self, cause: str) -> Iterator[None]:
        """The simulation is called, for that cause; if the process dies in it, it had to."""
        heap = self.heap
        self.calls += 1
        self._cause, self._earlier = cause, 0
        self._used_bytes, self._new_bytes = heap.used_bytes(), heap.new.used_words * WORD_BYTES
        self._capacity_bytes = heap.new.capacity_pages * heap.config.page_size
        try:
            with blaming(Simulation):
                yield
        except HeapLimitReached as error:
            self.dead = True
            self._check_death(error)
            raise TestbedError("the simulated process died") from None

    def _check_death(self, error: HeapLimitReached) -> None:
        """P3: a dead process has a valid heap. P2: it had to die."""
        self.coverage.count("out of memory")
        verify.verify(self.heap, self.audit)
        death = self.sim.out_of_memory
        if death is None:
            raise InvariantBroken("P2 OOM last: the process died without a report")
        if death.location == "Reached heap limit":
            may_live = self.heap.can_expand_old(0)
        else:
            words = error.requested_bytes // WORD_BYTES
            regular = words <= self.heap.max_regular_words
            may_live = regular and not self._wants_old and self._fits(words, pretenured=False)
        check_death(self._log(), self._truth(death=death, may_live=may_live), self.audit)

    def _log(self) -> Log:
        return Log(config=self.sim.config, told=self.told, node=type(self).node)

    def _truth(self, *, death: OutOfMemory | None = None, may_live: bool = True) -> Truth:
        heap = self.heap
        return Truth(
            cause=self._cause,
            earlier=self._earlier,
            used_before_bytes=self._used_bytes,
            used_after_bytes=heap.used_bytes(),
            committed_after_bytes=heap.committed_bytes(),
            old_after_bytes=heap.old_bytes(),
            new_before_bytes=self._new_bytes,
            capacity_before_bytes=self._capacity_bytes,
            semi_space_bytes=heap.new.capacity_pages * heap.config.page_size,
            death=death,
            may_live=may_live,
        )

    def _hear(self, event: GcEvent) -> None:
        self.told.append(event)
        self.coverage.count("simulated scavenge" if event.kind is Kind.SCAVENGE else "simulated full collection")
        check_event(self._log(), self._truth(), self.audit)
        verify.verify(self.heap, self.audit)
        self._earlier += 1
        self._used_bytes = self.heap.used_bytes()

    def _hear_marking(self, event: MarkingEvent) -> None:
        self.told.append(event)


class Supervised:
    """A collector in a simulation: what it raises has its place, it ends, and what it did is checked."""

    def __init__(self, bed: SimulatedBed, collector: Any, heap: Heap) -> None:
        self._bed = bed
        self._call = bed.calls
        self._effort = Effort()
        self._before: HeapPicture | None = None if hasattr(collector, "ready") else verify.picture(heap)
        with blaming(collector):
            self._cycle: Collector = collector(heap)

    def __getattr__(self, name: str) -> Any:
        """The collector's."""
        return getattr(self._cycle, name)

    def advance(self, budget_bytes: int) -> int:
        """A slice of the collector, checked at the end of marking and of a scavenge."""
        heap, audit, marking = self._bed.heap, self._bed.audit, self._bed.heap.marking
        done = advance(self._cycle, budget_bytes, self._effort)
        if self._before is None:
            if marking and not heap.marking:
                stopped = self._call == self._bed.calls
                verify.verify_marked(heap, self._cycle.work, stopped_world=stopped, audit=audit)
        elif self._cycle.phase is Phase.DONE:
            verify.verify_scavenge(self._before, heap, self._cycle.work, audit)
        return done
