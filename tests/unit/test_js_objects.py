"""Objects, contexts, closures, Promises, Dates and numbers: their sizes, and their properties over collections."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import NoSuchField, ShapeError, StaleHandle
from gcsim.heap.inspect import objects
from gcsim.sim.js import Js
from gcsim.sim.js.values import bits_of, double_of
from js_worlds import bytes_below, names_below, small_world

NAMES = "abcdefghijklmnopqrst"


# Classes


def test_literals_arrays_and_contexts_have_no_class_of_the_program(sim, js):
    """Measured on Node 20: a ring of literals or strings is marked last, a ring of instances first."""
    js.context(ring=js.array(js.string("text"), js.object(a=1), js.empty_object()))
    assert not sim.heap.shapes.has_classes
    js.object("Point", x=1)
    assert sim.heap.shapes.has_classes


# Sizes


@pytest.mark.parametrize(("count", "size"), [(0, 24), (1, 32), (2, 40), (3, 48), (4, 56), (8, 88), (12, 120)])
def test_an_object_of_k_properties_has_24_plus_8k_bytes(sim, js, count, size):
    """Measured on Node 20: literals and instances of classes alike."""
    values = dict.fromkeys(NAMES[:count], 1)
    assert bytes_below(sim, js.object("Point", **values)) == size
    assert js.shape("Point", tuple(values)).size_bytes == size


@pytest.mark.parametrize(
    ("count", "size"), [(0, 56), (1, 56), (4, 56), (5, 96), (7, 96), (8, 120), (10, 120), (11, 144), (13, 144)]
)
def test_an_empty_object_has_four_spare_places_and_then_grows_by_three(sim, js, count, size):
    """Measured on Node 20: 56 bytes, then a PropertyArray of 3, 6, 9 places."""
    obj = js.empty_object()
    for place in range(count):
        js.put(obj, NAMES[place], place)
    assert bytes_below(sim, obj) == size
    assert [js.get(obj, name) for name in NAMES[:count]] == list(range(count))


def test_a_property_beyond_the_class_goes_into_a_property_array(sim, js):
    """Measured on Node 20: an instance of one field with a second one added has 72 bytes."""
    obj = js.object("A", a=1)
    js.put(obj, "b", 2)
    assert bytes_below(sim, obj) == 72
    assert names_below(sim, obj) == ["A", "PropertyArray"]


def test_the_replaced_property_array_is_garbage(sim, js):
    """The eighth property of `{}` leaves an array of three places behind: 40 bytes."""
    obj = js.empty_object()
    for name in NAMES[:7]:
        js.put(obj, name, 1)
    before, used = bytes_below(sim, obj), sim.heap.used_bytes()
    js.put(obj, "h", 1)
    assert sim.heap.used_bytes() - used - (bytes_below(sim, obj) - before) == 40
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == bytes_below(sim, obj)


def test_a_closure_and_its_context_have_v8s_sizes(sim, js):
    """Measured on Node 20: 56, or 64 with a prototype; a context of v variables 32 + 8v, shared by its closures."""
    assert bytes_below(sim, js.closure()) == 56
    assert bytes_below(sim, js.function()) == 64
    assert bytes_below(sim, js.closure(x=1)) == 96
    assert bytes_below(sim, js.closure(x=1, y=2)) == 104
    assert bytes_below(sim, js.function(x=1)) == 104
    scope = js.context(x=1, y=2)
    assert bytes_below(sim, js.closure(scope), js.closure(scope)) == 2 * 56 + 48
    assert bytes_below(sim, js.closure(scope, z=3)) == 56 + 40 + 48


def test_a_promise_has_48_bytes(sim, js):
    """Measured on Node 20."""
    assert bytes_below(sim, js.promise()) == 48


@pytest.mark.parametrize(("time_ms", "size"), [(0, 96), (2**31 - 1, 96), (1_763_800_000_000, 112), (0.5, 112)])
def test_a_date_has_96_bytes_and_a_number_for_a_time_that_is_no_smi(sim, js, time_ms, size):
    """Measured on Node 20: `new Date(5)` 96, `new Date()` 112."""
    assert bytes_below(sim, js.date(time_ms)) == size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, 32), (0, 32), (True, 32), (-(2**31), 32), (2**31 - 1, 32), (5.0, 32), (-3.0, 32),
        (2**31, 48), (-(2**31) - 1, 48), (0.5, 48), (-0.0, 48), (math.inf, 48), (math.nan, 48), (2**31 * 1.0, 48),
    ],
)  # fmt: skip
def test_a_number_that_is_no_smi_is_an_object_of_16_bytes(sim, js, value, size):
    """Measured on Node 20: each double that a field holds costs 16 bytes more."""
    obj = js.object(a=value)
    assert bytes_below(sim, obj) == size
    read = js.get(obj, "a")
    assert read == value or (math.isnan(read) and math.isnan(value))
    assert isinstance(read, float) == (size == 48)


def test_a_boxed_number_is_an_object_whatever_its_value(sim, js):
    """`js.number(5)` is what V8 keeps where a field has held doubles."""
    assert bytes_below(sim, js.number(5)) == 16
    assert js.get(js.object(a=js.number(5)), "a") == 5.0


@given(number=st.floats())
def test_the_bits_of_a_double_give_the_double(number):
    """The word of a HeapNumber is the double, to the last bit."""
    assert bits_of(double_of(bits_of(number))) == bits_of(number)


# Properties


def test_properties_hold_every_kind_of_value(m, js):
    """A handle, a small integer, a double, a text and null come back."""
    other = js.object("Other")
    obj = js.object("All", handle=other, small=-7, double=2.5, text="hello", nothing=None, truth=True)
    assert m.same(js.get(obj, "handle"), other)
    assert [js.get(obj, name) for name in ("small", "double", "nothing", "truth")] == [-7, 2.5, None, 1]
    assert js.text(js.get(obj, "text")) == "hello"


def test_one_layout_is_one_shape_and_serves_new(m, js):
    """`m.new(js.shape(...))` makes what `js.object` makes, with null fields."""
    shape = js.shape("Point", ("x", "y"))
    assert js.shape("Point", ["x", "y"]) is shape
    made, given_ = m.new(shape), js.object("Point", x=1, y=2)
    assert m.inspect(made).shape == m.inspect(given_).shape
    assert js.get(made, "x") is None
    js.put(made, "x", 3)
    assert js.get(made, "x") == 3


def test_a_property_may_have_any_name_that_v8_does_not_use_itself(js):
    """`self` and `name` are names as all others; only the slot `properties` is V8's own."""
    obj = js.object("Odd", self=1, name=2, context=3)
    assert [js.get(obj, name) for name in ("self", "name", "context")] == [1, 2, 3]
    with pytest.raises(ShapeError, match="Odd: 'properties' is the name of a slot"):
        js.object("Odd", properties=1)


