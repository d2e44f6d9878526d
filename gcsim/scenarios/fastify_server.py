"""The guide's Fastify server: what it allocates when it starts, and what one request allocates.

Measured on Node 20.20, Fastify 5.12 and autocannon 9, by reading new space of the warm server object by object: one
`/write` makes 182 objects of 8,262 bytes. `TRANSIENT` is that histogram without what lives longer:

    for ever (the leak)      10 objects   the record {date, arch, platform, cpus}: 640 bytes on a machine of two CPUs
                                          whose model names have 24 to 32 characters, and its place in the Set
    until the connection's   4 objects    the keep-alive timer: 200 bytes
    next request
    within the request       169 objects  everything else

Starting the server allocates 12.2 MB beyond bare node and keeps 4.7 MB. The first requests cost more, because code is
compiled and feedback collected (12.3 KB a write in the first 500, 9.4 to 9.9 KB up to 2,000, 8.5 to 8.7 KB up to
4,000); about 1 MB of it stays.

Left out: the shapes of the references among the objects that die with their request; buffers outside of the heap;
that V8 allocates the records in old space once it has seen that they live long.
"""

from collections.abc import Generator
from typing import Final

from gcsim.errors import ScenarioError
from gcsim.heap.roots import Handle
from gcsim.sim.load import check_load, closed_loop
from gcsim.sim.mutator import Mutator
from gcsim.units import KB

TRANSIENT: Final = (
    ("HeapNumber", 16, 20),
    ("string, FixedArray", 24, 15),
    ("JSArray, cons string", 32, 70),
    ("FixedArray, object", 40, 10),
    ("object, bound function, promise", 48, 15),
    ("nextTick record, context", 56, 18),
    ("object, closure", 64, 6),
    ("context", 72, 1),
    ("object", 80, 2),
    ("Request, property array", 88, 2),
    ("Date", 96, 1),
    ("Reply", 112, 1),
    ("raw CPU data", 128, 1),
    ("Map table, FixedArray", 152, 2),
    ("dictionary", 160, 1),
    ("response head", 208, 1),
    ("IncomingMessage", 240, 1),
    ("ServerResponse", 376, 1),
)
"""What dies with its request: (what, bytes, how many)."""

DATE: Final = "Sun Nov 22 2026 12:00:00 GMT+0000 (Coordinated Universal Time)"
CPU_MODEL: Final = "Intel(R) Xeon(R) Processor"
CPU_TIMES: Final = ("user", "nice", "sys", "idle", "irq")

BOOT_MODULES: Final = 150
BOOT_KEPT_BYTES: Final = 4_660 * KB
BOOT_GARBAGE_BYTES: Final = 7_500 * KB
WARM_UP: Final = ((500, 4 * KB), (2_000, 1_300), (4_000, 300))
"""Until which request, how many bytes more each one allocates."""
WARM_UP_KEPT_RATIO: Final = 0.25
SERVICE_MS: Final = 0.25
"""The server's time for one request (measured: 0.18 to 0.45 ms)."""
CLIENT_MS: Final = 0.2
"""A client's time from a response to its next request."""


