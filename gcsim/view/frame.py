"""Frame: what is to be seen of a heap at one moment, and a recording of many.

The idea: record, then play. While the program and the collectors run, the recorder (`frames.py`) copies a tiny heap
between any two of their slices. What is shown afterwards, in a window, a film or a terminal, is a walk through the
copies: a step back is exact and free, and nobody who draws ever touches a heap. What *happened* between two frames is
found by comparing them (`changes.py`: `changes_of(recording, index)` gives what moved, was born, was shaded ... with
the ids that a picture highlights), and told in words (`captions.py`: `caption_of(recording, index)`).

A frame is about objects, not addresses. Every object has a number (`id`), which it keeps through all moves, and a name
that is as stable: its shape's name, with `#2`, `#3` behind it for later objects of the same name. An id is never used
twice in a recording. Words are words of 8 bytes, addresses are word indexes, as in the heap.

Two kinds of recording have the same records:

    detail "objects"    one frame for each step; semispaces and pages are tiled by blocks, the graph is complete
    detail "pages"      one frame for each collection of a long run; strips and pages have sizes only (`blocks` is
                        empty, there are no edges, no slots, no worklist): a heap of a million objects is a map of pages

The moments of one collection share what did not change: equal parts of two frames are one and the same object, so a
frame costs what differs from the one before.

Invariants: `recording.frames[i].index == i`; the blocks of a strip or page tile it from `start` to `end`, lowest first;
an id stands on at most one block that is not a ghost; time never goes back.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from attrs import frozen

from gcsim.events import GcEvent

STACK: Final = "stack"
"""The name of roots that are handles: what the program's running functions hold."""


class Step(Enum):
    """What was done between the frame before and this one: who acted, and with what."""

    START = "start"  # the first frame of a recording
    ALLOCATE = "allocate"  # the mutator made an object
    ALLOCATE_FAIL = "allocation failure"  # an object does not fit; `wanted` says which
    WRITE = "write"  # the mutator stored into a field; the barrier ran
    ROOTS = "roots"  # the mutator's handles or globals changed
    OTHER = "other"  # something else came between: pages were swept, a table of JavaScript's was filled
    NOTE = "note"  # the program says what happened: `note`
    GC_START = "gc start"  # the mutator stops
    FLIP = "flip"  # the semispaces changed their roles; roots were shaded if it is a marking
    SLICE = "slice"  # the collector did one object, one root, one page
    GC_END = "gc end"  # the mutator goes on; the line is complete
    MARKING_START = "marking start"  # incremental marking begins; the mutator does not stop for long
    MARKING_STEP = "marking step"  # a step of incremental marking has ended
    OUT_OF_MEMORY = "out of memory"  # the process died
    END = "end"  # the last frame


@frozen
class Block:
    """One block of a strip, a page or a chunk: `words` words from `address`.

    `kind`: "object"; "free" (unallocated, or a free run); "filler" (holds nothing, cannot be allocated). The rest is of
    objects. `color`: "white", "grey" or "black"; it says something while `Frame.marking` and on pages that are not
    swept. `age`: 0 newborn, 1 survived once, 2 old. `forwarded_to`: where the object has moved to, 0 if it is still
    here; a block with such an address is a ghost. `dead`: known to be garbage, but its words still stand.
    """

    address: int
    words: int
    kind: str = "object"
    id: int = 0
    name: str = ""
    color: str = "white"
    age: int = 0
    forwarded_to: int = 0
    dead: bool = False

    @property
    def end(self) -> int:
        """The address behind the block."""
        return self.address + self.words

    @property
    def is_object(self) -> bool:
        """Whether an object is here, and not only its ghost."""
        return self.kind == "object" and not self.forwarded_to

    @property
    def is_ghost(self) -> bool:
        """Whether an object was here, and has moved."""
        return self.forwarded_to != 0


@frozen
class Strip:
    """One semispace. It keeps its place in the picture: a flip changes `role`, "to" or "from", and moves nothing.

    Allocation, and the copies of a scavenge, go to `top`; copies below `scan` are finished; what lies below `age_mark`
    has survived once. Each of the three is an address, or 0 where it does not lie in this strip.
    """

    role: str
    start: int
    end: int
    blocks: tuple[Block, ...] = ()
    used_words: int = 0
    top: int = 0
    scan: int = 0
    age_mark: int = 0


@frozen
class OldPage:
    """One page of old space. `end - start` words can hold objects, of which `used_words` are booked.

    `swept`: False while its dead are not free yet. `candidate`: it will be evacuated. `is_code`: it is code space's.
    """

    start: int
    end: int
    blocks: tuple[Block, ...] = ()
    used_words: int = 0
    swept: bool = True
    candidate: bool = False
    is_code: bool = False

    @property
    def used_ratio(self) -> float:
        """How full it is, 0 to 1."""
        return self.used_words / (self.end - self.start)

    @property
    def free_runs(self) -> tuple[int, ...]:
        """The lengths in words of its free blocks, in address order."""
        return tuple(block.words for block in self.blocks if block.kind == "free")


