"""How one figure becomes the next."""

import pytest

from gcsim.view.figure import Box, Stroke
from gcsim.view.motion import between, centers, moves, shifts_of
from pictures import picture
from recordings import scene


def pair(index, name="guide-scavenge"):
    return picture(scene(name), index - 1), picture(scene(name), index)


def test_a_copy_slides_from_its_old_place_to_the_new_one():
    before, after = pair(23)
    start, end = centers(before)[1], centers(after)[1]
    ways = [centers(between(before, after, tick / 10))[1] for tick in range(11)]
    assert ways[0] == pytest.approx(start)
    assert ways[-1] == end
    heights = [y for _, y in ways]
    assert heights == sorted(heights)
    assert heights[1] - heights[0] > heights[-1] - heights[-2]  # it slows down


def test_only_the_object_that_moves_moves():
    before, after = pair(23)
    assert set(shifts_of(before, after)) == {1}
    half = between(before, after, 0.5)
    assert {key: value for key, value in centers(half).items() if key != 1} == {
        key: value for key, value in centers(after).items() if key != 1
    }


def test_a_name_and_a_halo_go_along():
    before, after = pair(23)
    assert len(between(before, after, 0.5).items) == len(after.items)
    moved = [item for item in between(before, after, 0.5).items if item not in after.items]
    assert {type(item).__name__ for item in moved} == {"Box", "Label"}


def test_what_does_not_move_is_a_cut():
    before, after = pair(9)
    assert not moves(before, after)
    assert between(before, after, 0.3) is after


def test_the_end_of_a_motion_is_the_next_figure_itself():
    before, after = pair(43)
    assert moves(before, after)
    assert between(before, after, 1.0) is after


def test_after_a_change_of_size_nothing_moves():
    before = picture(scene("guide-scavenge"), 22, width=960, height=540)
    assert not moves(before, picture(scene("guide-scavenge"), 23))


def test_items_can_be_moved():
    for item in picture(scene("guide-scavenge"), 24).items:
        there = item.moved(3, 4).moved(-3, -4)
        assert type(there) is type(item)
        if isinstance(item, Box):
            assert abs(there.rect.x - item.rect.x) < 1e-9
        elif isinstance(item, Stroke):
            assert len(there.points) == len(item.points)
