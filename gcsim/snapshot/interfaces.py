"""Interfaces: plain objects told apart by their properties.

A heap full of `Object` says nothing, so DevTools calls plain objects `{date, arch, platform}`. Each object proposes
the list of its properties in their order; the lists that enough objects propose become interfaces, the most frequent
first; and each object then gets the interface with the most properties among those whose properties it has (the
earlier of two with as many), or stays an `Object`. A property that an interface lists twice the object must have
twice.

Cost: most objects have the property list of many others, so each list of names is looked at once.

Source: `inferInterfaceDefinitions` and `applyInterfaceDefinitions` of DevTools' HeapSnapshot.ts, 2026.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from attrs import define, field, frozen

from gcsim.snapshot.columns import Columns
from gcsim.snapshot.javascript import length, quote

MOST_NAME_UNITS: Final = 120
FEWEST_OBJECTS: Final = 2
OBJECTS_PER_INTERFACE: Final = 1000  # an interface needs one in so many plain objects
NOT_PLAIN = frozenset(",'\"{}")


@frozen
class Interface:
    """The name `{a, b}` and the properties that it stands for."""

    name: str
    properties: tuple[str, ...]


@define(eq=False)
class _Branch:
    """A place in the tree of sorted property lists: the interface that ends here, and the ways on."""

    rank: tuple[int, int] = (0, 0)  # number of properties, minus the place in the list of interfaces
    interface: Interface | None = None
    after: dict[str, "_Branch"] = field(factory=dict)


def format_property(name: str) -> str:
    """A property's name as it stands in an interface's name."""
    return quote(name) if NOT_PLAIN.intersection(name) else name


PlainObjects: TypeAlias = list[tuple[int, tuple[int, ...]]]


def find_plain_objects(columns: Columns) -> PlainObjects:
    """Each plain object and the names of its properties, as numbers of strings, in the order of the file."""
    object_type, prop = columns.node_type_number("object"), columns.edge_type_number("property")
    first_edge, edge_type, edge_name = columns.first_edge, columns.edge_type, columns.edge_name
    same: dict[tuple[int, ...], tuple[int, ...]] = {}  # equal lists are one object
    found: PlainObjects = []
    for node in columns.nodes_named("Object"):
        if columns.node_type[node] == object_type:
            edges = range(first_edge[node], first_edge[node + 1])
            names = tuple([edge_name[e] for e in edges if edge_type[e] == prop])
            found.append((node, same.setdefault(names, names)))
    return found


def infer_interfaces(strings: list[str], objects: PlainObjects) -> tuple[Interface, ...]:
    """The interfaces that enough plain objects propose, the most frequent first."""
    lists = Counter(names for _, names in objects)
    proposals: dict[str, Interface] = {}
    counts: Counter[str] = Counter()
    for names, count in lists.items():
        interface = propose([strings[name] for name in names])
        if interface.properties:
            proposals.setdefault(interface.name, interface)
            counts[interface.name] += count
    fewest = max(FEWEST_OBJECTS, lists.total() / OBJECTS_PER_INTERFACE)
    return tuple(proposals[name] for name, count in counts.most_common() if count >= fewest)


def match_interfaces(
    strings: list[str], objects: PlainObjects, interfaces: tuple[Interface, ...]
) -> Iterator[tuple[int, Interface]]:
    """The plain objects that have an interface, with it."""
    matcher, matched = Matcher(interfaces), dict[tuple[int, ...], Interface | None]()
    for node, names in objects:
        if names not in matched:
            matched[names] = matcher.match([strings[name] for name in names])
        if interface := matched[names]:
            yield node, interface


def propose(properties: list[str]) -> Interface:
    """The interface that an object with these properties proposes; one without properties is no interface."""
    name, taken = "{", []
    for text in properties:
        if text == "__proto__":
            continue
        shown, is_first = format_property(text), name == "{"
        if not is_first and length(name) + length(shown) > MOST_NAME_UNITS:
            break
        name += shown if is_first else f", {shown}"
        taken.append(text)
    return Interface(name + "}", tuple(taken))


class Matcher:
    """Finds the interface of an object."""

    def __init__(self, interfaces: tuple[Interface, ...]) -> None:
        self._tree = _Branch()
        for place, interface in enumerate(interfaces):
            branch = self._tree
            for name in sorted(interface.properties):
                branch = branch.after.setdefault(name, _Branch())
            if branch.interface is None:
                branch.interface, branch.rank = interface, (len(interface.properties), -place)

    def match(self, properties: list[str]) -> Interface | None:
        """The best interface whose properties are among these."""
        branches = {self._tree: None}
        for name in sorted(properties):
            branches |= {branch.after[name]: None for branch in branches if name in branch.after}
        return max(branches, key=lambda branch: branch.rank).interface
