"""p01_garbage: every object dies young, so semispaces never grow.

Each operation replaces the only reference to the object that the one before made. The variable that holds it is
in an old context, so each store is an old-to-new store into the same slot.
"""

from gcsim import scenario


@scenario
def p01_garbage(m, *, ops=4_000_000):
    """Pure garbage: `ops` objects of 48 bytes, each alive until the next."""
    new, write, scope = m.new, m.write, m.scope
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    context = m.js.context(sink=None)
    m.globals["variables"] = context
    for _ in range(ops):
        with scope():
            write(context, "sink", new(node3))
