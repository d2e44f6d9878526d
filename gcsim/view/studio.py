"""Studio: a recording, made into pictures on demand. What a window, a film and a single picture have in common.

A scene with two runs gives pictures with both, side by side, the right one at the moment that belongs to the left one.
"""

from collections import OrderedDict
from typing import Final

from gcsim.view.backdrop import Backdrop
from gcsim.view.captions import Caption, caption_of
from gcsim.view.figure import Figure
from gcsim.view.frame import Recording
from gcsim.view.layout import lay_out, lay_out_both
from gcsim.view.look import Look
from gcsim.view.pen import Measure
from gcsim.view.player import Player

KEPT: Final = 8
"""The last few figures are kept: a motion needs two."""


class Studio:
    """Makes figures of `recording`, with texts as wide as `measure` says."""

    def __init__(self, recording: Recording, measure: Measure) -> None:
        self.recording = recording
        self.measure = measure
        self._player = Player(recording)
        self._backdrop = Backdrop(recording, self._player.timeline)
        self._beside = Backdrop(recording.beside, self._player.beside) if recording.beside else None
        self._kept: OrderedDict[tuple[int, Look], Figure] = OrderedDict()

    @property
    def backdrop(self) -> Backdrop:
        """What belongs to all frames of the recording."""
        return self._backdrop

    def figure(self, index: int, look: Look) -> Figure:
        """Frame `index` under that look."""
        key = index, look
        if key not in self._kept:
            self._kept[key] = self._made(index, look)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def captions(self, index: int) -> list[Caption]:
        """The caption of frame `index`, and that of the frame beside it."""
        captions = [caption_of(self.recording, index)]
        if self.recording.beside is not None:
            captions.append(caption_of(self.recording.beside, self._beside_index(index)))
        return captions

    def _beside_index(self, index: int) -> int:
        self._player.go(index)
        return self._player.beside_index

    def _made(self, index: int, look: Look) -> Figure:
        if self._beside is None:
            return lay_out(self._backdrop, index, look, self.measure)
        both = (self._backdrop, self._beside)
        return lay_out_both(both, (index, self._beside_index(index)), look, self.measure)
