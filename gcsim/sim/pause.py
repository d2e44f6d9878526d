"""A pause: what is known when a collection begins, and the event that it becomes when it ends."""

from attrs import define

from gcsim.collectors import Work
from gcsim.events import GcEvent, IncrementalMarking, Kind
from gcsim.heap.heap import Heap
from gcsim.heap.verify import HeapPicture
from gcsim.sim.pacer import Pacer
from gcsim.units import WORD_BYTES


@define
class Pause:
    """A collection from its begin to its event. Sizes are those at the begin."""

    number: int
    kind: Kind
    reason: str
    why: str
    start_ms: float
    used_bytes: int
    committed_bytes: int
    young_bytes: int
    allocated_bytes: int
    during_sweeping: bool
    picture: HeapPicture | None
    reduce_memory: bool = False
    incremental: IncrementalMarking | None = None

    def event(self, heap: Heap, pacer: Pacer, work: Work, end_ms: float) -> GcEvent:
        """The event of this pause, which has just ended."""
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
        )
