"""p14_barrier: 100,000 old holders, of which each operation makes one refer to a new object.

Nearly every reference from old to new must be remembered, and there are ever more of them: a new object lives until
its holder is drawn again.
"""

from gcsim import scenario

SEED = 4242


@scenario
def p14_barrier(m, *, ops=1_500_000, holders=100_000):
    """Write barrier: `ops` times a random one of `holders` refers to a new pair of 72 bytes."""
    new, read, write, scope = m.new, m.read, m.write, m.scope
    holder = m.shape("Holder", fields=("f", "i"), size=40)
    leaf = m.shape("Leaf", fields=("i", "l"), size=40)
    leaf2 = m.shape("Leaf2", fields=("i",), size=32)
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    table = m.js.array(length=holders)
    context = m.js.context(table=table, sink=None)
    m.globals["variables"] = context
    elements = m.read(table, "elements")
    for place in range(holders):
        with scope():
            write(elements, place, new(holder))
    x = SEED
    for _ in range(ops):
        x = xorshift32(x)
        with scope():
            write(context, "sink", new(node3))
            inner = new(leaf2)
            outer = new(leaf)
            write(outer, "l", inner)
            write(read(elements, (x >> 1) % holders), "f", outer)


def xorshift32(x):
    """The next of Marsaglia's numbers: 32 bits, never 0."""
    x ^= x << 13 & 0xFFFF_FFFF
    x ^= x >> 17
    return x ^ x << 5 & 0xFFFF_FFFF
