"""Finalization: registries, and the cells that wait for the death of a target (V8: JSFinalizationRegistry, WeakCell).

    registry    header | cleanup, cells, properties | seen, 4 words, hash
    cell        header | registry, held, previous, next | target, token (weak) | 2 words

A registry holds its cells in a doubly linked list. A full collection that finds the target of a cell dead writes into
the field, instead of null, the number of the turn in which it ran, and counts the cell in `heap.dead_targets`. The
program finds such cells later and takes them off the list; what a cell holds lives until then. `seen` is the count at
which the program last found all there was, so it searches the list only after a collection.

Invariants: each cell on a list names its registry and its neighbours, and has a target or a turn.

Sizes as measured on Node 20.20: 80 bytes and 72; cells are born old (V8 11.3 src/objects/js-weak-refs.tq,
src/builtins/finalization-registry.tq).
Left out: V8's collector moves a cell whose target died to a second list of its registry; and V8 finds the cells of an
unregister token in a hash table of the registry, and links them by the two words that are raw here.
"""

from typing import Final

from gcsim.heap.barriers import record_write
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL
from gcsim.heap.shapes import Shape, ShapeTable

REGISTRY_BYTES: Final = 80
CELL_BYTES: Final = 72
REGISTRY_KIND: Final = "finalization registry"
CELL_KIND: Final = "finalization cell"

CELLS: Final = 2
SEEN: Final = 4
"""Words of a registry, as distances from its header: where its list begins, and the count of dead targets it knows."""
REGISTRY: Final = 1
HELD: Final = 2
PREVIOUS: Final = 3
NEXT: Final = 4
TARGET: Final = 5
TOKEN: Final = 6
"""The words of a cell, as distances from its header."""


def define_registry(shapes: ShapeTable) -> Shape:
    """The shape of registries."""
    return shapes.define(
        "FinalizationRegistry", fields=("cleanup", "cells", "properties"), size=REGISTRY_BYTES, kind=REGISTRY_KIND
    )


def define_cell(shapes: ShapeTable) -> Shape:
    """The shape of cells."""
    fields, weak = ("registry", "held", "previous", "next"), ("target", "token")
    return shapes.define("WeakCell", fields=fields, weak=weak, size=CELL_BYTES, kind=CELL_KIND)


def insert(heap: Heap, registry: int, cell: int) -> None:
    """The cell, which is new, is the first of the registry's list."""
    first = heap.memory.words[registry + CELLS]
    store(heap, cell, REGISTRY, registry)
    store(heap, cell, NEXT, first)
    if first:
        store(heap, first, PREVIOUS, cell)
    store(heap, registry, CELLS, cell)


def take_off(heap: Heap, cell: int) -> None:
    """The cell is no longer on the list of its registry."""
    words = heap.memory.words
    previous, following = words[cell + PREVIOUS], words[cell + NEXT]
    if previous:
        store(heap, previous, NEXT, following)
    else:
        store(heap, words[cell + REGISTRY], CELLS, following)
    if following:
        store(heap, following, PREVIOUS, previous)
    words[cell + PREVIOUS] = words[cell + NEXT] = NULL


def cells(heap: Heap, registry: int) -> list[int]:
    """The cells of a registry, the newest first."""
    words, found = heap.memory.words, []
    cell = words[registry + CELLS]
    while cell:
        found.append(cell)
        cell = words[cell + NEXT]
    return found


def store(heap: Heap, holder: int, offset: int, word: int) -> None:
    """The word of a cell or registry at that distance from its header is `word`, and the barrier has run."""
    heap.memory.words[holder + offset] = word
    record_write(heap, holder, holder + offset, word)
