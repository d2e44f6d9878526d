"""The bundled scenes, one short file each: what a person sees who has never seen a collection.

    guide-scavenge          the guide's A, B, C, D and E
    scavenge-walkthrough    second survival and promotion, and a remembered slot
    missing-barrier         an old object refers to a young one, with and without a write barrier
    mark-sweep-tour         a chain, a cycle, an island
    tri-color               marking in steps, and a store in between
    compaction              fragments, a page that one object pins, and its evacuation
    leaking-set             a Set that grows until the end, beside a bounded cache
    semi-space-sizes        semispaces of 1 and of 16 MB, the same program
    weak-map                an entry whose key dies, and the value that goes with it
    large-object            an object that never moves

A scene is a module of that name with a `SCENE`. It is recorded when it is asked for, from a fixed seed.
"""

import importlib
from typing import Final

from gcsim.view.scenes.scene import Scene

BUNDLED: Final = (
    "guide-scavenge",
    "scavenge-walkthrough",
    "missing-barrier",
    "mark-sweep-tour",
    "tri-color",
    "compaction",
    "leaking-set",
    "semi-space-sizes",
    "weak-map",
    "large-object",
)


def bundled(name: str) -> Scene:
    """The scene of that name, which must be one of `BUNDLED`."""
    scene = importlib.import_module(f"gcsim.view.scenes.{name.replace('-', '_')}").SCENE
    assert isinstance(scene, Scene)
    return scene
