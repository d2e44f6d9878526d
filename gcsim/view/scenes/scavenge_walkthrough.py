"""Scene 2: who survives twice is promoted, and a remembered slot is a root."""

from gcsim.scenarios.scavenge_walkthrough import scavenge_walkthrough
from gcsim.view.scenes.scene import Scene, playing

SCENE = Scene(
    name="scavenge-walkthrough",
    title="From the nursery to old space: two survivals, and a slot that is remembered.",
    program=playing(scavenge_walkthrough),
    config=scavenge_walkthrough.config,
)
