"""The checks of evacuation: that what moves is found again, and that candidates for it are left empty and are gone."""

from collections.abc import Iterator
from itertools import chain

from gcsim.heap.verify_moment import ALWAYS, SLICE, Moment, check


@check("C1", "mapping", SLICE)
def find_bad_moves(moment: Moment) -> Iterator[str]:
    """An object that is to move has its old header, or the address of its one copy, which is equal to it.

    No two objects have the same. Slots are updated in the slice that ends the evacuation, so until then a copy is equal
    word by word.
    """
    if moment.last is None:
        return
    words, words_of = moment.heap.memory.words, moment.heap.shapes.words_of
    origins: dict[int, int] = {}
    for address, header in moment.last.moving.items():
        if words[address] == header:
            continue
        to, size = -words[address], words_of[header]
        if to not in moment.survey.starts or words[to] != header:
            yield f"the object at {address} went to {to}, where no copy of it is"
        elif words[to + 1 : to + size] != words[address + 1 : address + size]:
            yield f"{moment.name(to)} is not equal to what was at {address}"
        if to in origins:
            yield f"the objects at {origins[to]} and {address} both went to {to}"
        origins[to] = address


@check("C2", "recorded slots", SLICE)
def find_unrecorded(moment: Moment) -> Iterator[str]:
    """Every slot of a live object that stays in the old generation and refers to a candidate is recorded, and no other.

    Weak fields, values and keys count too. The first slice of the evacuation records them.
    """
    heap = moment.heap
    if moment.last is None or not moment.last.evacuating:
        return
    mask, candidates, stays = -heap.memory.page_words, heap.old.candidates, moment.last.staying
    edges = chain(moment.survey.edges, moment.survey.weak_edges, moment.survey.key_edges)
    expected = {edge[1]: edge for edge in edges if edge[0] in stays and edge[2] & mask in candidates}
    recorded = set(heap.old_to_old)
    for slot in sorted(expected.keys() - recorded):
        yield f"{moment.edge(expected[slot])} on a candidate, and is not recorded"
    for slot in sorted(recorded - expected.keys()):
        yield f"slot {slot} is recorded and holds {heap.memory.words[slot]}"


@check("C3", "emptiness", ALWAYS)
def find_candidates_in_use(moment: Moment) -> Iterator[str]:
    """Pages are candidates only from the beginning of a marking until their release, and give no memory meanwhile."""
    heap, old = moment.heap, moment.heap.old
    if not heap.marking:
        for start in old.candidates:
            yield f"page {start} is still a candidate"
        if heap.old_to_old:
            yield f"slot {heap.old_to_old[0]} is still recorded"
    for start, page in old.candidates.items():
        if old.pages.get(start) is not page:
            yield f"candidate {start} is no page of old space"
        if old.top < old.limit and page.area_start <= old.top < page.area_end:
            yield f"allocation goes on at {old.top} on candidate {start}"
