"""The pacer of one simulation: the pacing rules with the state that they keep between collections.

It is told numbers (sizes, times, what survived) and answers when a new collection is due, how large a marking step
should be and how far the old generation may grow. The rules themselves, with their sources, are in `gcsim.pacing`.
"""

from collections.abc import Sequence

from gcsim.config import HeapConfig
from gcsim.events import LimitGrowth
from gcsim.pacing.allocation_rate import THROUGHPUT_WINDOW_MS, AllocationRates, is_low
from gcsim.pacing.compaction import CompactionMode, emptiest_first, evacuation_candidates
from gcsim.pacing.limits import GrowingMode, IneffectiveCounter, OldGenerationLimit, growing_factor
from gcsim.pacing.new_space import Resize, SemiSpaceGrowth
from gcsim.pacing.schedule import DEFAULT_MARKING_BYTES_PER_MS, MarkingStart, is_large_overshoot, marking_start
from gcsim.pacing.survival import SurvivalRatio
from gcsim.pacing.utilization import MarkingSpeed, MutatorUtilization, SpeedRing
from gcsim.units import MB


class Pacer:
    """Limits, growth and speeds of one heap."""

    __slots__ = (
        "_atomic_speed", "_compaction_speed", "_config", "_final_speed", "_ineffective", "_marking_speed",
        "_survivor_speed", "growth", "limit", "rates", "scavenge_speed", "survival", "utilization",
    )  # fmt: skip

    def __init__(self, config: HeapConfig) -> None:
        self._config = config
        self.limit = OldGenerationLimit(config.max_old_bytes, int(config.initial_old_space_size * MB))
        self.growth = SemiSpaceGrowth()
        self.survival = SurvivalRatio()
        self.utilization = MutatorUtilization()
        self.rates = AllocationRates()
        self._ineffective = IneffectiveCounter()
        self._atomic_speed = SpeedRing()
        self._marking_speed = MarkingSpeed()
        self._compaction_speed = SpeedRing()
        self._final_speed = SpeedRing()
        self._survivor_speed = SpeedRing()
        self.scavenge_speed = SpeedRing()

    def marking_start(self, old_bytes: int, semi_space_allocatable_bytes: int) -> MarkingStart:
        """Whether marking should start, and how urgently."""
        if not self._config.incremental_marking:
            return MarkingStart.NONE
        return marking_start(old_bytes, self.limit.limit_bytes, semi_space_allocatable_bytes)

    def is_large_overshoot(self, old_bytes: int) -> bool:
        """Whether the old generation is far beyond its limit."""
        return is_large_overshoot(old_bytes, self.limit.limit_bytes, self._config.max_old_bytes)

    def marking_speed(self) -> float:
        """Bytes marked in a millisecond by steps; 0.0 before the first."""
        return self._marking_speed.bytes_per_ms()

    def assumed_marking_speed(self) -> float:
        """Bytes that a millisecond of marking is taken to mark: as measured, or V8's default before that."""
        return self.marking_speed() or DEFAULT_MARKING_BYTES_PER_MS

    def evacuation_candidates(self, allocated_bytes: Sequence[int], *, reduce_memory: bool) -> list[int]:
        """Which pages the full collection that begins evacuates: indexes into what is allocated on each, in order."""
        config = self._config
        if not config.compact:
            return []
        if config.compact_on_every_full_gc:
            return emptiest_first(allocated_bytes)
        mode = CompactionMode.REDUCE if reduce_memory else CompactionMode.DEFAULT
        speed = self._compaction_speed.bytes_per_ms()
        return evacuation_candidates(allocated_bytes, config.page_area_bytes, speed, mode)

    def record_compaction(self, moved_bytes: int, duration_ms: float) -> None:
        """A full collection moved `moved_bytes` (V8 counts those of pages promoted whole too) in so much time."""
        self._compaction_speed.record(moved_bytes, duration_ms)

    def record_step(self, marked_bytes: int, duration_ms: float) -> None:
        """A step of incremental marking was done."""
        self._marking_speed.record_step(marked_bytes, duration_ms)

    def low_young_rate(self) -> bool:
        """Whether the program allocates slowly in new space, compared with what scavenges do in a ms."""
        return is_low(self.rates.young.bytes_per_ms(), self._survivor_speed.bytes_per_ms())

    def low_allocation_rate(self) -> bool:
        """Whether it allocates slowly in both generations."""
        return self.low_young_rate() and is_low(self.rates.old.bytes_per_ms(), self._full_gc_speed())

    def resize_new_space(self, capacity_bytes: int, *, reduce_memory: bool) -> Resize:
        """What the collection that begins does to semispaces of `capacity_bytes`."""
        return self.growth.resize(
            capacity_bytes,
            self._config.max_semi_space_bytes,
            self.rates.total_bytes_per_ms(),
            reduce_memory=reduce_memory,
            may_shrink=not self._config.predictable,
        )

    def record_survivors(self, survived_bytes: int, young_before_bytes: int) -> None:
        """A collection found `survived_bytes` of the young generation alive."""
        self.growth.record(survived_bytes)
        if young_before_bytes:
            self.survival.record(survived_bytes / young_before_bytes)

    def after_scavenge(self, old_bytes: int, semi_space_allocatable_bytes: int, mode: GrowingMode) -> None:
        """The limit has followed a scavenge: by the survival ratio until configured, then as low allocation asks."""
        if self.survival.has_data:
            self.limit.after_collection(old_bytes, self.survival.average)
        if self.low_young_rate():
            self.limit.lower(old_bytes, self._growing_factor(mode), semi_space_allocatable_bytes, mode)

    def after_full_gc(self, old_bytes: int, semi_space_allocatable_bytes: int, mode: GrowingMode) -> LimitGrowth:
        """The limit is what a full collection sets: live bytes times the growing factor, and room for new space."""
        factor = self._growing_factor(mode)
        self.limit.after_full_gc(old_bytes, factor, semi_space_allocatable_bytes, mode)
        speeds = self._full_gc_speed(), self.rates.old.bytes_per_ms(THROUGHPUT_WINDOW_MS)
        return LimitGrowth(
            gc_bytes_per_ms=speeds[0],
            mutator_bytes_per_ms=speeds[1],
            computed_factor=growing_factor(*speeds, self._config.max_old_bytes),
            factor=factor,
        )

    def record_scavenge(self, young_bytes: int, survived_bytes: int, pause_ms: float) -> None:
        """A scavenge ended: its speeds over all young bytes, and over those that survived, have followed."""
        self.scavenge_speed.record(young_bytes, pause_ms)
        self._survivor_speed.record(survived_bytes, pause_ms)

    def record_full_gc(self, *, end_ms: float, pause_ms: float, incremental_ms: float, size_bytes: int) -> None:
        """A full collection ended: mu and the speeds that the growing factor uses have followed."""
        self.utilization.record_full_gc(end_ms, pause_ms + incremental_ms)
        self._marking_speed.end_cycle()
        (self._final_speed if incremental_ms else self._atomic_speed).record(size_bytes, pause_ms)

    def is_ineffective(self, old_bytes: int) -> bool:
        """Whether this full collection was one too many of those that free nothing."""
        return self._ineffective.record_full_gc(old_bytes, self._config.max_old_bytes, self.utilization.average)

    def _growing_factor(self, mode: GrowingMode) -> float:
        return growing_factor(
            self._full_gc_speed(),
            self.rates.old.bytes_per_ms(THROUGHPUT_WINDOW_MS),
            self._config.max_old_bytes,
            mode,
            self._config.heap_growing_percent,
        )

    def _full_gc_speed(self) -> float:
        atomic = self._atomic_speed.bytes_per_ms()
        steps, final = self._marking_speed.bytes_per_ms(), self._final_speed.bytes_per_ms()
        if atomic or not (steps and final):
            return atomic
        return 1 / (1 / steps + 1 / final)
