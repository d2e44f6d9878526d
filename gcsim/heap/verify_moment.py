"""What a check is given: the heap walked once, and what it looked like before.

A check is a named function of a `Moment` that yields one sentence for each violation it finds. Its docstring is the
invariant. The walk (`Survey`), the pictures and their comparison are made once for all checks and only if one asks.
"""

from array import array
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final, Protocol, TypeAlias

from attrs import define, field, frozen

from gcsim.errors import InvariantBroken
from gcsim.heap import inspect
from gcsim.heap.ephemerons import DELETED, ELEMENTS, REMOVED
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, GREY, WHITE

Edge: TypeAlias = tuple[int, int, int]
"""(holder, slot, target): a strong field that refers to something."""
Finder: TypeAlias = "Callable[[Moment], Iterator[str]]"


@frozen
class Check:
    """One invariant: `find` yields its violations. `when` says at which moments it must hold."""

    id: str
    name: str
    sentence: str
    when: str
    find: Finder

    def __call__(self, moment: "Moment") -> None:
        """Nothing, if the invariant holds.

        Raises:
            InvariantBroken: it does not; the message names the check, objects and addresses. Or the heap is so broken
                that the check cannot be made.
        """
        try:
            found = next(self.find(moment), None)
        except (LookupError, ValueError, OverflowError) as error:  # an address or a header that makes no sense
            found = f"the heap cannot be read: {type(error).__name__}: {error}"
        if found is not None:
            raise InvariantBroken(f"{self.id} {self.name}: {found}")


CHECKS: Final[dict[str, Check]] = {}
"""Every check by its id in the catalogue of invariants."""

ALWAYS: Final = "always"
AFTER_SCAVENGE: Final = "after scavenge"
AFTER_MARK_SWEEP: Final = "after mark-sweep"
MARKING: Final = "marking"
MARKING_FINISHED: Final = "marking finished"
SLICE: Final = "slice"


def check(id_: str, name: str, when: str) -> Callable[[Finder], Finder]:
    """Enter the decorated function into `CHECKS`; the first paragraph of its docstring is the invariant."""

    def register(find: Finder) -> Finder:
        sentence = " ".join((find.__doc__ or "").split("\n\n")[0].split())
        CHECKS[id_] = Check(id_, name, sentence, when, find)
        return find

    return register


class WorkLike(Protocol):
    """The counts of a cycle that checks compare with the heap."""

    copied_words: int
    copied_objects: int
    promoted_words: int
    promoted_objects: int
    marked_words: int
    marked_objects: int


@define
class Survey:
    """One walk over a heap. `starts`: the address of each allocated object, with its header.

    `edges`: every reference from a strong field; `weak_edges`: from weak fields and from the values of ephemeron
    tables, which are strong in a scavenge; `key_edges`: from their keys; `dangling`: those of all these whose target is
    no allocated object. `forwarded`: addresses of headers that are forwarding addresses. `new_words`: what of to-space
    is not unused; `free_runs`: (address, words) of what holds no object on swept pages, in address order page by page.
    """

    starts: dict[int, int]
    edges: list[Edge]
    weak_edges: list[Edge]
    key_edges: list[Edge]
    dangling: list[Edge]
    forwarded: list[int]
    new_words: int
    free_runs: list[tuple[int, int]]

    def scanned_edges(self) -> Iterator[Edge]:
        """Every reference that a scavenge follows."""
        return chain(self.edges, self.weak_edges)


def survey(heap: Heap) -> Survey:
    """The heap walked once.

    Raises:
        InvariantBroken: W2, an area cannot be walked.
    """
    found = Survey({}, [], [], [], [], [], 0, [])
    for start, end in heap.new.areas():
        for address, words, header in inspect.spans(heap, start, end):
            found.new_words += words if header else 0
            _enter(heap, found, address, header)
    colors = heap.memory.colors
    for page in heap.old.pages.values():
        for address, words, header in inspect.spans(heap, page.area_start, page.area_end):
            if 0 <= header <= heap.shapes.filler_max:
                if page.swept:
                    found.free_runs.append((address, words))
            elif page.swept or colors[address] == BLACK:
                _enter(heap, found, address, header)
    for start, end in chain(heap.new_large.areas(), heap.large.areas()):
        for address, _, header in inspect.spans(heap, start, end):
            _enter(heap, found, address, header)
    _find_edges(heap, found)
    return found


