"""`gcsim run SCENARIO`: run a program on a simulated heap and print its trace lines as they happen."""

import sys
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click
from attrs import evolve

from gcsim.cli import INTERRUPTED
from gcsim.cli.moments import MomentType, Snapshots, check_moments
from gcsim.cli.options import flags_of, heap_config, heap_options, node_option, parameter_option, seed_option
from gcsim.cli.progress import NoBar, progress_bar
from gcsim.cli.summary import print_summary
from gcsim.errors import HeapLimitReached
from gcsim.events import GcEvent, Kind, MarkingEvent, ReducerRun, ReducerTimer
from gcsim.files import replaced_file
from gcsim.heap.inspect import new_space_strip
from gcsim.scenarios import find
from gcsim.sim.runtime import REPORTED_EVENTS
from gcsim.sim.simulation import Simulation
from gcsim.trace.events_file import event_as_json
from gcsim.trace.format import format_line
from gcsim.trace.marking import marking_lines
from gcsim.trace.nvp import format_nvp
from gcsim.trace.out_of_memory import format_out_of_memory
from gcsim.trace.verbose import limit_lines, reducer_lines, space_lines

OUT_OF_MEMORY = 134


class Isolate(click.ParamType[int]):
    """An address as V8 prints one: hexadecimal, with or without 0x."""

    name = "HEX"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The address as a number."""
        if isinstance(value, int):
            return value
        try:
            address = int(value, 16)
        except ValueError:
            address = -1
        if address < 0:
            self.fail(f"{value!r} is not a hexadecimal address such as 0x110008000", param, ctx)
        return address


@click.command(context_settings={"token_normalize_func": lambda token: token.replace("_", "-")})
@click.argument("scenario_name", metavar="SCENARIO")
@parameter_option
@node_option
@click.option("--trace-gc/--no-trace-gc", default=True, help="Print a line for each collection. [default: on]")
@click.option("--trace-gc-nvp", is_flag=True, help="Print lines of names and values instead. Implies --trace-gc.")
@click.option("--trace-gc-verbose", is_flag=True, help="Print spaces and limits with each line. Implies --trace-gc.")
@click.option("--trace-gc-ignore-scavenger", is_flag=True, help="Print no line for scavenges.")
@click.option("--trace-incremental-marking", is_flag=True, help="Print start, steps and end of incremental marking.")
@click.option("--layout", is_flag=True, help="Print new space after each step, as | A | C | E | <unallocated> |.")
@click.option("--summary/--no-summary", default=True, help="Print a table on stderr at the end. [default: on]")
@click.option(
    "--events", type=click.Path(dir_okay=False, path_type=Path), help="Write each event to FILE as a JSON line."
)
@click.option(
    "--snapshot",
    "moments",
    type=MomentType(),
    multiple=True,
    help="Write the heap to PATH, for Chrome DevTools. WHEN: start, end, a time (2000ms) or a count (requests=500).",
)
@seed_option
@click.option("--pid", type=click.IntRange(0), default=13973, show_default=True, help="In the trace lines.")
@click.option("--isolate", type=Isolate(), default="0x110008000", show_default=True, help="In the trace lines.")
@heap_options
def run(**arguments: Any) -> int:
    """Run SCENARIO: a built-in name (see `gcsim scenarios`), a .py file or a .toml file."""
    flags = flags_of(arguments)
    scenario = find(arguments["scenario_name"])
    config = heap_config(arguments["preset"], scenario.config, flags)
    parameters = split_parameters(arguments["parameters"])
    check_moments(arguments["moments"], scenario)
    with replaced_file(arguments["events"]) as events_file, progress_bar() as bar:
        printer = Printer(arguments, events_file, bar)
        simulation = Simulation(config, on_gc=printer.on_gc, seed=arguments["seed"])
        snapshots = Snapshots(simulation, arguments["moments"], bar)
        simulation.on_progress = snapshots.on_progress
        if arguments["trace_incremental_marking"]:
            simulation.on_marking = printer.on_marking
        if arguments["trace_gc_verbose"]:
            simulation.on_reducer = printer.on_reducer
        if arguments["layout"]:
            simulation.on_step = lambda text: printer.show_layout(simulation, text)
        program = partial(snapshots.run, lambda: simulation.run(scenario, **parameters))
        status = finish(simulation, program, printer)
    if arguments["summary"]:
        sys.stdout.flush()
        print_summary(simulation, scenario.name, snapshots.written)
    return snapshots.report_missed(status)


def finish(simulation: Simulation, program: Any, printer: "Printer") -> int:
    """Run the program to whatever end it has; returns the exit status."""
    try:
        program()
    except KeyboardInterrupt:
        return INTERRUPTED
    except HeapLimitReached:
        if simulation.out_of_memory is None:
            raise
        sys.stdout.flush()
        print(printer.last_report(simulation), end="", file=sys.stderr)
        return OUT_OF_MEMORY
    return 0


def split_parameters(given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE pairs as a dict; names may be written with hyphens."""
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"-p takes NAME=VALUE, got {text!r}")
        pairs[name.replace("-", "_")] = value
    return pairs


