"""`gcsim watch SCENARIO`: a run, step by step, in a window, in a terminal, as text or as a film."""

import re
from pathlib import Path
from typing import Any

import click

from gcsim.cli.options import flags_of, heap_options, node_option, parameter_option, seed_option

MODES = {"--tty": "tty", "--describe": "as_text", "--record": "film"}
"""Ways to watch other than in a window, and the arguments that ask for them."""


class Size(click.ParamType[tuple[int, int]]):
    """A picture's size, as 1280x720."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Width and height in pixels."""
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"(\d+)x(\d+)", value)
        if match is None:
            self.fail(f"{value!r} is not a width and a height such as 1280x720", param, ctx)
        return int(match[1]), int(match[2])


@click.command(context_settings={"token_normalize_func": lambda token: token.replace("_", "-")})
@click.argument("scenario_name", metavar="SCENARIO")
@click.option("--tty", is_flag=True, help="Play in this terminal; needs no pygame.")
@click.option("--describe", "as_text", is_flag=True, help="Print a line for each step; needs no pygame.")
@click.option(
    "--record",
    "film",
    type=click.Path(path_type=Path),
    help="Write a film (.gif, .mp4, .apng or a folder), or a picture of the first step shown (.png, .svg).",
)
@click.option("--from", "first", type=click.IntRange(0), default=0, metavar="EVENT", help="The first step shown.")
@click.option("--to", "last", type=click.IntRange(0), default=None, metavar="EVENT", help="The last step shown.")
@click.option(
    "--every",
    type=click.Choice(["event", "phase", "gc"]),
    default="event",
    show_default=True,
    help="What gives a picture of the film, or a line of the text.",
)
@click.option("--fps", type=click.IntRange(1, 60), default=10, show_default=True, help="Pictures a second of the film.")
@click.option("--hold", type=click.FloatRange(0, 60), default=1.5, show_default=True, help="Seconds at both ends.")
@click.option("--size", type=Size(), default="1280x720", show_default=True, help="Of the window or the film.")
@click.option(
    "--theme", type=click.Choice(["light", "dark", "print"]), default="light", show_default=True, help="Its colors."
)
@click.option("--caption", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Captions in it.")
@click.option("--reduced-motion", is_flag=True, help="Nothing glides; every change is a cut.")
@click.option("--loop", is_flag=True, help="Begin again at the end.")
@parameter_option
@node_option
@seed_option
@heap_options
def watch(**arguments: Any) -> None:
    """Watch SCENARIO: a scene (see `gcsim scenarios --scenes`), a built-in scenario, a .py file or a .toml file.

    Runs on heaps of tiny pages are shown step by step, all others collection by collection.
    """
    from gcsim.cli.watching import watch_it  # what makes pictures is not for who only runs

    flags = flags_of(arguments)
    shown = [name for name, given in MODES.items() if arguments[given]]
    if len(shown) > 1:
        raise click.UsageError(f"only one of {', '.join(shown)} at a time")
    watch_it(arguments, flags)
