"""The segmented worklist: its order, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.collectors.copy_list import SEGMENT_LENGTH, Segments


def drained(segments):
    """All that waits, in the order in which it is taken."""
    taken = []
    while segments.ready or segments.refill():
        taken.append(segments.ready.pop())
    return taken


def test_a_segment_is_taken_backwards():
    """The last that was pushed comes first."""
    segments = Segments()
    segments.pushed.extend([1, 2, 3])
    assert drained(segments) == [3, 2, 1]


def test_what_is_pushed_meanwhile_comes_after_the_segment():
    """Level by level, and not depth first."""
    segments = Segments()
    segments.pushed.extend([1, 2])
    assert segments.refill()
    assert segments.ready.pop() == 2
    segments.pushed.append(3)
    assert drained(segments) == [1, 3]


def test_full_segments_come_last():
    """The newest full one first; the segment that is not yet full before them."""
    segments = Segments()
    segments.pushed.extend(range(2 * SEGMENT_LENGTH + 1))
    first, second = range(SEGMENT_LENGTH), range(SEGMENT_LENGTH, 2 * SEGMENT_LENGTH)
    assert drained(segments) == [2 * SEGMENT_LENGTH, *reversed(second), *reversed(first)]


@pytest.mark.parametrize(
    ("count", "at"),
    [(0, 128), (1, 128), (127, 128), (128, 128), (256, 256), (257, 384), (383, 384), (384, 384), (512, 512)],
)
def test_half_a_segment_is_128(count, at):
    """Of the segment that is pushed to; the full ones do not count."""
    segments = Segments()
    segments.pushed.extend(range(count))
    assert segments.half_full_at() == at


@given(st.lists(st.integers(0, 600), max_size=6))
def test_nothing_is_lost(batches):
    """Whatever is pushed between two takes is taken once."""
    segments, pushed, taken = Segments(), 0, []
    for size in batches:
        segments.pushed.extend(range(pushed, pushed + size))
        pushed += size
        if segments.ready or segments.refill():
            taken.append(segments.ready.pop())
    assert sorted([*segments, *taken]) == list(range(pushed))
    assert sorted(taken + drained(segments)) == list(range(pushed))
