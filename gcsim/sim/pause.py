"""A pause: what is known when a collection begins, and the event that it becomes when it ends."""

from attrs import define

from gcsim.collectors import Work
from gcsim.events import GcEvent, IncrementalMarking, Kind, LimitGrowth, SpaceSize
from gcsim.heap.heap import Heap
from gcsim.heap.verify import HeapPicture
from gcsim.pacing.new_space import Resize
from gcsim.sim.pacer import Pacer
from gcsim.units import WORD_BYTES


@define
class Pause:
    """A collection from its begin to its event. Sizes are those at the begin. `last`: the one before, or None."""

    number: int
    kind: Kind
    reason: str
    why: str
    start_ms: float
    used_bytes: int
    committed_bytes: int
    young_bytes: int
    allocated_bytes: int
    holes_bytes: int
    during_sweeping: bool
    picture: HeapPicture | None
    last: GcEvent | None
    reduce_memory: bool
    resize: Resize = Resize.NONE
    mark_ms: float = 0.0
    incremental: IncrementalMarking | None = None
    limit_growth: LimitGrowth | None = None

    def event(self, heap: Heap, pacer: Pacer, work: Work, end_ms: float) -> GcEvent:
        """The event of this pause, which has just ended."""
        last = self.last
        return GcEvent(
            number=self.number,
            kind=self.kind,
            reason=self.reason,
            collector_reason=self.why,
            start_ms=self.start_ms,
            end_ms=end_ms,
            used_before_bytes=self.used_bytes,
            used_after_bytes=heap.used_bytes(),
            committed_before_bytes=self.committed_bytes,
            committed_after_bytes=heap.committed_bytes(),
            incremental=self.incremental,
            reduce_memory=self.reduce_memory,
            during_sweeping=self.during_sweeping,
            average_mu=pacer.utilization.average,
            current_mu=pacer.utilization.current,
            allocated_bytes=self.allocated_bytes,
            young_before_bytes=self.young_bytes,
            promoted_bytes=work.promoted_words * WORD_BYTES,
            copied_bytes=work.copied_words * WORD_BYTES,
            promoted_objects=work.promoted_objects,
            copied_objects=work.copied_objects,
            remembered_slots=work.slots,
            marked_bytes=work.marked_words * WORD_BYTES,
            marked_objects=work.marked_objects,
            evacuated_bytes=work.evacuated_words * WORD_BYTES,
            promoted_pages=work.promoted_pages,
            released_pages=work.released_pages,
            old_after_bytes=heap.old_bytes(),
            old_limit_bytes=pacer.limit.limit_bytes,
            semi_space_bytes=heap.new.capacity_pages * heap.config.page_size,
            global_limit_bytes=pacer.limit.global_limit_bytes,
            max_heap_bytes=heap.config.max_reserved_bytes,
            copied_by_last_bytes=last.copied_bytes if last else 0,
            mutator_ms=self.start_ms - (last.end_ms if last else 0.0),
            mark_ms=self.mark_ms,
            total_pause_ms=end_ms - self.start_ms + (last.total_pause_ms if last else 0.0),
            holes_before_bytes=self.holes_bytes,
            holes_after_bytes=heap.old.free_words * WORD_BYTES,
            average_survival_ratio=pacer.survival.average,
            scavenge_bytes_per_ms=pacer.scavenge_speed.bytes_per_ms(),
            young_allocation_bytes_per_ms=pacer.rates.young.bytes_per_ms(),
            marking_bytes_per_ms=pacer.assumed_marking_speed(),
            limit_growth=self.limit_growth,
            spaces=space_sizes(heap),
        )


def space_sizes(heap: Heap) -> tuple[SpaceSize, ...]:
    """The size of each space now. Nothing is available on pages of code, nor, as V8 counts, among large objects."""
    new, old, new_large, large = heap.new, heap.old, heap.new_large, heap.large
    page_words = heap.memory.page_words
    code = [page for page in old.pages.values() if page.is_code]
    code_used, code_committed = sum(page.allocated_words for page in code), sum(page.words for page in code)
    rows = (
        ("new", new.used_words, new.allocatable_words - new.used_words, new.committed_pages * page_words),
        (
            "new large",
            new_large.used_words,
            heap.new_large_capacity_words - new_large.used_words,
            new_large.committed_words,
        ),
        ("old", old.used_words - code_used, old.free_words, old.committed_words - code_committed),
        ("code", code_used, 0, code_committed),
        ("large", large.used_words, 0, large.committed_words),
    )
    return tuple(
        SpaceSize(
            name=name,
            used_bytes=used * WORD_BYTES,
            available_bytes=available * WORD_BYTES,
            committed_bytes=committed * WORD_BYTES,
        )
        for name, used, available, committed in rows
    )
