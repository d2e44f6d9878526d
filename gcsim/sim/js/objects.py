"""Objects: properties in objects and beside them, contexts and closures, dates and promises.

    kind                                     bytes                words
    object or instance, k properties         24 + 8k              header | k fields, properties | hash
    {} and what is added to it               56                   four spare fields; then a PropertyArray
    PropertyArray, n places                  16 + 8n              header | n fields | length
    closure (arrow, method, async)           56                   header | context, properties | 3 words, hash
    function or class, with a prototype      64                   header | context, properties, prototype | ..., hash
    context of v captured variables          32 + 8v              header | v fields, previous | scope info, length
    Promise                                  48                   header | reactions_or_result, properties | ..., hash
    Date                                     96 (+ its number)    header | value, properties | cached parts, hash

Measured on Node 20.20: `{}` has 56 bytes with up to 4 properties, 96 with 5 to 7, 120 with 8 to 10, for the
PropertyArray grows by three places (JSObject::kFieldsAdded); the one it replaces is garbage. A Date of today has 112
bytes, since its time is no Smi. V8 11.3 src/objects/js-objects.h, js-function.h, contexts.h, js-date.h.

A place for a property is a fact of the layout, not of the object: to add one gives the object another layout of the
same size, which is V8's map transition. Free places are called `(spare n)` in a layout and hold null.
"""

from random import Random
from typing import Final

from attrs import field, frozen

from gcsim.errors import NoSuchField, ShapeError
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle, address_of
from gcsim.heap.shapes import ANONYMOUS, FIRST_FIELD, Shape
from gcsim.sim.js.cells import New
from gcsim.sim.js.values import JsRead, JsValue, Values
from gcsim.units import WORD_BYTES

EMPTY_OBJECT_SPARE: Final = 4
PROPERTIES_STEP: Final = 3
CLOSURE_BYTES: Final = 56


@frozen
class Kind:
    """What all layouts of one kind share: `bytes` besides the places, and the strong fields that follow these."""

    bytes: int
    kind: str
    tail: tuple[str, ...] = ()


OBJECT: Final = Kind(24, "object", ("properties",))
PROPERTY_ARRAY: Final = Kind(16, "array")
CONTEXT: Final = Kind(32, "context", ("previous",))


@frozen(eq=False)
class Layout:
    """A shape with named places: `names` are in use, `slots` there are; `places` is each name's offset."""

    kind: Kind
    names: tuple[str, ...]
    slots: int
    shape: Shape
    places: dict[str, int] = field(init=False)

    @places.default
    def _places(self) -> dict[str, int]:
        return {name: FIRST_FIELD + place for place, name in enumerate(self.names)}