class Server:
    """The server's program. `leak`: whether `/write` keeps its record."""

    def __init__(self, m: Mutator, *, leak: bool, cpus: int) -> None:
        if cpus < 1:
            raise ScenarioError(f"cpus must be at least 1, got {cpus}")
        self.m = m
        self.leak = leak
        self.cpus = cpus
        self._transient = [
            shape for what, size, count in TRANSIENT for shape in [m.shape(what, size=size)] * count
        ]  # fmt: skip
        self._record = m.js.shape("Record", ("date", "arch", "platform", "cpus"))
        self._cpu = m.js.shape("Cpu", ("model", "speed", "times"))
        self._times = m.js.shape("Times", CPU_TIMES)
        self._feedback = m.shape("feedback", size=120)
        self._timeout = m.shape("Timeout", fields=("callback", "start", "idle"), size=120)
        self._bound_function = m.shape("bound function", size=48)

    def boot(self) -> Generator[None, None, None]:
        """Node's modules and Fastify are loaded, the Set `entries` is there."""
        m = self.m
        m.globals["modules"] = m.js.array()
        source = m.shape("source text", size=1 * KB)
        for _ in range(BOOT_MODULES):
            with m.scope():
                m.js.push(m.globals["modules"], self._module(BOOT_KEPT_BYTES // BOOT_MODULES))
                for _ in range(BOOT_GARBAGE_BYTES // BOOT_MODULES // source.size_bytes):
                    with m.scope():
                        m.new(source)
        m.globals["arch"] = m.js.string("x64")
        m.globals["platform"] = m.js.string("linux")
        m.globals["entries"] = m.js.set()
        m.globals["feedback"] = m.js.array()
        yield

    def handle(self, number: int, *, connection: int, write: bool) -> None:
        """One request: `/write`, or `/read`, which makes no record."""
        m = self.m
        new = m.new
        for shape in self._transient:
            new(shape)
        self._warm_up(number)
        self._keep_alive(connection)
        if write:
            record = self._make_record(number)
            if self.leak:
                m.js.add(m.globals["entries"], record)

    def _make_record(self, number: int) -> Handle:
        """{date, arch, platform, cpus}, as `os.cpus()` and `new Date().toString()` give it."""
        m = self.m
        cpus = m.js.array()
        for _ in range(self.cpus):
            times = m.new(self._times)
            for name in CPU_TIMES:
                m.write(times, name, number)
            cpu = m.new(self._cpu)
            m.write(cpu, "model", m.js.string(CPU_MODEL))
            m.write(cpu, "speed", 2_000)
            m.write(cpu, "times", times)
            m.js.push(cpus, cpu)
        record = m.new(self._record)
        m.write(record, "date", m.js.string(DATE))
        m.write(record, "arch", m.globals["arch"])
        m.write(record, "platform", m.globals["platform"])
        m.write(record, "cpus", cpus)
        return record

    def _keep_alive(self, connection: int) -> None:
        """The connection's timer is replaced: 120 bytes, a bound function and two numbers."""
        m = self.m
        timer = m.new(self._timeout)
        m.write(timer, "callback", m.new(self._bound_function))
        m.write(timer, "start", m.js.number(0.5))
        m.write(timer, "idle", m.js.number(72_000.5))
        m.globals[f"timer {connection}"] = timer

    def _warm_up(self, number: int) -> None:
        """What the first requests allocate more, and the part of it that stays."""
        extra_bytes = next((more for until, more in WARM_UP if number < until), 0)
        if not extra_bytes:
            return
        m, feedback = self.m, self._feedback
        kept_bytes = int(extra_bytes * WARM_UP_KEPT_RATIO)
        for _ in range((extra_bytes - kept_bytes) // feedback.size_bytes):
            m.new(feedback)
        for _ in range(max(1, kept_bytes // feedback.size_bytes)):
            m.js.push(m.globals["feedback"], m.new(feedback))

    def _module(self, size_bytes: int) -> Handle:
        """A module of about that size: an exports array of closures, their contexts, and strings."""
        m = self.m
        closure = m.shape("closure", fields=("context",), size=64)
        context = m.shape("context", fields=("outer",), size=56)
        code = m.shape("bytecode", size=280)
        pieces = size_bytes // (closure.size_bytes + context.size_bytes + code.size_bytes + 8)
        exports = m.array(2 * pieces, name="exports")
        for at in range(pieces):
            with m.scope():
                function = m.new(closure)
                m.write(function, "context", m.new(context))
                m.write(exports, 2 * at, function)
                m.write(exports, 2 * at + 1, m.new(code))
        return exports


def serve(
    m: Mutator, *, requests: int, duration_ms: float, connections: int, reads: bool, leak: bool, cpus: int
) -> Generator[float | None, None, None]:
    """Start the server, then drive it with a closed loop of connections; with `reads`, every other request reads."""
    requests = 0 if duration_ms else requests
    check_load(connections, requests, duration_ms, SERVICE_MS, CLIENT_MS)
    server = Server(m, leak=leak, cpus=cpus)
    yield from server.boot()

    def handle(number: int) -> None:
        if number % 100 == 0:
            m.progress(number, requests)
        server.handle(number, connection=number % connections, write=not (reads and number % 2))

    yield from closed_loop(
        m, handle, connections=connections, requests=requests, duration_ms=duration_ms,
        service_ms=SERVICE_MS, client_ms=CLIENT_MS,
    )  # fmt: skip
