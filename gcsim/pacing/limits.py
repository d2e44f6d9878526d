"""Limits of the old generation: how much it may hold before it is marked.

The idea: after a full collection V8 lets the old generation grow by a factor, chosen so that the program
would keep 97 % of the time if its speeds stayed as they are. W live bytes that grew to F * W take F * W / gc
speed to collect, and the program takes (F - 1) * W / mutator speed to get there. Its share is 0.97 where

    R = gc speed / mutator speed        F = 0.03 R / (0.03 R - 0.97)        then 1.1 <= F <= the largest

The largest factor is 4 if the heap may have 2 GB or more, and from 1.3 (256 MB or less) up to 2 in between.
Without speeds, and where no factor could reach 97 %, the largest is taken.

    limit = max(old * F, old + 8 MB) + new-space capacity, but never past halfway from old to the maximum

Before the first full collection there is no such limit to start from. It begins at 512 MB, or half of the
maximum, and each collection multiplies it by the average survival ratio, down to old + 8 MB at least. The
first collection that would not lower it freezes it: from then on the limit is "configured".

Once it is configured, a scavenge of a program that allocates slowly in the young generation computes the limit as a
full collection would, and takes it if it is lower: such a program can afford to be collected, and should be small.

The global limit, which would count the embedder's memory too, begins at twice as much, follows the same rules, and
is taken with twice the maximum. Without an embedder it never decides anything; `--trace-incremental-marking` prints it.

A heap that is nearly full although it was collected is ineffective: old generation at 80 % of the maximum and
an average mu below 0.4. Four such full collections in a row are the end of the process.

Invariants: whenever old <= the maximum, old <= limit after a full GC <= (old + maximum) / 2; a scavenge never
raises the limit.

Source: V8 src/heap/heap-controller.cc (GrowingFactor, MaxGrowingFactor, CalculateAllocationLimit), heap.cc
ConfigureInitialOldGenerationSize, RecomputeLimits, CheckIneffectiveMarkCompact. Node 20's `[HeapController]` lines
agree to 1 KB, also those that lower a limit, and the limits when marking starts, in eleven recorded programs, to the
MB of their print (measured).
Left out: the embedder's memory and external memory.
"""

from enum import Enum
from typing import Final

from gcsim.units import MB

TARGET_MUTATOR_UTILIZATION: Final = 0.97
MIN_GROWING_FACTOR: Final = 1.1
CONSERVATIVE_GROWING_FACTOR: Final = 1.3
MAX_SMALL_FACTOR: Final = 2.0
HIGH_FACTOR: Final = 4.0
SMALL_HEAP_BYTES: Final = 256 * MB
LARGE_HEAP_BYTES: Final = 2048 * MB
GROWING_STEP_BYTES: Final = 8 * MB
CONSERVATIVE_STEP_BYTES: Final = 2 * MB
INITIAL_LIMIT_BYTES: Final = 512 * MB
"""heap.h kMaxInitialOldGenerationSize, 256 MB times 2 for 8-byte slots."""
GLOBAL_RATIO: Final = 2
"""How much larger the global limit may be than that of the old generation alone (measured)."""
HIGH_HEAP_RATIO: Final = 0.8
LOW_MUTATOR_UTILIZATION: Final = 0.4
MAX_INEFFECTIVE: Final = 4
"""A full collection is ineffective if it ends at this share of the limit with an average mu below that; the fourth in a
row is fatal (heap.cc CheckIneffectiveMarkCompact)."""


class GrowingMode(Enum):
    """How freely the old generation may grow (heap.h HeapGrowingMode)."""

    MINIMAL = "minimal"
    """A collection with the reduce-memory flag: factor 1.1."""
    SLOW = "slow"
    """The memory reducer has run and the heap has not grown since: factor 1.3 at most."""
    CONSERVATIVE = "conservative"
    """Little is left to grow into: factor 1.3 at most, and steps of 2 MB instead of 8 MB."""
    DEFAULT = "default"


def growing_mode(*, reduce_memory: bool, memory_is_short: bool, grows_slowly: bool) -> GrowingMode:
    """The mode of a collection (heap.cc CurrentHeapGrowingMode).

    `reduce_memory`: its flag. `memory_is_short`: the old generation cannot take an eighth of its maximum more.
    `grows_slowly`: what the memory reducer says.
    """
    if reduce_memory:
        return GrowingMode.MINIMAL
    if memory_is_short:
        return GrowingMode.CONSERVATIVE
    return GrowingMode.SLOW if grows_slowly else GrowingMode.DEFAULT


def max_growing_factor(max_old_bytes: int) -> float:
    """The largest growing factor of a heap whose old generation may have `max_old_bytes`: 1.3 to 2, or 4."""
    if max_old_bytes >= LARGE_HEAP_BYTES:
        return HIGH_FACTOR
    above_small_bytes = max(max_old_bytes, SMALL_HEAP_BYTES) - SMALL_HEAP_BYTES
    share = above_small_bytes / (LARGE_HEAP_BYTES - SMALL_HEAP_BYTES)
    return CONSERVATIVE_GROWING_FACTOR + (MAX_SMALL_FACTOR - CONSERVATIVE_GROWING_FACTOR) * share


def growing_factor(
    gc_bytes_per_ms: float,
    mutator_bytes_per_ms: float,
    max_old_bytes: int,
    mode: GrowingMode = GrowingMode.DEFAULT,
    growing_percent: int = 0,
) -> float:
    """The factor by which the old generation may grow: at least 1.1, at most `max_growing_factor`.

    A speed of 0 means that there is no sample of it yet. `growing_percent` is `--heap-growing-percent`;
    unless it is 0 it overrides speeds, bounds and mode.
    """
    if growing_percent:
        return 1 + growing_percent / 100
    if mode is GrowingMode.MINIMAL:
        return MIN_GROWING_FACTOR
    factor = _dynamic_factor(gc_bytes_per_ms, mutator_bytes_per_ms, max_growing_factor(max_old_bytes))
    if mode is GrowingMode.DEFAULT:
        return factor
    return min(factor, CONSERVATIVE_GROWING_FACTOR)


