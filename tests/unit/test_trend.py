"""A line through points, and how sure its slope is."""

from fractions import Fraction
from math import inf, sqrt
from random import Random

import pytest

from gcsim.trace.trend import ROUNDING_MB, fit, t_95


def test_a_line_has_its_own_slope():
    trend = fit([0, 1, 2, 3, 4], [1, 3, 5, 7, 9])
    assert trend.slope == pytest.approx(2)
    assert trend.r_squared == pytest.approx(1)
    assert trend.points == 5


def test_figures_that_were_rounded_are_no_proof_of_a_perfect_line():
    trend = fit([0, 1, 2], [0.0, 0.1, 0.2])
    assert trend.low < 0 < trend.high


def test_two_points_say_nothing_about_their_error():
    trend = fit([0, 1], [0, 5])
    assert (trend.slope, trend.low, trend.high) == (5, -inf, inf)


def test_points_at_one_moment_have_no_trend():
    assert fit([1, 1, 1], [1, 2, 3]) is None
    assert fit([1], [1]) is None


def test_the_sums_are_those_of_exact_arithmetic():
    random = Random(1)
    xs = [random.randrange(1000) for _ in range(40)]
    ys = [random.randrange(1000) for _ in range(40)]
    count, mean_x, mean_y = len(xs), Fraction(sum(xs), len(xs)), Fraction(sum(ys), len(ys))
    spread = sum((x - mean_x) ** 2 for x in xs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    error = sqrt(
        sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True)) / (count - 2) / spread
    )
    trend = fit(xs, ys)
    assert trend.slope == pytest.approx(float(slope))
    assert trend.high - trend.slope == pytest.approx(2.0244 * error, rel=1e-3)  # t of 38 degrees


def test_the_interval_holds_the_true_slope_in_19_of_20_cases():
    random, held = Random(2), 0
    xs = list(range(12))
    for _ in range(2_000):
        trend = fit(xs, [3 * x + random.gauss(0, 1) for x in xs])
        held += trend.low <= 3 <= trend.high
    assert 0.94 < held / 2_000 < 0.96


@pytest.mark.parametrize(
    ("degrees", "t"), [(1, 12.706), (10, 2.228), (14, 2.145), (15, 2.131), (30, 2.042), (120, 1.980)]
)
def test_t_is_that_of_the_tables(degrees, t):
    assert t_95(degrees) == pytest.approx(t, rel=3e-3)


def test_another_unit_scales_slope_and_interval():
    trend = fit([0, 1, 2, 3], [0, 3, 5, 9]).scaled(60)
    assert trend.slope == pytest.approx(60 * 2.9)
    assert trend.low < trend.slope < trend.high


def test_rounding_is_that_of_one_decimal():
    random = Random(3)
    errors = [round(x, 1) - x for x in (random.uniform(0, 100) for _ in range(20_000))]
    assert sqrt(sum(error**2 for error in errors) / len(errors)) == pytest.approx(ROUNDING_MB, rel=0.02)
