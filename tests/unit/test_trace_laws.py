"""The six laws: each can be broken, by just more than rounding allows, and is named."""

import pytest
from attrs import evolve

from gcsim.trace.laws import LAWS, broken_laws
from gcsim.trace.parse import parse_text
from trace_logs import BY_VERSION, GUIDE

[LINE] = parse_text(GUIDE)
BEFORE = evolve(LINE, time_ms=43.0, used_after_mb=2.4, pause_ms=0.3)


def broken(before=BEFORE, **lie):
    """The names of the laws that the guide's line breaks with these figures, and how."""
    return {found.law.name: found.text for found in broken_laws(evolve(LINE, **lie), before)}


def test_there_are_six_laws_and_each_has_its_wording():
    """In the order of the essay."""
    assert [law.name for law in LAWS] == [
        "used within total", "nothing grows in a collection", "external within pause", "mu is a share", "time goes on",
        "nothing dies outside",
    ]  # fmt: skip
    assert all(law.sentence.endswith(".") and "\n" not in law.sentence for law in LAWS)


LIES = [
    ("used within total", {"used_before_mb": 3.3}, "3.3 MB used of 3.2 MB before the collection"),
    ("used within total", {"total_after_mb": 1.9}, "2.0 MB used of 1.9 MB after the collection"),
    ("nothing grows in a collection", {"used_after_mb": 2.5}, "2.4 MB used before the collection, 2.5 MB after"),
    ("external within pause", {"external_ms": 0.6}, "0.6 ms of a pause of 0.5 ms are external"),
    ("external within pause", {"external_ms": -0.1}, "-0.1 ms of a pause of 0.5 ms are external"),
    ("external within pause", {"pause_ms": -0.1}, "0.0 ms of a pause of -0.1 ms are external"),
    ("mu is a share", {"average_mu": 1.001}, "average mu is 1.001"),
    ("mu is a share", {"current_mu": -0.001}, "current mu is -0.001"),
    ("mu is a share", {"current_mu": float("nan")}, "current mu is nan"),
    ("time goes on", {"time_ms": 42.0}, "42 ms comes after 43 ms"),
    ("time goes on", {"pause_ms": 2.1}, "a pause of 2.1 ms ends at 44 ms, the one before at 43 ms"),
    ("nothing dies outside", {"used_before_mb": 2.3},
     "2.3 MB used before the collection, 2.4 MB after the one before"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lie", "text"), LIES)
def test_a_broken_law_is_told(name, lie, text):
    """That one only."""
    assert broken() == {}
    assert broken(**lie) == {name: text}


@pytest.mark.parametrize("figures", [
    {"used_before_mb": 3.2}, {"used_after_mb": 2.4, "total_after_mb": 2.4}, {"external_ms": 0.5}, {"average_mu": 0.0},
    {"time_ms": 43.0}, {"pause_ms": 2.04},
    {"total_before_mb": None, "total_after_mb": None, "external_ms": None, "average_mu": None, "current_mu": None},
])  # fmt: skip
def test_what_rounding_can_do_is_allowed(figures):
    """And what a line does not say breaks nothing."""
    assert broken(**figures) == {}


def test_a_first_line_has_nothing_before_it():
    """So two laws say nothing."""
    assert broken(before=None, time_ms=1.0, pause_ms=5.0, used_before_mb=2.0) == {}


def test_pauses_without_decimals_are_rounded_more():
    """Those of 0.10."""
    assert broken(external_ms=None, pause_ms=3.0) == {}
    assert set(broken(external_ms=None, pause_ms=4.0)) == {"time goes on"}


@pytest.mark.parametrize(("version", "text"), [row[:2] for row in BY_VERSION], ids=lambda value: str(value)[:12])
def test_lines_of_every_version_are_lawful(version, text):
    """Each of the reported ones."""
    assert [found.text for line in parse_text(text) for found in broken_laws(line)] == []
