"""Scene 4: mark-sweep finds the chain and the ring; the island, a cycle that nothing refers to, is garbage.

The pages are swept in the pause, one after the other, and not when somebody needs memory.
"""

from gcsim.scenarios.mark_sweep_tour import mark_sweep_tour
from gcsim.view.scenes.scene import Scene, playing

SCENE = Scene(
    name="mark-sweep-tour",
    title="A chain, a cycle, an island: what marking finds, what it does not, and the holes.",
    program=playing(mark_sweep_tour),
    config=mark_sweep_tour.config.replace(lazy_sweeping=False),
)
