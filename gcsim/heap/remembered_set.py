"""The remembered set: which slots of old objects refer to young ones (V8: OLD_TO_NEW).

A slot is the address of a field's word. A scavenge needs the set as roots, or it would have to read the whole old
generation; so the rule is: whenever the mutator runs, every slot of an old object that refers to a young object is
in the set. A slot too many costs time, a slot too few costs an object.

Left out: V8 keeps one bitmap a page; here it is one set, visited in address order, which is the bitmaps' order too.
"""


class RememberedSet:
    """`slots`: addresses of words in old objects."""

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots: set[int] = set()

    def __len__(self) -> int:
        return len(self.slots)

    def take(self) -> list[int]:
        """All slots in address order; the set is empty afterwards and can be rebuilt."""
        taken = sorted(self.slots)
        self.slots.clear()
        return taken
