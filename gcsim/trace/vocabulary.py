"""Vocabulary: what each word of a trace line means, in one plain sentence, and whether it is a good or a bad sign.

The idea: a line is made of a few parts in a fixed order, and V8 has some thirty words for why it collects. Each has an
entry here, and nothing else in gcsim explains one. `explain` says what the figures of one line come to.

Parts are called what the table of the Node.js guide calls them, put right where V8's source says otherwise:

    time            since the isolate was made, not the process: a worker's clock begins with the worker
    total           what the chunks of the heap take, not what the process takes
    0.5 / 0.0 ms    the pause, and the time in the embedder's callbacks, not two pauses
    mu              not a time spent collecting: the share of the time that full collections left to the program

One word may mean two things: a scavenge's `allocation failure` is how every scavenge begins, that of a full collection
means that new room was not to be had.

Source: V8 11.3 src/heap/heap.cc (GarbageCollectionReasonToString, SelectGarbageCollector, CheckIneffectiveMarkCompact,
CollectGarbage), heap-allocator.cc, gc-tracer.cc; for the names of other versions 8.0 to 13.7. Left out: names of nvp
lines, which `nvp_words` has.
"""

from enum import Enum
from typing import Final

from attrs import frozen

from gcsim.events import Kind


class Standing(Enum):
    """How good or bad a sign something is."""

    NORMAL = "normal"
    LOOK = "worth a look"
    TROUBLE = "trouble"


@frozen
class Part:
    """A part of a line: the label that goes beneath it, its name, and what it says ("" if each word has its own)."""

    label: str
    name: str
    words: str


@frozen
class Reason:
    """Why V8 did something: a clause that goes after "because", a sentence, and how good a sign that is.

    `brief`: the clause in a few letters, of those that come often.
    """

    because: str
    words: str
    standing: Standing = Standing.NORMAL
    brief: str = ""


PARTS: Final[dict[str, Part]] = {
    "pid": Part("pid", "PID of the running process", "Tells the lines of several processes apart."),
    "isolate": Part(
        "isolate", "isolate (JS heap instance)", "A process has one heap, and one more for each worker thread."
    ),
    "time": Part(
        "time",
        "time since the isolate was made, in ms",
        "Read when the collection ended. A worker's clock begins with the worker, not with the process.",
    ),
    "collector": Part("type", "type / phase of GC", ""),
    "flags": Part("flag", "flag of this collection", ""),
    "used_before": Part(
        "used", "heap used before GC, in MB", "All objects, also those that nobody can reach any more."
    ),
    "total_before": Part(
        "total",
        "total heap before GC, in MB",
        "The memory that the heap has from the system, its free room included. The process takes more than that.",
    ),
    "used_after": Part(
        "used", "heap used after GC, in MB", "The objects that are left. Garbage that was not looked for is among them."
    ),
    "total_after": Part(
        "total", "total heap after GC, in MB", "It may be more than before: new space grows during a collection."
    ),
    "pooled": Part(
        "pool",
        "memory kept for reuse, in MB",
        "Pages that the heap gave up and the system has not got back; not part of the total.",
    ),
    "pause": Part("pause", "pause, in ms", "For so long the program stood still."),
    "external": Part(
        "callbacks",
        "time in callbacks, in ms",
        "Spent in the embedder's (Node's) own callbacks, most of it inside of the pause; it is not a second pause.",
    ),
    "incremental_ms": Part(
        "marking",
        "incremental marking, in ms",
        "What was marked before the pause, in steps between which the program ran; not part of the pause.",
    ),
    "steps": Part("steps", "steps of incremental marking", "How many there were."),
    "longest_step": Part(
        "longest", "longest step, in ms", "The longest that the program had to wait for a step to end."
    ),
    "walltime": Part(
        "wall time", "time since marking started, in ms", "From the start of marking to the end of the pause."
    ),
    "average_mu": Part(
        "mu",
        "average mutator utilization",
        "The share of the time that full collections leave to the program, 1.000 is all of it; an average in which "
        "each new value counts one half. Scavenges do not count and repeat it.",
    ),
    "current_mu": Part(
        "mu", "current mutator utilization", "The same share, between the last two full collections alone."
    ),
    "reason": Part("reason", "reason for GC", ""),
    "collector_reason": Part("why this type", "reason for the type of GC", ""),
}
"""The parts of a line, in the order in which they stand there."""

_FULL: Final = (
    "Collects everything: marks what the program can reach and frees the rest; objects on fragmented pages are moved."
)
_MINOR: Final = "Collects the young objects alone, by marking them; V8 does so only with special flags."

