"""p04_gcbench: binary trees after Boehm, Ellis and Kovac, most of them short-lived.

A stretch tree that is dropped at once; a long-lived tree and an array; then for each depth as many trees as together
have twice the stretch tree's nodes, first built from the root down (a parent is older than its children), then from
the leaves up. A short-lived tree is held until the next one is finished; the last one that was built from the root
down also by its own variable, whose register keeps it until the next tree of that kind begins.
"""

from gcsim import scenario

ARRAY_LENGTH = 100_000


@scenario
def p04_gcbench(m, *, stretch=16, least=4, largest=14):
    """GCBench: trees of depth `least`, `least` + 2, ... `largest` beside a long-lived tree of depth `stretch`."""
    trees = Trees(m)
    scope, write = m.scope, m.write
    registers = m.js.context(t=None, n=None, long=None, array=None)
    with scope():
        trees.bottom_up(stretch)
    with scope():
        long = trees.make_root()
        trees.populate(stretch, long)
        write(registers, "long", long)
        write(registers, "array", m.js.array(length=ARRAY_LENGTH))
    for depth in range(least, largest + 1, 2):
        for _ in range(2 * nodes(stretch) // nodes(depth)):
            with scope():
                root = trees.make_root()
                write(registers, "n", root)
                trees.populate(depth, root)
                write(registers, "t", root)
        for _ in range(2 * nodes(stretch) // nodes(depth)):
            with scope():
                write(registers, "t", trees.bottom_up(depth))


def nodes(depth):
    """How many nodes a full tree has."""
    return (1 << (depth + 1)) - 1


class Trees:
    """Builds full trees of nodes of 56 bytes, each with a handle in the scope of the caller."""

    def __init__(self, m):
        self._new, self._write, self._scope = m.new, m.write, m.scope
        self._node = m.shape("TNode", fields=("left", "right", "i", "j"), size=56)

    def make_root(self):
        """One node, which `populate` makes a tree of."""
        return self._new(self._node)

    def bottom_up(self, depth):
        """A tree, children first. Only what is finished and not yet in its parent is held."""
        if depth <= 0:
            return self._new(self._node)
        with self._scope() as scope:
            left, right = self.bottom_up(depth - 1), self.bottom_up(depth - 1)
            root = self._new(self._node)
            self._write(root, "left", left)
            self._write(root, "right", right)
            return scope.escape(root)

    def populate(self, depth, parent):
        """A full tree of that depth below `parent`, parents first."""
        if depth <= 0:
            return
        with self._scope():
            left = self._new(self._node)
            self._write(parent, "left", left)
            right = self._new(self._node)
            self._write(parent, "right", right)
            self.populate(depth - 1, left)
            self.populate(depth - 1, right)