class Objects(Values):
    """Makes objects with named properties, and reads and writes these."""

    __slots__ = ("_date", "_instances", "_interned", "_layouts", "_promise")

    def __init__(self, heap: Heap, new: New, random: Random) -> None:
        super().__init__(heap, new, random)
        define = heap.shapes.define
        self._promise = define("Promise", fields=("reactions_or_result", "properties"), size=48, kind="builtin")
        self._date = define("Date", fields=("value", "properties"), size=96, kind="builtin")
        self._layouts: dict[int, Layout] = {}
        self._interned: dict[tuple[Kind, str, tuple[str, ...], int], Layout] = {}
        self._instances: dict[tuple[str, tuple[str, ...]], Shape] = {}

    # Making

    def shape(self, name: str, fields: tuple[str, ...] = ()) -> Shape:
        """The layout of instances of a class with these fields: 24 + 8k bytes. `m.new(shape)` makes one.

        Raises:
            ShapeError: a name is used twice, or is not a non-empty string.
        """
        key = (name, tuple(fields))
        shape = self._instances.get(key)
        if shape is None:
            shape = self._instances[key] = self._layout(OBJECT, *key, len(key[1])).shape
        return shape

    def object(self, name: str = "Object", /, **values: JsValue) -> Handle:
        """A new object of class `name` whose properties are `values`, all of them in the object.

        Raises:
            ShapeError: a property is called `properties`, which is the name of V8's own slot.
            TypeError: not a JavaScript value.
        """
        shape = self._instances.get((name, tuple(values)))
        return self._create(self.shape(name, tuple(values)) if shape is None else shape, values.values())

    def empty_object(self) -> Handle:
        """A new `{}`: room for four properties, the next ones go beside it."""
        return self._new(self._layout(OBJECT, "Object", (), EMPTY_OBJECT_SPARE).shape)

    def context(self, previous: Handle | None = None, /, **captured: JsValue) -> Handle:
        """A new context: the captured variables of one scope, which all closures made there share."""
        names = tuple(captured)
        shape = self._layout(CONTEXT, "Context", names, len(names)).shape
        handle = self._create(shape, (*captured.values(), previous))
        self._words[handle.address + shape.words - 1] = len(names)
        return handle

    def closure(self, context: Handle | None = None, name: str = ANONYMOUS, /, **captured: JsValue) -> Handle:
        """A new arrow function or method. What it captures is in a context of its own, inside of `context`."""
        return self._make_closure(self._closure_shape(name), context, captured)

    def function(self, context: Handle | None = None, name: str = ANONYMOUS, /, **captured: JsValue) -> Handle:
        """A new `function` or class: a closure with a slot for its prototype."""
        return self._make_closure(self._closure_shape(name, ("prototype",)), context, captured)

    def promise(self) -> Handle:
        """A new Promise, pending. Its field `reactions_or_result` is for `m.write`."""
        return self._new(self._promise)

    def date(self, time_ms: float) -> Handle:
        """A new Date. `time_ms` since 1970 is a number of its own unless it is a Smi."""
        return self._create(self._date, (time_ms,))

    # Using

    def get(self, obj: Handle, name: str) -> JsRead:
        """The value of a property.

        Raises:
            NoSuchField: the object has no such property.
            TypeError: it has no named properties at all.
        """
        try:
            address = obj.address
            word = self._words[address + self._layouts[self._words[address]].places[name]]
        except (AttributeError, KeyError):
            layout = self._layout_of(obj)
            holder, offset = self._find_outside(obj, layout, name)
            if not offset:
                raise self._no_such_property(obj, name) from None
            word = self._words[holder + offset]
        return self._value(word)

    def put(self, obj: Handle, name: str, value: JsValue) -> None:
        """The property has that value; a missing one is added.

        Raises:
            NoSuchField: the variable is missing in a context, which takes no more.
            TypeError: the object has no named properties, or this is no JavaScript value.
        """
        try:
            offset = self._layouts[self._words[obj.address]].places[name]
        except (AttributeError, KeyError):
            self._put_elsewhere(obj, name, value)
            return
        word = self._field(value)
        address = obj.address
        self._store(address, address + offset, word)

    def _put_elsewhere(self, obj: Handle, name: str, value: JsValue) -> None:
        """`put` for a property that is beside the object or missing."""
        layout = self._layout_of(obj)
        count = len(self._roots.handles)
        held = self._hold(value)
        holder, offset = self._find_outside(obj, layout, name)
        if not offset:
            holder, offset = self._add_property(obj, layout, name)
        self._store(holder, holder + offset, held.address if isinstance(held, Handle) else held)
        self._drop(count)

    # Places

    def _layout(self, kind: Kind, name: str, names: tuple[str, ...], slots: int) -> Layout:
        key = (kind, name, names, slots)
        layout = self._interned.get(key)
        if layout is None:
            taken = [part for part in names if part in kind.tail]
            if taken:
                raise ShapeError(f"{name}: {taken[0]!r} is the name of a slot of V8's own; call the field otherwise")
            spare = tuple(f"(spare {place})" for place in range(len(names), slots))
            size = kind.bytes + slots * WORD_BYTES
            shape = self._heap.shapes.define(name, fields=names + spare + kind.tail, size=size, kind=kind.kind)
            layout = self._interned[key] = self._layouts[shape.index] = Layout(kind, names, slots, shape)
        return layout

    def _layout_of(self, obj: Handle) -> Layout:
        try:
            return self._layouts[self._words[address_of(obj)]]
        except KeyError:
            name = self._shape_of(obj).name
            raise TypeError(f"{name} has no named properties; js.object() and js.shape() make what has") from None

    def _find_outside(self, obj: Handle, layout: Layout, name: str) -> tuple[int, int]:
        """The object's PropertyArray, and the property's offset there; 0 if it has none."""
        if layout.kind is OBJECT:
            store = self._words[address_of(obj) + FIRST_FIELD + layout.slots]
            if store:
                return store, self._layouts[self._words[store]].places.get(name, 0)
        return 0, 0

    def _add_property(self, obj: Handle, layout: Layout, name: str) -> tuple[int, int]:
        """A place for a new property: the address of its holder and the offset there."""
        if layout.kind is not OBJECT:
            raise self._no_such_property(obj, name)
        if len(layout.names) < layout.slots:
            return self._take_spare(obj.address, layout, name)
        link = FIRST_FIELD + layout.slots
        store = self._words[obj.address + link]
        beside = self._layouts[self._words[store]] if store else self._layout(PROPERTY_ARRAY, "PropertyArray", (), 0)
        if len(beside.names) == beside.slots:
            beside = self._grow_properties(obj, link, beside)
            store = self._words[obj.address + link]
        return self._take_spare(store, beside, name)

    def _take_spare(self, holder: int, layout: Layout, name: str) -> tuple[int, int]:
        """The first spare place of `holder` has that name: a transition to another layout of the same size."""
        following = self._layout(layout.kind, layout.shape.name, (*layout.names, name), layout.slots)
        self._words[holder] = following.shape.index
        return holder, following.places[name]

    def _grow_properties(self, obj: Handle, link: int, layout: Layout) -> Layout:
        """The object has a PropertyArray of three more places; the one it had is garbage."""
        grown = self._layout(PROPERTY_ARRAY, layout.shape.name, layout.names, layout.slots + PROPERTIES_STEP)
        store = self._make(grown.shape)
        address = obj.address
        old = self._words[address + link]
        if old:
            self._copy(old, store, layout.slots)
        self._words[store + grown.shape.raw_offset] = grown.slots
        self._store(address, address + link, store)
        return grown

    def _no_such_property(self, obj: Handle, name: str) -> NoSuchField:
        layout = self._layout_of(obj)
        names = layout.names
        if layout.kind is OBJECT:
            store = self._words[obj.address + FIRST_FIELD + layout.slots]
            names += self._layouts[self._words[store]].names if store else ()
        return NoSuchField(f"{layout.shape.name} has no property {name!r}; it has {', '.join(names) or 'none'}")

    def _closure_shape(self, name: str, more: tuple[str, ...] = ()) -> Shape:
        """The shape of the functions of that name, whose fields are V8's two and `more`."""
        size = CLOSURE_BYTES + len(more) * WORD_BYTES
        return self._heap.shapes.define(name, fields=("context", "properties", *more), size=size, kind="closure")

    def _make_closure(self, shape: Shape, context: Handle | None, captured: dict[str, JsValue]) -> Handle:
        count = len(self._roots.handles)
        inner = self.context(context, **captured) if captured else context
        handle = self._create(shape, (inner,))
        self._keep_last(count)
        return handle