def _dynamic_factor(gc_bytes_per_ms: float, mutator_bytes_per_ms: float, max_factor: float) -> float:
    if gc_bytes_per_ms == 0 or mutator_bytes_per_ms == 0:
        return max_factor
    speed_ratio = gc_bytes_per_ms / mutator_bytes_per_ms
    numerator = speed_ratio * (1 - TARGET_MUTATOR_UTILIZATION)
    denominator = numerator - TARGET_MUTATOR_UTILIZATION
    # A denominator of 0 or less means that no factor reaches the target; the comparison catches it first.
    if numerator >= denominator * max_factor:
        return max_factor
    return max(numerator / denominator, MIN_GROWING_FACTOR)


def growing_step_bytes(mode: GrowingMode) -> int:
    """By how many bytes the limit lies above the old generation at least, without new space."""
    return CONSERVATIVE_STEP_BYTES if mode is GrowingMode.CONSERVATIVE else GROWING_STEP_BYTES


def limit_after_full_gc(
    old_bytes: int,
    factor: float,
    *,
    new_space_capacity_bytes: int,
    max_old_bytes: int,
    min_old_bytes: int = 0,
    mode: GrowingMode = GrowingMode.DEFAULT,
) -> int:
    """The limit in bytes that a full collection sets, with `old_bytes` left in the old generation.

    `new_space_capacity_bytes` is what one semispace can hold: its pages without their headers.
    """
    grown_bytes = max(int(old_bytes * factor), old_bytes + growing_step_bytes(mode))
    wanted_bytes = max(grown_bytes + new_space_capacity_bytes, min_old_bytes)
    return min(wanted_bytes, (old_bytes + max_old_bytes) // 2)


class OldGenerationLimit:
    """The limit of the old generation, in bytes, from the start of a heap on."""

    def __init__(self, max_old_bytes: int, initial_old_bytes: int = 0) -> None:
        self.max_old_bytes = max_old_bytes
        self.limit_bytes = min(initial_old_bytes or INITIAL_LIMIT_BYTES, max_old_bytes // 2)
        self.global_limit_bytes = GLOBAL_RATIO * self.limit_bytes
        self.configured = bool(initial_old_bytes)

    def after_collection(self, old_bytes: int, survival_ratio_average: float) -> None:
        """The limit is lowered by the average survival ratio (0 to 1), or frozen if that would not lower it.

        To be called after every collection; once configured it does nothing.
        """
        if self.configured:
            return
        lowest_bytes = old_bytes + GROWING_STEP_BYTES
        limit_bytes = max(lowest_bytes, int(self.limit_bytes * survival_ratio_average))
        global_limit_bytes = max(lowest_bytes, int(self.global_limit_bytes * survival_ratio_average))
        self.global_limit_bytes = min(global_limit_bytes, self.global_limit_bytes)
        if limit_bytes < self.limit_bytes:
            self.limit_bytes = limit_bytes
        else:
            self.configured = True

    def after_full_gc(
        self, old_bytes: int, factor: float, new_space_capacity_bytes: int, mode: GrowingMode = GrowingMode.DEFAULT
    ) -> None:
        """The limit is what `limit_after_full_gc` says, and configured."""
        self.configured = True
        self.limit_bytes, self.global_limit_bytes = self._computed_bytes(
            old_bytes, factor, new_space_capacity_bytes, mode
        )

    def lower(
        self, old_bytes: int, factor: float, new_space_capacity_bytes: int, mode: GrowingMode = GrowingMode.DEFAULT
    ) -> None:
        """The limits are what a full collection would set now, if that is lower; unchanged while not configured.

        To be called after a scavenge if the allocation rate of the young generation is low.
        """
        if self.configured:
            limit_bytes, global_bytes = self._computed_bytes(old_bytes, factor, new_space_capacity_bytes, mode)
            self.limit_bytes = min(self.limit_bytes, limit_bytes)
            self.global_limit_bytes = min(self.global_limit_bytes, global_bytes)

    def _computed_bytes(
        self, old_bytes: int, factor: float, new_space_capacity_bytes: int, mode: GrowingMode
    ) -> tuple[int, int]:
        """The limit and the global limit."""
        own_bytes, global_bytes = (
            limit_after_full_gc(
                old_bytes, factor, new_space_capacity_bytes=new_space_capacity_bytes, max_old_bytes=max_bytes, mode=mode
            )
            for max_bytes in (self.max_old_bytes, GLOBAL_RATIO * self.max_old_bytes)
        )
        return own_bytes, global_bytes


def is_ineffective(old_bytes: int, max_old_bytes: int, average_mu: float) -> bool:
    """Whether a full collection left the old generation nearly full and the mutator little time."""
    return old_bytes >= HIGH_HEAP_RATIO * max_old_bytes and average_mu < LOW_MUTATOR_UTILIZATION


class IneffectiveCounter:
    """Counts ineffective full collections in a row; `count` is how many there were."""

    def __init__(self) -> None:
        self.count = 0

    def record_full_gc(self, old_bytes: int, max_old_bytes: int, average_mu: float) -> bool:
        """Whether this was the fourth ineffective full collection in a row, so that the process must die."""
        self.count = self.count + 1 if is_ineffective(old_bytes, max_old_bytes, average_mu) else 0
        return self.count >= MAX_INEFFECTIVE
