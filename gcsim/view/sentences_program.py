"""Sentences about the program: what it allocates, stores, holds and lets go of."""

from collections.abc import Callable
from typing import Final

from gcsim.heap.inspect import OLD
from gcsim.trace.wording import counted
from gcsim.units import WORD_BYTES
from gcsim.view.changes import Kind
from gcsim.view.frame import Root
from gcsim.view.reach import reachable
from gcsim.view.told import Told
from gcsim.view.words import capital, listed, size, two_lines, verb

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
    collections = counted(told.after.gc_number, "collection")
    return "The program has ended.", f"{collections}; {size(told.after.used_bytes)} are in use at the end."


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
    left_bytes = (frame.to_space.end - frame.to_space.top) * WORD_BYTES
    if frame.wanted_bytes > told.recording.page_words * WORD_BYTES // 2:
        place = "large, and there is no room for it"
    elif frame.wanted_bytes <= left_bytes:
        place = "no room in old space, which may not grow"
    else:
        place = f"{size(left_bytes)} are left in new space"
    return (
        f"{frame.wanted} ({size(frame.wanted_bytes)}) does not fit: {place}.",
        "That is what `allocation failure` means in the log. It is normal: a collection comes.",
    )


def write(told: Told) -> Sentence:
    """The program stored references."""
    edges = told.change.edges
    edge, targets = edges[0], [told.name(each.target) for each in edges]
    source = told.name(edge.source) if len(edges) > 1 else f"{told.name(edge.source)}.{edge.field}"
    if len({each.source for each in edges}) > 1:
        return f"New references to {listed(targets)}.", barrier_idle(told)
    return f"{source} refers to {listed(targets)} now.", barrier_idle(told)


def barrier_idle(told: Told) -> str:
    """Why the write barrier has nothing to do, if that is right."""
    source, target = (told.now[number] for number in (told.change.edges[0].source, told.change.edges[0].target))
    if told.after.marking:
        return f"The write barrier looks: {target.name} is shaded already, there is nothing to do."
    if source.age < OLD:
        return "The write barrier looks: the holder is young, a scavenge will see it anyway."
    if target.age < OLD:
        return "BUG: old refers to young, and the slot is not remembered. A scavenge will miss it."
    return "The write barrier looks: old refers to old, no slot needs to be remembered."


def clear(told: Told) -> Sentence:
    """The program emptied fields."""
    edge = told.change.edges[0]
    what = f"{told.name(edge.source)}.{edge.field} refers to {told.name(edge.target)} no more."
    return what, fate(told, (edge.target,))


def fate(told: Told, numbers: tuple[int, ...]) -> str:
    """What becomes of objects that one reference less leads to."""
    alive = reachable(told.after)
    dead = [told.name(number) for number in dict.fromkeys(numbers) if number not in alive]
    if dead:
        return f"No root leads to {listed(dead, 2)} now: garbage, but nobody knows until a collection."
    names = list(dict.fromkeys(map(told.name, numbers)))
    return f"{listed(names)} can still be reached from a root, so {verb(names, 'it lives', 'they live')}."


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
        capital(f"{place(root)} {root_verb(root)} {told.it}."),
        "That is a root: collections begin there, and what it leads to lives.",
    )


def root_drop(told: Told) -> Sentence:
    """There are fewer roots."""
    root = told.change.roots[0]
    what = "is dropped" if root.is_global else f"lets go of {told.it}"
    return capital(f"{place(root)} {what}."), fate(told, told.change.ids)


def place(root: Root) -> str:
    """Where a root is."""
    return f"the global {root.name}" if root.is_global else "the stack"


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
