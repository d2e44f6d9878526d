"""How it is collected: one algorithm a file, each an object with `advance(budget_bytes)`."""

from gcsim.collectors.mark_sweep import MarkSweep
from gcsim.collectors.protocol import UNLIMITED, Collector, MajorCollector, Phase, Work
from gcsim.collectors.scavenge import Scavenger

__all__ = ["UNLIMITED", "Collector", "MajorCollector", "MarkSweep", "Phase", "Scavenger", "Work"]
