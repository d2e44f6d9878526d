"""How do I run my own program?

Write it as a generator: each `yield` is the end of a turn of the event loop. What must live longer than a turn is a
global. Save it as a file, and `gcsim run FILE.py -p entries=500` runs it too.
"""

from gcsim import HeapConfig, Simulation, format_line, scenario


@scenario
def session_store(m, *, sessions=20_000, keep=2_000):
    """Sessions in a Map, of which only the newest `keep` stay."""
    with m.scope():
        m.globals["store"] = m.js.map()
    for number in range(sessions):
        with m.scope():
            session = m.js.object("Session", user=m.js.string(f"user {number}"), hits=0, cart=m.js.array())
            m.js.map_put(m.globals["store"], number, session)
            if number >= keep:
                m.js.discard(m.globals["store"], number - keep)
        if number % 100 == 99:
            yield


def print_line(event):
    """Print the event as node 20 would."""
    print(format_line(event, node=20).rstrip())


sim = Simulation(HeapConfig(max_semi_space_size=1), on_gc=print_line)
sim.run(session_store, sessions=30_000)
with sim.mutator.scope():
    print("sessions left:", sim.mutator.js.size(sim.mutator.globals["store"]))
