"""Mark-sweep: the cycle that collects the whole heap.

    MARK      grey objects are blackened; the mutator may run between slices, and scavenges too
    REMARK    the mutator waits; the handles are read again and what is still grey is blackened; then the same for
              what ephemerons keep alive, and weak references to the dead are cleared
    EVACUATE  the mutator waits; what lives in the young generation and on candidates is moved
    SWEEP     only if sweeping is not lazy: all pages at once
    DONE      with lazy sweeping, pages are swept afterwards, one at a time, when memory is asked for

Pages of old space that are to be evacuated, `heap.old.candidates`, are chosen before the cycle is made, by whoever
paces the heap; the cycle leaves none. Between MARK and REMARK nothing forces the cycle on: `ready` says that no grey
object is left, and whoever paces the heap chooses the moment of the pause. Before a cycle starts, the sweep of the one
before is finished, so that everything is white.

Invariants: at the end of REMARK every reachable object is black and no black object refers to a white one, not even
weakly; what REMARK left white is gone when its page has been swept; a full collection leaves no young object and no
candidate.

Complexity: O(live objects and their fields) for the marking, O(pages + live objects) for the sweep.
Left out: class unloading; the parallel and concurrent helpers, whose work here is part of the pause.
Source: V8 11.3 src/heap/mark-compact.cc (CollectGarbage).
"""

from typing import ClassVar

from gcsim.collectors.compact import record_slots
from gcsim.collectors.evacuate import Evacuator
from gcsim.collectors.mark import Marker
from gcsim.collectors.protocol import UNLIMITED, Phase, Work
from gcsim.collectors.sweep import Sweeper, start_sweeping
from gcsim.collectors.weak import forget_dead_tables
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK_BYTE


class MarkSweep:
    """One mark-sweep of `heap`. Making it starts the marking.

    A subclass may name a marker and an evacuator of its own.
    """

    marker_type: ClassVar[type[Marker]] = Marker
    evacuator_type: ClassVar[type[Evacuator]] = Evacuator

    __slots__ = ("_evacuator", "_sweeper", "heap", "marker", "phase", "work")

    def __init__(self, heap: Heap) -> None:
        self.heap = heap
        self.work = Work()
        Sweeper(heap).advance(UNLIMITED)
        self.marker = self.marker_type(heap, self.work)
        self.marker.start()
        self._evacuator: Evacuator | None = None
        self._sweeper: Sweeper | None = None
        self.phase = Phase.MARK

    @property
    def atomic(self) -> bool:
        """Only the marking lets the mutator run."""
        return self.phase not in (Phase.MARK, Phase.DONE)

    @property
    def ready(self) -> bool:
        """Whether the next slice begins the pause: no grey object is left to mark in steps."""
        return self.phase is Phase.MARK and self.marker.done

    def advance(self, budget_bytes: int) -> int:
        """Work until the budget is spent or the phase ends; returns the bytes done."""
        if self.phase is Phase.MARK:
            if not self.marker.done:
                return self.marker.drain(budget_bytes)
            self.marker.shade_handles()
            self.phase = Phase.REMARK
            return 0
        if self.phase is Phase.REMARK:
            return self._remark(budget_bytes)
        if self.phase is Phase.EVACUATE:
            return self._evacuate(budget_bytes)
        if self.phase is Phase.SWEEP:
            return self._sweep(budget_bytes)
        return 0

    def _remark(self, budget_bytes: int) -> int:
        weak = self.marker.weak
        done = weak.close(budget_bytes) if weak.closing else self.marker.drain(budget_bytes)
        if self.marker.done and not weak.closing:
            weak.start_closing()
        if self.marker.done:
            weak.clear()
            self.marker.stop()
            self.phase = Phase.EVACUATE
        return done

    def _evacuate(self, budget_bytes: int) -> int:
        if self._evacuator is None:
            forget_dead_slots(self.heap)
            forget_dead_tables(self.heap)
            self.heap.ids.forget_white()
            self.work.released_pages += start_sweeping(self.heap)
            record_slots(self.heap, self.work)
            self._evacuator = self.evacuator_type(self.heap, self.work)
        done, finished = self._evacuator.advance(budget_bytes)
        if finished:
            self.phase = Phase.DONE if self.heap.config.lazy_sweeping else Phase.SWEEP
        return done

    def _sweep(self, budget_bytes: int) -> int:
        if self._sweeper is None:
            self._sweeper = Sweeper(self.heap)
        done = self._sweeper.advance(budget_bytes)
        if self._sweeper.phase is Phase.DONE:
            self.work.swept_pages += self._sweeper.work.swept_pages
            self.phase = Phase.DONE
        return done


def forget_dead_slots(heap: Heap) -> None:
    """Every remembered slot belongs to a black object: the slots of dead ones are forgotten before they are freed."""
    words, colors, words_of = heap.memory.words, heap.memory.colors, heap.shapes.words_of
    slots = heap.remembered.slots
    for slot in tuple(slots):
        holder = colors.rfind(BLACK_BYTE, heap.old_start, slot)
        if holder < 0 or slot >= holder + words_of[words[holder]]:
            slots.remove(slot)
