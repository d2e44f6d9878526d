"""The guide's Fastify server: what it allocates when it starts, and what one request allocates.

Measured on Node 20.20, Fastify 5.12 and autocannon 9, by reading new space of the warm server object by object: one
`/write` makes 182 objects of 8,262 bytes. `TRANSIENT` is that histogram without what lives longer, its counts rounded
to whole objects so that the sum is right:

    for ever (the leak)      10 objects   the record {date, arch, platform, cpus}: 640 bytes on a machine of two CPUs
                                          whose model names have 24 to 32 characters, and its place in the Set
    until the connection's   4 objects    the keep-alive timer: 200 bytes
    next request
    within the request       169 objects  everything else

What is loaded and compiled is read off the scavenges of the recorded server, whose figures say what was born where:
until it listens it allocates 6.7 MB in new space, of which 2.3 MB stay, the most of it by node's own modules, and
2.6 MB in old space; the first 200 requests or so allocate 9 KB more each, two thirds of it in old space; then little
more is compiled. The first full collection frees 2.0 MB of old space.

The record, its CPUs and their times are made by allocation sites: once semispaces are at 16 MB, V8 has seen them live,
and allocates them in old space.

Left out: the shapes of the references among the objects that die with their request; buffers outside of the heap.
"""

from collections.abc import Generator
from typing import Final

from attrs import frozen

from gcsim.errors import ScenarioError
from gcsim.heap.roots import Handle
from gcsim.sim.load import check_load, closed_loop
from gcsim.sim.mutator import Mutator
from gcsim.units import KB

TRANSIENT: Final = (
    ("HeapNumber", 16, 20),
    ("string, FixedArray", 24, 20),
    ("JSArray, cons string", 32, 65),
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


@frozen
class Compiled:
    """What loading or compiling allocates, in bytes: in new space and, for V8 knows that it stays, in old space."""

    young_kept: int
    young_garbage: int
    old_kept: int
    old_garbage: int


MODULES: Final = (
    (40, Compiled(young_kept=21_000, young_garbage=27_000, old_kept=12_000, old_garbage=6_500)),
    (100, Compiled(young_kept=14_000, young_garbage=33_000, old_kept=12_000, old_garbage=6_500)),
)
"""How many modules, and what each allocates: node's own first, then Fastify's.

The garbage: source texts in new space; bytecode and constants of what runs once in old space.
"""
WARM_UP: Final = (
    (200, Compiled(young_kept=3_600, young_garbage=1_600, old_kept=4_500, old_garbage=2_400)),
    (3_000, Compiled(young_kept=0, young_garbage=400, old_kept=130, old_garbage=0)),
)
"""Until which request, what each one allocates more."""
COMPILED: Final = "(Compilation cache)"
"""What is loaded and compiled is V8's: in a snapshot it hangs there, and not at `global`."""
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
        self._record = m.site(m.js.shape("Object", ("date", "arch", "platform", "cpus")))
        self._cpu = m.site(m.js.shape("Object", ("model", "speed", "times")))
        self._times = m.site(m.js.shape("Object", CPU_TIMES))
        self._closure = m.shape("Function", fields=("context",), size=64, kind="closure")
        self._context = m.shape("Context", fields=("previous",), size=56, kind="context")
        self._bytecode = m.shape("bytecode", size=160, kind="code")
        self._source = m.shape("source text", size=1 * KB, kind="string")
        self._timeout = m.shape("Timeout", fields=("callback", "start", "idle"), size=120)
        self._bound_function = m.shape("native_bind", size=48, kind="closure")

    def boot(self) -> Generator[None, None, None]:
        """Node's modules and Fastify are loaded; `addEntry`, which answers `/write`, closes over the Set `entries`."""
        m = self.m
        m.globals[COMPILED] = m.js.array()
        for count, module in MODULES:
            for _ in range(count):
                with m.scope():
                    self._compile(module)
        m.globals["arch"] = m.js.string("x64")
        m.globals["platform"] = m.js.string("linux")
        add_entry = m.js.closure(None, "addEntry", entries=m.js.set())
        m.globals["server"] = m.js.object("Server", write=add_entry)
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
                self._add_entry(record)

    def _add_entry(self, record: Handle) -> None:
        """`entries.add(record)`, as `addEntry` does it: the Set is a variable of the context that it closes over."""
        entries = self.m.globals["server"]
        for name in ("write", "context", "entries"):
            found = self.m.read(entries, name)
            assert isinstance(found, Handle)
            entries = found
        self.m.js.add(entries, record)

    def _make_record(self, number: int) -> Handle:
        """{date, arch, platform, cpus}, as `os.cpus()` and `new Date().toString()` give it."""
        m = self.m
        cpus = m.js.array()
        for _ in range(self.cpus):
            times = m.new_at(self._times)
            for name in CPU_TIMES:
                m.write(times, name, number)
            cpu = m.new_at(self._cpu)
            m.write(cpu, "model", m.js.string(CPU_MODEL))
            m.write(cpu, "speed", 2_000)
            m.write(cpu, "times", times)
            m.js.push(cpus, cpu)
        record = m.new_at(self._record)
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
        """What the first requests compile."""
        for until, more in WARM_UP:
            if number < until:
                self._compile(more)
                return

    def _compile(self, sizes: Compiled) -> None:
        """Functions, kept by an array of exports: closures and contexts are young, bytecode and feedback are not."""
        m = self.m
        function_bytes = self._closure.size_bytes + self._context.size_bytes
        functions = sizes.young_kept // function_bytes
        bytecodes = sizes.old_kept // self._bytecode.size_bytes
        exports = m.array(functions + bytecodes, name="exports")
        m.js.push(m.globals[COMPILED], exports)
        for at in range(functions):
            with m.scope():
                closure = m.new(self._closure)
                m.write(closure, "context", m.new(self._context))
                m.write(exports, at, closure)
        for at in range(functions, functions + bytecodes):
            with m.scope():
                m.write(exports, at, m.new(self._bytecode, pretenured=True))
        for shape, size_bytes, is_old in (
            (self._bytecode, sizes.old_garbage, True),
            (self._source, sizes.young_garbage, False),
        ):
            for _ in range(size_bytes // shape.size_bytes):
                with m.scope():
                    m.new(shape, pretenured=is_old)


def serve(
    m: Mutator, *, requests: int, duration_ms: float, connections: int, reads: bool, leak: bool, cpus: int
) -> Generator[float | None, None, None]:
    """Start the server, then drive it with a closed loop of connections; with `reads`, every other request reads."""
    requests = 0 if duration_ms else requests
    check_load(connections, requests, duration_ms, SERVICE_MS, CLIENT_MS)
    server = Server(m, leak=leak, cpus=cpus)
    yield from server.boot()

    def handle(number: int) -> None:
        server.handle(number, connection=number % connections, write=not (reads and number % 2))

    yield from closed_loop(
        m, handle, connections=connections, requests=requests, duration_ms=duration_ms,
        service_ms=SERVICE_MS, client_ms=CLIENT_MS,
    )  # fmt: skip
