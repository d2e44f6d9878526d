"""The parity table: rich tables 80 columns wide for people, one JSON object for programs."""

from typing import Any

from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

from .bands import Pair, Row, pairs, printed_mb, style_of
from .exact import Exact, exact
from .pauses import Fit
from .recordings import Recording
from .simulated import Run

WIDTH = 80
BYTE_COLUMNS = ("promoted", "copied", "grown", "before")


@frozen
class Result:
    """One program, recorded and simulated, and how far they are apart."""

    recording: Recording
    run: Run
    rows: dict[str, Row]
    exact: Exact


def judge(recording: Recording, run: Run) -> Result:
    """How far a run is from its recording."""
    return Result(recording, run, style_of(run.program).rows(recording, run), exact(recording, run))


class Printer:
    """Prints tables, in color on a terminal only."""

    def __init__(self) -> None:
        self._console = Console(width=WIDTH, highlight=False)

    def program(self, result: Result) -> None:
        """What the checks of one program found."""
        rows = [
            (name, row.simulated, row.recorded, row.deviation, row.allowed, verdict(ok=row.ok))
            for name, row in result.rows.items()
        ]
        title = f"{result.run.program} ({result.run.wall_s:.1f} s)"
        self._table(title, ("", "simulated", "recorded", "deviation", "allowed", "band"), rows)

    def events(self, result: Result) -> None:
        """All events of one program side by side."""
        columns = ("", "used before", "used after", "total before", "total after", "pause ms")
        rows = [event_cells(pair) for pair in pairs(result.recording, result.run)]
        self._table(f"{result.run.program}: each event, simulated / recorded, MB", columns, rows)

    def byte_table(self, results: list[Result]) -> None:
        """Which numbers of scavenges are node's to the byte."""
        rows = [
            (one.run.program, str(one.exact.scavenges), *(str(getattr(one.exact, name)) for name in BYTE_COLUMNS))
            for one in results
        ]
        columns = ("scavenges from the third on", "recorded", *BYTE_COLUMNS)
        self._table("Equal to the byte", columns, rows)

    def pauses(self, one_run: Fit, least: Fit) -> None:
        """How much of the scatter of pauses is explained."""
        rows = [
            (
                name,
                f"{fit.points}",
                f"{fit.factor:.2f}",
                f"{fit.r2:.2f}",
                verdict(ok=fit.ok if fit is one_run else None),
            )
            for name, fit in (("of one run", one_run), ("least of all runs", least))
        ]
        self._table(
            "Scavenge pauses of all programs", ("recorded", "pairs", "recorded / simulated", "R2", "band"), rows
        )

    def _table(self, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        table = Table(title=title, title_justify="left", width=WIDTH)
        for place, column in enumerate(columns):
            table.add_column(column, justify="right" if place else "left")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)


def verdict(*, ok: bool | None) -> str:
    """PASS, MISS, or nothing where there is no band."""
    return "" if ok is None else "[green]PASS[/]" if ok else "[red]MISS[/]"


def event_cells(pair: Pair) -> tuple[str, ...]:
    """The cells of one pair: its kind, then simulated / recorded, with a dash for what is missing."""
    mine, node = pair.simulated, pair.recorded
    cells = []
    for field, when in (("used", "before"), ("used", "after"), ("total", "before"), ("total", "after")):
        left = f"{printed_mb(mine, field, when):.1f}" if mine else "-"
        right = f"{getattr(node, f'{field}_{when}_mb'):.1f}" if node else "-"
        cells.append(f"{left} / {right}")
    left, right = (f"{event.pause_ms:.2f}" if event else "-" for event in (mine, node))
    kind = ("S" if node.kind == "Scavenge" else "MC") if node else "-"
    return (f"{pair.number} {kind}", *cells, f"{left} / {right}")


def as_json(results: list[Result], fits: tuple[Fit, Fit] | None) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "programs": {
            one.run.program: {
                "wall_s": round(one.run.wall_s, 2),
                "rows": {name: asdict(row) for name, row in one.rows.items()},
                "equal_to_the_byte": asdict(one.exact),
            }
            for one in results
        },
        "pauses": None
        if fits is None
        else {"of one run": asdict(fits[0]) | {"ok": fits[0].ok}, "least of all runs": asdict(fits[1])},
    }
