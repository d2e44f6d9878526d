"""The checks that need two moments: what a cycle, or a slice of one, may change and what it may not.

Two pictures of one heap are compared as graphs: both are followed from the roots at the same time, pairing objects.
A pair that does not fit is a violation, and how it fails to fit says of which invariant.
"""

from collections.abc import Iterator

from gcsim.heap.ephemerons import REMOVED, key_slots
from gcsim.heap.inspect import NEWBORN, OLD, SURVIVED_ONCE, age
from gcsim.heap.memory import NULL
from gcsim.heap.verify_colors import greys
from gcsim.heap.verify_moment import (
    AFTER_MARK_SWEEP,
    AFTER_SCAVENGE,
    SLICE,
    HeapPicture,
    Moment,
    check,
    is_scavenging,
    phase_of,
)
from gcsim.heap.verify_state import unremembered


def differences(moment: Moment) -> Iterator[tuple[str, str]]:
    """(id of the invariant, sentence) for each place where the graph is not what it was."""
    before = moment.before
    if before is None or moment.same_graph:
        return
    after = moment.after
    old_roots, new_roots = dict(before.roots), dict(after.roots)
    for place in old_roots.keys() ^ new_roots.keys():
        yield "G11", f"{place} is a root only {'before' if place in old_roots else 'afterwards'}"
    pairs: list[tuple[int, int]] = []
    paired: dict[int, int] = {}
    taken: dict[int, int] = {}
    for place in old_roots.keys() & new_roots.keys():
        number, now = old_roots[place], new_roots[place]
        if paired.get(number, now) != now or taken.get(now, number) != number:
            yield "G11", f"{place} was {at(before, number)} and is {at(after, now)}, another object"
        elif number not in paired:
            paired[number], taken[now] = now, number
            pairs.append((number, now))
    yield from _follow(moment, before, pairs, paired, taken)


def _follow(
    moment: Moment, before: HeapPicture, pairs: list[tuple[int, int]], paired: dict[int, int], taken: dict[int, int]
) -> Iterator[tuple[str, str]]:
    """The differences of the pairs and of all that can be reached from them; `pairs` grows while it is read."""
    after = moment.after
    rows, new_rows = before.rows(moment.heap), after.rows(moment.heap)
    for number, now in pairs:
        (shape, edges, raw), (new_shape, new_edges, new_raw) = rows[number - 1], new_rows[now - 1]
        who = f"{at(before, number)}, now {moment.name(after.addresses[now - 1])},"
        if shape != new_shape:
            yield "G2", f"{who} had shape {shape} and has {new_shape}"
            continue
        if raw != new_raw:
            yield (
                "E4" if moment.heap.shapes[shape].ephemerons else "G6",
                f"{who} had raw words {raw.tolist()} and has {new_raw.tolist()}",
            )
        for index, (edge, new_edge) in enumerate(zip(edges, new_edges, strict=True)):
            field = f"field {index} of {who}"
            if edge <= 0 or new_edge <= 0:
                if edge != new_edge:
                    yield (
                        _plain(moment, shape, index, edge, new_edge),
                        f"{field} was {edge} and is {new_edge} (as a number or a word)",
                    )
            elif edge not in paired and new_edge not in taken:
                paired[edge], taken[new_edge] = new_edge, edge
                pairs.append((edge, new_edge))
            elif edge in paired and paired[edge] != new_edge:
                yield "G5", f"{field} refers to a second copy of {at(before, edge)}"
            elif taken.get(new_edge) != edge:
                yield "G5", f"{field} refers to what was another object than {at(before, edge)}"


def at(picture: HeapPicture, number: int) -> str:
    """Where object `number` of a picture was."""
    return f"@{picture.addresses[number - 1]}"


def _plain(moment: Moment, shape: int, index: int, edge: int, new_edge: int) -> str:
    """Which invariant is broken where at least one of two differing fields holds no reference."""
    if index >= moment.heap.shapes.strong_of[shape]:
        if not moment.heap.shapes[shape].ephemerons:
            return "E1"
        return "E5" if moment.cycle == "scavenge" else "E3"
    if edge > 0:
        return "G1"
    return "G6" if edge < NULL and new_edge < NULL else "G2"


