"""Sets and Maps: sizes, growth and shrinking, keys, iteration, and Python's dict as the oracle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from js_worlds import OBJECTS, Both, bytes_below, small_world

SET_SIZES = [(0, 152), (4, 152), (5, 232), (8, 232), (9, 392), (16, 392), (17, 712)]
MAP_SIZES = [(0, 184), (4, 184), (5, 296), (8, 296), (9, 520), (16, 520), (17, 968), (32, 968)]


# Sizes


@pytest.mark.parametrize(("count", "size"), SET_SIZES)
def test_a_set_has_v8s_size(sim, js, count, size):
    """Measured on Node 20: 32 bytes and a table of 16 + 8 (3 + c/2 + 2c), c from 4 doubling."""
    table = js.set()
    for number in range(count):
        js.add(table, number)
    assert bytes_below(sim, table) == size


@pytest.mark.parametrize(("count", "size"), MAP_SIZES)
def test_a_map_has_v8s_size(sim, js, count, size):
    """Measured on Node 20: 32 bytes and a table of 16 + 8 (3 + c/2 + 3c)."""
    table = js.map()
    for number in range(count):
        js.map_put(table, number, None)
    assert bytes_below(sim, table) == size


def test_a_growing_table_leaves_the_old_one_behind(sim, js):
    """The fifth key: a table of 200 bytes instead of 120, which is garbage."""
    table = js.set()
    for number in range(4):
        js.add(table, number)
    used = sim.heap.used_bytes()
    js.add(table, 4)
    assert sim.heap.used_bytes() == used + 200
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 232


def test_deleted_entries_stay_until_the_table_is_full(sim, js):
    """Half of a full table deleted: the next one has the same capacity; less than half: twice."""
    for deleted, size in ((4, 232), (3, 392)):
        table = js.set()
        for number in range(8):
            js.add(table, number)
        for number in range(deleted):
            js.discard(table, number)
        assert bytes_below(sim, table) == 232
        used = sim.heap.used_bytes()
        js.add(table, 100)
        assert bytes_below(sim, table) == size
        assert sim.heap.used_bytes() > used
        assert list(js.keys(table)) == [*range(deleted, 8), 100]


def test_a_table_shrinks_when_less_than_a_quarter_is_left(sim, js):
    """Capacity 16: the 13th deletion leaves 3 elements in a table of 8."""
    table = js.set()
    for number in range(16):
        js.add(table, number)
    for number in range(12):
        js.discard(table, number)
    assert bytes_below(sim, table) == 392
    js.discard(table, 12)
    assert bytes_below(sim, table) == 232
    assert list(js.keys(table)) == [13, 14, 15]


def test_even_the_smallest_table_is_replaced_when_it_becomes_empty(sim, js):
    """V8 asks for half of 4 and gets 4 again."""
    table = js.set()
    js.add(table, 1)
    used = sim.heap.used_bytes()
    js.discard(table, 1)
    assert sim.heap.used_bytes() == used + 120
    assert bytes_below(sim, table) == 152


def test_clearing_makes_a_small_table(sim, js):
    """Whatever the size before."""
    table = js.map()
    for number in range(30):
        js.map_put(table, number, number)
    js.clear(table)
    assert bytes_below(sim, table) == 184
    assert (js.size(table), js.has(table, 1), list(js.keys(table))) == (0, False, [])


def test_the_successor_of_an_old_table_is_born_old(sim, js):
    """V8 allocates it where the table was; its young keys are remembered."""
    table = js.set()
    for number in range(4):
        js.add(table, number)
    sim.collect("mark-sweep")
    old = sim.heap.old_bytes()
    js.add(table, js.object())
    assert sim.heap.old_bytes() == old + 200
    assert len(sim.heap.remembered.slots) == 1
    js.clear(table)
    assert sim.heap.old_bytes() == old + 200 + 120


def test_a_key_costs_its_place_and_nothing_else(sim, js):
    """Objects, numbers and texts are what they were; the hash of an object has room in it."""
    obj, text = js.object(a=1), js.string("text")
    table = js.set()
    used = sim.heap.used_bytes()
    js.add(table, obj)
    js.add(table, text)
    js.add(table, 7)
    assert sim.heap.used_bytes() == used
    js.add(table, "new text")
    assert sim.heap.used_bytes() == used + 24
    assert js.has(table, "new text")
    assert not js.add(table, "new text")
    assert sim.heap.used_bytes() == used + 24


# Keys


def test_an_object_keeps_its_hash_wherever_it_moves(sim, m, js):
    """Copied, promoted, or still young: found every time; one that was never a key is given no hash."""
    shape = js.shape("Key", ("a",))
    keys = [m.new(shape) for _ in range(50)]
    other = m.new(shape)
    table = js.set()
    for key in keys:
        assert not js.has(table, key)
        assert js.add(table, key)
    hashes = [m.inspect(key).raw[-1] for key in keys]
    assert all(0 < number < 2**30 for number in hashes)
    born = [key.address for key in keys]
    for kind in ("scavenge", "scavenge", "mark-sweep", "scavenge"):
        sim.collect(kind)
        assert [m.inspect(key).raw[-1] for key in keys] == hashes
        assert all(js.has(table, key) for key in keys)
    assert not set(born) & {key.address for key in keys}
    assert not js.has(table, other)
    assert m.inspect(other).raw[-1] == 0


def test_texts_are_one_key_whatever_they_are_made_of(js):
    """One byte or two, a sum, a slice, or Python's."""
    text = "abcdefghijklmnop"
    table = js.set()
    assert js.add(table, js.concat(js.string(text[:7]), js.string(text[7:], two_byte=True)))
    assert not js.add(table, js.string(text))
    assert not js.add(table, js.slice(js.string("xx" + text), 2))
    assert not js.add(table, text)
    assert js.has(table, js.string(text, two_byte=True))
    assert js.add(table, text + "\u20ac\U0001f600")
    assert js.has(table, js.concat(text, "\u20ac\U0001f600"))
    assert not js.has(table, text[:-1])
    assert js.size(table) == 2