COLLECTORS: Final[dict[str, str]] = {
    "Scavenge": (
        "Collects the young objects alone: those that live are copied, at the second time into the old generation. "
        "Garbage in the old generation stays."
    ),
    "Mark-sweep": _FULL,
    "Mark-Compact": _FULL,
    "Incremental Mark-Compact": f"{_FULL} Marking began before the pause.",
    "Minor Mark-Compact": _MINOR,
    "Minor Mark-Sweep": _MINOR,
}

_SWEEPING: Final = "The old generation is still being swept from the last full collection."

FLAGS: Final[dict[str, str]] = {
    "reduce": "V8 wants to make the heap small: the program is idle, or memory is running out.",
    "interleaved": _SWEEPING,
    "during sweeping": _SWEEPING,
}

_LOOK: Final = Standing.LOOK
_TASK: Final = Reason(
    "new space was 80 % full",
    "A task of the event loop found new space 80 % full and did not wait until it was full.",
    brief="new space filling",
)
_MARKED: Final = "marking was done"
_MARKED_BRIEF: Final = "marking done"
_MINOR_MARKED: Final = Reason(
    _MARKED, "The young objects were marked, and the collection was finished; only with special flags."
)

REASONS: Final[dict[str, Reason]] = {
    "allocation failure": Reason(
        "new space was full",
        "New space had no room for the next object. This is how a scavenge starts, not an error.",
        brief="new space full",
    ),
    "allocation limit": Reason(
        "the old generation was at its limit",
        "The old generation reached the size at which V8 had planned the next full collection.",
    ),
    "background allocation failure": Reason(
        "a helper thread found no room", "A thread that works for V8 in the background found no room.", _LOOK
    ),
    "context disposal": Reason("a context was disposed of", "A JavaScript context was given up with all it held."),
    "counters extension": Reason("V8's counters asked for it", "An extension of V8 that counts asked for it."),
    "CppHeap allocation failure": Reason(
        "the C++ heap found no room", "C++ objects that V8 looks after for the embedder found no room."
    ),
    "debugger": Reason("a debugger asked for it", "A debugger asked for it."),
    "deserialize": Reason(
        "stored objects needed room", "Objects that were stored earlier were loaded and needed room."
    ),
    "external finalize": Reason(
        "the embedder ended marking", "The embedder asked for incremental marking to be brought to its end."
    ),
    "external memory pressure": Reason(
        "memory outside grew",
        "Memory outside of the heap that objects hold on to, as ArrayBuffers do, has grown much.",
        _LOOK,
    ),
    "finalize concurrent MinorMS": _MINOR_MARKED,
    "finalize incremental marking via stack guard": Reason(
        _MARKED,
        "Incremental marking was done; the running JavaScript was interrupted to finish the collection.",
        brief=_MARKED_BRIEF,
    ),
    "finalize incremental marking via task": Reason(
        _MARKED, "Incremental marking was done; a task of the event loop finished the collection.", brief=_MARKED_BRIEF
    ),
    "finalize MinorMC": _MINOR_MARKED,
    "full hash-table": Reason("a table of V8 was full", "A hash table of V8 itself was full."),
    "global allocation limit": Reason(
        "heap and embedder were at their limit",
        "The heap and the embedder's memory together reached the size planned for the next full collection.",
    ),
    "heap profiler": Reason(
        "a heap snapshot was taken", "A heap snapshot was wanted, which shows living objects only."
    ),
    "idle task": _TASK,
    "last resort": Reason(
        "nothing else had made room",
        "An allocation failed even after two collections. V8 frees all that it can; if that is too little, "
        "the process dies.",
        Standing.TROUBLE,
        brief="last resort",
    ),
    "low memory notification": Reason("memory is low", "The embedder told V8 that memory is low.", _LOOK),
    "make heap iterable": Reason("V8 walks over the heap", "V8 was about to walk over all objects of the heap."),
    "measure memory": Reason("memory was measured", "The program asked V8 to measure its memory."),
    "memory pressure": Reason("memory is short", "The system is short of memory, and V8 was told so.", _LOOK),
    "memory reducer": Reason("the program was idle", "The program allocates little; V8 uses the time to free memory."),
    "runtime": Reason("V8's runtime asked for it", "A function of V8's runtime asked for it."),
    "sampling profiler": Reason("a profiler asked for it", "A profiler that samples allocations asked for it."),
    "snapshot creator": Reason("a startup snapshot was made", "A startup snapshot was made."),
    "task": _TASK,
    "testing": Reason(
        "the program called gc()", "The program called global.gc(), which --expose-gc gives it.", brief="gc() called"
    ),
    "unknown": Reason("V8 gave no reason", "V8 has no reason to tell.", _LOOK),
}
"""Why a collection came: of a scavenge, and of a full collection where `FULL_REASONS` has nothing else."""

_FULL_TASK: Final = Reason(
    "a task asked for it",
    "A task of the event loop asked for a collection of new space, and V8 chose a full one.",
    brief="asked by a task",
)

