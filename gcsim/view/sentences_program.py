"""Sentences about the program: what it allocates, stores, holds and lets go of."""

from collections.abc import Callable
from typing import Final

from gcsim.heap.inspect import OLD
from gcsim.units import WORD_BYTES
from gcsim.view.changes import Kind
from gcsim.view.frame import Root
from gcsim.view.reach import reachable
from gcsim.view.told import Told
from gcsim.view.words import listed, size, two_lines

Sentence = tuple[str, str]
"""What happened, and why."""


def start(told: Told) -> Sentence:
    """The first frame."""
    room = told.after.to_space.end - told.after.to_space.start
    title = told.recording.title.split("\n\n")[0]
    what, rest = two_lines(title or f"{told.recording.name}: an empty heap.")
    return what, rest or f"New space has room for {size(room * WORD_BYTES)}. The program is about to begin."


def note(told: Told) -> Sentence:
    """What the program says."""
    return two_lines(told.after.note)


def end(told: Told) -> Sentence:
    """The last frame."""
    collections = told.after.gc_number
    return "The program has ended.", f"{collections} collections; {size(told.after.used_bytes)} are in use at the end."


def out_of_memory(told: Told) -> Sentence:
    """The process dies."""
    wanted = f"{told.after.wanted} has no room, and" if told.after.wanted else "The heap is full, and"
    return (
        f"Out of memory: {wanted} collections free too little.",
        "The process ends here, as node's would: exit code 134.",
    )


def allocate(told: Told) -> Sentence:
    """Objects were made."""
    block = told.now[told.change.ids[0]]
    what = f"{told.it} ({size(block.words * WORD_BYTES)})"
    if len(told.change.ids) > 1:
        return f"{told.it} are made.", "Several at once: a collection makes its tables along."
    if block in told.after.large:
        return (
            f"{what} is a large object: it gets a chunk of its own.",
            "It is more than half a page. It will never be copied.",
        )
    if block.age == OLD:
        born_black = " Born old while marking runs, it is born black." if told.after.marking else ""
        return (
            f"{what} is born in old space, in a free block.",
            f"It was asked for there.{born_black}"
            if born_black
            else "The program asked for an old object: it will live long.",
        )
    to_space = told.after.to_space
    left = size((to_space.end - to_space.top) * WORD_BYTES)
    return f"{what} goes at the free pointer of new space.", f"To allocate is to move one pointer. {left} are left."


def allocate_fail(told: Told) -> Sentence:
    """An object does not fit."""
    frame = told.after
    left = size((frame.to_space.end - frame.to_space.top) * WORD_BYTES)
    return (
        f"{frame.wanted} ({size(frame.wanted_bytes)}) does not fit: {left} are left in new space.",
        "That is what `allocation failure` means in the log. It is normal: a collection comes.",
    )


def write(told: Told) -> Sentence:
    """The program stored references."""
    edge = told.change.edges[0]
    source, target = told.name(edge.source), told.name(edge.target)
    if len(told.change.edges) > 1:
        return f"{listed(told.name(edge.source) for edge in told.change.edges)} have new fields.", barrier_idle(told)
    return f"{source}.{edge.field} refers to {target} now.", barrier_idle(told)


def barrier_idle(told: Told) -> str:
    """Why the write barrier has nothing to do."""
    if told.after.marking:
        return f"The barrier looks: {told.it} is shaded already, nothing to do."
    if told.now[told.change.edges[0].source].age < OLD:
        return "The write barrier looks: the holder is young, a scavenge will see it anyway."
    return "The write barrier looks: old refers to old, no slot needs to be remembered."


def clear(told: Told) -> Sentence:
    """The program emptied fields."""
    edge = told.change.edges[0]
    target = told.name(edge.target)
    what = f"{told.name(edge.source)}.{edge.field} refers to {target} no more."
    return what, fate(told, edge.target)


def fate(told: Told, number: int) -> str:
    """What becomes of an object that one reference less leads to."""
    name = told.name(number)
    if number in reachable(told.after):
        return f"{name} can still be reached from a root, so it lives."
    return f"No root leads to {name} now: it is garbage, but nobody knows until a collection."


def dangle(told: Told) -> Sentence:
    """A bug: a field refers to nothing."""
    edge = told.change.edges[0]
    return (
        f"BUG: {told.name(edge.source)}.{edge.field} refers to an object that is not there any more.",
        "The collector was not told of that reference. What it reads now is rubbish.",
    )


def remember(told: Told) -> Sentence:
    """Slots came into the remembered set."""
    edge = told.change.edges[0]
    return (
        f"Old {told.name(edge.source)} refers to young {told.name(edge.target)}: the slot is remembered.",
        "Or the next scavenge would miss it, for it does not read old space.",
    )


def forget(told: Told) -> Sentence:
    """Slots left the remembered set."""
    edge = told.change.edges[0]
    return (
        f"The slot {told.name(edge.source)}.{edge.field} is not remembered any more.",
        "It refers to nothing young now.",
    )


def root_add(told: Told) -> Sentence:
    """There are more roots."""
    root = told.change.roots[0]
    return (
        f"{place(root)} {root_verb(root)} {told.it}.",
        "That is a root: collections begin there, and what it leads to lives.",
    )


def root_drop(told: Told) -> Sentence:
    """There are fewer roots."""
    root = told.change.roots[0]
    what = "is dropped" if root.is_global else f"lets go of {told.it}"
    alive = reachable(told.after)
    dead = [number for number in told.change.ids if number not in alive]
    return f"{place(root)} {what}.", fate(told, (dead or told.change.ids)[0])


def place(root: Root) -> str:
    """Where a root is."""
    return f"The global {root.name}" if root.is_global else "The stack"


def root_verb(root: Root) -> str:
    """What a root does to its object."""
    return "refers to" if root.is_global else "holds"


SENTENCES: Final[dict[Kind, Callable[[Told], Sentence]]] = {
    Kind.START: start,
    Kind.OUT_OF_MEMORY: out_of_memory,
    Kind.NOTE: note,
    Kind.ALLOCATE_FAIL: allocate_fail,
    Kind.ALLOCATE: allocate,
    Kind.WRITE: write,
    Kind.CLEAR: clear,
    Kind.DANGLE: dangle,
    Kind.REMEMBER: remember,
    Kind.FORGET: forget,
    Kind.ROOT_ADD: root_add,
    Kind.ROOT_DROP: root_drop,
    Kind.END: end,
}
