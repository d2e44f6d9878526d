"""`gcsim check`: property-test somebody's collectors."""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcsim.cli.exhaustive import exhaust
from gcsim.cli.progress import progress_bar
from gcsim.cli.tables import as_text
from gcsim.errors import ConfigError, MissingExtra
from gcsim.heap.verify import CHECKS
from gcsim.sim.python_file import run_file

if TYPE_CHECKING:
    from gcsim.testing import Result

BROKEN = 1


@click.command()
@click.argument("collector", metavar="MODULE:CLASS")
@click.option("--young", metavar="MODULE:CLASS", help="The young collector. [default: gcsim's Scavenger]")
@click.option("--old", metavar="MODULE:CLASS", help="The collector of everything. [default: gcsim's MarkSweep]")
@click.option("--examples", type=click.IntRange(min=1), default=1_000, show_default=True, help="Programs to run.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the programs' randomness.")
@click.option("--exhaustive", is_flag=True, help="Search every interleaving on small graphs instead.")
@click.option("--objects", type=int, help="With --exhaustive: of a graph at most. [default: 3; with --young 2]")
@click.option("--fields", type=int, help="With --exhaustive: of an object at most. [default: 2]")
@click.option("--steps", type=int, help="With --exhaustive: of the mutator at most. [default: 6; with --young 3]")
def check(
    collector: str, young: str | None, old: str | None, examples: int, seed: int, exhaustive: bool, **scope: int | None
) -> int:
    """Run random programs on tiny heaps with COLLECTOR and check every invariant.

    COLLECTOR is a class, given as MODULE:CLASS or FILE.py:CLASS; one with an attribute `ready` collects everything,
    any other the young generation. With --exhaustive, try every order in which steps of a program and of the
    collectors can come while marking, on every small graph. Exit status 1, with the shortest program that shows it, if
    an invariant breaks.
    """
    try:
        from gcsim import testing
    except ImportError as error:
        raise MissingExtra(f"gcsim check needs hypothesis ({error}): pip install 'gcsim[testing]'") from None

    found = load_class(collector)
    places = {"young": young, "old": old}
    which = "old" if hasattr(found, "ready") else "young"
    if places[which] is not None:
        raise ConfigError(
            f"{collector} is a collector of {which} objects, and --{which} names another: {places[which]}"
        )
    places[which] = collector
    classes = {name: load_class(place) for name, place in places.items() if place}
    named = {name: place for name, place in places.items() if place}
    if exhaustive:
        return 0 if exhaust(classes, named, scope) else BROKEN
    if any(value is not None for value in scope.values()):
        raise ConfigError("--objects, --fields and --steps say how much --exhaustive searches; it is not given")
    with progress_bar() as bar:
        result = testing.check(**classes, examples=examples, seed=seed, on_progress=bar.update)
    if result.counterexample is not None:
        make_bed = testing.beds(**classes, kind=result.counterexample.bed)
        print(testing.report(result.counterexample, make_bed, named))
        print(f"\nfound by program {result.programs:,} of {examples:,}, seed {seed}")
        return BROKEN
    print_table(result)
    print(f"{result.programs:,} programs, seed {seed}: no invariant was broken")
    return 0


def print_table(result: "Result") -> None:
    """Each invariant, how often it was checked, and how often there was something that it is about."""
    from rich.table import Table

    from gcsim.testing.coverage import SUBJECTS
    from gcsim.testing.events import EVENT_CHECKS

    table = Table(box=None, pad_edge=False)
    table.add_column("invariant")
    for title in ("checked", "exercised"):
        table.add_column(title, justify="right")
    table.add_column("by")
    names = {id_: check.name for checks in (CHECKS, EVENT_CHECKS) for id_, check in checks.items()}
    for id_ in sorted(names, key=in_order):
        event = SUBJECTS[id_]
        table.add_row(f"{id_} {names[id_]}", f"{result.runs[id_]:,}", f"{result.events[event]:,}", event)
    print(as_text(table, width=80), end="")


def in_order(id_: str) -> tuple[str, int]:
    """G2 comes before G11."""
    return id_[0], int(id_[1:])


def load_class(place: str) -> Any:
    """The class that MODULE:CLASS or FILE.py:CLASS names.

    Raises:
        ConfigError: there is none, or it is no collector.
    """
    module_name, colon, name = place.rpartition(":")
    if not colon or not module_name or not name:
        raise ConfigError(f"a collector is given as MODULE:CLASS or FILE.py:CLASS, got {place!r}")
    try:
        module = load_file(Path(module_name)) if module_name.endswith(".py") else load_module(module_name)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"{module_name}: cannot be loaded: {type(error).__name__}: {error}") from error
    classes = {key: value for key, value in vars(module).items() if isinstance(value, type)}
    if not hasattr(classes.get(name), "advance"):
        known = ", ".join(key for key, value in classes.items() if hasattr(value, "advance")) or "none"
        raise ConfigError(f"{module_name} has no collector {name!r}, a class with `advance`; it has {known}")
    return classes[name]


def load_module(name: str) -> Any:
    """The module of that name; those in the current directory are found too."""
    sys.path.insert(0, "")
    return importlib.import_module(name)


def load_file(path: Path) -> Any:
    """The file as a module.

    Raises:
        ConfigError: there is no such file.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    return run_file(path, "gcsim_checked")
