"""Rows: an explanation set for a terminal of 80 columns.

The idea: the line is folded between its parts, each part is underlined and has a label beneath, then come a table of
what the parts mean and the remarks. What a part means is told where it first appears: a `Page` remembers what it told.

    line 1: normal
    [13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB,
     ----- -----------        --     -------- ---  ---     ---  ---
     pid   isolate            time   type     used total   used total
        0.5 / 0.0 ms  ...

A row says what is underlined and in which style it is; plain text gets dashes, a terminal its own underlines. No row is
wider than `WIDTH`, whatever the line holds.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from gcsim.trace.explain import ExplainedPart, Explanation
from gcsim.trace.nvp_words import GROUPS
from gcsim.trace.parse import Death
from gcsim.trace.vocabulary import AFTER_DEATH, Standing, death_words

WIDTH: Final = 80
"""Columns of the narrowest terminal in use."""

_INDENT: Final = "    "
_VALUE_WIDTH: Final = 20
_FOLDED_BEFORE: Final = frozenset({
    "collector", "used_before", "used_after", "pooled", "pause", "incremental_ms", "longest_step", "walltime",
    "average_mu", "current_mu", "reason", "collector_reason",
})  # fmt: skip
"""A line is folded before one of these; `0.5 / 0.0 ms` and `1 ms in 2 steps` stay in one piece."""

_BORDER: Final = re.compile(r"(?:MB,|ms\)?|[,;:]|\)(?! MB)) +|^ +$")
"""Where between two parts: behind what belongs to the first."""

_ODD: Final = re.compile(r"[^ -~]")
_UNIT: Final = re.compile(r"(?<=\d) (?=ms\b|MB\b|%)")


@frozen
class Row:
    """One row of text. `style`: "", "heading", "label" or a standing. `underlined`: columns, from and to."""

    text: str
    style: str = ""
    underlined: tuple[tuple[int, int], ...] = ()

    def plain(self) -> str:
        """The row without any style: what is underlined has dashes in a second row."""
        if not self.underlined:
            return self.text
        dashes = [" "] * len(self.text)
        for start, end in self.underlined:
            dashes[start:end] = "-" * (end - start)
        return f"{self.text}\n{''.join(dashes).rstrip()}"


class Page:
    """Sets explanations one after the other, and tells what a part means once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def rows(self, explanation: Explanation) -> Iterator[Row]:
        """The explanation, without a blank row at its end."""
        standing = explanation.standing
        yield Row(f"line {explanation.line.line_number}: {standing.value}", "heading")
        yield from _line_rows(explanation)
        new = [part for part in explanation.parts if not _is_nothing(part) and self._is_first(part.topic)]
        yield from _table([part for part in new if part.label])
        yield from _nvp_table([part for part in new if part.group])
        if explanation.line.nvp is not None and self._is_first("nvp"):
            yield Row("")
            yield Row("What is 0 is left out.")
        yield from _remark_rows(explanation)

    def death_rows(self, death: Death) -> Iterator[Row]:
        """What there is to say about a process that died."""
        yield Row(f"line {death.line_number}: {Standing.TROUBLE.value}", "heading")
        yield from _wrapped(death_sentence(death), "", _INDENT)
        yield Row("")
        words = death_words(death.place)
        if not death.is_worker and self._is_first("death"):
            words += f" {AFTER_DEATH}"
        yield from _wrapped(words, "  ", "  ", Standing.TROUBLE.value)

    def _is_first(self, topic: str) -> bool:
        """Whether the topic was not told yet; from now on it was."""
        is_first = topic not in self._told
        self._told.add(topic)
        return is_first


def death_sentence(death: Death) -> str:
    """What happened to a process that died, in one sentence."""
    who = "a worker" if death.is_worker else "the process" if death.pid is None else f"process {death.pid}"
    return f"{who} ran out of memory: {death.place}"


def sentence_rows(text: str, standing: Standing) -> Iterator[Row]:
    """One sentence in the style of its standing, the rest of a long one indented."""
    yield from _wrapped(text, "", _INDENT, standing.value)


