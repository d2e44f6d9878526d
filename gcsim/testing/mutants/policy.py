"""Seeded bugs of what a simulation decides and tells: sizes, mu and the end of the process (A, P)."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from gcsim.collectors import Work
from gcsim.events import GcEvent, Kind
from gcsim.heap.heap import Heap
from gcsim.sim.pacer import Pacer
from gcsim.sim.pause import Pause
from gcsim.sim.runtime import Runtime
from gcsim.testing.mutants.record import Ran, Seed, change, mutant

MakeEvent = Callable[[Pause, Heap, Pacer, Work, float], GcEvent]


@mutant("K24", "A", "A4 A3", simulated=True)
def size_before_the_sweep(ran: Ran) -> Seed:
    """A full collection tells the size after marking and before sweeping as the size after it."""

    def make(event: MakeEvent) -> MakeEvent:
        def too_early(self: Pause, heap: Heap, pacer: Pacer, work: Work, end_ms: float) -> GcEvent:
            told = event(self, heap, pacer, work, end_ms)
            if told.kind is Kind.SCAVENGE or told.used_after_bytes == told.used_before_bytes:
                return told
            ran()
            return evolve(told, used_after_bytes=told.used_before_bytes)

        return too_early

    return change(Pause, "event", make)


@mutant("K25", "A", "A6", simulated=True)
def mu_of_scavenges(ran: Ran) -> Seed:
    """Mu is computed anew at scavenges too."""

    def make(event: MakeEvent) -> MakeEvent:
        def recomputed(self: Pause, heap: Heap, pacer: Pacer, work: Work, end_ms: float) -> GcEvent:
            if self.kind is Kind.SCAVENGE:
                before = pacer.utilization.average
                pacer.utilization.record_full_gc(end_ms, end_ms - self.start_ms)
                if pacer.utilization.average != before:
                    ran()
            return event(self, heap, pacer, work, end_ms)

        return recomputed

    return change(Pause, "event", make)


@mutant("K32", "P", "P2 P1", simulated=True)
def gives_up(ran: Ran) -> Seed:
    """Out of memory is reported, without a full collection, if more is wanted than half of what the free list has."""

    def make(make_room: Any) -> Any:
        def give_up(self: Runtime, words: int, *, pretenured: bool) -> int:
            if pretenured and 2 * words > self.heap.old.free_list.free_words:
                ran()
                self._die("CALL_AND_RETRY_LAST", words * 8)
            room: int = make_room(self, words, pretenured=pretenured)
            return room

        return give_up

    return change(Runtime, "_make_room", make)
