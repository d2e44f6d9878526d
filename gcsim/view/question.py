"""Question: which objects survive? Asked when a collection begins, answered by the recording itself."""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from gcsim.events import Kind
from gcsim.view.frame import Frame, Recording
from gcsim.view.timeline import Timeline

MOST_CANDIDATES: Final = 35


@frozen
class Question:
    """The objects that the collection beginning at frame `index` looks at, and those of them that survive it."""

    index: int
    candidates: frozenset[int]
    survivors: frozenset[int]

    def score(self, chosen: Iterable[int]) -> "Score":
        """What an answer is worth: a point for each object that is judged right."""
        picked = self.candidates.intersection(chosen)
        wrong = len(picked ^ self.survivors)
        return Score(len(self.candidates) - wrong, len(self.candidates))


@frozen
class Score:
    """`right` of `asked` objects were judged right."""

    right: int = 0
    asked: int = 0

    def plus(self, other: "Score") -> "Score":
        """Both together."""
        return Score(self.right + other.right, self.asked + other.asked)


def question_at(timeline: Timeline, index: int) -> Question | None:
    """The question of the collection that begins at `index`; None without one, or if it asks of too many."""
    recording = timeline.recording
    frame = recording.frames[index]
    if index not in timeline.collections or frame.gc_number >= len(recording.events):
        return None
    candidates = looked_at(recording, frame)
    end = recording.frames[timeline.at_line(frame.gc_number)]
    alive = {number for number, block in end.objects().items() if not block.dead}
    return Question(index, candidates, candidates & alive) if 0 < len(candidates) <= MOST_CANDIDATES else None


def looked_at(recording: Recording, frame: Frame) -> frozenset[int]:
    """The objects whose fate the collection decides: the young, or all."""
    is_full = recording.events[frame.gc_number].kind is Kind.MARK_SWEEP
    young = {block.id for block in (*frame.to_space.blocks, *frame.large) if block.is_object and block.age < 2}
    return frozenset(frame.objects()) - {0} if is_full else frozenset(young)
