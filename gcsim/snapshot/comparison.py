"""What came and what went between two snapshots of one process: DevTools' Comparison view.

An object keeps its id, so of each class the members of both snapshots are matched by id: one that only the newer
snapshot has is new, one that only the base has is deleted, one that both have is left out, even if its size changed.
So the sum of the size deltas is not the difference of the totals: a Set that grew is in neither column.

Classes are matched by key, and both snapshots take the interfaces of the newer one, so that `{a, b}` means the same
in both. An object whose class changed counts as deleted from the one and new in the other. Nodes of size 0 count
nowhere.

The other question, what was allocated between the two, looks at ids alone: those above the largest odd id of the base,
without asking whether the base had them.

Source: `calculateSnapshotDiff` and `aggregatesForDiff` of DevTools' HeapSnapshot.ts, 2026. Cost: O(n log n) for the
ids.
"""

from array import array
from itertools import compress
from typing import NamedTuple

from attrs import define, frozen

from gcsim.snapshot.classes import Classes, find_classes
from gcsim.snapshot.columns import Ints
from gcsim.snapshot.graph import Node, Snapshot
from gcsim.snapshot.rows import ClassRow


@frozen
class ClassChange:
    """A class as the Comparison view shows it."""

    key: str
    name: str
    new_count: int
    deleted_count: int
    allocated_bytes: int
    freed_bytes: int

    @property
    def count_delta(self) -> int:
        """How many more there are."""
        return self.new_count - self.deleted_count

    @property
    def bytes_delta(self) -> int:
        """By how much the new ones are larger than the deleted ones."""
        return self.allocated_bytes - self.freed_bytes


class Side(NamedTuple):
    """One snapshot, by node: its id, its class by key (-1: counts nowhere), and 1 for what only this snapshot has.

    `by_id` are the nodes in the order of their ids.
    """

    by_id: Ints
    node_id: Ints
    number: Ints
    alone: bytearray


@define(eq=False)
class Comparison:
    """What happened between two snapshots. `rows` are the classes with a change, largest allocation first."""

    base: Snapshot
    newer: Snapshot
    rows: list[ClassChange]
    _keys: list[str]
    _sides: tuple[Side, Side]

    def new_nodes(self, row: ClassChange) -> list[Node]:
        """The nodes of a class that only the newer snapshot has, by id."""
        return self._alone(self.newer, self._sides[1], row)

    def deleted_nodes(self, row: ClassChange) -> list[Node]:
        """The nodes of a class that only the base has, by id."""
        return self._alone(self.base, self._sides[0], row)

    def _alone(self, snapshot: Snapshot, side: Side, row: ClassChange) -> list[Node]:
        wanted = self._keys.index(row.key)
        return [Node(snapshot, node) for node in side.by_id if side.alone[node] and side.number[node] == wanted]

    def allocated_between(self) -> list[ClassRow]:
        """The summary of what the newer snapshot has of after the base."""
        return self.newer.rows(self.base.last_js_id, self.newer.last_js_id)

    def allocated_before(self) -> list[ClassRow]:
        """The summary of what the newer snapshot has of before the base."""
        return self.newer.rows(0, self.base.last_js_id)


def compare(base: Snapshot, newer: Snapshot) -> Comparison:
    """What is new and what is gone in `newer`, class by class."""
    numbers: dict[str, int] = {}
    base_side = side_of(base, find_classes(base.columns, base.translate, newer.classes.interfaces), numbers)
    newer_side = side_of(newer, newer.classes, numbers)
    newer.translate(match_ids)(base_side, newer_side)
    gone, came = sums_alone(base, base_side), sums_alone(newer, newer_side)
    names = class_names(base, base_side) | class_names(newer, newer_side)
    rows = [
        ClassChange(key, names[number], new_count, deleted_count, allocated_bytes, freed_bytes)
        for key, number in numbers.items()
        for new_count, allocated_bytes in [came.get(number, (0, 0))]
        for deleted_count, freed_bytes in [gone.get(number, (0, 0))]
        if new_count or deleted_count
    ]
    rows.sort(key=lambda row: (-row.allocated_bytes, row.name, row.key))
    return Comparison(base, newer, rows, list(numbers), (base_side, newer_side))


def side_of(snapshot: Snapshot, classes: Classes, numbers: dict[str, int]) -> Side:
    """One side of a comparison; classes are numbered by their keys, in `numbers`."""
    shallow = snapshot.measures.shallow
    number_of: dict[int, int] = {}
    class_of: dict[int, int] = {}
    for c in dict.fromkeys(compress(classes.number, shallow)):
        number = numbers.setdefault(classes.key_of(c), len(numbers))
        number_of[class_of.setdefault(number, c)] = -1  # of two classes with one key the later counts, as in a summary
        class_of[number] = c
        number_of[c] = number
    ids = snapshot.columns.node_id
    return Side(
        by_id=array("i", sorted(range(len(ids)), key=ids.__getitem__)),
        node_id=ids,
        number=array("i", [number_of[c] if size else -1 for c, size in zip(classes.number, shallow, strict=True)]),
        alone=bytearray(len(ids)),
    )


def sums_alone(snapshot: Snapshot, side: Side) -> dict[int, tuple[int, int]]:
    """For each class that has any, how many nodes the snapshot alone has and their bytes."""
    sums: dict[int, tuple[int, int]] = {}
    for node in compress(range(len(side.alone)), side.alone):
        count, size = sums.get(side.number[node], (0, 0))
        sums[side.number[node]] = count + 1, size + snapshot.measures.shallow[node]
    return sums


def class_names(snapshot: Snapshot, side: Side) -> dict[int, str]:
    """The name of each class: that of its last member in this snapshot, by its own interfaces (as DevTools has it)."""
    last = dict(zip(map(side.number.__getitem__, side.by_id), side.by_id, strict=True))
    return {number: Node(snapshot, node).class_name for number, node in last.items()}


def match_ids(base: Side, newer: Side) -> None:
    """Kernel: `alone` is 1 for each node that counts and has no partner of its id and class on the other side."""
    i = 0
    j = 0
    base_count = len(base.by_id)
    newer_count = len(newer.by_id)
    while i < base_count or j < newer_count:
        a = base.by_id[i] if i < base_count else -1
        b = newer.by_id[j] if j < newer_count else -1
        same_id = a >= 0 and b >= 0 and base.node_id[a] == newer.node_id[b]
        take_base = b < 0 or (a >= 0 and base.node_id[a] <= newer.node_id[b])
        take_newer = a < 0 or same_id or not take_base
        partners = same_id and base.number[a] == newer.number[b]
        if take_base:
            if base.number[a] >= 0 and not partners:
                base.alone[a] = 1
            i += 1
        if take_newer:
            if newer.number[b] >= 0 and not partners:
                newer.alone[b] = 1
            j += 1
