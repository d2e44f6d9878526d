"""Laws: what the figures of a line, and of two that follow each other, cannot contradict.

    used within total              used <= total, before and after
    nothing grows in a collection  used after <= used before
    external within pause          the part in callbacks <= the pause
    mu is a share                  average and current mu are within 0 to 1
    time goes on                   a line is not before the one before it, and the pauses do not overlap
    nothing dies outside           used before >= used after of the collection before

Printing rounds, but it rounds the same way everywhere, so what is at most something else is so in print too. Only
pauses are compared with times of another rounding, and with the moment that a line is printed: there, as much is
allowed as rounding can do.

A broken law is told, not refused: real logs break the second one now and then, where a scavenge promotes so much that
the ends of its pages count for more than what died. Without its scavenges (`--trace-gc-ignore-scavenger`) a log breaks
the last one. Where a time goes back, `trace.group` begins another run, so within a run only pauses can break the fifth.
What a line does not say breaks nothing.
"""

from collections.abc import Callable, Iterator
from typing import Final

from attrs import frozen

from gcsim.trace.line import GcLine

TIME_ROUNDING_MS: Final = 1.0
"""Two times without decimals, each half a ms off."""

PAUSE_ROUNDING_MS: Final = 0.05 + 1e-6
WHOLE_PAUSE_ROUNDING_MS: Final = 1.0
"""Of 0.10, which prints pauses without decimals."""


@frozen
class Law:
    """One law: `find` says how a line, after the line before it in its run or after none, breaks it."""

    name: str
    sentence: str
    find: Callable[[GcLine, GcLine | None], Iterator[str]]


@frozen
class Broken:
    """A law that a line breaks, and how."""

    law: Law
    line: GcLine
    text: str


LAWS: Final[list[Law]] = []
"""All six, in the order above."""


def law(name: str) -> Callable[[Callable[[GcLine, GcLine | None], Iterator[str]]], Law]:
    """Enter the decorated function into `LAWS`; its docstring is the law."""

    def register(find: Callable[[GcLine, GcLine | None], Iterator[str]]) -> Law:
        entered = Law(name, (find.__doc__ or "").strip(), find)
        LAWS.append(entered)
        return entered

    return register


def broken_laws(line: GcLine, before: GcLine | None = None) -> Iterator[Broken]:
    """Every law that the line breaks; `before` is the line before it in the same run."""
    for each in LAWS:
        for text in each.find(line, before):
            yield Broken(each, line, text)


@law("used within total")
def used_within_total(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """The objects are within the memory of the heap, before and after."""
    for when, used, total in (
        ("before", line.used_before_mb, line.total_before_mb),
        ("after", line.used_after_mb, line.total_after_mb),
    ):
        if total is not None and used > total:
            yield f"{used} MB used of {total} MB {when} the collection"


@law("nothing grows in a collection")
def nothing_grows(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """No more is used after a collection than before it."""
    if line.used_after_mb > line.used_before_mb:
        yield f"{line.used_before_mb} MB used before the collection, {line.used_after_mb} MB after"


@law("external within pause")
def external_within_pause(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """The external part is within the pause, and neither is less than nothing."""
    external_ms = line.external_ms or 0.0
    if not 0 <= external_ms <= line.pause_ms:
        yield f"{external_ms} ms of a pause of {line.pause_ms} ms are external"


@law("mu is a share")
def mu_is_a_share(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """Average and current mu are within 0 to 1."""
    for name, mu in (("average", line.average_mu), ("current", line.current_mu)):
        if mu is not None and not 0 <= mu <= 1:
            yield f"{name} mu is {mu}"


@law("time goes on")
def time_goes_on(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """A line is not before the one before it, and its pause begins after that one's has ended."""
    if before is None:
        return
    if line.time_ms < before.time_ms:
        yield f"{line.time_ms:.0f} ms comes after {before.time_ms:.0f} ms"
        return
    overlap_ms = before.time_ms - (line.time_ms - line.pause_ms)
    if overlap_ms > TIME_ROUNDING_MS + _pause_rounding_ms(line):
        yield f"a pause of {line.pause_ms} ms ends at {line.time_ms:.0f} ms, the one before at {before.time_ms:.0f} ms"


def _pause_rounding_ms(line: GcLine) -> float:
    return WHOLE_PAUSE_ROUNDING_MS if line.external_ms is None and line.pause_ms.is_integer() else PAUSE_ROUNDING_MS


@law("nothing dies outside")
def nothing_dies_outside(line: GcLine, before: GcLine | None) -> Iterator[str]:
    """Between two collections nothing is freed."""
    if before is not None and line.used_before_mb < before.used_after_mb:
        yield f"{line.used_before_mb} MB used before the collection, {before.used_after_mb} MB after the one before"
