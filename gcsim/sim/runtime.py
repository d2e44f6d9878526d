"""The runtime: what V8's `Heap` decides about a heap.

Here is decided what to do when an allocation fails, which collector runs and for which reason, when marking starts and
steps, and when the process dies. The heap and the collectors know nothing of it; the numbers come from the pacer.

Order of a failed allocation (heap-allocator.cc): collect, retry, collect, retry, then the last resort: full
collections until they free nothing more, retry, and then the end of the process.

Which collector (heap.cc SelectGarbageCollector), tested in this order: old space was asked for -> full; marking is
done and the limit far behind -> full; the old generation could not take the whole young one -> full; else a scavenge.

The reduce-memory flag: a marking that the memory reducer starts, or that starts when memory is short, has it until its
full collection ends. Scavenges in between have it too; new space shrinks and limits are low.

Left out: external memory and the embedder's heap; concurrent helpers.
Source: V8 11.3 src/heap/heap.cc (CollectGarbage, CollectAllAvailableGarbage), heap-allocator.cc.
"""

from collections.abc import Callable
from typing import Final

from gcsim.collectors import UNLIMITED, Collector, MajorCollector, Phase, Work
from gcsim.collectors.sweep import allocate_by_sweeping
from gcsim.config import HeapConfig
from gcsim.errors import HeapLimitReached, MutatorPaused, ObjectTooLarge
from gcsim.events import GcEvent, Kind, MarkingEvent, MarkingStarted, MarkingStopped, OutOfMemory
from gcsim.heap.heap import Heap
from gcsim.heap.verify import picture, verify, verify_mark_sweep, verify_marked, verify_scavenge
from gcsim.pacing.costs import CostModel
from gcsim.pacing.new_space import minor_task_due
from gcsim.pacing.schedule import MarkingStart
from gcsim.sim.allocation_sites import AllocationSites
from gcsim.sim.clock import Clock
from gcsim.sim.compaction import choose_candidates, record_compaction
from gcsim.sim.incremental import IncrementalMarker
from gcsim.sim.initial_heap import lay_out
from gcsim.sim.pacer import Pacer
from gcsim.sim.pause import Pause
from gcsim.sim.reducer import Reducer, memory_is_short
from gcsim.sim.resize import begin_resize, end_resize
from gcsim.units import MB, WORD_BYTES

AVAILABLE_MIN: Final = 2
AVAILABLE_MAX: Final = 7
"""How many collections in a row take all that is available."""
REPORTED_EVENTS: Final = 10
MAX_OBJECT_BYTES: Final = 1024 * MB
"""The longest array of V8 (fixed-array.h kMaxSize); what is shorter is tried for, however small the heap."""
OLD_SPACE_REQUESTED: Final = "GC in old space requested"


