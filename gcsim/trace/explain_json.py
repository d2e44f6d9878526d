"""Explanations as JSON lines: one object for each collection, figures with their unit in the key.

All that the text form says is there: the figures as the line has them (null for what a line does not say), what follows
from them, and the words. A process that died is an object of its own, with `death` in place of `name`.
"""

import json
from math import isfinite
from typing import Any, Final

from attrs import asdict

from gcsim.trace.explain import ExplainedPart, Explanation
from gcsim.trace.line import GcLine
from gcsim.trace.nvp_remarks import number
from gcsim.trace.nvp_words import nvp_name
from gcsim.trace.parse import Death
from gcsim.trace.remarks import freed_mb, garbage_ratio
from gcsim.trace.vocabulary import collector_reason_of, death_words, reason_of

_AS_THEY_ARE: Final = (
    "line_number", "text", "pid", "isolate", "time_ms", "name", "reduce_memory", "during_sweeping", "used_before_mb",
    "total_before_mb", "used_after_mb", "total_after_mb", "pooled_mb", "pause_ms", "external_ms", "average_mu",
    "current_mu", "reason", "collector_reason", "is_cut",
)  # fmt: skip


def explanation_as_json(explanation: Explanation) -> str:
    """The explanation as one line of JSON, without its newline."""
    line = explanation.line
    return json.dumps(
        {name: _figure(getattr(line, name)) for name in _AS_THEY_ARE}
        | {
            "kind": line.kind.value,
            "incremental": asdict(line.incremental) if line.incremental else None,
            "freed_mb": round(freed_mb(line), 3),
            "garbage_ratio": round(garbage_ratio(line), 4),
            "standing": explanation.standing.value,
            "summary": explanation.summary,
            "remarks": [{"words": it.words, "standing": it.standing.value} for it in explanation.remarks],
            "parts": [_part(part) for part in explanation.parts if part.label],
            "nvp": _nvp(line),
            **_reasons(line),
        }
    )


def death_as_json(death: Death) -> str:
    """What there is to say about a process that died, as one line of JSON."""
    figures = asdict(death)
    return json.dumps({"death": figures.pop("place"), **figures, "words": death_words(death.place)})


def _figure(value: Any) -> Any:
    """JSON has no word for what is no number."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _reasons(line: GcLine) -> dict[str, str | None]:
    why = line.collector_reason
    return {
        "reason_words": reason_of(line.reason, line.kind).words if line.reason else None,
        "collector_reason_words": collector_reason_of(why).words if why else None,
    }


def _part(part: ExplainedPart) -> dict[str, Any]:
    shown = ("token", "text", "start", "end", "name", "words")
    return {name: getattr(part, name) for name in shown}


def _nvp(line: GcLine) -> dict[str, Any] | None:
    """Each name with its value, a number if it is one, its unit and what it says."""
    if line.nvp is None:
        return None
    return {name: {"value": _value(value)} | asdict(nvp_name(name)) for name, value in line.nvp.items()}


def _value(text: str) -> float | str:
    figure = number(text)
    return text if figure is None else int(figure) if figure.is_integer() else figure