class Printer:
    """Prints what happens, in the style that was asked for."""

    def __init__(self, arguments: dict[str, Any], events_file: TextIO | None, bar: NoBar) -> None:
        self._process = {"pid": arguments["pid"], "isolate": arguments["isolate"]}
        self._style = {"node": int(arguments["node"]), **self._process}
        self._nvp, self._verbose = arguments["trace_gc_nvp"], arguments["trace_gc_verbose"]
        self._trace = arguments["trace_gc"] or self._nvp or self._verbose
        self._trace_marking = arguments["trace_incremental_marking"]
        self._ignore_scavenger = arguments["trace_gc_ignore_scavenger"]
        self._events_file = events_file
        self._held: list[str] = []
        self._bar = bar

    def on_gc(self, event: GcEvent) -> None:
        """The event's lines are on stdout, its record in the file of events."""
        if self._events_file is not None:
            self._events_file.write(event_as_json(event) + "\n")
        if self._trace_marking:
            self._print(marking_lines(event, **self._process))
        if self._trace and self._is_shown(event):
            before = limit_lines(event, **self._process) if self._verbose else []
            line = format_nvp(event, **self._style) if self._nvp else format_line(event, **self._style)
            self._print([*before, *self._held, line, *(space_lines(event, **self._style) if self._verbose else [])])
        self._held = []

    def on_marking(self, event: MarkingEvent) -> None:
        """What happened to the marking is on stdout."""
        self._print(marking_lines(event, **self._process))

    def on_reducer(self, event: ReducerTimer | ReducerRun) -> None:
        """What the memory reducer says is on stdout; the end of its collection waits for that collection's lines."""
        lines = reducer_lines(event, **self._process)
        self._held = lines if isinstance(event, ReducerRun) else []
        self._print([] if self._held else lines)

    def last_report(self, simulation: Simulation) -> str:
        """What node prints when it runs out of memory. Its ring has no nvp lines, and none that are not shown."""
        assert simulation.out_of_memory is not None
        shown = [] if self._nvp else [event for event in simulation.events if self._is_shown(event)]
        last_events = tuple(shown[-REPORTED_EVENTS:])
        return format_out_of_memory(evolve(simulation.out_of_memory, last_events=last_events), **self._style)

    def _is_shown(self, event: GcEvent) -> bool:
        return not (self._ignore_scavenger and event.kind is Kind.SCAVENGE)

    def _print(self, lines: list[str]) -> None:
        if lines:
            self._bar.wipe()
            print("\n".join(lines), flush=True)

    def show_layout(self, simulation: Simulation, text: str) -> None:
        """What happened, and new space as it is now."""
        if text:
            self._bar.wipe()
            print(text)
            print(f"    {new_space_strip(simulation.heap)}", flush=True)
