"""Nvp: one collection as the line of names and values that node prints for it with `--trace-gc-nvp`.

The idea: there is one list of names for scavenges (`gc=s`) and one for full collections (`gc=mc`), each in a fixed
order, each value with its own number of decimals. Programs read these lines, so all names are printed, also those of
things that the simulation does not have.

    [13973:0x110008000]       44 ms: pause=0.5 mutator=43.5 gc=s reduce_memory=0 ... unmapper_chunks=0

Times are ms, sizes bytes, `*_throughput` and `*_speed` bytes per ms, and what ends in a `%` is in percent.

What is real: `pause`; `mutator`, the time since the collection before; `allocated`, what was allocated since then (for
the first one, all that there is); the sizes, and the holes on swept pages of old space; what was promoted and copied
(`new_space_survived`), and the ratios made of it; the speeds, as the pacer measures them; incremental marking, in a
scavenge's line as far as it is.

Of the phases, three are told apart: `scavenge` (all of its pause), `mark` (the marking in the pause of a full
collection) and `incremental` (the marking in steps before). Every other phase is part of a pause, and prints 0.

`promotion_rate` is what was promoted, in percent of what the collection before copied, so it may exceed 100.
`new_space_survive_rate_` keeps its underscore in scavenges, where V8 has it.

Source: V8 11.3 src/heap/gc-tracer.cc PrintNVP, heap.cc UpdateSurvivalStatistics; names, order and decimals as Node 20
prints them (measured).
Left out: names that other versions of Node have, but for `gc=ms` up to 18; the embedder's handles (`nodes_*`), the
unmapper and compaction, which print 0. While a full collection is marking or being swept, V8 counts `mutator` and
`allocated` from that collection instead of from the one before, even where it has not ended: here they stay what they
say.
"""

from typing import Final

from gcsim.events import GcEvent, Kind
from gcsim.trace.format import Dialect, dialect, stamp

SCAVENGE_PHASES: Final = (
    "time_to_safepoint", "heap.prologue", "heap.epilogue", "heap.epilogue.reduce_new_space", "heap.external.prologue",
    "heap.external.epilogue", "heap.external_weak_global_handles", "fast_promote", "complete.sweep_array_buffers",
    "scavenge", "scavenge.free_remembered_set", "scavenge.roots", "scavenge.weak",
    "scavenge.weak_global_handles.identify", "scavenge.weak_global_handles.process", "scavenge.parallel",
    "scavenge.update_refs", "scavenge.sweep_array_buffers", "background.scavenge.parallel", "background.unmapper",
    "unmapper",
)  # fmt: skip

BEGIN_PHASES: Final = (
    "time_to_safepoint", "heap.prologue", "heap.embedder_tracing_epilogue", "heap.epilogue",
    "heap.epilogue.reduce_new_space",
)  # fmt: skip
EXTERNAL_PHASES: Final = ("heap.external.prologue", "heap.external.epilogue", "heap.external.weak_global_handles")
PAUSE_PHASES: Final = (
    "clear.external_string_table", "clear.string_forwarding_table", "clear.weak_global_handles",
    "clear.dependent_code", "clear.maps", "clear.slots_buffer", "clear.weak_collections", "clear.weak_lists",
    "clear.weak_references", "clear.join_job",
    "complete.sweep_array_buffers", "complete.sweeping",
    "epilogue",
    "evacuate", "evacuate.candidates", "evacuate.clean_up", "evacuate.copy", "evacuate.prologue", "evacuate.epilogue",
    "evacuate.rebalance", "evacuate.update_pointers", "evacuate.update_pointers.to_new_roots",
    "evacuate.update_pointers.slots.main", "evacuate.update_pointers.weak",
    "finish", "finish.sweep_array_buffers",
    "mark", "mark.finish_incremental", "mark.roots", "mark.full_closure_parallel", "mark.full_closure",
    "mark.ephemeron.marking", "mark.ephemeron.linear", "mark.embedder_prologue", "mark.embedder_tracing",
    "prologue",
    "sweep", "sweep.code", "sweep.map", "sweep.new", "sweep.new_lo", "sweep.old",
    "incremental", "incremental.finalize", "incremental.finalize.external.prologue",
    "incremental.finalize.external.epilogue", "incremental.layout_change", "incremental.sweep_array_buffers",
    "incremental.sweeping", "incremental.embedder_prologue", "incremental.embedder_tracing",
    "incremental_wrapper_tracing_longest_step",
)  # fmt: skip
BACKGROUND_PHASES: Final = (
    "background.mark", "background.sweep", "background.evacuate.copy", "background.evacuate.update_pointers",
    "background.unmapper", "unmapper",
)  # fmt: skip


