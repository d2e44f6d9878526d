"""GCBench: binary trees, some of which live long while many more are built and dropped.

The shape of the benchmark by Boehm, Ellis and Kovac: a stretch tree that is dropped at once, a long-lived tree and
a long-lived array, then for each depth as many short-lived trees, half of them built from the root down (children
younger than their parents: stores of young objects into older ones), half from the leaves up.
"""

from collections.abc import Generator

from gcsim.errors import ScenarioError
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import Shape
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario

MIN_DEPTH = 4
ARRAY_LENGTH = 100_000


@scenario
def binary_trees(m: Mutator, *, depth: int = 12) -> Generator[None, None, None]:
    """Short-lived trees of depth 4 to `depth` beside a long-lived tree and array (GCBench)."""
    if not MIN_DEPTH <= depth <= 20:
        raise ScenarioError(f"depth must be {MIN_DEPTH} to 20, got {depth}")
    node = m.js.shape("TreeNode", ("left", "right", "i", "j"))
    bottom_up(m, node, depth + 2)
    yield
    m.globals["long-lived tree"] = top_down(m, node, depth + 2)
    m.globals["long-lived array"] = m.js.array(length=ARRAY_LENGTH)
    yield
    for size in range(MIN_DEPTH, depth + 1, 2):
        trees = 2 * nodes_in(depth + 2) // nodes_in(size)
        for build in (top_down, bottom_up):
            for _ in range(trees):
                with m.scope():
                    build(m, node, size)
            m.progress(size, depth, "depth")
            yield


def nodes_in(depth: int) -> int:
    """The number of nodes of a full tree."""
    return (1 << (depth + 1)) - 1


def top_down(m: Mutator, node: Shape, depth: int) -> Handle:
    """A full tree, parents before children."""
    root = m.new(node)
    with m.scope():
        populate(m, node, root, depth)
    return root


def populate(m: Mutator, node: Shape, parent: Handle, depth: int) -> None:
    """`parent` has a full tree of `depth` below it."""
    if depth <= 0:
        return
    with m.scope():
        left, right = m.new(node), m.new(node)
        m.write(parent, "left", left)
        m.write(parent, "right", right)
        populate(m, node, left, depth - 1)
        populate(m, node, right, depth - 1)


def bottom_up(m: Mutator, node: Shape, depth: int) -> Handle:
    """A full tree, children before parents."""
    with m.scope() as scope:
        if depth <= 0:
            return scope.escape(m.new(node))
        left, right = bottom_up(m, node, depth - 1), bottom_up(m, node, depth - 1)
        root = m.new(node)
        m.write(root, "left", left)
        m.write(root, "right", right)
        return scope.escape(root)
