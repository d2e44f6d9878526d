"""The remembered set: which slots of old objects refer to young ones (V8: OLD_TO_NEW).

A slot is the address of a field's word. A scavenge needs the set as roots, or it would have to read the whole old
generation; so the rule is: whenever the mutator runs, every slot of an old object that refers to a young object is
in the set. A slot too many costs time, a slot too few costs an object.

The keys of old ephemeron tables are kept apart, by table (V8: EphemeronRememberedSet): a key is no root, but a scavenge
must update it if it lives and remove its entry if it dies.

Left out: V8 keeps one bitmap a page; here it is one set, visited in address order, which is the bitmaps' order too.
"""


class RememberedSet:
    """`slots`: addresses of words in old objects. `keys`: by old ephemeron table, the slots of its young keys."""

    __slots__ = ("keys", "slots")

    def __init__(self) -> None:
        self.slots: set[int] = set()
        self.keys: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self.slots)

    def take(self) -> list[int]:
        """All slots in address order; the set is empty afterwards and can be rebuilt."""
        taken = sorted(self.slots)
        self.slots.clear()
        return taken

    def add_key(self, table: int, slot: int) -> None:
        """The key slot of an old table is remembered."""
        self.keys.setdefault(table, set()).add(slot)

    def take_keys(self) -> list[tuple[int, list[int]]]:
        """Each table with its key slots, in address order; `keys` is empty afterwards and can be rebuilt."""
        taken = [(table, sorted(slots)) for table, slots in sorted(self.keys.items())]
        self.keys.clear()
        return taken
