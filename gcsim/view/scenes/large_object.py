"""Scene 10: an object of more than half a page has a chunk of its own, and is never copied.

Born young, it is promoted by a new label at its first scavenge; when it dies, the chunk is given back whole.
"""

from collections.abc import Generator

from gcsim.config import LESSON
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario
from gcsim.units import MB
from gcsim.view.scenes.scene import Scene, playing

SEMI_SPACE_BYTES = 256
"""Two pages, so that two large objects can be young at a time."""


@scenario(preset="lesson")
def large_object(m: Mutator) -> Generator[None, None, None]:
    """A large array, a small object in it, and a second large one that dies young."""
    array = m.new("array", fields=("first", "second"), size=96)
    m.globals["array"] = array
    m.write(array, "first", m.new("item", size=32))
    m.new("scratch", size=80)
    m.note("array and scratch are large, item is not; nothing refers to scratch")
    yield
    m.collect("scavenge")
    m.note("item was copied; array changed hands where it is; scratch was given back")
    yield
    del m.globals["array"]
    m.collect("mark-sweep")
    m.note("nothing leads to array any more: its chunk was given back whole")


SCENE = Scene(
    name="large-object",
    title="A large object has a chunk of its own: it changes hands, but never its place.",
    program=playing(large_object),
    config=LESSON.replace(
        min_semi_space_size=SEMI_SPACE_BYTES / MB, max_semi_space_size=SEMI_SPACE_BYTES / MB, lazy_sweeping=False
    ),
)
