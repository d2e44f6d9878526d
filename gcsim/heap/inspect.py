"""Inspect: read-only views of a heap, for whoever looks at it: the verifier, pictures, snapshots, tests.

Nothing here changes a word. `walk_area` reads memory as a page's walker must: block after block, each as long as its
header says, with no second source to ask. `reachable` is the reference marker: the plainest search there is, with a
visited set of its own, so that it shares no mistake with the collectors.

What counts as allocated (`objects`): to-space up to `top`, both large-object spaces, and old pages. On a page that
waits for its sweep only black objects count; the white ones there are dead, although their words still stand.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from gcsim.errors import InvariantBroken
from gcsim.heap.ephemerons import REMOVED, key_slots
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, WHITE, smi_value
from gcsim.heap.old_space import Page

COLOR_NAMES: Final = ("white", "grey", "black")
NEWBORN: Final = 0
SURVIVED_ONCE: Final = 1
OLD: Final = 2


@frozen
class Smi:
    """A small integer in a field; a type of its own, so that it cannot be taken for an address."""

    value: int


@frozen
class ObjectView:
    """One object as a person would describe it.

    `fields`: name and content of each strong field, in order: a target's address, a `Smi`, or None. `weak`: the same of
    weak fields, or of an ephemeron table's values and keys. `age`: 0 newborn, 1 survived once, 2 old. `space`: "new",
    "old", "new large" or "large".
    """

    address: int
    name: str
    shape: int
    size_bytes: int
    fields: tuple[tuple[str, int | Smi | None], ...]
    raw: tuple[int, ...]
    color: str
    age: int
    space: str
    weak: tuple[tuple[str, int | Smi | None], ...] = ()


@frozen
class Block:
    """One block of a page: the `words` words from `address`.

    `kind`: "object"; "forwarded" (an object that was evacuated; only during a collection); "free" (on the free list,
    or the unused rest of an allocation area); "filler" (any other words that hold nothing). `dead`: an object that
    waits for its sweep.
    """

    address: int
    words: int
    kind: str
    dead: bool = False


def view(heap: Heap, address: int) -> ObjectView:
    """The object at `address`.

    Raises:
        InvariantBroken: no object begins there.
    """
    words, shapes = heap.memory.words, heap.shapes
    index = words[address] if 0 < address < len(words) else 0
    if not shapes.filler_max < index < len(shapes.words_of):
        raise InvariantBroken(f"no object begins at {address}: its header is {index}")
    shape = shapes[index]
    first = address + 1
    fields = [(shape.field_name(at), content(words[first + at])) for at in range(shape.references)]
    return ObjectView(
        address,
        shape.name,
        index,
        shape.size_bytes,
        tuple(fields[: shape.strong]),
        tuple(words[address + shape.raw_offset : address + shape.words]),
        COLOR_NAMES[heap.memory.colors[address]],
        age(heap, address),
        space_of(heap, address),
        tuple(fields[shape.strong :]),
    )


def content(word: int) -> int | Smi | None:
    """What a field that holds `word` means."""
    if word > 0:
        return word
    return Smi(smi_value(word)) if word and word != REMOVED else None


def name_of(heap: Heap, address: int) -> str:
    """`Node@130`, or a bare `@130` where no object begins."""
    words, shapes = heap.memory.words, heap.shapes
    index = words[address] if 0 <= address < len(words) else 0
    known = shapes.filler_max < index < len(shapes.words_of)
    return f"{shapes[index].name if known else ''}@{address}"


def space_of(heap: Heap, address: int) -> str:
    """The name of the space that `address` lies in."""
    if address < heap.old_start:
        return "new"
    if address in heap.new_large.chunks:
        return "new large"
    return "large" if address in heap.large.chunks else "old"


def age(heap: Heap, address: int) -> int:
    """0 newborn, 1 survived one scavenge, 2 old; also right during a scavenge, where copies are survivors."""
    if address >= heap.old_start:
        return NEWBORN if address in heap.new_large.chunks else OLD
    new = heap.new
    # The mark lies in to-space, except during a scavenge: then it is still the mark of from-space.
    scavenging = not new.to_start <= new.age_mark <= new.to_start + new.capacity_pages * new.page_words
    if scavenging and new.contains(address):
        return SURVIVED_ONCE
    return SURVIVED_ONCE if new.survived(address) else NEWBORN


# Walking


def spans(heap: Heap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(address, words, header) of each block; they tile [start, end). The header of unused memory reads 0.

    Raises:
        InvariantBroken: a header makes no sense, or a block crosses `end`.
    """
    words, words_of = heap.memory.words, heap.shapes.words_of
    known = len(words_of)
    unused = unused_areas(heap)
    at = start
    while at < end:
        header = words[at]
        if at in unused:
            header, size = 0, unused[at] - at
        elif 0 < header < known:
            size = words_of[header]
        else:
            size = _forwarded_words(heap, header)
        if not 0 < size <= end - at:
            raise InvariantBroken(
                f"W2 tiling: the block at {at} of the area {start} to {end} has header {header}, {size} words"
            )
        yield at, size, header
        at += size


def _forwarded_words(heap: Heap, header: int) -> int:
    """The size of an evacuated object, read from its copy; 0 if `header` is no forwarding address."""
    words, words_of = heap.memory.words, heap.shapes.words_of
    if not 0 < -header < len(words):
        return 0
    index = words[-header]
    return words_of[index] if heap.shapes.filler_max < index < len(words_of) else 0


