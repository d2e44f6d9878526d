"""gcsim: a model of V8's generational heap that can be stepped, checked and trusted.

    from gcsim import HeapConfig, Simulation, scenario

A `Simulation` runs a program on a simulated heap of words and reports each collection as a `GcEvent`;
`format_line(event)` prints it as `node --trace-gc` would.

Each name is loaded when it is first asked for, so that `import gcsim` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what `__getattr__` gives at run time
    from gcsim.collectors import UNLIMITED, Collector, MarkSweep, Phase, Scavenger
    from gcsim.config import HeapConfig
    from gcsim.events import GcEvent, Kind, OutOfMemory
    from gcsim.heap.roots import Handle
    from gcsim.heap.shapes import Shape
    from gcsim.sim.mutator import Mutator
    from gcsim.sim.scenario import Scenario, scenario
    from gcsim.sim.simulation import Simulation
    from gcsim.trace.format import format_line

__all__ = [
    "UNLIMITED", "Collector", "GcEvent", "Handle", "HeapConfig", "Kind", "MarkSweep", "Mutator", "OutOfMemory", "Phase",
    "Scavenger", "Scenario", "Shape", "Simulation", "format_line", "scenario",
]  # fmt: skip

_HOMES = {
    "collectors": ("UNLIMITED", "Collector", "MarkSweep", "Phase", "Scavenger"),
    "config": ("HeapConfig",),
    "events": ("GcEvent", "Kind", "OutOfMemory"),
    "heap.roots": ("Handle",),
    "heap.shapes": ("Shape",),
    "sim.mutator": ("Mutator",),
    "sim.scenario": ("Scenario", "scenario"),
    "sim.simulation": ("Simulation",),
    "trace.format": ("format_line",),
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that holds it; `__version__`, from the installed package."""
    if name == "__version__":
        from importlib.metadata import version

        return version("gcsim")
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"gcsim.{home}"), name)
    raise AttributeError(f"module 'gcsim' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
