"""`gcsim snapshot ...`: what Chrome DevTools' Memory panel says about heap snapshots, as text, JSON or a picture."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import gcsim.snapshot as snapshots
from gcsim.cli.progress import NoBar, progress_bar
from gcsim.errors import SnapshotError
from gcsim.files import replaced_path

if TYPE_CHECKING:
    from gcsim.snapshot.graph import Node, Snapshot

LARGE_BYTES = 2_000_000  # of files that are worth a progress bar
TOP = 20
SUMMARY_SORTS = ("retained", "shallow", "count", "distance", "name")
COMPARE_SORTS = ("allocated", "freed", "delta", "new", "deleted", "name")

snapshot_file = click.Path(exists=True, dir_okay=False, path_type=Path)
top_option = click.option(
    "--top", type=click.IntRange(1), metavar="N", help=f"How many rows. [default: {TOP}; all with --json]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, sizes in bytes.")


@click.group()
def snapshot() -> None:
    """Read .heapsnapshot files (also .gz) as Chrome DevTools does."""


@snapshot.command()
@click.argument("file", type=snapshot_file)
@click.option("--sort", type=click.Choice(SUMMARY_SORTS), default=SUMMARY_SORTS[0], show_default=True)
@top_option
@json_option
def summary(file: Path, sort: str, top: int | None, as_json: bool) -> None:
    """Tell what is in FILE, class by class.

    Before the table, the object to look at first: the heaviest that is more than a way to a heavier one.
    """
    from gcsim.cli.snapshot_json import summary_as_json
    from gcsim.cli.snapshot_tables import summary_as_text

    with loading(file) as load:
        loaded = load(file)
    if as_json:
        print_json(summary_as_json(loaded, sort, top))
    else:
        print(summary_as_text(loaded, sort, top or TOP))


@snapshot.command()
@click.argument("base", type=snapshot_file)
@click.argument("newer", type=snapshot_file)
@click.option("--sort", type=click.Choice(COMPARE_SORTS), default=COMPARE_SORTS[0], show_default=True)
@top_option
@json_option
def compare(base: Path, newer: Path, sort: str, top: int | None, as_json: bool) -> None:
    """Tell what is new and gone since BASE.

    Both are snapshots of one process, in which an object keeps its id.
    """
    from gcsim.cli.snapshot_json import comparison_as_json
    from gcsim.cli.snapshot_tables import comparison_as_text

    with loading(base, newer) as load:
        comparison = snapshots.compare(load(base), load(newer))
    if as_json:
        print_json(comparison_as_json(comparison, sort, top))
    else:
        print(comparison_as_text(comparison, sort, top or TOP))


@snapshot.command()
@click.argument("file", type=snapshot_file)
@click.argument("what")
@top_option
@json_option
def retainers(file: Path, what: str, top: int | None, as_json: bool) -> None:
    """Tell who holds an object of FILE.

    WHAT is a class, the name of an object, or @ and an id; of several objects, the heaviest counts.
    """
    from gcsim.cli.snapshot_json import retainers_as_json
    from gcsim.cli.snapshot_tables import retainers_as_text

    with loading(file) as load:
        nodes = find(load(file), what)
    if as_json:
        print_json(retainers_as_json(nodes, top))
    else:
        print(retainers_as_text(nodes, what, top or TOP))


@snapshot.command()
@click.argument("file", type=snapshot_file)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="OUT", help="An .svg or a .png."
)
def tree(file: Path, plot: Path) -> None:
    """Draw who keeps how much of FILE alive.

    The picture is the heavy part of the dominator tree.
    """
    from gcsim.snapshot.picture import check_format, save_picture

    check_format(plot)
    with loading(file) as load:
        loaded = load(file)
    with replaced_path(plot) as path:
        save_picture(loaded, path, suffix=plot.suffix)


@contextmanager
def loading(*files: Path) -> "Iterator[Callable[[Path], Snapshot]]":
    """A function that loads each of the files, with a progress bar over all of them if they are large."""
    is_large = sum(file.stat().st_size for file in files) >= LARGE_BYTES
    done = 0

    def load(file: Path, bar: NoBar) -> "Snapshot":
        nonlocal done
        loaded = snapshots.load(file, progress=lambda _, part: bar.update(round(100 * (done + part)), 100 * len(files)))
        done += 1
        return loaded

    if is_large:
        with progress_bar() as bar:
            yield lambda file: load(file, bar)
    else:
        yield lambda file: load(file, NoBar())


def find(loaded: "Snapshot", what: str) -> "list[Node]":
    """The members of a class, or else the nodes of a name, heaviest first; or the node of an id.

    Raises:
        SnapshotError: there are none.
    """
    place = loaded.columns.place
    if re.fullmatch("@[0-9]{1,15}", what):
        node = loaded.with_id(int(what[1:]))
        if node is None:
            raise SnapshotError(f"{place}: there is no object {what}")
        return [node]
    named = list(loaded.named(what))
    nodes = [node for node in named if node.class_name == what] or named
    if not nodes:
        from difflib import get_close_matches

        close = get_close_matches(what, {row.name for row in loaded.rows()}, 3, 0.5)
        hint = f"; there are {', '.join(map(repr, close))}" if close else ""
        raise SnapshotError(f"{place}: no class and no object is called {what!r}{hint}")
    return sorted(nodes, key=lambda node: (-node.retained_bytes, node.id))


def print_json(content: dict[str, Any]) -> None:
    """One JSON object is on stdout; characters beyond ASCII are escaped, so that any terminal and pipe takes it."""
    print(json.dumps(content, indent=1))
