"""Books: what a heap knows of itself besides its words and colors, taken down and written back in place."""

from array import array
from collections import deque
from typing import Any, Final, TypeAlias

from gcsim.heap.heap import Heap

Registers: TypeAlias = tuple[Any, ...]

CONTAINERS: Final = (list, dict, set, deque, array)


class Books:
    """The registers of a heap: every number and container of its parts that is not in `Hot`."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._current: Registers | None = None
        self._known: dict[Registers, Registers] = {}
        self._numbers: list[tuple[Any, str]] = []
        self._containers: list[tuple[Any, str, Any]] = []
        hot = {id(part) for part in (heap.memory.words, heap.memory.colors, heap.worklist, heap.remembered.slots)}
        parts = (heap, heap.memory, heap.new, heap.old, heap.old.free_list, heap.new_large, heap.large, heap.remembered)
        for part in parts:
            for name in type(part).__slots__:
                value = getattr(part, name)
                if isinstance(value, int):
                    self._numbers.append((part, name))
                elif isinstance(value, CONTAINERS) and id(value) not in hot:
                    self._containers.append((part, name, value))

    def read(self) -> Registers:
        """The registers as they are; equal ones are one object."""
        numbers = tuple([getattr(part, name) for part, name in self._numbers])
        contents = tuple([_content(getattr(part, name)) for part, name, _ in self._containers])
        pages = tuple([(page, page.swept, page.allocated_words) for page in self._heap.old.pages.values()])
        found = (len(self._heap.memory.words), numbers, contents, pages)
        self._current = self._known.setdefault(found, found)
        return self._current

    def write(self, registers: Registers) -> None:
        """The heap has these registers again, and as many words as then."""
        if registers is self._current:
            return
        length, numbers, contents, pages = registers
        memory = self._heap.memory
        del memory.words[length:], memory.colors[length:]
        missing = length - len(memory.words)
        memory.words.extend([0] * missing)
        memory.colors.extend(bytes(missing))
        for (part, name), number in zip(self._numbers, numbers, strict=True):
            setattr(part, name, number)
        for (part, name, container), content in zip(self._containers, contents, strict=True):
            _fill(container, content)
            setattr(part, name, container)
        for page, swept, allocated_words in pages:
            page.swept, page.allocated_words = swept, allocated_words
        self._current = registers

    def forget(self) -> None:
        """A collector has run: the registers may not be what was read or written last."""
        self._current = None


def _content(container: Any) -> tuple[object, ...]:
    """What a container holds, as something that can be compared."""
    return tuple(container.items()) if isinstance(container, dict) else tuple(container)


def _fill(container: Any, content: tuple[Any, ...]) -> None:
    """The container holds that again."""
    if isinstance(container, dict | set):
        container.clear()
        container.update(content)
    else:
        while container:
            container.pop()
        container.extend(content)
