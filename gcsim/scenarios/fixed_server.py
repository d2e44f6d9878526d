"""The same server without its leak: the record is built and dropped, only a count stays."""

from collections.abc import Generator

from gcsim.scenarios.fastify_server import serve
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario


@scenario
def fixed_server(
    m: Mutator,
    *,
    requests: int = 30_000,
    duration_ms: float = 0.0,
    connections: int = 10,
    reads: bool = False,
    cpus: int = 2,
) -> Generator[float | None, None, None]:
    """The leaky server, repaired: /write forgets its record."""
    yield from serve(
        m, requests=requests, duration_ms=duration_ms, connections=connections, reads=reads, leak=False, cpus=cpus
    )  # fmt: skip
