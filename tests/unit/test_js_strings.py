"""Strings: sizes, sums and slices, and the text that comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import NoSuchField, ShapeError
from js_worlds import bytes_below, names_below, small_world

TEXTS = st.text(max_size=40) | st.text(alphabet="abc", max_size=40)
UNITS = "utf-16-le"


def units(text):
    """The length of a text as JavaScript counts it."""
    return len(text.encode(UNITS, "surrogatepass")) // 2


# Sizes


@pytest.mark.parametrize(
    ("length", "one_byte", "two_byte"), [(0, 16, 16), (1, 24, 24), (8, 24, 32), (9, 32, 40), (16, 32, 48)]
)
def test_a_flat_string_has_16_bytes_and_its_characters(sim, js, length, one_byte, two_byte):
    """Measured on Node 20: round8(16 + n) and round8(16 + 2n); 16 characters are 32 and 48 bytes."""
    assert bytes_below(sim, js.string("x" * length)) == one_byte
    assert bytes_below(sim, js.string("x" * length, two_byte=True)) == two_byte
    assert bytes_below(sim, js.string(length=length)) == one_byte
    assert bytes_below(sim, js.string("\u20ac" * length)) == (two_byte if length else 16)


def test_one_character_above_255_makes_the_string_two_byte(sim, js):
    """Latin-1 is one byte a character, as in V8."""
    assert bytes_below(sim, js.string("\u00fc" * 8)) == 24
    assert bytes_below(sim, js.string("\u00fc" * 7 + "\u0100")) == 32
    assert js.length(js.string("\U0001f600")) == 2


def test_a_sum_is_a_cons_string_from_13_characters_on(sim, js):
    """Measured on Node 20: 12 characters are copied (32 bytes), 13 are 32 bytes and the two parts."""
    six, seven = js.string("abcdef"), js.string("ghijklm")
    short, long = js.concat(six, js.string("uvwxyz")), js.concat(six, seven)
    assert names_below(sim, short) == ["String"]
    assert bytes_below(sim, short) == 32
    assert names_below(sim, long) == ["ConsString", "String", "String"]
    assert bytes_below(sim, long) == 32 + 24 + 24
    assert (js.length(short), js.length(long)) == (12, 13)


def test_a_sum_with_nothing_is_the_other_string(sim, js):
    """No object is made."""
    text, nothing = js.string("text"), js.string("")
    used = sim.heap.used_bytes()
    assert js.concat(text, nothing) is text
    assert js.concat(nothing, text) is text
    assert js.concat(text, "") is text
    assert js.concat("", text) is text
    assert sim.heap.used_bytes() == used


def test_a_slice_is_a_sliced_string_from_13_characters_on(sim, js):
    """Measured on Node 20: 12 characters are copied; 13 are 32 bytes and keep their parent."""
    parent = js.string("x" * 100)
    assert names_below(sim, js.slice(parent, 5, 17)) == ["String"]
    assert bytes_below(sim, js.slice(parent, 5, 17)) == 32
    assert names_below(sim, js.slice(parent, 5, 18)) == ["SlicedString", "String"]
    assert bytes_below(sim, js.slice(parent, 5, 18)) == 32 + 120


def test_a_slice_keeps_its_whole_parent_alive(sim, js):
    """The well-known leak: 13 characters of a page of 100,000; reading them changes nothing."""
    with sim.mutator.scope() as scope:
        part = scope.escape(js.slice(js.string("x" * 100_000), 50, 63))
    assert js.text(part) == "x" * 13
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 32 + 100_016


def test_a_slice_of_all_is_the_string_and_one_of_a_slice_has_the_same_parent(sim, js):
    """A chain of slices is never longer than one, and a slice of a sum has its flat text for a parent."""
    parent = js.string("abcdefghijklmnopqrstuvwxyz")
    assert js.slice(parent, 0) is parent
    part = js.slice(js.slice(parent, 2, 24), 3, 20)
    assert names_below(sim, part) == ["SlicedString", "String"]
    assert js.text(part) == "fghijklmnopqrstuv"
    of_sum = js.slice(js.concat(parent, parent), 20, 40)
    assert names_below(sim, of_sum) == ["SlicedString", "String"]
    assert js.text(of_sum) == "uvwxyzabcdefghijklmn"


def test_reading_a_sum_flattens_it_and_leaves_its_parts(sim, js):
    """A flat string is made once; the parts are garbage if nobody else holds them."""
    with sim.mutator.scope() as scope:
        total = scope.escape(js.concat(js.string("a" * 20), js.string("b" * 20)))
    assert bytes_below(sim, total) == 32 + 40 + 40
    assert js.text(total) == "a" * 20 + "b" * 20
    assert names_below(sim, total) == ["ConsString", "String"]
    assert bytes_below(sim, total) == 32 + 56
    used = sim.heap.used_bytes()
    assert js.text(total) == "a" * 20 + "b" * 20
    assert sim.heap.used_bytes() == used
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 32 + 56


def test_an_old_sum_is_flattened_in_old_space(sim, js):
    """V8 allocates the flat text where the cons string lives."""
    total = js.concat("a" * 20, "b" * 20)
    sim.collect("mark-sweep")
    old = sim.heap.old_bytes()
    assert js.text(total) == "a" * 20 + "b" * 20
    assert sim.heap.old_bytes() == old + 56
    assert not sim.heap.remembered.slots


# Text


@given(text=TEXTS, two_byte=st.booleans())
def test_a_string_gives_its_text_back(text, two_byte):
    """Also where it is two-byte without need, and after it has moved."""
    sim = small_world()
    js = sim.mutator.js
    string = js.string(text, two_byte=two_byte)
    assert js.text(string) == text
    sim.collect("scavenge")
    assert js.text(string) == text
    assert js.length(string) == units(text)


@given(texts=st.lists(TEXTS, min_size=1, max_size=8), data=st.data())
def test_sums_and_slices_read_as_pythons_do(texts, data):
    """Any tree of sums, and any part of it, with a collection in between."""
    sim = small_world()
    js = sim.mutator.js
    strings = [(js.string(text), text) for text in texts]
    while len(strings) > 1:
        at = data.draw(st.integers(0, len(strings) - 2))
        (first, first_text), (second, second_text) = strings[at : at + 2]
        strings[at : at + 2] = [(js.concat(first, second), first_text + second_text)]
    total, text = strings[0]
    sim.collect(data.draw(st.sampled_from(["scavenge", "mark-sweep"])))
    raw = text.encode(UNITS)
    start = data.draw(st.integers(0, units(text)))
    end = data.draw(st.integers(start, units(text)))
    part = js.slice(total, start, end)
    sim.collect("scavenge")
    assert js.text(part) == raw[2 * start : 2 * end].decode(UNITS, "surrogatepass")
    assert js.text(total) == text


def test_a_text_built_piece_by_piece_needs_no_recursion():
    """20,000 sums, one inside of the other."""
    js = small_world(verify_heap=False).mutator.js
    text = js.string("start")
    for _ in range(20_000):
        text = js.concat(text, "abc")
    assert js.text(text) == "start" + "abc" * 20_000


def test_a_given_length_pads_with_nul(js):
    """Content that nobody reads costs nothing to write."""
    assert js.text(js.string("ab", length=4)) == "ab\0\0"
    assert js.text(js.string("\u20ac", length=3)) == "\u20ac\0\0"


# Mistakes


@pytest.mark.parametrize("length", [1, -1, 2**29])
def test_an_impossible_length_is_refused(js, length):
    """Shorter than the text, or longer than V8 allows."""
    with pytest.raises(ShapeError, match=f"must be 2 to 536870888 units, got {length}"):
        js.string("ab", length=length)


def test_a_sum_beyond_v8s_limit_is_refused():
    """RangeError: Invalid string length, in JavaScript."""
    sim = small_world(max_old_space_size=2000)
    js = sim.mutator.js
    big = js.string(length=1 << 22)
    for _ in range(6):
        big = js.concat(big, big)
    assert js.length(big) == 1 << 28
    with pytest.raises(ShapeError, match="a string has at most 536870888 units, got 536870912"):
        js.concat(big, big)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 5), (5, 5)])
def test_a_slice_outside_of_the_string_is_refused(js, start, end):
    """The message says what the range is and what it must lie in."""
    with pytest.raises(NoSuchField, match=f"must lie within 0 to 4 .*, got {start} to {end}"):
        js.slice(js.string("abcd"), start, end)


def test_what_is_no_string_is_refused(js):
    """An object is not converted."""
    for misuse in (js.text, lambda obj: js.concat(obj, "a"), lambda obj: js.slice(obj, 0)):
        with pytest.raises(TypeError, match="expected a string, got Object"):
            misuse(js.object())
