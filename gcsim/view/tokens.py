"""Tokens: the parts of a trace line, what each says, and which pane shows what it measures.

While a collection runs, its line grows: what is known when the pause begins is there from the beginning, the rest comes
with the end. Only the line's own text is used, of any dialect of `gcsim.trace.format`.

*Left out*: lines of `--trace-gc-nvp`.
"""

import re
from typing import Final

from attrs import frozen

NUMBER: Final = r"\d+(?:\.\d+)?"
PARTS: Final = (
    ("pid", r"\[\d+", "the process's id", ""),
    ("isolate", r":0x[0-9a-f]+\]", "the address of the heap's isolate", ""),
    ("uptime", r"\s+\d+ ms:", "when the pause ended, in ms since the start", "header"),
    ("kind", r" [A-Z][A-Za-z-]+(?: \([a-z ]+\))*", "which collector ran", "header"),
    ("used before", rf" {NUMBER}", "MB of objects when the pause began: the sum of all blocks", "new old"),
    ("total before", rf" \({NUMBER}\)", "MB of memory that the heap's pages took then", "old"),
    ("used after", rf" -> {NUMBER}", "MB of objects when it ended: the difference was freed", "new old"),
    ("total after", rf" \({NUMBER}\) MB,", "MB of memory that the pages took then", "old"),
    ("pooled", rf"(?: pooled: {NUMBER} MB,)?", "MB of free pages kept for reuse", "old"),
    ("pause", rf" {NUMBER}", "ms for which the program stood still", "header"),
    ("external", rf" / {NUMBER} ms", "ms of it in callbacks of the embedder", ""),
    ("steps", r"(?:\s+\(\+ [^)]*\)?)?", "the marking that was done in steps before the pause", "graph"),
    ("average mu", rf"\s+\(average mu = {NUMBER},", "share of the time left to the program, over a while", "chart"),
    ("current mu", rf" current mu = {NUMBER}\)", "the same since the last full collection", "chart"),
    ("reason", r" .*", "why: `allocation failure` is normal, an object did not fit", "new"),
)
"""Name, pattern, meaning, and the panes that show it."""
LINE: Final = re.compile("".join(f"({pattern})" for _, pattern, _, _ in PARTS))
KNOWN_AT_START: Final = frozenset({"pid", "isolate", "kind", "used before", "total before"})


@frozen
class Token:
    """`text`: with the spaces before it. `panes`: those that show what it measures."""

    name: str
    text: str
    meaning: str
    panes: tuple[str, ...]


def tokens_of(line: str) -> tuple[Token, ...]:
    """The tokens of a line, which together are the line; one token without a name if it is no trace line."""
    found = LINE.fullmatch(line)
    if found is None:
        return (Token("", line, "", ()),)
    parts = zip(PARTS, found.groups(), strict=True)
    return tuple(Token(name, text, meaning, tuple(panes.split())) for (name, _, meaning, panes), text in parts if text)


def begun(line: str) -> tuple[Token, ...]:
    """What stands already of the line of a collection that has begun."""
    known = [token for token in tokens_of(line) if token.name in KNOWN_AT_START]
    return (*known, Token("used after", " -> ...", "not known before the collection ends", ()))
