"""The heap: its spaces, its roots, its remembered set and the state of a marking, put together.

The heap holds facts and makes local moves. It decides nothing and calls no collector: `allocate_raw` returns 0 when a
space is full, and whoever asked picks what to do about it.

The colors and the worklist of a marking are the heap's, because the write barrier must reach them; a marker is only
the code that works them off.
"""

from array import array

from gcsim.config import HeapConfig
from gcsim.heap.large_space import LargeObjectSpace
from gcsim.heap.memory import BLACK, GREY, WHITE, Memory
from gcsim.heap.new_space import NewSpace
from gcsim.heap.object_ids import ObjectIds
from gcsim.heap.old_space import OldSpace
from gcsim.heap.remembered_set import RememberedSet
from gcsim.heap.roots import Roots
from gcsim.heap.shapes import ShapeTable
from gcsim.units import WORD_BYTES


class Heap:
    """A heap laid out as `config` says, empty at first.

    `marking`: whether a marking is under way, so that the write barrier must shade. `worklist`: its grey objects.
    `in_hand`: which of them the marker holds, between two slices (see `collectors/segments.py`): two parts, one behind
    the other, given by three indexes. `partly_visited`: of a grey large object, how many words were visited already.
    `weak_holders`: its black objects with weak fields or entries that depend on what else will be marked.
    `dead_targets`: how many finalization cells have lost their targets so far.
    `barrier_slow`: whether a store needs more than the comparison of two addresses (marking, or young large objects).
    `barrier_start`: stores into slots below need no barrier; the first old word, or 0 if the barrier is slow.
    `old_to_old`: while old pages are evacuated, the slots that refer to them from elsewhere in the old generation.
    `ids`: the numbers of its objects in heap snapshots.
    `reduce_memory`: whether the full collection under way is to save memory (V8: ShouldReduceMemory).
    """

    __slots__ = (
        "barrier_slow", "barrier_start", "config", "dead_targets", "ids", "in_hand", "large", "marking",
        "max_regular_words", "memory", "new", "new_large", "new_large_capacity_words", "old", "old_start", "old_to_old",
        "partly_visited", "reduce_memory", "remembered", "roots", "shapes", "weak_holders", "worklist",
    )  # fmt: skip

    def __init__(self, config: HeapConfig) -> None:
        self.config = config
        initial_pages = config.initial_semi_space_bytes // config.page_size
        max_pages = config.max_semi_space_bytes // config.page_size
        header_words = config.page_header_words
        self.memory = Memory(config.page_words, 2 * max_pages)
        self.old_start = self.memory.old_start
        buffer_words = config.scavenger_buffer_size // WORD_BYTES
        self.new = NewSpace(self.memory, header_words, initial_pages, max_pages, buffer_words)
        self.old = OldSpace(self.memory, header_words)
        self.new_large = LargeObjectSpace(self.memory, header_words)
        self.large = LargeObjectSpace(self.memory, header_words)
        self.new_large_capacity_words = self.new.allocatable_words
        self.max_regular_words = config.max_regular_object_bytes // WORD_BYTES
        self.shapes = ShapeTable(config.page_words, self.max_regular_words, self.new.largest_in_buffer_words)
        self.roots = Roots()
        self.remembered = RememberedSet()
        self.ids = ObjectIds(self.memory)
        self.old_to_old = array("q")
        self.reduce_memory = False
        self.marking = False
        self.worklist: list[int] = []
        self.in_hand = (0, 0, 0)
        self.partly_visited: dict[int, int] = {}
        self.weak_holders: list[int] = []
        self.dead_targets = 0
        self.update_barrier()

    # Sizes, in bytes

    def used_bytes(self) -> int:
        """V8's `SizeOfObjects()`: objects of all spaces, dead ones included until they are collected."""
        words = self.new.used_words + self.old.used_words + self.large.used_words + self.new_large.used_words
        return words * WORD_BYTES

    def young_bytes(self) -> int:
        """The part of `used_bytes` in new space and the new large-object space."""
        return (self.new.used_words + self.new_large.used_words) * WORD_BYTES

    def old_bytes(self) -> int:
        """The part of `used_bytes` in the old generation: what the limit is compared with."""
        return (self.old.used_words + self.large.used_words) * WORD_BYTES

    def old_committed_bytes(self) -> int:
        """Whole pages and chunks of the old generation."""
        return (self.old.committed_words + self.large.committed_words) * WORD_BYTES

    def committed_bytes(self) -> int:
        """V8's `MemoryAllocator::Size()`: all pages and chunks, headers included, both semispaces."""
        young = self.new.committed_pages * self.memory.page_words + self.new_large.committed_words
        return young * WORD_BYTES + self.old_committed_bytes()

    def can_expand_old(self, more_bytes: int) -> bool:
        """Whether the old generation may commit so many bytes more (heap.cc CanExpandOldGeneration)."""
        config = self.config
        return (
            self.old_committed_bytes() + more_bytes <= config.max_old_bytes
            and self.committed_bytes() + more_bytes <= config.max_reserved_bytes
        )

    # Allocation

    def allocate_raw(self, words: int, *, pretenured: bool = False) -> int:
        """The address of `words` null words in the space where such an object is born, or 0 if that is full.

        The caller stores the header at once: until then the memory is not an object.
        """
        if words <= self.max_regular_words:
            if not pretenured:
                return self.new.allocate(words)
            address = self.old.allocate(words, fast=True)
        elif not self.has_large_room(words, pretenured=pretenured):
            return 0
        elif pretenured:
            address = self.large.allocate(words)
        else:
            return self._allocate_new_large(words)
        if address:
            self.color_newborn(address)
        return address

    def color_newborn(self, address: int) -> None:
        """What is born old while marking is black (V8: black allocation), so it lives through the cycle."""
        if self.marking:
            self.memory.colors[address] = BLACK

    def has_large_room(self, words: int, *, pretenured: bool) -> bool:
        """Whether `allocate_raw` has memory for a large object of that size."""
        if pretenured:
            return self.can_expand_old(self.large.chunk_words(words) * WORD_BYTES)
        used = self.new_large.used_words
        fits = not used or used + words <= self.new_large_capacity_words
        return fits and self.can_expand_old((used + words) * WORD_BYTES)

    def _allocate_new_large(self, words: int) -> int:
        address = self.new_large.allocate(words)
        self.new_large_capacity_words = max(self.new_large_capacity_words, self.new_large.used_words)
        self.update_barrier()
        return address

    # Young or old, and colors

    def is_young(self, address: int) -> bool:
        """Whether `address` is an object of the young generation (not null, not a Smi)."""
        return 0 < address < self.old_start or address in self.new_large.chunks

    def update_barrier(self) -> None:
        """What the barrier looks at is right again, after marking or the set of young large objects changed."""
        self.barrier_slow = self.marking or bool(self.new_large.chunks)
        self.barrier_start = 0 if self.barrier_slow else self.old_start

    def shade(self, address: int) -> None:
        """A white object is grey and on the worklist; any other is as it was."""
        if self.memory.colors[address] == WHITE:
            self.memory.colors[address] = GREY
            self.worklist.append(address)
