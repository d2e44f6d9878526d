"""Format: one collection as the line that node prints for it with `--trace-gc`.

The idea: a line is the same tokens in the same order in every version of Node; versions differ in names,
digits, a semicolon and a space. So a version is a record of those differences, a `Dialect`, and one function
writes all.

The tokens, in order, and what fills them:

    [13973:0x110008000]      process id, address of the isolate in lower-case hex
          44 ms:             when the pause ended, ms since the isolate was made, 8 wide, no decimals
    Mark-sweep               which collector; "Mark-Compact" from 19 on
     (reduce)                with the reduce-memory flag; not in 12
     (interleaved)           a scavenge while the last full collection is still being swept; 22 and 24,
                             "(during sweeping)" in 25
    2.4 (3.2)                objects before, memory of the heap's chunks before, MB
    -> 2.0 (4.2) MB,         both after
    pooled: 0 MB,            memory kept for reuse; from 22 on, in 25 with a decimal. Always 0 here
    0.5 / 0.0 ms             the pause, and the part in callbacks; from 20 on two decimals
     (+ 0.3 ms in 3 steps since start of marking, biggest step 0.2 ms, walltime since start of marking 215 ms)
                             only if marking began before the pause; cut after 127 characters. One more space
                             stands before it, also where it is missing; not in 25
    (average mu = 1.000,     share of the time that full collections left to the program, over a while
    current mu = 1.000)      and over the last interval
    allocation failure       why; "idle task" in 12 where the others print "task"
    ;                        from 18 on
     scavenge might not ...  why this collector; nothing for an ordinary scavenge, whose line ends in a space

Source: V8 src/heap/gc-tracer.cc GCTracer::Print as of each version; every line recorded from Node 20 is
rebuilt byte for byte (measured).
Left out: addresses as Windows prints them, shared heaps, the young generation's other collector.
"""

from typing import Final

from attrs import evolve, frozen

from gcsim.errors import ConfigError
from gcsim.events import GcEvent, Kind
from gcsim.units import MB

INCREMENTAL_MAX_CHARS: Final = 127
"""V8 builds the incremental piece in a buffer of 128 bytes."""


@frozen(kw_only=True)
class Dialect:
    """What one version of Node prints differently, in any of its traces and in its last report."""

    mark_sweep_name: str = "Mark-Compact"
    mark_sweep_short_name: str = "mc"
    has_reduce: bool = True
    during_sweeping: str = ""
    pooled: str = ""
    pause_decimals: int = 2
    gap: str = " "
    task_reason: str = "task"
    separator: str = ";"
    has_map_space: bool = False
    has_stack_heading: bool = True


_NODE_18: Final = Dialect(
    mark_sweep_name="Mark-sweep", mark_sweep_short_name="ms", has_map_space=True, pause_decimals=1
)
_NODE_14: Final = evolve(_NODE_18, separator="")
_NODE_22: Final = Dialect(during_sweeping=" (interleaved)", pooled="pooled: 0 MB, ")

DIALECTS: Final[dict[int, Dialect]] = {
    12: evolve(_NODE_14, has_reduce=False, task_reason="idle task"),
    14: _NODE_14,
    16: _NODE_14,
    18: _NODE_18,
    19: Dialect(pause_decimals=1),
    20: Dialect(),
    22: _NODE_22,
    24: _NODE_22,
    25: Dialect(during_sweeping=" (during sweeping)", pooled="pooled: 0.0 MB, ", gap="", has_stack_heading=False),
}
"""The dialects by Node's major version."""


def dialect(node: int) -> Dialect:
    """The dialect of that major version of Node.

    Raises:
        ConfigError: there is none; the nearest one is not guessed.
    """
    if node not in DIALECTS:
        raise ConfigError(f"node must be one of {', '.join(map(str, DIALECTS))}, got {node!r}")
    return DIALECTS[node]


def stamp(time_ms: float, pid: int, isolate: int) -> str:
    """How a line begins that says when."""
    return f"[{pid}:{isolate:#x}] {time_ms:8.0f} ms: "


def format_line(event: GcEvent, *, node: int = 14, pid: int = 13973, isolate: int = 0x110008000) -> str:
    """The `--trace-gc` line of `event` as that version of Node prints it, without its newline.

    An ordinary scavenge's line ends in a space, as node's does.

    Raises:
        ConfigError: that version of Node has no dialect.
    """
    style = dialect(node)
    decimals = style.pause_decimals
    pause = f"{event.pause_ms:.{decimals}f} / {event.external_ms:.{decimals}f} ms"
    return (
        f"{stamp(event.end_ms, pid, isolate)}{_name(event, style)} "
        f"{_megabytes(event.used_before_bytes, event.committed_before_bytes)} -> "
        f"{_megabytes(event.used_after_bytes, event.committed_after_bytes)} MB, {style.pooled}"
        f"{pause}{style.gap}{_incremental(event)} "
        f"(average mu = {event.average_mu:.3f}, current mu = {event.current_mu:.3f}) "
        f"{_reason(event, style)}{style.separator} {event.collector_reason}"
    )


def _name(event: GcEvent, style: Dialect) -> str:
    is_scavenge = event.kind is Kind.SCAVENGE
    name = "Scavenge" if is_scavenge else style.mark_sweep_name
    if event.reduce_memory and style.has_reduce:
        name += " (reduce)"
    if event.during_sweeping and is_scavenge:
        name += style.during_sweeping
    return name


def _megabytes(used_bytes: int, committed_bytes: int) -> str:
    return f"{used_bytes / MB:.1f} ({committed_bytes / MB:.1f})"


def _incremental(event: GcEvent) -> str:
    marking = event.incremental
    if marking is None or event.kind is Kind.SCAVENGE:
        return ""
    piece = (
        f" (+ {marking.duration_ms:.1f} ms in {marking.steps} steps since start of marking, "
        f"biggest step {marking.longest_step_ms:.1f} ms, "
        f"walltime since start of marking {marking.walltime_ms:.0f} ms)"
    )
    return piece[:INCREMENTAL_MAX_CHARS]


def _reason(event: GcEvent, style: Dialect) -> str:
    return style.task_reason if event.reason == "task" else event.reason