FULL_REASONS: Final[dict[str, Reason]] = {
    "allocation failure": Reason(
        "an object found no room",
        "An object found no room, and a scavenge would not have been enough.",
        _LOOK,
        brief="no room left",
    ),
    "idle task": _FULL_TASK,
    "task": _FULL_TASK,
}
"""Why a full collection came, where that is not what the word means for a scavenge."""

COLLECTOR_REASONS: Final[dict[str, Reason]] = {
    "Concurrent MinorMS needs finalization": _MINOR_MARKED,
    "finalize MinorMC": _MINOR_MARKED,
    "GC in old space forced by flags": Reason(
        "flags ask for it", "Flags given to node make every collection a full one.", _LOOK
    ),
    "GC in old space requested": Reason(
        "it was to be full", "The old generation was to be collected, which a scavenge does not do."
    ),
    "Incremental marking forced finalization": Reason(
        "marking was under way", "Marking was under way, and --separate-gc-phases forbids a scavenge meanwhile."
    ),
    "incremental marking delaying mark-sweep": Reason(
        "marking was not done yet",
        "A full collection was due, but its marking was not done yet, and V8 scavenged meanwhile.",
    ),
    "Incremental marking needs finalization": Reason(
        "the old generation was far above its limit",
        "Marking was done, and the old generation was far above its limit.",
        _LOOK,
    ),
    "old generations exhausted": Reason("the old generation was full", "The old generation had no room left.", _LOOK),
    "promotion limit reached": Reason(
        "the old generation was at its limit",
        "The old generation reached the size at which V8 had planned the next full collection.",
    ),
    "scavenge might not succeed": Reason(
        "survivors might not have found room",
        "Had all young objects survived, the old generation could not have taken them in: the heap is near its limit.",
        _LOOK,
    ),
}
"""Why it was this collector, where the line says so; an ordinary scavenge's does not."""

_WORKER: Final = (
    "A worker thread reached the limit of its own heap (its resourceLimits) and was ended; the process lives on and "
    "gets this as an error."
)

DEATHS: Final[dict[str, str]] = {
    "Reached heap limit": (
        "After a collection the old generation was still larger than its limit (--max-old-space-size), or all of the "
        "heap larger than it may be."
    ),
    "Ineffective mark-compacts near heap limit": (
        "Four full collections in a row left the old generation at 80 % of its limit or more, with an average mu "
        "below 0.4: the process collected most of the time and freed next to nothing."
    ),
    "CALL_AND_RETRY_LAST": (
        "One allocation failed, two collections made no room for it, nor did the full collections of the last resort. "
        "It may have been one large object, such as the table of a growing Set."
    ),
    "MarkCompactCollector: young object promotion failed": (
        "A full collection moves all young objects to the old generation, and one of them found no room there."
    ),
    "Scavenger: semi-space copy": "A scavenge found room for a surviving object in neither generation.",
    "NewSpace::EnsureCurrentCapacity": "New space could not get the memory that it must have.",
    "invalid array length": "The program made an array larger than any that V8 can have.",
    "invalid table size": "A Map, a Set or another table outgrew the largest that V8 can have.",
    "ERR_WORKER_OUT_OF_MEMORY": _WORKER,
    "Worker terminated due to reaching memory limit": _WORKER,
}
"""Why a process died, by the place that its FATAL ERROR names; or a worker, by its error."""

AFTER_DEATH: Final = (
    "Node ends such a process with SIGABRT, exit status 134. A larger --max-old-space-size helps if the program needs "
    "that much; a leak fills that too."
)


def collector_words(name: str, kind: Kind) -> str:
    """What a collector of that name does; of a name that is not known, what its kind does."""
    return COLLECTORS.get(name, COLLECTORS[kind.value])


def reason_of(reason: str, kind: Kind) -> Reason:
    """What the reason of such a collection means; one that is not known is worth a look."""
    if kind is not Kind.SCAVENGE and reason in FULL_REASONS:
        return FULL_REASONS[reason]
    return REASONS.get(reason) or _unknown(reason)


def collector_reason_of(reason: str) -> Reason:
    """What the reason for a type of collection means; one that is not known is worth a look."""
    return COLLECTOR_REASONS.get(reason) or _unknown(reason)


def _unknown(reason: str) -> Reason:
    return Reason(f"V8 says `{reason}`", f"V8 says `{reason}`, a reason that gcsim does not know.", _LOOK)


def death_words(place: str) -> str:
    """Why a process died whose FATAL ERROR names that place; what stands around a known name does not matter."""
    known = (words for name, words in DEATHS.items() if name in place)
    return next(known, "The heap found no more memory, at a place of V8 that gcsim does not know.")
