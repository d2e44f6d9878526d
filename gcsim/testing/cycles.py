"""The heap under test: the collectors' side of a testbed, with every step checked.

A collector under test is made for one cycle and advanced in slices of any budget. Before a cycle and after it, and
between its slices, `verify` looks at the heap; after it, the oracle is compared with the heap. What is freed is
poisoned: free blocks and unused semispaces are filled with a word that is no address, no Smi and no header, so that
whoever still reads it falls.
"""

import traceback
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, compress, repeat
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from attrs import define

from gcsim.collectors import UNLIMITED, Collector, MajorCollector, MarkSweep, Phase, Scavenger
from gcsim.collectors.sweep import Sweeper, allocate_in_old, sweep_next
from gcsim.errors import CollectorFailed, GcsimError, InvariantBroken, TestbedError
from gcsim.heap import verify
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import objects_in_order
from gcsim.testing.compare import compare
from gcsim.testing.coverage import Coverage
from gcsim.testing.geometry import Geometry
from gcsim.testing.model import Model
from gcsim.testing.steps import Name, Step

C = TypeVar("C", bound=Collector)

POISON: Final = 1 << 60
MOST_SLICES: Final = 5_000
"""A cycle on a tiny heap that needs more slices does not end."""
ENOUGH: Final = 1 << 16
"""The bytes of a slice without a budget: more than a tiny heap has, so a slice that is used up is one of an endless
cycle."""
MOST_BYTES: Final = 4 * ENOUGH

Schedule: TypeAlias = Callable[[str], str | None]
"""What the collector does before an operation of that kind ("allocate", "store", "other"): the name of a testbed's
method without arguments, or None."""


