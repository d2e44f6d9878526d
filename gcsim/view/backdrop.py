"""Backdrop: what belongs to all frames of a recording, made once, when it is first needed."""

from functools import cached_property

from gcsim.view.chart_lines import ChartLines
from gcsim.view.frame import Recording
from gcsim.view.places import Places
from gcsim.view.timeline import Timeline


class Backdrop:
    """The marks, the places of the graph and the lines of the chart of `recording`."""

    def __init__(self, recording: Recording, timeline: Timeline | None = None) -> None:
        self.recording = recording
        self.timeline = timeline or Timeline(recording)

    @cached_property
    def most_pages(self) -> int:
        """How many pages of old space there ever are at a time."""
        return max(len(frame.pages) for frame in self.recording.frames)

    @cached_property
    def places(self) -> Places:
        """Where the objects stand in the graph."""
        return Places(self.recording)

    @cached_property
    def chart(self) -> ChartLines:
        """The lines of the chart."""
        return ChartLines(self.timeline)