def _enter(heap: Heap, found: Survey, address: int, header: int) -> None:
    if header > heap.shapes.filler_max:
        found.starts[address] = header
    elif header < 0:
        found.forwarded.append(address)


def _find_edges(heap: Heap, found: Survey) -> None:
    words, shapes = heap.memory.words, heap.shapes
    strong_of, references_of = shapes.strong_of, shapes.references_of
    add = found.edges.append
    for holder, header in found.starts.items():
        strong = strong_of[header]
        if strong:
            slot = holder
            for target in words[holder + 1 : holder + 1 + strong]:
                slot += 1
                if target > 0:
                    add((holder, slot, target))
        if references_of[header] > strong:
            keys = holder + 1 + shapes.scanned_of[header]
            for slot in range(holder + 1 + strong, holder + 1 + references_of[header]):
                if words[slot] > 0:
                    (found.key_edges if slot >= keys else found.weak_edges).append((holder, slot, words[slot]))
    starts = found.starts
    found.dangling = [edge for edge in chain(found.edges, found.weak_edges, found.key_edges) if edge[2] not in starts]


@frozen(eq=False)
class HeapPicture:
    """What a later moment of the same heap is compared with; moves and addresses do not show in its graph.

    The graph: everything reachable, numbered from 1, breadth first from the roots. Number n is at `addresses[n - 1]`.
    `edges`: each field in order, a reference as the number it leads to, anything else as it stands. `raw`: all raw
    words in order. `roots`: (place, number). What a collection may do to weak things does not show: a weak field whose
    target cannot be reached counts as null, as does one without a reference, and an entry with such a key as removed.
    Which weak fields those are, is in `doomed`: (number of the holder, index of the field, address of the target).

    The rest are facts about the whole heap, garbage included, in words. `remembered`: (slot, content) pairs. `young`:
    header by address of what is allocated in new space. `values`: the addresses of young values in ephemeron tables.
    `ids`: in snapshots, of each object of the graph, 0 for none.
    """

    addresses: list[int]
    shapes: list[int]
    edges: list[int]
    raw: "array[int]"
    roots: list[tuple[str, int]]
    ages: bytes
    colors: bytes
    spaces: list[str]
    marking: bool
    capacity_pages: int
    remembered: list[tuple[int, int]]
    young_objects: int
    young_words: int
    old_words: int
    allocated_words: int
    reachable_words: int
    doomed: list[tuple[int, int, int]]
    values: list[int]
    ids: list[int]

    def same_graph(self, other: "HeapPicture") -> bool:
        """Whether nobody who starts at the roots can tell the two apart."""
        return (
            self.roots == other.roots
            and self.shapes == other.shapes
            and self.edges == other.edges
            and self.raw == other.raw
        )

    def rows(self, heap: Heap) -> "list[tuple[int, list[int], array[int]]]":
        """(shape, fields, raw words) of each object, in the order of its number."""
        rows, at, raw_at = [], 0, 0
        for shape in self.shapes:
            references = heap.shapes.references_of[shape]
            raw = heap.shapes.words_of[shape] - 1 - references
            rows.append((shape, self.edges[at : at + references], self.raw[raw_at : raw_at + raw]))
            at, raw_at = at + references, raw_at + raw
        return rows


