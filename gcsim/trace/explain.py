"""Explain: what a trace line says, part by part and as a whole.

The idea: an `Explanation` is the line with its parts, each with its meaning from the vocabulary; remarks on what the
figures come to; and one sentence that says it all. It is made of one line and of what the lines before it in the same
run said, so `Explainer` remembers two lines of each run and no more.

    explain(line).summary      44 ms: scavenge, 2.4 -> 2.0 MB (17 % garbage) in 0.5 ms: new space was full

`rows` sets an explanation for a terminal, `explain_json` for a program.
"""

from typing import Final

from attrs import frozen

from gcsim.trace.grammar import Token, tokens
from gcsim.trace.group import Runs
from gcsim.trace.line import GcLine
from gcsim.trace.nvp_words import nvp_name
from gcsim.trace.remarks import Past, Remark, garbage_ratio, remarks
from gcsim.trace.vocabulary import FLAGS, PARTS, Standing, collector_reason_of, collector_words, reason_of
from gcsim.trace.wording import brief_milliseconds, percent

_STANDINGS: Final = tuple(Standing)


@frozen(kw_only=True)
class ExplainedPart:
    """A part of a line: where its `text` stands in the line's text, what it is called, and what it means.

    `label` is short enough to go beneath it. `topic`: parts of the same topic mean the same, in any line. `group` and
    `unit`: of the names of nvp lines, "" for others.
    """

    token: str
    text: str
    start: int
    end: int
    label: str
    name: str
    words: str
    topic: str
    group: str = ""
    unit: str = ""


@frozen(kw_only=True)
class Explanation:
    """What one line says."""

    line: GcLine
    parts: tuple[ExplainedPart, ...]
    remarks: tuple[Remark, ...]
    summary: str

    @property
    def standing(self) -> Standing:
        """How good or bad a sign the line is: as its worst remark."""
        return max((remark.standing for remark in self.remarks), key=_STANDINGS.index)


class Explainer:
    """Explains line after line of a log."""

    def __init__(self) -> None:
        self._runs = Runs()
        self._past: dict[int, Past] = {}

    def explain(self, line: GcLine) -> Explanation:
        """What `line` says after the lines before it in the same run."""
        run = self._runs.of(line).number
        past = self._past.get(run, Past())
        self._past[run] = past.then(line)
        return explain(line, past)


def explain(line: GcLine, past: Past = Past()) -> Explanation:  # noqa: B008 - it is frozen
    """What `line` says."""
    parts = tuple(explained_part(line, token) for token in tokens(line))
    return Explanation(line=line, parts=parts, remarks=remarks(line, past), summary=summary(line))


def summary(line: GcLine) -> str:
    """The line in one sentence."""
    reason = reason_of(line.reason, line.kind) if line.reason else None
    because = f": {reason.brief or reason.because}" if reason else ""
    purpose = " (reduce)" if line.reduce_memory else ""
    return (
        f"{line.time_ms:.0f} ms: {line.name.lower()}{purpose}, "
        f"{line.used_before_mb:.1f} -> {line.used_after_mb:.1f} MB ({percent(garbage_ratio(line))} garbage) "
        f"in {brief_milliseconds(line.pause_ms)}{because}"
    )


def explained_part(line: GcLine, token: Token) -> ExplainedPart:
    """One part of the line, with what it means."""
    text = line.text[token.start : token.end]
    if line.nvp is not None and token.name in line.nvp:
        return _nvp_part(token, f"{token.name}={line.nvp[token.name]}")
    part = PARTS[token.name]
    own = _own_words(line, token.name, text)
    return ExplainedPart(
        token=token.name,
        text=text,
        start=token.start,
        end=token.end,
        label=part.label,
        name=part.name,
        words=own or part.words,
        topic=f"{token.name} {line.kind.name} {text}" if own else token.name,
    )


def _nvp_part(token: Token, text: str) -> ExplainedPart:
    meaning = nvp_name(token.name)
    return ExplainedPart(
        token=token.name,
        text=text,
        start=token.start,
        end=token.end,
        label="",
        name=token.name,
        words=meaning.words,
        topic=token.name,
        group=meaning.group,
        unit=meaning.unit.replace("%", ""),
    )


def _own_words(line: GcLine, name: str, text: str) -> str:
    """What the word that stands there means; "" for figures."""
    if name == "collector":
        return collector_words(text, line.kind)
    if name == "flags":
        return FLAGS.get(text.strip("()"), "A flag that gcsim does not know.")
    if name == "reason":
        return reason_of(text, line.kind).words
    return collector_reason_of(text).words if name == "collector_reason" else ""
