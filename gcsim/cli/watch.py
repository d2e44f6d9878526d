"""`gcsim watch SCENARIO`: a run, step by step, in a window, in a terminal, as text or as a film."""

import importlib.util
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from gcsim.cli.keyboard import keyboard, show
from gcsim.cli.options import flags_of, heap_config, heap_options
from gcsim.cli.progress import progress_bar
from gcsim.cli.run import split_parameters
from gcsim.errors import ConfigError, ScenarioError
from gcsim.scenarios import BUILT_IN, find
from gcsim.sim.scenario import Scenario
from gcsim.trace.format import DIALECTS, format_line
from gcsim.view.describe import describe
from gcsim.view.frame import Recording
from gcsim.view.frames import Run, record
from gcsim.view.player import Player
from gcsim.view.scenes import BUNDLED, bundled
from gcsim.view.terminal import Terminal
from gcsim.view.timeline import Timeline


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
@click.option("--record", "film", type=click.Path(path_type=Path), help="Write a film: .gif, .mp4, .apng or a folder.")
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
@click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the scenario."
)
@click.option(
    "--node",
    type=click.Choice([str(version) for version in DIALECTS]),
    default="14",
    show_default=True,
    help="Whose trace lines are shown.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the scenario's randomness.")
@heap_options
def watch(**arguments: Any) -> None:
    """Watch SCENARIO: a scene (see `gcsim scenarios`), a built-in scenario, a .py file or a .toml file.

    A run on a heap of tiny pages is shown step by step, any other collection by collection.
    """
    flags = flags_of(arguments)
    modes = [
        name for name, given in (("--tty", "tty"), ("--describe", "as_text"), ("--record", "film")) if arguments[given]
    ]
    if len(modes) > 1:
        raise click.UsageError(f"only one of {', '.join(modes)} at a time")
    if not modes or arguments["film"]:
        need_pygame()
    recording = recorded(arguments, flags)
    if arguments["as_text"]:
        print_description(recording, arguments)
    elif arguments["tty"]:
        play_in_terminal(recording, loop=arguments["loop"])
    elif arguments["film"]:
        make_film(recording, arguments)
    else:
        open_window(recording, arguments)


def need_pygame() -> None:
    """Raise `ConfigError` unless pygame is there."""
    if importlib.util.find_spec("pygame") is None:
        raise ConfigError('pictures need pygame: pip install "gcsim[viz]" (--tty and --describe need nothing)')


# What is watched


def recorded(arguments: dict[str, Any], flags: dict[str, Any]) -> Recording:
    """The recording of the scene, or of the scenario."""
    name, parameters = arguments["scenario_name"], split_parameters(arguments["parameters"])
    line_of = partial(format_line, node=int(arguments["node"]))
    is_scene = name in BUNDLED and not (parameters and name in BUILT_IN)
    if is_scene:
        if parameters:
            raise ScenarioError(f"scene {name} has no parameters, got {', '.join(parameters)}")
        return bundled(name).record(line_of, lambda config: heap_config(arguments["preset"], config, flags))
    scenario = find_scenario(name)
    with progress_bar() as bar:

        def program(simulation: Any) -> None:
            simulation.on_progress = bar.update
            simulation.run(scenario, **parameters)

        run = Run(
            name=scenario.name,
            program=program,
            config=heap_config(arguments["preset"], scenario.config, flags),
            line_of=line_of,
            title=scenario.help,
            seed=arguments["seed"],
        )
        return record(run)


def find_scenario(name: str) -> Scenario:
    """The scenario of that name; the message of a failure names the scenes too."""
    try:
        return find(name)
    except ScenarioError as error:
        error.add_note(f"scenes: {', '.join(BUNDLED)}")
        raise


# How


def chosen(recording: Recording, arguments: dict[str, Any]) -> list[int]:
    """The steps that are shown.

    Raises:
        ConfigError: there are none.
    """
    indexes = Timeline(recording).chosen(arguments["first"], arguments["last"], arguments["every"])
    if not indexes:
        raise ConfigError(
            f"--from must be at most --to and the last event, which is {len(recording) - 1}, got {arguments['first']}"
        )
    return indexes


def print_description(recording: Recording, arguments: dict[str, Any]) -> None:
    """A line for each step is on stdout."""
    whole = (arguments["first"], arguments["last"], arguments["every"]) == (0, None, "event")
    for line in describe(recording, None if whole else chosen(recording, arguments)):
        print(line)


def play_in_terminal(recording: Recording, *, loop: bool) -> None:
    """The player has run in the terminal until it was told to quit."""
    ansi = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    with keyboard() as read_key:
        Terminal(Player(recording, loop=loop), ansi=ansi).run(read_key, partial(show, ansi=ansi))


def make_film(recording: Recording, arguments: dict[str, Any]) -> None:
    """The film is written."""


def open_window(recording: Recording, arguments: dict[str, Any]) -> None:
    """The window was open until it was closed."""
