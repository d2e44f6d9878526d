"""A scene: a program with the heap that shows it best, and perhaps a second one beside it."""

from collections.abc import Callable

from attrs import evolve, frozen

from gcsim.collectors import UNLIMITED
from gcsim.config import HeapConfig
from gcsim.sim.scenario import Scenario
from gcsim.view.frame import Recording
from gcsim.view.frames import LineOf, Program, Run, record


def as_it_is(config: HeapConfig) -> HeapConfig:
    """The same configuration."""
    return config


@frozen(kw_only=True)
class Scene:
    """`title`: what is to be seen, in a sentence. `beside`: the other run; both are played under one transport.

    The rest as `gcsim.view.frames.Run` has it.
    """

    name: str
    title: str
    program: Program
    config: HeapConfig
    marking_step_bytes: int = UNLIMITED
    beside: "Scene | None" = None

    def record(self, line_of: LineOf, adjust: Callable[[HeapConfig], HeapConfig] = as_it_is) -> Recording:
        """The recording of the scene. `adjust`: what is done to the configuration of each of its heaps."""
        run = Run(
            name=self.name,
            program=self.program,
            config=adjust(self.config),
            line_of=line_of,
            title=self.title,
            marking_step_bytes=self.marking_step_bytes,
        )
        beside = self.beside.record(line_of, adjust) if self.beside else None
        return evolve(record(run), beside=beside)


def playing(scenario: Scenario, **parameters: object) -> Program:
    """The program that runs a scenario."""
    return lambda simulation: simulation.run(scenario, **parameters)