@frozen
class Root:
    """A reference from outside the heap to object `target`, by way of `address`. `name`: of a global, or `STACK`."""

    name: str
    target: int
    address: int

    @property
    def is_global(self) -> bool:
        """Whether it is a global and no handle."""
        return self.name != STACK


@frozen
class Edge:
    """Field `field` of object `source` refers to object `target`.

    `strength`: "strong"; "weak"; of an ephemeron table "key" or "value". `remembered`: the slot is in the remembered
    set. `stale`: the field still has the address that the target has left.
    """

    source: int
    field: str
    target: int
    strength: str = "strong"
    remembered: bool = False
    stale: bool = False


@frozen(kw_only=True)
class Frame:
    """Everything that is to be seen at one moment.

    Where we are: `index` in the recording, simulated `time_ms`, the `step` that led here, `note` of the program,
    `wanted`: name of the object that waits for room, with `wanted_bytes`. `collector`: "scavenge", "mark-sweep" or ""
    (the program runs); `phase`: what it does next, "" if none is under way ("roots", "copy", "mark", "remark",
    "evacuate", "sweep", "finish"). `stopped`: whether the mutator waits, so that a trace line is being built; a marking
    in steps lets it run.
    `gc_number`: how many collections have ended; so `recording.events[gc_number]` is the one under way, and
    `recording.lines[:gc_number]` is the log so far. `marking`: whether colors count.

    What there is: `strips`, the semispace with the lower addresses first; `pages` of old space, oldest first; `large`
    objects, each with a chunk of its own (of age 0 while young); `roots`, globals first; `edges`, of all objects that
    are no ghosts, dead or alive. `worklist`: ids in processing order, the next one first; of a scavenge what is copied
    and not scanned, of a marking what is grey. `remembered`: the edges in the remembered set.

    Sizes are those of a trace line: `used_bytes` of `committed_bytes`; `limit_bytes` is the old generation's.
    `object_count`: how many objects there are, ghosts not counted; in a map of pages, how many were ever made.
    """

    index: int
    time_ms: float
    step: Step
    note: str = ""
    wanted: str = ""
    wanted_bytes: int = 0
    collector: str = ""
    phase: str = ""
    stopped: bool = False
    gc_number: int = 0
    marking: bool = False
    strips: tuple[Strip, Strip]
    pages: tuple[OldPage, ...] = ()
    large: tuple[Block, ...] = ()
    roots: tuple[Root, ...] = ()
    edges: tuple[Edge, ...] = ()
    worklist: tuple[int, ...] = ()
    remembered: tuple[Edge, ...] = ()
    used_bytes: int = 0
    committed_bytes: int = 0
    limit_bytes: int = 0
    object_count: int = 0

    @property
    def to_space(self) -> Strip:
        """The semispace in which the mutator allocates and into which a scavenge copies."""
        return self.strips[0] if self.strips[0].role == "to" else self.strips[1]

    @property
    def from_space(self) -> Strip:
        """The other one."""
        return self.strips[1] if self.strips[0].role == "to" else self.strips[0]

    def blocks(self) -> Iterator[Block]:
        """Every block of the strips, the pages and the large objects, ghosts and free ones too."""
        for strip in self.strips:
            yield from strip.blocks
        for page in self.pages:
            yield from page.blocks
        yield from self.large

    def objects(self) -> dict[int, Block]:
        """Each object by its id, where it is now."""
        return {block.id: block for block in self.blocks() if block.is_object}

    def name_of(self, number: int) -> str:
        """The name of the object with that id; "?" if it is not there."""
        return next((block.name for block in self.blocks() if block.id == number), "?")


@frozen(kw_only=True)
class Recording:
    """A run to be watched: its frames, and what belongs to all of them.

    `detail`: "objects" or "pages". `events`: every collection; `lines`: the trace line of each. `beside`: the other
    run of a scene that shows two, to be played under one transport. `page_words`: with the header, of a page. `is_cut`:
    the program went on, but no more of it was wanted.
    """

    name: str
    title: str
    frames: tuple[Frame, ...]
    detail: str = "objects"
    events: tuple[GcEvent, ...] = ()
    lines: tuple[str, ...] = ()
    page_words: int = 16
    is_cut: bool = False
    beside: "Recording | None" = None

    def __len__(self) -> int:
        """How many frames there are; at least one."""
        return len(self.frames)
