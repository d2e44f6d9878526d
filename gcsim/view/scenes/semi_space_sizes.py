"""Scene 8: semispaces of 1 MB and of 16 MB, the same program.

Most objects die young, if they are given the time. With 1 MB a scavenge comes early, finds objects that are still
needed for a moment, copies them twice and promotes them; with 16 MB it comes late, and they are dead by then.
"""

from collections.abc import Generator

from gcsim.config import HeapConfig
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario
from gcsim.view.scenes.scene import Scene, playing

PER_TURN = 500
MESSAGE_BYTES = 256


@scenario
def middle_aged(m: Mutator, *, messages: int = 160_000, length: int = 3_000) -> Generator[float, None, None]:
    """Messages that are needed until `length` more have come."""
    message = m.shape("Message", size=MESSAGE_BYTES)
    m.globals["ring"] = m.array(length)
    for start in range(0, messages, PER_TURN):
        with m.scope():
            ring = m.globals["ring"]
            for number in range(start, start + PER_TURN):
                m.write(ring, number % length, m.new(message))
        yield 0.5


SCENE = Scene(
    name="semi-space-sizes",
    title="Semispaces of 1 MB: scavenges come early, and much still lives.",
    program=playing(middle_aged),
    config=HeapConfig(max_semi_space_size=1),
    beside=Scene(
        name="semi-space-sizes, 16 MB",
        title="Semispaces of 16 MB: scavenges come late, and most is dead.",
        program=playing(middle_aged),
        config=HeapConfig(min_semi_space_size=16, max_semi_space_size=16),
    ),
)