def test_numbers_are_one_key_if_they_are_one_value(js):
    """A Smi and the HeapNumber of its value; NaN and NaN; 0 and -0, of which 0 is kept."""
    table = js.set()
    for first, second in (
        (5, js.number(5)),
        (js.number(6), 6),
        (math.nan, js.number(math.nan)),
        (-0.0, 0),
        (2**40, 2.0**40),
    ):
        assert js.add(table, first)
        assert not js.add(table, second)
        assert js.has(table, first)
        assert js.has(table, second)
    assert not js.has(table, 5.5)
    assert not js.has(table, math.inf)
    assert not js.has(table, "5")
    keys = list(js.keys(table))
    assert keys[:2] == [5, 6.0]
    assert math.isnan(keys[2])
    assert keys[3:] == [0, 2.0**40]
    assert math.copysign(1, keys[3]) == 1
    zero = js.set()
    js.add(zero, js.number(-0.0))
    assert isinstance(js.first_key(zero), int)


def test_null_is_a_key_as_all_others(js):
    """And a deleted entry is not null."""
    table = js.map()
    js.map_put(table, 1, "one")
    js.map_put(table, None, 2.5)
    assert (js.map_get(table, None), js.has(table, None), js.size(table)) == (2.5, True, 2)
    js.discard(table, 1)
    assert js.first_key(table) is None
    assert list(js.keys(table)) == [None]
    assert js.discard(table, None)
    assert not js.has(table, None)


def test_a_map_puts_and_gets(m, js):
    """A second put of a key changes its value and not its place."""
    table, value = js.map(), js.object("Value")
    js.map_put(table, "a", value)
    js.map_put(table, "b", 1.5)
    js.map_put(table, "a", "text")
    assert js.text(js.map_get(table, "a")) == "text"
    assert js.map_get(table, "b") == 1.5
    assert js.map_get(table, "c") is None
    assert [js.text(key) for key in js.keys(table)] == ["a", "b"]
    assert m.inspect(table).name == "Map"


# Iteration


def test_keys_come_in_the_order_of_insertion_over_collections(sim, js):
    """A collection between any two keys, while the table's owner moves and is promoted."""
    table = js.set()
    for number in range(40):
        js.add(table, js.object("Key", number=number))
    seen = []
    for number, key in enumerate(js.keys(table)):
        sim.collect("mark-sweep" if number % 10 == 9 else "scavenge")
        seen.append(js.get(key, "number"))
    assert seen == list(range(40))


