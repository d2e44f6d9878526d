"""Player: where in a recording we are, and how we move.

It knows no window, no keys and no clock: whoever has them calls a method for each key, and `advance` with the seconds
that have passed. So a walk through a recording is the same in a window, in a terminal and in a test.

Speed is a factor. At x1 a recording of steps shows `EVENTS_PER_SECOND` of them, and a recording of collections a second
of simulated time in a second, but none of its frames for more than `LONGEST_SECONDS`, since a program may be idle. (The
steps of a tiny heap lie within microseconds of simulated time, so that time is no measure there.) At the highest speed
each call of `advance` shows one frame more.

While it plays it stops by itself where one should look (`Timeline.teaching`), if `follow` is on; and in question mode
where a collection begins, until the question is answered or the player is moved on.

Of a scene with two runs the first has the transport; the other shows the frame of the same simulated time, or, in a
recording of steps, of the same place in the same collection.
"""

from collections.abc import Iterable
from math import inf
from typing import Final

from gcsim.view.frame import Frame, Recording
from gcsim.view.question import Question, Score, question_at
from gcsim.view.timeline import Timeline

EVENTS_PER_SECOND: Final = 2.0
MS_PER_SECOND: Final = 1000.0
LONGEST_SECONDS: Final = 2.0
SPEEDS: Final = (*(2.0**power for power in range(-3, 7)), inf)
"""x1/8 to x64, and as fast as it can be drawn."""
NORMAL: Final = 1.0
HOLD_SECONDS: Final = 1.5
"""How long a loop shows its first and its last frame."""