class HeapUnderTest:
    """A heap of that geometry, collected by `young` and `old`, and the oracle beside it.

    `schedule`: when to collect besides when memory is needed. `thorough`: check after every operation; otherwise before
    and after each collection, between its slices, and by `check`. `waived`: ids of checks that the collectors declare
    not to keep.
    """

    def __init__(
        self,
        geometry: Geometry | None = None,
        *,
        young: Callable[[Heap], Collector] = Scavenger,
        old: Callable[[Heap], MajorCollector] = MarkSweep,
        schedule: Schedule | None = None,
        thorough: bool = True,
        waived: Iterable[str] = (),
    ) -> None:
        self.geometry = Geometry() if geometry is None else geometry
        self._young, self._old, self._schedule, self._thorough = young, old, schedule, thorough
        self.audit = verify.Audit(waived)
        self.heap = self._make_heap()
        self.model = Model()
        self.journal: list[Step] = []
        self.coverage = Coverage()
        self._cycle: MajorCollector | None = None
        self._last: verify.SlicePicture | None = None
        self._effort = Effort()
        self.heap.roots.open_scope()
        self.model.scopes.append([])

    @property
    def marking(self) -> bool:
        """Whether an incremental marking is under way."""
        return self._cycle is not None

    def scavenge(self, *budgets: int) -> None:
        """A whole scavenge, in slices of so many bytes, the last budget again and again; also while marking."""
        self._begin(None, "scavenge", *budgets)
        self._scavenge(budgets)
        self._end()

    def start_marking(self, *candidates: bool, reduce_memory: bool = False) -> None:
        """A full collection has begun, unless one is under way; `mark` and `collect` go on with it.

        `candidates`: for one movable page of old space after the other, whether it is to be evacuated.
        """
        self._begin(None, "start_marking", *candidates, reduce_memory=reduce_memory)
        if self._cycle is None:
            self._begin_marking(candidates, reduce_memory=reduce_memory)
        self._end()

    def mark(self, budget: int = 1) -> None:
        """A step of the marking under way, of so many bytes; without one, one begins."""
        self._begin(None, "mark", budget)
        if self._cycle is None:
            self._begin_marking()
        elif not self._cycle.ready:
            self._advance(self._cycle, budget)
            self._last = verify.verify_slice(self.heap, self._cycle, self._last, self.audit)
            self.coverage.count("mark step")
        self._end()

    def collect(self, *budgets: int) -> None:
        """The full collection under way goes to its end, or a whole one runs, in slices of so many bytes."""
        self._begin(None, "collect", *budgets)
        self._collect(budgets)
        self._end()

    def sweep(self) -> None:
        """One page that waits for its sweep is swept."""
        self._begin(None, "sweep")
        if self.heap.old.unswept:
            last = verify.picture_slice(self.heap)
            with self.coverage.of_sweep(self.heap):
                sweep_next(self.heap)
            verify.verify_slice(self.heap, None, last, self.audit)
        self._end()

    def resize(self, pages: int, *, give_back: bool = False) -> None:
        """New space has so many pages, as far as it is empty; from-space may be given back until the next scavenge."""
        self._begin(None, "resize", pages, give_back=give_back)
        self.heap.new.set_capacity(min(pages, self.heap.new.max_pages))
        if give_back:
            self.heap.new.uncommit_from_space()
        self._end()

    def check(self) -> None:
        """Every invariant holds, and the heap is what the mutator made.

        Raises:
            InvariantBroken: something does not hold.
        """
        self._check_now()

    # For the operations of subclasses

    def _make_heap(self) -> Heap:
        return Heap(self.geometry.config())

    def _begin(self, kind: str | None, method: str, *arguments: object, gives: int = 0, **named: object) -> None:
        """An operation begins: the schedule may collect first, and the journal has it. `gives`: its object's number."""
        if kind is not None and self._schedule is not None:
            action = self._schedule(kind)
            if action is not None:
                getattr(self, action)()
        if self.heap.marking:
            self.coverage.count("birth while marking", kind == "allocate")
            self.coverage.count("barrier while marking", kind == "store")
        self.journal.append(Step(method, arguments, named, Name(gives)))

    def _end(self) -> None:
        if self._thorough:
            self._check_now()

    def _allocate(self, words: int, *, pretenured: bool) -> int:
        """As a simulation does: if there is no room, collect, first the young, then everything."""
        if words <= self.heap.max_regular_words and pretenured:
            return self._allocate_old(words)
        for collect in (None, self._scavenge, self._collect):
            if collect is not None:
                collect(())
            address = self.heap.allocate_raw(words, pretenured=pretenured)
            if address:
                return address
        raise TestbedError(f"no room for an object of {words} words, even after a full collection")

    def _allocate_old(self, words: int) -> int:
        address = self.heap.allocate_raw(words, pretenured=True)
        if not address:
            address = allocate_in_old(self.heap, words)
            self.heap.color_newborn(address)
        self.coverage.count("split", self.heap.old.top < self.heap.old.limit)
        return address

    def _scavenge(self, budgets: Iterable[int]) -> None:
        self._check_now()
        self._give_ids()
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle = self._made(self._young)
        for budget in _repeating(budgets):
            self._advance(cycle, budget)
            last = verify.verify_slice(self.heap, cycle, last, self.audit)
            if cycle.phase is Phase.DONE:
                break
        verify.verify_scavenge(before, self.heap, cycle.work, self.audit)
        self.coverage.scavenged(before, self.heap)
        if self._cycle is not None:  # the next step of its marking is compared with what the scavenge has left
            self._last = verify.picture_slice(self.heap)
        self._compare()
        poison(self.heap)

    def _collect(self, budgets: Iterable[int]) -> None:
        self._check_now()
        self._give_ids()
        before, last = verify.picture(self.heap), verify.picture_slice(self.heap)
        cycle, self._cycle = self._cycle or self._full_collection(), None
        pages, large = len(self.heap.old.pages), len(self.heap.large.chunks) + len(self.heap.new_large.chunks)
        for budget in _repeating(budgets):
            marking = self.heap.marking
            self._advance(cycle, budget)
            last = verify.verify_slice(self.heap, cycle, last, self.audit)
            if marking and not self.heap.marking:
                stopped = not before.marking
                verify.verify_marked(self.heap, cycle.work, stopped_world=stopped, audit=self.audit)
            if cycle.phase is Phase.DONE:
                break
        verify.verify_mark_sweep(before, self.heap, cycle.work, self.audit)
        self.coverage.collected(before, self.heap, cycle.work, pages, large)
        self._compare()
        poison(self.heap)

    def _begin_marking(self, candidates: Iterable[bool] = (), *, reduce_memory: bool = False) -> None:
        self._check_now()
        self._cycle = self._full_collection(candidates, reduce_memory=reduce_memory)
        self._last = verify.picture_slice(self.heap)

    def _full_collection(self, candidates: Iterable[bool] = (), *, reduce_memory: bool = False) -> MajorCollector:
        with self.coverage.of_sweep(self.heap):
            Sweeper(self.heap).advance(UNLIMITED)
        self.heap.old.choose_candidates(compress(self.heap.old.movable_pages(), candidates))
        self.heap.reduce_memory = reduce_memory
        return self._made(self._old)

    def _made(self, collector: Callable[[Heap], C]) -> C:
        """The cycle begins."""
        self._effort = Effort()
        with blaming(collector):
            return collector(self.heap)

    def _advance(self, cycle: Collector, budget: int) -> None:
        advance(cycle, budget, self._effort)

    def _check_now(self) -> None:
        verify.verify(self.heap, self.audit)
        self._compare()

    def _give_ids(self) -> None:
        """Every object has an id, as if a heap snapshot were taken: it must stay with it in the collection to come."""
        self.heap.ids.give(array("q", objects_in_order(self.heap)))

    def _compare(self) -> None:
        compare(self.heap, self.model)


