"""The format's small parts: the table of strings, rows, and what can be printed."""

import json
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from gcsim.snapshot.write_format import META, NODE_FIELDS, Strings, printable, write_rows


def test_a_string_has_one_number_and_the_table_begins_with_a_dummy():
    """Numbers are given in the order in which they are asked for."""
    strings = Strings()
    assert [strings.number(text) for text in ("", "a", "", "b")] == [1, 2, 1, 3]
    assert list(strings.rows()) == ['"<dummy>"\n', '""\n', '"a"\n', '"b"\n']


def test_digits_are_strings_as_any_others():
    """Asked for again, they are the same."""
    strings = Strings()
    two = strings.number("2")
    assert strings.digits(3)[:3] == [2, 3, two]
    assert strings.digits(2)[2] == two


def test_rows_are_one_array_of_numbers():
    """A line for each, a comma before all but the first."""
    file = StringIO()
    write_rows(file, "nodes", ["1,2\n", "3,4\n"])
    assert file.getvalue() == ',\n"nodes":[1,2\n,3,4\n]'


def test_the_columns_are_those_of_node_20():
    """Seven, which edges count in."""
    assert len(NODE_FIELDS) == len(META["node_types"]) == 7
    assert META["node_types"][0][9] == "synthetic"
    assert META["edge_types"][0] == ("context", "element", "property", "internal", "hidden", "shortcut", "weak")


@given(st.text())
def test_what_is_printed_can_be_encoded_and_is_else_the_same(text):
    """As long as it was, in UTF-16."""
    shown = printable(text)
    assert json.loads(json.dumps(shown)) == shown
    assert len(shown.encode("utf-16-le")) == len(text.encode("utf-16-le", "surrogatepass"))
    if "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert shown == text
