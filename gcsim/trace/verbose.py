"""Verbose: what node prints about the spaces and the limits with `--trace-gc-verbose`.

Before the line of a full collection, how it has set the limit of the old generation: the factor that follows from the
speeds of the collector and of the program, then the limit with the factor that was used, and the same for the limit
that would count the embedder's memory too.

    [13973:0x110008000]      592 ms: [HeapController] factor 4.0 based on mu=0.970, speed_ratio=0 (gc=0, mutator=24433)
    [13973:0x110008000]      592 ms: [HeapController] Limit: old size: 19314 KB, new limit: 93364 KB (4.0)
    [13973:0x110008000]      592 ms: [GlobalMemoryController] Limit: old size: 19314 KB, new limit: 93364 KB (4.0)

After the line of any collection, one line for each space, without a time. KB are rounded down.

    [13973:0x110008000] New space,              used:    150 KB, available:    856 KB, committed:   2048 KB

Where the memory reducer looks, what it saw and did, each with a time; the end of its collection comes between that
collection's limits and its line.

    [13973:0x110008000]    16313 ms: Memory reducer: low alloc, foreground      or high alloc, or background
    [13973:0x110008000]    16313 ms: Memory reducer: started GC #1              or waiting for 8000 ms
    [13973:0x110008000]    16321 ms: Memory reducer: finished GC #1 (will do more)

`available` is what a space can take without more memory: in old space the free blocks of swept pages, in the memory
allocator what is left until the heap may not grow any more, and in the sum both. A space that the simulated heap does
not have prints 0, and so do the unmapper and the memory outside of the heap.

Source: V8 11.3 src/heap/heap.cc PrintShortHeapStatistics, heap-controller.cc, memory-reducer.cc; every line as Node 20
lays it out, up to 18 with the map space that it had (measured).
Left out: the 48 KB of read-only space that a process of Node 20 has beside its heap; limits that a scavenge sets when
the program allocates little. V8 sets the limit shortly before a pause ends; here the lines bear the time of its end.
"""

from typing import Final

from gcsim.events import GcEvent, LimitGrowth, ReducerRun, ReducerTimer
from gcsim.trace.format import dialect, stamp
from gcsim.units import KB

LABELS: Final = {
    "read-only": "Read-only space,",
    "new": "New space,",
    "new large": "New large object space,",
    "old": "Old space,",
    "code": "Code space,",
    "map": "Map space,",
    "large": "Large object space,",
    "code large": "Code large object space,    ",
}
"""How V8 calls each space, in the order of its lines."""


def limit_lines(event: GcEvent, *, pid: int = 13973, isolate: int = 0x110008000) -> list[str]:
    """How this collection has set the limit: three lines without newlines, none for a scavenge."""
    growth = event.limit_growth
    if growth is None:
        return []
    begin, old_bytes = stamp(event.end_ms, pid, isolate), event.old_after_bytes
    limits = {"HeapController": event.old_limit_bytes, "GlobalMemoryController": event.global_limit_bytes}
    return [
        f"{begin}[HeapController] factor {growth.computed_factor:.1f} based on mu=0.970, {_speeds(growth)}",
        *(
            f"{begin}[{name}] Limit: old size: {old_bytes // KB} KB, "
            f"new limit: {limit_bytes // KB} KB ({growth.factor:.1f})"
            for name, limit_bytes in limits.items()
        ),
    ]


def _speeds(growth: LimitGrowth) -> str:
    gc, mutator = growth.gc_bytes_per_ms, growth.mutator_bytes_per_ms
    by_zero = "inf" if gc else "-nan"  # what C prints
    ratio = f"{gc / mutator:.0f}" if mutator else by_zero
    return f"speed_ratio={ratio} (gc={gc:.0f}, mutator={mutator:.0f})"


def reducer_lines(event: ReducerTimer | ReducerRun, *, pid: int = 13973, isolate: int = 0x110008000) -> list[str]:
    """What the memory reducer says of itself, without newlines."""
    if isinstance(event, ReducerRun):
        texts = [f"finished GC #{event.number} ({'will do more' if event.will_do_more else 'done'})"]
    else:
        rate = "low alloc" if event.low_allocation_rate else "high alloc"
        texts = [f"{rate}, {'background' if event.memory_is_short else 'foreground'}"]
        texts.append(f"started GC #{event.started}" if event.started else f"waiting for {event.wait_ms:.0f} ms")
    return [f"{stamp(event.time_ms, pid, isolate)}Memory reducer: {text}" for text in texts]


def space_lines(event: GcEvent, *, node: int = 14, pid: int = 13973, isolate: int = 0x110008000) -> list[str]:
    """The spaces as this collection has left them: one line each, without newlines.

    Raises:
        ConfigError: that version of Node has no dialect.
    """
    has_map_space = dialect(node).has_map_space
    process = f"[{pid}:{isolate:#x}] "
    spaces = {space.name: space for space in event.spaces}
    left_bytes = max(0, event.max_heap_bytes - event.committed_after_bytes)
    available_bytes = left_bytes + sum(space.available_bytes for space in event.spaces)
    lines = [_row("Memory allocator,", event.committed_after_bytes, left_bytes)]
    for name, label in LABELS.items():
        if name != "map" or has_map_space:
            space = spaces.get(name)
            sizes = (space.used_bytes, space.available_bytes, space.committed_bytes) if space else (0, 0, 0)
            lines.append(_row(label, *sizes))
    lines += [
        _row("All spaces,", event.used_after_bytes, available_bytes, event.committed_after_bytes),
        "Unmapper buffering 0 chunks of committed:      0 KB",
        "External memory reported:      0 KB",
        "Backing store memory:      0 KB",
        "External memory global 0 KB",
        f"Total time spent in GC  : {event.total_pause_ms:.1f} ms",
    ]
    return [process + line for line in lines]


def _row(label: str, used_bytes: int, available_bytes: int, committed_bytes: int | None = None) -> str:
    row = f"{label:<23} used: {used_bytes // KB:6} KB, available: {available_bytes // KB:6} KB"
    return row if committed_bytes is None else f"{row}, committed: {committed_bytes // KB:6} KB"
