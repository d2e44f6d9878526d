"""`gcsim explain [LOG]`: what the lines of a trace say."""

import sys
from collections.abc import Callable, Iterable, Iterator

import click

from gcsim.cli.logs import log_argument, log_reader
from gcsim.trace.explain import Explainer, Explanation
from gcsim.trace.explain_json import death_as_json, explanation_as_json
from gcsim.trace.parse import Death, LogReader
from gcsim.trace.rows import Page, Row, death_sentence, sentence_rows
from gcsim.trace.vocabulary import Standing

COLOURS = {"heading": "bold", "label": "cyan", Standing.LOOK.value: "yellow", Standing.TROUBLE.value: "bold red"}
"""Styles of rows, as rich names them."""


@click.command()
@log_argument
@click.option("--short", is_flag=True, help="One sentence for each collection.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each collection, a line each.")
def explain(log: str, short: bool, as_json: bool) -> None:
    """Say what each line of LOG means that node --trace-gc printed.

    LOG is a file, also a .gz, of lines of --trace-gc or --trace-gc-nvp from any version of Node, with anything else in
    between; - or nothing is stdin. A part of a line has its meaning told where it first appears. The report that node
    leaves when it dies for lack of memory is explained too.
    """
    if short and as_json:
        raise click.UsageError("--short and --json are two forms of output, give one of them")
    rows = in_short if short else in_full()
    show = painted if has_styles() else plain
    with log_reader(log) as reader:
        for found in explained(reader):
            print(in_json(found) if as_json else show(rows(found)), flush=True)


def explained(reader: LogReader) -> Iterator[Explanation | Death]:
    """Each collection and each death, in the order of the log."""
    explainer, told = Explainer(), 0
    for line in reader:
        yield from reader.deaths[told:]
        told = len(reader.deaths)
        yield explainer.explain(line)
    yield from reader.deaths[told:]


def in_json(found: Explanation | Death) -> str:
    """As one line of JSON."""
    return death_as_json(found) if isinstance(found, Death) else explanation_as_json(found)


def in_short(found: Explanation | Death) -> Iterator[Row]:
    """As one sentence."""
    if isinstance(found, Death):
        return sentence_rows(death_sentence(found), Standing.TROUBLE)
    return sentence_rows(found.summary, found.standing)


def in_full() -> Callable[[Explanation | Death], Iterator[Row]]:
    """With all that there is to say, each thing once; an empty row at the end."""
    page = Page()

    def rows(found: Explanation | Death) -> Iterator[Row]:
        yield from page.death_rows(found) if isinstance(found, Death) else page.rows(found)
        yield Row("")

    return rows


def has_styles() -> bool:
    """Whether stdout is a terminal that can underline."""
    if not sys.stdout.isatty():
        return False
    from rich.console import Console

    return Console().color_system is not None


def plain(rows: Iterable[Row]) -> str:
    """The rows without styles."""
    return "\n".join(row.plain() for row in rows)


def painted(rows: Iterable[Row]) -> str:
    """The rows for the terminal behind stdout: underlined and in colour, if it has any."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    with console.capture() as captured:
        for row in rows:
            text = Text(row.text, style=COLOURS.get(row.style, ""))
            for start, end in row.underlined:
                text.stylize("underline", start, end)
            console.print(text, soft_wrap=True)
    return captured.get().removesuffix("\n")
