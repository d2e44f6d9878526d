"""Changes: what happened between two frames, found by comparing them.

Nobody has told the viewer what a collector did. It need not be told: a block that is a ghost now was copied or
promoted, a color that differs was shaded, an object that is on no block any more was freed, and so on. A step changes
few things, but a remark or the end of an evacuation changes many at once; each kind of change is one record with all
the objects that it happened to.

The order of the kinds is that of importance: the first change of a step is what its caption tells first. Comparing
costs O(blocks + edges) of the two frames, and two parts that are one object are equal without a look.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final

from attrs import frozen

from gcsim.heap.inspect import OLD
from gcsim.view.frame import Block, Edge, Frame, OldPage, Recording, Root, Step


class Kind(Enum):
    """What can happen, the most important first."""

    START = "start"
    OUT_OF_MEMORY = "oom"
    NOTE = "note"
    ALLOCATE_FAIL = "alloc-fail"
    GC_START = "gc-start"
    GC_END = "gc-end"
    MARKING_START = "marking-start"
    MARKING_STEP = "mark-step-end"
    FLIP = "flip"
    ALLOCATE = "alloc"
    WRITE = "write-slot"
    CLEAR = "clear-slot"
    DANGLE = "dangle"
    PROMOTE = "promote"
    COPY = "copy"
    EVACUATE = "evacuate"
    FORWARD = "forward"
    SCAN = "scan"
    BLACKEN = "blacken"
    SHADE = "shade-grey"
    WEAK_CLEAR = "weak-clear"
    CONDEMN = "condemn"
    SWEEP = "free-run"
    SWEEP_BEGIN = "sweep-begin"
    PAGE_RELEASE = "page-release"
    PAGE_ADD = "page-add"
    CANDIDATE = "candidate"
    DIE = "die"
    AGE = "age"
    REMEMBER = "remember"
    FORGET = "forget"
    ROOT_ADD = "root-add"
    ROOT_DROP = "root-drop"
    PHASE = "phase"
    END = "end"


@frozen
class Change:
    """One kind of change. `ids`: the objects that it happened to; `edges`, `roots`, `pages`: with what else."""

    kind: Kind
    ids: tuple[int, ...] = ()
    edges: tuple[Edge, ...] = ()
    roots: tuple[Root, ...] = ()
    pages: tuple[OldPage, ...] = ()


STEPS: Final = {
    Step.START: Kind.START,
    Step.ALLOCATE_FAIL: Kind.ALLOCATE_FAIL,
    Step.NOTE: Kind.NOTE,
    Step.GC_START: Kind.GC_START,
    Step.GC_END: Kind.GC_END,
    Step.MARKING_START: Kind.MARKING_START,
    Step.MARKING_STEP: Kind.MARKING_STEP,
    Step.OUT_OF_MEMORY: Kind.OUT_OF_MEMORY,
    Step.END: Kind.END,
}
"""Steps that are a kind of change by themselves."""

ORDER: Final = tuple(Kind)


def changes_of(recording: Recording, index: int) -> tuple[Change, ...]:
    """What happened between frame `index - 1` and frame `index`, the most important first; never nothing.

    In a map of pages a whole collection and the program before it lie in between: there it is what led to the frame.
    """
    after = recording.frames[index]
    if index == 0 or recording.detail == "pages":
        return (Change(STEPS[after.step]),)
    return compare(recording.frames[index - 1], after)


def compare(before: Frame, after: Frame) -> tuple[Change, ...]:
    """What happened between two frames, the most important first."""
    pair = Pair(before, after)
    found = [change for look in LOOKS for change in look(pair)]
    if after.step in STEPS:
        found.append(Change(STEPS[after.step]))
    return tuple(sorted(found, key=lambda change: ORDER.index(change.kind))) or (Change(Kind.PHASE),)


class Pair:
    """Two successive frames. `was`, `now`: the objects in them, by id."""

    def __init__(self, before: Frame, after: Frame) -> None:
        self.before, self.after = before, after
        self.was, self.now = before.objects(), after.objects()

    @property
    def in_gc(self) -> bool:
        """Whether a collector did it, and not the program."""
        return bool(self.after.collector) and self.after.step in (Step.FLIP, Step.SLICE)

    def stayed(self) -> Iterator[tuple[Block, Block]]:
        """Each object that is in both frames, as it was and as it is."""
        for number, block in self.was.items():
            if number in self.now:
                yield block, self.now[number]


def objects(pair: Pair) -> Iterator[Change]:
    """Objects that were made, and objects that are gone."""
    yield from changed(Kind.ALLOCATE, (number for number in pair.now if number and number not in pair.was))
    yield from changed(Kind.DIE, (number for number in pair.was if number and number not in pair.now))


def moves(pair: Pair) -> Iterator[Change]:
    """Objects that were copied, promoted, evacuated."""
    stayed = [(was, now) for was, now in pair.stayed() if was.id]
    moved = [(was, now) for was, now in stayed if was.address != now.address]
    yield from changed(Kind.PROMOTE, (now.id for was, now in stayed if was.age < now.age == OLD))
    yield from changed(Kind.COPY, (now.id for was, now in moved if now.age < OLD))
    yield from changed(Kind.EVACUATE, (now.id for was, now in moved if was.age == OLD))
    if pair.before.to_space.age_mark != pair.after.to_space.age_mark and pair.in_gc and not pair.after.phase:
        yield from changed(Kind.AGE, (block.id for block in pair.after.to_space.blocks if block.is_object))


def colors(pair: Pair) -> Iterator[Change]:
    """Objects that were shaded, blackened, or found to be garbage. A copy takes its color along."""
    stayed = list(pair.stayed())
    if pair.after.marking or pair.before.marking:
        for kind, color in ((Kind.SHADE, "grey"), (Kind.BLACKEN, "black")):
            yield from changed(kind, (now.id for was, now in stayed if was.color != now.color == color))
    yield from changed(Kind.CONDEMN, (now.id for was, now in stayed if now.dead and not was.dead))


def scans(pair: Pair) -> Iterator[Change]:
    """Copies whose fields have been visited."""
    if pair.in_gc and pair.after.collector == "scavenge":
        waiting = set(pair.after.worklist)
        yield from changed(Kind.SCAN, (number for number in pair.before.worklist if number not in waiting))


def fields(pair: Pair) -> Iterator[Change]:
    """Fields that the program has changed; fields that a collector has updated or cleared."""
    if pair.before.edges == pair.after.edges:
        return
    was = {(edge.source, edge.field): edge for edge in pair.before.edges if edge.source in pair.now}
    now = {(edge.source, edge.field): edge for edge in pair.after.edges}
    stored = tuple(edge for place, edge in now.items() if place not in was or was[place].target != edge.target)
    gone = tuple(edge for place, edge in was.items() if place not in now and not pair.now[edge.source].dead)
    lost = tuple(edge for edge in stored if not edge.target)
    found = [
        (Kind.DANGLE, lost),
        (Kind.WRITE, () if pair.in_gc else tuple(edge for edge in stored if edge.target)),
        (Kind.WEAK_CLEAR if pair.in_gc else Kind.CLEAR, gone),
        (Kind.FORWARD, tuple(edge for place, edge in now.items() if place in was and is_forwarded(was[place], edge))),
    ]
    for kind, edges in found:
        if edges:
            yield Change(kind, tuple(edge.target or edge.source for edge in edges), edges=edges)


def is_forwarded(was: Edge, now: Edge) -> bool:
    """Whether the field had the old address of its target, and has the new one."""
    return was.target == now.target and was.stale and not now.stale


def remembered(pair: Pair) -> Iterator[Change]:
    """Slots that came into the remembered set, or went."""
    if pair.before.remembered == pair.after.remembered:
        return
    was = {(edge.source, edge.field) for edge in pair.before.remembered}
    now = {(edge.source, edge.field) for edge in pair.after.remembered}
    fresh = tuple(edge for edge in pair.after.remembered if (edge.source, edge.field) not in was)
    gone = tuple(edge for edge in pair.before.remembered if (edge.source, edge.field) not in now)
    for kind, edges in ((Kind.REMEMBER, fresh), (Kind.FORGET, gone)):
        if edges:
            yield Change(kind, tuple(edge.source for edge in edges), edges=edges)


def roots(pair: Pair) -> Iterator[Change]:
    """Roots that are new, are gone, or have the new address of an object that had moved before."""
    if pair.before.roots == pair.after.roots:
        return
    was = {(root.name, root.target): root for root in pair.before.roots}
    now = {(root.name, root.target): root for root in pair.after.roots}
    updated = (root for place, root in now.items() if place in was and was[place].address != root.address)
    moved_before = tuple(root for root in updated if pair.was[root.target].address == root.address)
    found = [
        (Kind.ROOT_ADD, tuple(root for place, root in now.items() if place not in was)),
        (Kind.ROOT_DROP, tuple(root for place, root in was.items() if place not in now)),
        (Kind.FORWARD, moved_before),
    ]
    for kind, held in found:
        if held:
            yield Change(kind, tuple(root.target for root in held), roots=held)


def pages(pair: Pair) -> Iterator[Change]:
    """Pages of old space that came, went, wait for their sweep, or were swept."""
    if pair.before.pages == pair.after.pages:
        return
    was = {page.start: page for page in pair.before.pages}
    now = {page.start: page for page in pair.after.pages}
    both = [(was[start], now[start]) for start in was if start in now]
    found = [
        (Kind.PAGE_ADD, tuple(now[start] for start in now if start not in was)),
        (Kind.PAGE_RELEASE, tuple(was[start] for start in was if start not in now)),
        (Kind.SWEEP, tuple(page for before, page in both if page.swept and not before.swept)),
        (Kind.SWEEP_BEGIN, tuple(page for before, page in both if before.swept and not page.swept)),
        (Kind.CANDIDATE, tuple(page for before, page in both if page.candidate and not before.candidate)),
    ]
    for kind, changed_pages in found:
        if changed_pages:
            yield Change(kind, pages=changed_pages)


def phases(pair: Pair) -> Iterator[Change]:
    """The roles of the semispaces, and the collector's phase."""
    if pair.before.strips[0].role != pair.after.strips[0].role:
        yield Change(Kind.FLIP)
    if pair.before.phase != pair.after.phase:
        yield Change(Kind.PHASE)


def changed(kind: Kind, ids: Iterable[int]) -> Iterator[Change]:
    """One change, if it happened to any object."""
    found = tuple(ids)
    if found:
        yield Change(kind, found)


LOOKS: Final[tuple[Callable[[Pair], Iterator[Change]], ...]] = (
    objects,
    moves,
    colors,
    scans,
    fields,
    remembered,
    roots,
    pages,
    phases,
)
"""What is compared."""
