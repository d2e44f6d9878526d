"""The leak suspect: the heaviest object that does not merely dominate a heavier one.

Retained sizes grow towards the root: what holds a leaking Set retains all that the Set does, and so does what holds
that. The one to look at is the last of these, where the weight divides among many. So of all objects of the program,
heaviest first, the suspect is the first that is more than a way to another: none below it in the dominator tree
retains half of what it does.

A linked list never divides; each of its nodes holds all the rest. Where a class comes back again and again on the way
down, its first member is the suspect.

Objects of the program are what a user of DevTools looks at: not V8's own (hidden, synthetic) and not the browser's
(native memory named `system / ...` or as in C++, `blink::...`), not the stores that belong to an object, and not what
the root itself or a native context refers to: the global objects. A context is one, and so is a DOM node.

This is gcsim's own question; DevTools does not ask it. Cost: O(nodes), and a walk down for each object that is passed
over.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from itertools import compress
from typing import Final, NamedTuple

from attrs import frozen

from gcsim.snapshot.columns import Ints, places
from gcsim.snapshot.distances import SYSTEM
from gcsim.snapshot.dominators import Dominators
from gcsim.snapshot.graph import Edge, Node, Snapshot
from gcsim.snapshot.paths import path_to

OBJECT_TYPES: Final = frozenset({"object", "closure", "regexp", "string", "concatenated string", "native"})
INTERNAL_MARKS: Final = ("system / ", "::")  # in the names of native nodes that no program asked for
GLOBAL: Final = "global_object"  # the reference of a native context to its Window, which holds all that a page does
LINKS_IN_A_LIST: Final = 16
MOST_LOOKED_AT: Final = 1000


@frozen
class Suspect:
    """An object that holds much, the way to it from the root, and the classes of what it holds, most first."""

    node: Node
    path: list[Edge]
    holds: list[tuple[str, int, int]]

    @property
    def share_ratio(self) -> float:
        """What part of the heap it retains, from 0 to 1."""
        return self.node.retained_bytes / (self.node.snapshot.total_bytes or 1)


class Tree(NamedTuple):
    """For each node: 1 if it is an object of the program; the heaviest such below it in the dominator tree, or -1."""

    is_object: bytearray
    heaviest_below: Ints


def find_suspect(snapshot: Snapshot) -> Suspect | None:
    """The object to look at first; None if the program has none that weighs anything."""
    retained = snapshot.measures.retained
    tree = Tree(objects_of_program(snapshot), array("i", [-1]) * snapshot.node_count)
    snapshot.translate(find_heaviest)(snapshot.dominators, retained, tree)
    objects = compress(range(snapshot.node_count), tree.is_object)
    for number in nlargest(MOST_LOOKED_AT, objects, key=retained.__getitem__):
        if not is_passed_through(snapshot, tree, number):
            node = Node(snapshot, number)
            return Suspect(node, path_to(node), held_classes(snapshot, tree, number))
    return None


def objects_of_program(snapshot: Snapshot) -> bytearray:
    """1 for each node that a user of DevTools would look at."""
    columns = snapshot.columns
    wanted = bytes(kind in OBJECT_TYPES for kind in columns.node_types)
    internal = {index for index, text in enumerate(columns.strings) if any(mark in text for mark in INTERNAL_MARKS)}
    native = columns.node_type_number("native")
    nodes = zip(columns.node_type, columns.node_name, snapshot.measures.distance, strict=True)
    is_object = bytearray(
        wanted[kind] and 1 < distance < SYSTEM and not (kind == native and name in internal)
        for kind, name, distance in nodes
    )
    for edge in places(columns.edge_name, columns.string_of(GLOBAL)):
        if columns.edge_type[edge] == columns.edge_type_number("internal"):
            is_object[columns.edge_to[edge]] = 0
    return is_object


def is_passed_through(snapshot: Snapshot, tree: Tree, number: int) -> bool:
    """Whether an object is no more than a way to a heavier one: one below it has half of its weight.

    The first of a list of its own class is more than that.
    """
    retained, class_of = snapshot.measures.retained, snapshot.classes.number
    below, links = tree.heaviest_below[number], 0
    if below < 0 or 2 * retained[below] < retained[number]:
        return False
    while below >= 0 and 2 * retained[below] >= retained[number] and links < LINKS_IN_A_LIST:
        links += class_of[below] == class_of[number]
        below = tree.heaviest_below[below]
    return links < LINKS_IN_A_LIST


def held_classes(snapshot: Snapshot, tree: Tree, number: int) -> list[tuple[str, int, int]]:
    """The objects that a node holds: class, count and bytes, most bytes first.

    The bytes are retained ones, but shallow ones for what is of the node's own class: a list holds all of its nodes.
    """
    counts, sizes = Counter[str](), Counter[str]()
    own_class = snapshot.classes.number[number]
    for node in objects_below(snapshot, tree, number):
        is_own = snapshot.classes.number[node.number] == own_class
        counts[node.class_name] += 1
        sizes[node.class_name] += node.shallow_bytes if is_own else node.retained_bytes
    return [(name, counts[name], size) for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))]


def objects_below(snapshot: Snapshot, tree: Tree, number: int) -> Iterator[Node]:
    """The objects below a node with no object of another class between; stores are looked through."""
    (at, end), class_of = snapshot.preorder, snapshot.classes.number
    place = at.index(number)
    last, place = end[place], place + 1
    while place < last:
        below = at[place]
        if tree.is_object[below]:
            yield Node(snapshot, below)
        is_looked_through = not tree.is_object[below] or class_of[below] == class_of[number]
        place = place + 1 if is_looked_through else end[place]


def find_heaviest(dominators: Dominators, retained: Ints, tree: Tree) -> None:
    """Kernel: `tree.heaviest_below` is known; it is all -1 before."""
    order, dominator = dominators.order, dominators.dominator
    for place in range(len(order) - 1, 0, -1):
        node = order[place]
        heaviest = node if tree.is_object[node] == 1 else tree.heaviest_below[node]
        above = dominator[node]
        other = tree.heaviest_below[above]
        if heaviest >= 0 and (other < 0 or retained[heaviest] > retained[other]):
            tree.heaviest_below[above] = heaviest
