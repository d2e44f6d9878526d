"""Recordings for tests: each bundled scene once, and short programs on a heap for paper and pencil."""

from functools import cache

import pytest

from gcsim.config import LESSON
from gcsim.trace.format import format_line
from gcsim.view.frames import Run, record
from gcsim.view.scenes import BUNDLED, bundled
from gcsim.view.timeline import Timeline

LONG = ("leaking-set", "semi-space-sizes")
"""Scenes that are recorded collection by collection, in about a second."""
STEPWISE = tuple(name for name in BUNDLED if name not in LONG)

every_scene = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in BUNDLED]
)
every_stepwise_scene = pytest.mark.parametrize("name", STEPWISE)


@cache
def scene(name):
    """The recording of a bundled scene."""
    return bundled(name).record(format_line)


def both(name):
    """The recordings of a scene: one, or the two that are played together."""
    recording = scene(name)
    return [recording, recording.beside] if recording.beside else [recording]


@cache
def timeline(name):
    """The timeline of a bundled scene."""
    return Timeline(scene(name))


def recorded(program, config=LESSON, **facts):
    """The recording of a program that is given a simulation."""
    return record(Run(name="test", program=program, config=config, line_of=format_line, **facts))


def steps(recording):
    """What led to each frame, in order."""
    return [frame.step for frame in recording.frames]
