"""Object ids: the numbers under which a heap snapshot lists objects (V8: HeapObjectsMap).

An object gets its id with the first snapshot that it is in, and keeps it wherever it moves; so what has an id in the
later of two snapshots and not in the earlier is new. Ids are odd and count upwards; none is ever given twice, not even
to an object at the address of one that died.

They are kept beside the heap, by address: an object has the words that it has in V8, and none for an id. Whoever moves
and frees objects calls in time, once or twice in a cycle, and all moves are read off the forwarding addresses:

    a scavenge           when all is copied: `follow_scavenge`
    a full collection    when its marking has ended: `forget_white`
                         when everything has moved, before new space and the candidates are emptied: `follow`

Invariants: whenever the mutator may run, those that have ids are allocated objects, in order, and the ids are odd,
different, and were given before; a collection changes no object's id.

Complexity: O(1) for each collection as long as there is no id; after that O(objects with an id) for a full one, and for
a scavenge O(those of them that are young), which are none after a full collection. 16 bytes for each.
Source: V8 11.3 src/profiler/heap-snapshot-generator.cc (HeapObjectsMap), whose map is told of each move of an object.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Hashable
from heapq import merge
from itertools import compress
from typing import Final

from gcsim.heap.memory import NULL, Memory

FIRST_ID: Final = 63
"""The first id of an object: the roots have those below, as in Node 20, and the global object the last of them."""
ID_STEP: Final = 2
"""V8 leaves even ids to the embedder."""


class ObjectIds:
    """The ids of the objects in `memory`: the one at `addresses[n]` has `ids[n]`.

    `others`: the ids of what is in each snapshot and is no object of the heap, by what it is.
    """

    __slots__ = ("_memory", "addresses", "ids", "next_id", "others")

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.addresses = array("q")
        self.ids = array("q")
        self.others: dict[Hashable, int] = {}
        self.next_id = FIRST_ID

    def give(self, addresses: "array[int]") -> None:
        """Exactly these objects, all that there are, in the order of their addresses, have ids."""
        ids = array("q")
        known = iter(zip(self.addresses, self.ids, strict=True))
        address_known, id_known = next(known, (0, 0))
        for address in addresses:
            if address == address_known:
                ids.append(id_known)
                address_known, id_known = next(known, (0, 0))
            else:
                ids.append(self._take())
        self.addresses, self.ids = addresses, ids

    def of_other(self, what: Hashable) -> int:
        """The id of something that is no object of the heap: always the same."""
        if what not in self.others:
            self.others[what] = self._take()
        return self.others[what]

    def forget_white(self) -> None:
        """A marking has ended: what is white is dead."""
        self._keep(bytes(map(self._memory.colors.__getitem__, self.addresses)))

    def follow_scavenge(self, old_start: int, dead_large: Collection[int]) -> None:
        """Of the young objects, those that left a forwarding address are there, and the others are dead.

        `old_start`: the young ones lie below, but for the large ones, of which those in `dead_large` are dead.
        """
        young = bisect_left(self.addresses, old_start)
        if young or (dead_large and self.ids):
            words = self._memory.words
            lives = [words[address] < NULL for address in self.addresses[:young]]
            self._keep([*lives, *(address not in dead_large for address in self.addresses[young:])])
            self.follow()

    def follow(self) -> None:
        """Every object that has left a forwarding address is where that leads to."""
        headers = array("q", map(self._memory.words.__getitem__, self.addresses))
        if min(headers, default=1) > NULL:
            return
        rows = zip(headers, self.addresses, self.ids, strict=True)
        stayed = ((address, id_) for header, address, id_ in rows if header > NULL)
        moved = sorted((-header, id_) for header, id_ in zip(headers, self.ids, strict=True) if header < NULL)
        self.addresses, self.ids = array("q"), array("q")
        for address, id_ in merge(stayed, moved):
            self.addresses.append(address)
            self.ids.append(id_)

    def _keep(self, lives: Collection[int]) -> None:
        """Only those objects have ids for which `lives`, in their order, is not 0."""
        self.addresses = array("q", compress(self.addresses, lives))
        self.ids = array("q", compress(self.ids, lives))

    def _take(self) -> int:
        self.next_id += ID_STEP
        return self.next_id - ID_STEP
