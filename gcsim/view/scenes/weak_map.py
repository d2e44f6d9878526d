"""Scene 9: an entry of a WeakMap. While its key lives, its value does; when the key dies, the value goes with it.

The pages have 512 bytes, so that V8's table for four entries fits.
"""

from collections.abc import Generator

from gcsim.config import LESSON
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario
from gcsim.units import MB
from gcsim.view.scenes.scene import Scene, playing

PAGE_BYTES = 512


@scenario
def weak_map(m: Mutator) -> Generator[None, None, None]:
    """Two entries; then one of the keys is dropped."""
    m.globals["map"] = m.js.weak_map()
    for number in (1, 2):
        key, value = m.js.object(f"k{number}"), m.js.object(f"v{number}")
        m.globals[f"k{number}"] = key
        m.js.weak_put(m.globals["map"], key, value)
    m.note("only the WeakMap refers to the values v1 and v2; the keys are globals")
    yield
    m.collect("mark-sweep")
    m.note("both keys live, so both values were found, by way of the entries")
    yield
    del m.globals["k2"]
    m.collect("mark-sweep")
    m.note("k2 was garbage: its entry was removed, and v2 went with it")


SCENE = Scene(
    name="weak-map",
    title="A WeakMap keeps a value only as long as something else keeps the key.",
    program=playing(weak_map),
    config=LESSON.replace(
        page_size=PAGE_BYTES,
        min_semi_space_size=PAGE_BYTES / MB,
        max_semi_space_size=PAGE_BYTES / MB,
        page_promotion=False,
        compact=False,
        lazy_sweeping=False,
    ),
)
