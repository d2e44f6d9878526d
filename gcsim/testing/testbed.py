"""The testbed: a tiny heap under test, with the oracle beside it and every step checked.

A testbed is driven by hand, by `HeapMachine`, by `check` and by the reports that they print; all use the same methods.
Each of these is an operation of the mutator or a step of a collector. It does four things, in this order:

    1. the schedule may collect first: the objects have been named, the operation has not begun;
    2. the operation is done on the heap, through the same barriers as in a simulation;
    3. the same is told to the oracle, which knows no more than that;
    4. `verify` looks at the heap, and the oracle is compared with it.

Objects are numbers, given out in the order of birth. An operation names objects that are roots: that have a handle in
an open scope, or a global. `drop` takes a handle away, `load` and `deref` give one. A number is kept in its object's
last raw word, so that a copy, a swap or a duplicate shows.

`journal` has every operation as a `Step`, which is a line of Python that does it again.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import Final, TypeAlias

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.errors import InvariantBroken, TestbedError
from gcsim.heap.barriers import Value, copy_elements, fill_elements, make_read, make_write, record_keys, record_write
from gcsim.heap.ephemerons import DELETED, ELEMENTS, RAW_WORDS, key_slots, remove_entry
from gcsim.heap.heap import Heap
from gcsim.heap.memory import NULL
from gcsim.heap.roots import Handle, make_handle
from gcsim.sim.js import Js
from gcsim.sim.mutator import make_new
from gcsim.testing.compare import number_at
from gcsim.testing.cycles import HeapUnderTest, Schedule
from gcsim.testing.geometry import Geometry
from gcsim.testing.model import Ref
from gcsim.testing.steps import Name
from gcsim.units import WORD_BYTES

MakeStore: TypeAlias = Callable[[Heap], Callable[[Handle, str | int, Value], None]]
"""What makes the mutator's `write(holder, field, value)` for a heap, with its barrier."""

TABLE_ENTRIES: Final = 4
REGISTRY: Final = "registry"
"""The global that holds the finalization registry."""


