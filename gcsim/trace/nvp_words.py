"""Nvp words: what each name of a `--trace-gc-nvp` line means, its unit, and the group that it belongs to.

The idea: a line has some fifty names for a scavenge and over a hundred for a full collection, most of them phases of
the pause that took no time. A table says for each name what it counts; whoever reads a line wants the groups.

A phase's time is part of the phase that its name begins with (`mark.roots` of `mark`), and what begins with
`background.` was done by helper threads while the program ran or stood still. Times are of the main thread else.

Source: V8 11.3 src/heap/gc-tracer.cc PrintNVP, gc-tracer.h (the list of scopes); the names of other versions as Node 12
to 25 print them (measured), their meanings read from the names.
"""

from typing import Final

from attrs import frozen


@frozen
class Name:
    """A name of nvp lines: the unit of its value ("" for a number or a word), and what it says."""

    unit: str
    words: str
    group: str


_MS_GROUPS: Final[dict[str, dict[str, str]]] = {
    "pause and program": {
        "pause": "the program stood still",
        "mutator": "the program ran since the collection before",
        "time_to_safepoint": "until all threads of the program had stopped",
    },
    "around the collection": {
        "prologue": "preparations of a full collection",
        "epilogue": "what a full collection does at its end",
        "heap.prologue": "preparations of the heap",
        "heap.epilogue": "what the heap does at the end",
        "heap.epilogue.reduce_new_space": "new space was made smaller",
        "heap.embedder_tracing_epilogue": "the embedder's C++ heap ended its part",
        "heap.external.prologue": "the embedder's callbacks before a collection",
        "heap.external.epilogue": "the embedder's callbacks after a collection",
        "heap.external.weak_global_handles": "the embedder's callbacks for handles whose object died",
        "heap.external_weak_global_handles": "the embedder's callbacks for handles whose object died",
        "conservative_stack_scanning": "the stack was searched for what may be pointers",
    },
    "scavenge": {
        "fast_promote": "pages were promoted whole",
        "scavenge": "the scavenge itself",
        "scavenge.free_remembered_set": "lists of old-to-new pointers that are not needed any more were freed",
        "scavenge.roots": "objects that the stack and globals refer to were found",
        "scavenge.weak": "weak references to young objects were updated",
        "scavenge.weak_global_handles.identify": "weak handles whose object died were found",
        "scavenge.weak_global_handles.process": "those weak handles were dealt with",
        "scavenge.parallel": "living objects were copied, with the help of other threads",
        "scavenge.update_refs": "references to objects that moved were updated",
        "scavenge.sweep_array_buffers": "memory of dead young ArrayBuffers was freed",
        "scavenge.process_array_buffers": "memory of dead young ArrayBuffers was freed",
        "scavenge.pin_objects": "objects that the stack may refer to were kept where they are",
        "scavenge.restore_pinned": "those objects were made ordinary ones again",
        "scavenge.resize_new_space": "new space was made larger or smaller",
    },
    "marking": {
        "mark": "marking in the pause",
        "mark.finish_incremental": "incremental marking was brought to its end",
        "mark.roots": "objects that the stack and globals refer to were marked",
        "mark.full_closure_parallel": "all that these reach, with the help of other threads",
        "mark.full_closure": "all that these reach, on the main thread",
        "mark.ephemeron.marking": "values of WeakMaps whose keys live",
        "mark.ephemeron.linear": "the same, by the slower method for long chains of them",
        "mark.main": "all that these reach",
        "mark.weak_closure": "what is reached through weak things only",
        "mark.weak_closure.ephemeron": "values of WeakMaps whose keys live",
        "mark.weak_closure.ephemeron.marking": "the same, in rounds",
        "mark.weak_closure.ephemeron.linear": "the same, by the slower method for long chains of them",
        "mark.weak_closure.harmony": "WeakMaps and WeakSets, once all else was marked",
        "mark.weak_closure.weak_handles": "the embedder's weak handles were looked at",
        "mark.weak_closure.weak_roots": "what these handles still need was marked",
        "mark.embedder_prologue": "the embedder's C++ heap got ready",
        "mark.embedder_tracing": "the embedder's C++ heap was marked",
    },
    "clearing what is weak": {
        "clear": "references to dead objects were removed",
        "clear.external_string_table": "the table of strings that lie outside of the heap",
        "clear.string_forwarding_table": "the table of strings that are to become shared",
        "clear.weak_global_handles": "the embedder's weak handles",
        "clear.dependent_code": "optimized code that relied on what died",
        "clear.maps": "hidden classes without objects",
        "clear.slots_buffer": "recorded slots in dead objects",
        "clear.weak_collections": "entries of WeakMaps and WeakSets whose key died",
        "clear.weak_lists": "V8's own weak lists",
        "clear.weak_references": "WeakRefs and other weak references",
        "clear.weak_references_trivial": "weak references whose objects need no second look",
        "clear.weak_references_non_trivial": "weak references that need one",
        "clear.weak_references_filter_non_trivial": "those were sorted out",
        "clear.js_weak_references": "the program's WeakRefs and finalization registries",
        "clear.store_buffer": "recorded slots in dead objects",
        "clear.string_table": "the table of internalized strings",
        "clear.join_filter_job": "the main thread waited for helpers that sort weak references",
        "weakness_handling": "what is weak was dealt with",
        "clear.join_job": "the main thread waited for helpers that clear",
    },
    "moving objects": {
        "evacuate": "living objects were moved off pages, and pointers updated",
        "evacuate.candidates": "the pages to be emptied were chosen",
        "evacuate.pin_pages": "pages with objects that may not move were left out",
        "evacuate.clean_up": "emptied pages were given up",
        "evacuate.copy": "objects were copied",
        "evacuate.prologue": "preparations of the moving",
        "evacuate.epilogue": "the end of the moving",
        "evacuate.rebalance": "new space was given its pages back",
        "evacuate.update_pointers": "pointers to moved objects were updated",
        "evacuate.update_pointers.to_new_roots": "pointers in roots and in new space",
        "evacuate.update_pointers.slots.main": "pointers in recorded slots",
        "evacuate.update_pointers.slots.map_space": "pointers in hidden classes",
        "evacuate.update_pointers.weak": "weak pointers",
    },
    "sweeping": {
        "complete.sweep_array_buffers": "the last collection's sweeping of ArrayBuffers was finished first",
        "complete.sweeping": "the last collection's sweeping was finished first",
        "finish": "the last things of a full collection",
        "finish.sweep_array_buffers": "memory of dead ArrayBuffers was freed",
        "sweep": "sweeping was set up; most of it is done later",
        "sweep.code": "sweeping of code space",
        "sweep.map": "sweeping of map space",
        "sweep.new": "sweeping of new space",
        "sweep.new_lo": "sweeping of young large objects",
        "sweep.old": "sweeping of old space",
        "sweep.start_jobs": "helpers were set to work on it",
    },
    "incremental marking": {
        "incremental": "marking in steps before the pause",
        "incremental.finalize": "the roots were visited once more at the end of it",
        "incremental.finalize.body": "the roots themselves",
        "incremental.start": "marking was set up",
        "incremental.finalize.external.prologue": "the embedder's callbacks before that",
        "incremental.finalize.external.epilogue": "the embedder's callbacks after that",
        "incremental.layout_change": "objects that changed their layout while marking ran",
        "incremental.sweep_array_buffers": "the last sweeping of ArrayBuffers was finished first",
        "incremental.sweeping": "the last sweeping was finished first",
        "incremental.embedder_prologue": "the embedder's C++ heap got ready",
        "incremental.embedder_tracing": "the embedder's C++ heap was marked in steps",
        "incremental.steps_took": "steps so far took together",
        "incremental_wrapper_tracing_longest_step": "the longest step in the embedder's C++ heap",
        "incremental_longest_step": "the longest step",
        "incremental_finalize_longest_step": "the longest visit of the roots at the end of it",
        "incremental_walltime_duration": "by the clock, from the start of marking to the end of the pause",
    },
    "helper threads": {
        "background.mark": "marking",
        "background.sweep": "sweeping",
        "background.array_buffer_free": "freeing the memory of dead ArrayBuffers",
        "background.store_buffer": "sorting recorded slots",
        "background.evacuate.copy": "copying of objects in a full collection",
        "background.evacuate.update_pointers": "updating of pointers",
        "background.scavenge.parallel": "copying of objects in a scavenge",
        "background.unmapper": "giving memory back to the system",
        "unmapper": "giving memory back to the system, on the main thread",
    },
}  # fmt: skip

