"""Texts: reading the characters of flat strings where they lie."""

import pytest

from gcsim.heap import texts


@pytest.mark.parametrize("text", ["", "a", "abcdefgh", "nine char", "λόγος", "😀 and more", "half \ud800"])
def test_the_beginning_of_a_string_is_as_long_as_asked(sim, js, text):
    """In units of UTF-16; all of it if that is more than there is."""
    address = js.string(text).address
    units = text.encode("utf-16-le", "surrogatepass")
    for most in (0, 1, 2, 5, 8, 100):
        expected = units[: 2 * most].decode("utf-16-le", "surrogatepass")
        assert texts.beginning(sim.heap, address, most) == expected


def test_a_part_of_a_string_is_read_from_any_unit_to_any_other(sim, js):
    """Words do not matter."""
    address = js.string("0123456789abcdef").address
    for start in range(17):
        for end in range(start, 17):
            assert texts.characters(sim.heap, address, start, end, 1).decode() == "0123456789abcdef"[start:end]