def _wrapped(text: str, first: str, rest: str, style: str = "") -> Iterator[Row]:
    """The text in rows that begin with `first` and then with `rest`; a number stays with its unit."""
    joined = _UNIT.sub("\N{NO-BREAK SPACE}", _visible(text))
    for row in textwrap.wrap(joined, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False):
        yield Row(row.replace("\N{NO-BREAK SPACE}", " "), style)


# --- The line itself -----------------------------------------------------------------------------------------


def _line_rows(explanation: Explanation) -> Iterator[Row]:
    text = _visible(explanation.line.text)
    if explanation.line.nvp is not None:
        text = _shortened(text)
    labelled = [part for part in explanation.parts if part.label]
    indent = ""
    for start, end in _folds(text, labelled):
        here = [part for part in labelled if start <= part.start < end]
        shift = len(indent) - start
        underlined = tuple((part.start + shift, min(part.end, end) + shift) for part in here)
        yield Row(indent + text[start:end].rstrip(), underlined=underlined)
        yield from _labels([(part.start + shift, part.label) for part in here])
        indent = _INDENT


def _visible(text: str) -> str:
    """The text with a question mark for whatever takes no column or two."""
    return _ODD.sub("?", text)


def _shortened(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 4].rpartition(' ')[0]} ..."


def _folds(text: str, parts: Sequence[ExplainedPart]) -> Iterator[tuple[int, int]]:
    """From where to where each row shows the text."""
    borders = _borders(text, parts)
    start, width = 0, WIDTH
    while len(text) - start > width:
        end = max((border for border in borders if start < border <= start + width), default=start + width)
        yield start, end
        start, width = end, WIDTH - len(_INDENT)
    yield start, len(text)


def _borders(text: str, parts: Sequence[ExplainedPart]) -> list[int]:
    """Where the text may be folded."""
    borders, last_end = [], 0
    for part in parts:
        border = _BORDER.search(text[last_end : part.start])
        if border and part.token in _FOLDED_BEFORE:
            borders.append(last_end + border.end())
        last_end = part.end
    return borders


def _labels(labels: Sequence[tuple[int, str]]) -> Iterator[Row]:
    """The labels beneath their columns; one that has no room in a row goes into the next."""
    while labels:
        row = ""
        left = []
        for column, label in labels:
            start = min(column, WIDTH - len(label))
            if row and start <= len(row):
                left.append((column, label))
            else:
                row = row.ljust(start) + label
        yield Row(row, "label")
        labels = left


# --- What the parts mean -------------------------------------------------------------------------------------


def _is_nothing(part: ExplainedPart) -> bool:
    """A phase that took no time, a count of nothing."""
    return bool(part.group) and not part.text.partition("=")[2].strip("0.%")


def _table(parts: Sequence[ExplainedPart]) -> Iterator[Row]:
    if parts:
        yield Row("")
        width = max((len(part.text) for part in parts if len(part.text) <= _VALUE_WIDTH), default=0)
        for part in parts:
            yield from _entry(part.text, width, f"{part.name}. {part.words}")


def _nvp_table(parts: Sequence[ExplainedPart]) -> Iterator[Row]:
    width = max((len(part.text) for part in parts), default=0)
    for group in GROUPS:
        here = [part for part in parts if part.group == group]
        if here:
            yield Row("")
            yield Row(f"{group}:", "heading")
        for part in here:
            yield from _entry(part.text, min(width, 2 * _VALUE_WIDTH), f"{part.unit}: {part.words}".removeprefix(": "))


def _entry(value: str, width: int, words: str) -> Iterator[Row]:
    """A value with words beside it; a value that is wider has the words beneath."""
    indent = " " * (width + 4)
    if len(value) > width:
        yield from _wrapped(value, "  ", "  ")
        value = ""
    yield from _wrapped(words, f"  {_visible(value):{width}}  ", indent)


# --- What the figures come to --------------------------------------------------------------------------------


def _remark_rows(explanation: Explanation) -> Iterator[Row]:
    yield Row("")
    normal = " ".join(remark.words for remark in explanation.remarks if remark.standing is Standing.NORMAL)
    yield from _wrapped(normal, "  ", "  ")
    for remark in explanation.remarks:
        if remark.standing is not Standing.NORMAL:
            yield from _wrapped(remark.words, f"  {remark.standing.value}: ", _INDENT, remark.standing.value)
