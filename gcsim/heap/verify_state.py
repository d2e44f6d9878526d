"""The checks that need one moment only: what must hold whenever the mutator may run.

Each is an invariant of the catalogue, by its id. A check reads the heap by its own walk (`Moment.survey`), never by
what a collector says that it visited.
"""

from collections.abc import Iterator
from itertools import pairwise

from gcsim.heap.free_list import LAST_CLASS, MIN_BLOCK_WORDS, class_of
from gcsim.heap.verify_moment import ALWAYS, Moment, check, first_colored, places, waits_for_sweep
from gcsim.units import WORD_BYTES

# Pages


@check("W2", "tiling", ALWAYS)
def find_untiled(moment: Moment) -> Iterator[str]:
    """Each page is tiled exactly by objects, free runs and fillers, and a large object fills its chunk's area."""
    _ = moment.survey  # the walk raises if an area cannot be tiled
    words, words_of = moment.heap.memory.words, moment.heap.shapes.words_of
    for space in (moment.heap.new_large, moment.heap.large):
        for address, chunk in space.chunks.items():
            if words_of[words[address]] != chunk.words:
                size = words_of[words[address]]
                yield f"{moment.name(address)} has {size} words in a chunk for {chunk.words}"


@check("S4", "no forwarding left", ALWAYS)
def find_forwarded(moment: Moment) -> Iterator[str]:
    """Outside of a collection no header is a forwarding address."""
    for address in moment.survey.forwarded:
        yield f"the header at {address} is {moment.heap.memory.words[address]}"


@check("W3", "free list truth", ALWAYS)
def find_free_list_lies(moment: Moment) -> Iterator[str]:
    """The free list holds exactly the free runs of swept pages, each once, in its class, with its true size.

    Pages of code and candidates for evacuation give no memory, so their free runs are not in the list.
    """
    heap, words = moment.heap, moment.heap.memory.words
    area = heap.old.top if heap.old.top < heap.old.limit else 0
    runs = (run for run in moment.survey.free_runs if run[0] != area and run[1] >= MIN_BLOCK_WORDS)
    closed = {page.start for page in heap.old.pages.values() if page.is_code} | heap.old.candidates.keys()
    expected = {run for run in runs if run[0] & -heap.memory.page_words not in closed}
    listed: set[tuple[int, int]] = set()
    chains = (chain for free_list in heap.old.free_lists() for chain in enumerate(free_list.chains))
    for size_class, head in ((size_class, heads[size_class]) for size_class, chain in chains for heads in chain):
        block = head
        while block:
            run = (block, words[block]) if 0 < block < len(words) else (block, 0)
            if run in listed:
                yield f"block {block} is in the list twice"
                break
            if run not in expected:
                yield f"block {block} of {run[1]} words is no free run of a swept page"
                break
            if size_class != class_of(run[1] * WORD_BYTES):
                yield f"block {block} of {run[1]} words is in class {size_class} (0 to {LAST_CLASS})"
            listed.add(run)
            block = words[block + 1]
    for address, size in sorted(expected - listed):
        yield f"the free run of {size} words at {address} is not in the list"
    total = sum(size for _, size in expected)
    counted = sum(free_list.free_words for free_list in heap.old.free_lists())
    if counted != total:
        yield f"free_words is {counted}, the blocks have {total}"


@check("W4", "coalescing", ALWAYS)
def find_neighbours(moment: Moment) -> Iterator[str]:
    """On a swept page no two free runs are adjacent, and none crosses the page's end."""
    page_words = moment.heap.memory.page_words
    for (first, size), (second, _) in pairwise(moment.survey.free_runs):
        if first + size == second and second % page_words != moment.heap.old.header_words:
            yield f"free runs at {first} ({size} words) and {second} are adjacent"


@check("W5", "allocation", ALWAYS)
def find_dirty_areas(moment: Moment) -> Iterator[str]:
    """What the next allocations return is null, white, and within one page of its space."""
    heap, memory = moment.heap, moment.heap.memory
    areas = (("new", heap.new.top, heap.new.area_end), ("old", heap.old.top, heap.old.limit))
    for space, top, end in areas:
        if top == end:
            continue
        for at, word in enumerate(memory.words[top:end], top):
            if word:
                yield f"word {at} of the {space} allocation area {top} to {end} is {word}, not null"
                break
        if first_colored(memory.colors, top, end) >= 0:
            yield f"a word of the {space} allocation area {top} to {end} has a color"
        inside = heap.new.contains(top) if space == "new" else heap.old.page_of(top) is not None
        if top > end or not inside or (end - 1) // memory.page_words != top // memory.page_words:
            yield f"the {space} allocation area {top} to {end} is not within one page of its space"


