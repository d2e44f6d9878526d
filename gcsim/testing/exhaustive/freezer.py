"""The freezer: a collection cycle taken down between two of its steps, and made again on the same heap.

A cycle is pickled without what all cycles share: the heap, its parts, classes, and the counts of work. So it does not
matter where its class was defined, and a copy works on the one heap there is. A cycle whose state is no data, such as a
generator, cannot be taken down.
"""

import io
import pickle
from array import array
from collections import deque
from collections.abc import Iterable
from enum import Enum
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final

from attrs import frozen

from gcsim.collectors import MajorCollector, Work
from gcsim.errors import TestbedError
from gcsim.heap.heap import Heap

ATOMS: Final = (type, Enum, FunctionType, BuiltinFunctionType)
"""What all cycles share, besides the heap."""


@frozen(eq=False)
class Frozen:
    """A cycle that was taken down. `picture`: what it knows, as nested tuples; `numbers`: those that may be addresses.

    Cycles that know the same are one object, unless they know addresses.
    """

    pickled: bytes
    picture: object
    numbers: frozenset[int]


NOTHING: Final = Frozen(b"", None, frozenset())


class Freezer:
    """Takes down cycles of `heap` and makes them again."""

    def __init__(self, heap: Heap) -> None:
        self._first_address = heap.memory.page_words
        parts = [heap, *(getattr(heap, name) for name in Heap.__slots__), heap.old.free_list, heap.remembered.slots]
        parts += [heap.memory.words, heap.memory.colors, heap.roots.globals, heap.roots.scopes, *heap.roots.scopes]
        self._shared: dict[int, Any] = {id(part): part for part in parts if not isinstance(part, int)}
        self._frozen: dict[bytes, Frozen] = {}

    def freeze(self, cycle: MajorCollector) -> Frozen:
        """The cycle as it is.

        Raises:
            TestbedError: it cannot be taken down.
        """
        try:
            found = pickled(cycle, self._shared)
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            raise TestbedError(
                f"{type(cycle).__name__} cannot be copied between two steps ({error}); keep its state as data"
            ) from error
        known = self._frozen.get(found)
        if known is None:
            picture = _Painter(self._shared).paint(cycle)
            numbers = frozenset(number for number in _numbers(picture) if number >= self._first_address)
            known = self._frozen[found] = Frozen(found, picture, numbers)
        return known

    def thaw(self, frozen: Frozen) -> MajorCollector:
        """A cycle that knows what that one knew, on the same heap."""
        cycle: MajorCollector = unpickled(frozen.pickled, self._shared)
        return cycle


def pickled(value: object, shared: dict[int, Any]) -> bytes:
    """The value without what is shared, by its id; functions, classes and the members of enums become shared."""
    out = io.BytesIO()
    _Pickler(out, shared).dump(value)
    return out.getvalue()


def unpickled(value: bytes, shared: dict[int, Any]) -> Any:
    """What was pickled, with the shared things in it; its work is counted from 0."""
    return _Unpickler(io.BytesIO(value), shared).load()


def _numbers(picture: object) -> Iterable[int]:
    if isinstance(picture, int):
        yield picture
    elif isinstance(picture, tuple):
        for part in picture:
            yield from _numbers(part)


class _Pickler(pickle.Pickler):
    """Pickles a cycle without the heap and the classes, so that those of local classes can be pickled too."""

    def __init__(self, out: io.BytesIO, shared: dict[int, Any]) -> None:
        super().__init__(out, protocol=5)
        self._shared = shared

    def persistent_id(self, value: Any) -> int | None:
        """Which of the shared things it is; 0 for the counts of work."""
        if id(value) in self._shared:
            return id(value)
        if isinstance(value, Work):
            return 0
        if isinstance(value, ATOMS):
            self._shared[id(value)] = value
            return id(value)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickled: io.BytesIO, shared: dict[int, Any]) -> None:
        super().__init__(pickled)
        self._shared = shared
        self._work = Work()

    def persistent_load(self, pid: Any) -> Any:
        """The shared thing, or the counts of work."""
        return self._shared[pid] if pid else self._work


class _Painter:
    """Makes the picture of one cycle."""

    def __init__(self, shared: dict[int, Any]) -> None:
        self._shared = shared
        self._met: dict[int, int] = {}

    def paint(self, value: Any) -> object:
        """What the value knows: the same for two values exactly if they know the same."""
        if value is None or isinstance(value, bool | int | float | str | bytes | Enum | type):
            return value
        if isinstance(value, Work):
            return "work"
        if id(value) in self._shared:
            return f"shared {id(value)}"
        if id(value) in self._met:
            return f"met {self._met[id(value)]}"
        self._met[id(value)] = len(self._met)
        return self._paint_parts(value)

    def _paint_parts(self, value: Any) -> object:
        if isinstance(value, dict):
            return "dict", *((self.paint(key), self.paint(at)) for key, at in value.items())
        if isinstance(value, set | frozenset):
            return "set", *sorted((self.paint(at) for at in value), key=repr)
        if isinstance(value, list | tuple | deque | array | bytearray):
            return type(value).__name__, *(self.paint(at) for at in value)
        return type(value), *((name, self.paint(at)) for name, at in _attributes(value))


def _attributes(value: Any) -> Iterable[tuple[str, Any]]:
    """What an object has, by name."""
    for base in type(value).__mro__:
        slots = getattr(base, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in {"__dict__", "__weakref__"} and hasattr(value, name):
                yield name, getattr(value, name)
    yield from getattr(value, "__dict__", {}).items()
