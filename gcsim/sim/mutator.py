"""The mutator: the simulated program's side of the heap.

It makes objects, reads and writes their fields, and holds handles and globals; it never sees an address. `new`,
`write` and `read` are closures over the heap's arrays because they are the hot path of every scenario.
"""

from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from gcsim.heap.barriers import Value, copy_elements, fill_elements, make_read, make_write
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import ObjectView, view
from gcsim.heap.roots import Globals, Handle, HandleScope, address_of
from gcsim.heap.shapes import Shape
from gcsim.sim.allocation_sites import AllocationSite, AllocationSites
from gcsim.sim.js import Js

MEMENTO_BYTES: Final = 16


class New(Protocol):
    """How an object is made: `m.new(shape)`, or `m.new("A", fields=..., size=...)` for lessons."""

    def __call__(
        self, shape: Shape | str, fields: tuple[str, ...] = ..., size: int | None = ..., pretenured: bool = ...
    ) -> Handle:
        """A handle for a new object whose fields are null."""


class AllocateSlow(Protocol):
    """What happens when an object does not fit: collect, grow, or fail."""

    def __call__(self, words: int, *, pretenured: bool) -> int:
        """The address of `words` null words; raises what `Runtime.allocate_slow` raises."""


class World(Protocol):
    """What a mutator asks of the simulation around it."""

    random: Random

    @property
    def sites(self) -> AllocationSites:
        """The places that make objects."""

    @property
    def heap(self) -> Heap:
        """The heap."""

    def collect(self, kind: str) -> None:
        """Collect now."""

    def elapse(self, duration_ms: float) -> None:
        """Let time pass."""

    def now_ms(self) -> float:
        """The simulated time."""

    def note(self, text: str) -> None:
        """Tell whoever watches what happened."""

    def progress(self, done: int, total: int, of: str) -> None:
        """Tell whoever watches how far the program is."""


