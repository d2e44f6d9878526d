"""For every check a seeded bug that makes it raise: a check that cannot fail is worth nothing."""

import pytest

from gcsim.errors import InvariantBroken
from gcsim.heap import verify
from sabotage import barriers, evacuation, graph, ids, marking, scavenges, sizes, sweeping, weak
from seeding import CASES

FAMILIES = (barriers, evacuation, graph, ids, marking, scavenges, sizes, sweeping, weak)


@pytest.mark.parametrize(("id_", "case"), CASES)
def test_a_seeded_bug_is_found(id_, case):
    """By the check that is there for it, which says its name and what it found."""
    with pytest.raises(InvariantBroken, match=f"^{id_} {verify.CHECKS[id_].name}: ."):
        case()


def test_every_check_has_a_seeded_bug():
    """A new check needs one too."""
    assert {case.values[0] for case in CASES} == set(verify.CHECKS)
