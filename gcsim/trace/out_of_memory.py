"""What node prints to stderr when it dies for lack of memory.

    <--- Last few GCs --->            the last trace lines, from a ring of 512 bytes
    <--- JS stacktrace --->           empty
    FATAL ERROR: <place> Allocation failed - JavaScript heap out of memory

V8 copies every GC line into a ring buffer of 512 bytes, each cut at 255 characters, so a long line loses its newline
and the next one follows directly. Printing starts behind the first newline in the ring, whether or not a line was torn
before it, or at the start where nothing follows one.

Source: V8 11.3 src/heap/heap.h (kTraceRingBufferSize), heap.cc (AddToRingBuffer, GetFromRingBuffer), and real reports
(measured). Left out: the native stack, which a simulated process does not have.
"""

from typing import Final

from gcsim.events import OutOfMemory
from gcsim.trace.format import format_line

RING_BYTES: Final = 512
LINE_BYTES: Final = 255


def format_out_of_memory(record: OutOfMemory, *, node: int = 14, pid: int = 13973, isolate: int = 0x110008000) -> str:
    """The report of a process that ran out of memory, ending in a newline."""
    lines = [format_line(event, node=node, pid=pid, isolate=isolate) for event in record.last_events]
    return (
        f"\n<--- Last few GCs --->\n\n{last_lines(lines)}\n\n<--- JS stacktrace --->\n\n"
        f"FATAL ERROR: {record.location} Allocation failed - JavaScript heap out of memory\n"
    )


def last_lines(lines: list[str]) -> str:
    """What the ring buffer still holds of `lines`, which are given without their newlines."""
    ring = "".join(f"{line}\n"[:LINE_BYTES] for line in lines)[-RING_BYTES:]
    _, _, rest = ring.partition("\n")
    return rest or ring
