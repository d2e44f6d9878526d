"""Tokens: the parts of a trace line, what each says, and which pane shows what it measures.

The parts are those that `gcsim.trace` reads in a line, of any dialect; what stands between two of them (brackets,
units) goes with the one or the other, so that all tokens together are the line. What a part says is told here in a few
words, for there is one row for it; `gcsim explain` has whole sentences.

While a collection runs, its line grows: what is known when the pause begins is there from the beginning, the rest comes
with the end.

*Left out*: lines of `--trace-gc-nvp`.
"""

import re
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

from attrs import frozen

from gcsim.trace.grammar import tokens
from gcsim.trace.line import GcLine
from gcsim.trace.record import read_record
from gcsim.trace.vocabulary import collector_reason_of, reason_of

PARTS: Final[dict[str, tuple[str, str]]] = {
    "pid": ("the process's id", ""),
    "isolate": ("the address of the heap's isolate", ""),
    "time": ("when the pause ended, in ms since the start", "header"),
    "collector": ("which collector ran", "header"),
    "flags": ("under which conditions it ran", "header"),
    "used_before": ("MB of objects when the pause began: the sum of all blocks", "new old"),
    "total_before": ("MB of memory that the heap's pages took then", "old"),
    "used_after": ("MB of objects when it ended: the difference was freed", "new old"),
    "total_after": ("MB of memory that the pages took then", "old"),
    "pooled": ("MB of free pages kept for reuse", "old"),
    "pause": ("ms for which the program stood still", "header"),
    "external": ("ms of it in callbacks of the embedder", ""),
    "incremental_ms": ("ms of marking that was done in steps before the pause", "graph"),
    "steps": ("how many steps of marking there were", "graph"),
    "longest_step": ("ms that the longest of these steps took", "graph"),
    "walltime": ("ms from the start of marking to the end of the pause", "chart"),
    "average_mu": ("share of the time left to the program, over a while", "chart"),
    "current_mu": ("the same since the last full collection", "chart"),
    "reason": ("why it was needed", "new"),
    "collector_reason": ("why it was this collector", ""),
}
"""Of each part that `gcsim.trace` knows: the meaning, and the panes that show it."""
KNOWN_AT_START: Final = frozenset({"pid", "isolate", "collector", "flags", "used before", "total before"})
CLOSING: Final = re.compile(r"[^ ]*(?: (?:ms|MB)[^ ]*)?")
"""What stands behind a part and goes with it: brackets, and its unit."""


@frozen
class Token:
    """`text`: with the spaces before it. `panes`: those that show what it measures."""

    name: str
    text: str
    meaning: str
    panes: tuple[str, ...]


@lru_cache(maxsize=1024)
def tokens_of(line: str) -> tuple[Token, ...]:
    """The tokens of a line, which together are the line; one token without a name if it is no trace line."""
    record = read_record(line, 1)
    if record is None or record.nvp is not None:
        return (Token("", line, "", ()),)
    parts = [(name, list(same)) for name, same in groupby(tokens(record), attrgetter("name"))]
    ends = [end_of(line, one[-1].end, other[0].start) for (_, one), (_, other) in pairwise(parts)]
    edges = pairwise([0, *ends, len(line)])
    return tuple(token(record, name, line[start:end]) for (name, _), (start, end) in zip(parts, edges, strict=True))


def end_of(line: str, end: int, following: int) -> int:
    """Where a token ends whose part ends at `end`, the next one beginning at `following`."""
    found = CLOSING.match(line, end, following)
    return end if found is None else found.end()


def token(record: GcLine, name: str, text: str) -> Token:
    """The token of that part of the record."""
    meaning, panes = PARTS[name]
    if name == "reason" and record.reason:
        meaning += f": {reason_of(record.reason, record.kind).because}"
    if name == "collector_reason" and record.collector_reason:
        meaning += f": {collector_reason_of(record.collector_reason).because}"
    return Token(name.replace("_", " "), text, meaning, tuple(panes.split()))


def begun(line: str) -> tuple[Token, ...]:
    """What stands already of the line of a collection that has begun."""
    known = [each for each in tokens_of(line) if each.name in KNOWN_AT_START]
    return (*known, Token("used after", " -> ...", "not known before the collection ends", ()))