def picture(heap: Heap) -> HeapPicture:
    """The heap as it is now, to be compared with later. The heap must be well-formed (`verify`)."""
    words_of, words, colors = heap.shapes.words_of, heap.memory.words, heap.memory.colors
    addresses = inspect.breadth_first(heap)
    number = {address: at for at, address in enumerate(addresses, 1)}
    edges, raw, doomed = _graph(heap, number)
    allocated = list(inspect.objects(heap))
    tables = [address for address in allocated if heap.shapes[words[address]].ephemerons]
    young = [address for address in allocated if heap.is_young(address)]
    id_of = dict(zip(heap.ids.addresses, heap.ids.ids, strict=True))
    return HeapPicture(
        addresses=addresses,
        shapes=[words[address] for address in addresses],
        edges=edges,
        raw=raw,
        roots=[(place, number[address]) for place, address in places(heap)],
        ages=bytes([inspect.age(heap, address) for address in addresses]),
        colors=bytes([colors[address] for address in addresses]),
        spaces=[inspect.space_of(heap, address) for address in addresses],
        marking=heap.marking,
        capacity_pages=heap.new.capacity_pages,
        remembered=[(slot, words[slot]) for slot in heap.remembered.slots],
        young_objects=len(young),
        young_words=sum([words_of[words[address]] for address in young]),
        old_words=heap.old.used_words + heap.large.used_words,
        allocated_words=sum([words_of[words[address]] for address in allocated]),
        reachable_words=sum([words_of[words[address]] for address in addresses]),
        doomed=doomed,
        values=[value for table in tables for _, value in inspect.entries(heap, table) if heap.is_young(value)],
        ids=[id_of.get(address, 0) for address in addresses],
    )


def places(heap: Heap) -> Iterator[tuple[str, int]]:
    """(name, address) of every root, in the collectors' order."""
    for name, address in heap.roots.globals.items():
        yield f"global {name!r}", address
    for depth, handles in enumerate(heap.roots.scopes):
        for at, handle in enumerate(handles):
            yield f"handle {at} of scope {depth}", handle.address


def _graph(heap: Heap, number: dict[int, int]) -> "tuple[list[int], array[int], list[tuple[int, int, int]]]":
    """The fields and the raw words of the objects that are numbered, and the weak fields that may be cleared."""
    words, shapes = heap.memory.words, heap.shapes
    edges: list[int] = []
    raw = array("q")
    doomed: list[tuple[int, int, int]] = []
    for address, holder in number.items():
        header = words[address]
        first_raw = address + 1 + shapes.references_of[header]
        contents, strong = words[address + 1 : first_raw], shapes.strong_of[header]
        fields = [word if word <= 0 else number.get(word, 0) for word in contents]
        raw_words = words[first_raw : address + shapes.words_of[header]]
        if shapes[header].ephemerons:
            _remove_dead(fields, contents, raw_words)
        else:
            fields[strong:] = [max(field, 0) for field in fields[strong:]]
            weak = enumerate(contents[strong:], strong)
            doomed += [(holder, index, target) for index, target in weak if target > 0 and not fields[index]]
        edges += fields
        raw += raw_words
    return edges, raw, doomed


def _remove_dead(fields: list[int], contents: "array[int]", raw: "array[int]") -> None:
    """Make the fields and raw words of an ephemeron table what they are when the entries without a key are removed."""
    entries = len(fields) // 2
    for at in range(entries, 2 * entries):
        if contents[at] > 0 and not fields[at]:
            fields[at], fields[at - entries] = REMOVED, 0
            raw[ELEMENTS] -= 1
            raw[DELETED] += 1


@frozen(eq=False)
class SlicePicture:
    """What a later slice of the same cycle is compared with.

    `colors`: all of them. `old`: the allocated objects of the old generation. `young`: header by address of what was
    in new space before the cycle. `waiting`: header by address of black objects on pages that wait for their sweep.
    `scan`, `top`: a scavenger's pointers, 0 if there is none. `evacuating`: whether a full collection moves objects;
    then `moving` has the header by address of what is to move, alone or with its page, and `staying` the live objects
    of the old generation that are not.
    """

    colors: bytes
    old: frozenset[int]
    young: dict[int, int]
    waiting: dict[int, int]
    scan: int = 0
    top: int = 0
    evacuating: bool = False
    moving: dict[int, int] = field(factory=dict)
    staying: frozenset[int] = frozenset()