_OTHERS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "pause and program": {
        "gc": ("", "which collector: s is a scavenge, mc or ms a full collection"),
        "reduce_memory": ("", "whether V8 wants to make the heap small"),
        "interleaved": ("", "whether the last full collection was still being swept"),
        "during_sweeping": ("", "whether the last full collection was still being swept"),
        "stack": ("", "whether the stack may hold pointers that V8 does not know of"),
        "reason": ("", "why it came"),
    },
    "incremental marking": {
        "incremental.steps_count": ("steps", "so far"),
        "incremental_steps_count": ("steps", "before the pause"),
        "incremental_finalize_steps_count": ("steps", "visits of the roots at the end of it"),
    },
    "sizes": {
        "total_size_before": ("bytes", 'objects before, garbage included ("used" of other lines)'),
        "total_size_after": ("bytes", "objects after"),
        "holes_size_before": ("bytes", "free in holes between objects, before"),
        "holes_size_after": ("bytes", "free in holes between objects, after"),
        "start_object_size": ("bytes", 'objects before, garbage included ("used" of other lines)'),
        "end_object_size": ("bytes", "objects after"),
        "start_memory_size": ("bytes", 'memory of the heap before ("total" of other lines)'),
        "end_memory_size": ("bytes", "memory of the heap after"),
        "start_holes_size": ("bytes", "free in holes between objects, before"),
        "end_holes_size": ("bytes", "free in holes between objects, after"),
        "new_space_capacity": ("bytes", "what new space can hold"),
        "old_gen_allocation_limit": ("bytes", "of old objects, at which the next full collection is due"),
        "global_allocation_limit": ("bytes", "the same, the embedder's objects included"),
        "quarantined_size": ("bytes", "objects that were kept where they are, as the stack may refer to them"),
        "quarantined_pages": ("pages", "that hold such objects"),
        "allocated": ("bytes", "allocated since the collection before; the whole heap while marking runs"),
        "unmapper_chunks": ("chunks", "waiting to be given back to the system"),
        "pool_chunks": ("chunks", "kept for reuse"),
        "pool_local_chunks": ("chunks", "kept for reuse by this isolate"),
        "pool_shared_chunks": ("chunks", "kept for reuse by any isolate"),
        "pool_total_chunks": ("chunks", "kept for reuse, all of them"),
    },
    "survival": {
        "promoted": ("bytes", "young objects that moved to the old generation"),
        "new_space_survived": ("bytes", "young objects that were copied and stay young"),
        "semi_space_copied": ("bytes", "young objects that were copied and stay young"),
        "nodes_died_in_new": ("handles", "of the embedder whose young object died"),
        "nodes_copied_in_new": ("handles", "of the embedder whose object was copied and stays young"),
        "nodes_promoted": ("handles", "of the embedder whose object was promoted"),
        "promotion_ratio": ("%", "of the young generation was promoted"),
        "average_survival_ratio": ("%", "of the young generation lived on, mean of the last ten collections"),
        "promotion_rate": ("%", "promoted, of what the collection before had copied; may exceed 100"),
        "new_space_survive_rate_": ("%", "of the young generation was copied and stays young"),
        "new_space_survive_rate": ("%", "of the young generation was copied and stays young"),
        "semi_space_copy_rate": ("%", "of the young generation was copied and stays young"),
    },
    "speeds": {
        "scavenge_throughput": ("bytes/ms", "scavenges work so fast"),
        "incremental_marking_throughput": ("bytes/ms", "incremental marking works so fast"),
        "compaction_speed": ("bytes/ms", "objects are moved so fast"),
        "new_space_allocation_throughput": ("bytes/ms", "the program allocates young objects so fast"),
        "allocation_throughput": ("bytes/ms", "the program allocates so fast"),
        "context_disposal_rate": ("ms", "between two contexts that were given up, on average"),
    },
}  # fmt: skip

NAMES: Final[dict[str, Name]] = {
    **{name: Name("ms", words, group) for group, names in _MS_GROUPS.items() for name, words in names.items()},
    **{name: Name(*entry, group) for group, names in _OTHERS.items() for name, entry in names.items()},
}
"""Each name that Node 12 to 25 print, in any of their forms."""

GROUPS: Final = (*_MS_GROUPS, *(group for group in _OTHERS if group not in _MS_GROUPS))
"""The groups, in the order in which they are told."""


def nvp_name(name: str) -> Name:
    """What a name says; for one that no version up to 25 has, the group of its kin and no more."""
    if name in NAMES:
        return NAMES[name]
    family = name.partition(".")[0]
    kin = next((known for known in NAMES if known.partition(".")[0] == family), "pause")
    return Name("", "a name that gcsim does not know", NAMES[kin].group)
