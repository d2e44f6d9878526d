"""The rows of a summary: one for each class.

A row counts the members of a class, sums their shallow sizes, and takes the least of their distances. Nodes of size 0
(whose bytes went to an owner) are left out. The retained size of a class counts what is kept alive by several members
only once: it is the sum over the members that have no other member above them in the dominator tree.

How: walk the tree in preorder, where what is below a node is the run of places that follows it. A member that counts
blocks its class for that run.

Two classes can have the same key (a native node that is called like an interface); DevTools then shows the later one
only.

Source: `buildAggregates` and `calculateClassesRetainedSize` of DevTools' HeapSnapshot.ts, 2026. Cost: O(nodes).
"""

from typing import NamedTuple

from attrs import frozen

from gcsim.snapshot.classes import Classes
from gcsim.snapshot.columns import Ints
from gcsim.snapshot.dominators import Dominators
from gcsim.snapshot.kernels import Translator, zeros


@frozen
class ClassRow:
    """A class as the Summary view shows it. `distance` is the least of its members'."""

    key: str
    name: str
    count: int
    distance: int
    shallow_bytes: int
    retained_bytes: int


class Preorder(NamedTuple):
    """The dominator tree as one run of places: below `at[p]` is what stands after `p` and before `end[p]`."""

    at: Ints
    end: Ints


def find_preorder(dominators: Dominators, translate: Translator) -> Preorder:
    """The places of the dominator tree."""
    size, place, at, end = (zeros("i", len(dominators.order)) for _ in range(4))
    preorder = Preorder(at, end)
    translate(lay_out)(dominators, size, place, preorder)
    return preorder


class Measures(NamedTuple):
    """What rows are made of, by node."""

    shallow: Ints
    retained: Ints
    distance: Ints


class Sums(NamedTuple):
    """What rows say, by class; `found` are the classes as they come."""

    members: Ints
    distance: Ints
    found: Ints
    shallow: Ints
    retained: Ints


def class_rows(
    classes: Classes, measures: Measures, preorder: Preorder, counted: bytearray, translate: Translator
) -> list[ClassRow]:
    """A row for each class that has members among the counted nodes, in the order in which the file has them."""
    sums = Sums(*(zeros(typecode, classes.count) for typecode in "iiiqq"))
    number = translate(count_members)(classes.number, measures, counted, sums)
    translate(sum_retained)(classes.number, measures, counted, preorder, zeros("i", classes.count), sums.retained)
    rows = (
        ClassRow(
            classes.key_of(c), classes.name_of(c), sums.members[c], sums.distance[c], sums.shallow[c], sums.retained[c]
        )
        for c in sums.found[:number]
    )
    return list({row.key: row for row in rows}.values())


def everything(node_count: int) -> bytearray:
    """All nodes are counted."""
    return bytearray(b"\1") * node_count


def ids_between(node_id: Ints, above: int, up_to: int) -> bytearray:
    """The nodes with an id in a range are counted."""
    return bytearray(above < number <= up_to for number in node_id)


def lay_out(dominators: Dominators, size: Ints, place: Ints, preorder: Preorder) -> None:
    """Kernel: fills `preorder`; `size` and `place` are by node."""
    order, dominator, at, end = dominators.order, dominators.dominator, preorder.at, preorder.end
    for node in range(len(size)):
        size[node] = 1
    for k in range(len(order) - 1, 0, -1):
        size[dominator[order[k]]] += size[order[k]]
    for k in range(len(order)):
        node = order[k]
        mine = 0 if k == 0 else place[dominator[node]]
        at[mine] = node
        end[mine] = mine + size[node]
        if k > 0:
            place[dominator[node]] = end[mine]
        place[node] = mine + 1  # where the next child goes


def count_members(number: Ints, measures: Measures, counted: bytearray, sums: Sums) -> int:
    """Kernel: count, size and least distance of every class are known; returns how many classes were found."""
    shallow, distance = measures.shallow, measures.distance
    classes = 0
    for node in range(len(number)):
        if shallow[node] == 0 or counted[node] == 0:
            continue
        c = number[node]
        if sums.members[c] == 0:
            sums.found[classes] = c
            classes += 1
            sums.distance[c] = distance[node]
        sums.members[c] += 1
        sums.shallow[c] += shallow[node]
        sums.distance[c] = min(sums.distance[c], distance[node])
    return classes


def sum_retained(
    number: Ints, measures: Measures, counted: bytearray, preorder: Preorder, blocked: Ints, retained: Ints
) -> None:
    """Kernel: `retained` is that of every class; a class is `blocked` up to a place."""
    for place in range(len(preorder.at)):
        node = preorder.at[place]
        c = number[node]
        if measures.shallow[node] > 0 and counted[node] == 1 and place >= blocked[c]:
            retained[c] += measures.retained[node]
            blocked[c] = preorder.end[place]
