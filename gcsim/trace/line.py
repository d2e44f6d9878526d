"""What one line of a trace says, whoever wrote it: node of any version, or gcsim.

A `GcLine` holds the figures as they were printed, in the units of the line and with its rounding: sizes in MB of 2^20
bytes, times in ms. What a line does not say is None: lines of Node 8 have no mu, `--trace-gc-nvp` has no committed
sizes and no reasons.

Left out: whether the figures can be true; `trace.laws` says that.
"""

from attrs import define

from gcsim.events import Kind


@define(kw_only=True)
class MarkingSteps:
    """What was marked in steps, as a line tells of it; the names are those of `IncrementalMarking`.

    Up to Node 6 there is no walltime, and scavenges have neither that nor a longest step.
    """

    steps: int
    duration_ms: float
    longest_step_ms: float | None
    walltime_ms: float | None


@define
class GcLine:
    """One collection, as its line tells of it. Nobody changes one.

    It is neither frozen nor keyword-only because making one must be cheap: by position it takes a third of the time.

    `line_number` counts from 1, `text` is the record as it stands in the log, without colours and JSON's escapes. `pid`
    is None and `isolate` "" where a version of Node prints none; else `isolate` is as printed. `name` is V8's word for
    the collector, `kind` ours. `reason` says why a collection came, `collector_reason` why this collector ("" for an
    ordinary scavenge). `nvp`: the names and values of an nvp line, in order, as printed. `is_cut`: the end of the
    record is missing, and with it what is None then.
    """

    line_number: int
    text: str
    pid: int | None
    isolate: str
    time_ms: float
    kind: Kind
    name: str
    reduce_memory: bool
    during_sweeping: bool
    used_before_mb: float
    total_before_mb: float | None
    used_after_mb: float
    total_after_mb: float | None
    pooled_mb: float | None
    pause_ms: float
    external_ms: float | None
    incremental: MarkingSteps | None
    average_mu: float | None
    current_mu: float | None
    reason: str | None
    collector_reason: str | None
    nvp: dict[str, str] | None
    is_cut: bool
