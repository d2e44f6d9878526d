"""The mutator of a search: every step that a program can take on a tiny heap.

A step is done, looked at, and undone. What it was is told by a function, since most steps lead to what is known, and
nobody asks.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from gcsim.collectors.sweep import allocate_in_old
from gcsim.heap.memory import BLACK, NULL
from gcsim.heap.roots import make_handle
from gcsim.testing.exhaustive.graphs import Graph
from gcsim.testing.exhaustive.states import Hot, TinyHeap
from gcsim.testing.steps import Name, Step, step
from gcsim.testing.testbed import MakeStore
from gcsim.units import WORD_BYTES

Done: TypeAlias = Callable[[], Step]


class TinyMutator:
    """Does the steps. Objects have so many `fields` or none (`sizes`), and a number in their last word."""

    def __init__(self, tiny: TinyHeap, fields: int, store: MakeStore) -> None:
        self._tiny, self._heap, self.sizes = tiny, tiny.heap, (0, fields)
        self._store = store(tiny.heap)
        define = tiny.heap.shapes.define
        self._shapes = {size: define("Thing", strong=size, size=(2 + size) * WORD_BYTES) for size in self.sizes}

    def make(self, graph: Graph) -> None:
        """The heap, which was empty, holds the graph."""
        handles = [
            make_handle(self.allocate(len(contents), number, old=old))
            for number, (contents, old) in enumerate(zip(graph.fields, graph.old, strict=True), 1)
        ]
        for handle, contents in zip(handles, graph.fields, strict=True):
            for index, value in enumerate(contents):
                if value:
                    self._store(handle, index, handles[value - 1])
        self._tiny.outer[:] = handles[: graph.outer]
        self._tiny.inner[:] = handles[graph.outer : graph.roots]

    def allocate(self, fields: int, number: int, *, old: bool) -> int:
        """The address of a new object, which has no handle yet."""
        heap, shape, words = self._heap, self._shapes[fields], self._heap.memory.words
        address = heap.allocate_raw(shape.words, pretenured=old)
        if not address:
            address = allocate_in_old(heap, shape.words)
            if heap.marking:
                heap.memory.colors[address] = BLACK
        words[address] = shape.index
        words[address + shape.words - 1] = number
        return address

    def stores(self, hot: Hot) -> Iterator[Done]:
        """Every root, or null, into every field of every root; `hot`: the state, to which the heap comes back."""
        tiny, store = self._tiny, self._store
        handles = [*tiny.outer, *tiny.inner]
        names = [Name(tiny.number(handle.address)) for handle in handles]
        for holder, name in zip(handles, names, strict=True):
            for index in range(len(tiny.children(holder.address))):
                store(holder, index, None)
                yield partial(step, "write", name, index, None)
                tiny.write_words(hot)
                for value, value_name in zip(handles, names, strict=True):
                    store(holder, index, value)
                    yield partial(step, "write", name, index, value_name)
                    tiny.write_words(hot)

    def roots(self) -> Iterator[Done]:
        """Every object that a field of a root refers to is a root, if it was none; then every root is none."""
        tiny = self._tiny
        roots = tiny.roots()
        for holder in roots:
            for index, value in enumerate(tiny.children(holder)):
                if value > NULL and value not in roots:
                    tiny.inner.append(make_handle(value))
                    yield partial(step, "load", Name(tiny.number(holder)), index)
                    tiny.inner.pop()
        for handles in (tiny.outer, tiny.inner):
            for at, handle in enumerate(list(handles)):
                del handles[at]
                yield partial(step, "drop", Name(tiny.number(handle.address)))
                handles.insert(at, handle)
