"""What node prints to stderr when it dies for lack of memory.

    <--- Last few GCs --->            the last trace lines, from a ring of 512 bytes
    <--- JS stacktrace --->           empty; from late versions of 24 on it is missing, here in 25
    FATAL ERROR: <place> Allocation failed - JavaScript heap out of memory

V8 copies every GC line into a ring buffer of 512 bytes, each cut at 255 characters, so a long line loses its newline
and the next one follows directly. What is printed begins with the first newline in the ring, whether or not a line was
torn before it, or at the start where nothing follows one: then no blank line comes first. The ring holds the lines of
`--trace-gc`, also without that flag: none of scavenges with `--trace-gc-ignore-scavenger`, and none at all with
`--trace-gc-nvp`.

Source: V8 11.3 src/heap/heap.h (kTraceRingBufferSize), heap.cc (AddToRingBuffer, GetFromRingBuffer), api/api.cc
(FatalProcessOutOfMemory), and real reports (measured). Left out: the native stack, which a simulated process does not
have: the report ends where node writes the heading of that.
"""

from typing import Final

from gcsim.events import OutOfMemory
from gcsim.trace.format import dialect, format_line

RING_BYTES: Final = 512
LINE_BYTES: Final = 255


def format_out_of_memory(record: OutOfMemory, *, node: int = 14, pid: int = 13973, isolate: int = 0x110008000) -> str:
    """The report of a process that ran out of memory, ending in a newline.

    Raises:
        ConfigError: that version of Node has no dialect.
    """
    lines = [format_line(event, node=node, pid=pid, isolate=isolate) for event in record.last_events]
    stack = "\n<--- JS stacktrace --->\n\n" if dialect(node).has_stack_heading else ""
    return (
        f"\n<--- Last few GCs --->\n{last_lines(lines)}\n{stack}"
        f"FATAL ERROR: {record.location} Allocation failed - JavaScript heap out of memory\n"
    )


def last_lines(lines: list[str]) -> str:
    """What is printed of a ring into which `lines` were copied, which are given without their newlines."""
    ring = "".join(f"{line}\n"[:LINE_BYTES] for line in lines)[-RING_BYTES:]
    _, newline, rest = ring.partition("\n")
    return newline + rest if rest else ring
