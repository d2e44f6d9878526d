"""Arrays: sizes and capacities, doubles and tagged elements, and Python's list as the oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import NoSuchField, ShapeError
from js_worlds import bytes_below, names_below, small_world

CAPACITIES = (17, 43, 82, 140, 227, 358)
VALUES = st.none() | st.integers(-(2**33), 2**33) | st.floats(allow_nan=False) | st.text(max_size=5)


def read(js, array):
    """The content of an array of numbers, texts and nulls, as a list."""
    items = [js.item(array, index) for index in range(js.length(array))]
    return [js.text(item) if hasattr(item, "address") else item for item in items]


# Sizes


@pytest.mark.parametrize(("values", "size"), [((), 32), ((1,), 56), ((1, 2, 3), 72), ((None,) * 10, 128)])
def test_an_array_has_32_bytes_and_exact_elements(sim, js, values, size):
    """Measured on Node 20: 32, then 16 + 8c; an empty array has no elements of its own."""
    assert bytes_below(sim, js.array(*values)) == size


@pytest.mark.parametrize(("length", "size"), [(0, 32), (10, 128), (24, 240), (40, 368), (64, 560)])
def test_new_array_of_n_has_exactly_that_capacity(sim, js, length, size):
    """`new Array(n)`: n holes. The corpus says 16 more for the memento that does not survive a collection."""
    array = js.array(length=length)
    assert bytes_below(sim, array) == size
    assert js.length(array) == length
    assert read(js, array) == [None] * length


def test_an_array_of_doubles_holds_the_numbers_themselves(sim, js):
    """Measured on Node 20: `[1.5, 2.5]`, written, has 64 bytes; boxed they would be 32 more."""
    assert bytes_below(sim, js.array(1.5, 2.5, doubles=True)) == 64
    assert bytes_below(sim, js.array(1.5, 2.5)) == 64 + 32
    assert names_below(sim, js.array(1.5, doubles=True)) == ["Array", "FixedDoubleArray"]


@pytest.mark.parametrize("doubles", [False, True])
def test_pushing_grows_to_v8s_capacities_and_leaves_the_old_elements(doubles):
    """[] push 1: 17 (184 bytes), then 43, 82, 140, 227, 358; what is replaced is garbage."""
    sim = small_world(page_size=256 * 1024, min_semi_space_size=1, max_semi_space_size=1)
    js = sim.mutator.js
    array = js.array(0.5, doubles=True) if doubles else js.array()
    start = js.length(array)
    seen, garbage = [], 0
    for number in range(start, 228):
        before, used = bytes_below(sim, array), sim.heap.used_bytes()
        assert js.push(array, number) == number + 1
        capacity = (bytes_below(sim, array) - 48) // 8
        if bytes_below(sim, array) != before:
            seen.append(capacity)
            if before > 32:
                garbage += before - 32
                assert sim.heap.used_bytes() - used == bytes_below(sim, array) - 32
    assert tuple(seen) == ((19, 46, 86, 146, 236) if doubles else CAPACITIES)
    assert js.length(array) == 228
    assert read(js, array)[start:] == list(range(start, 228))
    used = sim.heap.used_bytes()
    sim.collect("mark-sweep")
    assert used - sim.heap.used_bytes() == garbage


def test_a_large_backing_store_is_a_large_object():
    """Beyond half a page (131,072 bytes): 16,382 elements are regular, 16,383 large."""
    sim = small_world(page_size=256 * 1024, page_header_size=4424, min_semi_space_size=1, max_semi_space_size=1)
    js = sim.mutator.js
    js.array(length=16_382)
    assert not sim.heap.new_large.chunks
    js.array(length=16_383)
    assert len(sim.heap.new_large.chunks) == 1


# Elements


def test_an_element_that_is_no_number_boxes_all_doubles(sim, js):
    """As V8: tagged elements of the same capacity, each number that is no Smi in an object of 16 bytes."""
    array = js.array(1.5, 2.0, length=4, doubles=True)
    assert read(js, array) == [1.5, 2.0, None, None]
    text = js.string("text")
    js.set_item(array, 3, text)
    assert read(js, array) == [1.5, 2, None, "text"]
    assert bytes_below(sim, array) == 32 + 48 + 16 + 24
    js.push(array, 2.5)
    assert read(js, array) == [1.5, 2, None, "text", 2.5]


def test_a_push_of_null_boxes_all_doubles_too(sim, js):
    """A hole is no number."""
    array = js.array(1.5, doubles=True)
    js.push(array, None)
    assert read(js, array) == [1.5, None]
    assert "FixedDoubleArray" not in names_below(sim, array)


def test_pop_takes_the_last_and_lets_it_go(sim, js):
    """The popped element is no longer referred to; an empty array gives null."""
    with sim.mutator.scope() as scope:
        array = scope.escape(js.array("first", "second"))
        assert js.text(js.pop(array)) == "second"
    assert bytes_below(sim, array) == 32 + 32 + 24
    assert js.text(js.pop(array)) == "first"
    assert js.pop(array) is None
    assert js.length(array) == 0
    doubles = js.array(0.5, 1.5, doubles=True)
    assert (js.pop(doubles), js.length(doubles)) == (1.5, 1)


OPERATIONS = st.lists(
    st.tuples(st.just("push"), VALUES)
    | st.tuples(st.just("set"), st.integers(0, 200), VALUES)
    | st.tuples(st.just("pop"))
    | st.tuples(st.just("collect"), st.sampled_from(["scavenge", "mark-sweep"])),
    max_size=60,
)


@given(
    operations=OPERATIONS,
    start=st.lists(st.floats(allow_nan=False), max_size=3),
    doubles=st.booleans(),
    gc_interval=st.sampled_from([0, 1, 3]),
)
def test_an_array_is_pythons_list(operations, start, doubles, gc_interval):
    """Any program of pushes, stores and pops, with collections of both kinds in between."""
    sim = small_world(gc_interval=gc_interval)
    js = sim.mutator.js
    sim.mutator.globals["array"] = js.array(*start, doubles=doubles and bool(start))
    expected = list(start)
    for name, *arguments in operations:
        with sim.mutator.scope():
            apply(sim, sim.mutator.globals["array"], expected, name, arguments)
    assert read(js, sim.mutator.globals["array"]) == expected


def apply(sim, array, expected, name, arguments):
    """One operation, on both."""
    js = sim.mutator.js
    if name == "collect":
        sim.collect(*arguments)
    elif name == "push":
        js.push(array, *arguments)
        expected.append(*arguments)
    elif name == "set" and expected:
        index = arguments[0] % len(expected)
        js.set_item(array, index, arguments[1])
        expected[index] = arguments[1]
    elif name == "pop":
        value = js.pop(array)
        value = js.text(value) if hasattr(value, "address") else value
        assert value == (expected.pop() if expected else None)


# Mistakes


@pytest.mark.parametrize("index", [-1, 2, 17])
def test_an_index_outside_of_the_array_is_refused(js, index):
    """The message says the length and what is allowed."""
    array = js.array(1, 2)
    for misuse in (lambda: js.item(array, index), lambda: js.set_item(array, index, 1)):
        with pytest.raises(NoSuchField, match=f"2 elements; got index {index}, allowed: 0 to 1"):
            misuse()
    with pytest.raises(NoSuchField, match="allowed: none, it is empty"):
        js.item(js.array(), 0)


def test_an_impossible_length_is_refused(js):
    """Below the number of values, below 0, or without anything to be doubles."""
    with pytest.raises(ShapeError, match="must be at least 2 elements, got 1"):
        js.array(1, 2, length=1)
    with pytest.raises(ShapeError, match="must be at least 0 elements, got -1"):
        js.array(length=-1)
    with pytest.raises(ShapeError, match="at least 1 element"):
        js.array(doubles=True)


def test_what_is_no_array_or_no_number_is_refused(js):
    """Each message shows what was given."""
    for misuse in (lambda obj: js.push(obj, 1), js.pop, js.length, lambda obj: js.item(obj, 0)):
        with pytest.raises(TypeError, match="expected an Array, got Object"):
            misuse(js.object())
    with pytest.raises(TypeError, match="made of numbers, got 'text'"):
        js.array(1.5, "text", doubles=True)
