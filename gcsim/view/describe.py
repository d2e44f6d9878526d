"""Describe: a recording in words, one line for each step, for a log and for who cannot see the picture.

This is what `gcsim watch --describe` prints. A line tells where we are, what happened, with the addresses that objects
left and have now, what waits to be visited, and the caption. Where a line of the log is complete, it stands below.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from gcsim.view.captions import caption_of
from gcsim.view.changes import Kind, changes_of
from gcsim.view.frame import Block, Frame, Recording, Step

NOBODY: Final = Block(0, 0, name="nothing")


def describe(recording: Recording, indexes: Iterable[int] | None = None) -> Iterator[str]:
    """One line for each step, and each line of the log where it is complete; then the same of the run beside it.

    `indexes`: of the steps that are described, by default all; the run beside it is described in full or not at all.
    """
    for index in range(len(recording)) if indexes is None else indexes:
        yield describe_step(recording, index)
        frame = recording.frames[index]
        if frame.step is Step.GC_END:
            yield f"log: {recording.lines[frame.gc_number - 1]}"
    if recording.beside and indexes is None:
        yield f"beside it: {recording.beside.name}"
        yield from describe(recording.beside)


def describe_step(recording: Recording, index: int) -> str:
    """What happened in a step: the objects with their addresses, what waits to be visited, and the caption."""
    frame = recording.frames[index]
    caption = caption_of(recording, index)
    parts = [f"event {index}/{len(recording) - 1}: {', '.join(happened(recording, index))}"]
    if frame.worklist:
        parts.append(f"{waiting_word(frame)}: {', '.join(map(frame.name_of, frame.worklist))}")
    return f"{'; '.join(parts)}; caption: {' '.join(filter(None, (caption.what, caption.why)))}"


def happened(recording: Recording, index: int) -> Iterator[str]:
    """Each change of a step in a few words."""
    frame, before = recording.frames[index], recording.frames[max(0, index - 1)]
    was, now = before.objects(), frame.objects()
    for change in changes_of(recording, index):
        names = [(now.get(number) or was.get(number) or NOBODY).name for number in dict.fromkeys(change.ids)]
        if change.kind in (Kind.COPY, Kind.PROMOTE, Kind.EVACUATE):
            yield " ".join([change.kind.value, *(moved(was[number], now[number]) for number in change.ids)])
        elif change.kind is Kind.PHASE:
            yield f"phase {frame.phase or 'over'}"
        else:
            yield " ".join([change.kind.value, *names])


def moved(was: Block, now: Block) -> str:
    """From where to where an object has moved."""
    return f"{now.name} {was.address} -> {now.address}"


def waiting_word(frame: Frame) -> str:
    """What the objects on the worklist are."""
    return "to be scanned" if frame.collector == "scavenge" else "grey"
