"""The summary table of a run, on stderr."""

import sys
from collections.abc import Iterable

from gcsim.cli.tables import as_text
from gcsim.events import GcEvent, Kind
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB


def print_summary(simulation: Simulation, name: str, more: Iterable[tuple[str, str]] = ()) -> None:
    """The totals of a run are on stderr, as a table, with `more` rows at its end."""
    from rich.table import Table

    table = Table(title=f"{name}: summary", show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for label, value in [*summary_rows(simulation), *more]:
        table.add_row(label, value)
    print(as_text(table, stderr=True), end="", file=sys.stderr, flush=True)


def summary_rows(simulation: Simulation) -> list[tuple[str, str]]:
    """What the table says, as (label, value)."""
    events, heap = simulation.events, simulation.heap
    young = [event for event in events if event.kind is Kind.SCAVENGE]
    full = [event for event in events if event.kind is Kind.MARK_SWEEP]
    now_ms = simulation.clock.now_ms
    paused_ms = sum(event.pause_ms for event in events)
    return [
        ("simulated time", f"{now_ms:,.1f} ms"),
        ("allocated", f"{simulation.mutator.allocated_objects:,} objects, {in_mb(simulation.allocated_bytes)}"),
        ("scavenges", pauses(young)),
        ("mark-sweeps", pauses(full)),
        ("time in pauses", f"{paused_ms:,.1f} ms ({paused_ms / now_ms if now_ms else 0:.1%})"),
        ("copied in new space", in_mb(sum(event.copied_bytes for event in events))),
        ("promoted", in_mb(sum(event.promoted_bytes for event in events))),
        ("young survival", f"{survival(young):.1%}"),
        ("peak used", in_mb(max([event.used_before_bytes for event in events] + [heap.used_bytes()]))),
        ("used at the end", in_mb(heap.used_bytes())),
        ("committed at the end", in_mb(heap.committed_bytes())),
    ]


def pauses(events: list[GcEvent]) -> str:
    """How many, and how long altogether and at most."""
    if not events:
        return "0"
    total, longest = sum(event.pause_ms for event in events), max(event.pause_ms for event in events)
    return f"{len(events):,} ({total:,.1f} ms, longest {longest:,.2f} ms)"


def survival(young: list[GcEvent]) -> float:
    """The share of young bytes that scavenges found alive."""
    seen = sum(event.young_before_bytes for event in young)
    return sum(event.copied_bytes + event.promoted_bytes for event in young) / seen if seen else 0.0


def in_mb(size_bytes: int) -> str:
    """A size for people."""
    return f"{size_bytes / MB:,.1f} MB" if size_bytes >= MB // 10 else f"{size_bytes / KB:,.1f} KB"
