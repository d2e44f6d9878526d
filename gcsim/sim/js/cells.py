"""Cells: how a JavaScript value is made and written, for the files that say what it looks like.

Two rules keep it right, whatever collection happens in between:

* an address is valid until the next allocation; over an allocation only handles count;
* every store runs the write barrier, except into an object made since the last allocation in new space.

Values that exist for the length of one call only are held by handles that the call takes away again, so that a
backing store is garbage as soon as it is replaced, and not at the end of the scope.
"""

from random import Random
from typing import Protocol

from gcsim.heap.barriers import record_range, record_write
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import Shape


class New(Protocol):
    """The mutator's `new`, as far as it is needed here."""

    def __call__(self, shape: Shape, *, pretenured: bool = ...) -> Handle:
        """A handle, in the innermost scope, for a new object whose fields are null."""


class Cells:
    """Makes objects and writes their fields."""

    __slots__ = ("_heap", "_new", "_old_start", "_random", "_remember", "_roots", "_words")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        self._heap = heap
        self._new = new
        self._random = random
        self._roots = heap.roots
        self._words = heap.memory.words
        self._old_start = heap.old_start
        self._remember = heap.remembered.slots.add

    def _make(self, shape: Shape, *, pretenured: bool = False) -> int:
        """The address of a new object that nobody holds: it must be stored before the next allocation."""
        address = self._new(shape, pretenured=pretenured).address
        self._drop(len(self._roots.handles) - 1)
        return address

    def _drop(self, count: int) -> None:
        """The handles made since the innermost scope had `count` are roots no more."""
        roots = self._roots
        roots.closed += len(roots.handles) - count
        del roots.handles[count:]

    def _keep_last(self, count: int) -> None:
        """Of the handles made since the innermost scope had `count`, only the last stays a root."""
        last = self._roots.handles.pop()
        self._drop(count)
        self._roots.handles.append(last)

    def _store(self, holder: int, slot: int, word: int) -> None:
        """The slot of the object at `holder` holds `word`, and the barrier has run."""
        self._words[slot] = word
        if word <= 0:
            return
        if self._heap.barrier_slow:
            record_write(self._heap, holder, slot, word)
        elif word < self._old_start <= slot:
            self._remember(slot)

    def _copy(self, source: int, target: int, count: int) -> None:
        """The first `count` strong fields of two objects are equal, and the barrier has run."""
        words = self._words
        words[target + 1 : target + 1 + count] = words[source + 1 : source + 1 + count]
        record_range(self._heap, target, target + 1, count)

    def _shape_of(self, handle: Handle) -> Shape:
        """The shape of an object. Raises `StaleHandle` or `TypeError` where `handle` is none."""
        return self._heap.shapes[self._words[address_of(handle)]]
