"""p13_burst: bursts of load, then nothing for 400 ms, in which the event loop's tasks run.

Of twenty objects of a burst six are held to its end and one for ever; the array that holds the six is a large object
and new for each burst.
"""

from gcsim import scenario

IDLE_MS = 400.0
PERIOD = 20
HELD = (0, 1, 2, 10, 11, 12)
KEPT = 9


@scenario
def p13_burst(m, *, bursts=4, ops=500_000):
    """Bursty load: `bursts` times `ops` objects of 48 bytes, with 400 ms of idle time after each burst."""
    new, write, scope = m.new, m.write, m.scope
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    m.globals["keep"] = m.read(m.js.array(length=bursts * ops // PERIOD), "elements")
    m.globals["context"] = m.js.context(sink=None)
    kept = 0
    for _ in range(bursts):
        keep, context = m.globals["keep"], m.globals["context"]
        hold = m.read(m.js.array(length=ops // PERIOD * len(HELD)), "elements")
        held = 0
        for i in range(ops):
            with scope():
                o = new(node3)
                write(context, "sink", o)
                if i % PERIOD in HELD:
                    write(hold, held, o)
                    held += 1
                elif i % PERIOD == KEPT:
                    write(keep, kept, o)
                    kept += 1
        yield IDLE_MS
