"""Coverage: what has really happened in a heap under test, counted in events of its collectors.

Lines of code that were run say little about a collector; that an object was promoted because to-space was full, or that
an entry came to life through another, says much. Events are read off the heap before and after a cycle, never told by
the collector, so they are the same for any.

`SUBJECTS` says for each invariant which events give it something to be wrong about: a check that ran 10,000 times and
never saw its subject has shown nothing.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gcsim.collectors import Work
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import entries, objects, spans
from gcsim.heap.memory import NULL
from gcsim.heap.old_space import Page
from gcsim.heap.verify import HeapPicture, picture

EVENTS: Final = {
    "scavenge": "a young collection",
    "copy": "an object is copied for the first time",
    "forward hit": "an object that moves has two references or more",
    "promote by age": "an object is promoted at its second survival",
    "promote early": "an object is promoted at its first survival, for want of room",
    "promote large": "a young large object is promoted in place",
    "remembered hit": "a scavenge finds a remembered slot that refers to a young object",
    "remembered again": "a slot stays remembered, for its object stays young",
    "scavenge while marking": "a young collection between two steps of a marking",
    "mark step": "a step of an incremental marking",
    "barrier while marking": "the mutator stores a reference while marking",
    "birth while marking": "an object is born while marking",
    "full collection": "a collection of everything",
    "garbage": "a full collection finds something dead",
    "floating": "an object that cannot be reached survives a full collection",
    "evacuate": "an object of old space is moved",
    "promote page": "a page of new space is promoted whole",
    "sweep": "a page is swept",
    "coalesce left": "a dead object lies behind a free run",
    "coalesce right": "a dead object lies before a free run",
    "split": "an allocation leaves a rest of a free block",
    "page release": "a page of old space is given back",
    "large free": "a dead large object is freed",
    "weak clear": "a weak field is cleared",
    "weak keep": "a weak field's target lives",
    "entry removed": "an entry of a table is removed",
    "entry kept": "an entry of a table keeps its value alive",
    "second round": "a value that an entry keeps alive is a key, or has a table",
    "finalized": "a registered object has died",
    "simulated scavenge": "a simulation scavenges",
    "simulated full collection": "a simulation collects everything",
    "out of memory": "a simulated process dies of want of memory",
}
"""Every event, and what it is."""

SUBJECTS: Final = {
    "W2": "scavenge",
    "S4": "copy",
    "G7": "copy",
    "S5": "copy",
    "W8": "page release",
    "G3": "copy",
    "W9": "promote large",
    "R1": "remembered hit",
    "R2": "barrier while marking",
    "R3": "remembered hit",
    "W3": "sweep",
    "W4": "coalesce right",
    "W5": "split",
    "W6": "sweep",
    "W7": "sweep",
    "C3": "evacuate",
    "M1": "full collection",
    "A1": "full collection",
    "A2": "scavenge",
    "E4": "entry removed",
    "E5": "entry kept",
    "E6": "finalized",
    "I1": "copy",
    "I2": "copy",
    "M2": "mark step",
    "M4": "barrier while marking",
    "M5": "barrier while marking",
    "E1": "weak clear",
    "E3": "entry kept",
    "G1": "garbage",
    "G11": "copy",
    "G5": "forward hit",
    "G2": "copy",
    "G6": "copy",
    "E2": "weak clear",
    "M10": "scavenge while marking",
    "S7": "promote by age",
    "S8": "promote by age",
    "R4": "remembered again",
    "R5": "remembered hit",
    "S6": "copy",
    "S9": "copy",
    "S10": "promote early",
    "G8": "garbage",
    "G4": "garbage",
    "G9": "full collection",
    "C1": "evacuate",
    "C2": "evacuate",
    "M6": "full collection",
    "W1": "garbage",
    "M7": "garbage",
    "M11": "forward hit",
    "S1": "copy",
    "S2": "copy",
    "S3": "forward hit",
    "M3": "mark step",
    "M9": "birth while marking",
    "A3": "simulated scavenge",
    "A4": "simulated full collection",
    "A5": "simulated full collection",
    "A6": "simulated full collection",
    "A7": "simulated scavenge",
    "P1": "simulated scavenge",
    "P2": "out of memory",
    "P7": "simulated full collection",
}
"""The event that gives each invariant its subject, by id."""


class Coverage:
    """How often each event was seen: `events`."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()

    def count(self, event: str, times: int = 1) -> None:
        """The event was seen so often more."""
        self.events[event] += times

    def scavenged(self, before: HeapPicture, heap: Heap) -> None:
        """A scavenge that began when `before` was taken has ended."""
        after = picture(heap)
        self.count("scavenge")
        self.count("scavenge while marking", before.marking)
        references = Counter(number for number in before.edges if number > 0)
        references.update(number for _, number in before.roots)
        moves = zip(before.spaces, before.ages, after.spaces, range(1, len(before.ages) + 1), strict=False)
        for was, age, is_now, number in moves:
            if was == "new":
                kind = "copy" if is_now == "new" else "promote by age" if age else "promote early"
                self.count(kind)
                self.count("forward hit", references[number] > 1)
            elif was == "new large":
                self.count("promote large")
        self.count("remembered hit", sum(0 < content < heap.old_start for _, content in before.remembered))
        self.count("remembered again", len(heap.remembered.slots))
        self._count_entries(heap)

    def collected(self, before: HeapPicture, heap: Heap, work: Work, pages: int, large: int) -> None:
        """A full collection whose pause began when `before` was taken has ended.

        There were `pages` of old space, and `large` large objects, young ones included.
        """
        after = picture(heap)
        self.count("full collection")
        self.count("garbage", before.allocated_words > before.reachable_words)
        self.count("floating", after.allocated_words > after.reachable_words)
        self.count("evacuate", work.evacuated_objects)
        self.count("promote page", work.promoted_pages)
        self.count("page release", max(0, pages - len(heap.old.pages)))
        self.count("weak clear", len(before.doomed))
        self.count("weak keep", _weak_targets(heap))
        self.count("large free", max(0, large - len(heap.large.chunks)))
        self.count("entry removed", work.removed_entries)
        self._count_entries(heap)

    def _count_entries(self, heap: Heap) -> None:
        words, shapes = heap.memory.words, heap.shapes
        pairs = [
            (key, value)
            for address in objects(heap)
            if shapes[words[address]].ephemerons
            for key, value in entries(heap, address)
        ]
        keys = {key for key, _ in pairs}
        self.count("entry kept", len(pairs))
        self.count("second round", sum(value in keys for _, value in pairs))

    @contextmanager
    def of_sweep(self, heap: Heap) -> Iterator[None]:
        """Around whatever may sweep pages."""
        waiting = [page for page in heap.old.unswept if not page.swept]
        fillers = {start: end for page in waiting for start, end in _fillers(heap, page)}
        yield
        ends = set(fillers.values())
        for page in waiting:
            if page.swept and page.start in heap.old.pages:
                self.count("sweep")
                for start, end in _fillers(heap, page):
                    self.count("coalesce left", start in fillers and fillers[start] != end)
                    self.count("coalesce right", end in ends and start not in fillers)


def _fillers(heap: Heap, page: Page) -> Iterator[tuple[int, int]]:
    """The (start, end) of each filler on a page."""
    for address, words, header in spans(heap, page.area_start, page.area_end):
        if 0 <= header <= heap.shapes.filler_max:
            yield address, address + words


def _weak_targets(heap: Heap) -> int:
    """How many weak fields refer to something."""
    words, shapes = heap.memory.words, heap.shapes
    count = 0
    for address in objects(heap):
        header = words[address]
        weak = 0 if shapes[header].ephemerons else shapes.references_of[header] - shapes.strong_of[header]
        first = address + 1 + shapes.strong_of[header]
        count += sum(target > NULL for target in words[first : first + weak])
    return count
