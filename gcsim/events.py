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
    """What was marked in steps: before the pause of a mark-sweep, or so far when a scavenge comes in between."""

    steps: int
    duration_ms: float
    longest_step_ms: float
    walltime_ms: float


@frozen(kw_only=True)
class SpaceSize:
    """One space when a collection has ended.

    `name`: "new", "new large", "old", "code" or "large". `available_bytes`: what it can still take without more memory.
    """

    name: str
    used_bytes: int
    available_bytes: int
    committed_bytes: int


@frozen(kw_only=True)
class LimitGrowth:
    """How a full collection set the limit of the old generation.

    `computed_factor` follows from the two speeds; `factor` is the one used, after the growing mode and
    `--heap-growing-percent`. A speed is 0.0 where it has no sample.
    """

    gc_bytes_per_ms: float
    mutator_bytes_per_ms: float
    computed_factor: float
    factor: float


@frozen(kw_only=True)
class GcEvent:
    """One collection, as it ended.

    `used_*` is V8's `Heap::SizeOfObjects()`, `committed_*` its `MemoryAllocator::Size()`: the two numbers of a
    trace line. `before` is taken when the pause begins, `after` when it ends, after new space was resized.

    `copied_by_last_bytes`: what the collection before copied in new space. `mutator_ms`: from its end to this begin.
    `mark_ms`: the marking in the pause. `total_pause_ms`: all pauses so far, this one included. `holes_*`: free in old
    space, on swept pages. `global_limit_bytes`: the limit that would count the embedder's memory too. `max_heap_bytes`:
    what all chunks together may take. `average_survival_ratio` and `*_bytes_per_ms` are means over the last ten
    collections or steps, 0.0 without a sample; before the first step, V8's default is taken for `marking_bytes_per_ms`.
    `limit_growth`: of a full collection. `spaces`: those that the heap has.
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
    global_limit_bytes: int = 0
    max_heap_bytes: int = 0
    copied_by_last_bytes: int = 0
    mutator_ms: float = 0.0
    mark_ms: float = 0.0
    total_pause_ms: float = 0.0
    holes_before_bytes: int = 0
    holes_after_bytes: int = 0
    average_survival_ratio: float = 0.0
    scavenge_bytes_per_ms: float = 0.0
    young_allocation_bytes_per_ms: float = 0.0
    marking_bytes_per_ms: float = 0.0
    limit_growth: LimitGrowth | None = None
    spaces: tuple[SpaceSize, ...] = ()

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
        return share(self.promoted_bytes + self.copied_bytes, self.young_before_bytes)

    @property
    def promotion_ratio(self) -> float:
        """The share of the young generation that was promoted, 0 to 1."""
        return share(self.promoted_bytes, self.young_before_bytes)

    @property
    def copied_ratio(self) -> float:
        """The share of the young generation that was copied inside of new space, 0 to 1."""
        return share(self.copied_bytes, self.young_before_bytes)

    @property
    def promotion_rate(self) -> float:
        """What was promoted, as a multiple of what the collection before copied; 0.0 if that was nothing."""
        return share(self.promoted_bytes, self.copied_by_last_bytes)


def share(part: int, whole: int) -> float:
    """`part` / `whole`; 0.0 of nothing."""
    return part / whole if whole else 0.0


@frozen(kw_only=True)
class MarkingStarted:
    """Incremental marking begins. Sizes and limits are those of the old generation, and with the embedder's memory."""

    time_ms: float
    reason: str
    old_bytes: int
    old_limit_bytes: int
    global_limit_bytes: int


@frozen(kw_only=True)
class MarkingStep:
    """One step of incremental marking, as it ended.

    `in_task`: from the event loop; else on allocation. `scheduled_bytes`: what the step added to the schedule, of which
    `allocated_bytes` for old-generation allocation; a task adds for the `elapsed_ms` since one last did, 0.0 if it
    adds nothing. `behind_bytes`: how far marking was behind the schedule then, negative if ahead. `step_bytes`: what
    the step was to mark, at a speed taken to be `marking_bytes_per_ms`; `marked_bytes`: what it marked.
    """

    time_ms: float
    duration_ms: float
    in_task: bool
    scheduled_bytes: int
    allocated_bytes: int
    elapsed_ms: float
    behind_bytes: int
    step_bytes: int
    marked_bytes: int
    marking_bytes_per_ms: float


@frozen(kw_only=True)
class MarkingStopped:
    """Incremental marking ends: the pause of its collection has begun."""

    time_ms: float
    old_bytes: int
    old_limit_bytes: int


MarkingEvent = MarkingStarted | MarkingStep | MarkingStopped
"""What happens to a marking between two collections."""


@frozen(kw_only=True)
class ReducerTimer:
    """The memory reducer's timer fired: what it saw and what came of it.

    `started`: the number of the collection whose marking starts now, or 0. `wait_ms`: until the next look, or 0.0.
    """

    time_ms: float
    low_allocation_rate: bool
    memory_is_short: bool
    started: int = 0
    wait_ms: float = 0.0


@frozen(kw_only=True)
class ReducerRun:
    """A collection that the memory reducer started has ended. `will_do_more`: whether it will look again."""

    time_ms: float
    number: int
    will_do_more: bool


@frozen(kw_only=True)
class OutOfMemory:
    """The end of a simulated process: what V8's report says, and when."""

    location: str
    time_ms: float
    last_events: tuple[GcEvent, ...] = ()
