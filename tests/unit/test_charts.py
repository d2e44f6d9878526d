"""A log as a picture."""

import pytest

from gc_lines import full, saw
from gcsim.trace import charts
from gcsim.trace.charts import Points, draw_chart, save_chart, time_unit
from gcsim.trace.diagnose import diagnose

pytest.importorskip("matplotlib", reason="matplotlib is an extra: pip install 'gcsim[plot]'")

LEAK = [
    *saw([3.0 + index for index in range(10)]), full(1100, 12.2, 11.8),
    *saw([12.8, 13.8, 14.8, 15.8], start_ms=1200), full(1700, 17.0, 16.5, average_mu=0.8),
]  # fmt: skip


def drawn(lines):
    points = Points()
    for line in lines:
        points.add(line)
    return points, diagnose(lines)


def test_the_picture_has_a_title_axes_with_units_and_a_mark_for_each_collection():
    figure = draw_chart(*drawn(LEAK))
    memory, pause, mu = figure.axes
    assert figure.get_suptitle().startswith("process 7: leak: ")
    assert (memory.get_ylabel(), pause.get_ylabel(), mu.get_ylabel()) == ("memory, MB", "pause, ms", "mu")
    assert mu.get_xlabel() == "time since the isolate was made, ms"
    marks = {line.get_label(): len(line.get_xdata()) for line in memory.lines}
    assert (marks["left by a scavenge"], marks["left by a full collection"]) == (14, 2)
    assert marks["used"] == 2 * len(LEAK)


def test_the_dashed_line_goes_through_what_it_fits():
    memory = draw_chart(*drawn(LEAK)).axes[0]
    trend = next(line for line in memory.lines if line.get_label() == "trend behind the verdict")
    (first, last), (low, high) = trend.get_xdata(), trend.get_ydata()
    assert (first, last) == (1100, 1700)
    assert low == pytest.approx(11.8, abs=0.5)
    assert high == pytest.approx(16.5, abs=0.5)


def test_a_log_without_full_collections_or_totals_is_drawn():
    lines = saw([3.0] * 20, total_after_mb=None, total_before_mb=None)
    assert len(draw_chart(*drawn(lines)).axes) == 2


@pytest.mark.parametrize("file_format", charts.FORMATS)
def test_the_same_log_gives_the_same_bytes(tmp_path, file_format):
    for name in ("a", "b"):
        save_chart(*drawn(LEAK), tmp_path / name, file_format=file_format)
    first = (tmp_path / "a").read_bytes()
    assert first == (tmp_path / "b").read_bytes()
    assert first.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[file_format])


def test_many_points_are_thinned_to_full_collections_and_long_pauses(monkeypatch):
    monkeypatch.setattr(charts, "MAX_POINTS", 4)
    points = Points()
    for line in [*saw([1.0] * 5, pause_ms=9.0), full(600, 3, 2), *saw([1.0, 1.0], start_ms=700)]:
        points.add(line)
    assert [line.time_ms for line in points.lines] == [100, 300, 600, 700]
    points.add(full(900, 3, 2))
    assert points.lines[-1].time_ms == 900


@pytest.mark.parametrize(("span_ms", "unit"), [(900, "ms"), (9_000, "s"), (900_000, "min"), (90_000_000, "h")])
def test_the_unit_of_time_fits_the_log(span_ms, unit):
    assert time_unit(saw([1.0, 1.0], every_ms=span_ms))[1] == unit
