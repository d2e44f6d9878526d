"""Numbers as DevTools prints them. The expected texts are what its formatter gives in Node 20."""

import pytest

from gcsim.snapshot import NO_DISTANCE, SYSTEM
from gcsim.snapshot.figures import as_distance, in_best_unit, in_kilobytes, in_percent, with_sign


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0.0 kB"), (49, "0.0 kB"), (50, "0.1 kB"), (1250, "1.3 kB"), (1350, "1.4 kB"), (1450, "1.5 kB"),
        (99_949, "99.9 kB"), (99_950, "100.0 kB"), (100_000, "100 kB"), (3_523_912, "3,524 kB"),
    ],
)  # fmt: skip
def test_summaries_have_kilobytes_of_1000(size_bytes, text):
    assert in_kilobytes(size_bytes) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (999, "999 B"), (1000, "1.0 kB"), (920_000, "920 kB"), (999_500, "1,000 kB"), (3_392_288, "3.4 MB"),
        (99_949_999, "99.9 MB"), (100_000_000, "100 MB"),
    ],
)  # fmt: skip
def test_comparisons_have_the_best_unit(size_bytes, text):
    assert in_best_unit(size_bytes) == text


@pytest.mark.parametrize(
    ("part", "total", "text"), [(0, 0, "0 %"), (1, 200, "1 %"), (5, 200, "3 %"), (49, 1000, "5 %"), (7, 7, "100 %")]
)
def test_shares_are_whole_percent(part, total, text):
    assert in_percent(part, total) == text


def test_what_the_page_does_not_reach_has_a_minus_for_a_distance():
    minus = "\N{MINUS SIGN}"
    assert [as_distance(d) for d in (0, 8, SYSTEM - 1, SYSTEM, NO_DISTANCE)] == ["0", "8", "99999999", minus, minus]


def test_a_difference_has_its_sign():
    assert [with_sign(delta, "5") for delta in (5, -5, 0)] == ["+5", "\N{MINUS SIGN}5", "5"]
