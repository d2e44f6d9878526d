"""What `gcsim watch` does: records, and then shows in a window, in a terminal, as text or as a film."""

import os
import sys
from functools import partial
from typing import Any

from gcsim.cli.keyboard import keyboard, show
from gcsim.cli.options import heap_config
from gcsim.cli.progress import progress_bar
from gcsim.cli.run import split_parameters
from gcsim.errors import ConfigError, ScenarioError
from gcsim.scenarios import BUILT_IN, find
from gcsim.sim.scenario import Scenario
from gcsim.trace.format import format_line
from gcsim.view.describe import describe
from gcsim.view.frame import Recording
from gcsim.view.frames import MOST_FRAMES, Run, record
from gcsim.view.player import Player
from gcsim.view.scenes import BUNDLED, bundled
from gcsim.view.terminal import Terminal
from gcsim.view.timeline import Timeline

PICTURES = (".png", ".svg")
"""What is a picture of one step, and no film."""


def watch_it(arguments: dict[str, Any], flags: dict[str, Any]) -> None:
    """The scene or scenario has been watched, as the arguments of the command say."""
    look = None if arguments["tty"] or arguments["as_text"] else checked_look(arguments)
    recording = recorded(arguments, flags)
    if recording.is_cut and arguments["last"] is None:
        print(f"gcsim: only the first {len(recording):,} steps were recorded (--to N: fewer)", file=sys.stderr)
    if arguments["as_text"]:
        print_description(recording, arguments)
    elif arguments["tty"]:
        play_in_terminal(recording, loop=arguments["loop"])
    elif arguments["film"]:
        make_film(recording, arguments, look)
    else:
        open_window(recording, arguments, look)


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
    scenario, last = find_scenario(name), arguments["last"]
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
            most_frames=MOST_FRAMES if last is None else min(MOST_FRAMES, last + 1),
        )
        return record(run)


def find_scenario(name: str) -> Scenario:
    """The scenario of that name; the message of a failure names the scenes too."""
    try:
        return find(name)
    except ScenarioError as error:
        error.add_note(f"scenes: {', '.join(BUNDLED)}")
        raise


# How it is shown


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


def checked_look(arguments: dict[str, Any]) -> Any:
    """How pictures are to look, before anything is recorded in vain.

    Raises:
        ConfigError: pygame is not installed, or a film of that kind or size cannot be made.
    """
    from gcsim.view import film
    from gcsim.view.look import Look
    from gcsim.view.sdl import import_pygame

    width, height = arguments["size"]
    look = Look(
        width=width,
        height=height,
        theme=arguments["theme"],
        captions=arguments["caption"] == "on",
        transport=not arguments["film"],
    )
    path = arguments["film"]
    if path is None:
        film.check_size(look)
    elif path.suffix not in PICTURES:
        film.check(path, look)
    if path is None or path.suffix != ".svg":
        import_pygame()
    return look


def make_film(recording: Recording, arguments: dict[str, Any], look: Any) -> None:
    """The film, or the picture of one step, is written."""
    from gcsim.view.film import Film, save_picture, write_film

    path, indexes = arguments["film"], chosen(recording, arguments)
    if path.suffix in PICTURES:
        save_picture(recording, indexes[0], path, look)
        return
    film = Film(
        look=look,
        fps=arguments["fps"],
        hold_seconds=arguments["hold"],
        reduced_motion=arguments["reduced_motion"],
        loop=arguments["loop"],
    )
    warning = write_film(recording, indexes, path, film)
    if warning:
        print("gcsim:", warning, file=sys.stderr)


def open_window(recording: Recording, arguments: dict[str, Any], look: Any) -> None:
    """The window was open until it was closed."""
    from gcsim.view import window

    window.open_window(recording, look, loop=arguments["loop"], reduced_motion=arguments["reduced_motion"])
