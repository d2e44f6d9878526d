"""The closed loop: clients that wait for their response before they ask again."""

from math import inf, nan

import pytest

from gcsim.config import LESSON
from gcsim.errors import ScenarioError
from gcsim.sim.load import closed_loop
from gcsim.sim.scenario import scenario
from gcsim.sim.simulation import Simulation


def drive(handle=lambda number: None, *, think_ms=0.0, **load):
    """(served, turns as lists of (number, ms), waits between them, the simulation) of a load on a tiny heap."""
    sim = Simulation(LESSON)
    turns, waits, result = [[]], [], []

    @scenario
    def program(m):
        def one(number):
            turns[-1].append((number, m.now_ms))
            handle(number)
            m.elapse(think_ms)

        loop = closed_loop(m, one, **load)
        while True:
            try:
                wait_ms = next(loop)
            except StopIteration as end:
                result.append(end.value)
                return
            turns.append([])
            waits.append(wait_ms)
            yield wait_ms

    sim.run(program)
    return result[0], turns, waits, sim


def test_exactly_so_many_requests_are_served():
    """Numbered from 0, in order, and counted at the end."""
    for requests in (1, 7, 100):
        served, turns, _, _ = drive(requests=requests, connections=3)
        numbers = [number for turn in turns for number, _ in turn]
        assert numbers == list(range(requests))
        assert served == requests


def test_all_connections_ask_at_the_start():
    """So the first turn serves one request of each."""
    _, turns, _, _ = drive(requests=50, connections=5, service_ms=1, client_ms=10)
    assert [number for number, _ in turns[0]] == [0, 1, 2, 3, 4]


def test_a_turn_serves_what_had_arrived_when_it_began():
    """What arrives meanwhile waits for the next turn, even if the server is slow."""
    _, turns, waits, _ = drive(requests=40, connections=4, service_ms=5, client_ms=0)
    assert [len(turn) for turn in turns] == [4] * 10
    assert set(waits) == {0.0}


def test_requests_of_one_turn_follow_each_other_in_time():
    """Each takes the service time of the one thread."""
    _, turns, _, _ = drive(requests=3, connections=3, service_ms=2, client_ms=1)
    assert [ms for _, ms in turns[0]] == [0, 2, 4]


def test_one_connection_asks_again_after_response_and_pause():
    """Service time and client time are its rhythm, whatever the server could do."""
    _, turns, waits, _ = drive(requests=4, connections=1, service_ms=2, client_ms=3)
    assert [ms for turn in turns for _, ms in turn] == pytest.approx([0, 5, 10, 15])
    assert waits == pytest.approx([3, 3, 3])


def test_more_connections_than_requests_are_no_matter():
    """The surplus never asks."""
    served, turns, _, _ = drive(requests=3, connections=100)
    assert (served, len(turns[0])) == (3, 3)


def test_a_duration_ends_the_load():
    """The last request begins before the end; how many there were is told."""
    served, turns, _, sim = drive(duration_ms=100, connections=1, service_ms=2, client_ms=3)
    starts = [ms for turn in turns for _, ms in turn]
    assert served == len(starts) == 20
    assert starts[-1] < 100
    assert sim.clock.now_ms >= 100


def test_a_duration_counts_from_where_the_load_begins():
    """Not from the start of the heap."""
    sim, served = Simulation(LESSON), []

    @scenario
    def program(m):
        m.elapse(1000)
        yield
        served.append((yield from closed_loop(m, lambda number: None, duration_ms=50, connections=1, service_ms=5)))

    sim.run(program)
    assert served == [10]


def test_a_slow_server_is_asked_less():
    """The load is closed: it never runs ahead of the server."""
    fast, *_ = drive(duration_ms=100, connections=4, service_ms=1)
    slow, *_ = drive(duration_ms=100, connections=4, service_ms=1, think_ms=1)
    assert fast == 100
    assert slow == pytest.approx(fast / 2, abs=4)


def test_each_request_has_a_handle_scope_of_its_own():
    """Its handles are stale when the next one begins."""
    sim, handles = Simulation(LESSON), []

    @scenario
    def program(m):
        def one(number):
            assert all(not handle.address for handle in handles)
            handles.append(m.new("A", size=32))

        yield from closed_loop(m, one, requests=30)

    sim.run(program)
    assert len(handles) == 30


def test_what_a_request_raises_comes_through():
    """It is told with the scenario, and the loop is over."""

    def fail(number):
        assert number < 3, "the fourth"

    with pytest.raises(ScenarioError, match="raised AssertionError: the fourth"):
        drive(fail, requests=10)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        ({}, "a load needs either a number of requests or a duration in ms, got 0 and 0.0"),
        (
            {"requests": 5, "duration_ms": 2.0},
            "a load needs either a number of requests or a duration in ms, got 5 and 2.0",
        ),
        ({"requests": 5, "connections": 0}, "a load needs at least 1 connection, got 0"),
        ({"requests": -5}, "requests must be finite and at least 0, got -5"),
        ({"duration_ms": -1}, "duration_ms must be finite and at least 0, got -1"),
        ({"duration_ms": nan}, "duration_ms must be finite and at least 0, got nan"),
        ({"duration_ms": inf}, "duration_ms must be finite and at least 0, got inf"),
        ({"requests": 5, "client_ms": -0.1}, "client_ms must be finite and at least 0, got -0.1"),
        ({"requests": 5, "service_ms": 0}, "service_ms must be finite and above 0 ms, got 0"),
        ({"requests": 5, "service_ms": nan}, "service_ms must be finite and above 0 ms, got nan"),
    ],
)
def test_numbers_that_describe_no_load_are_refused(load, message):
    """Before the first request, with the value and the limit."""
    with pytest.raises(ScenarioError) as caught:
        drive(lambda number: pytest.fail("a request was served"), **load)
    assert str(caught.value) == message