def of(moment: Moment, id_: str) -> Iterator[str]:
    """The differences that break the invariant of that id."""
    return (sentence for found, sentence in differences(moment) if found == id_)


# The graph


@check("G1", "safety", "after a cycle")
def find_lost(moment: Moment) -> Iterator[str]:
    """Every object that could be reached before a collection is there afterwards."""
    yield from of(moment, "G1")


@check("G2", "isomorphism", "after a cycle")
def find_rewired(moment: Moment) -> Iterator[str]:
    """The rooted, field-ordered graph of reachable objects is the same before and after, with type and size."""
    yield from of(moment, "G2")


@check("G5", "sharing", "after a cycle")
def find_copied_twice(moment: Moment) -> Iterator[str]:
    """Two references are equal afterwards if and only if they were equal before."""
    yield from of(moment, "G5")


@check("G6", "payload", "after a cycle")
def find_changed_payload(moment: Moment) -> Iterator[str]:
    """Raw words and Smis are never changed, even where they look like addresses."""
    yield from of(moment, "G6")


@check("G11", "identity", "after a cycle")
def find_changed_roots(moment: Moment) -> Iterator[str]:
    """Each root is still there and refers to the object that it referred to before."""
    yield from of(moment, "G11")


@check("G4", "completeness", AFTER_MARK_SWEEP)
def find_garbage(moment: Moment) -> Iterator[str]:
    """Right after a full collection with a stopped world the allocated objects are exactly the reachable ones."""
    if moment.stopped_world:
        for address in moment.survey.starts.keys() - moment.reachable:
            yield f"{moment.name(address)} is allocated and cannot be reached"


@check("G8", "cycles", AFTER_MARK_SWEEP)
def find_dead_cycles(moment: Moment) -> Iterator[str]:
    """No unreachable cycle of references, of any length, outlives a full collection with a stopped world."""
    if not moment.stopped_world:
        return
    garbage = moment.survey.starts.keys() - moment.reachable
    edges = [edge for edge in moment.survey.edges if edge[0] in garbage and edge[2] in garbage]
    # What nothing refers to, or what refers to nothing, is on no cycle: take such away until none is left.
    size = -1
    while size != len(edges):
        size = len(edges)
        cyclic = {edge[0] for edge in edges} & {edge[2] for edge in edges}
        edges = [edge for edge in edges if edge[0] in cyclic and edge[2] in cyclic]
    for edge in edges:
        yield f"{moment.edge(edge)}, on a cycle that cannot be reached"


@check("G9", "fixpoint", AFTER_MARK_SWEEP)
def find_needless_free(moment: Moment) -> Iterator[str]:
    """A full collection of a heap without garbage, as another one left it, frees nothing."""
    before = moment.before
    if before is None or before.allocated_words != before.reachable_words:
        return
    now = moment.after.allocated_words
    if now != before.allocated_words:
        yield f"{before.allocated_words} words were allocated, all reachable; now {now} are allocated"


# Scavenge


@check("S1", "Cheney order", SLICE)
def find_disorder(moment: Moment) -> Iterator[str]:
    """Start of to-space <= scan <= top <= end of the area at every slice; both only grow; at the end scan = top."""
    new, scan = moment.heap.new, getattr(moment.collector, "scan", 0)
    if not new.to_start <= scan <= new.top <= new.area_end:
        yield f"to-space {new.to_start}, scan {scan}, top {new.top}, end {new.area_end} are out of order"
    if moment.last is not None and (scan < moment.last.scan or new.top < moment.last.top):
        yield f"scan {moment.last.scan} became {scan}, top {moment.last.top} became {new.top}"
    if phase_of(moment.collector) in ("FINISH", "DONE") and scan != new.top:
        yield f"copying has ended with scan {scan} and top {new.top}"


