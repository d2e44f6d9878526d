"""p10_weak: a WeakMap as a side table and WeakRefs as a cache, in turns of the event loop.

A value refers to its own key, and is alive as long as the key is. The target of a WeakRef that was made or asked for
lives to the end of its turn. `setImmediate` allocates 638 bytes a turn itself, of which 176 live until the next turn
(measured).
"""

from gcsim import scenario

OPS_PER_TURN = 1_000
KEYS = 20_000
REFS = 4_000
DOCS = 500
HELD_EVERY = 8


@scenario
def p10_weak(m, *, ops=240_000):
    """WeakMap and WeakRef: `ops` keys with their values, and as many targets of WeakRefs."""
    new, write, weak_put, weak_ref = m.new, m.write, m.js.weak_put, m.js.weak_ref
    key_shape = m.shape("Key", fields=("i", "n"), size=40)
    value_shape = m.shape("Val", fields=("i", "key", "b", "c"), size=56)
    doc_shape = m.shape("Doc", fields=("a", "b", "c", "d", "e", "f"), size=72)
    immediate, garbage = m.shape("Immediate", size=176), m.shape("setImmediate", size=464)
    for name, length in (("keys", KEYS), ("refs", REFS), ("docs", DOCS)):
        m.globals[name] = m.read(m.js.array(length=length), "elements")
    m.globals["side table"] = m.js.weak_map()
    for done in range(0, ops, OPS_PER_TURN):
        if done:
            m.globals["immediate"] = new(immediate)
            new(garbage)
            yield
        keys, refs, docs, side_table = (m.globals[name] for name in ("keys", "refs", "docs", "side table"))
        for i in range(done, min(ops, done + OPS_PER_TURN)):
            with m.scope():
                key, value = new(key_shape), new(value_shape)
                write(value, "key", key)
                weak_put(side_table, key, value)
                write(keys, i % KEYS, key)
                doc = new(doc_shape)
                before = m.read(refs, i % REFS)
                if before is not None:
                    m.js.deref(before)
                write(refs, i % REFS, weak_ref(doc))
                if not i % HELD_EVERY:
                    write(docs, i // HELD_EVERY % DOCS, doc)
