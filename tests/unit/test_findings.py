"""What else a log says, each with its figures and lines."""

import pytest

from gc_lines import full, saw, scavenge
from gcsim.trace.findings import BrokenLaw, findings, gc_share
from gcsim.trace.floor import Floor
from gcsim.trace.parse import Death


def found(lines, **others):
    floor = Floor()
    for line in lines:
        floor.add(line)
    return {finding.title: finding for finding in findings(floor, **others)}


def test_a_quiet_log_has_none():
    assert found(saw([3.0] * 10)) == {}


def test_a_death_is_told_with_its_place_and_line():
    death = Death(place="Reached heap limit", line_number=9, is_worker=False, pid=7, isolate="0x7")
    finding = found(saw([3.0] * 6), deaths=[death])["out of memory"]
    assert finding.text == "The process died for lack of memory: Reached heap limit."
    assert (finding.first_line, finding.last_line) == (9, 9)


def test_full_collections_without_room_are_counted():
    lines = [*saw([30.0] * 4), *(full(500 + 10 * index, 40.0, 39.0, average_mu=0.2) for index in range(3))]
    finding = found(lines)["near the limit"]
    assert finding.text.startswith("3 full collections in a row freed 2 % of the heap and left the program 20 %")
    assert (finding.first_line, finding.last_line) == (500, 520)


def test_one_that_found_room_ends_the_row():
    lines = [full(10, 40.0, 39.0, average_mu=0.2), full(20, 40.0, 20.0, average_mu=0.2)]
    assert "near the limit" not in found(lines)


def test_promotion_of_what_soon_dies_is_told_in_mb():
    finding = found([*saw([3, 6, 9, 12]), full(500, 13, 4)])["premature promotion"]
    assert finding.text.startswith("Of 9.0 MB that scavenges had left behind, 8.0 MB or more were garbage")


@pytest.mark.parametrize(("pause_ms", "expected"), [(9.0, False), (12.0, True)])
def test_time_in_collections_is_told_from_a_tenth_on(pause_ms, expected):
    assert ("time in collections" in found(saw([3.0] * 20, pause_ms=pause_ms))) is expected


def test_the_share_of_time_has_pauses_and_steps_and_is_at_most_all():
    floor = Floor()
    for line in (scavenge(100, 5, 3, pause_ms=10.0), full(200, 6, 3, walltime_ms=50, pause_ms=6.0)):
        floor.add(line)
    assert gc_share(floor) == pytest.approx((10 + 6 + 4) / 110)
    floor.add(full(201, 6, 3, pause_ms=500.0))
    assert gc_share(floor) == 1.0


def test_a_log_at_one_moment_has_no_share_of_time():
    assert gc_share(Floor()) == 0.0


def test_utilization_that_falls_is_told_with_both_ends():
    lines = [full(100 * index, 9, 3, average_mu=mu) for index, mu in enumerate((1.0, 0.9, 0.7), 1)]
    assert "from 1.000 to 0.700" in found(lines)["utilization falls"].text


def test_full_collections_alone_are_told():
    assert "no scavenges" in found([full(100 * index, 9, 3) for index in range(1, 4)])


def test_a_broken_law_is_told_with_its_first_line():
    law = BrokenLaw(name="time goes on", count=3, first_line=5, last_line=9, text="8 ms comes after 9 ms")
    assert found([], laws=[law])["broken law"].text == (
        '"time goes on" does not hold, 3 times: 8 ms comes after 9 ms in line 5.'
    )
