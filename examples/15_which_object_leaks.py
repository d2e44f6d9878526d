"""Which object leaks? The last step of the Node.js guide: two heap snapshots, compared.

The leaking server is run with one snapshot after 600 ms, when it has warmed up, and another at the end. Chrome DevTools
opens both files too. Compared, they have grown by what `/write` adds, and the object to look at first is the Set that
holds it.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from gcsim import Simulation
from gcsim.scenarios import built_in
from gcsim.snapshot import compare, find_suspect, in_words, load, path_to

with TemporaryDirectory() as folder:
    first, last = Path(folder, "first.heapsnapshot"), Path(folder, "last.heapsnapshot")
    simulation = Simulation()
    simulation.call_at(600.0, lambda: simulation.snapshot(first))
    simulation.run(built_in("leaky-server"), requests=6_000)
    simulation.snapshot(last)
    before, after = load(first), load(last)

print(f"{'new':>6} {'gone':>5}  class")
for change in compare(before, after).rows[:6]:
    print(f"{change.new_count:6} {change.deleted_count:5}  {change.name}")

suspect = find_suspect(after)
print(f"\nlook first at: {suspect.node.name}, which retains {suspect.node.retained_bytes / 1000:,.0f} kB")
print("held by:", " -> ".join(in_words(path_to(suspect.node))))