def test_a_missing_property_is_an_error_that_names_those_there_are(js):
    """One line: what was asked for, what is there, those beside the object included."""
    obj = js.object("A", x=1)
    with pytest.raises(NoSuchField, match=r"^A has no property 'y'; it has x$"):
        js.get(obj, "y")
    js.put(obj, "z", 1)
    with pytest.raises(NoSuchField, match=r"it has x, z$"):
        js.get(obj, "y")
    with pytest.raises(NoSuchField, match="A has no property 'properties'"):
        js.get(obj, "properties")


def test_a_variable_cannot_be_added_to_a_context(js):
    """Scopes do not grow; the variables that are there can be read and written."""
    scope = js.context(x=1)
    js.put(scope, "x", 2)
    assert js.get(scope, "x") == 2
    with pytest.raises(NoSuchField, match="Context has no property 'y'; it has x"):
        js.put(scope, "y", 1)


def test_what_has_no_named_properties_says_so(js):
    """A Set's table is not a property of it."""
    with pytest.raises(TypeError, match="Set has no named properties"):
        js.put(js.set(), "x", 1)
    with pytest.raises(TypeError, match="Set has no named properties"):
        js.get(js.set(), "table")


@pytest.mark.parametrize("value", [[], {}, object(), b"bytes"])
def test_what_is_no_javascript_value_is_refused(js, value):
    """The message shows the value."""
    with pytest.raises(TypeError, match="a JavaScript value is a Handle, an int"):
        js.object(a=value)


def test_a_stale_handle_is_refused(m, js):
    """As a value, and as the object."""
    with m.scope():
        gone = js.object("Gone", a=1)
    for misuse in (lambda: js.object(a=gone), lambda: js.get(gone, "a"), lambda: js.put(gone, "a", 1)):
        with pytest.raises(StaleHandle):
            misuse()