@define
class Effort:
    """What a cycle has done: slices, and bytes as it says."""

    slices: int = 0
    done_bytes: int = 0


def advance(cycle: Collector, budget: int, effort: Effort) -> int:
    """A slice of the cycle, which counts as effort; returns the bytes done.

    Raises:
        InvariantBroken: M6, the cycle seems to have no end.
        CollectorFailed: it raised something.
    """
    effort.slices += 1
    if effort.slices > MOST_SLICES:
        raise InvariantBroken(f"M6 termination: after {MOST_SLICES} slices {type(cycle).__name__} is not done")
    if effort.done_bytes > MOST_BYTES:
        raise InvariantBroken(f"M6 termination: after {MOST_BYTES} bytes {type(cycle).__name__} is not done")
    with blaming(type(cycle)):
        done = cycle.advance(min(budget, ENOUGH))
    effort.done_bytes += done
    return done


@contextmanager
def blaming(collector: object) -> Iterator[None]:
    """What the collector raises, but for a `GcsimError`, is a `CollectorFailed` that says where."""
    try:
        yield
    except GcsimError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        who = getattr(collector, "__name__", type(collector).__name__)
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise CollectorFailed(f"{who} raised {what} ({Path(place.filename).name}:{place.lineno})") from error


def poison(heap: Heap) -> None:
    """What is free holds `POISON`, so that nobody reads it and comes away with it."""
    words, new = heap.memory.words, heap.new
    unused = [
        (new.from_start, new.from_start + new.max_pages * new.page_words),
        (new.to_start + new.pages_entered * new.page_words, new.to_start + new.max_pages * new.page_words),
    ]
    unused += [(block + 2, block + words[block]) for _, block in heap.old.free_list.blocks()]
    for start, end in unused:
        words[start:end] = array("q", [POISON]) * (end - start)


def _repeating(budgets: Iterable[int]) -> Iterator[int]:
    """The budgets, the last one again and again; unlimited if there is none."""
    listed = list(budgets) or [UNLIMITED]
    return chain(listed, repeat(listed[-1]))
