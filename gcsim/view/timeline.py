"""Timeline: where in a recording a person wants to go: the next collection, phase, log line.

Made once for a recording, in one pass over its frames that compares no heaps; afterwards every jump is a binary search,
so seeking costs O(log frames), and a frame is at hand without being rebuilt.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from gcsim.events import Kind
from gcsim.view.changes import Kind as Change
from gcsim.view.changes import changes_of
from gcsim.view.frame import Frame, Recording, Step


class Timeline:
    """The marks of a recording: indexes of frames, lowest first.

    `collections`: where each begins, `lines`: where each has ended and its line is complete; in a map of pages both are
    the one frame of the collection. `majors`: the beginnings of mark-sweeps. `phases`: where a phase begins.
    `teaching`: where one should stop and look: begins and ends of collections and of marking in steps, the first
    promotion, and where all that lives has been copied or marked, so that the dead are known; in a map of pages,
    mark-sweeps.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        frames = recording.frames
        self.last = len(frames) - 1
        self.lines = [frame.index for frame in frames if frame.step is Step.GC_END]
        starts = [frame.index for frame in frames if frame.step is Step.GC_START]
        markings = [frame.index for frame in frames if frame.step is Step.MARKING_START]
        self.collections = starts if recording.detail == "objects" else self.lines
        self.majors = [index for index in self.collections if is_major(recording, frames[index])]
        self.phases = [index for index in range(1, len(frames)) if is_border(frames[index - 1], frames[index])]
        reclaims = [index for index in self.phases if frames[index].phase in ("finish", "evacuate")]
        steps = {*starts, *markings, *self.lines, *reclaims, *self._first_promotion()}
        self.teaching = sorted(steps) if recording.detail == "objects" else self.majors
        self._times_ms = [frame.time_ms for frame in frames]
        self._segments = [2 * frame.gc_number + frame.stopped for frame in frames]

    def after(self, marks: list[int], index: int) -> int:
        """The first mark behind `index`; the last frame if there is none."""
        at = bisect_right(marks, index)
        return marks[at] if at < len(marks) else self.last

    def before(self, marks: list[int], index: int) -> int:
        """The last mark before `index`; the first frame if there is none."""
        at = bisect_left(marks, index)
        return marks[at - 1] if at else 0

    def chosen(self, first: int = 0, last: int | None = None, every: str = "event") -> list[int]:
        """The indexes from `first` to `last`, these two included, of every "event", "phase" or "gc"."""
        end = self.last if last is None else min(last, self.last)
        marks = {"event": range(self.last + 1), "phase": self.phases, "gc": [*self.collections, *self.lines]}[every]
        return sorted({first, end, *(index for index in marks if first <= index <= end)}) if first <= end else []

    def is_teaching(self, index: int) -> bool:
        """Whether one should stop there and look."""
        return self.before(self.teaching, index + 1) == index and index > 0

    def at_time(self, time_ms: float) -> int:
        """The last frame that is not later than `time_ms`, or the first one."""
        return max(0, bisect_right(self._times_ms, time_ms) - 1)

    def at_line(self, number: int) -> int:
        """Where trace line `number`, from 0, is complete; the last frame if there is no such line."""
        return self.lines[number] if 0 <= number < len(self.lines) else self.last

    def place(self, index: int) -> tuple[int, float]:
        """Where `index` is by collections: the pause or the stretch between two, and how far in it, 0 to 1."""
        segment = self._segments[index]
        start, end = self._bounds(segment)
        return segment, (index - start) / max(1, end - 1 - start)

    def at_place(self, segment: int, ratio: float) -> int:
        """The frame that is as far in the same pause or stretch; where that is missing, the next that is there."""
        start, end = self._bounds(segment)
        return min(self.last, start + round(ratio * max(0, end - 1 - start)))

    def _bounds(self, segment: int) -> tuple[int, int]:
        return bisect_left(self._segments, segment), bisect_right(self._segments, segment)

    def _first_promotion(self) -> Iterable[int]:
        """The first frame in which an object is promoted, if there is one."""
        if self.recording.detail != "objects":
            return ()
        number = next((event.number for event in self.recording.events if event.promoted_objects), None)
        if number is None:
            return ()
        for index in range(self.collections[number], self.lines[number]):
            if any(each.kind is Change.PROMOTE for each in changes_of(self.recording, index)):
                return [index]
        return ()


def is_major(recording: Recording, frame: Frame) -> bool:
    """Whether the collection that begins, or in a map of pages has ended, in that frame is a mark-sweep."""
    number = frame.gc_number - (frame.step is Step.GC_END)
    return number < len(recording.events) and recording.events[number].kind is Kind.MARK_SWEEP


def is_border(before: Frame, after: Frame) -> bool:
    """Whether a phase begins with the second of two frames, the program's being one too."""
    return (before.collector, before.phase, before.stopped) != (after.collector, after.phase, after.stopped)
