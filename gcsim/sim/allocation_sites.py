"""Allocation sites: the places of a program that learn whether what they make lives long (`pacing/pretenuring.py`)."""

from collections import Counter

from gcsim.heap.heap import Heap
from gcsim.heap.inspect import spans
from gcsim.heap.shapes import Shape
from gcsim.pacing.pretenuring import Tenure, judge


class AllocationSite:
    """One place. `shape`: of its objects, and of no other site's. `made`: young ones since the last scavenge."""

    __slots__ = ("made", "shape", "tenure")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.made = 0
        self.tenure = Tenure.UNDECIDED

    @property
    def pretenured(self) -> bool:
        """Whether its objects are born old."""
        return self.tenure is Tenure.TENURED


class AllocationSites:
    """All sites of a program."""

    __slots__ = ("_heap", "_sites")

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._sites: dict[int, AllocationSite] = {}

    def at(self, shape: Shape) -> AllocationSite:
        """The site that makes objects of that shape."""
        return self._sites.setdefault(shape.index, AllocationSite(shape))

    def forget(self) -> None:
        """A full collection has ended: nothing is young any more, and nothing was found out."""
        for site in self._sites.values():
            site.made = 0

    def judge(self, *, at_largest: bool) -> None:
        """A scavenge has ended: each site knows what it found. `at_largest`: as `pacing.pretenuring.judge` has it."""
        undecided = [site for site in self._sites.values() if not site.tenure.final]
        if not undecided:
            return
        found = self._survivors()
        for site in undecided:
            site.tenure = judge(site.tenure, site.made, found[site.shape.index], at_largest=at_largest)
            site.made = 0

    def _survivors(self) -> Counter[int]:
        """How many objects of each shape the scavenge has copied: those made since the one before."""
        heap = self._heap
        return Counter(header for start, end in heap.new.areas() for _, _, header in spans(heap, start, end))
