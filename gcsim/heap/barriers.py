"""The write barrier: what a store of a reference must do besides storing.

Two duties, both from V8 (src/heap/heap-write-barrier-inl.h, marking-barrier.cc):

* generational: the holder is old and the value young -> record the slot in the remembered set, because the next
  scavenge does not look into old objects;
* marking, while a marking is under way: the value is white -> make it grey, whatever the color of the holder
  (Dijkstra's insertion barrier without the test of the holder), because the marker may not come back to the holder.

Invariants: whenever the mutator runs, every slot of an old object that refers to a young one is remembered; while
marking, no black object refers to a white one.

Every store goes through here: a field, a range of elements, a fill. A store into an object that was just allocated in
new space needs no barrier: its slots are read when it is scanned, and it is white.

A store into a weak field is a store like any other: the target is made grey too, so that what is born black, and never
visited, needs no second look. A key that is stored into an ephemeron table has its own part of the remembered set.

`make_write` returns the mutator's store as one closure: it is a hot loop's body, so the common case is inline and the
rest is `record_write`.
"""

from collections.abc import Callable
from typing import TypeAlias

from gcsim.errors import NoSuchField
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL, SMI_MAX, SMI_MIN, smi, smi_value
from gcsim.heap.roots import Handle, address_of

Value: TypeAlias = Handle | int | None
"""What a field can hold: a reference, a small integer, or null."""


def record_write(heap: Heap, holder: int, slot: int, value: int) -> None:
    """The barrier, in full: call it after `value` was stored into `slot` of the object at `holder`."""
    if value <= NULL:
        return
    if heap.is_young(value) and not heap.is_young(holder):
        heap.remembered.slots.add(slot)
    if heap.marking:
        heap.shade(value)


def record_keys(heap: Heap, table: int, first: int, count: int) -> None:
    """The barrier for `count` adjacent keys of an ephemeron table that were stored from slot `first` on."""
    is_old = not heap.is_young(table)
    if not (is_old or heap.marking):
        return
    words = heap.memory.words
    for slot in range(first, first + count):
        key = words[slot]
        if key > NULL:
            if is_old and heap.is_young(key):
                heap.remembered.add_key(table, slot)
            if heap.marking:
                heap.shade(key)


def field_of(value: Value) -> int:
    """The word that holds `value`.

    Raises:
        StaleHandle: a handle of a closed scope.
        ValueError: an integer of more than 32 bits.
    """
    if value is None:
        return NULL
    if isinstance(value, int):
        if SMI_MIN <= value <= SMI_MAX:
            return smi(value)
        raise ValueError(f"a small integer has 32 bits ({SMI_MIN} to {SMI_MAX}), got {value}; use js.number()")
    return address_of(value)


def slot_of(heap: Heap, holder: Handle, name_or_index: str | int) -> int:
    """The address of a field.

    Raises:
        StaleHandle: the holder's scope is closed.
        NoSuchField: the holder has no such field.
    """
    address = address_of(holder)
    return address + heap.shapes[heap.memory.words[address]].offset(name_or_index)


def store(heap: Heap, holder: Handle, name_or_index: str | int, value: Value) -> None:
    """The field holds `value`, and the barrier has run. Raises as `slot_of` and `field_of` do."""
    slot = slot_of(heap, holder, name_or_index)
    word = field_of(value)
    heap.memory.words[slot] = word
    record_write(heap, address_of(holder), slot, word)


def make_write(heap: Heap) -> Callable[[Handle, str | int, Value], None]:
    """The mutator's `write(holder, field, value)`: `store`, with the common case inline."""
    words = heap.memory.words
    offsets_of = heap.shapes.offsets_of
    remember = heap.remembered.slots.add
    old_start = heap.old_start

    def write(holder: Handle, field: str | int, value: Value) -> None:
        """Store a reference, a small integer or None into a field, given by its name or its index.

        Raises:
            StaleHandle: a handle of a closed scope.
            NoSuchField: the object has no such field.
            ValueError: an integer of more than 32 bits.
        """
        try:
            address = holder.address
            slot = address + offsets_of[words[address]][field]  # type: ignore[index] # see `except`
            words[slot] = word = 0 if value is None else value.address or field_of(value)  # type: ignore[union-attr]
        except (AttributeError, LookupError, TypeError):  # a Smi, or a mistake, which `store` explains
            store(heap, holder, field, value)
            return
        if slot >= heap.barrier_start:
            if heap.barrier_slow:
                record_write(heap, address, slot, word)
            elif word < old_start and word:
                remember(slot)

    return write


def make_read(heap: Heap) -> Callable[[Handle, str | int], Value]:
    """The mutator's `read(holder, field)`."""
    words = heap.memory.words
    offsets_of = heap.shapes.offsets_of
    roots = heap.roots

    def read(holder: Handle, field: str | int) -> Value:
        """What a field holds: a new handle, a small integer, or None.

        Raises:
            StaleHandle: a handle of a closed scope.
            NoSuchField: the object has no such field.
        """
        try:
            address = holder.address
            word = words[address + offsets_of[words[address]][field]]  # type: ignore[index] # see `except`
        except (AttributeError, LookupError, TypeError):  # a mistake, which `slot_of` explains
            word = words[slot_of(heap, holder, field)]
        if word > 0:
            return roots.handle(word)
        return smi_value(word) if word else None

    return read


def copy_elements(heap: Heap, source: Handle, start: int, target: Handle, at: int, count: int) -> None:
    """Elements [at, at + count) of `target` are what [start, start + count) of `source` were; barriers have run.

    The ranges may overlap.

    Raises:
        NoSuchField: a range reaches beyond the object.
    """
    words = heap.memory.words
    first_from = range_start(heap, source, start, count)
    first_to = range_start(heap, target, at, count)
    words[first_to : first_to + count] = words[first_from : first_from + count]
    record_range(heap, address_of(target), first_to, count)


def fill_elements(heap: Heap, target: Handle, start: int, count: int, value: Value) -> None:
    """Elements [start, start + count) of `target` are `value`; barriers have run.

    Raises:
        NoSuchField: the range reaches beyond the object.
    """
    word = field_of(value)
    first = range_start(heap, target, start, count)
    for slot in range(first, first + count):
        heap.memory.words[slot] = word
    record_range(heap, address_of(target), first, count)


def range_start(heap: Heap, holder: Handle, start: int, count: int) -> int:
    """The address of strong field `start`, if `count` fields from there are within the object, else NoSuchField."""
    address = address_of(holder)
    shape = heap.shapes[heap.memory.words[address]]
    if start < 0 or count < 0 or start + count > shape.strong:
        raise NoSuchField(f"{shape.name} has {shape.strong} elements; got {count} from {start}")
    return address + 1 + start


def record_range(heap: Heap, holder: int, first: int, count: int) -> None:
    """The barrier for `count` adjacent slots of one object."""
    if heap.marking or not heap.is_young(holder):
        words = heap.memory.words
        for slot in range(first, first + count):
            record_write(heap, holder, slot, words[slot])