class Runtime:
    """A heap under control.

    `young`, `old`: collector classes, made with the heap for each cycle. `on_event`: called with whatever happens.
    `marking`: the incremental marking under way, or None. `sites`: the places that make objects. `reducer`: the memory
    reducer. `turn_start_ms`: when the
    event loop's running turn began, or None.
    """

    def __init__(
        self,
        config: HeapConfig,
        young: Callable[[Heap], Collector],
        old: Callable[[Heap], MajorCollector],
        costs: CostModel,
        on_event: Callable[[GcEvent | MarkingEvent], None],
    ) -> None:
        self.config = config
        self.heap = Heap(config)
        lay_out(self.heap, config.initial_heap)
        self.clock = Clock()
        self.pacer = Pacer(config)
        self.sites = AllocationSites(self.heap)
        self.reducer = Reducer(self.heap, self.clock, self.pacer)
        self.marking: IncrementalMarker | None = None
        self.turn_start_ms: float | None = None
        self.out_of_memory: OutOfMemory | None = None
        self._young, self._old, self._costs, self._on_event = young, old, costs, on_event
        self._events: list[GcEvent] = []
        self._collecting = False
        self._allocated_bytes = 0
        self._used_seen_bytes = self._used_after_bytes = self.heap.used_bytes()
        self._reduce_memory = False
        self._counted_top = 0
        self._allocations_left = config.gc_interval
        self._set_step_limit()

    @property
    def events(self) -> list[GcEvent]:
        """What was collected so far; not to be changed."""
        return self._events

    @property
    def allocated_bytes(self) -> int:
        """Bytes allocated since the heap was made, the unused ends of new space's pages included."""
        return self._allocated_bytes + self.heap.used_bytes() - self._used_after_bytes

    # Allocation

    def allocate_slow(self, words: int, *, pretenured: bool) -> int:
        """Memory for an object that does not fit into the linear allocation area.

        Raises:
            ObjectTooLarge: V8 has no object of that size.
            HeapLimitReached: no memory is left after the last resort.
        """
        self._forbid_during_collection()
        if words * WORD_BYTES > MAX_OBJECT_BYTES:
            raise ObjectTooLarge(
                f"an object has at most {MAX_OBJECT_BYTES} bytes (V8's longest array), got {words * WORD_BYTES}"
            )
        try:
            self._observe_allocation(words, pretenured=pretenured)
            address = 0 if self._interval_is_over() else self._allocate(words, pretenured=pretenured)
            address = address or self._make_room(words, pretenured=pretenured)
            if address < self.heap.old_start:
                self._counted_top = address
            return address
        finally:
            self._set_step_limit()

    def let_time_pass(self) -> None:
        """The clock has followed what was allocated since it was last asked."""
        used = self.heap.used_bytes()
        if used > self._used_seen_bytes:
            self.clock.advance(self._costs.mutator_ms(used - self._used_seen_bytes))
        self._used_seen_bytes = used

    def _allocate(self, words: int, *, pretenured: bool) -> int:
        """Memory without a collection, or 0: old space may be swept and, below its limit, grow."""
        heap = self.heap
        is_large = words > heap.max_regular_words
        if is_large and pretenured and not self._old_may_grow():
            return 0
        if is_large and self.marking is not None and heap.has_large_room(words, pretenured=pretenured):
            self._observe_old_or_large(self.marking, "large" if pretenured else "new large", words)
        address = heap.allocate_raw(words, pretenured=pretenured)
        if address and is_large and pretenured:
            self._start_marking_if_due()
        if address or is_large or not pretenured:
            return address
        address = allocate_by_sweeping(heap, words, most=self.config.pages_to_sweep, fast=True)
        if not address and self._old_may_grow() and heap.can_expand_old(self.config.page_size):
            heap.old.add_page()
            address = heap.allocate_raw(words, pretenured=True)
            self._start_marking_if_due()
        return address or allocate_by_sweeping(heap, words, most=len(heap.old.unswept), fast=True)

    def _old_may_grow(self) -> bool:
        """Whether the mutator may add to the old generation: below the limit, or, while marking, not far above it."""
        old_bytes = self.heap.old_bytes()
        if old_bytes < self.pacer.limit.limit_bytes:
            return True
        return self.marking is not None and not self.pacer.is_large_overshoot(old_bytes)

    def _make_room(self, words: int, *, pretenured: bool) -> int:
        """Memory after one or more collections."""
        for _ in range(2):
            if pretenured:
                self.collect_all("allocation failure")
            else:
                self.collect_young("allocation failure")
            address = self._allocate(words, pretenured=pretenured)
            if address:
                return address
        self.collect_available("last resort")
        address = self._allocate(words, pretenured=pretenured)
        if not address:
            self._die("CALL_AND_RETRY_LAST", words * WORD_BYTES)
        return address

    def _observe_allocation(self, words: int, *, pretenured: bool) -> None:
        """What V8's allocation observers do before an object of `words` words is made: time passes, marking steps."""
        self.let_time_pass()
        marking = self.marking
        if marking is None:
            return
        if marking.interrupts:
            self.collect_all("finalize incremental marking via stack guard")
            return
        self._count_young(marking)
        if words > self.heap.max_regular_words:
            return  # V8 looks for room first: a collection comes before the step, and before the count
        if pretenured:
            self._observe_old_or_large(marking, "old", words)
        elif marking.observers["new"].is_due(words * WORD_BYTES):
            self._mark_on_allocation(marking)

    def _observe_old_or_large(self, marking: IncrementalMarker, space: str, words: int) -> None:
        """Such an object is about to be made: it counts at once, and marking steps if that is due."""
        if marking.observers[space].is_due(words * WORD_BYTES):
            self._mark_on_allocation(marking)
        marking.observers[space].count(words * WORD_BYTES)

    def _count_young(self, marking: IncrementalMarker) -> None:
        """The observer of new space has seen what was allocated since it was last told."""
        top = self.heap.new.top
        marking.observers["new"].count((top - self._counted_top) * WORD_BYTES)
        self._counted_top = top

    def _interval_is_over(self) -> bool:
        """Whether `--gc-interval` makes this allocation fail, so that a collection comes first."""
        if self.config.gc_interval < 0:
            return False
        self._allocations_left -= 1
        if self._allocations_left >= 0:
            return False
        self._allocations_left = self.config.gc_interval - 1  # the allocation under way is the first of them
        return True

    def _set_step_limit(self) -> None:
        """Allocation in new space stops where the next observer is due."""
        new = self.heap.new
        new.limit = new.area_end
        if self.config.gc_interval >= 0:
            new.limit = new.top
        elif self.marking is not None:
            new.limit = self._next_step(self.marking)

    # Marking

    def run_minor_gc_task(self) -> None:
        """The task that scavenges between two turns, if new space is full enough (minor-gc-job.cc)."""
        used_bytes = self.heap.new.used_words * WORD_BYTES
        trigger = self.config.minor_gc_task_trigger
        if self.config.minor_gc_task and minor_task_due(used_bytes, self._capacity_bytes(), trigger):
            self.collect_young("task")

    def run_marking_task(self) -> None:
        """The marking task of the event loop: start at the soft limit, or step, and finish when nothing is left."""
        if self.marking is None:
            if self._marking_start() is not MarkingStart.NONE:
                self.start_marking("task")
            return
        if not self.marking.ready:
            self.marking.step_in_task()
        if self.marking.ready:
            self.collect_all("finalize incremental marking via task")

    def run_memory_reducer(self) -> None:
        """The memory reducer's timer, if it has fired: marking may start, with the reduce-memory flag."""
        if self.reducer.timer_ms > self.clock.now_ms:
            return
        self._sample_allocation()
        if self.reducer.timer_fired(can_start=self.marking is None):
            self.start_marking("memory reducer", reduce_memory=True)

    def _mark_on_allocation(self, marking: IncrementalMarker) -> None:
        """One step; if nothing is left to mark, the pause comes soon, unless a task is about to bring it."""
        marking.step_on_allocation()
        marking.interrupts = marking.ready and not marking.should_wait_for_task(self.turn_start_ms)

    def _next_step(self, marking: IncrementalMarker) -> int:
        """The address in new space that no object may reach before a step or an interrupt."""
        new = self.heap.new
        if marking.interrupts:
            return new.top
        since_counted = new.top - self._counted_top
        left = marking.observers["new"].left_bytes // WORD_BYTES - since_counted
        return min(new.area_end, new.top + left - 1)

    def _marking_start(self) -> MarkingStart:
        return self.pacer.marking_start(self.heap.old_bytes(), self._semi_space_bytes())

    def _start_marking_if_due(self) -> None:
        """After a scavenge, or when the old generation took a page: at the hard limit marking starts at once."""
        if self.marking is None and self._marking_start() is MarkingStart.HARD:
            self.start_marking("allocation limit")

    def start_marking(self, reason: str, *, reduce_memory: bool = False) -> None:
        """Incremental marking, of which none is under way, begins."""
        self._reduce_memory = reduce_memory or memory_is_short(self.heap)
        limit = self.pacer.limit
        started = MarkingStarted(
            time_ms=self.clock.now_ms,
            reason=reason,
            old_bytes=self.heap.old_bytes(),
            old_limit_bytes=limit.limit_bytes,
            global_limit_bytes=limit.global_limit_bytes,
        )
        self._on_event(started)
        choose_candidates(self.heap, self.pacer, reduce_memory=self._reduce_memory)
        self.marking = IncrementalMarker(self._old(self.heap), self.clock, self.pacer, self._costs, self._on_event)
        self._counted_top = self.heap.new.top
        self._set_step_limit()

    # Collections

    def collect_young(self, reason: str) -> None:
        """A scavenge, unless only a full collection can help."""
        heap, marking = self.heap, self.marking
        if marking is not None and marking.ready and self.pacer.is_large_overshoot(heap.old_bytes()):
            self.collect_all(reason, "Incremental marking needs finalization")
        elif not heap.can_expand_old(self._semi_space_bytes() + heap.new_large.used_words * WORD_BYTES):
            self.collect_all(reason, "scavenge might not succeed")
        else:
            self._scavenge(reason)

    def collect_all(self, reason: str, why: str = OLD_SPACE_REQUESTED, *, reduce_memory: bool = False) -> None:
        """A full collection; a marking under way is used, and its reduce-memory flag."""
        self._reduce_memory |= reduce_memory
        committed_before_bytes = self.heap.old_committed_bytes()
        pause = self._begin(Kind.MARK_SWEEP, reason, why)
        self.heap.reduce_memory = pause.reduce_memory
        marking, self.marking = self.marking, None
        if marking is None:
            choose_candidates(self.heap, self.pacer, reduce_memory=pause.reduce_memory)
            cycle = self._old(self.heap)
        else:
            stopped = MarkingStopped(
                time_ms=self.clock.now_ms, old_bytes=self.heap.old_bytes(), old_limit_bytes=self.pacer.limit.limit_bytes
            )
            self._on_event(stopped)
            cycle = marking.cycle
        work = cycle.work
        words_before, objects_before = work.marked_words, work.marked_objects
        self._drive(cycle, stopped_world=marking is None)
        marked_bytes = (work.marked_words - words_before) * WORD_BYTES
        marked_objects, live_bytes = work.marked_objects - objects_before, work.marked_words * WORD_BYTES
        self.clock.advance(
            self._costs.mark_sweep_pause_ms(marked_bytes, marked_objects, live_bytes, work.marked_objects)
        )
        pause.incremental = None if marking is None else marking.record()
        pause.mark_ms = self._costs.marking_in_pause_ms(marked_bytes, marked_objects, live_bytes)
        self.sites.forget()
        self._pace_after_full_gc(pause, work)
        self._reduce_memory = False
        self.reducer.full_gc_ended(committed_before_bytes)
        if pause.picture is not None:
            verify_mark_sweep(pause.picture, self.heap, work)
        self._end(pause, work)
        if self.pacer.is_ineffective(self.heap.old_bytes()):
            self._die("Ineffective mark-compacts near heap limit")

    def collect_available(self, reason: str) -> None:
        """Full collections that save memory, until they free nothing more (heap.cc CollectAllAvailableGarbage)."""
        for attempt in range(1, AVAILABLE_MAX + 1):
            before = self.heap.used_bytes()
            self.collect_all(reason, reduce_memory=True)
            if attempt >= AVAILABLE_MIN and self.heap.used_bytes() >= before:
                return

    def _scavenge(self, reason: str) -> None:
        at_largest = self.heap.new.capacity_pages == self.heap.new.max_pages
        pause = self._begin(Kind.SCAVENGE, reason, "")
        if self.marking is not None:
            self._count_young(self.marking)
        cycle = self._young(self.heap)
        self._drive(cycle)
        work = cycle.work
        survived_bytes = (work.copied_words + work.promoted_words) * WORD_BYTES
        objects = work.copied_objects + work.promoted_objects
        pause_ms = self._costs.scavenge_ms(survived_bytes, objects, work.slots)
        self.clock.advance(pause_ms)
        pause.incremental = None if self.marking is None else self.marking.record()
        self.pacer.record_survivors(survived_bytes, pause.young_bytes)
        mode = self.reducer.growing_mode(reduce_memory=pause.reduce_memory)
        self.pacer.after_scavenge(self.heap.old_bytes(), self._semi_space_bytes(), mode)
        self.pacer.record_scavenge(pause.young_bytes, survived_bytes, self.clock.now_ms - pause.start_ms)
        self.sites.judge(at_largest=at_largest)
        if self.marking is not None:
            self.marking.after_scavenge(pause.young_bytes - survived_bytes)
            self._counted_top = self.heap.new.top
        if pause.picture is not None:
            verify_scavenge(pause.picture, self.heap, work)
        self._end(pause, work)
        self._start_marking_if_due()

    def _pace_after_full_gc(self, pause: Pause, work: Work) -> None:
        heap, now_ms = self.heap, self.clock.now_ms
        self.pacer.record_survivors(work.promoted_words * WORD_BYTES, pause.young_bytes)
        mode = self.reducer.growing_mode(reduce_memory=pause.reduce_memory)
        pause.limit_growth = self.pacer.after_full_gc(heap.old_bytes(), self._semi_space_bytes(), mode)
        record_compaction(self.pacer, self._costs, work)
        self.pacer.record_full_gc(
            end_ms=now_ms,
            pause_ms=now_ms - pause.start_ms,
            incremental_ms=pause.incremental.duration_ms if pause.incremental else 0.0,
            size_bytes=heap.used_bytes(),
        )

    def _drive(self, cycle: Collector, *, stopped_world: bool = True) -> None:
        """Run a cycle to its end; with `verify_heap`, the marking's result is checked before anything is swept.

        `stopped_world`: the mutator has not run since the cycle began, so exactly what is reachable must be marked.
        """
        self._collecting = True
        try:
            while cycle.phase is not Phase.DONE:
                before = cycle.phase
                cycle.advance(UNLIMITED)
                if self.config.verify_heap and before is not Phase.EVACUATE and cycle.phase is Phase.EVACUATE:
                    verify_marked(self.heap, cycle.work, stopped_world=stopped_world)
        finally:
            self._collecting = False

    def _begin(self, kind: Kind, reason: str, why: str) -> Pause:
        """The pause begins: sizes are taken, then new space grows, or it is decided that it will shrink."""
        self._forbid_during_collection()
        self.let_time_pass()
        self._sample_allocation()
        heap = self.heap
        pause = Pause(
            number=len(self._events),
            kind=kind,
            reason=reason,
            why=why,
            start_ms=self.clock.now_ms,
            used_bytes=heap.used_bytes(),
            committed_bytes=heap.committed_bytes(),
            young_bytes=heap.young_bytes(),
            allocated_bytes=heap.used_bytes() - self._used_after_bytes,
            holes_bytes=heap.old.free_words * WORD_BYTES,
            during_sweeping=kind is Kind.SCAVENGE and bool(heap.old.unswept),
            picture=picture(heap) if self.config.verify_heap else None,
            last=self._events[-1] if self._events else None,
            reduce_memory=self._reduce_memory,
        )
        pause.resize = begin_resize(heap, self.pacer, reduce_memory=pause.reduce_memory)
        return pause

    def _end(self, pause: Pause, work: Work) -> None:
        """The pause has ended: the event is recorded, and the heap must still be allowed to exist."""
        heap, now_ms = self.heap, self.clock.now_ms
        end_resize(heap, pause.resize)
        new_bytes, promoted_bytes = heap.new.used_words * WORD_BYTES, work.promoted_words * WORD_BYTES
        self.pacer.rates.pause_ended(now_ms, new_bytes, heap.old_bytes(), promoted_bytes)
        event = pause.event(heap, self.pacer, work, now_ms)
        self._allocated_bytes += pause.allocated_bytes
        self._used_seen_bytes = self._used_after_bytes = heap.used_bytes()
        self._set_step_limit()
        self._events.append(event)
        self._on_event(event)
        if self.config.verify_heap:
            verify(heap)
        if not heap.can_expand_old(0):
            self._die("Reached heap limit")

    def _die(self, location: str, requested_bytes: int = 0) -> None:
        self.out_of_memory = OutOfMemory(
            location=location, time_ms=self.clock.now_ms, last_events=tuple(self._events[-REPORTED_EVENTS:])
        )
        raise HeapLimitReached(location, requested_bytes)

    def _sample_allocation(self) -> None:
        heap = self.heap
        self.pacer.rates.sample(self.clock.now_ms, heap.new.used_words * WORD_BYTES, heap.old_bytes())

    def _capacity_bytes(self) -> int:
        """The size of one semispace, headers of its pages included."""
        return self.heap.new.capacity_pages * self.config.page_size

    def _semi_space_bytes(self) -> int:
        """What one semispace can hold: its pages without their headers."""
        return self.heap.new.allocatable_words * WORD_BYTES

    def _forbid_during_collection(self) -> None:
        if self._collecting:
            raise MutatorPaused("the mutator may not allocate or collect inside of a collection")
