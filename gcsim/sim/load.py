"""Load: a closed loop of clients, as autocannon drives a server.

Each of `connections` clients sends a request, waits for the response, and sends the next. The server has one thread:
in a turn of its event loop it handles what has arrived, one request after the other, and each takes `service_ms` of its
time. So a slow server is asked less: the load never runs ahead of it.

Ends after a number of requests or after a duration, like autocannon's `--amount` and `--duration`.

Left out: pipelining, time-outs, and the spread of latencies; every request takes the same time.
"""

from collections.abc import Callable, Generator
from heapq import heapify, heappop, heappush
from math import inf

from gcsim.errors import ScenarioError
from gcsim.sim.mutator import Mutator


def closed_loop(  # noqa: PLR0913 - a load has as many numbers
    m: Mutator,
    handle_request: Callable[[int], object],
    *,
    connections: int = 10,
    requests: int = 0,
    duration_ms: float = 0.0,
    service_ms: float = 0.3,
    client_ms: float = 0.2,
) -> Generator[float | None, None, int]:
    """Serve requests until `requests` are done or `duration_ms` has passed; returns how many were.

    `handle_request(number)` runs in a handle scope of its own; after each, the progress is reported. `client_ms`: from
    a response to the arrival of the same connection's next request. Used as
    `served = yield from closed_loop(m, handler, requests=1000)`.

    Raises:
        ScenarioError: not exactly one of `requests` and `duration_ms` is given, or a number is out of range.
    """
    check_load(connections, requests, duration_ms, service_ms, client_ms)
    end_ms = m.now_ms + duration_ms if duration_ms else inf
    arrivals = [m.now_ms] * connections
    heapify(arrivals)
    sent = 0
    while m.now_ms < end_ms:
        turn_ms = m.now_ms
        while arrivals[0] <= turn_ms and (not requests or sent < requests):
            heappop(arrivals)
            with m.scope():
                handle_request(sent)
            sent += 1
            m.elapse(service_ms)
            m.progress(sent, requests, "requests")
            heappush(arrivals, m.now_ms + client_ms)
        if requests and sent == requests:
            break
        yield max(0.0, arrivals[0] - m.now_ms)
    return sent


def check_load(connections: int, requests: int, duration_ms: float, service_ms: float, client_ms: float) -> None:
    """Raise `ScenarioError` unless the numbers describe a load."""
    if connections < 1:
        raise ScenarioError(f"a load needs at least 1 connection, got {connections}")
    if bool(requests) == bool(duration_ms):
        raise ScenarioError(
            f"a load needs either a number of requests or a duration in ms, got {requests} and {duration_ms}"
        )
    for name, value in (("requests", requests), ("duration_ms", duration_ms), ("client_ms", client_ms)):
        if not 0 <= value < inf:
            raise ScenarioError(f"{name} must be finite and at least 0, got {value}")
    if not 0 < service_ms < inf:
        raise ScenarioError(f"service_ms must be finite and above 0 ms, got {service_ms}")
