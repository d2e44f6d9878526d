"""Reports: what a person reads about a counterexample.

The first invariant that broke; the run as a script that does it again; when collections came; and the heap before and
after the step that failed, drawn in characters.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gcsim.errors import InvariantBroken
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import spans
from gcsim.heap.memory import BLACK, GREY, NULL
from gcsim.heap.verify import CHECKS
from gcsim.testing.compare import number_at
from gcsim.testing.shrink import Counterexample, MakeBed, replay
from gcsim.testing.steps import Name

COLLECTIONS = ("scavenge", "start_marking", "mark", "collect", "sweep", "turn")
WIDTH = 76


def report(found: Counterexample, make_bed: MakeBed, collectors: dict[str, str]) -> str:
    """The counterexample in words. `collectors`: "module:Class" of those under test, by "young" and "old"."""
    return "\n".join(_lines(found, make_bed, collectors))


def _lines(found: Counterexample, make_bed: MakeBed, collectors: dict[str, str]) -> Iterator[str]:
    before, after = make_bed(found.geometry), make_bed(found.geometry)
    replay(found.steps[:-1], before)
    replay(found.steps, after)
    yield _filled(_named(str(found.error), after.heap))
    id_ = found.check.split()[0]
    if isinstance(found.error, InvariantBroken) and id_ in CHECKS:
        yield _filled(f"  {id_}: {CHECKS[id_].sentence}")
    yield ""
    yield f"{len(found.steps)} operations:"
    yield ""
    yield from (f"    {line}" for line in script(found, collectors))
    yield ""
    yield f"collections: {schedule(found)}"
    for title, heap in (("before the last operation", before.heap), ("when the check failed", after.heap)):
        yield ""
        yield f"The heap {title}:"
        yield from drawing(heap)


def _filled(text: str) -> str:
    """The text in lines of at most 76 characters."""
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _named(message: str, heap: Heap) -> str:
    """The message of a check, with the objects' names in place of their shapes'."""
    return re.sub(r"\b(?:Thing|Table)@(\d+)", lambda found: _who(heap, int(found[1])), message)


def script(found: Counterexample, collectors: dict[str, str]) -> Iterator[str]:
    """The lines of a Python program that does the steps, and fails as they did."""
    imported = {place: place.rsplit(":", 1) for place in collectors.values()}
    for module, name in imported.values():
        shown = Path(module).stem if module.endswith(".py") else module
        if all(part.isidentifier() for part in shown.split(".")):
            yield f"from {shown} import {name}"
        else:
            yield f'{name} = __import__("{shown}").{name}'
    yield f"from gcsim.testing import Geometry, {found.bed}"
    yield ""
    classes = "".join(f", {which}={imported[place][1]}" for which, place in collectors.items())
    yield f"bed = {found.bed}({found.geometry}{classes})"
    yield from map(str, found.steps)


def schedule(found: Counterexample) -> str:
    """Which steps were collections."""
    steps = [f"{step.method} as step {at}" for at, step in enumerate(found.steps, 1) if step.method in COLLECTIONS]
    return ", ".join(steps) or "none but those that an allocation needs"


def drawing(heap: Heap) -> Iterator[str]:
    """The heap, a line for each page with something on it: `a*12:3` is object a, grey, at 12, of 3 words.

    `*` is grey, `#` black, `->` where an object went. Dots are unused words, `~` a filler or free block.
    """
    for what, start, end in _areas(heap):
        yield from _wrapped(f"  {what} {start}:", _blocks(heap, start, end))
    yield from _wrapped("  roots:", (f"{key}={_who(heap, at)}" for key, at in heap.roots.globals.items()))
    handles = [handle.address for scope in heap.roots.scopes for handle in scope]
    yield from _wrapped("  handles:", (_who(heap, address) for address in handles))
    yield from _wrapped("  fields:", _fields(heap))
    if heap.remembered.slots:
        yield from _wrapped("  remembered slots:", map(str, sorted(heap.remembered.slots)))
    if heap.marking:
        yield from _wrapped("  grey:", (_who(heap, address) for address in heap.worklist))


def _areas(heap: Heap) -> Iterator[tuple[str, int, int]]:
    """(what, start, end) of all that objects can be on."""
    areas = {
        "to-space": heap.new.areas(),
        "old page": heap.old.areas(),
        "young large": heap.new_large.areas(),
        "large": heap.large.areas(),
    }
    return ((what, start, end) for what, found in areas.items() for start, end in found)


def _blocks(heap: Heap, start: int, end: int) -> Iterator[str]:
    try:
        for address, words, header in spans(heap, start, end):
            yield _block(heap, address, words, header)
    except InvariantBroken:
        yield "(the rest cannot be read)"


def _block(heap: Heap, address: int, words: int, header: int) -> str:
    if header < 0:
        return f"{address}->{-header}"
    if header == 0:
        return "." * min(words, 8)
    if header <= heap.shapes.filler_max:
        return f"~{words}"
    color = {GREY: "*", BLACK: "#"}.get(heap.memory.colors[address], "")
    return f"{_who(heap, address)}{color}:{words}"


def _who(heap: Heap, address: int) -> str:
    """The object's name and place."""
    number = number_at(heap, address)
    known = 0 < number < 10_000
    return f"{Name(number)!r}@{address}" if known else f"@{address}"


def _fields(heap: Heap) -> Iterator[str]:
    """`a.0->b@17` for each reference of an object that can be read."""
    with suppress(InvariantBroken):
        for _, start, end in _areas(heap):
            for address, _, header in spans(heap, start, end):
                if header > heap.shapes.filler_max:
                    yield from _fields_of(heap, address)


def _fields_of(heap: Heap, address: int) -> Iterator[str]:
    words, first = heap.memory.words, address + 1
    targets = words[first : first + heap.shapes.references_of[words[address]]]
    return (f"{_who(heap, address)}.{at}->{_who(heap, target)}" for at, target in enumerate(targets) if target > NULL)


def _wrapped(title: str, pieces: Iterable[str]) -> Iterator[str]:
    """The pieces behind the title, in lines of at most 76 characters."""
    line = title
    for piece in pieces:
        if len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = "   "
        line += f" {piece}"
    yield line
