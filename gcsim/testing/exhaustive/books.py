"""Books: what a heap knows of itself besides its words and colors, taken down and written back in place."""

from array import array
from collections import deque
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from gcsim.heap.heap import Heap
from gcsim.testing.exhaustive.freezer import pickled, unpickled

Registers: TypeAlias = tuple[Any, ...]

CONTAINERS: Final = (list, dict, set, deque, array)
PLAIN: Final = (int, str, tuple, frozenset, type(None))


def parts_of(heap: Heap) -> tuple[Any, ...]:
    """The parts that a heap consists of, but for its roots and shapes."""
    return heap.memory, heap.new, heap.old, heap.old.free_list, heap.new_large, heap.large, heap.remembered


class Books:
    """The registers of a heap: what its parts hold that neither the mutator's next step nor a cycle has for itself.

    `hot`: the containers that somebody else takes down.
    """

    def __init__(self, heap: Heap, hot: Iterable[object]) -> None:
        self._heap = heap
        self._current: Registers | None = None
        self._known: dict[Registers, Registers] = {}
        self._own: dict[object, int] = {}
        self._pages: dict[int, Any] = {}
        self._values: list[tuple[Any, str]] = []
        self._containers: list[tuple[Any, str, Any]] = []
        elsewhere = {id(container) for container in hot}
        for part in (heap, *parts_of(heap)):
            for name in type(part).__slots__:
                value = getattr(part, name)
                if isinstance(value, PLAIN):
                    self._values.append((part, name))
                elif isinstance(value, CONTAINERS) and id(value) not in elsewhere:
                    self._containers.append((part, name, value))
        self._own_values = sum(part is heap for part, _ in self._values)
        self._own_containers = sum(part is heap for part, *_ in self._containers)

    def read(self) -> Registers:
        """The registers as they are; equal ones are one object."""
        values = tuple([getattr(part, name) for part, name in self._values])
        contents = [getattr(part, name) for part, name, _ in self._containers]
        pages = self._heap.old.pages.values()
        self._pages.update((id(page), page) for page in pages)
        found = (
            len(self._heap.memory.words),
            values,
            repr(contents[: self._own_containers]),
            pickled(contents, self._pages),
            tuple([(page, page.swept, page.allocated_words) for page in pages]),
        )
        self._current = self._known.setdefault(found, found)
        return self._current

    def of_marking(self, registers: Registers) -> int:
        """A number for what the heap itself holds, not its spaces: a marking may keep more there than a worklist."""
        own = registers[1][: self._own_values], registers[2]
        return self._own.setdefault(own, len(self._own))

    def write(self, registers: Registers) -> None:
        """The heap has these registers again, and as many words as then."""
        if registers is self._current:
            return
        length, values, _, contents, pages = registers
        memory = self._heap.memory
        del memory.words[length:], memory.colors[length:]
        missing = length - len(memory.words)
        memory.words.extend([0] * missing)
        memory.colors.extend(bytes(missing))
        for (part, name), value in zip(self._values, values, strict=True):
            setattr(part, name, value)
        for (part, name, container), content in zip(self._containers, unpickled(contents, self._pages), strict=True):
            fill(container, content)
            setattr(part, name, container)
        for page, swept, allocated_words in pages:
            page.swept, page.allocated_words = swept, allocated_words
        self._current = registers

    def forget(self) -> None:
        """A collector has run: the registers may not be what was read or written last."""
        self._current = None


def fill(container: Any, content: Any) -> None:
    """The container holds what another of its type holds."""
    if isinstance(container, dict | set):
        container.clear()
        container.update(content)
    elif isinstance(container, deque):
        container.clear()
        container.extend(content)
    else:
        container[:] = content
