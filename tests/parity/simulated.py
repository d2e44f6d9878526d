"""What gcsim does: the same programs on a simulated heap, as records that a process pool can hand over."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from attrs import frozen

from gcsim import Simulation
from gcsim.config import preset
from gcsim.events import GcEvent, Kind
from gcsim.scenarios import find

PROGRAMS = Path(__file__).parent / "programs"
PRESET = "node20"
PROCESSES = 2

SERVERS = {
    "leak_n20000": ("leaky-server", {"requests": 20_000}),
    "fixed_n20000": ("fixed-server", {"requests": 20_000}),
    "leak_mixed_n20000": ("leaky-server", {"requests": 20_000, "reads": True}),
}
"""The server's recordings: which scenario, with which parameters."""


@frozen(kw_only=True)
class Run:
    """One program, simulated. `marking_starts`: after how many events marking began, each time.

    `wall_s` is real time, for the person who waits.
    """

    program: str
    events: tuple[GcEvent, ...]
    marking_starts: tuple[int, ...]
    wall_s: float

    @property
    def scavenges(self) -> list[GcEvent]:
        """The scavenges among the events."""
        return [event for event in self.events if event.kind is Kind.SCAVENGE]


class MarkingWatch:
    """Notices when incremental marking begins: `starts` is the number of events before each time."""

    def __init__(self, simulation: Simulation) -> None:
        self.starts: list[int] = []
        self._simulation = simulation
        self._marking = False

    def on_gc(self, event: GcEvent) -> None:
        """A marking that is under way now and was not at the last event began between the two."""
        self._see(event.number, marking=event.incremental is not None or self._simulation.runtime.marking is not None)
        self._marking = self._simulation.runtime.marking is not None

    def finish(self) -> None:
        """The program has ended."""
        self._see(len(self._simulation.events), marking=self._simulation.runtime.marking is not None)

    def _see(self, events_before: int, *, marking: bool) -> None:
        if marking and not self._marking:
            self.starts.append(events_before)


def simulate(program: str, preset_name: str = PRESET) -> Run:
    """Run a program to its end on a heap of that preset."""
    name, parameters = SERVERS.get(program, (str(PROGRAMS / f"{program}.py"), {}))
    started = perf_counter()
    config = preset(preset_name).replace(predictable=program not in SERVERS)  # profile A ran with `--predictable`
    simulation = Simulation(config)
    watch = MarkingWatch(simulation)
    simulation.on_gc = watch.on_gc
    simulation.run(find(name), **parameters)
    watch.finish()
    return Run(
        program=program,
        events=tuple(simulation.events),
        marking_starts=tuple(watch.starts),
        wall_s=perf_counter() - started,
    )


def simulate_all(programs: Iterable[str], preset_name: str = PRESET) -> Iterator[Run]:
    """The runs of several programs, in their order, two at a time."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        futures = [pool.submit(simulate, program, preset_name) for program in programs]
        for future in futures:
            yield future.result()