class Testbed(HeapUnderTest):
    """A heap under test that is driven by hand. Parameters as `HeapUnderTest` has them.

    `store`: makes the mutator's store of a field, where it is not gcsim's.
    """

    __test__ = False  # it is no test for pytest

    def __init__(  # noqa: PLR0913 - whatever a test may replace
        self,
        geometry: Geometry | None = None,
        *,
        young: Callable[[Heap], Collector] = Scavenger,
        old: Callable[[Heap], MajorCollector] = MarkSweep,
        schedule: Schedule | None = None,
        thorough: bool = True,
        waived: Iterable[str] = (),
        store: MakeStore | None = None,
    ) -> None:
        super().__init__(geometry, young=young, old=old, schedule=schedule, thorough=thorough, waived=waived)
        self._write, self._read = (store or make_write)(self.heap), make_read(self.heap)
        self._new = make_new(self.heap, self._allocate)
        self._js = Js(self.heap, self._new, Random(0))

    def is_old(self, number: int) -> bool:
        """Whether the object, which must be a root, is of the old generation."""
        return not self.heap.is_young(self._handle(number).address)

    # The mutator: objects and fields

    def new(self, fields: int = 0, *, weak: int = 0, raw: int = 0, old: bool = False) -> int:
        """A new object with that many strong and weak fields and raw words besides its number, which is returned.

        `old`: it is born in old space. More than half a page makes it a large object.
        """
        self._begin("allocate", "new", fields, weak=weak, raw=raw, old=old, gives=len(self.model.fields) + 1)
        words = 2 + fields + weak + raw
        weak_names = tuple(f"w{index}" for index in range(weak))
        shape = self.heap.shapes.define("Thing", strong=fields, weak=weak_names, size=words * WORD_BYTES)
        handle = self._new(shape, pretenured=old)
        for at in range(handle.address + 1 + fields + weak, handle.address + words - 1):
            self.heap.memory.words[at] = handle.address  # a number, though it looks like an address
        return self._enter(handle, self.model.new(fields, weak))

    def write(self, holder: int, field: int, value: int | None) -> None:
        """The strong field refers to the object, or is null."""
        self._begin("store", "write", Name(holder), field, None if value is None else Name(value))
        to, handle = self._handle(holder), None if value is None else self._handle(value)
        self._write(to, field, handle)
        self.model.fields[holder][field] = None if value is None else Ref(value)
        self._end()

    def write_smi(self, holder: int, field: int, value: int) -> None:
        """The strong field holds a small integer."""
        self._begin("store", "write_smi", Name(holder), field, value)
        self._write(self._handle(holder), field, value)
        self.model.fields[holder][field] = value
        self._end()

    def copy(self, source: int, start: int, target: int, at: int, count: int) -> None:
        """Strong fields [at, at + count) of the target are what [start, start + count) of the source were."""
        self._begin("store", "copy", Name(source), start, Name(target), at, count)
        copy_elements(self.heap, self._handle(source), start, self._handle(target), at, count)
        fields = self.model.fields
        fields[target][at : at + count] = fields[source][start : start + count]
        self._end()

    def fill(self, target: int, start: int, count: int, value: int) -> None:
        """Strong fields [start, start + count) of the target refer to one object."""
        self._begin("store", "fill", Name(target), start, count, Name(value))
        fill_elements(self.heap, self._handle(target), start, count, self._handle(value))
        self.model.fields[target][start : start + count] = [Ref(value)] * count
        self._end()

    def load(self, holder: int, field: int) -> int | None:
        """What the field refers to has a handle: its number, or None if it refers to nothing."""
        seen = self.model.fields[holder][field]
        self._begin("other", "load", Name(holder), field)
        value = self._read(self._handle(holder), field)
        if isinstance(seen, Ref):
            self.model.scopes[-1].append(seen.number)
        elif value != seen:
            raise InvariantBroken(f"G2 isomorphism: field {field} of {Name(holder)!r} reads {value}, not {seen}")
        self._end()
        return seen.number if isinstance(seen, Ref) else None

    # The mutator: roots

    def root(self, number: int) -> None:
        """The object has one handle more."""
        self._begin("other", "root", Name(number))
        self.heap.roots.handle(self._handle(number).address)
        self.model.scopes[-1].append(number)
        self._end()

    def drop(self, number: int) -> None:
        """The object's newest handle is gone."""
        self._begin("other", "drop", Name(number))
        for handles, numbers in zip(reversed(self.heap.roots.scopes), reversed(self.model.scopes), strict=True):
            if number in numbers:
                at = len(numbers) - 1 - numbers[::-1].index(number)
                del numbers[at], handles[at]
                break
        else:
            raise TestbedError(f"object {number} has no handle")
        self._end()

    def set_global(self, key: str, number: int) -> None:
        """The named root refers to the object."""
        self._begin("other", "set_global", key, Name(number))
        self.heap.roots.globals[key] = self._handle(number).address
        self.model.globals[key] = number
        self._end()

    def drop_global(self, key: str) -> None:
        """The named root, if there is one, is gone."""
        self._begin("other", "drop_global", key)
        if key != REGISTRY:
            self.heap.roots.globals.pop(key, None)
            self.model.globals.pop(key, None)
        self._end()

    def open_scope(self) -> None:
        """Handles from now on belong to a new scope."""
        self._begin("other", "open_scope")
        self.heap.roots.open_scope()
        self.model.scopes.append([])
        self._end()

    def close_scope(self) -> None:
        """The handles of the innermost scope are gone; that of the outermost ends the turn, and the next begins."""
        self._begin("other", "close_scope")
        self.heap.roots.close_scope()
        self.model.scopes.pop()
        if len(self.model.scopes) == 1:
            self.heap.roots.open_scope()
            self.model.scopes.append([])
        self._end()

    def reverse_roots(self) -> None:
        """The innermost scope's handles are in another order, so survivors will be: pages end in other holes."""
        self._begin("other", "reverse_roots")
        self.heap.roots.handles.reverse()
        self.model.scopes[-1].reverse()
        self._end()

    def drop_everything(self) -> None:
        """No object is a root any more."""
        self._begin("other", "drop_everything")
        for key in [key for key in self.model.globals if key != REGISTRY]:
            del self.heap.roots.globals[key], self.model.globals[key]
        for handles, numbers in zip(self.heap.roots.scopes, self.model.scopes, strict=True):
            handles.clear()
            numbers.clear()
        self._end()

    # The mutator: weak things

    def write_weak(self, holder: int, index: int, target: int | None) -> None:
        """The weak field refers to the object, or is null."""
        self._begin("store", "write_weak", Name(holder), index, None if target is None else Name(target))
        handle = None if target is None else self._handle(target)
        self._write(self._handle(holder), len(self.model.fields[holder]) + index, handle)
        self.model.weak[holder][index] = target
        self._end()

    def deref(self, holder: int, index: int) -> int | None:
        """What the weak field refers to has a handle: its number, or None if it was cleared."""
        target = self.model.weak[holder][index]
        self._begin("other", "deref", Name(holder), index)
        value = self._read(self._handle(holder), len(self.model.fields[holder]) + index)
        if isinstance(value, Handle):
            found = number_at(self.heap, value.address)
            if target is None or found != target:
                raise InvariantBroken(f"E1 weak clear: weak field {index} of {Name(holder)!r} reads object {found}")
            self.model.scopes[-1].append(target)
        else:
            self.model.weak[holder][index] = None
        self._end()
        return target if isinstance(value, Handle) else None

    def new_table(self, *, old: bool = False) -> int:
        """A new, empty ephemeron table of 4 entries; its number."""
        self._begin("allocate", "new_table", old=old, gives=len(self.model.fields) + 1)
        size = (2 + 2 * TABLE_ENTRIES + RAW_WORDS) * WORD_BYTES
        shape = self.heap.shapes.define_ephemerons("Table", TABLE_ENTRIES, size=size)
        return self._enter(self._new(shape, pretenured=old), self.model.new_table())

    def put(self, table: int, key: int, value: int) -> bool:
        """The table has the key with that value; returns False, and does nothing, if there is no room."""
        self._begin("store", "put", Name(table), Name(key), Name(value))
        words, address = self.heap.memory.words, self._handle(table).address
        key_address, value_address = self._handle(key).address, self._handle(value).address
        slots = key_slots(self.heap, address)
        found = [slot for slot in slots if words[slot] == key_address] or [at for at in slots if words[at] <= NULL]
        if found:
            slot = found[0]
            if words[slot] != key_address:
                words[slots.stop + DELETED] -= words[slot] < NULL
                words[slots.stop + ELEMENTS] += 1
            words[slot] = key_address
            record_keys(self.heap, address, slot, 1)
            words[slot - len(slots)] = value_address
            record_write(self.heap, address, slot - len(slots), value_address)
            self.model.entries[table][key] = value
        self._end()
        return bool(found)

    def remove(self, table: int, key: int) -> None:
        """The table does not have the key."""
        self._begin("store", "remove", Name(table), Name(key))
        address, key_address = self._handle(table).address, self._handle(key).address
        for slot in key_slots(self.heap, address):
            if self.heap.memory.words[slot] == key_address:
                remove_entry(self.heap, address, slot)
                self.heap.remembered.slots.discard(slot - TABLE_ENTRIES)
        self.model.entries[table].pop(key, None)
        self._end()

    def look_up(self, table: int, key: int) -> int | None:
        """What the table has for the key has a handle: its number, or None."""
        value = self.model.entries[table].get(key)
        self._begin("other", "look_up", Name(table), Name(key))
        words, address = self.heap.memory.words, self._handle(table).address
        key_address = self._handle(key).address
        found = [words[at - TABLE_ENTRIES] for at in key_slots(self.heap, address) if words[at] == key_address]
        if [number_at(self.heap, word) for word in found] != ([] if value is None else [value]):
            raise InvariantBroken(f"E3 ephemeron: {Name(table)!r} has {found} for {Name(key)!r}, not object {value}")
        if value is not None:
            self.heap.roots.handle(found[0])
            self.model.scopes[-1].append(value)
        self._end()
        return value

    def register(self, target: int) -> None:
        """The death of the object will be told once more."""
        self._begin("allocate", "register", Name(target))
        self._handle(target)  # whether it is a root, before anything is done
        registry = self._registry()
        self._js.register(registry, self._handle(target), target)
        self.heap.roots.handles.remove(registry)
        self.model.registered[target] = self.model.registered.get(target, 0) + 1
        self._end()

    def cleanups(self) -> list[int]:
        """The numbers of registered objects found dead in turns before this one, each registration once."""
        self._begin("other", "cleanups")
        registry = self._registry()
        told = self._js.cleanups(registry)
        self.heap.roots.handles.remove(registry)
        reachable = self.model.reachable()
        for number in told:
            assert isinstance(number, int)
            self.coverage.count("finalized")
            self.model.told[number] = self.model.told.get(number, 0) + 1
            if self.model.told[number] > self.model.registered[number]:
                raise InvariantBroken(f"E6 finalization: the death of {Name(number)!r} was told again")
            if number in reachable:
                raise InvariantBroken(f"E6 finalization: {Name(number)!r} lives, and its death was told")
        self._end()
        return [number for number in told if isinstance(number, int)]

    # Private

    def _enter(self, handle: Handle, number: int) -> int:
        """The object that was made has that number."""
        self._number(handle.address, number)
        self.model.scopes[-1].append(number)
        self._end()
        return number

    def _number(self, address: int, number: int) -> None:
        words = self.heap.memory.words
        words[address + self.heap.shapes.words_of[words[address]] - 1] = number

    def _registry(self) -> Handle:
        """A handle for the finalization registry, which is a global root from its first use on."""
        roots = self.heap.roots
        if REGISTRY in roots.globals:
            return roots.handle(roots.globals[REGISTRY])
        registry = self._js.finalization_registry()
        roots.globals[REGISTRY] = registry.address
        self.model.globals[REGISTRY] = self.model.new(0)
        self._number(registry.address, self.model.globals[REGISTRY])
        return registry

    def _handle(self, number: int) -> Handle:
        """A handle for a root, which a collection does not update if the root is a global."""
        for handles, numbers in zip(reversed(self.heap.roots.scopes), reversed(self.model.scopes), strict=True):
            if number in numbers:
                return handles[numbers.index(number)]
        for key, found in self.model.globals.items():
            if found == number:
                return make_handle(self.heap.roots.globals[key])
        raise TestbedError(f"object {number} is no root; load it from a field, or keep it")
