"""What does a WeakMap keep alive?

Nothing by itself: an entry keeps its value alive as long as something else keeps its key alive. A full collection does
that exactly. A scavenge is rougher: weak references count as strong in it, and so do the values of a WeakMap, so what
they lead to grows old first.
"""

from gcsim import Simulation

sim = Simulation()
m, js = sim.mutator, sim.mutator.js
with m.scope():
    users = [js.object("User", number=number) for number in range(2)]
    sessions, registry = js.weak_map(), js.finalization_registry()
    for user in users:
        js.weak_put(sessions, user, js.object("Session", user=user))
    js.register(registry, users[1], "user 1 has gone")
    m.globals.update(user=users[0], last=js.weak_ref(users[1]), sessions=sessions, registry=registry)

for kind in ("scavenge", "mark-sweep"):
    sim.collect(kind)
    with m.scope():
        last = "alive" if m.read(m.globals["last"], "target") else "gone"
        told = [js.text(text) for text in js.cleanups(m.globals["registry"])]
        print(f"after a {kind}: user 1 is {last}, the registry tells {told}")
        print(f"    user 0 has a session: {js.weak_get(m.globals['sessions'], m.globals['user']) is not None}")