def picture_slice(heap: Heap, collector: object = None, last: SlicePicture | None = None) -> SlicePicture:
    """The heap as it is now, for the slice that follows; `last` is the slice before, if there was one."""
    scavenging = is_scavenging(collector)
    starts = {address: heap.memory.words[address] for address in inspect.objects(heap)}
    young = {address: header for address, header in starts.items() if address < heap.old_start}
    waiting = {address: header for address, header in starts.items() if waits_for_sweep(heap, address)}
    evacuating = phase_of(collector) == "EVACUATE"
    moving: dict[int, int] = {}
    staying: frozenset[int] = frozenset()
    if evacuating and last is not None and last.evacuating:
        moving, staying = last.moving, last.staying
    elif evacuating:
        moving = {address: header for address, header in starts.items() if is_to_move(heap, address)}
        staying = frozenset(at for at in starts if is_live(heap, at) and not heap.is_young(at)) - moving.keys()
    return SlicePicture(
        bytes(heap.memory.colors),
        frozenset(address for address in starts if not heap.is_young(address)),
        last.young if scavenging and last is not None else young,
        waiting,
        getattr(collector, "scan", 0) if scavenging else 0,
        heap.new.top if scavenging else 0,
        evacuating,
        moving,
        staying,
    )


def is_live(heap: Heap, address: int) -> bool:
    """Whether the marking that has just ended found the object at `address` alive."""
    return heap.memory.colors[address] == BLACK


def is_to_move(heap: Heap, address: int) -> bool:
    """Whether the object at `address` is alive, and in new space or on a candidate for evacuation."""
    on_candidate = address & -heap.memory.page_words in heap.old.candidates
    return is_live(heap, address) and (address < heap.old_start or on_candidate)


def waits_for_sweep(heap: Heap, address: int) -> bool:
    """Whether `address` lies on a page of old space that was not swept since the last marking, and will be."""
    page = heap.old.page_of(address)
    return page is not None and not page.swept and page.start not in heap.old.candidates


def first_colored(colors: bytearray, start: int, end: int) -> int:
    """The first word of [start, end) that is not white, or -1."""
    found = [at for at in (colors.find(GREY, start, end), colors.find(BLACK, start, end)) if at >= 0]
    return min(found, default=-1)


def is_scavenging(collector: object) -> bool:
    """Whether `collector` is a scavenger that is not done: it has a `scan` pointer."""
    return hasattr(collector, "scan") and phase_of(collector) != "DONE"


def phase_of(collector: object) -> str:
    """The name of the phase that `collector` is in, or nothing."""
    return str(getattr(getattr(collector, "phase", None), "name", ""))


@define(slots=False, eq=False)
class Moment:
    """A heap at one moment, and what came before: the argument of every check.

    `cycle`: what has just ended ("scavenge", "marking", "mark-sweep") or nothing. `stopped_world`: the mutator has not
    run since the marking began, so that its result is exact.
    """

    heap: Heap
    before: HeapPicture | None = None
    work: WorkLike | None = None
    cycle: str = ""
    collector: object = None
    last: SlicePicture | None = None
    stopped_world: bool = False

    @cached_property
    def survey(self) -> Survey:
        """The heap walked once."""
        return survey(self.heap)

    @cached_property
    def after(self) -> HeapPicture:
        """The heap as it is now, comparable with `before`."""
        return picture(self.heap)

    @cached_property
    def same_graph(self) -> bool:
        """Whether there is a `before`, and its graph is the same as now."""
        return self.before is not None and self.before.same_graph(self.after)

    @cached_property
    def reachable(self) -> set[int]:
        """What the reference marker finds."""
        return inspect.reachable(self.heap)

    def name(self, address: int) -> str:
        """`Node@130`."""
        return inspect.name_of(self.heap, address)

    def edge(self, edge: Edge) -> str:
        """`slot 133 of Node@130 refers to 20`."""
        holder, slot, target = edge
        return f"slot {slot} of {self.name(holder)} refers to {self.name(target).removeprefix('@')}"

    def is_white(self, address: int) -> bool:
        """Whether the object at `address` is white."""
        return self.heap.memory.colors[address] == WHITE
