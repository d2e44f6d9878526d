"""When semispaces grow: rows recorded from node, and the bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.pacing.new_space import SemiSpaceGrowth, grown, minor_task_due
from gcsim.units import MB

# Node 20.20.2, --predictable, one linked list that only grows: bytes that each collection promoted or copied, and
# the capacity of a semispace (MB) after it.
LINKED_LIST = [
    (477_448, 1),
    (708_848, 1),
    (581_928, 2),
    (1_115_408, 2),
    (1_315_728, 2),
    (1_211_808, 4),
    (2_209_008, 4),
    (2_641_328, 4),
    (2_419_088, 8),
    (4_407_208, 8),
    (5_261_768, 8),
    (4_821_808, 16),
    (8_796_048, 16),
    (10_518_968, 16),
    (4_365_464, 16),
]


def capacities(survivors, max_bytes=16 * MB):
    """The capacity after each collection, in bytes, for what each one finds alive."""
    growth, capacity_bytes = SemiSpaceGrowth(), MB
    for survived_bytes in survivors:
        if growth.decide(capacity_bytes, max_bytes):
            capacity_bytes = grown(capacity_bytes, 2, max_bytes)
        growth.record(survived_bytes)
        yield capacity_bytes


def test_a_growing_list_makes_semispaces_grow_where_node_does():
    """Every growth of the recorded run happens at the same collection."""
    survivors, expected_mb = zip(*LINKED_LIST, strict=True)
    assert [capacity_bytes // MB for capacity_bytes in capacities(survivors)] == list(expected_mb)


def test_the_sequence_is_one_two_four_eight_sixteen():
    """Survivors without end double a semispace up to its maximum."""
    assert sorted({capacity_bytes // MB for capacity_bytes in capacities([32 * MB] * 9)}) == [1, 2, 4, 8, 16]


def test_without_survivors_a_semispace_stays_as_it_is():
    """Garbage alone never makes new space grow."""
    assert set(capacities([0] * 100)) == {MB}


def test_exactly_the_capacity_is_not_enough():
    """Survivors must exceed the capacity; one byte decides."""
    growth = SemiSpaceGrowth()
    growth.record(MB)
    assert not growth.decide(MB, 16 * MB)
    growth.record(1)
    assert growth.decide(MB, 16 * MB)


def test_growth_starts_the_sum_again():
    """After a growth the survivors so far no longer count; a refusal forgets nothing."""
    growth = SemiSpaceGrowth()
    growth.record(3 * MB)
    assert growth.decide(MB, 16 * MB)
    assert growth.survived_bytes == 0
    growth.record(MB)
    assert not growth.decide(2 * MB, 16 * MB)
    assert growth.survived_bytes == MB


def test_the_largest_semispace_does_not_grow():
    """At the maximum the sum goes on, and nothing happens."""
    growth = SemiSpaceGrowth()
    growth.record(100 * MB)
    assert not growth.decide(16 * MB, 16 * MB)
    assert growth.survived_bytes == 100 * MB


@pytest.mark.parametrize(
    ("capacity_mb", "factor", "max_mb", "expected_mb"), [(1, 2, 16, 2), (8, 2, 16, 16), (4, 8, 16, 16), (1, 3, 16, 3)]
)
def test_growth_multiplies_up_to_the_maximum(capacity_mb, factor, max_mb, expected_mb):
    """The factor is `--semi-space-growth-factor`."""
    assert grown(capacity_mb * MB, factor, max_mb * MB) == expected_mb * MB


@given(st.lists(st.integers(0, 20 * MB)), st.sampled_from([1, 2, 4, 8, 16]))
def test_a_capacity_never_falls_and_never_exceeds_its_maximum(survivors, max_mb):
    """Whatever survives."""
    sequence = list(capacities(survivors, max_mb * MB))
    assert sequence == sorted(sequence)
    assert all(MB <= capacity_bytes <= max_mb * MB for capacity_bytes in sequence)


def test_the_task_is_due_from_eighty_percent_on():
    """824,704 bytes of the 1,030,880 that four pages hold."""
    assert minor_task_due(824_704, 4 * 257_720, 80)
    assert not minor_task_due(824_703, 4 * 257_720, 80)
