"""p07_setleak: the leaking server without the server: a Set that is never cleared, in turns of the event loop.

Each operation adds a record of 416 bytes to the Set, whose tables double, and builds a chain of temporary objects
that lives until the next operation has built its own. `setImmediate` allocates 638 bytes a turn itself, of which 176
live until the next turn (measured).
"""

from gcsim import scenario

OPS_PER_TURN = 500
CHAIN = 20


@scenario
def p07_setleak(m, *, ops=120_000):
    """Set growth leak: `ops` records, added to a Set by 500 a turn."""
    program = Program(m)
    immediate, garbage = m.shape("Immediate", size=176), m.shape("setImmediate", size=464)
    m.globals["store"] = m.js.set()
    m.globals["context"] = m.js.context(temp=None)
    for done in range(0, ops, OPS_PER_TURN):
        if done:
            m.globals["immediate"] = m.new(immediate)
            m.new(garbage)
            yield
        store, context = m.globals["store"], m.globals["context"]
        for _ in range(min(OPS_PER_TURN, ops - done)):
            with m.scope():
                m.write(context, "temp", program.make_chain())
                m.js.add(store, program.make_record())


class Program:
    """What one operation makes; each method returns a handle in the scope of the caller."""

    def __init__(self, m):
        self._m = m
        self._rec = m.shape("Rec", fields=("date", "arch", "platform", "cpus"), size=56)
        self._stamp = m.shape("Stamp", fields=("y", "mo", "d", "h", "mi", "s"), size=72)
        self._array = m.shape("Array", fields=("elements",), size=32)
        self._pair = m.shape("FixedArray", fields=("0", "1"), size=32)
        self._cpu = m.shape("Cpu", fields=("model", "speed", "times"), size=48)
        self._times = m.shape("Times", fields=("user", "nice", "sys", "idle", "irq"), size=64)
        self._temp = m.shape("Temp", fields=("a", "b", "n"), size=48)

    def make_chain(self):
        """`CHAIN` objects, each of which refers to the one before it."""
        new, write, temp = self._m.new, self._m.write, self._temp
        last = new(temp)
        for _ in range(1, CHAIN):
            following = new(temp)
            write(following, "n", last)
            last = following
        return last

    def make_record(self):
        """`new Rec(new Stamp(i), 1, 2, [new Cpu(i), new Cpu(i)])`: arguments first, an array before its elements."""
        m = self._m
        new, write = m.new, m.write
        stamp = new(self._stamp)
        cpus = new(self._array)
        m.memento()
        pair = new(self._pair)
        write(cpus, "elements", pair)
        for place in range(2):
            cpu = new(self._cpu)
            write(cpu, "times", new(self._times))
            write(pair, place, cpu)
        record = new(self._rec)
        write(record, "date", stamp)
        write(record, "cpus", cpus)
        return record
