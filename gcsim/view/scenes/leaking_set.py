"""Scene 7: a Set that is never cleared grows until the process dies; a bounded cache only warms up.

The heap is small, so that the end comes soon. One frame for each collection; "used after" tells the two apart: a
staircase without an end, and one with.
"""

from collections.abc import Generator

from gcsim.config import HeapConfig
from gcsim.heap.roots import Handle
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario
from gcsim.view.scenes.scene import Scene, playing

PER_TURN = 200
ENTRY_BYTES = 256


@scenario
def serve(m: Mutator, *, requests: int = 40_000, keep: int = 0) -> Generator[float, None, None]:
    """Each request leaves an entry in a Set. `keep`: so many stay, the oldest go; 0: all stay."""
    entry = m.shape("Entry", fields=("url", "date", "headers", "body"), size=ENTRY_BYTES)
    m.globals["entries"] = m.js.set()
    for _ in range(0, requests, PER_TURN):
        for _ in range(PER_TURN):
            with m.scope():
                handle_request(m, m.new(entry), keep)
        yield 1.0


def handle_request(m: Mutator, entry: Handle, keep: int) -> None:
    """The entry is in the Set, and if that has too many, the oldest is not."""
    entries = m.globals["entries"]
    m.js.add(entries, entry)
    if keep and m.js.size(entries) > keep:
        m.js.discard(entries, m.js.first_key(entries))


CONFIG = HeapConfig(max_semi_space_size=1, max_old_space_size=8)

SCENE = Scene(
    name="leaking-set",
    title="A Set that is never cleared grows until the process dies.",
    program=playing(serve),
    config=CONFIG,
    beside=Scene(
        name="leaking-set, bounded",
        title="With a bound: the cache warms up, and then it stays as it is.",
        program=playing(serve, keep=4_000),
        config=CONFIG,
    ),
)