# Collections in between


def test_properties_added_one_by_one_survive_collections(sim, js):
    """Every store runs the barrier: an old object's new PropertyArray and texts stay with it."""
    obj = js.empty_object()
    for place, name in enumerate(NAMES):
        js.put(obj, name, f"text {place}")
        sim.collect("scavenge" if place % 3 else "mark-sweep")
    assert [js.text(js.get(obj, name)) for name in NAMES] == [f"text {place}" for place in range(len(NAMES))]


@pytest.mark.parametrize("gc_interval", [1, 2, 3, 5])
def test_values_survive_a_collection_at_any_allocation(gc_interval):
    """A collection at every n-th allocation that can have one: nothing is held by an address meanwhile."""
    sim = small_world(gc_interval=gc_interval)
    js = sim.mutator.js
    entries = []
    for number in range(40):
        obj = js.object("Entry", text=f"text {number}", double=number + 0.5, date=js.date(1e12 + number))
        js.put(obj, "more", f"more {number}")
        js.put(obj, "text", f"other {number}")
        entries.append((obj, js.closure(obj=obj, number=number / 4)))
    assert sim.events
    for number, (obj, closure) in enumerate(entries):
        assert js.text(js.get(obj, "text")) == f"other {number}"
        assert js.text(js.get(obj, "more")) == f"more {number}"
        assert js.get(obj, "double") == number + 0.5
        scope = sim.mutator.read(closure, "context")
        assert sim.mutator.same(js.get(scope, "obj"), obj)
        assert js.get(scope, "number") == number / 4


def test_no_call_leaves_a_handle_but_the_one_that_it_returns(sim, js):
    """Texts, boxed numbers and backing stores are held by their holder alone: 1 handle, then as many as returned."""
    handles = sim.heap.roots.handles
    before = len(handles)
    obj = js.object("A", text="some text", double=0.5)
    assert handles[before:] == [obj]
    for name in NAMES:
        js.put(obj, name, "a text")
        js.put(obj, name, 1.5)
    assert handles[before:] == [obj]
    text = js.string("a text of 20 units..")
    made = [
        obj, text, js.closure(a="text", b=0.5), js.array("text", 0.5), js.array(0.5, doubles=True), js.map(),
        js.concat("some text", text), js.concat("some", "text"), js.slice(text, 2), js.slice(text, 2, 5),
    ]  # fmt: skip
    assert handles[before:] == made
    js.push(made[3], "text")
    js.push(made[4], "text")
    js.map_put(made[5], "key", "value")
    js.map_put(made[5], "key", "other value")
    js.text(made[6])
    assert handles[before:] == made


def test_every_object_counts_as_made(sim, m, js):
    """Also those that no handle names: texts, numbers, elements, tables, contexts."""
    obj = js.empty_object()
    for name in NAMES[:8]:
        js.put(obj, name, "a text")
    array = js.array(0.5, "text", obj)
    js.push(array, 1.5)
    js.pop(array)
    table = js.map()
    for number in range(9):
        js.map_put(table, f"key {number}", number / 2)
    js.closure(x="text")
    js.text(js.concat(js.slice(js.string("a text of twenty char"), 1), "and more text"))
    assert not sim.events
    assert m.allocated_objects == len(list(objects(sim.heap)))


def test_stores_into_what_is_born_old_are_remembered(sim, m):
    """Where a runtime makes every object old, young values in objects, arrays and tables survive a scavenge."""
    js = Js(sim.heap, lambda shape, *, pretenured=False: m.new(shape, pretenured=True), m.random)
    names = NAMES[:9]
    with m.scope() as scope:
        young = {name: m.js.object(number=place) for place, name in enumerate(names)}
        obj, array, table = js.object(**young), js.array(*young.values()), js.map()
        for name in names:
            js.push(array, young[name])
            js.put(obj, f"more {name}", young[name])
            js.map_put(table, young[name], young[name])
        kept = [scope.escape(handle) for handle in (obj, array, table)]
    sim.collect("scavenge")
    obj, array, table = kept
    places = [m.js.get(js.get(obj, prefix + name), "number") for prefix in ("", "more ") for name in names]
    assert places == [m.js.get(js.item(array, index), "number") for index in range(18)] == [*range(9)] * 2
    assert [m.js.get(js.map_get(table, key), "number") for key in js.keys(table)] == [*range(9)]