@check("S2", "Cheney colors", SLICE)
def find_unscanned(moment: Moment) -> Iterator[str]:
    """Objects below scan refer to no address of from-space, save by keys, and no copy has a forwarding address.

    Where copies wait on a list, all of to-space that is not on it counts as below scan.
    """
    collector, new = moment.collector, moment.heap.new
    start, end = new.from_range()
    scan: int = getattr(collector, "scan", 0)
    waiting: set[int] = getattr(collector, "waiting", set)()
    if getattr(collector, "has_list", False):
        scan = new.to_start + new.capacity_pages * new.page_words
    for edge in moment.survey.scanned_edges():
        if edge[0] < scan and edge[0] not in waiting and start <= edge[2] < end:
            yield f"{moment.edge(edge)} in from-space, but has been scanned"
    for address in moment.survey.forwarded:
        yield f"the copy at {address} has header {moment.heap.memory.words[address]}"


@check("S3", "forwarding is a function", SLICE)
def find_bad_forwarding(moment: Moment) -> Iterator[str]:
    """An object of from-space has its old header or the address of its one copy; no two have the same."""
    if moment.last is None:
        return
    words = moment.heap.memory.words
    copies: dict[int, int] = {}
    for address, header in moment.last.young.items():
        if words[address] == header:
            continue
        to = -words[address]
        if to not in moment.survey.starts or words[to] != header:
            yield f"the object at {address} is forwarded to {to}, where no copy of it is"
        if to in copies:
            yield f"the objects at {copies[to]} and {address} are both forwarded to {to}"
        copies[to] = address


@check("S6", "conservation", AFTER_SCAVENGE)
def find_unaccounted(moment: Moment) -> Iterator[str]:
    """Young words before = words kept + words promoted + words freed, and the counts equal the walk."""
    before, work, heap = moment.before, moment.work, moment.heap
    if before is None or work is None:
        return
    words_of, words = heap.shapes.words_of, heap.memory.words
    kept = sum(words_of[words[address]] for address in moment.survey.starts if address < heap.old_start)
    promoted = heap.old.used_words + heap.large.used_words - before.old_words
    if (kept, promoted) != (work.copied_words, work.promoted_words):
        counted = (work.copied_words, work.promoted_words)
        yield f"work counts (copied, promoted) words {counted}, the heap has {(kept, promoted)}"
    if kept + promoted > before.young_words:
        yield f"{kept} words kept and {promoted} promoted are more than the {before.young_words} young ones"


@check("S7", "age", "after a cycle")
def find_wrong_age(moment: Moment) -> Iterator[str]:
    """A young object is promoted if it has survived before, or is large, or to-space has no room, and only then.

    A full collection promotes every young object.
    """
    before, after, heap = moment.before, moment.after, moment.heap
    if moment.cycle == "mark-sweep":
        for address in moment.survey.starts:
            if heap.is_young(address):
                yield f"{moment.name(address)} is still young after a full collection"
    if before is None or moment.cycle != "scavenge" or not moment.same_graph:
        return
    for number, (old, new) in enumerate(zip(before.ages, after.ages, strict=True)):
        address = after.addresses[number]
        promoted = old in (SURVIVED_ONCE, OLD) or "large" in before.spaces[number]
        if promoted and new != OLD:
            yield f"{moment.name(address)}, before @{before.addresses[number]} of age {old}, is of age {new}"
        elif not promoted and new != SURVIVED_ONCE and not (new == OLD and _no_room(moment, address)):
            yield f"{moment.name(address)}, before @{before.addresses[number]}, went from age {NEWBORN} to {new}"


def _no_room(moment: Moment, address: int) -> bool:
    """Whether to-space may have been too full for the object that is now at `address`."""
    new, heap = moment.heap.new, moment.heap
    capacity = min(new.capacity_pages, moment.before.capacity_pages if moment.before else new.capacity_pages)
    size = heap.shapes.words_of[heap.memory.words[address]]
    buffer_words = new.buffer_words if size <= new.largest_in_buffer_words else 0
    return new.pages_entered >= capacity and new.area_end - new.top < size + buffer_words


