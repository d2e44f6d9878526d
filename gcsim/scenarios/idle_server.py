"""A server after the rush: it has made much garbage, and then nobody comes.

Nothing is allocated any more, so no limit will ever be reached. It is the memory reducer that finds the program idle
and collects the heap, twice, in the pauses of the event loop. Look at the times: it looks after 8, 16 and 24 s, for
the rate of allocation is a mean over all the time since, and falls slowly. Then look at `(reduce)` and at what is
committed after it: new space has shrunk too. `--no-memory-reducer` leaves everything as it is.

The heap is that of a Node process before its script: nearly all that is left at the end is Node's own.
"""

from collections.abc import Generator

from gcsim.errors import ScenarioError
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario

SESSIONS_PER_TURN = 20_000


@scenario(preset="node20")
def idle_server(
    m: Mutator, *, sessions: int = 640_000, idle_ms: float = 45_000.0
) -> Generator[float | None, None, None]:
    """`sessions` sessions are opened in a rush, all end, and then nobody comes for `idle_ms`."""
    if sessions < 1:
        raise ScenarioError(f"sessions must be at least 1, got {sessions}")
    session = m.js.shape("Session", ("user", "opened", "seen", "data"))
    m.globals["sessions"] = m.array(sessions)
    for start in range(0, sessions, SESSIONS_PER_TURN):
        open_sessions = m.globals["sessions"]
        end = min(start + SESSIONS_PER_TURN, sessions)
        for number in range(start, end):
            with m.scope():
                m.write(open_sessions, number, m.new(session))
        m.progress(end, sessions, "sessions")
        yield 0.0
    del m.globals["sessions"]
    yield idle_ms
