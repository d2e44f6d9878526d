"""The Node.js guide's leaking server: `/write` adds a record to a Set that is never cleared.

Driven by 10 connections as autocannon drives it. Look at "used after" of successive lines: it climbs.
"""

from collections.abc import Generator

from gcsim.scenarios.fastify_server import serve
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario


@scenario
def leaky_server(
    m: Mutator,
    *,
    requests: int = 30_000,
    duration_ms: float = 0.0,
    connections: int = 10,
    reads: bool = False,
    leak: bool = True,
    cpus: int = 2,
) -> Generator[float | None, None, None]:
    """A Fastify server whose /write keeps {date, arch, platform, cpus} in the Set `entries` for ever."""
    yield from serve(
        m, requests=requests, duration_ms=duration_ms, connections=connections, reads=reads, leak=leak, cpus=cpus
    )  # fmt: skip
