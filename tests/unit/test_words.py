"""Names in a list, sizes, lines that fit; and the glossary."""

from gcsim.view.glossary import GLOSSARY, terms_in
from gcsim.view.words import LINE_CHARS, NAME_CHARS, clip, listed, size, two_lines, verb


def test_a_list_reads_as_a_person_says_it():
    assert [listed("ABCDE"[:many]) for many in range(1, 6)] == [
        "A",
        "A and B",
        "A, B and C",
        "A, B and 2 more",
        "A, B and 3 more",
    ]
    assert listed("ABC", 2) == "A and 2 more"


def test_long_names_are_cut():
    assert len(listed(["x" * 100])) == NAME_CHARS


def test_verbs_agree():
    assert (verb("A", "is", "are"), verb("AB", "is", "are")) == ("is", "are")


def test_sizes_have_the_unit_that_fits():
    assert [size(number) for number in (0, 24, 10 * 1024, 3 * 2**19)] == ["0 B", "24 B", "10 KB", "1.5 MB"]


def test_text_is_cut_to_its_line_or_spread_over_two():
    assert clip("short") == "short"
    assert clip("x" * 200) == "x" * (LINE_CHARS - 3) + "..."
    assert two_lines("a  b\nc") == ("a b c", "")
    first, second = two_lines("word " * 30)
    assert max(len(first), len(second)) <= LINE_CHARS
    assert f"{first} {second}".replace("...", "").strip() in "word " * 30
    assert two_lines("x" * 100) == ("x" * 90, "x" * 10)


def test_the_glossary_finds_the_words_of_a_caption():
    assert terms_in("The write barrier shades E grey.") == ["barrier", "grey", "shade"]


def test_an_explanation_is_a_sentence_and_fits_on_two_lines():
    for explanation in GLOSSARY.values():
        assert explanation.endswith(".")
        assert len(explanation) <= 2 * LINE_CHARS
