"""p03_linkedlist: a list that only grows, with one object of garbage for each cell.

A new cell refers to an older one, and the list is one chain: marking it is as deep as it is long.
"""

from gcsim import scenario


@scenario
def p03_linkedlist(m, *, ops=700_000):
    """Linked list growth: `ops` cells of 40 bytes that stay, and as many objects of 48 bytes that die."""
    new, write, scope = m.new, m.write, m.scope
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    cell = m.shape("Cell", fields=("next", "v"), size=40)
    context = m.js.context(head=None, sink=None)
    m.globals["variables"] = context
    for _ in range(ops):
        with scope():
            write(context, "sink", new(node3))
            head = new(cell)
            write(head, "next", m.read(context, "head"))
            write(context, "head", head)
