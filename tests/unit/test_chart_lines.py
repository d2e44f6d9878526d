"""The lines of the chart over time."""

from itertools import pairwise

import pytest

from gcsim.view.backdrop import Backdrop
from recordings import every_scene, scene


def lines(name):
    return Backdrop(scene(name)).chart


@every_scene
@pytest.mark.parametrize("name_of_line", ["used", "total"])
def test_a_step_line_goes_through_every_value(name, name_of_line):
    chart, frames = lines(name), scene(name).frames
    points = chart.steps(name_of_line, 5000)
    value = {"used": "used_bytes", "total": "committed_bytes"}[name_of_line]
    assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(points))  # level or upright
    for frame in frames:
        at = [y for x, y in points if x <= chart.x(frame.index)]
        assert at[-1] == getattr(frame, value) or any(
            x == chart.x(frame.index) and y == getattr(frame, value) for x, y in points
        )


def test_few_columns_lose_no_peak():
    chart = lines("guide-scavenge")
    points = chart.steps("used", 4)
    assert len(points) <= 4 * 5
    assert max(y for _, y in points) == max(frame.used_bytes for frame in scene("guide-scavenge").frames)


@every_scene
def test_x_grows_from_0_to_1_and_can_be_turned_back_into_an_index(name):
    chart, last = lines(name), len(scene(name)) - 1
    assert chart.x(0) == 0
    assert chart.x(last) == 1
    assert all(chart.x(index) <= chart.x(index + 1) for index in range(last))
    for index in range(last + 1):
        assert chart.x(chart.index_at(chart.x(index))) == pytest.approx(chart.x(index))


@every_scene
def test_there_is_a_tick_for_each_collection(name):
    chart = lines(name)
    assert [tick.live_bytes for tick in chart.ticks] == [event.used_after_bytes for event in scene(name).events]


def test_the_floor_of_a_leak_climbs():
    chart = lines("leaking-set")
    (x1, y1), (x2, y2) = chart.floor(len(scene("leaking-set")) - 1)
    assert x1 < x2
    assert y1 < y2


def test_the_floor_is_the_least_squares_line():
    chart = lines("leaking-set")
    last = len(scene("leaking-set")) - 1
    ticks = chart.majors(last)[-5:]
    (x1, y1), (x2, y2) = chart.floor(last)

    def error(low, high):
        at = [low + (high - low) * (tick.x - x1) / (x2 - x1) for tick in ticks]
        return sum((y - tick.live_bytes) ** 2 for y, tick in zip(at, ticks, strict=True))

    best = error(y1, y2)
    for change in (-1000, 1000):
        assert best <= error(y1 + change, y2)
        assert best <= error(y1, y2 + change)


def test_without_two_full_collections_there_is_no_floor():
    assert lines("guide-scavenge").floor(50) is None
    assert lines("mark-sweep-tour").floor(40) is None