@check("W6", "lazy sweep", ALWAYS)
def find_touched_before_sweep(moment: Moment) -> Iterator[str]:
    """A page that waits for its sweep keeps its colors, counts as its live words, and gives no memory."""
    heap = moment.heap
    words, words_of = heap.memory.words, heap.shapes.words_of
    waiting = heap.old.waiting_pages()
    live = dict.fromkeys(waiting, 0)
    for address in moment.survey.starts:
        start = address & -heap.memory.page_words
        if start in live:
            live[start] += words_of[words[address]]
    for page in heap.old.pages.values():
        if page.start in heap.old.candidates and page.start not in waiting:
            continue
        if not page.swept and page.start not in waiting:
            yield f"page {page.start} is unswept and not queued"
        elif not page.swept and page.allocated_words != live[page.start]:
            yield f"page {page.start} is booked at {page.allocated_words} live words, {live[page.start]} are black"
    if heap.old.top < heap.old.limit and waits_for_sweep(heap, heap.old.top):
        yield f"allocation goes on at {heap.old.top} on a page that waits for its sweep"
    if heap.marking and waiting:
        yield f"marking began while page {min(waiting)} waited for its sweep"


@check("W7", "mark reset", ALWAYS)
def find_marks_on_swept_pages(moment: Moment) -> Iterator[str]:
    """Outside of a marking, no word of a swept page has a color."""
    colors = moment.heap.memory.colors
    for page in moment.heap.old.pages.values():
        at = first_colored(colors, page.start, page.area_end) if page.swept else -1
        if at >= 0 and not moment.heap.marking:
            yield f"{moment.name(at)} on swept page {page.start} has color {colors[at]}"


@check("W8", "release", ALWAYS)
def find_released_in_use(moment: Moment) -> Iterator[str]:
    """Nothing refers to a released page; after a full collection at most one page is kept with nothing on it."""
    heap, page_words = moment.heap, moment.heap.memory.page_words
    released = [(start, start + pages * page_words) for start, pages in heap.memory.free_runs()]
    for start, end in released:
        for edge in moment.survey.dangling:
            if start <= edge[2] < end:
                yield f"{moment.edge(edge)}, on a released page"
        if any(start <= address < end for address in heap.roots.addresses()):
            found = (f"{place} refers to {at}" for place, at in places(heap) if start <= at < end)
            yield from (f"{sentence}, on a released page" for sentence in found)
    if moment.cycle == "mark-sweep":
        used = {address & -page_words for address in moment.survey.starts}
        empty = sorted(heap.old.pages.keys() - used)
        if len(empty) > 1:
            yield f"pages {empty} hold nothing, and only one is kept"


@check("W9", "large objects", ALWAYS)
def find_large_mistakes(moment: Moment) -> Iterator[str]:
    """Large objects are in one space each, counted once, whole, and never move."""
    heap = moment.heap
    for name, space in (("new large", heap.new_large), ("large", heap.large)):
        used = sum(chunk.words for chunk in space.chunks.values())
        committed = sum(chunk.committed_words for chunk in space.chunks.values())
        if (used, committed) != (space.used_words, space.committed_words):
            counted = (space.used_words, space.committed_words)
            yield f"{name} space counts (used, committed) words {counted}, its chunks have {(used, committed)}"
    for address in heap.new_large.chunks.keys() & heap.large.chunks.keys():
        yield f"{moment.name(address)} is in both large-object spaces"
    if moment.before is not None and moment.same_graph:
        pairs = zip(moment.before.addresses, moment.after.addresses, moment.before.spaces, strict=True)
        for old, new, space_name in pairs:
            if "large" in space_name and (old != new or new not in heap.large.chunks):
                yield f"large object {old} moved to {moment.name(new)}"


# References


@check("G7", "roots", ALWAYS)
def find_bad_roots(moment: Moment) -> Iterator[str]:
    """Every root is the address of an allocated object: each kind of root is traced and updated."""
    if moment.survey.starts.keys() >= set(moment.heap.roots.addresses()):
        return
    for place, address in places(moment.heap):
        if address not in moment.survey.starts:
            yield f"{place} refers to {address}, which is no object"


@check("S5", "from-space is dead", ALWAYS)
def find_from_space_references(moment: Moment) -> Iterator[str]:
    """No field, root, remembered slot or worklist entry refers to from-space."""
    start, end = moment.heap.new.from_range()
    for edge in moment.survey.dangling:
        if start <= edge[2] < end:
            yield moment.edge(edge)
    if any(start <= address < end for address in moment.heap.roots.addresses()):
        yield from (f"{place} refers to {at}" for place, at in places(moment.heap) if start <= at < end)
    lists = (
        ("remembered slot", moment.heap.remembered.slots),
        ("remembered table", moment.heap.remembered.keys),
        ("worklist", moment.heap.worklist),
        ("weak holders", moment.heap.weak_holders),
    )
    for what, addresses in lists:
        for address in addresses:
            if start <= address < end:
                yield f"{what} has {address}"


@check("G3", "no dangling", ALWAYS)
def find_dangling(moment: Moment) -> Iterator[str]:
    """Every field of an allocated object, of any strength, is null, a Smi, or the address of an allocated object."""
    for edge in moment.survey.dangling:
        yield f"{moment.edge(edge)}, which is no object"


