"""States of a tiny heap and of a collection under way: taken down, put back in place, and compared.

A search comes back to the same heap a million times, so nothing here makes a new one. A state has three parts: what the
mutator can change (`Hot`: words, colors, grey objects, handles, remembered slots); the rest of what the heap knows of
itself (`books`: tops, pages, free lists); and the cycle, the collector's object with all that it refers to (`freezer`).
States share the parts in which they do not differ.

Two states are the same if one becomes the other by renaming objects (`TinyHeap.key`). Objects that neither a root nor a
grey object nor the cycle leads to are left out: nobody will see them again. So are the scope that a handle is in and
the order of the handles, and, while nothing moves, the generation that an object is in.
"""

from array import array
from collections.abc import Iterable
from itertools import permutations, product
from typing import Final, NamedTuple, TypeAlias

from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, make_handle
from gcsim.testing.exhaustive.books import Books, Registers
from gcsim.testing.exhaustive.freezer import Freezer, Frozen
from gcsim.units import WORD_BYTES

Look: TypeAlias = tuple[int, int]
"""What is seen of an object without its name, packed into one number; and its address."""

END: Final = 255
"""No object begins there, in a heap so small that its addresses fit into bytes."""


class Hot(NamedTuple):
    """What a step of the mutator changes. `outer`, `inner`: the addresses behind the handles of the two scopes."""

    young: "array[int]"
    old: "array[int]"
    colors: bytes
    worklist: tuple[int, ...]
    outer: tuple[int, ...]
    inner: tuple[int, ...]
    remembered: frozenset[int]


