"""What a snapshot says of an object: the type and name of its node, and its edges.

All follows from the object's shape, whose `kind` says what it is:

    kind                            node                                      edges to its fields
    object                          object, named after its class             property; `properties` internal
    builtin                         object, named after its class             internal
    closure                         closure, named after the function         internal; `prototype` property
    context                         object `system / Context`                 context; `previous` internal
    array                           array                                     internal, numbered
    array with names                hidden `system / PropertyArray`           hidden, numbered
    ephemerons                      array                                     weak, numbered; and see below
    string                          string, its text                          none
    concatenated and sliced string  the same type                             internal: `first`, `second`, `parent`
    number                          number `heap number`                      none
    another type of node            that type, with the shape's name          internal
    anything else                   hidden `system / NAME`                    internal

Weak fields have weak edges. Null and small integers have none: numbers are not listed. As V8 does it for readers, an
object has property edges to what is in its PropertyArray, and an Array element edges to its elements, besides the edges
of the store itself; and a value in a WeakMap has two edges of one name, from its key and from the table, which say that
both must live. Each object refers to its map, a node without bytes, for maps are shapes here and no objects.

Source: V8 11.3 src/profiler/heap-snapshot-generator.cc (V8HeapExplorer), and a file of Node v20.20.2.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import frozen

from gcsim.heap import texts
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import entries
from gcsim.heap.shapes import ANONYMOUS, FIRST_FIELD, Shape
from gcsim.snapshot import write_format as fmt
from gcsim.snapshot.write_format import CONTEXT, ELEMENT, HIDDEN, INTERNAL, NODE_NUMBER, PROPERTY, WEAK, Strings
from gcsim.snapshot.write_roots import Edge

Extras: TypeAlias = Callable[[int, Shape], list[Edge]]
"""The edges of an object besides those of its named fields."""

ARRAY_NAMES: Final = {
    "FixedArray": "(object elements)", "FixedDoubleArray": "(object elements)", "OrderedHashSet": "",
    "OrderedHashMap": "", "EphemeronHashTable": "",
}  # fmt: skip
"""What V8 calls stores that have no name of their own. (A file does not tell a Set's table from a Map's.)"""
NAMES_OF_KINDS: Final = {
    "ephemerons": ("array", ""),
    "concatenated string": ("concatenated string", "(concatenated string)"),
    "sliced string": ("sliced string", "(sliced string)"),
    "number": ("number", "heap number"),
}
"""Type and name where neither depends on the object."""
FIELD_TYPES: Final = {
    "object": (PROPERTY, {"properties": INTERNAL}),
    "closure": (INTERNAL, {"prototype": PROPERTY}),
    "context": (CONTEXT, {"previous": INTERNAL}),
}
"""By kind: the type of the edges to named fields, and those that have another one."""


@frozen
class Plan:
    """What all objects of a shape share. `name`: -1 if each has its own text. `fields`: offset, type and name of each.

    `map`: the target of the edge to their map. `extras`: gives the rest of the edges.
    """

    shape: Shape
    type: int
    name: int
    fields: tuple[tuple[int, int, int], ...]
    map: int
    extras: Extras | None


class Objects:
    """Describes the objects of `heap`. `first_map`: the place of the first map's node in the file.

    `maps`: what tells one map from another, in the order in which they were met. `id_of`: the id of an address.
    """

    def __init__(self, heap: Heap, strings: Strings, first_map: int, id_of: Callable[[int], int]) -> None:
        self._heap = heap
        self._words = heap.memory.words
        self._strings = strings
        self._first_map = first_map
        self._id_of = id_of
        self._plans: dict[int, Plan] = {}
        self._pairs: dict[int, list[tuple[int, int]]] = {}
        self._map_name = strings.number("map")
        self.maps: dict[tuple[str, ...], int] = {}

    def meet_table(self, table: int) -> None:
        """An ephemeron table, all of which must be met before edges are asked for: keys have edges to their values."""
        for key, value in entries(self._heap, table):
            if value > 0:
                self._pairs.setdefault(key, []).append((table, value))

    def node(self, address: int) -> tuple[int, int, int]:
        """Type, name and size in bytes of an object's node."""
        plan = self._plan(address)
        name = plan.name if plan.name >= 0 else self._strings.number(self._text(address, plan.shape))
        return plan.type, name, plan.shape.size_bytes

    def edges(self, address: int) -> list[Edge]:
        """The edges of an object, in their order."""
        plan, words = self._plan(address), self._words
        found = [(type_, name, word) for at, type_, name in plan.fields if (word := words[address + at]) > 0]
        if plan.extras is not None:
            found += plan.extras(address, plan.shape)
        found.append((INTERNAL, self._map_name, plan.map))
        for table, value in self._pairs.get(address, ()):
            found.append(self._pair(len(found) + 1, table, address, value))
        return found

    # Nodes

    def _plan(self, address: int) -> Plan:
        index = self._words[address]
        plan = self._plans.get(index)
        if plan is None:
            plan = self._plans[index] = self._make_plan(self._heap.shapes[index])
        return plan

    def _make_plan(self, shape: Shape) -> Plan:
        type_, name = node_of(shape)
        number = -1 if shape.kind == "string" and has_text(shape) else self._strings.number(fmt.printable(name))
        key = (shape.kind, shape.name, *shape.fields, *shape.weak_fields)
        place = self._first_map + self.maps.setdefault(key, len(self.maps))
        return Plan(shape, NODE_NUMBER[type_], number, tuple(self._fields(shape)), -place, self._extras(shape))

    def _text(self, address: int, shape: Shape) -> str:
        return fmt.printable(texts.beginning(self._heap, address, fmt.MAX_TEXT_UNITS))

    # Edges

    def _fields(self, shape: Shape) -> list[tuple[int, int, int]]:
        """(offset, type, name) of each edge to a field that has a name."""
        if shape.kind == "array":
            return []
        usual, special = FIELD_TYPES.get(shape.kind, (INTERNAL, {}))
        number, strong = self._strings.number, shape.fields[: shape.strong]
        named = [(at, special.get(name, usual), name) for at, name in enumerate(strong, FIRST_FIELD)]
        named += [(at, WEAK, name) for at, name in enumerate(shape.weak_fields, FIRST_FIELD + shape.strong)]
        return [(at, type_, number(fmt.printable(name))) for at, type_, name in named]

    def _extras(self, shape: Shape) -> Extras | None:
        if shape.ephemerons:
            return self._table_edges
        if shape.kind == "array" and shape.fields:
            return self._hidden_edges
        if shape.strong > len(shape.fields):
            return self._numbered_edges
        if shape.kind == "builtin" and "elements" in shape.fields:
            return self._element_edges
        return self._outside_edges if "properties" in shape.fields else None

    def _numbered_edges(self, address: int, shape: Shape) -> list[Edge]:
        """To the fields without names."""
        named, first = len(shape.fields), address + FIRST_FIELD
        contents = self._words[first + named : first + shape.strong]
        names = self._strings.digits(shape.strong)[named : shape.strong]
        return [(INTERNAL, name, word) for name, word in zip(names, contents, strict=True) if word > 0]

    def _hidden_edges(self, address: int, shape: Shape) -> list[Edge]:
        """To the places of a PropertyArray."""
        contents = self._words[address + FIRST_FIELD : address + FIRST_FIELD + shape.strong]
        return [(HIDDEN, at, word) for at, word in enumerate(contents, FIRST_FIELD) if word > 0]

    def _element_edges(self, address: int, shape: Shape) -> list[Edge]:
        """To the elements of an Array."""
        store = self._words[address + shape.offset("elements")]
        if store <= 0:
            return []
        first = store + FIRST_FIELD
        contents = self._words[first : first + self._heap.shapes.strong_of[self._words[store]]]
        return [(ELEMENT, at, word) for at, word in enumerate(contents) if word > 0]

    def _outside_edges(self, address: int, shape: Shape) -> list[Edge]:
        """To the properties that are beside their object."""
        words, store = self._words, self._words[address + shape.offset("properties")]
        beside = self._heap.shapes[words[store]] if store > 0 else shape
        if beside.kind != "array":
            return []
        names, number = enumerate(beside.fields, store + FIRST_FIELD), self._strings.number
        return [(PROPERTY, number(fmt.printable(name)), word) for slot, name in names if (word := words[slot]) > 0]

    def _table_edges(self, address: int, shape: Shape) -> list[Edge]:
        """To the keys and values of an ephemeron table."""
        names = self._strings.digits(2 * shape.ephemerons)
        contents = self._words[address + FIRST_FIELD : address + FIRST_FIELD + 2 * shape.ephemerons]
        found = [(WEAK, name, word) for name, word in zip(names, contents, strict=False) if word > 0]
        for key, value in entries(self._heap, address):
            if value > 0:
                found.append(self._pair(len(found) + 1, address, key, value))
        return found

    def _pair(self, number: int, table: int, key: int, value: int) -> Edge:
        """Edge `number` of a key or of its table, to the value."""
        who = [
            f"{name} @{self._id_of(address)}" for name, address in ((self._name(key), key), (self._name(value), value))
        ]
        text = f"{number} / part of key ({who[0]}) -> value ({who[1]}) pair in WeakMap (table @{self._id_of(table)})"
        return INTERNAL, self._strings.number(text), value

    def _name(self, address: int) -> str:
        """The name of an object's node."""
        plan = self._plan(address)
        return self._text(address, plan.shape) if plan.name < 0 else fmt.printable(node_of(plan.shape)[1])


def node_of(shape: Shape) -> tuple[str, str]:
    """Type and name of the nodes of a shape's objects, but for strings that have a text of their own."""
    kind, name = shape.kind, shape.name
    if kind in ("object", "builtin", "finalization registry"):
        return "object", name
    if kind == "closure":
        return kind, "" if name == ANONYMOUS else name
    if kind == "context":
        return "object", "system / Context"
    if kind == "array":
        return ("hidden", "system / PropertyArray") if shape.fields else (kind, ARRAY_NAMES.get(name, name))
    if kind in NAMES_OF_KINDS:
        return NAMES_OF_KINDS[kind]
    return (kind, name) if kind in NODE_NUMBER else ("hidden", f"system / {name}")


def has_text(shape: Shape) -> bool:
    """Whether a string of that shape has its characters in the heap, and not only their bytes."""
    return shape.name in texts.WIDTHS and shape.raw >= texts.CHARACTERS_AT - FIRST_FIELD
