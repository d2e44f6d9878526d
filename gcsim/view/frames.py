"""Frames: records a run.

A run is recorded in one of two ways (`gcsim.view.frame`): step by step, which is for heaps of a few hundred objects, or
with one frame for each collection, which is for all others.

Step by step means: one frame for each operation of the mutator, for each object or root that a collector has done, for
each border of a phase. What nobody can see, such as a root that refers to an old object, gives no frame. The run is the
same as without a recorder, to the byte of its trace lines.

A run that runs out of memory ends in a frame that says so; the recording is complete nonetheless. One that has too many
steps is recorded up to the last that is wanted (`Recording.is_cut`): the program is left there and then.

Left out: operations that go past the mutator, such as `m.copy_elements`, are seen with the next one that does not.
"""

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve, frozen

from gcsim.collectors import UNLIMITED, Collector, MajorCollector, MarkSweep, Phase, Scavenger
from gcsim.config import HeapConfig
from gcsim.errors import HeapLimitReached
from gcsim.events import GcEvent, MarkingEvent, MarkingStarted, MarkingStopped
from gcsim.heap.heap import Heap
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import Shape
from gcsim.sim.simulation import Simulation
from gcsim.view.camera import Camera, Cycle
from gcsim.view.frame import Frame, Recording, Step
from gcsim.view.survey import Survey
from gcsim.view.watched import Watched, WatchedMajor, watch

Program = Callable[[Simulation], object]
"""What is recorded: it runs something on the simulation that it is given."""
LineOf = Callable[[GcEvent], str]
"""The trace line of a collection."""

MOST_FRAMES: Final = 100_000
NOTHING: Final = ("", 0)
SMALL_PAGE_BYTES: Final = 2048
"""Heaps whose pages are larger are recorded by collections, unless one asks for steps."""


@frozen(kw_only=True)
class Run:
    """What is to be recorded.

    `young`, `old`: collector classes. `line_of`: how the trace lines look. `steps`: whether every step is recorded or
    only each collection; None: as the heap's geometry suggests. `most_frames`: when to stop. `marking_step_bytes`: the
    largest step of incremental marking, where every step is recorded: on a tiny heap V8's would mark everything.
    """

    name: str
    program: Program
    config: HeapConfig
    line_of: LineOf
    title: str = ""
    seed: int = 0
    young: Callable[[Heap], Collector] = Scavenger
    old: Callable[[Heap], MajorCollector] = MarkSweep
    steps: bool | None = None
    most_frames: int = MOST_FRAMES
    marking_step_bytes: int = UNLIMITED

    @property
    def is_stepwise(self) -> bool:
        """Whether every step is recorded."""
        return self.config.page_size <= SMALL_PAGE_BYTES if self.steps is None else self.steps


def record(run: Run) -> Recording:
    """The recording of a run, to whatever end it comes.

    Raises:
        GcsimError: the program failed, or did something wrong with the heap.
    """
    recorder = StepRecorder(run) if run.is_stepwise else GcRecorder(run)
    try:
        recorder.end(play(run.program, recorder.simulation))
    except Enough:
        return recorder.recording(is_cut=True)
    return recorder.recording()


def play(program: Program, simulation: Simulation) -> Step:
    """The program has run to its end; returns which end that was."""
    try:
        program(simulation)
    except HeapLimitReached:
        if simulation.out_of_memory is None:
            raise
        return Step.OUT_OF_MEMORY
    return Step.END


class Enough(BaseException):
    """All frames that are wanted were taken. No error of the program's, so nothing that handles those may catch it."""


class Recorder:
    """Takes frames of a simulation. What there is to be seen, `parts` says."""

    detail: str

    def __init__(self, run: Run, simulation: Simulation) -> None:
        self.run = run
        self.simulation = simulation
        self.frames: list[Frame] = []
        simulation.on_gc = self.gc_ended
        self.add(Step.START)

    def parts(self) -> dict[str, Any]:
        """What there is, as the arguments of a `Frame`."""
        raise NotImplementedError

    def gc_ended(self, event: GcEvent) -> None:
        """A collection has ended."""
        self.add(Step.GC_END)

    def end(self, step: Step) -> None:
        """The last frame."""
        self.add(step)

    def add(self, step: Step, **facts: Any) -> None:
        """One frame more, whether anything has changed or not."""
        self.append(step, {**self.parts(), **facts})

    def append(self, step: Step, parts: dict[str, Any]) -> None:
        """One frame more, of these parts."""
        if len(self.frames) >= self.run.most_frames:
            raise Enough
        simulation = self.simulation
        frame = Frame(
            index=len(self.frames),
            time_ms=simulation.clock.now_ms,
            step=step,
            gc_number=len(simulation.events),
            used_bytes=simulation.heap.used_bytes(),
            committed_bytes=simulation.heap.committed_bytes(),
            limit_bytes=simulation.runtime.pacer.limit.limit_bytes,
            **parts,
        )
        self.frames.append(frame)

    def recording(self, *, is_cut: bool = False) -> Recording:
        """All that was recorded."""
        events = tuple(self.simulation.events)
        return Recording(
            name=self.run.name,
            title=self.run.title,
            frames=tuple(self.frames),
            detail=self.detail,
            events=events,
            lines=tuple(map(self.run.line_of, events)),
            page_words=self.run.config.page_words,
            is_cut=is_cut,
        )


