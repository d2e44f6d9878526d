"""The simulation: a mutator on a heap under control, and the event loop that gives it turns.

A scenario runs turn by turn. Each turn is a handle scope; between two turns the loop runs the tasks that V8 posts:
the scavenge of a new space that is nearly full, the marking's start, steps and end, and the memory reducer's timer.
"""

from collections.abc import Callable
from math import inf
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Final

from gcsim.collectors import Collector, MajorCollector, MarkSweep, Scavenger
from gcsim.config import HeapConfig
from gcsim.errors import ConfigError
from gcsim.events import GcEvent, MarkingEvent, OutOfMemory
from gcsim.files import replaced_file
from gcsim.heap.heap import Heap
from gcsim.pacing.costs import CostModel
from gcsim.sim.allocation_sites import AllocationSites
from gcsim.sim.clock import Clock
from gcsim.sim.mutator import Mutator
from gcsim.sim.reducer import ReducerEvent
from gcsim.sim.runtime import Runtime
from gcsim.sim.scenario import Scenario

TASK_INTERVAL_MS: Final = 1.0
"""While the loop waits, how often the marking task runs."""


class Simulation:
    """A simulated process.

    `config`: the heap. `young`, `old`: collector classes, made with the heap for each cycle. `seed`: of all randomness.
    `costs`: what work takes. Whoever listens may set, at any time: `on_gc`, called with each `GcEvent`; `on_marking`,
    with the start, each step and the end of incremental marking; `on_reducer`, with each look of the memory reducer
    and the end of each of its collections; `on_step`, with each note of the program; `on_progress`, with (done, total).

    `mutator`, `heap`, `clock`, `events` and `counts`, how much the program says it has done of what, are there to be
    read; `runtime` decides about the heap.
    """

    def __init__(
        self,
        config: HeapConfig | None = None,
        *,
        young: Callable[[Heap], Collector] = Scavenger,
        old: Callable[[Heap], MajorCollector] = MarkSweep,
        on_gc: Callable[[GcEvent], None] | None = None,
        seed: int = 0,
        costs: CostModel | None = None,
    ) -> None:
        self.config = HeapConfig() if config is None else config
        self.on_gc = on_gc
        self.on_marking: Callable[[MarkingEvent], None] | None = None
        self.on_reducer: Callable[[ReducerEvent], None] | None = None
        self.on_step: Callable[[str], None] | None = None
        self.on_progress: Callable[[int, int], None] | None = None
        self.counts: dict[str, int] = {}
        self.random = Random(seed)
        self.runtime = Runtime(self.config, young, old, CostModel() if costs is None else costs, self._report)
        self.runtime.reducer.on_event = self._report_reducer
        self.mutator = Mutator(self, self.runtime.allocate_slow)
        self._timers: list[tuple[float, Callable[[], None]]] = []

    @property
    def heap(self) -> Heap:
        """The heap."""
        return self.runtime.heap

    @property
    def sites(self) -> AllocationSites:
        """The places that make objects."""
        return self.runtime.sites

    @property
    def clock(self) -> Clock:
        """The simulated time."""
        return self.runtime.clock

    @property
    def events(self) -> list[GcEvent]:
        """Every collection so far."""
        return self.runtime.events

    @property
    def out_of_memory(self) -> OutOfMemory | None:
        """How the process died, or None."""
        return self.runtime.out_of_memory

    @property
    def allocated_bytes(self) -> int:
        """Bytes allocated since the heap was made."""
        return self.runtime.allocated_bytes

    def run(self, scenario: Scenario, **parameters: object) -> None:
        """Run a scenario to its end.

        Raises:
            ScenarioError: a parameter is unknown or wrong, or the scenario raised something.
            HeapLimitReached: the process ran out of memory, as node would.
        """
        turns = scenario.start(self.mutator, parameters)
        self.heap.roots.in_script = True
        while True:
            wait_ms = self._one_turn(turns.step)
            self.heap.roots.in_script = False
            self._ring()
            if wait_ms is None:
                return
            self._wait(wait_ms)

    def call_at(self, time_ms: float, callback: Callable[[], None]) -> None:
        """While a scenario runs, call when the event loop is first reached at or after that simulated time.

        As a timer's callback in node, which is a turn of its own; not if the scenario ends before.
        """
        self._timers.append((time_ms, callback))
        self._timers.sort(key=itemgetter(0))

    def collect(self, kind: str = "mark-sweep") -> None:
        """Collect now: "scavenge" or "mark-sweep". The event's reason is "testing".

        Raises:
            ConfigError: there is no such kind.
        """
        if kind == "scavenge":
            self.runtime.collect_young("testing")
        elif kind == "mark-sweep":
            self.runtime.collect_all("testing")
        else:
            raise ConfigError(f'a collection is "scavenge" or "mark-sweep", got {kind!r}')

    def snapshot(self, path: str | Path) -> None:
        """Collect all garbage, for the reason "heap profiler", and write the heap to `path`, a .heapsnapshot file.

        Raises:
            ConfigError: the file cannot be written there.
            HeapLimitReached: the collections show that the heap is full.
        """
        from gcsim.snapshot.write import write_snapshot

        with replaced_file(Path(path)) as file:
            assert file is not None  # there is a path
            self.runtime.collect_available("heap profiler")
            write_snapshot(self.heap, file)

    def elapse(self, duration_ms: float) -> None:
        """The program computes for `duration_ms`."""
        self.runtime.let_time_pass()
        self.clock.advance(duration_ms)

    def idle(self, wait_ms: float) -> None:
        """A turn is over: the event loop's tasks run, then the wait passes, with those that come due in it."""
        runtime = self.runtime
        end_ms = self.clock.now_ms + wait_ms
        runtime.run_minor_gc_task()
        runtime.run_marking_task()
        runtime.reducer.loop_reached()
        while (task_ms := self._next_task_ms()) < end_ms:
            self.clock.advance(max(0.0, task_ms - self.clock.now_ms))
            runtime.run_memory_reducer()
            runtime.run_marking_task()
            runtime.reducer.loop_reached()
        self.clock.advance(max(0.0, end_ms - self.clock.now_ms))
        runtime.turn_start_ms = self.clock.now_ms

    def now_ms(self) -> float:
        """Simulated milliseconds since the heap was made."""
        self.runtime.let_time_pass()
        return self.clock.now_ms

    def note(self, text: str) -> None:
        """Tell `on_step` what happened."""
        if self.on_step is not None:
            self.on_step(text)

    def progress(self, done: int, total: int, of: str = "") -> None:
        """Tell `on_progress` how far the program is; `counts` has it too, under the name of what is counted."""
        self.counts[of] = done
        if self.on_progress is not None:
            self.on_progress(done, total)

    def _report(self, event: GcEvent | MarkingEvent) -> None:
        if isinstance(event, GcEvent):
            if self.on_gc is not None:
                self.on_gc(event)
        elif self.on_marking is not None:
            self.on_marking(event)

    def _report_reducer(self, event: ReducerEvent) -> None:
        if self.on_reducer is not None:
            self.on_reducer(event)

    def _wait(self, wait_ms: float) -> None:
        """The wait after a turn passes, with the timers that come due in it."""
        end_ms = self.clock.now_ms + wait_ms
        while self._timers and self._timers[0][0] < end_ms:
            self.idle(max(0.0, self._timers[0][0] - self.clock.now_ms))
            self._ring()
            wait_ms = max(0.0, end_ms - self.clock.now_ms)
        self.idle(wait_ms)

    def _ring(self) -> None:
        """The timers that are due are off, their callbacks called."""
        while self._timers and self._timers[0][0] <= self.clock.now_ms:
            self._timers.pop(0)[1]()

    def _one_turn(self, step: Callable[[], float | None]) -> float | None:
        """Run one turn in a scope of its own; returns the wait before the next, or None at the scenario's end."""
        roots = self.heap.roots
        depth = len(roots.scopes)
        roots.open_scope()
        try:
            return step()
        finally:
            self.runtime.let_time_pass()
            while len(roots.scopes) > depth:
                roots.close_scope()

    def _next_task_ms(self) -> float:
        """When the waiting loop has something to do; endless if nothing."""
        marking_ms = inf if self.runtime.marking is None else self.clock.now_ms + TASK_INTERVAL_MS
        return min(marking_ms, self.runtime.reducer.timer_ms)
