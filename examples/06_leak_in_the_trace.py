"""What does a leak look like in `--trace-gc` lines?

Run the leaking server and the fixed one with the same load, and look at "used after" of every third line: in the leak
it climbs and never comes back.
"""

from gcsim import Simulation, format_line
from gcsim.scenarios import built_in
from gcsim.units import MB


def used_after(name):
    """Run a server for 6000 requests; returns its simulation and "used after" of each collection, in MB."""
    sim = Simulation()
    sim.run(built_in(name), requests=6000)
    return sim, [event.used_after_bytes / MB for event in sim.events]


leaky, leak = used_after("leaky-server")
_, fixed = used_after("fixed-server")
print(format_line(leaky.events[-1]).rstrip())
for title, series in (("leaky", leak), ("fixed", fixed)):
    print(f"{title}: used after, MB:", " ".join(f"{value:.1f}" for value in series[::3]))
last_leak, last_fixed = leak[-1] - min(leak[-4:]), fixed[-1] - min(fixed[-4:])
print(f"growth over the last four lines: {last_leak:.1f} MB against {last_fixed:.1f} MB")