class Player:
    """Plays `recording`. `index`: of the frame that is shown; always valid.

    `playing`, `direction` (1 or -1), `speed`: as the transport bar shows them. `follow`: whether it stops at teaching
    points; `asking`: whether it is in question mode; `question`: the one that waits for an answer; `score`: of all so
    far. `bookmarks`: indexes, lowest first.
    """

    def __init__(self, recording: Recording, *, follow: bool = True, loop: bool = False) -> None:
        self.recording = recording
        self.timeline = Timeline(recording)
        self.beside = Timeline(recording.beside) if recording.beside else None
        self.index = 0
        self.playing = False
        self.direction = 1
        self.speed = NORMAL
        self.follow = follow
        self.loop = loop
        self.asking = False
        self.question: Question | None = None
        self.score = Score()
        self.bookmarks: list[int] = []
        self._due = 0.0

    @property
    def frame(self) -> Frame:
        """The frame that is shown."""
        return self.recording.frames[self.index]

    @property
    def last(self) -> int:
        """The index of the last frame."""
        return self.timeline.last

    @property
    def beside_index(self) -> int:
        """The index of the frame that is shown of the other run."""
        assert self.beside is not None
        if self.recording.detail == "pages":
            return self.beside.at_time(self.frame.time_ms)
        return self.beside.at_place(*self.timeline.place(self.index))

    @property
    def pace(self) -> str:
        """What the speed means: "events" or "simulated time"."""
        return "events" if self.recording.detail == "objects" else "simulated time"

    # Moving

    def go(self, index: int) -> None:
        """Frame `index` is shown, or the nearest there is; a question that waits is dropped."""
        self.index = min(max(index, 0), self.last)
        self.question = None
        self._due = 0.0

    def step(self, count: int = 1) -> None:
        """So many frames forward, or back if below 0; playing stops."""
        self.playing = False
        self.go(self.index + count)
        if count > 0:
            self._ask()

    def home(self) -> None:
        """The first frame."""
        self.go(0)

    def end(self) -> None:
        """The last frame."""
        self.go(self.last)

    def restart(self) -> None:
        """The first frame, and it plays forward."""
        self.home()
        self.direction, self.playing = 1, True

    def next_gc(self) -> None:
        """Where the next collection begins."""
        self.go(self.timeline.after(self.timeline.collections, self.index))
        self._ask()

    def previous_gc(self) -> None:
        """Where the collection before begins."""
        self.go(self.timeline.before(self.timeline.collections, self.index))

    def next_major(self) -> None:
        """Where the next mark-sweep begins."""
        self.go(self.timeline.after(self.timeline.majors, self.index))
        self._ask()

    def next_phase(self) -> None:
        """Where the next phase begins."""
        self.go(self.timeline.after(self.timeline.phases, self.index))

    def previous_phase(self) -> None:
        """Where the phase before begins."""
        self.go(self.timeline.before(self.timeline.phases, self.index))

    def next_line(self) -> None:
        """Where the next line of the log is complete."""
        self.go(self.timeline.after(self.timeline.lines, self.index))

    def previous_line(self) -> None:
        """Where the line before is complete."""
        self.go(self.timeline.before(self.timeline.lines, self.index))

    # Playing

    def toggle(self) -> None:
        """Play or pause; at the end in the direction of play, it starts over."""
        self.playing = not self.playing
        if self.playing and self.index == self._far_end():
            self.go(self.last - self._far_end())

    def reverse(self) -> None:
        """The other direction."""
        self.direction = -self.direction
        self._due = 0.0

    def faster(self) -> None:
        """Twice the speed, up to the highest."""
        self.speed = SPEEDS[min(SPEEDS.index(self.speed) + 1, len(SPEEDS) - 1)]

    def slower(self) -> None:
        """Half the speed, down to the lowest."""
        self.speed = SPEEDS[max(SPEEDS.index(self.speed) - 1, 0)]

    def normal_speed(self) -> None:
        """x1."""
        self.speed = NORMAL

    def advance(self, seconds: float) -> int:
        """So much time has passed; returns by how many frames the player has moved."""
        before = self.index
        self._due = self._due + seconds if self.playing else 0.0
        while (wait := self._wait()) <= self._due:
            self._due -= wait
            self._tick()
            if self.speed == inf:
                self._due = 0.0
                break
        return self.index - before

    def _wait(self) -> float:
        """How long the frame that is shown is shown, in seconds; endless if it does not play on."""
        coming = self.index + self.direction
        if not self.playing or self.question is not None:
            return inf
        if self.loop and self.index in (0, self.last):
            return HOLD_SECONDS
        if not 0 <= coming <= self.last:
            self.playing = False
            return inf
        if self.recording.detail == "objects":
            return 1 / (EVENTS_PER_SECOND * self.speed)
        distance_ms = abs(self.recording.frames[coming].time_ms - self.frame.time_ms)
        return min(distance_ms / (MS_PER_SECOND * self.speed), LONGEST_SECONDS)

    def _tick(self) -> None:
        coming = self.index + self.direction
        self.index = coming if 0 <= coming <= self.last else self.last - self.index
        if self.follow and self.timeline.is_teaching(self.index):
            self.playing = False
        self._ask()

    def _far_end(self) -> int:
        return self.last if self.direction > 0 else 0

    # Bookmarks, questions

    def bookmark(self) -> None:
        """This frame has a bookmark, or none if it had one."""
        self.bookmarks = sorted({self.index} ^ set(self.bookmarks))

    def next_bookmark(self) -> None:
        """The next frame with a bookmark, from the last on the first again; without any nothing happens."""
        if self.bookmarks:
            self.go(next((index for index in self.bookmarks if index > self.index), self.bookmarks[0]))

    def toggle_follow(self) -> None:
        """It stops at teaching points, or does not any more."""
        self.follow = not self.follow

    def toggle_questions(self) -> None:
        """Question mode on or off."""
        self.asking = not self.asking
        self.question = None

    def answer(self, chosen: Iterable[int]) -> Score:
        """The question that waits is answered; returns what this answer is worth."""
        assert self.question is not None
        score = self.question.score(chosen)
        self.score = self.score.plus(score)
        self.question = None
        return score

    def _ask(self) -> None:
        """The question of this frame waits, in question mode and if it has one."""
        if self.asking and self.direction > 0:
            self.question = question_at(self.timeline, self.index)
