"""Where objects stand in the graph."""

import pytest

from gcsim.view.frame import STACK
from gcsim.view.places import Life, Places, busiest, lives
from pictures import crowd
from recordings import STEPWISE, scene


@pytest.mark.parametrize("name", STEPWISE)
def test_no_two_objects_of_a_frame_share_a_cell(name):
    recording = scene(name)
    places = Places(recording)
    for frame in recording.frames:
        cells = [places.cells[number] for number in frame.objects() if number]
        assert len(cells) == len(set(cells))
        assert all(x < places.columns and y < places.rows for x, y in cells)


@pytest.mark.parametrize("name", STEPWISE)
def test_no_two_roots_of_a_frame_share_a_row(name):
    recording = scene(name)
    places = Places(recording)
    for frame in recording.frames:
        names = {root.name for root in frame.roots}
        rows = [places.root_rows[each] for each in names if each in places.root_rows]
        assert len(rows) == len(set(rows))


def test_a_chain_goes_from_left_to_right():
    recording = scene("mark-sweep-tour")
    places = Places(recording)
    ids = {block.name: number for frame in recording.frames for number, block in frame.objects().items()}
    columns = [places.cells[ids[name]][0] for name in ("first", "second", "third")]
    assert columns == [0, 1, 2]
    assert len({places.cells[ids[name]][1] for name in ("first", "second", "third")}) == 1


def test_a_global_stands_beside_what_it_refers_to():
    recording = scene("guide-scavenge")
    places = Places(recording)
    for root in recording.frames[15].roots:
        if root.name != STACK:
            assert places.root_rows[root.name] == places.cells[root.target][1]


def test_equal_recordings_have_equal_places():
    one, other = Places(scene("tri-color")), Places(scene("tri-color"))
    assert (one.cells, one.root_rows) == (other.cells, other.root_rows)


@pytest.mark.slow
def test_of_too_many_objects_only_forty_have_a_cell_at_a_time():
    places = Places(crowd())
    assert places.columns * places.rows <= 48
    for frame in crowd().frames[::50]:
        assert len({places.cells.get(number) for number in frame.objects()} - {None}) <= places.columns * places.rows


def test_lives_are_from_the_first_frame_to_the_last():
    recording = scene("guide-scavenge")
    objects, _ = lives(recording)
    for number, life in objects.items():
        there = [frame.index for frame in recording.frames if number in frame.objects()]
        assert (life.first, min(life.last, len(recording) - 1)) == (there[0], there[-1])


def test_the_busiest_moment():
    assert busiest({}) == 0
    assert busiest({1: Life(0, 3), 2: Life(4, 5)}) == 1
    assert busiest({1: Life(0, 4), 2: Life(4, 5)}) == 2