# Remembered set


@check("R1", "remembered set is complete", ALWAYS)
def find_unremembered(moment: Moment) -> Iterator[str]:
    """Every slot of an old object that refers to a young object is in the remembered set, a table's keys apart."""
    yield from unremembered(moment)


def unremembered(moment: Moment, holders: set[int] | None = None) -> Iterator[str]:
    """Violations of R1, of all old holders or of some."""
    heap, slots = moment.heap, moment.heap.remembered.slots
    old_start, large = heap.old_start, heap.new_large.chunks
    for edge in moment.survey.scanned_edges():
        holder, slot, target = edge
        if slot in slots or holder < old_start or holder in large:
            continue
        if (target < old_start or target in large) and (holders is None or holder in holders):
            yield f"{moment.edge(edge)}, which is young, and is not remembered"


@check("R2", "every store has its barrier", ALWAYS)
def find_barrier_off(moment: Moment) -> Iterator[str]:
    """The barrier is on wherever comparing two addresses is not enough: while marking or young large objects exist."""
    heap = moment.heap
    slow = heap.marking or bool(heap.new_large.chunks)
    if heap.barrier_slow != slow or heap.barrier_start > (0 if slow else heap.old_start):
        yield (
            f"barrier_slow is {heap.barrier_slow}, barrier_start {heap.barrier_start}, marking {heap.marking}, "
            f"and there are {len(heap.new_large.chunks)} young large objects"
        )


@check("R3", "remembered slots are valid", ALWAYS)
def find_invalid_slots(moment: Moment) -> Iterator[str]:
    """Every remembered slot is a field of an allocated object of the old generation, and no key."""
    heap, starts = moment.heap, moment.survey.starts
    scanned_of = heap.shapes.scanned_of
    holders = iter(sorted(address for address in starts if not heap.is_young(address)))
    holder, following = 0, next(holders, None)
    for slot in sorted(heap.remembered.slots):
        while following is not None and following <= slot:
            holder, following = following, next(holders, None)
        if not holder or not holder < slot <= holder + scanned_of[starts[holder]]:
            yield f"slot {slot} is no field of an old object (the last before it is {moment.name(holder)})"


# Sizes


@check("A1", "counters are a walk", ALWAYS)
def find_miscounts(moment: Moment) -> Iterator[str]:
    """Used words of each space and each old page, counted as they changed, equal a walk.

    Pages, chunks and free runs tile the memory.
    """
    heap = moment.heap
    words, words_of = heap.memory.words, heap.shapes.words_of
    if heap.new.used_words != moment.survey.new_words:
        yield f"new space counts {heap.new.used_words} words, {moment.survey.new_words} are used"
    large = heap.large.chunks.keys() | heap.new_large.chunks.keys()
    walked = [at for at in moment.survey.starts if at >= heap.old_start and at not in large]
    on_page = dict.fromkeys(heap.old.pages, 0)
    for address in walked:
        on_page[address & -heap.memory.page_words] += words_of[words[address]]
    old_words = sum(on_page.values())
    if heap.old.used_words != old_words:
        yield f"old space counts {heap.old.used_words} words, its objects have {old_words}"
    if heap.old.top < heap.old.limit:
        on_page[heap.old.top & -heap.memory.page_words] += heap.old.limit - heap.old.top
    for start, page in heap.old.pages.items():
        if page.allocated_words != on_page[start]:
            yield f"page {start} counts {page.allocated_words} words, {on_page[start]} are allocated on it"
    pieces = [(start, 1) for start in heap.old.pages]
    for space in (heap.large, heap.new_large):
        pieces += [(chunk.start, chunk.pages) for chunk in space.chunks.values()]
    at = heap.old_start
    for start, pages in sorted([*pieces, *heap.memory.free_runs()]):
        if start != at:
            yield f"the memory from {at} to {start} belongs to nobody or to two"
        at = start + pages * heap.memory.page_words
    if at != len(words) or at != len(heap.memory.colors):
        yield f"the spaces end at {at}, the memory at {len(words)} (colors {len(heap.memory.colors)})"


@check("A2", "bounds", ALWAYS)
def find_out_of_bounds(moment: Moment) -> Iterator[str]:
    """In each space used <= committed, and new space is within its capacity and that within its maximum."""
    heap, page_words = moment.heap, moment.heap.memory.page_words
    sizes = {
        "new": (heap.new.used_words, heap.new.committed_pages * page_words),
        "old": (heap.old.used_words, heap.old.committed_words),
        "new large": (heap.new_large.used_words, heap.new_large.committed_words),
        "large": (heap.large.used_words, heap.large.committed_words),
    }
    for space, (used, committed) in sizes.items():
        if not 0 <= used <= committed:
            yield f"{space} space uses {used} of {committed} committed words"
    entered, capacity, most = heap.new.pages_entered, heap.new.capacity_pages, heap.new.max_pages
    if not 1 <= entered <= capacity <= most:
        yield f"new space has entered {entered} of {capacity} pages, of at most {most}"
