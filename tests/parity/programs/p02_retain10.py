"""p02_retain10: every tenth object is kept for ever, in an array that is one large object."""

from gcsim import scenario


@scenario
def p02_retain10(m, *, ops=4_000_000):
    """Steady retention: of `ops` objects of 48 bytes every tenth is kept."""
    new, write, scope = m.new, m.write, m.scope
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    keep = m.js.array(length=ops // 10)
    context = m.js.context(keep=keep, sink=None)
    m.globals["variables"] = context
    elements = m.read(keep, "elements")
    for i in range(ops):
        with scope():
            o = new(node3)
            write(context, "sink", o)
            if not i % 10:
                write(elements, i // 10, o)