class GcRecorder(Recorder):
    """Records one frame for each collection."""

    detail = "pages"

    def __init__(self, run: Run) -> None:
        simulation = Simulation(run.config, young=run.young, old=run.old, seed=run.seed)
        self._survey = Survey(simulation.mutator)
        super().__init__(run, simulation)

    def parts(self) -> dict[str, Any]:
        """A map of the heap."""
        return self._survey.take()


class StepRecorder(Recorder):
    """Records every step. It is what watched mutators and collectors call, and what the simulation reports to."""

    detail = "objects"

    def __init__(self, run: Run) -> None:
        self._major: WatchedMajor | None = None
        self._minor: Watched | None = None
        self._stopped = False
        self._in_steps = False
        self._wanted = NOTHING
        simulation = Simulation(run.config, young=self._make_young, old=self._make_old, seed=run.seed)
        self._camera = Camera(simulation.heap)
        super().__init__(run, simulation)
        simulation.on_marking = self._marking
        simulation.on_step = self._note
        watch(simulation.mutator, self)

    # What the watched mutator and collectors call

    def catch_up(self) -> None:
        """A frame shows what has changed unseen."""
        parts = self.parts()
        if self._shows_more(parts):
            last = self.frames[-1]
            only_roots = evolve(last, **{**parts, "roots": last.roots, "remembered": last.remembered}) == last
            self.append(Step.ROOTS if only_roots else Step.OTHER, parts)

    def look(self, step: Step) -> None:
        """A frame shows what the step did, if it can be seen."""
        parts = self.parts()
        if self._shows_more(parts):
            self.append(step, parts)

    def end(self, step: Step) -> None:
        """The last frame, after one that shows what has changed unseen."""
        self.catch_up()
        self.add(step)

    def allocation_begins(self, shape: Shape) -> None:
        """An object of that shape is wanted; if a collection comes now, this is why."""
        self.catch_up()
        self._wanted = self._camera.register.next_name(shape.name), shape.size_bytes

    def allocation_ends(self, shape: Shape, handle: Handle) -> None:
        """There it is."""
        self._wanted = NOTHING
        self._camera.register.born(handle.address, shape.name)
        self.look(Step.ALLOCATE)

    def gc_ended(self, event: GcEvent) -> None:
        """A collection has ended: the program goes on, and so does a marking that it came in between of."""
        if self._minor is not None:
            self._minor = None
        else:
            self._major = None
        self._stopped = False
        self.add(Step.GC_END)

    # What the simulation calls

    def _make_young(self, heap: Heap) -> Collector:
        self._gc_starts()
        collector = self.run.young(heap)
        self._minor = Watched(collector, self)
        self.look(Step.FLIP)
        return self._minor

    def _make_old(self, heap: Heap) -> MajorCollector:
        if not self._in_steps:
            self._gc_starts()
        self._in_steps = False
        collector = self.run.old(heap)
        self._major = WatchedMajor(collector, self, self.run.marking_step_bytes)
        self.look(Step.FLIP)
        return self._major

    def _gc_starts(self) -> None:
        if self._wanted == NOTHING:
            self.catch_up()
        else:
            self.add(Step.ALLOCATE_FAIL)
        self._pause_begins()

    def _pause_begins(self) -> None:
        self._stopped = True
        self.add(Step.GC_START)
        self._camera.collection_begins()

    def _marking(self, event: MarkingEvent) -> None:
        if isinstance(event, MarkingStarted):
            self._in_steps = True
            self.add(Step.MARKING_START)
        elif isinstance(event, MarkingStopped):
            self._pause_begins()
        elif event.marked_bytes:
            self.add(Step.MARKING_STEP)

    def _note(self, text: str) -> None:
        self.catch_up()
        self.add(Step.NOTE, note=text)

    # Pictures

    def _cycle(self) -> Cycle | None:
        """The collection under way; a scavenge hides the marking that it comes in between of."""
        if self._minor is not None:
            return Cycle(self._minor.collector, is_scavenge=True)
        if self._major is not None:
            return Cycle(self._major.collector, is_scavenge=False, judged=self._major.judged)
        return None

    def parts(self) -> dict[str, Any]:
        """The heap, object by object, and what is being done to it."""
        cycle = self._cycle()
        parts = self._camera.take(cycle)
        if cycle is not None:
            parts["collector"] = "scavenge" if cycle.is_scavenge else "mark-sweep"
            parts["phase"] = "" if cycle.phase is Phase.DONE else cycle.phase.value
        return {**parts, "stopped": self._stopped, "wanted": self._wanted[0], "wanted_bytes": self._wanted[1]}

    def _shows_more(self, parts: dict[str, Any]) -> bool:
        """Whether the parts differ from the last frame."""
        last = self.frames[-1]
        return any(getattr(last, name) != part for name, part in parts.items())
