"""Shapes: layouts, interned, and the lists that the collectors read."""

import pytest

from gcsim.errors import NoSuchField, ShapeError
from gcsim.heap.shapes import TOLL, ShapeTable


@pytest.fixture
def table():
    return ShapeTable(page_words=16, max_regular_words=8)


def test_indexes_up_to_a_page_are_fillers_of_that_many_words(table):
    """The first shape's index is one more than the longest filler."""
    assert table.words_of == list(range(17))
    assert not any(table.strong_of)
    assert table.define("Node").index == 17


def test_equal_layouts_are_one_shape(table):
    """Name, fields and size decide; another size is another shape."""
    node = table.define("Node", fields=("next",), size=32)
    assert table.define("Node", fields=("next",), size=30) is node
    assert table.define("Node", fields=("next",), size=40) is not node
    assert len(table) == 2


def test_a_shape_has_a_header_strong_fields_and_raw_words(table):
    """By default there are no raw words; a size adds them."""
    small = table.define("Pair", fields=("a", "b"))
    assert (small.words, small.strong, small.raw, small.size_bytes) == (3, 2, 0, 24)
    large = table.define("Pair", fields=("a", "b"), size=50)
    assert (large.words, large.raw, large.raw_offset) == (7, 4, 3)
    assert (table.words_of[large.index], table.strong_of[large.index]) == (7, 2)
    assert table[large.index] is large


def test_a_large_object_moves_top_beyond_every_limit(table):
    """So that one comparison sends it to the large-object space."""
    assert table.define("Small", size=64).bump_words == 8
    assert table.define("Large", size=72).bump_words > 1 << 30


def test_a_field_is_found_by_name_and_by_index(table):
    """Offsets count from the header."""
    pair = table.define("Pair", fields=("a", "b"))
    assert [pair.offset(key) for key in ("a", "b", 0, 1)] == [1, 2, 1, 2]
    assert [pair.field_name(index) for index in (0, 1)] == ["a", "b"]


def test_elements_have_numbers_and_count_from_the_end_too(table):
    """An array's elements have no names."""
    array = table.define("Array", strong=3)
    assert [array.offset(index) for index in (0, 2, -1)] == [1, 3, 3]
    assert array.field_name(2) == "2"


def test_weak_fields_follow_the_strong_ones(table):
    """They have names and indexes too. A marking follows the strong ones, a scavenge all, and a visit costs more."""
    cell = table.define("Cell", fields=("a",), weak=("target", "token"), size=48)
    assert [cell.offset(key) for key in ("a", "target", "token", 0, 1, 2)] == [1, 2, 3, 1, 2, 3]
    assert [cell.field_name(index) for index in range(3)] == ["a", "target", "token"]
    assert (cell.references, cell.raw, cell.raw_offset) == (3, 2, 4)
    lists = (table.strong_of, table.scanned_of, table.references_of)
    assert [counts[cell.index] for counts in lists] == [1, 3, 3]
    assert table.toll_of[cell.index] == 6 + TOLL
    assert table.toll_of[table.define("Plain", size=48).index] == 6
    assert table.define("Cell", fields=("a",), weak=("target", "token"), size=48) is cell
    assert table.define("Cell", fields=("a", "target", "token"), size=48) is not cell
    assert table.define("Short", fields=("a",), weak=("w",)).size_bytes == 24


def test_elements_may_be_followed_by_weak_fields(table):
    """The elements have numbers, the weak fields names too."""
    array = table.define("Array", strong=2, weak=("owner",))
    assert [array.offset(key) for key in (0, 1, 2, "owner")] == [1, 2, 3, 3]
    assert [array.field_name(index) for index in range(3)] == ["0", "1", "owner"]


def test_an_ephemeron_table_has_values_and_keys(table):
    """A marking follows neither, a scavenge the values; the mutator cannot reach them as fields."""
    entries = table.define_ephemerons("Table", 3, size=88)
    assert (entries.ephemerons, entries.references, entries.raw, entries.raw_offset) == (3, 6, 4, 7)
    assert [entries.field_name(index) for index in (0, 2, 3, 5)] == ["value 0", "value 2", "key 0", "key 2"]
    lists = (table.strong_of, table.scanned_of, table.references_of)
    assert [counts[entries.index] for counts in lists] == [0, 3, 6]
    assert table.define_ephemerons("Table", 3, size=88) is entries
    with pytest.raises(NoSuchField, match="no fields"):
        entries.offset(0)
    with pytest.raises(ShapeError, match="6 fields need at least 56 bytes"):
        table.define_ephemerons("Table", 3, size=48)


@pytest.mark.parametrize("key", ["c", 2, 3, None])
def test_an_unknown_field_is_an_error_that_lists_the_known(table, key):
    """The message says what there is."""
    with pytest.raises(NoSuchField, match=r"Pair has no field .*; it has a, b"):
        table.define("Pair", fields=("a", "b")).offset(key)


@pytest.mark.parametrize(("options", "has"), [({"strong": 2}, "elements 0 to 1"), ({}, "no fields")])
def test_an_unknown_element_is_an_error_too(table, options, has):
    """A name is refused where there are only numbers."""
    with pytest.raises(NoSuchField, match=has):
        table.define("Array", **options).offset("a")


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "Node", "fields": ("a", "a")},
        {"name": "Node", "fields": ("",)},
        {"name": "Node", "fields": ("a", "b"), "size": 16},
        {"name": "Node", "fields": ("a",), "weak": ("b",), "size": 16},
        {"name": "Node", "fields": ("a",), "weak": ("a",)},
        {"name": "Node", "weak": ("",)},
        {"name": "Node", "size": 0},
        {"name": "Node", "size": 1 << 40},
    ],
)
def test_a_layout_that_cannot_be_is_refused(table, options):
    """Bad names and sizes that are too small or absurd."""
    with pytest.raises(ShapeError):
        table.define(**options)


def test_a_negative_number_of_fields_is_refused(table):
    """A layout cannot have fewer than no fields."""
    with pytest.raises(ShapeError, match="at least"):
        table.define("Bad", strong=-1)
