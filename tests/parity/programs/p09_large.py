"""p09_large: large objects in a ring of 16 places, with a little small garbage.

An array of 20,000 numbers is a small array object, its memento, and elements of 160,016 bytes on pages of their own.
"""

from gcsim import scenario

RING = 16
LENGTH = 20_000
SMALL_PER_OP = 100


@scenario
def p09_large(m, *, ops=2_500):
    """Large objects: `ops` arrays of 160 KB, each alive for 16 operations, and 100 small objects beside each."""
    new, write, scope = m.new, m.write, m.scope
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    array = m.shape("Array", fields=("elements",), size=32)
    numbers = m.shape("FixedArray", size=16 + 8 * LENGTH, kind="array")
    ring = m.js.array(length=RING)
    context = m.js.context(ring=ring, sink=None)
    m.globals["variables"] = context
    elements = m.read(ring, "elements")
    for i in range(ops):
        with scope():
            big = new(array)
            m.memento()
            write(big, "elements", new(numbers))
            write(elements, i % RING, big)
        for _ in range(SMALL_PER_OP):
            with scope():
                write(context, "sink", new(node3))
