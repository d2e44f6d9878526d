"""Seeded bugs of what a simulation decides and tells: sizes, mu and the end of the process (A, P)."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from gcsim.collectors import Work
from gcsim.events import GcEvent, Kind
from gcsim.heap.heap import Heap
from gcsim.sim.pacer import Pacer
from gcsim.sim.pause import Pause
from gcsim.sim.runtime import Runtime
from gcsim.testing.mutants.record import Ran, Seed, change, mutant
from gcsim.trace import format as trace_format
from gcsim.units import WORD_BYTES
