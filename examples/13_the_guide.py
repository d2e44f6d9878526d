"""The Node.js guide "Diagnosis Memory Leak" from its server to its fix: does it leak, how fast, and is it mended?

The guide runs a Fastify server whose `/write` adds an entry to a Set that is never cleared, reads the lines of
`--trace-gc` and comes to suspect a leak. Here the lines are read, judged, and the fixed server is judged too. Which
object leaks is the guide's last step; it needs heap snapshots, for a trace says how much stays, never what.

Said right where the guide is not quite:

- The numbers in parentheses are the memory of the heap's chunks, not of the process; "time since the process started"
  is since the isolate was made.
- "Time spent in GC, 0.5 / 0.0 ms (average mu ...)" is three things: the pause, the part of it in Node's own callbacks,
  and mu, the share of time that full collections left to the program.
- A leak does not show in many mark-sweeps, or in how little one scavenge frees: the recorded server made 2 in 15
  seconds, against 57 scavenges. It shows in what full collections leave, and in a "used after" that never comes back.
- A mark-sweep collects the young generation too, and is no proof of a leak where it comes rarely.
- What mends it is to drop the entries that `/write` adds; taking away `/read`, which only looks at them, does not.
"""

from gcsim import Simulation, format_line
from gcsim.scenarios import built_in
from gcsim.trace.diagnose import diagnose
from gcsim.trace.explain import Explainer
from gcsim.trace.parse import parse_text


def log_of(name):
    """What `node --trace-gc` would print for that server."""
    lines = []
    simulation = Simulation(on_gc=lambda event: lines.append(format_line(event)))
    simulation.run(built_in(name), requests=16_000)
    return "\n".join(lines)


def say(name, log):
    """The verdict about a log, and where it comes from."""
    found = diagnose(parse_text(log))
    print(f"{name}: {found.headline}")
    for evidence in found.evidence:
        print(f"  - {evidence.text}")


leaky = log_of("leaky-server")
explainer = Explainer()
said = [explainer.explain(line).summary for line in parse_text(leaky)]
print("its last lines, in words:", *said[-3:], sep="\n  ", end="\n\n")
say("leaky-server", leaky)
say("fixed-server", log_of("fixed-server"))
