"""Captions: what happened in a step, and why, in two lines of at most 90 characters.

The first line says what is different in the picture. The second says why a collector does so, or what comes next. The
words follow from the changes between two frames (`changes.py`), so a caption cannot tell of anything that did not
happen. The most important change speaks; where a step changed more, a second change may take the second line: a store
tells what was stored, and then what the write barrier made of it.

Each kind of change has a sentence: `sentences_program.py`, `sentences_gc.py`.
"""

from collections.abc import Callable
from typing import Final

from attrs import frozen

from gcsim.view import sentences_gc, sentences_program
from gcsim.view.changes import Kind, changes_of
from gcsim.view.frame import Recording
from gcsim.view.sentences_program import Sentence
from gcsim.view.told import Told
from gcsim.view.words import clip

SENTENCES: Final[dict[Kind, Callable[[Told], Sentence]]] = {**sentences_program.SENTENCES, **sentences_gc.SENTENCES}

SECOND: Final[dict[Kind, tuple[Kind, ...]]] = {
    Kind.WRITE: (Kind.DANGLE, Kind.REMEMBER, Kind.SHADE, Kind.FORGET),
    Kind.ALLOCATE: (Kind.SWEEP, Kind.PAGE_ADD),
    Kind.WEAK_CLEAR: (Kind.CONDEMN,),
    Kind.CLEAR: (Kind.FORGET,),
    Kind.DIE: (Kind.PAGE_RELEASE, Kind.AGE),
    Kind.GC_START: (Kind.SWEEP,),
    Kind.MARKING_START: (Kind.CANDIDATE,),
    Kind.SHADE: (Kind.CANDIDATE,),
}
"""Which other change of the same step may take the second line."""


@frozen
class Caption:
    """`what` happened; `why` it did, or what comes next. Each fits on a line."""

    what: str
    why: str = ""


def caption_of(recording: Recording, index: int) -> Caption:
    """The caption of frame `index`."""
    changes = changes_of(recording, index)
    told = Told(recording, index, changes[0], changes)
    what, why = SENTENCES[changes[0].kind](told)
    for kind in SECOND.get(changes[0].kind, ()):
        if kind in told.all:
            why = SENTENCES[kind](Told(recording, index, told.all[kind], changes))[0]
            break
    return Caption(clip(what), clip(why))
