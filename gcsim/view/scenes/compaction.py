"""Scene 6: three pages of which little lives.

The first collection sweeps them: each has holes now, and one survivor pins it. The second one finds them nearly empty,
moves the survivors to one page, and gives the others back.
"""

from collections.abc import Generator

from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario
from gcsim.view.scenes.scene import Scene, playing

PAGES = "ABC"
OBJECTS_PER_PAGE = 4


@scenario(preset="lesson")
def compaction(m: Mutator) -> Generator[None, None, None]:
    """Fragments on three pages; then one page."""
    for page in PAGES:
        for number in range(1, OBJECTS_PER_PAGE + 1):
            made = m.new(f"{page}{number}", size=32, pretenured=True)
            if number == 2:
                m.globals[page] = made
    m.note("three pages are full, but of each only the second object is needed")
    yield
    m.collect("mark-sweep")
    m.note("swept: each page is free but for one object, which pins it. Three pages for 96 bytes.")
    yield
    m.collect("mark-sweep")
    m.note("compacted: what lived on three pages lives on one")


SCENE = Scene(
    name="compaction",
    title="Fragments: a single object pins a page, until compaction moves it.",
    program=playing(compaction),
    config=compaction.config.replace(lazy_sweeping=False),
)
