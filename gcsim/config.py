"""HeapConfig: every setting of a simulated heap, one field for each V8 flag.

A field that has a V8 flag bears its name, its unit and its default; its metadata says where the default was read
or measured. The few settings that V8 has no flag for (the geometry) are gcsim's own and make lessons possible:
a page of 16 words shows on one line what a page of 256 KB hides.
"""

import sys
from typing import Any, Final

from attrs import Attribute, evolve, field, fields, frozen
from attrs.validators import instance_of

from gcsim.errors import ConfigError
from gcsim.units import KB, MB, WORD_BYTES, round_up, round_up_to_power_of_two

V8_VERSION: Final = "11.3.244 (Node 20), 64-bit, no pointer compression"
V8_PAGE_BYTES: Final = 256 * KB
"""Page size (src/heap/memory-chunk-layout.h; measured)."""
V8_PAGE_HEADER_BYTES: Final = 4424
"""Page header with its mark bitmap, so that 257,720 bytes are allocatable (measured)."""


def flag(default: Any, *, unit: str = "", source: str, help: str, v8: bool = True, **options: Any) -> Any:  # noqa: A002 - as click names it
    """An attrs field with the metadata from which the command line makes an option."""
    about = {"unit": unit, "source": source, "help": help, "v8": v8}
    return field(default=default, metadata=about, **options)


def at_least(low: float, high: float = float("inf"), *, exclusive: bool = False) -> Any:
    """A validator: a number from `low` (not itself if `exclusive`) to `high`; a whole one if the field is an `int`."""

    def check(instance: Any, attribute: "Attribute[Any]", value: Any) -> None:
        whole = attribute.type is int
        is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if is_number and (low < value if exclusive else low <= value) and value <= high:
            return
        unit = f" {attribute.metadata['unit']}" if attribute.metadata["unit"] else ""
        bound = f"above {low:.12g}" if exclusive else f"at least {low:.12g}"
        top = "" if high == float("inf") else f" and at most {high:.12g}"
        kind = "a whole number" if whole else "a number"
        raise ConfigError(f"{attribute.name} must be {kind} {bound}{top}{unit}, got {value!r}")

    return check


