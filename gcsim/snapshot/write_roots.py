"""The roots of a snapshot: nodes that stand for no object, and lead to all that live.

    (root) --- element 1 ---> (GC roots) ---> (Strong roots) ---> the first block of node's own heap
       |                                 ---> (Handle scope) ---> what the program's handles refer to
       |                                 ---> (Global handles) --> global
       `------ shortcut 2 --> global ---> the named roots, as its properties

V8 has 28 parts of (GC roots) and writes all of them, empty or not. `global` has no bytes here: it is the table of the
program's named roots, which lies outside of the simulated heap. A named root that is called like one of the parts, such
as "(Compilation cache)", is V8's own and no property of `global`: it hangs in that part.

Source: a file of Node v20.20.2, names, order and ids.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from attrs import frozen

from gcsim.heap.heap import Heap
from gcsim.snapshot.write_format import ELEMENT, INTERNAL, NODE_NUMBER, PROPERTY, SHORTCUT, Strings, printable

SUBROOTS: Final = (
    "(Internalized strings)", "(External strings)", "(Read-only roots)", "(Strong roots)", "(Smi roots)",
    "(Bootstrapper)", "(Stack roots)", "(Relocatable)", "(Debugger)", "(Compilation cache)", "(Handle scope)",
    "(Builtins)", "(Global handles)", "(Traced handles)", "(Eternal handles)", "(Thread manager)", "(Strong roots)",
    "(Extensions)", "(Code flusher)", "(Startup object cache)", "(Read-only object cache)",
    "(Shareable object cache)", "(Weak collections)", "(Wrapper tracing)", "(Write barrier)", "(Retain maps)",
    "(Client heap)", "(Unknown)",
)  # fmt: skip
ROOT, GC_ROOTS, FIRST_SUBROOT = range(3)
GLOBAL: Final = FIRST_SUBROOT + len(SUBROOTS)
COUNT: Final = GLOBAL + 1
"""The places of these nodes in the file, and how many there are. Their ids are 1, 3, 5, ... in this order."""
STRONG_ROOTS, HANDLE_SCOPE, GLOBAL_HANDLES = (
    FIRST_SUBROOT + SUBROOTS.index(name) for name in ("(Strong roots)", "(Handle scope)", "(Global handles)")
)

Edge: TypeAlias = tuple[int, int, int]
"""Type, name or index, and target: the address of an object, or minus the place of another node in the file."""


@frozen
class RootNode:
    """One of the nodes, with its place in the file."""

    place: int
    type: int
    name: int

    @property
    def id(self) -> int:
        """Its id, which is the same in all snapshots."""
        return 2 * self.place + 1


def root_nodes(strings: Strings) -> list[RootNode]:
    """All of them, in the order of the file."""
    names = ("", "(GC roots)", *SUBROOTS)
    nodes = [RootNode(place, NODE_NUMBER["synthetic"], strings.number(name)) for place, name in enumerate(names)]
    return [*nodes, RootNode(GLOBAL, NODE_NUMBER["object"], strings.number("global"))]


def root_edges(heap: Heap, strings: Strings, place: int) -> Iterator[Edge]:
    """The edges of the node at `place`, in their order."""
    roots = heap.roots
    if place == ROOT:
        yield ELEMENT, 1, -GC_ROOTS
        yield SHORTCUT, strings.number("2"), -GLOBAL
    elif place == GC_ROOTS:
        yield from ((ELEMENT, 1 + at, -(FIRST_SUBROOT + at)) for at in range(len(SUBROOTS)))
    elif place == STRONG_ROOTS:
        yield from _numbered(strings, [handle.address for handle in roots.own])
    elif place == HANDLE_SCOPE:
        own = {id(handle) for handle in roots.own}
        handles = [handle for scope in roots.scopes for handle in scope if id(handle) not in own]
        yield from _numbered(strings, [handle.address for handle in handles])
    elif place == GLOBAL_HANDLES:
        yield INTERNAL, strings.number("1"), -GLOBAL
    elif place == GLOBAL:
        for name, address in roots.globals.items():
            if name not in SUBROOTS:
                yield PROPERTY, strings.number(printable(name)), address
    elif SUBROOTS[place - FIRST_SUBROOT] in roots.globals:
        yield from _numbered(strings, [roots.globals[SUBROOTS[place - FIRST_SUBROOT]]])


def _numbered(strings: Strings, addresses: list[int]) -> Iterator[Edge]:
    """Internal edges named 1, 2, 3, ..."""
    names = strings.digits(len(addresses) + 1)
    return ((INTERNAL, name, address) for name, address in zip(names[1:], addresses, strict=False))