def test_an_iteration_sees_what_is_added_and_not_what_is_deleted(js):
    """As in JavaScript, also when the table is replaced in between, more than once."""
    table = js.set()
    for number in range(16):
        js.add(table, number)
    seen = []
    for key in js.keys(table):
        seen.append(key)
        js.discard(table, key)
        if key == 3:
            js.discard(table, 5)
            for number in range(100, 120):
                js.add(table, number)
    assert seen == [0, 1, 2, 3, 4, *range(6, 16), *range(100, 120)]
    assert js.size(table) == 0


def test_an_iteration_over_a_table_that_is_cleared_starts_again(js):
    """What is added after the clearing comes."""
    table = js.set()
    for number in range(10):
        js.add(table, number)
    keys = js.keys(table)
    assert [next(keys), next(keys)] == [0, 1]
    js.clear(table)
    js.add(table, 50)
    assert list(keys) == [50]


def test_the_first_key_of_a_queue_is_found_at_once(sim, js):
    """Deleted entries at the front are looked at once: 5000 steps of first, discard, add."""
    table = js.set()
    for number in range(100):
        js.add(table, number)
    for number in range(5000):
        with sim.mutator.scope():
            assert js.first_key(table) == number
            js.discard(table, number)
            js.add(table, number + 100)
    assert js.first_key(js.map()) is None


# The oracle


TEXTS = ("", "a", "bc", "\u20ac", "a text of more than thirteen characters")
KEYS = (
    st.tuples(st.just("object"), st.integers(0, OBJECTS - 1))
    | st.tuples(st.just("text"), st.sampled_from(TEXTS))
    | st.tuples(st.just("number"), st.integers(-3, 40) | st.sampled_from([0.5, -0.0, 2.0**40, math.inf]))
    | st.tuples(st.just("null"), st.none())
)
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "discard", "has"]), KEYS)
    | st.tuples(st.sampled_from(["clear", "first", "scavenge", "mark-sweep"]), st.none()),
    max_size=120,
)


@given(operations=OPERATIONS, is_map=st.booleans(), gc_interval=st.sampled_from([0, 1, 4]))
def test_a_table_is_pythons_dict(operations, is_map, gc_interval):
    """Any program of adds, deletions, look-ups and clearings, with collections of both kinds in between."""
    both = Both(is_map=is_map, gc_interval=gc_interval)
    for number, (name, key) in enumerate(operations):
        with both.m.scope():
            both.apply(number, name, key)
    both.check()


def test_thousands_of_keys_are_found_while_the_heap_marks_and_sweeps():
    """Tables that become large objects, in a heap with incremental marking; every tenth key is deleted again."""
    sim = small_world(max_old_space_size=64, verify_heap=False)
    m, js = sim.mutator, sim.mutator.js
    m.globals["set"], m.globals["map"] = js.set(), js.map()
    for number in range(6000):
        with m.scope():
            key = js.object("Key", number=number)
            js.add(m.globals["set"], key)
            js.map_put(m.globals["map"], f"key {number}", key)
            if number % 10 == 9:
                js.discard(m.globals["set"], key)
    assert js.size(m.globals["set"]) == 5400
    for number in range(6000):
        with m.scope():
            key = js.map_get(m.globals["map"], f"key {number}")
            assert js.get(key, "number") == number
            assert js.has(m.globals["set"], key) == (number % 10 != 9)
    assert len(sim.events) > 10


# Mistakes


def test_what_is_no_set_or_map_is_refused(js):
    """The message says what was expected and what was given."""
    with pytest.raises(TypeError, match=r"^expected a Set, got Map$"):
        js.add(js.map(), 1)
    with pytest.raises(TypeError, match=r"^expected a Map, got Set$"):
        js.map_put(js.set(), 1, 2)
    with pytest.raises(TypeError, match=r"^expected a Map, got Set$"):
        js.map_get(js.set(), 1)
    for misuse in (
        js.size,
        js.clear,
        js.first_key,
        js.keys,
        lambda obj: js.has(obj, 1),
        lambda obj: js.discard(obj, 1),
    ):
        with pytest.raises(TypeError, match=r"^expected a Set or a Map, got Object$"):
            misuse(js.object())


def test_what_cannot_be_a_key_is_refused(m, js):
    """No JavaScript value, or an object without a word for its hash."""
    with pytest.raises(TypeError, match=r"a key is a Handle, an int, a float, a str or None, got \[\]"):
        js.add(js.set(), [])
    with pytest.raises(TypeError, match="Bare has no room for an identity hash"):
        js.add(js.set(), m.new("Bare", fields=("a",)))
