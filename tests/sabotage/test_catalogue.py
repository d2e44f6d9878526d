"""The table of the whole catalogue is complete, true and up to date."""

from gcsim.heap.verify import CHECKS
from gcsim.testing.events import EVENT_CHECKS
from sabotage.catalogue import PARTS, ROOT, TABLE, rows, table


def test_every_invariant_is_in_the_table():
    """71 of them, each with a check and a property that exists."""
    listed = list(rows())
    assert len(listed) == sum(PARTS.values()) == 71
    assert {row[0] for row in listed} >= CHECKS.keys() | EVENT_CHECKS.keys()
    for _, name, check, prop, *_ in listed:
        assert name
        assert check
        file, _, function = prop.partition("::")
        text = (ROOT / "tests" / "property" / file).read_text(encoding="utf-8")
        assert f" {function}(" in text, prop


def test_every_mutant_kills_an_invariant():
    """34 in all, and no check is without a bug that breaks it."""
    listed = list(rows())
    assert len({id_ for row in listed for id_ in row[4].split()}) == 34
    assert [row[0] for row in listed if row[0] in CHECKS and not (row[4] or row[5])] == []


def test_the_table_is_up_to_date():
    """`tests/sabotage/catalogue.py` writes it."""
    assert TABLE.read_text(encoding="utf-8") == table()
