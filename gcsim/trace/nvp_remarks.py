"""Nvp remarks: what the figures of a `--trace-gc-nvp` line come to that other lines do not have.

`allocated` and `mutator` are told only where they are of the time since the collection before: while a full collection
is marking, V8 counts both from elsewhere, and the former is then the whole heap.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Final

from gcsim.trace.nvp_words import nvp_name
from gcsim.trace.wording import milliseconds, percent
from gcsim.units import MB

_NO_PART_OF_THE_PAUSE: Final = ("pause and program", "incremental marking", "helper threads")
_LONGEST: Final = 3
COPIED_RATES: Final = ("new_space_survive_rate_", "new_space_survive_rate", "semi_space_copy_rate")
"""What the versions call it; one has its underscore in scavenges only."""


def nvp_sentences(nvp: dict[str, str]) -> Iterator[str]:
    """What the names and values of one line come to."""
    figures = {name: figure for name, value in nvp.items() if (figure := number(value)) is not None}
    yield from _program(figures)
    yield from _survival(figures)
    yield from _phases(figures)


def number(value: str) -> float | None:
    """A value of such a line as a number, None if it is none."""
    try:
        figure = float(value.removesuffix("%"))
    except ValueError:
        return None
    return figure if isfinite(figure) else None


def _program(figures: dict[str, float]) -> Iterator[str]:
    mutator_ms, allocated_bytes = figures.get("mutator"), figures.get("allocated")
    before_bytes = figures.get("start_object_size", figures.get("total_size_before", 0))
    if mutator_ms is None or allocated_bytes is None or allocated_bytes >= before_bytes:
        return
    yield f"Before it the program ran for {milliseconds(mutator_ms)} and allocated {allocated_bytes / MB:.1f} MB."


def _survival(figures: dict[str, float]) -> Iterator[str]:
    copied = next((figures[name] for name in COPIED_RATES if name in figures), None)
    promoted = figures.get("promotion_ratio")
    if copied is not None and promoted is not None:
        yield (
            f"Of the young generation {percent(copied / 100)} was copied and {percent(promoted / 100)} was promoted; "
            "the rest was garbage."
        )


def _phases(figures: dict[str, float]) -> Iterator[str]:
    """Which phases took most of the pause, of those that have no parts."""
    longest = sorted((-time_ms, name) for name, time_ms in figures.items() if time_ms and _is_phase(name, figures))
    if longest:
        yield f"What took longest: {', '.join(f'{name} {milliseconds(-time)}' for time, name in longest[:_LONGEST])}."


def _is_phase(name: str, figures: dict[str, float]) -> bool:
    meaning = nvp_name(name)
    is_of_the_pause = meaning.unit == "ms" and meaning.group not in _NO_PART_OF_THE_PAUSE
    return is_of_the_pause and not any(other.startswith(f"{name}.") and figures[other] for other in figures)
