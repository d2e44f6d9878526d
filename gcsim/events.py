"""Records of what happened: frozen, complete, and all that a trace line, a chart or a check is given.

Sizes are bytes, times are simulated milliseconds since the heap was made.
"""

from enum import Enum

from attrs import frozen


class Kind(Enum):
    """Which collector ran; the value is the name in gcsim's own output, the dialects have their own."""

    SCAVENGE = "Scavenge"
    MARK_SWEEP = "Mark-sweep"


@frozen(kw_only=True)
class IncrementalMarking:
    """The incremental part of a mark-sweep: what was marked in steps before the pause."""

    steps: int
    duration_ms: float
    longest_step_ms: float
    walltime_ms: float


@frozen(kw_only=True)
class GcEvent:
    """One collection, as it ended.

    `used_*` is V8's `Heap::SizeOfObjects()`, `committed_*` its `MemoryAllocator::Size()`: the two numbers of a
    trace line. `before` is taken when the pause begins, `after` when it ends, after new space was resized.
    `evacuated_bytes` were moved off fragmented pages of old space; `released_pages` of it were given back, evacuated or
    empty; `promoted_pages` of new space were promoted whole (their live bytes are part of `promoted_bytes`).
    """

    number: int
    kind: Kind
    reason: str
    collector_reason: str
    start_ms: float
    end_ms: float
    used_before_bytes: int
    used_after_bytes: int
    committed_before_bytes: int
    committed_after_bytes: int
    external_ms: float = 0.0
    incremental: IncrementalMarking | None = None
    reduce_memory: bool = False
    during_sweeping: bool = False
    average_mu: float = 1.0
    current_mu: float = 1.0
    allocated_bytes: int = 0
    young_before_bytes: int = 0
    promoted_bytes: int = 0
    copied_bytes: int = 0
    promoted_objects: int = 0
    copied_objects: int = 0
    remembered_slots: int = 0
    marked_bytes: int = 0
    marked_objects: int = 0
    evacuated_bytes: int = 0
    promoted_pages: int = 0
    released_pages: int = 0
    old_after_bytes: int = 0
    old_limit_bytes: int = 0
    semi_space_bytes: int = 0

    @property
    def pause_ms(self) -> float:
        """The whole pause: what stands before the slash in a trace line."""
        return self.end_ms - self.start_ms

    @property
    def freed_bytes(self) -> int:
        """What this collection took away, in bytes; negative where promotion filled more than died."""
        return self.used_before_bytes - self.used_after_bytes

    @property
    def survival_ratio(self) -> float:
        """The share of the young generation that was found alive, 0 to 1 (V8's survival ratio / 100)."""
        if not self.young_before_bytes:
            return 0.0
        return (self.promoted_bytes + self.copied_bytes) / self.young_before_bytes


@frozen(kw_only=True)
class OutOfMemory:
    """The end of a simulated process: what V8's report says, and when."""

    location: str
    time_ms: float
    last_events: tuple[GcEvent, ...] = ()
