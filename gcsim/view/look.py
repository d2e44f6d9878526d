"""Look: what a viewer has chosen to see, and all that the panes are told of one moment.

A picture depends on nothing else: the recording, the index of a frame, and a look. Two equal looks at one frame give
equal figures, today, tomorrow, in a window and in a film.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from attrs import frozen

from gcsim.view.backdrop import Backdrop
from gcsim.view.captions import Caption, caption_of
from gcsim.view.changes import Change, Kind, changes_of
from gcsim.view.frame import Block, Frame
from gcsim.view.palette import State
from gcsim.view.terminal import LABELS

BASE: Final = (1280, 720)
SMALLEST: Final = (960, 540)
TABS: Final = ("graph", "worklist", "remembered")
QUIET: Final = frozenset({Kind.DIE, Kind.END, Kind.GC_END, Kind.GC_START, Kind.NOTE, Kind.PHASE, Kind.START})
"""Changes that do not point at an object."""


@frozen(kw_only=True)
class Look:
    """How a frame is looked at.

    `width`, `height` in pixels; `text_scale` 1.0 to 2.5. `theme`: a key of `THEMES`. `speed`, `playing`, `bookmarks`,
    `follow`, `asking`: of the player. `focus`, `maximised`: names of panes or "". `tab`: what a small window shows of
    `TABS`. `selected`: an object's id. `asked_who`: whether those that refer to it are shown. `pointed`: the id of the
    object below the mouse. `token`: the token of the newest log line that is explained, or -1. `overlay`: "help",
    "glossary", "contrast" or "". `candidates`: what a question asks about; `chosen`: the answers so far. `message`: is
    shown in place of the caption. `captions`, `transport`: whether there is a caption, a bar.
    """

    width: int = BASE[0]
    height: int = BASE[1]
    text_scale: float = 1.0
    theme: str = "light"
    playing: bool = False
    speed: str = "x1"
    pace: str = "events"
    follow: bool = True
    asking: bool = False
    bookmarks: tuple[int, ...] = ()
    focus: str = ""
    maximised: str = ""
    presenter: bool = False
    tab: str = TABS[0]
    selected: int = 0
    asked_who: bool = False
    pointed: int = 0
    token: int = -1
    overlay: str = ""
    candidates: frozenset[int] = frozenset()
    chosen: frozenset[int] = frozenset()
    message: str = ""
    captions: bool = True
    transport: bool = True


def answer_keys(candidates: Iterable[int]) -> dict[str, int]:
    """The objects that a question asks about, by the key that chooses each."""
    return dict(zip(LABELS, sorted(candidates), strict=False))


class Moment:
    """One frame of a recording under a look."""

    def __init__(self, backdrop: Backdrop, index: int, look: Look) -> None:
        self.backdrop, self.index, self.look = backdrop, index, look
        self.recording = backdrop.recording
        self.frame: Frame = self.recording.frames[index]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What the step did, the most important first."""
        return changes_of(self.recording, self.index) if self.is_stepwise else (Change(Kind.GC_END),)

    @cached_property
    def caption(self) -> Caption:
        """The step in words."""
        return caption_of(self.recording, self.index)

    @property
    def is_stepwise(self) -> bool:
        """Whether objects are seen, and not only pages."""
        return self.recording.detail == "objects"

    @cached_property
    def current(self) -> frozenset[int]:
        """The objects that the step is about."""
        first = next((change for change in self.changes if change.ids), None)
        return frozenset(first.ids) if first and first.kind not in QUIET else frozenset()

    @cached_property
    def objects(self) -> dict[int, Block]:
        """Each object by its id."""
        return self.frame.objects()

    def name(self, number: int) -> str:
        """The name of an object; "?" if it is not there."""
        return self.objects[number].name if number in self.objects else "?"

    @property
    def are_colors_on(self) -> bool:
        """Whether the colors of marking say something now."""
        frame = self.frame
        return frame.marking or (frame.collector == "mark-sweep" and frame.phase in ("mark", "remark", "evacuate"))

    def state(self, block: Block, *, swept: bool = True) -> State:
        """The state in which a block is shown. `swept`: whether the page that it lies on has been swept."""
        if block.kind != "object":
            return State.FREE if block.kind == "free" else State.FILLER
        if block.is_ghost:
            return State.GHOST
        if block.dead:
            return State.DEAD
        is_moved = self.frame.phase == "evacuate" and block.color == "white"  # a color does not go along
        if (self.are_colors_on and not is_moved) or not swept:
            return State[block.color.upper()]
        return (State.NEW, State.COPIED, State.OLD)[block.age]

    def unit(self) -> float:
        """The size of a text, as a multiple of what it is at base size."""
        scale = min(self.look.width / BASE[0], self.look.height / BASE[1])
        return max(scale, 0.82) * (1.5 if self.look.presenter else 1.0) * self.look.text_scale