class Mutator:
    """The program that runs on a heap.

    `globals`: named roots. `js`: JavaScript values laid out as V8 lays them out. `random`: the run's seeded source of
    randomness. Handles live as long as the innermost `scope()`; a scenario's turn is one.
    """

    __slots__ = (
        "_allocate_slow",
        "_memento",
        "_scope",
        "_world",
        "globals",
        "heap",
        "js",
        "new",
        "random",
        "read",
        "write",
    )

    new: New
    write: Callable[[Handle, str | int, Value], None]
    read: Callable[[Handle, str | int], Value]

    def __init__(self, world: World, allocate_slow: AllocateSlow) -> None:
        self._world = world
        self.heap = world.heap
        self.random = world.random
        self.globals = Globals(self.heap.roots)
        self.new = make_new(self.heap, allocate_slow)
        self.write = make_write(self.heap)
        self.read = make_read(self.heap)
        self._scope = HandleScope(self.heap.roots)
        self._allocate_slow = allocate_slow
        self._memento = self.heap.shapes.define("AllocationMemento", size=MEMENTO_BYTES)
        self.js = Js(self.heap, self.new, self.random)
        self.heap.shapes.natives = len(self.heap.shapes)

    @property
    def allocated_objects(self) -> int:
        """How many objects this mutator has made."""
        return self.heap.roots.objects_made

    def shape(
        self,
        name: str,
        *,
        fields: tuple[str, ...] = (),
        weak: tuple[str, ...] = (),
        size: int | None = None,
        kind: str = "object",
    ) -> Shape:
        """The shape with this layout. `size` in bytes, rounded up to words; by default a header and the fields.

        `weak`: fields after the others, which keep nothing alive; a full collection that finds the target dead clears
        them, so that they read None. `kind`: what a heap snapshot takes such objects for (see `Shape`).

        Raises:
            ShapeError: the fields do not fit into the size, or a name is used twice.
        """
        return self.heap.shapes.define(name, fields=tuple(fields), weak=tuple(weak), size=size, kind=kind)

    def array(self, length: int, *, name: str = "FixedArray", pretenured: bool = False) -> Handle:
        """A bare array: `length` elements, all null, in 8 * (1 + length) bytes.

        Raises:
            ShapeError: the length is below 0 or above what a heap can hold.
        """
        shape = self.heap.shapes.define(name, strong=length, kind="array")
        return self.new(shape, pretenured=pretenured)

    def memento(self) -> None:
        """A dead object of 16 bytes is behind what was allocated last.

        Unoptimized code puts an AllocationMemento behind each array or object literal and each `new Array(n)`; the
        first copy leaves it behind (measured: an array literal of 2 takes 80 bytes until then, 64 afterwards).
        """
        space, words = self.heap.new, self._memento.words
        address = space.top
        if address + words > space.limit:
            address = self._allocate_slow(words, pretenured=False)
        else:
            space.top = address + words
        self.heap.memory.words[address] = self._memento.index

    def site(self, shape: Shape) -> AllocationSite:
        """The place in optimized code that makes the objects of that shape, and no others: see `new_at`."""
        return self._world.sites.at(shape)

    def new_at(self, site: AllocationSite) -> Handle:
        """A handle for a new object of the site's shape: young, or old once it is known that they live long.

        Raises as `new`.
        """
        site.made += 1
        return self.new(site.shape, pretenured=site.pretenured)

    def scope(self) -> HandleScope:
        """A scope for `with`: handles made inside are roots until the block ends."""
        return self._scope

    def copy_elements(self, source: Handle, start: int, target: Handle, at: int, count: int) -> None:
        """Elements [at, at + count) of `target` become what [start, start + count) of `source` were.

        Raises:
            NoSuchField: a range reaches beyond the object.
        """
        copy_elements(self.heap, source, start, target, at, count)

    def fill_elements(self, target: Handle, start: int, count: int, value: Value) -> None:
        """Elements [start, start + count) of `target` become `value`.

        Raises:
            NoSuchField: the range reaches beyond the object.
        """
        fill_elements(self.heap, target, start, count, value)

    def same(self, first: Handle, second: Handle) -> bool:
        """Whether two handles name one object."""
        return address_of(first) == address_of(second)

    def inspect(self, handle: Handle) -> ObjectView:
        """What the object is now: name, fields, size, color, age, address, space."""
        return view(self.heap, address_of(handle))

    def collect(self, kind: str = "mark-sweep") -> None:
        """Collect now, as `global.gc()` does: "scavenge" or "mark-sweep"; the reason is "testing"."""
        self._world.collect(kind)

    def elapse(self, duration_ms: float) -> None:
        """The program computes for `duration_ms` without allocating."""
        self._world.elapse(duration_ms)

    @property
    def now_ms(self) -> float:
        """Simulated milliseconds since the heap was made."""
        return self._world.now_ms()

    def note(self, text: str) -> None:
        """Say what happened, for whoever watches the run step by step."""
        self._world.note(text)

    def progress(self, done: int, total: int, of: str = "") -> None:
        """Say how far the program is: `done` of `total` (0: not known) of what the parameter `of` says how many of."""
        self._world.progress(done, total, of)


def make_new(heap: Heap, allocate_slow: AllocateSlow) -> New:
    """The mutator's `new`.

    An object that fits below the limit of the linear allocation area costs a few comparisons and the store of its
    header, for a page of new space is zeroed when it is entered.
    """
    words, space, roots = heap.memory.words, heap.new, heap.roots
    define = heap.shapes.define

    def new(
        shape: Shape | str, fields: tuple[str, ...] = (), size: int | None = None, pretenured: bool = False
    ) -> Handle:
        """A handle for a new object whose fields are null.

        `shape`: a shape, or the name of one that is made from `fields` and `size` (bytes). `pretenured`: it is born
        in old space.

        Raises:
            ShapeError: the fields do not fit into the size.
            ObjectTooLarge: V8 has no object of that size.
            HeapLimitReached: no memory is left after the last resort.
        """
        try:
            bump = shape.bump_words  # type: ignore[union-attr] # a name has none: see `except`
        except AttributeError:
            return new(define(shape, fields=tuple(fields), size=size), pretenured=pretenured)  # type: ignore[arg-type]
        address = space.top
        top = address + bump
        if top > space.limit or pretenured:
            address = allocate_slow(shape.words, pretenured=pretenured)  # type: ignore[union-attr]
        else:
            space.top = top
        words[address] = shape.index  # type: ignore[assignment]
        handle = Handle()
        handle.address = address
        roots.handles.append(handle)
        return handle

    return new
