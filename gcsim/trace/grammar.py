r"""Grammar: what a record of `--trace-gc` looks like, in any version of Node from 0.10 to 25.

The idea: a record is found, not a line. It begins with a head and ends where its reasons end, and what stands before or
behind it (a container's timestamps, the quotes of a JSON log, another record) is none of its business.

    [13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  (average mu = 1.000, ...
    ------- the head ------------- ------- RECORD goes on so, and NVP with pause=0.5 mutator=43.5 gc=s ...

One pattern reads all versions, because they share the order of their tokens. What may be missing or differ:

    [13973]                          up to 0.12 without an isolate; in 4 to 6 the last report had no head at all
    [13973:00000265CEB76EB0]         an isolate as Windows prints it
    1 ms  1.5 ms  0.5 / 0 ms         0.10, 0.12, 4; a whole number before the slash is the external part: 0.12
    (+ 8.0 ms in 60 steps since last GC)                 a scavenge up to 6
    (+ 9.0 ms in 11 steps since start of marking, biggest step 2.3 ms)            without a walltime up to 6
    [allocation failure] [scavenge might not succeed].   reasons up to 6
    allocation failure scavenge might not succeed        8 to 16, split by the lists below
    allocation failure; scavenge might not succeed       from 18 on
    (average mu = ..., current mu = ...)                 from 10 on
    pooled: 0 MB,                                        from 22 on
    [13973:0x110008000:0]            a group of isolates behind the isolate: NVP from 24 on
    GC: {"pause":0.507,"mutator":12.211,"gc":"s", ...}   NVP in 25, as JSON

Reasons hold no quote, backslash or carriage return, so those end a record: `\n` in a JSON log, for one. Numbers are
ASCII and of bounded length; one like 1.2.3 matches, and is refused when it is converted. No pattern takes more than
linear time.

Source: V8 gc-tracer.cc (Print, PrintNVP), heap.cc (SelectGarbageCollector, GarbageCollectionReasonToString) of these
versions, and lines in public reports.
Left out: records that a terminal or a person has wrapped into several lines.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from attrs import frozen

from gcsim.trace.line import GcLine

_N: Final = r"[\d.]{1,24}"
_MU: Final = r"[\d.naif-]{1,24}"
_COLLECTOR: Final = r"(?:(?:Shared|Minor|Incremental) )*(?:Scavenge|Mark-(?:[Ss]weep|[Cc]ompact))"

_HEAD: Final = (
    r"(?:\[(?P<pid>\d{1,10})(?::(?P<isolate>(?:0x)?[0-9A-Fa-f]{1,16})(?::\d+)?)?\] +(?:\[I:\w{1,18}\] +)?|(?<![\d.]))"
    r"(?P<time>\d{1,15}) ms: "
)
HEAD: Final = re.compile(rf"{_HEAD}(?={_COLLECTOR} [(\d]|pause=|GC: {{)", re.ASCII)
"""Where a record begins."""

RECORD: Final = re.compile(
    rf"{_HEAD}(?P<collector>{_COLLECTOR})(?P<flags>(?: \([a-z][a-z ]*\))*) "
    rf"(?P<used_before>{_N}) \((?P<total_before>{_N})\) -> (?P<used_after>{_N}) \((?P<total_after>{_N})\) MB, "
    rf"(?:pooled: (?P<pooled>{_N}) MB, )?(?P<pause>-?{_N})(?: / (?P<external>-?{_N}))? ms *"
    rf"(?P<steps>\(\+ [^()\"\\]*\)?)? *"
    rf"(?:\(average mu = (?P<average_mu>{_MU}), current mu = (?P<current_mu>{_MU})\))?(?P<reasons>[^\"\\\r\n]*)",
    re.ASCII,
)
"""A record, all of it; of a cut one as much as there is, if its pause is."""

STEPS: Final = re.compile(
    rf"\(\+ (?P<incremental_ms>{_N}) ms in (?P<steps>\d{{1,15}}) steps"
    rf"(?: since (?:last GC|start of marking(?:, biggest step (?P<longest_step>{_N}) ms"
    rf"(?:, walltime since start of marking (?P<walltime>\d{{1,15}}) ms\))?)?))?",
    re.ASCII,
)
"""The incremental piece, which V8 cuts after 127 characters: a walltime counts only if its end is there."""

NVP: Final = re.compile(rf"{_HEAD}(?P<pairs>pause=[\w.=%+ -]*|GC: \{{[\w.+,:\" -]*\}}?)", re.ASCII)
"""A record of names and values, in either form."""

PAIR: Final = re.compile(
    r"\"([\w.]+)\":\"?([\w.+ -]*)(?=[\",}])|([A-Za-z_][\w.]*)=(-?(?:[\d.]+%?|[a-z]+))(?![\d.%])", re.ASCII
)
"""A name and its value, in either form. No space is needed between two: 24 forgets one."""

REASONS: Final = (
    "allocation failure", "allocation limit", "background allocation failure", "context disposal", "counters extension",
    "CppHeap allocation failure", "debugger", "deserialize", "external finalize", "external memory pressure",
    "finalize concurrent MinorMS", "finalize incremental marking via stack guard",
    "finalize incremental marking via task", "finalize MinorMC", "full hash-table", "global allocation limit",
    "heap profiler", "idle task", "last resort", "low memory notification", "make heap iterable", "measure memory",
    "memory pressure", "memory reducer", "runtime", "sampling profiler", "snapshot creator", "task", "testing",
    "unknown",
)  # fmt: skip
"""Why a collection comes, in the words of Node 8 to 25."""

COLLECTOR_REASONS: Final = (
    "Concurrent MinorMS needs finalization", "finalize MinorMC", "GC in old space forced by flags",
    "GC in old space requested", "Incremental marking forced finalization", "Incremental marking needs finalization",
    "incremental marking delaying mark-sweep", "old generations exhausted", "promotion limit reached",
    "scavenge might not succeed",
)  # fmt: skip
"""Why this collector."""

_TORN_WORDS: Final = re.compile(r"mu = |MB|promot")
_TORN: Final = re.compile(
    rf"\(average mu = {_MU}, current mu = {_MU}\)|-> {_N} \({_N}\) MB|\d (?:nodes_promoted|promotion_rate)=", re.ASCII
)
_BEGUN: Final = re.compile(rf"{_HEAD}(?:(?:Shared|Minor|Incremental) )*(?P<rest>[A-Za-z=:-]{{0,12}}) ?\r?$", re.ASCII)
_BEGINNINGS: Final = (
    "Scavenge", "Mark-sweep", "Mark-Sweep", "Mark-compact", "Mark-Compact", "Shared", "Minor", "Incremental", "pause=",
    "GC:",
)  # fmt: skip
_NEXT: Final = re.compile(r"\[\d+[:\]]", re.ASCII)  # the next record's head, cut off
_FLAG: Final = re.compile(r"\([^)]*\)")
_BRACKETS: Final = re.compile(r"\[(?P<reason>[^\]]*)\](?: \[(?P<collector_reason>[^\]]*)\])?(?P<end>\.)?")


class Reasons(NamedTuple):
    """Both reasons; None is one that is not there. `is_cut`: something is missing at the end."""

    reason: str | None
    collector_reason: str | None
    is_cut: bool


@frozen
class Token:
    """One thing that a record says: `name` is a group of the patterns above, or the name of an nvp value.

    `start`, `end`: where it stands in the text of the record.
    """

    name: str
    start: int
    end: int


@lru_cache(maxsize=1024)
def split_reasons(text: str) -> Reasons:
    """What a record says at its end, taken apart; a reason that nobody knows survives whole."""
    stripped = _NEXT.split(text, 1)[0].strip()
    if stripped == ".":  # 0.10 may give none
        return Reasons(None, None, is_cut=False)
    if not stripped or stripped.startswith("(") or "\x1b" in stripped:  # since 8 every record has a plain reason
        return Reasons(None, None, is_cut=True)
    if stripped.startswith("["):
        return _bracketed(stripped)
    reason, separator, why = stripped.partition(";")
    return _semicolon(reason, why.strip()) if separator else _unseparated(stripped)


def _bracketed(text: str) -> Reasons:
    found = _BRACKETS.match(text)
    if found is None:
        return Reasons(None, None, is_cut=True)
    return Reasons(found["reason"], found["collector_reason"] or "", is_cut=not found["end"])


def _semicolon(reason: str, why: str) -> Reasons:
    is_cut = _is_begun(why, COLLECTOR_REASONS)
    return Reasons(reason, None if is_cut else why, is_cut)


def _unseparated(text: str) -> Reasons:
    for why in COLLECTOR_REASONS:
        if text.endswith(f" {why}"):
            return Reasons(text[: -len(why)].rstrip(), why, is_cut=False)
    for reason in REASONS:
        rest = text.removeprefix(f"{reason} ")
        if rest != text and _is_begun(rest, COLLECTOR_REASONS):
            return Reasons(reason, None, is_cut=True)
    if _is_begun(text, REASONS):
        return Reasons(None, None, is_cut=True)
    return Reasons(text, "", is_cut=False)


def _is_begun(text: str, known: tuple[str, ...]) -> bool:
    """Whether it is the beginning of something known, and nothing known itself."""
    return bool(text) and text not in known and any(each.startswith(text) for each in known)


def head_starts(text: str) -> Iterator[int]:
    """Where records begin in it; looks no farther than the last place that one can have."""
    position = 0
    while text.find(" ms: ", position) >= 0:
        found = HEAD.search(text, position)
        if found is None:
            return
        yield found.start()
        position = found.end()


def is_torn(text: str) -> bool:
    """Whether a text without any head has the rest of a record in it, or ends where one has barely begun."""
    if _TORN_WORDS.search(text) and _TORN.search(text):
        return True
    found = _BEGUN.search(text) if " ms: " in text else None
    if found is None or not (found["pid"] or found["rest"]):  # a program may say "done in 12 ms: " too
        return False
    return any(name.startswith(found["rest"]) for name in _BEGINNINGS)


def tokens(line: GcLine) -> list[Token]:
    """What the record says, piece by piece, in the order of its text; one token for each flag and each nvp value.

    `reason` and `collector_reason` are there if they are not empty.
    """
    pattern = RECORD if line.nvp is None else NVP
    found = pattern.match(line.text)
    if found is None:
        return []
    return sorted(_tokens(found), key=lambda token: token.start)


def _tokens(found: re.Match[str]) -> Iterator[Token]:
    groups = found.groupdict()
    external_is_first = groups.get("external") and "." not in groups["pause"]  # 0.10 and 0.12
    swapped = {"pause": "external", "external": "pause"} if external_is_first else {}
    for name in groups:
        start, end = found.span(name)
        if start == end:  # also -1, -1: not there
            continue
        if name in swapped:
            yield Token(swapped[name], start, end)
        elif name == "pairs":
            yield from (Token(pair[1] or pair[3], *pair.span()) for pair in PAIR.finditer(found.string, start, end))
        elif name == "flags":
            yield from (Token(name, *flag.span()) for flag in _FLAG.finditer(found.string, start, end))
        elif name == "steps":
            yield from _step_tokens(found.string, start)
        elif name == "reasons":
            yield from _reason_tokens(found.string, start, end)
        else:
            yield Token(name, start, end)


def _step_tokens(text: str, start: int) -> Iterator[Token]:
    found = STEPS.match(text, start)
    if found:
        yield from (Token(name, *found.span(name)) for name, value in found.groupdict().items() if value is not None)


def _reason_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    reasons = split_reasons(text[start:end])
    for name, value in (("reason", reasons.reason), ("collector_reason", reasons.collector_reason)):
        if value:
            start = text.index(value, start)
            yield Token(name, start, start + len(value))
            start += len(value)