def format_nvp(event: GcEvent, *, node: int = 14, pid: int = 13973, isolate: int = 0x110008000) -> str:
    """The `--trace-gc-nvp` line of `event`, without its newline.

    Raises:
        ConfigError: that version of Node has no dialect.
    """
    style = dialect(node)
    pairs = _scavenge(event) if event.kind is Kind.SCAVENGE else _mark_sweep(event)
    return stamp(event.end_ms, pid, isolate) + " ".join([*_head(event, style), *pairs])


def _head(event: GcEvent, style: Dialect) -> list[str]:
    return [
        f"pause={event.pause_ms:.1f}",
        f"mutator={event.mutator_ms:.1f}",
        f"gc={'s' if event.kind is Kind.SCAVENGE else style.mark_sweep_short_name}",
        f"reduce_memory={event.reduce_memory:d}",
    ]


def _scavenge(event: GcEvent) -> list[str]:
    marking = event.incremental
    return [
        *_phases(SCAVENGE_PHASES, decimals=2, scavenge=event.pause_ms),
        f"incremental.steps_count={marking.steps if marking else 0}",
        f"incremental.steps_took={marking.duration_ms if marking else 0:.1f}",
        f"scavenge_throughput={event.scavenge_bytes_per_ms:.0f}",
        *_sizes(event),
        f"new_space_survive_rate_={event.copied_ratio:.1%}",
        f"new_space_allocation_throughput={event.young_allocation_bytes_per_ms:.1f}",
        "unmapper_chunks=0",
    ]


def _mark_sweep(event: GcEvent) -> list[str]:
    marking = event.incremental
    return [
        *_phases(BEGIN_PHASES, decimals=2),
        *_phases(EXTERNAL_PHASES, decimals=1),
        "clear=0",
        *_phases(PAUSE_PHASES, decimals=1, mark=event.mark_ms, incremental=marking.duration_ms if marking else 0.0),
        f"incremental_longest_step={marking.longest_step_ms if marking else 0:.1f}",
        f"incremental_steps_count={marking.steps if marking else 0}",
        f"incremental_marking_throughput={event.marking_bytes_per_ms:.0f}",
        f"incremental_walltime_duration={marking.walltime_ms if marking else 0:.0f}",
        *_phases(BACKGROUND_PHASES, decimals=1),
        *_sizes(event),
        f"new_space_survive_rate={event.copied_ratio:.1%}",
        f"new_space_allocation_throughput={event.young_allocation_bytes_per_ms:.1f}",
        "unmapper_chunks=0",
        "compaction_speed=0",
    ]


def _phases(names: tuple[str, ...], *, decimals: int, **known_ms: float) -> list[str]:
    return [f"{name}={known_ms.get(name, 0.0):.{decimals}f}" for name in names]


def _sizes(event: GcEvent) -> list[str]:
    """The names that both lists have near their ends."""
    allocated_bytes = event.allocated_bytes if event.number else event.used_before_bytes
    return [
        f"total_size_before={event.used_before_bytes}",
        f"total_size_after={event.used_after_bytes}",
        f"holes_size_before={event.holes_before_bytes}",
        f"holes_size_after={event.holes_after_bytes}",
        f"allocated={allocated_bytes}",
        f"promoted={event.promoted_bytes}",
        f"new_space_survived={event.copied_bytes}",
        "nodes_died_in_new=0",
        "nodes_copied_in_new=0",
        "nodes_promoted=0",
        f"promotion_ratio={event.promotion_ratio:.1%}",
        f"average_survival_ratio={event.average_survival_ratio:.1%}",
        f"promotion_rate={event.promotion_rate:.1%}",
    ]
