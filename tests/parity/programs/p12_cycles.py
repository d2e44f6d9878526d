"""p12_cycles: rings of eight nodes; one ring in eight is held for a while, the others are dropped at once.

Each ring is a doubly linked cycle whose nodes also refer to the first of them. A ring that is held dies 96,000
operations later, when it is in old space.
"""

from gcsim import scenario

RING_NODES = 8
HOLD_EVERY = 8


@scenario
def p12_cycles(m, *, ops=400_000, held=12_000):
    """Cyclic garbage: `ops` rings of 8 nodes of 56 bytes, of which the newest `held` eighths are held."""
    scope, write = m.scope, m.write
    n4 = m.shape("N4", fields=("next", "prev", "first", "i"), size=56)
    holder = m.js.array(length=held)
    context = m.js.context(held=holder, sink=None)
    m.globals["variables"] = context
    elements = m.read(holder, "elements")
    for i in range(ops):
        with scope():
            ring = make_ring(m.new, write, n4)
            write(context, "sink", ring)
            if not i % HOLD_EVERY:
                write(elements, i // HOLD_EVERY % held, ring)


def make_ring(new, write, n4):
    """The first node of a new ring."""
    first = last = new(n4)
    write(first, "first", first)
    for _ in range(1, RING_NODES):
        node = new(n4)
        write(node, "first", first)
        write(node, "prev", last)
        write(last, "next", node)
        last = node
    write(last, "next", first)
    write(first, "prev", last)
    return first
