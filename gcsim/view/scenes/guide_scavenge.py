"""Scene 1: the Node.js guide's scavenge, as its text tells it."""

from gcsim.scenarios.guide_scavenge import guide_scavenge
from gcsim.view.scenes.scene import Scene, playing

SCENE = Scene(
    name="guide-scavenge",
    title="A, B, C and D fill new space; E does not fit; B and D are dead.",
    program=playing(guide_scavenge),
    config=guide_scavenge.config,
)
