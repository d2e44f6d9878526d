"""Classes: what the rows of a summary are.

The class of a node is a name: an object's constructor, `Function` for a closure, `(string)` and the like for what has
none, the tag for a DOM node, an interface for a plain object (`interfaces`). Objects whose constructor's
place is known are told apart by it too, so two classes `Node` of different files are two rows.

A class is a number here. Below `len(strings)` it is a string, the name itself; above it is one of `placed`, a name
with a place. The key that DevTools gives a class, `script,line,column,name` or `,name`, is the same in every
snapshot; the number is not.

Cost: O(nodes) and one lookup for each location.

Source: `calculateObjectNames` and `classKeyInternal` of DevTools' HeapSnapshot.ts, 2026.
"""

from array import array

from attrs import define

from gcsim.snapshot.columns import Columns, Ints
from gcsim.snapshot.interfaces import Interface, find_plain_objects, infer_interfaces, match_interfaces
from gcsim.snapshot.kernels import Translator, zeros

FIXED_NAMES = {"hidden": "(system)", "code": "(compiled code)", "closure": "Function", "regexp": "RegExp"}
NAMED = ("object", "native")  # the types of nodes whose name is their class
TAGS = ("<", "Detached <")


@define(eq=False)
class Classes:
    """The class of each node. The numbers from `first_placed` on are those of `placed`, which are keys and names."""

    number: Ints
    strings: list[str]
    interfaces: tuple[Interface, ...]
    first_placed: int
    placed: list[tuple[str, int]]

    @property
    def count(self) -> int:
        """One more than the largest class number."""
        return self.first_placed + len(self.placed)

    def name_of(self, number: int) -> str:
        """The name of a class."""
        return self.strings[number if number < self.first_placed else self.placed[number - self.first_placed][1]]

    def key_of(self, number: int) -> str:
        """The key of a class."""
        if number < self.first_placed:
            return f",{self.strings[number]}"
        return self.placed[number - self.first_placed][0]


def find_classes(columns: Columns, translate: Translator, interfaces: tuple[Interface, ...] | None = None) -> Classes:
    """The class of each node, plain objects by the given interfaces or those that they propose themselves.

    New names are new strings of the file.
    """
    objects = find_plain_objects(columns)
    if interfaces is None:
        interfaces = infer_interfaces(columns.strings, objects)
    number = zeros("i", columns.node_count)
    new_names = NewNames(columns.strings)
    translate(name_classes)(
        columns.node_type, columns.node_name, classes_by_type(columns, new_names),
        classes_by_name(columns.strings, new_names), number,
    )  # fmt: skip
    interface_names = NewNames(columns.strings)  # apart from the others: `{a}` of an interface is no object named `{a}`
    for node, interface in match_interfaces(columns.strings, objects, interfaces):
        number[node] = interface_names.number(interface.name)
    placed = place_classes(columns, number)
    return Classes(number, columns.strings, interfaces, len(columns.strings), placed)


class NewNames:
    """Names that become new strings, once each, even where the file has such a string."""

    def __init__(self, strings: list[str]) -> None:
        self._strings, self._numbers = strings, dict[str, int]()

    def number(self, name: str) -> int:
        """The number of a name's string."""
        if name not in self._numbers:
            self._numbers[name] = len(self._strings)
            self._strings.append(name)
        return self._numbers[name]


def classes_by_type(columns: Columns, new_names: NewNames) -> Ints:
    """For each type of node the class that all of its nodes have, or -1 where the name decides."""
    return array(
        "i",
        [-1 if name in NAMED else new_names.number(FIXED_NAMES.get(name, f"({name})")) for name in columns.node_types],
    )


def classes_by_name(strings: list[str], new_names: NewNames) -> Ints:
    """For each string the class of the objects of that name: itself, but the tag alone for a DOM node."""
    tags = [(index, text) for index, text in enumerate(strings) if text.startswith(TAGS)]
    classes = array("i", range(len(strings)))
    for index, text in tags:
        space = text.find(" ", len("Detached <") if text.startswith("Detached") else 0)
        classes[index] = new_names.number(text if space < 0 else f"{text[:space]}>")
    return classes


def place_classes(columns: Columns, number: Ints) -> list[tuple[str, int]]:
    """Objects whose constructor's place is known have a class of their own for it; returns keys and names of these."""
    locations, object_type = columns.locations, columns.node_type_number("object")
    placed: list[tuple[str, int]] = []
    numbers: dict[tuple[int, int, int, str], int] = {}
    first_placed = len(columns.strings)
    place_of = dict(zip(locations.node, range(len(locations.node)), strict=True))  # the last one counts
    for node, at in place_of.items():
        if columns.node_type[node] == object_type:
            name = columns.strings[number[node]]
            place = (locations.script[at], locations.line[at], locations.column[at], name)
            if place not in numbers:
                numbers[place] = first_placed + len(placed)
                placed.append((",".join(map(str, place)), number[node]))
            number[node] = numbers[place]
    return placed


def name_classes(node_type: bytearray, node_name: Ints, by_type: Ints, by_name: Ints, number: Ints) -> None:
    """Kernel: `number` is the class of each node, before interfaces and places."""
    for node in range(len(number)):
        fixed = by_type[node_type[node]]
        number[node] = fixed if fixed >= 0 else by_name[node_name[node]]