@check("S8", "promotion closure", AFTER_SCAVENGE)
def find_open_promotions(moment: Moment) -> Iterator[str]:
    """Fields of an object promoted in this scavenge were processed in it; those that refer to young are remembered."""
    before, after = moment.before, moment.after
    if before is None or not moment.same_graph:
        return
    ages = zip(after.addresses, before.ages, after.ages, strict=True)
    promoted = {address for address, old, new in ages if old != OLD and new == OLD}
    yield from unremembered(moment, promoted)


@check("S9", "young completeness", AFTER_SCAVENGE)
def find_needless_young(moment: Moment) -> Iterator[str]:
    """After a scavenge a young object is there only if a root or a slot of an old object leads to it.

    Or an entry of an ephemeron table did so before, whose key has died.
    """
    heap, words = moment.heap, moment.heap.memory.words
    front = [address for address in heap.roots.addresses() if heap.is_young(address)]
    if moment.before is not None:
        front += [-words[value] for value in moment.before.values if value < heap.old_start and words[value] < 0]
        front = [address for address in front if address in moment.survey.starts]
    targets_of: dict[int, list[int]] = {}
    for holder, _, target in moment.survey.scanned_edges():
        if heap.is_young(target):
            (targets_of.setdefault(holder, []) if heap.is_young(holder) else front).append(target)
    seen = set(front)
    for address in front:  # grows while it is read
        for target in targets_of.get(address, ()):
            if target not in seen:
                seen.add(target)
                front.append(target)
    for address in moment.survey.starts:
        if address not in seen and heap.is_young(address):
            yield f"{moment.name(address)} of age {age(heap, address)} was kept for nothing"


@check("S10", "overflow", AFTER_SCAVENGE)
def find_overflow_losses(moment: Moment) -> Iterator[str]:
    """A full to-space loses nothing: as many objects were copied or promoted as were young and reachable, or more."""
    if moment.before is None or moment.work is None:
        return
    alive = sum(1 for age_before in moment.before.ages if age_before != OLD)
    moved = moment.work.copied_objects + moment.work.promoted_objects
    if not alive <= moved <= moment.before.young_objects:
        yield f"{alive} of {moment.before.young_objects} young objects were reachable, {moved} were moved"


# Remembered set


@check("R4", "re-examination", AFTER_SCAVENGE)
def find_kept_slots(moment: Moment) -> Iterator[str]:
    """After a scavenge a slot is remembered only if it still refers to a young object."""
    heap = moment.heap
    for slot in sorted(heap.remembered.slots):
        if not heap.is_young(heap.memory.words[slot]):
            yield f"slot {slot} holds {heap.memory.words[slot]}, which is not young, and is remembered"


@check("R5", "value test", AFTER_SCAVENGE)
def find_touched_values(moment: Moment) -> Iterator[str]:
    """A scavenge leaves alone what a remembered slot holds now, if that is null, a Smi or an old object.

    Unless it is the value of an entry that the scavenge removed.
    """
    heap, words = moment.heap, moment.heap.memory.words
    tables = [address for address, header in moment.survey.starts.items() if heap.shapes[header].ephemerons]
    slots_of = [key_slots(heap, table) for table in tables]
    removed = {slot - len(slots) for slots in slots_of for slot in slots if words[slot] == REMOVED}
    for slot, word in moment.before.remembered if moment.before is not None else ():
        if (word <= NULL or word >= heap.old_start) and words[slot] != word and slot not in removed:
            yield f"remembered slot {slot} held {word} and holds {words[slot]}"


# Sweep


@check("W1", "only white is swept", SLICE)
def find_swept_alive(moment: Moment) -> Iterator[str]:
    """The sweep frees white objects only: nothing is grey when it starts, and the black ones are there afterwards."""
    if not moment.heap.marking and not is_scavenging(moment.collector):
        for address in greys(moment):
            yield f"{moment.name(address)} is grey and would be swept"
    words = moment.heap.memory.words
    for address, header in moment.last.waiting.items() if moment.last is not None else ():
        if moment.survey.starts.get(address) != header:
            yield f"the black object at {address} (header {header}) was swept; header {words[address]} now"
