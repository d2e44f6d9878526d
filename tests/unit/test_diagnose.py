"""A diagnosis: the verdict in a sentence, its evidence, and what to do next."""

import json
from math import inf

import pytest

from gc_lines import full, saw
from gcsim.trace.diagnose import NEXT_STEPS, Case, diagnose, rate, worst
from gcsim.trace.leak import Rule, Verdict
from gcsim.trace.parse import Death, Tally
from gcsim.trace.report import WIDTH, as_json, report
from gcsim.trace.trend import fit
from gcsim.trace.wording import figure

LEAK = [
    *saw([3.0 + index for index in range(10)]),
    full(1100, 12.2, 11.8),
    *saw([12.8, 13.8, 14.8, 15.8], start_ms=1200),
]


def given_back(pause_ms=1.0):
    """A climb, nearly all of which a full collection gives back, twice."""
    first = saw([3.0 + index for index in range(10)], pause_ms=pause_ms)
    second = saw([5.0 + index for index in range(10)], start_ms=1200, pause_ms=pause_ms)
    return [*first, full(1100, 13, 4), *second, full(2300, 15, 4.5)]


def test_a_leak_says_how_fast_it_grows_and_by_which_lines():
    found = diagnose(LEAK)
    assert found.verdict is Verdict.LEAK
    assert found.headline.startswith("leak: what scavenges left behind was live, and it keeps growing, by 600 (")
    assert [(each.first_line, each.last_line) for each in found.evidence] == [(1100, 1100), (1100, 1500)]
    assert "climbed from 3.0 to 12.0 MB before it; 2 % to 4 % of that was garbage" in found.evidence[0].text
    assert (found.collections, found.scavenges, found.full_collections) == (15, 14, 1)


def test_premature_promotion_that_costs_time_is_a_verdict():
    assert diagnose(given_back()).verdict is Verdict.NO_LEAK
    found = diagnose(given_back(pause_ms=30.0))
    assert found.verdict is Verdict.YOUNG_TOO_SMALL
    assert "--max-semi-space-size" in found.next_steps[0]


def test_a_death_makes_it_near_the_limit():
    found = diagnose(saw([3.0] * 20), [Death(place="x", line_number=1, is_worker=False, pid=None, isolate="")])
    assert found.headline == "near the limit: the process died for lack of memory; why, the log cannot tell"


def test_too_few_lines_are_counted():
    found = diagnose(saw([3.0]))
    assert (found.verdict, found.rule) == (Verdict.NOT_ENOUGH_DATA, Rule.TOO_FEW)
    assert found.evidence[0].text == "The log holds 1 collection; 5 are the least to go by."


def test_no_line_at_all_is_not_enough():
    assert diagnose([]).verdict is Verdict.NOT_ENOUGH_DATA


def test_broken_laws_are_counted_with_their_first_line():
    case = Case()
    for line in saw([3.0, 9.0, 3.0, 9.0], young_mb=-1.0):
        case.add(line)
    laws = {finding.text.split('"')[1]: finding for finding in case.close().findings}
    assert laws["nothing grows in a collection"].first_line == 100
    assert "4 times" in laws["nothing grows in a collection"].text


def test_every_verdict_has_a_next_step():
    assert set(NEXT_STEPS) == set(Verdict)
    assert all(NEXT_STEPS.values())


@pytest.mark.parametrize(
    ("logs", "verdict"),
    [
        ([LEAK, saw([3.0] * 20)], Verdict.LEAK),
        ([saw([3.0] * 20), saw([float(index) for index in range(3, 30)])], Verdict.NOT_ENOUGH_DATA),
        ([saw([3.0] * 20), saw([3.0, 4.0])], Verdict.NO_LEAK),
        ([saw([3.0, 4.0])], Verdict.NOT_ENOUGH_DATA),
        ([], Verdict.NOT_ENOUGH_DATA),
    ],
)
def test_several_runs_have_the_worst_verdict_of_those_that_are_long_enough(logs, verdict):
    assert worst([diagnose(log) for log in logs]) is verdict


@pytest.mark.parametrize("log", [LEAK, given_back(), saw([3.0] * 20), saw([3.0]), [full(1, 9, 3)]])
def test_a_report_fits_into_a_terminal(log):
    lines = report(diagnose(log))
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("process 7, isolate 0x7: ")
    assert any(line.startswith("Next:") for line in lines)


def test_json_has_no_endless_number():
    found = diagnose(given_back())
    assert found.growth.per_minute.low == -inf  # of two points
    told = json.loads(as_json([found], Tally(lines=22), exit_status=0), parse_constant=pytest.fail)
    assert told["verdict"] == "no leak"
    assert told["runs"][0]["growth"]["per_minute"]["low"] is None
    assert told["read"]["lines"] == 22


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00004, "0"), (-0.0001, "0"), (0.0123, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234")],
)
def test_a_figure_has_three_digits(value, text):
    assert figure(value) == text


def test_a_rate_of_two_points_has_no_interval():
    assert rate(fit([0, 1], [0, 2])) == "2.00"
    assert rate(fit([0, 1, 2], [0, 2, 4])).startswith("2.00 (")
