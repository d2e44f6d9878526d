"""Camera: copies what there is to be seen of a tiny heap, object by object.

It walks every block of the heap, so a picture costs O(heap): it is meant for heaps of a few hundred objects
(`survey.py` is for the others). Nothing is asked of a collector but what any has, its phase, and of a scavenger where
its scan pointer is; all else is read from the words: a negative header is a copy, a color is a shade.

What is in from-space can only be read while a scavenge runs: its pages are those that the mutator had entered, and the
rest is older rubbish. What the remembered set held when the scavenge began counts as remembered until the slot has been
visited, although the scavenger has emptied the set.

Equal parts of successive pictures are one object (`gcsim.view.frame`).
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from attrs import frozen

from gcsim.collectors import Collector, Phase
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import COLOR_NAMES, OLD, age, walk_area, walk_page
from gcsim.heap.inspect import Block as HeapBlock
from gcsim.heap.memory import WHITE
from gcsim.heap.old_space import Page
from gcsim.heap.shapes import Shape
from gcsim.view.frame import STACK, Block, Edge, OldPage, Root, Strip
from gcsim.view.identity import Register, Sighting

Part = TypeVar("Part")


@frozen
class Cycle:
    """What a camera is told of the collection under way.

    `is_scavenge`: it empties from-space. `judged`: marking has ended and nothing else was done yet, so that all that is
    white is dead.
    """

    collector: Collector
    is_scavenge: bool
    judged: bool = False

    @property
    def phase(self) -> Phase:
        """What it does next."""
        return self.collector.phase

    @property
    def scan(self) -> int:
        """The scan pointer of a scavenger that has one, else 0."""
        return int(getattr(self.collector, "scan", 0))


class Camera:
    """Takes pictures of `heap`. `register` knows the objects."""

    __slots__ = (
        "_cycle", "_from_areas", "_heap", "_last", "_pool", "_remembered", "_taken", "_young", "register",
    )  # fmt: skip

    def __init__(self, heap: Heap) -> None:
        self.register = Register()
        self._heap = heap
        self._cycle: Cycle | None = None
        self._from_areas: list[tuple[int, int]] = []
        self._remembered: set[int] = set()
        self._taken: set[int] = set()
        self._young: set[int] = set()
        self._pool: dict[Any, Any] = {}
        self._last: dict[Any, Any] = {}

    def collection_begins(self) -> None:
        """A collector is about to be made; what the semispaces and the remembered set hold is what it will find."""
        heap = self._heap
        self._from_areas = list(heap.new.areas())
        self._taken = self._remembered_slots()
        self._young = {number for address, number in self.register.ids.items() if heap.is_young(address)}

    def take(self, cycle: Cycle | None) -> dict[str, Any]:
        """What there is, as the arguments of a `Frame`. `cycle`: the collection under way."""
        self._cycle = cycle if cycle is not None and cycle.phase is not Phase.DONE else None
        self._remembered = self._remembered_slots()
        areas = {start: list(blocks) for start, blocks in self._walks()}
        self.register.look(self._sightings(areas))
        parts: dict[str, Any] = {"strips": self._strips(areas), "pages": self._pages(areas), "large": self._large()}
        blocks = [block for strip in parts["strips"] for block in strip.blocks]
        blocks += [block for page in parts["pages"] for block in page.blocks]
        there = [block for block in [*blocks, *parts["large"]] if block.is_object and block.id]
        dead = {block.id for block in there if block.dead}
        edges = tuple(edge for block in there for edge in self._edges(block) if not block.dead or edge.target in dead)
        parts |= {
            "roots": tuple(self._roots()),
            "edges": edges,
            "worklist": tuple(self._worklist(there)),
            "remembered": tuple(edge for edge in edges if edge.remembered),
            "object_count": len(there),
            "marking": self._heap.marking,
        }
        return {name: self._same(name, part) for name, part in parts.items()}

    # Blocks

    def _walks(self) -> Iterator[tuple[int, Iterator[HeapBlock]]]:
        """The blocks of each area that can be walked, by the area's start."""
        heap = self._heap
        for start, end in heap.new.areas():
            yield start, walk_area(heap, start, end)
        if self._is_scavenge():
            for start, end in self._from_areas:
                yield start, walk_area(heap, start, end)
        for page in heap.old.pages.values():
            yield page.area_start, walk_page(heap, page)

    def _sightings(self, areas: dict[int, list[HeapBlock]]) -> Iterator[Sighting]:
        for blocks in areas.values():
            for block in blocks:
                if block.kind in ("object", "forwarded"):
                    yield Sighting(block.address, self._shape(block.address).name, self._moved_to(block), block.dead)
        for space in (self._heap.new_large, self._heap.large):
            for address in space.chunks:
                yield Sighting(address, self._shape(address).name)

    def _strips(self, areas: dict[int, list[HeapBlock]]) -> tuple[Strip, ...]:
        new = self._heap.new
        return tuple(self._strip(start, areas) for start in sorted((new.to_start, new.from_start)))

    def _strip(self, start: int, areas: dict[int, list[HeapBlock]]) -> Strip:
        new, cycle = self._heap.new, self._cycle
        end = start + new.capacity_pages * new.page_words
        blocks: list[Block] = []
        for area_start in sorted(area for area in areas if start <= area < end):
            blocks += map(self._block, areas[area_start])
        reached = blocks[-1].end if blocks else start
        if reached < end:
            blocks.append(Block(reached, end - reached, "free"))
        is_to = start == new.to_start
        scan = cycle.scan if cycle and cycle.is_scavenge else 0
        strip = Strip(
            role="to" if is_to else "from",
            start=start,
            end=end,
            blocks=self._shared(with_free_end(blocks)),
            used_words=new.used_words if is_to else 0,
            top=new.top if is_to else 0,
            scan=scan if start <= scan <= end and is_to else 0,
            age_mark=new.age_mark if start < new.age_mark <= end else 0,
        )
        return self._same(start, strip)

    def _pages(self, areas: dict[int, list[HeapBlock]]) -> tuple[OldPage, ...]:
        return tuple(self._page(page, areas[page.area_start]) for page in self._heap.old.pages.values())

    def _page(self, page: Page, blocks: list[HeapBlock]) -> OldPage:
        picture = OldPage(
            start=page.area_start,
            end=page.area_end,
            blocks=self._shared(map(self._block, blocks)),
            used_words=sum(block.words for block in blocks if block.kind == "object" and not block.dead),
            swept=page.swept,
            candidate=page.start in self._heap.old.candidates,
            is_code=page.is_code,
        )
        return self._same(page.area_start, picture)

    def _large(self) -> tuple[Block, ...]:
        """The large objects, the young ones first."""
        heap, words_of = self._heap, self._heap.shapes.words_of
        addresses = [*heap.new_large.chunks, *heap.large.chunks]
        blocks = [HeapBlock(address, words_of[heap.memory.words[address]], "object") for address in addresses]
        return self._shared(map(self._block, blocks))

    def _block(self, block: HeapBlock) -> Block:
        """The block as it is shown."""
        if block.kind not in ("object", "forwarded"):
            return Block(block.address, block.words, block.kind)
        number = self.register.ids.get(block.address, 0)
        return Block(
            address=block.address,
            words=block.words,
            id=number,
            name=self.register.name_of(number) or self._shape(block.address).name,
            color=COLOR_NAMES[self._heap.memory.colors[block.address]],
            age=age(self._heap, block.address),
            forwarded_to=self._moved_to(block),
            dead=block.dead or (block.kind == "object" and self._is_judged_dead(block.address)),
        )

    def _is_judged_dead(self, address: int) -> bool:
        """Whether the collection under way knows already that the object is garbage."""
        cycle, heap = self._cycle, self._heap
        if cycle is None:
            return False
        if cycle.is_scavenge:
            return cycle.phase is Phase.FINISH and (self._in_from_space(address) or address in heap.new_large.chunks)
        if cycle.phase is not Phase.EVACUATE or heap.memory.colors[address] != WHITE:
            return False
        return cycle.judged or heap.is_young(address)

    # References

    def _roots(self) -> Iterator[Root]:
        roots, ids = self._heap.roots, self.register.ids
        for name, address in roots.globals.items():
            yield self._pooled(Root(name, ids.get(address, 0), address))
        handles = [handle.address for scope in roots.scopes for handle in scope]
        for address in dict.fromkeys(handles):
            yield self._pooled(Root(STACK, ids.get(address, 0), address))

    def _edges(self, block: Block) -> Iterator[Edge]:
        """What the object refers to; `take` leaves out what a dead one refers to, unless that is dead too."""
        words, shape = self._heap.memory.words, self._shape(block.address)
        for index in range(shape.references):
            slot = block.address + 1 + index
            word = words[slot]
            target = self.register.ids.get(word, 0)
            if word > 0:
                is_remembered = slot in self._remembered or (slot in self._taken and self._is_unvisited(word))
                stale = target != 0 and words[word] < 0
                edge = Edge(block.id, shape.field_name(index), target, strength(shape, index), is_remembered, stale)
                yield self._pooled(edge)

    def _remembered_slots(self) -> set[int]:
        remembered = self._heap.remembered
        return remembered.slots.union(*remembered.keys.values())

    def _is_unvisited(self, word: int) -> bool:
        """Whether a slot that a scavenge has to visit still holds what it held before."""
        return self._is_scavenge() and self._in_from_space(word)

    def _worklist(self, there: list[Block]) -> Iterator[int]:
        """What is to be visited, the next one first."""
        heap, cycle = self._heap, self._cycle
        if cycle is not None and cycle.is_scavenge:
            copies = (block for block in there if heap.new.contains(block.address) and block.address >= cycle.scan)
            promoted = (block for block in there if block.age == OLD and block.id in self._young)
            yield from (block.id for block in (*copies, *filter(self._leads_back, promoted)))
            return
        start, middle, end = heap.in_hand
        found, waiting = heap.worklist[start:middle], heap.worklist[middle:end]
        rest = heap.worklist[:start] + heap.worklist[end:]
        for address in (*reversed(waiting), *reversed(found), *reversed(rest)):
            yield self.register.ids.get(address, 0)

    def _leads_back(self, block: Block) -> bool:
        """Whether a field of the object refers to from-space."""
        first = block.address + 1
        words = self._heap.memory.words[first : first + self._shape(block.address).references]
        return any(map(self._in_from_space, words))

    # Small things

    def _is_scavenge(self) -> bool:
        return self._cycle is not None and self._cycle.is_scavenge

    def _in_from_space(self, address: int) -> bool:
        start, end = self._heap.new.from_range()
        return start <= address < end

    def _moved_to(self, block: HeapBlock) -> int:
        return -self._heap.memory.words[block.address] if block.kind == "forwarded" else 0

    def _shape(self, address: int) -> Shape:
        """The shape of the object at `address`, or of the one that was there."""
        words = self._heap.memory.words
        header = words[address]
        return self._heap.shapes[header if header > 0 else words[-header]]

    # Sharing

    def _shared(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(map(self._pooled, blocks))

    def _pooled(self, part: Part) -> Part:
        """The one part that is equal to this one."""
        pooled: Part = self._pool.setdefault(part, part)
        return pooled

    def _same(self, place: Any, part: Part) -> Part:
        """The part that was there in the picture before, if this one is equal to it."""
        before: Part | None = self._last.get(place)
        if before is not None and before == part:
            return before
        self._last[place] = part
        return part


def strength(shape: Shape, index: int) -> str:
    """How field `index` of an object of that shape holds on to its target."""
    if shape.ephemerons:
        return "value" if index < shape.ephemerons else "key"
    return "strong" if index < shape.strong else "weak"


def with_free_end(blocks: list[Block]) -> list[Block]:
    """The blocks, of which those behind the last object are one free block."""
    rest: list[Block] = []
    while blocks and blocks[-1].kind != "object":
        rest.append(blocks.pop())
    if rest:
        blocks.append(Block(rest[-1].address, sum(block.words for block in rest), "free"))
    return blocks
