"""Watched: a program and its collectors, with somebody who looks on after each of their steps.

Neither knows. A watched collector is driven in slices of one object, `advance(1)`, however much it was told to do: the
design promises that a cycle comes out the same in slices of any size. A watched mutator has the same methods; before
each of them whatever has changed unseen is looked at (a scope was closed, a collection of JavaScript values stored into
its table), and after it what it did.
"""

from collections.abc import Callable
from typing import Protocol

from gcsim.collectors import Collector, MajorCollector, Phase
from gcsim.heap.barriers import Value
from gcsim.heap.roots import Globals, Handle, Roots
from gcsim.heap.shapes import Shape
from gcsim.sim.js import Js
from gcsim.sim.mutator import Mutator, New
from gcsim.view.frame import Step


class Onlooker(Protocol):
    """Who looks on."""

    def catch_up(self) -> None:
        """Look, if anything has changed since the last look."""

    def look(self, step: Step) -> None:
        """Look at what that step did."""

    def allocation_begins(self, shape: Shape) -> None:
        """An object of that shape is wanted; if a collection comes now, this is why."""

    def allocation_ends(self, shape: Shape, handle: Handle) -> None:
        """There it is."""


class Watched:
    """A collector that does one object a slice, with an onlooker. It has what is public of a collector."""

    __slots__ = ("_onlooker", "collector", "phase", "work")

    def __init__(self, collector: Collector, onlooker: Onlooker) -> None:
        self.collector = collector
        self.phase = collector.phase
        self.work = collector.work
        self._onlooker = onlooker

    @property
    def atomic(self) -> bool:
        """As the collector says."""
        return self.collector.atomic

    def advance(self, budget_bytes: int) -> int:
        """Work as the collector would, in slices of one object; returns the bytes done."""
        self._onlooker.catch_up()
        done, phase = 0, self.phase
        while self.phase is phase:
            done += self._slice()
            if done >= budget_bytes or self._must_stop():
                break
        return done

    def _slice(self) -> int:
        """One object is done, or as little as the collector can do."""
        done = self.collector.advance(1)
        self._has_advanced()
        return done

    def _has_advanced(self) -> None:
        self.phase = self.collector.phase
        self._onlooker.look(Step.SLICE)

    def _must_stop(self) -> bool:
        """Whether the collector would return here, although the phase goes on."""
        return False


class WatchedMajor(Watched):
    """The same of a mark-sweep. `judged`: marking has ended, and nothing has been done about the dead.

    No slice of it does more than `most_bytes`, whatever it is told, so that a step of marking in steps can be small.
    """

    __slots__ = ("_major", "_most_bytes", "heap", "judged")

    def __init__(self, collector: MajorCollector, onlooker: Onlooker, most_bytes: int) -> None:
        super().__init__(collector, onlooker)
        self.judged = False
        self._major = collector
        self._most_bytes = most_bytes
        self.heap = collector.heap

    @property
    def ready(self) -> bool:
        """As the collector says."""
        return self._major.ready

    def advance(self, budget_bytes: int) -> int:
        """Work as the collector would, but no more than `most_bytes`; returns the bytes done."""
        return super().advance(min(budget_bytes, self._most_bytes))

    def _slice(self) -> int:
        was_judged = self.judged
        self.judged = False
        done = self.collector.advance(0 if was_judged else 1)  # 0: what comes before the first object is moved
        self.judged = self.phase is not Phase.EVACUATE and self.collector.phase is Phase.EVACUATE
        self._has_advanced()
        return done

    def _must_stop(self) -> bool:
        return self.ready


class WatchedGlobals(Globals):
    """The globals, with an onlooker."""

    __slots__ = ("_onlooker",)

    def __init__(self, roots: Roots, onlooker: Onlooker) -> None:
        super().__init__(roots)
        self._onlooker = onlooker

    def __setitem__(self, name: str, handle: Handle) -> None:
        self._onlooker.catch_up()
        super().__setitem__(name, handle)
        self._onlooker.look(Step.ROOTS)

    def __delitem__(self, name: str) -> None:
        self._onlooker.catch_up()
        super().__delitem__(name)
        self._onlooker.look(Step.ROOTS)


def watch(mutator: Mutator, onlooker: Onlooker) -> None:
    """Whatever the mutator does from now on, the onlooker sees."""
    mutator.new = new = watched_new(mutator, onlooker)
    mutator.write = watched_write(mutator.write, onlooker)
    mutator.globals = WatchedGlobals(mutator.heap.roots, onlooker)
    mutator.js = Js(mutator.heap, new, mutator.random)


def watched_new(mutator: Mutator, onlooker: Onlooker) -> New:
    """The mutator's `new`, with an onlooker."""
    plain_new, define = mutator.new, mutator.heap.shapes.define

    def new(
        shape: Shape | str, fields: tuple[str, ...] = (), size: int | None = None, pretenured: bool = False
    ) -> Handle:
        """A handle for a new object; as `Mutator.new`."""
        layout = define(shape, fields=tuple(fields), size=size) if isinstance(shape, str) else shape
        onlooker.allocation_begins(layout)
        handle = plain_new(layout, pretenured=pretenured)
        onlooker.allocation_ends(layout, handle)
        return handle

    return new


def watched_write(
    plain_write: Callable[[Handle, str | int, Value], None], onlooker: Onlooker
) -> Callable[[Handle, str | int, Value], None]:
    """The mutator's `write`, with an onlooker."""

    def write(holder: Handle, field: str | int, value: Value) -> None:
        """Store a value into a field; as `Mutator.write`."""
        onlooker.catch_up()
        plain_write(holder, field, value)
        onlooker.look(Step.WRITE)

    return write
