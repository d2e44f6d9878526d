"""Lines between boxes."""

from hypothesis import given
from hypothesis import strategies as st

from gcsim.view.figure import Rect
from gcsim.view.panes.curves import BEND, bend, middle_of, shortened

places = st.tuples(st.floats(0, 500), st.floats(0, 500))


def box(place):
    return Rect(*place, 40, 20)


@given(places, places, st.sampled_from([0.0, BEND]))
def test_what_is_left_of_a_curve_lies_outside_of_both_boxes(one, other, share):
    start, end = box(one), box(other)
    for point in shortened(bend(start.center, end.center, share), start, end):
        assert not start.inset(-2).holds(*point)
        assert not end.inset(-2).holds(*point)


def test_a_curve_begins_and_ends_where_it_should():
    points = bend((0, 0), (100, 50))
    assert points[0] == (0, 0)
    assert points[-1] == (100, 50)


def test_the_two_references_of_a_cycle_are_apart():
    there, back = bend((0, 0), (100, 0)), bend((100, 0), (0, 0))
    assert middle_of(there)[1] * middle_of(back)[1] < 0


def test_without_a_bend_a_line_is_straight():
    assert shortened(bend((20, 10), (220, 10), 0.0), Rect(0, 0, 40, 20), Rect(200, 0, 40, 20)) != []
    assert all(y == 10 for _, y in shortened(bend((20, 10), (220, 10), 0.0), Rect(0, 0, 40, 20), Rect(200, 0, 40, 20)))


def test_boxes_that_overlap_have_no_line_between_them():
    assert shortened(bend((20, 10), (30, 12)), Rect(0, 0, 40, 20), Rect(10, 2, 40, 20)) == []
