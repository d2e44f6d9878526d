"""p05_fifo: a queue of bounded length, whose messages die after they were promoted.

Each message refers to the one before it. When that one leaves the ring the reference is cleared, so a dead old
message keeps nothing young alive.
"""

from gcsim import scenario


@scenario
def p05_fifo(m, *, ops=1_500_000, length=150_000):
    """FIFO: `ops` messages of 48 bytes with a body of 56 pass through a ring of `length` places."""
    new, read, write, scope = m.new, m.read, m.write, m.scope
    message = m.shape("Msg", fields=("id", "body", "prev"), size=48)
    body = m.shape("Body", fields=("a", "b", "c", "d"), size=56)
    ring = m.js.array(length=length)
    context = m.js.context(ring=ring, last=None)
    m.globals["variables"] = context
    elements = m.read(ring, "elements")
    place = 0
    for _ in range(ops):
        following = place + 1 if place + 1 < length else 0
        with scope():
            text = new(body)
            sent = new(message)
            write(sent, "body", text)
            write(sent, "prev", read(context, "last"))
            oldest = read(elements, following)
            if oldest is not None:
                write(oldest, "prev", None)
            write(elements, place, sent)
            write(context, "last", sent)
        place = following