def unused_areas(heap: Heap) -> dict[int, int]:
    """End by start of what is unused of the two linear allocation areas."""
    areas = ((heap.new.top, heap.new.area_end), (heap.old.top, heap.old.limit))
    return {top: end for top, end in areas if top < end}


def walk_area(heap: Heap, start: int, end: int) -> Iterator[Block]:
    """Every block of [start, end), an area of a page, in address order; they tile it exactly.

    Raises:
        InvariantBroken: they do not.
    """
    page = heap.old.page_of(start)
    waits = page is not None and not page.swept
    free = free_blocks(heap) if page is not None else frozenset()
    colors, filler_max = heap.memory.colors, heap.shapes.filler_max
    for address, words, header in spans(heap, start, end):
        if header > filler_max:
            yield Block(address, words, "object", dead=waits and colors[address] == WHITE)
        elif header < 0:
            yield Block(address, words, "forwarded")
        else:
            yield Block(address, words, "free" if not header or address in free else "filler")


def walk_page(heap: Heap, page: Page) -> Iterator[Block]:
    """Every block of a page of old space, in address order. Raises as `walk_area`."""
    return walk_area(heap, page.area_start, page.area_end)


def free_blocks(heap: Heap) -> frozenset[int]:
    """The addresses of the blocks in the free list; ends even if a broken list runs in a circle."""
    seen: set[int] = set()
    for free_list in heap.old.free_lists():
        for _, address in free_list.blocks():
            if address in seen:
                break
            seen.add(address)
    return frozenset(seen)


def objects(heap: Heap) -> Iterator[int]:
    """The address of every object that counts as allocated: new, old, new large, large.

    Raises:
        InvariantBroken: an area cannot be walked.
    """
    yield from _new_objects(heap)
    for page in heap.old.pages.values():
        yield from _objects_on(heap, page)
    yield from heap.new_large.chunks
    yield from heap.large.chunks


def objects_in_order(heap: Heap) -> Iterator[int]:
    """The same addresses, lowest first. Raises as `objects`."""
    yield from _new_objects(heap)
    pages = heap.old.pages
    for start in sorted([*pages, *heap.new_large.chunks, *heap.large.chunks]):
        yield from _objects_on(heap, pages[start]) if start in pages else (start,)  # a large object itself


def _new_objects(heap: Heap) -> Iterator[int]:
    for start, end in heap.new.areas():
        yield from (address for address, _, header in spans(heap, start, end) if header > heap.shapes.filler_max)


def _objects_on(heap: Heap, page: Page) -> Iterator[int]:
    filler_max, colors = heap.shapes.filler_max, heap.memory.colors
    for address, _, header in spans(heap, page.area_start, page.area_end):
        if header > filler_max and (page.swept or colors[address] == BLACK):
            yield address


def references(heap: Heap, address: int) -> Iterator[tuple[int, int]]:
    """(slot, target) of each strong field of the object at `address` that refers to an object, in order."""
    words = heap.memory.words
    first = address + 1
    for slot in range(first, first + heap.shapes.strong_of[words[address]]):
        if words[slot] > 0:
            yield slot, words[slot]


def reachable(heap: Heap) -> set[int]:
    """The addresses of all objects that can be reached from the roots: the reference marker."""
    return set(breadth_first(heap))


def breadth_first(heap: Heap) -> list[int]:
    """The addresses of all objects that can be reached from the roots, in an order in which moves do not show.

    Breadth first through strong fields; then through the entries of ephemeron tables whose keys were found, and on
    from there, until a round finds nothing new.
    """
    words, shapes = heap.memory.words, heap.shapes
    seen = dict.fromkeys(address for address in heap.roots.addresses() if address)
    found = list(seen)
    tables: list[int] = []
    front = found
    while front:
        for address in front:  # grows while it is read
            for target in words[address + 1 : address + 1 + shapes.strong_of[words[address]]]:
                if target > 0 and target not in seen:
                    seen[target] = None
                    front.append(target)
            if shapes[words[address]].ephemerons:
                tables.append(address)
        if front is not found:
            found += front
        values = (value for table in tables for key, value in entries(heap, table) if key in seen)
        front = [value for value in dict.fromkeys(values) if value > 0 and value not in seen]
        seen.update(dict.fromkeys(front))
    return found


def entries(heap: Heap, table: int) -> Iterator[tuple[int, int]]:
    """(key, value) of each entry of an ephemeron table, as words, in the order of their places."""
    words, slots = heap.memory.words, key_slots(heap, table)
    for slot in slots:
        if words[slot] > 0:
            yield words[slot], words[slot - len(slots)]


# The guide's notation


def new_space_strip(heap: Heap, names: Mapping[int, str] | None = None, *, most: int = 40) -> str:
    """To-space in address order, as `| A | C | E | <unallocated> |`.

    An object is called by its shape's name unless `names` has one for its address. What is free at the end is one
    `<unallocated>`; a hole before that is a `<filler>`. Of more than `most` parts the middle ones are only counted.
    """
    names = names or {}
    parts: list[str] = []
    for start, end in heap.new.areas():
        for block in walk_area(heap, start, end):
            is_object = block.kind == "object"
            name = heap.shapes[heap.memory.words[block.address]].name if is_object else "<filler>"
            parts.append(names.get(block.address, name) if is_object else name)
    room = heap.new.pages_entered < heap.new.capacity_pages
    while parts and parts[-1] == "<filler>":
        room = bool(parts.pop())
    if len(parts) > most:
        half = most // 2
        parts[half:-half] = [f"... {len(parts) - 2 * half:,} more ..."]
    return f"| {' | '.join([*parts, '<unallocated>'] if room else parts)} |"
