"""The checks of colors: while marking, between its slices, and when it has ended."""

from collections.abc import Iterator

from gcsim.heap.memory import BLACK, GREY, WHITE
from gcsim.heap.verify_moment import (
    AFTER_SCAVENGE,
    ALWAYS,
    MARKING,
    MARKING_FINISHED,
    SLICE,
    Edge,
    Moment,
    check,
    first_colored,
)

# While marking


@check("M1", "clean start", ALWAYS)
def find_marks(moment: Moment) -> Iterator[str]:
    """Outside of a marking, every object is white except on pages that wait for their sweep, and nothing is grey.

    Nothing is a weak holder either.
    """
    heap, colors = moment.heap, moment.heap.memory.colors
    if heap.marking:
        return
    if heap.worklist:
        yield f"the worklist has {moment.name(heap.worklist[0])}"
    if heap.weak_holders:
        yield f"{moment.name(heap.weak_holders[0])} is a weak holder"
    at = first_colored(colors, 0, heap.old_start)
    if at >= 0:
        yield f"{moment.name(at)} in new space has color {colors[at]}"
    for address in (*heap.new_large.chunks, *heap.large.chunks):
        if colors[address]:
            yield f"large object {moment.name(address)} has color {colors[address]}"


@check("M2", "grey is the worklist", MARKING)
def find_grey_mismatch(moment: Moment) -> Iterator[str]:
    """An object is grey exactly if it is on the worklist, and it is there once."""
    colors, worklist = moment.heap.memory.colors, moment.heap.worklist
    listed = set(worklist)
    if len(listed) != len(worklist):
        again = next(address for at, address in enumerate(worklist) if address in worklist[:at])
        yield f"{moment.name(again)} is on the worklist twice"
    for address in worklist:
        if address not in moment.survey.starts or colors[address] != GREY:
            yield f"{moment.name(address)} is on the worklist and not a grey object"
    for address in greys(moment):
        if address not in listed:
            yield f"{moment.name(address)} is grey and not on the worklist"


def greys(moment: Moment) -> Iterator[int]:
    """The address of every grey header (or of any word that is grey by mistake)."""
    colors = moment.heap.memory.colors
    at = colors.find(GREY)  # bytes.find: no step on what is not grey
    while at >= 0:
        yield at
        at = colors.find(GREY, at + 1)


def black_to_white(moment: Moment) -> list[Edge]:
    """Every reference from a black object to a white one."""
    colors = moment.heap.memory.colors
    return [
        edge
        for edge in moment.survey.edges
        if colors[edge[0]] == BLACK and edge[2] < len(colors) and colors[edge[2]] == WHITE
    ]


@check("M4", "no black object refers to a white one", MARKING)
def find_black_to_white(moment: Moment) -> Iterator[str]:
    """Strong tricolor invariant: while marking and at its end, no black object refers to a white one."""
    for edge in black_to_white(moment):
        yield f"{moment.edge(edge)}, black to white"


@check("M5", "every white behind a black is protected", MARKING)
def find_unprotected(moment: Moment) -> Iterator[str]:
    """Weak tricolor invariant: a white object that a black one refers to is reached from a grey one through whites."""
    suspects = black_to_white(moment)
    if not suspects:
        return
    targets_of: dict[int, list[int]] = {}
    for holder, _, target in moment.survey.edges:
        targets_of.setdefault(holder, []).append(target)
    front = list(greys(moment))
    protected: set[int] = set()
    for address in front:  # grows while it is read
        for target in targets_of.get(address, ()):
            if target not in protected and moment.is_white(target):
                protected.add(target)
                front.append(target)
    for edge in suspects:
        if edge[2] not in protected:
            yield f"{moment.edge(edge)}, black to white, and no grey object protects it"


# The end of marking


@check("M6", "termination", MARKING_FINISHED)
def find_unfinished(moment: Moment) -> Iterator[str]:
    """Marking ends only when the worklist is empty, and then the barrier is off."""
    if moment.heap.worklist:
        yield f"the worklist still has {moment.name(moment.heap.worklist[0])}"
    if moment.heap.marking:
        yield "the marking barrier is still on"


@check("M7", "result of marking", MARKING_FINISHED)
def find_unmarked(moment: Moment) -> Iterator[str]:
    """When marking ends every reachable object is black; with a stopped world, nothing else is."""
    colors = moment.heap.memory.colors
    for address in sorted(moment.reachable):
        if colors[address] != BLACK:
            yield f"{moment.name(address)} can be reached and has color {colors[address]}"
    if moment.stopped_world:
        for address in moment.survey.starts:
            if colors[address] == BLACK and address not in moment.reachable:
                yield f"{moment.name(address)} is black and cannot be reached"


@check("M11", "all fields, once", MARKING_FINISHED)
def find_miscounted(moment: Moment) -> Iterator[str]:
    """Each black object was blackened once and each of its fields visited: with a stopped world, the counts agree."""
    if moment.work is None or not moment.stopped_world:
        return
    heap = moment.heap
    black = [at for at in moment.survey.starts if heap.memory.colors[at] == BLACK]
    words = sum(heap.shapes.words_of[heap.memory.words[at]] for at in black)
    counted = (moment.work.marked_objects, moment.work.marked_words)
    if counted != (len(black), words):
        yield f"work counts (objects, words) {counted}, {(len(black), words)} are black"


# Two moments


@check("M3", "colors only darken", SLICE)
def find_lighter(moment: Moment) -> Iterator[str]:
    """Within a cycle the color of an object only darkens."""
    if moment.last is None or moment.last.waiting:  # no page waits while marking: that was the cycle before
        return
    before, colors = moment.last.colors, moment.heap.memory.colors
    for color in (GREY, BLACK):
        lighter = _bits(before, color) & ~_bits(colors, color)
        if lighter:
            address = (lighter.bit_length() - 1) // 8
            yield f"{moment.name(address)} had color {before[address]} and has {colors[address]}"


def _bits(colors: bytes | bytearray, at_least: int) -> int:
    """A number whose byte n is 1 if color n is `at_least` that dark."""
    table = bytes(color >= at_least for color in range(256))
    return int.from_bytes(colors.translate(table), "little")


@check("M9", "birth", SLICE)
def find_born_white(moment: Moment) -> Iterator[str]:
    """What is born in the old generation while marking is black, and what is stored into it is not white."""
    if moment.last is None:
        return
    heap = moment.heap
    for address in moment.survey.starts:
        if not heap.is_young(address) and address not in moment.last.old and moment.is_white(address):
            yield f"{moment.name(address)} was born old while marking and is white"
    for edge in black_to_white(moment):
        if edge[0] not in moment.last.old:
            yield f"{moment.edge(edge)}, stored into an object that was born while marking"


@check("M10", "moves keep color", AFTER_SCAVENGE)
def find_changed_colors(moment: Moment) -> Iterator[str]:
    """A scavenge during marking changes no object's color, and the worklist refers to the new addresses."""
    before, after = moment.before, moment.after
    if before is None or not before.marking or not moment.same_graph:
        return
    for old, new, address in zip(before.colors, after.colors, after.addresses, strict=True):
        if old != new:
            yield f"{moment.name(address)} had color {old} and has {new}"
    grey = set(greys(moment))
    for address in moment.heap.worklist:
        if address not in grey:
            yield f"the worklist has {address}, where no grey object is"
