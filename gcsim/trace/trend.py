"""Trend: how fast a number grows, and how sure that is.

The idea: a straight line through points (x, y) by least squares, and the interval in which its slope lies with 95 %
confidence, from Student's t and the points' distances to the line.

    slope = sum((x - mean x) * (y - mean y)) / sum((x - mean x)^2)
    error = sqrt(sum(residual^2) / (n - 2) / sum((x - mean x)^2))
    interval = slope -+ t(n - 2) * error

Two points lie on their line, so their interval is endless. A printed size is rounded to 0.1 MB, so the residuals are
taken to be at least what that rounding makes: a perfect line of rounded figures is no proof.

Left out: points of one log are not independent of each other, which makes the true interval wider. Whoever decides
by a trend asks for more than that it is above zero.
"""

from collections.abc import Sequence
from math import inf, sqrt
from typing import Final

from attrs import frozen

ROUNDING_MB: Final = 0.1 / sqrt(12)
"""The standard deviation of a figure that was rounded to 0.1."""

T_95: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145)
"""Student's t for two-sided 95 %, by degrees of freedom from 1 on."""


@frozen(kw_only=True)
class Trend:
    """A slope, in units of y for each unit of x, with its 95 % interval; `r_squared` is the share it explains."""

    slope: float
    low: float
    high: float
    r_squared: float
    points: int

    def scaled(self, factor: float) -> "Trend":
        """The same trend with another unit of x or y; `factor` is positive."""
        return Trend(
            slope=self.slope * factor,
            low=self.low * factor,
            high=self.high * factor,
            r_squared=self.r_squared,
            points=self.points,
        )


def fit(xs: Sequence[float], ys: Sequence[float]) -> Trend | None:
    """The trend of sizes `ys` in MB over `xs`; None of fewer than two different x."""
    count = len(xs)
    if count < 2:
        return None
    mean_x, mean_y = sum(xs) / count, sum(ys) / count
    spread = sum((x - mean_x) ** 2 for x in xs)
    if not spread:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    residual = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    around_mean = sum((y - mean_y) ** 2 for y in ys)
    margin = t_95(count - 2) * sqrt(max(residual / (count - 2), ROUNDING_MB**2) / spread) if count > 2 else inf
    return Trend(
        slope=slope,
        low=slope - margin,
        high=slope + margin,
        r_squared=1.0 - residual / around_mean if around_mean else 0.0,
        points=count,
    )


def t_95(degrees: int) -> float:
    """Student's t for two-sided 95 % confidence; beyond the table by a series that is right to 0.3 %."""
    if degrees <= len(T_95):
        return T_95[degrees - 1]
    return 1.960 + 2.372 / degrees + 2.823 / degrees**2
