"""The checks of weak references, ephemerons and finalization."""

from collections.abc import Iterator

from gcsim.heap.ephemerons import DELETED, ELEMENTS, REMOVED, key_slots
from gcsim.heap.finalization import CELLS, NEXT, PREVIOUS, REGISTRY, REGISTRY_KIND, TARGET
from gcsim.heap.memory import BLACK, NULL, WHITE
from gcsim.heap.verify_graph import of
from gcsim.heap.verify_moment import AFTER_MARK_SWEEP, ALWAYS, Moment, check

WHEN_MARKED = "while marking, at its end, and after a cycle"


def tables(moment: Moment) -> Iterator[int]:
    """The address of every allocated ephemeron table."""
    shapes = moment.heap.shapes
    return (address for address, header in moment.survey.starts.items() if shapes[header].ephemerons)


def black_tables(moment: Moment) -> Iterator[int]:
    """The address of every black ephemeron table."""
    return (address for address in tables(moment) if moment.heap.memory.colors[address] == BLACK)


def entries(moment: Moment, table: int) -> Iterator[tuple[int, int, int]]:
    """(slot of the key, key, value) of each place of a table, as words."""
    words, slots = moment.heap.memory.words, key_slots(moment.heap, table)
    return ((slot, words[slot], words[slot - len(slots)]) for slot in slots)


@check("E1", "weak clear", WHEN_MARKED)
def find_wrongly_cleared(moment: Moment) -> Iterator[str]:
    """A weak field is cleared if and only if its target is not marked at the end of marking.

    Until then a black object whose weak field refers to a white one is a weak holder. A scavenge clears none.
    """
    yield from of(moment, "E1")
    heap, colors = moment.heap, moment.heap.memory.colors
    if not (heap.marking or moment.cycle == "marking"):
        return
    for edge in moment.survey.weak_edges:
        holder, _, target = edge
        if heap.shapes[moment.survey.starts[holder]].ephemerons or colors[holder] != BLACK or colors[target] != WHITE:
            continue
        if not heap.marking:
            yield f"{moment.edge(edge)}, which was not marked, and is not cleared"
        elif holder not in heap.weak_holders:
            yield f"{moment.edge(edge)}, black to white, and the holder is no weak holder"


@check("E2", "atomic", AFTER_MARK_SWEEP)
def find_partly_cleared(moment: Moment) -> Iterator[str]:
    """All weak references to one dead target are cleared in the same collection."""
    before, after = moment.before, moment.after
    if before is None or not moment.same_graph:
        return
    words = moment.heap.memory.words
    cleared: dict[int, set[bool]] = {}
    for number, index, target in before.doomed:
        slot = after.addresses[number - 1] + 1 + index
        cleared.setdefault(target, set()).add(words[slot] <= NULL)
    for target, found in cleared.items():
        if len(found) > 1:
            yield f"of the weak references to @{target}, which was dead, some are cleared and some are not"


@check("E3", "ephemeron", WHEN_MARKED)
def find_wrong_values(moment: Moment) -> Iterator[str]:
    """An entry keeps its value alive if its table and its key live without its help.

    Until the end of marking, a black table with an entry that may yet do so is a weak holder. That an entry keeps its
    value alive only then, is a part of M7 and G4.
    """
    yield from of(moment, "E3")
    heap, colors = moment.heap, moment.heap.memory.colors
    if not (heap.marking or moment.cycle == "marking"):
        return
    for table in black_tables(moment):
        for slot, key, value in entries(moment, table):
            if key <= NULL or value <= NULL or colors[value] != WHITE:
                continue
            where = f"the entry with key slot {slot} of {moment.name(table)}"
            if not heap.marking:
                yield f"{where} has a marked key, and its value {moment.name(value)} is white"
            elif table not in heap.weak_holders:
                yield f"{where} has a white value, {moment.name(value)}, and the table is no weak holder"


@check("E4", "removal", ALWAYS)
def find_half_entries(moment: Moment) -> Iterator[str]:
    """An entry with a dead key disappears completely: key, value and count."""
    yield from of(moment, "E4")
    heap, words = moment.heap, moment.heap.memory.words
    for table in tables(moment):
        raw = table + heap.shapes[words[table]].raw_offset
        keys = removed = 0
        for slot, key, value in entries(moment, table):
            keys += key > NULL
            removed += key == REMOVED
            if key <= NULL and value != NULL:
                yield f"{moment.name(table)} has a value without a key, key slot {slot}"
        counted = words[raw + ELEMENTS], words[raw + DELETED]
        if keys != counted[0] or removed > counted[1]:
            yield f"{moment.name(table)} counts (elements, deleted) {counted}, and has {(keys, removed)}"
    if moment.cycle == "marking":
        for edge in moment.survey.key_edges:
            if heap.memory.colors[edge[0]] == BLACK and moment.is_white(edge[2]):
                yield f"{moment.edge(edge)}, a dead key, and was not removed"


@check("E5", "generations of ephemerons", ALWAYS)
def find_forgotten_keys(moment: Moment) -> Iterator[str]:
    """Exactly the key slots of old tables may be remembered, and those with a young key are.

    A scavenge updates the key if it lives, and removes the entry if not.
    """
    yield from of(moment, "E5")
    heap, starts = moment.heap, moment.survey.starts
    remembered = heap.remembered.keys
    for edge in moment.survey.key_edges:
        table, slot, key = edge
        if heap.is_young(key) and not heap.is_young(table) and slot not in remembered.get(table, ()):
            yield f"{moment.edge(edge)}, a young key, and is not remembered"
    for table, slots in remembered.items():
        is_table = table in starts and not heap.is_young(table) and heap.shapes[starts[table]].ephemerons
        for slot in sorted(slots):
            if not is_table or slot not in key_slots(heap, table):
                yield f"slot {slot} of {moment.name(table)} is no key of an old table"


@check("E6", "finalization", ALWAYS)
def find_wrong_cells(moment: Moment) -> Iterator[str]:
    """A cell is at most once on its registry's list, names its neighbour there, and has a target or a turn."""
    words = moment.heap.memory.words
    seen: set[int] = set()
    for registry, header in moment.survey.starts.items():
        if moment.heap.shapes[header].kind != REGISTRY_KIND:
            continue
        previous, cell = NULL, words[registry + CELLS]
        while cell and cell not in seen:
            seen.add(cell)
            if (words[cell + REGISTRY], words[cell + PREVIOUS]) != (registry, previous):
                yield f"{moment.name(cell)} of {moment.name(registry)} names another registry or neighbour"
            if words[cell + TARGET] == NULL:
                yield f"{moment.name(cell)} of {moment.name(registry)} has no target and no turn"
            previous, cell = cell, words[cell + NEXT]
        if cell:
            yield f"{moment.name(cell)} of {moment.name(registry)} is on a list twice"