class TinyHeap:
    """A heap of a few objects whose state can be taken down and put back.

    `outer`, `inner`: the handles of its two scopes. `moving`: whether objects move between two states: then it matters
    which generation they are in, and pages do not fill in order.
    """

    def __init__(self, heap: Heap, *, moving: bool = False) -> None:
        self.heap = heap
        self.words, self.colors = heap.memory.words, heap.memory.colors
        heap.roots.open_scope()
        self.outer: list[Handle] = heap.roots.handles
        heap.roots.open_scope()
        self.inner: list[Handle] = heap.roots.handles
        self.books = Books(heap, (self.words, self.colors, heap.worklist, heap.remembered.slots))
        self._unused = array("q", bytes(heap.new.page_words * WORD_BYTES))
        self._moving = moving
        self._strong_of, self._filler_max = heap.shapes.strong_of, heap.shapes.filler_max
        self.freezer = Freezer(heap)

    # The state of the heap

    def read(self) -> Hot:
        """What a step of the mutator can change, as it is."""
        new = self.heap.new
        return Hot(
            self.words[new.to_start : new.to_start + new.page_words] if new.top > new.to_start else self._unused,
            self.words[self.heap.old_start :],
            bytes(self.colors),
            tuple(self.heap.worklist),
            tuple([handle.address for handle in self.outer]),
            tuple([handle.address for handle in self.inner]),
            frozenset(self.heap.remembered.slots),
        )

    def write(self, hot: Hot, registers: Registers) -> None:
        """The heap is in that state again."""
        self.books.write(registers)
        self.write_words(hot)
        self.outer[:] = [make_handle(address) for address in hot.outer]
        self.inner[:] = [make_handle(address) for address in hot.inner]

    def write_words(self, hot: Hot) -> None:
        """As `write`, where the registers and the handles are what they should be."""
        new = self.heap.new
        self.words[new.to_start : new.to_start + new.page_words] = hot.young
        self.words[self.heap.old_start :] = hot.old
        self.colors[:] = hot.colors
        self.heap.worklist[:] = hot.worklist
        slots = self.heap.remembered.slots
        if slots != hot.remembered:
            slots.clear()
            slots.update(hot.remembered)

    def fingerprint(self, handles: list[int]) -> object:
        """With the registers, what tells apart any two states of a cycle, and also some that are the same.

        Cheap, so that what was seen before is not looked at closely. `handles`: the sorted addresses of the roots.
        """
        words, colors, new, old_start = self.words, self.colors, self.heap.new, self.heap.old_start
        start, end, old_end = new.to_start, new.top, len(words) if self._moving else self.heap.old.top
        numbers = words[old_start:old_end].tolist()
        shades = colors[old_start:old_end]
        if end > start:
            numbers += words[start:end].tolist()
            shades += colors[start:end]
        numbers += self.heap.worklist
        numbers.append(END)
        numbers += handles
        numbers.append(END)
        if self.heap.remembered.slots:
            numbers += sorted(self.heap.remembered.slots)
        try:
            return bytes(numbers) + shades
        except ValueError:  # a word that is no address of a tiny heap
            return (*numbers, bytes(shades))

    # What it means

    def is_object(self, address: int) -> bool:
        """Whether an object may begin at `address`."""
        return 0 < address < len(self.words) and self._filler_max < self.words[address] < len(self._strong_of)

    def roots(self) -> list[int]:
        """The addresses behind the handles."""
        return [handle.address for handle in (*self.outer, *self.inner)]

    def children(self, address: int) -> "array[int]":
        """The contents of an object's fields."""
        return self.words[address + 1 : address + 1 + self._strong_of[self.words[address]]]

    def number(self, address: int) -> int:
        """The number in an object's last word."""
        return self.words[address + self.heap.shapes.words_of[self.words[address]] - 1]

    def objects(self, cycle: Frozen) -> list[int]:
        """Every object that the roots, the grey ones or the cycle lead to, each once."""
        words, strong_of = self.words, self._strong_of
        found = [handle.address for handle in self.outer]
        found += [handle.address for handle in self.inner]
        found += self.heap.worklist
        found += self._named(cycle)
        found = list(dict.fromkeys(found))
        for address in found:  # grows while it is read
            for child in words[address + 1 : address + 1 + strong_of[words[address]]]:
                if child > 0 and child not in found:
                    found.append(child)
        return found

    def _named(self, cycle: Frozen) -> list[int]:
        """The objects that the cycle knows."""
        return [number for number in cycle.numbers if self.is_object(number)] if cycle.numbers else []

    def key(self, cycle: Frozen, registers: Registers, objects: list[int]) -> object:
        """The same for two states exactly if they are the same but for the names of `objects`, which is all of them."""
        named = self._named(cycle)
        looks = self._looks(objects)
        words, strong_of, worklist = self.words, self._strong_of, self.heap.worklist
        codes = []
        for order in _orders(looks):
            name = {address: index for index, (_, address) in enumerate(order, 1)}
            code = 1
            for look, address in order:
                code = code << 24 | look
                for child in words[address + 1 : address + 1 + strong_of[words[address]]]:
                    code = code << 3 | (name[child] if child > 0 else 0)
            for address in worklist:
                code = code << 3 | name[address]
            codes.append((code, repr(_renamed(cycle.picture, name)) if named else id(cycle)))
        return *min(codes), self.books.of_marking(registers)

    def _looks(self, addresses: list[int]) -> list[Look]:
        heap, words, colors, strong_of = self.heap, self.words, self.colors, self._strong_of
        roots, worklist, slots = set(self.roots()), heap.worklist, heap.remembered.slots
        old_start, age_mark = heap.old_start, heap.new.age_mark
        looks = []
        for address in addresses:
            count = strong_of[words[address]]
            look = colors[address] | (address in roots) << 2 | count << 3
            if address in worklist:
                look |= min(worklist.index(address) + 1, 15) << 6
            if self._moving and address < old_start:
                look |= 1 + (address < age_mark) << 10
            elif self._moving:
                for index in range(count):
                    look |= (address + 1 + index in slots) << 12 + index
            looks.append((look, address))
        looks.sort()
        return looks


def _orders(looks: list[Look]) -> Iterable[list[Look]]:
    """The objects in the order of their looks; in every such order, where several look the same."""
    groups: dict[int, list[Look]] = {}
    for look in looks:
        groups.setdefault(look[0], []).append(look)
    if len(groups) == len(looks):
        return (looks,)
    several = product(*(permutations(group) for group in groups.values()))
    return ([look for group in some for look in group] for some in several)


def _renamed(picture: object, name: dict[int, int]) -> object:
    """The picture with names in place of addresses."""
    if isinstance(picture, int):
        return f"object {name[picture]}" if picture in name else picture
    return tuple([_renamed(part, name) for part in picture]) if isinstance(picture, tuple) else picture