def is_switch(instance: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """A validator: exactly True or False."""
    if not isinstance(value, bool):
        raise ConfigError(f"{attribute.name} must be True or False, got {value!r}")


def part(help: str, low: int = 0) -> Any:  # noqa: A002 - as click names it
    """A size of the initial heap: a whole number of bytes, at least `low`."""
    return field(default=0, metadata={"unit": "bytes", "help": help}, validator=at_least(low))


@frozen(kw_only=True)
class InitialHeap:
    """What a process holds before the first statement of its script: blocks that live for ever, and garbage.

    All sizes are bytes; `*_live_bytes` are part of the sizes before them. By default there is nothing.

    Raises:
        ConfigError: a size is negative, or more lives than there is.
    """

    old_bytes: int = part("objects of old space, in full pages")
    old_live_bytes: int = part("of them, what lives for ever")
    old_holes: int = part("how many holes of 16 bytes, too short for a free list, lie between them")
    old_cut_bytes: int = part("how much the last page is shorter than a page")
    code_bytes: int = part("objects of code space: one page that nobody allocates on")
    code_live_bytes: int = part("of them, what lives for ever")
    large_bytes: int = part("one large object, which lives")
    young_bytes: int = part("objects of new space")
    young_live_bytes: int = part("of them, what lives for ever")
    young_block_bytes: int = part("of what lives, one block, larger than the others")

    def __attrs_post_init__(self) -> None:
        parts = [
            ("old_bytes", "old_live_bytes"),
            ("code_bytes", "code_live_bytes"),
            ("young_bytes", "young_live_bytes"),
        ]
        for whole, of_it in [*parts, ("young_live_bytes", "young_block_bytes")]:
            if getattr(self, of_it) > getattr(self, whole):
                raise ConfigError(
                    f"{of_it} must be at most {whole} ({getattr(self, whole)}), got {getattr(self, of_it)}"
                )


NODE_20_INITIAL_HEAP: Final = InitialHeap(
    old_bytes=2_535_600,
    old_live_bytes=2_320_128,
    old_holes=552,
    old_cut_bytes=32 * KB,
    code_bytes=245_712,
    code_live_bytes=12_296,
    large_bytes=262_160,
    young_bytes=119_408,
    young_live_bytes=66_968,
    young_block_bytes=12_352,
)
"""Node 20.20 at the first statement of a short script (measured: sizes before and after collections, to the byte).

The old part repeats from script to script. Of the young part some hundred bytes depend on the length of the script's
path; its functions and classes come on top, up to 2 KB in the recorded programs.
"""


@frozen(kw_only=True)
class HeapConfig:
    """The settings of one heap. Sizes are in the unit that V8's flag takes: MB for spaces, bytes for geometry.

    Raises:
        ConfigError: a value is out of range, or two values contradict each other.
    """

    min_semi_space_size: float = flag(
        1,
        unit="MB",
        source="measured: 1 MB with 8-byte slots",
        validator=at_least(0, 1024, exclusive=True),
        help="size of a semispace at the start",
    )
    max_semi_space_size: float = flag(
        16,
        unit="MB",
        source="heap.cc ConfigureHeap: 8 MB times 2 for 8-byte slots",
        validator=at_least(0, 1024, exclusive=True),
        help="largest size of a semispace",
    )
    semi_space_growth_factor: int = flag(
        2,
        source="flag-definitions.h; floor 2 in heap.cc",
        validator=at_least(2, 64),
        help="by how much a semispace grows at a time",
    )
    max_old_space_size: float = flag(
        4096,
        unit="MB",
        source="heap.cc ConfigureHeap on 16 GB of memory or more",
        validator=at_least(0, 1024 * 1024, exclusive=True),
        help="largest size of the old generation",
    )
    initial_old_space_size: float = flag(
        0,
        unit="MB",
        source="flag-definitions.h; 0: not configured",
        validator=at_least(0, 1024 * 1024),
        help="old-generation limit before the first full collection",
    )
    heap_growing_percent: int = flag(
        0,
        unit="%",
        source="flag-definitions.h; 0: dynamic",
        validator=at_least(0, 10_000),
        help="fixed growth of the limit after a full collection",
    )
    incremental_marking: bool = flag(
        True, source="flag-definitions.h", validator=is_switch, help="mark in steps between the mutator's"
    )
    minor_gc_task: bool = flag(
        True, source="flag-definitions.h", validator=is_switch, help="scavenge from a task between turns"
    )
    minor_gc_task_trigger: int = flag(
        80,
        unit="%",
        source="flag-definitions.h",
        validator=at_least(1, 100),
        help="how full new space must be for that task",
    )
    memory_reducer: bool = flag(
        True,
        source="flag-definitions.h; needs incremental marking",
        validator=is_switch,
        help="collect the heap of a program that has become idle",
    )
    predictable: bool = flag(
        False,
        source="flag-definitions.h, heap.cc ShouldResizeNewSpace",
        validator=is_switch,
        help="one thread only: no memory reducer, new space does not shrink, and nobody else sweeps",
    )
    gc_interval: int = flag(
        -1,
        unit="allocations",
        source="flag-definitions.h; -1: off",
        validator=at_least(-1),
        help="collect after so many allocations",
    )
    compact: bool = flag(
        True, source="flag-definitions.h", validator=is_switch, help="evacuate fragmented pages in full collections"
    )
    compact_on_every_full_gc: bool = flag(
        False,
        source="flag-definitions.h",
        validator=is_switch,
        help="evacuate every page that can be, whatever lives on it",
    )
    page_promotion: bool = flag(
        True, source="flag-definitions.h", validator=is_switch, help="promote well-filled pages without copying"
    )
    page_promotion_threshold: int = flag(
        70, unit="%", source="flag-definitions.h", validator=at_least(0, 100), help="how much of such a page must live"
    )
    verify_heap: bool = flag(
        False,
        source="flag-definitions.h (debug builds)",
        validator=is_switch,
        help="check every invariant after each collection",
    )
    lazy_sweeping: bool = flag(
        True,
        v8=False,
        source="stands for concurrent sweeping",
        validator=is_switch,
        help="sweep pages when they are needed, not in the pause",
    )
    page_size: int = flag(
        V8_PAGE_BYTES,
        unit="bytes",
        v8=False,
        source="memory-chunk-layout.h",
        validator=at_least(64, 16 * MB),
        help="size of a page",
    )
    page_header_size: int = flag(
        V8_PAGE_HEADER_BYTES,
        unit="bytes",
        v8=False,
        source="measured",
        validator=at_least(0),
        help="part of a page that holds no objects",
    )
    scavenger_buffer_size: int = flag(
        32 * KB,
        unit="bytes",
        v8=False,
        source="evacuation-allocator.h kLabSize; pages that are smaller have none",
        validator=at_least(0, 16 * MB),
        help="what a scavenge takes of new space at a time",
    )
    initial_heap: InitialHeap = field(factory=InitialHeap, validator=instance_of(InitialHeap))
    """What is there before the program's first statement. No flag: presets have it."""

    def __attrs_post_init__(self) -> None:
        for name in ("page_size", "page_header_size", "scavenger_buffer_size"):
            value = getattr(self, name)
            if value % WORD_BYTES:
                raise ConfigError(f"{name} must be a multiple of {WORD_BYTES} bytes, got {value!r}")
        if self.page_size != round_up_to_power_of_two(self.page_size):
            raise ConfigError(f"page_size must be a power of two, got {self.page_size} bytes")
        if self.page_header_size > self.page_size // 2:
            raise ConfigError(
                f"page_header_size must be at most half of page_size ({self.page_size // 2} bytes), "
                f"got {self.page_header_size} bytes"
            )
        if self.initial_heap != InitialHeap() and self.page_size != V8_PAGE_BYTES:
            raise ConfigError(f"an initial heap needs pages of {V8_PAGE_BYTES} bytes, page_size is {self.page_size}")

    @property
    def page_words(self) -> int:
        """Words in a page, its header included."""
        return self.page_size // WORD_BYTES

    @property
    def page_header_words(self) -> int:
        """Words at a page's start that hold no objects."""
        return self.page_header_size // WORD_BYTES

    @property
    def page_area_bytes(self) -> int:
        """Allocatable bytes in a page: 257,720 with V8's geometry."""
        return self.page_size - self.page_header_size

    @property
    def page_promotion_bytes(self) -> int:
        """Young pages with more live bytes are promoted whole: 180,404 by default (mark-compact.cc)."""
        return self.page_promotion_threshold * self.page_area_bytes // 100

    @property
    def max_regular_object_bytes(self) -> int:
        """Objects above this are large objects: 131,072 bytes with V8's geometry (measured), half a page."""
        return self.page_size // 2

    @property
    def max_semi_space_bytes(self) -> int:
        """Largest semispace: a power of two, whole pages, at least 1 MB on V8's pages (heap.cc ConfigureHeap)."""
        return self._semi_space_bytes(self.max_semi_space_size)

    @property
    def initial_semi_space_bytes(self) -> int:
        """Semispace at the start; never above the largest."""
        return min(self._semi_space_bytes(self.min_semi_space_size), self.max_semi_space_bytes)

    @property
    def max_old_bytes(self) -> int:
        """Largest old generation, rounded down to whole pages, at least one."""
        return max(self.page_size, int(self.max_old_space_size * MB) // self.page_size * self.page_size)

    @property
    def has_memory_reducer(self) -> bool:
        """Whether an idle heap is collected: `memory_reducer`, with incremental marking and not `predictable`."""
        return self.memory_reducer and self.incremental_marking and not self.predictable

    @property
    def pages_to_sweep(self) -> int:
        """How many pages an allocation in old space may sweep before a new one is asked for.

        One with `predictable`, which means a single thread (paged-spaces.cc kMaxPagesToSweep); else as many as it
        takes, since helpers will have swept them.
        """
        return 1 if self.predictable else sys.maxsize

    @property
    def max_reserved_bytes(self) -> int:
        """What all chunks together may take: the old generation and three semispaces (heap.h)."""
        return self.max_old_bytes + 3 * self.max_semi_space_bytes

    def _semi_space_bytes(self, size_mb: float) -> int:
        smallest = MB if self.page_size == V8_PAGE_BYTES else self.page_size
        return max(smallest, round_up(round_up_to_power_of_two(int(size_mb * MB)), self.page_size))

    def replace(self, **changes: Any) -> "HeapConfig":
        """A copy with some fields changed.

        Raises:
            ConfigError: a field does not exist or a value is not allowed.
        """
        names = [attribute.name for attribute in fields(HeapConfig)]
        unknown = set(changes) - set(names)
        if unknown:
            raise ConfigError(f"HeapConfig has no field {min(unknown)!r}; it has {', '.join(names)}")
        return evolve(self, **changes)


FLAGS: "Final[tuple[Attribute[Any], ...]]" = tuple(each for each in fields(HeapConfig) if each.metadata)
"""The fields that are flags on the command line."""

LESSON: Final = HeapConfig(
    page_size=128,
    page_header_size=0,
    min_semi_space_size=128 / MB,
    max_semi_space_size=128 / MB,
    max_old_space_size=64 * KB / MB,
    minor_gc_task=False,
)
"""A heap for paper and pencil: a page is 16 words, a semispace one page, so four objects of 32 bytes fill it."""

NODE_20: Final = HeapConfig(initial_heap=NODE_20_INITIAL_HEAP)
"""V8 as Node 20 starts it, with node's own objects in the heap: the first trace line reads as node's."""

PRESETS: Final = {"default": HeapConfig(), "node20": NODE_20, "lesson": LESSON}


def preset(name: str) -> HeapConfig:
    """The preset of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PRESETS:
        raise ConfigError(f"no preset {name!r}; presets: {', '.join(PRESETS)}")
    return PRESETS[name]
