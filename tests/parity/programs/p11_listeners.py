"""p11_listeners: closures are pushed to the listeners of 100 emitters and never removed.

The arrays grow by push: elements for n + n / 2 + 16 when n are needed, the old ones are garbage. `setImmediate`
allocates 638 bytes a turn itself, of which 176 live until the next turn (measured).
"""

from gcsim import scenario

OPS_PER_TURN = 1_000
EMITTERS = 100
SMALL_PER_OP = 4


@scenario
def p11_listeners(m, *, ops=300_000):
    """Listener leak: `ops` closures, each with a context and the object of 72 bytes that it captures."""
    new, write, scope, push, context, closure = m.new, m.write, m.scope, m.js.push, m.js.context, m.js.closure
    captured = m.shape("Ctx", fields=("a", "b", "c", "d", "e", "f"), size=72)
    node3 = m.shape("Node3", fields=("a", "b", "c"), size=48)
    immediate, garbage = m.shape("Immediate", size=176), m.shape("setImmediate", size=464)
    m.globals["emitters"] = make_emitters(m)
    m.globals["variables"] = context(sink=None)
    for done in range(0, ops, OPS_PER_TURN):
        if done:
            m.globals["immediate"] = new(immediate)
            new(garbage)
            yield
        emitters, variables = m.globals["emitters"], m.globals["variables"]
        listeners = [m.read(m.js.item(emitters, place), "listeners") for place in range(EMITTERS)]
        for i in range(done, min(ops, done + OPS_PER_TURN)):
            with scope():
                own = context(ctx=None)
                write(own, "ctx", new(captured))
                push(listeners[i % EMITTERS], closure(own))
            for _ in range(SMALL_PER_OP):
                with scope():
                    write(variables, "sink", new(node3))


def make_emitters(m):
    """An array of emitters, each with an empty array of listeners."""
    emitter_shape = m.shape("Emitter", fields=("listeners",), size=32)
    emitters = m.js.array()
    m.memento()
    for _ in range(EMITTERS):
        with m.scope():
            emitter = m.new(emitter_shape)
            m.write(emitter, "listeners", m.js.array())
            m.memento()
            m.js.push(emitters, emitter)
    return emitters
