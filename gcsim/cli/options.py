"""Options of the command line that are made from `HeapConfig`: V8's flags, with V8's names."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from attrs import fields

from gcsim.config import PRESETS, HeapConfig, preset

Command = TypeVar("Command", bound=Callable[..., Any])


def heap_options(command: Command) -> Command:
    """The command takes an option for each setting of the heap; unset ones arrive as None."""
    for attribute in reversed(fields(HeapConfig)):
        command = heap_option(attribute)(command)
    return click.option(
        "--preset", type=click.Choice(list(PRESETS)), default=None, help="A whole configuration; single flags override it."
    )(command)


def heap_option(attribute: Any) -> Callable[[Command], Command]:
    """The option of one setting."""
    name = attribute.name.replace("_", "-")
    about = attribute.metadata
    text = about["help"][:1].upper() + about["help"][1:] + "."
    if attribute.type is bool:
        shown = f"{text} [default: {'on' if attribute.default else 'off'}]"
        return click.option(f"--{name}/--no-{name}", attribute.name, default=None, help=shown)
    unit = about["unit"]
    shown = f"{text} [default: {attribute.default}{' ' + unit if unit else ''}]"
    return click.option(f"--{name}", attribute.name, type=attribute.type, default=None, metavar=unit or None, help=shown)


def heap_config(preset_name: str | None, own_config: HeapConfig, given: dict[str, Any]) -> HeapConfig:
    """The preset of that name, or the scenario's own configuration, changed by the flags that were given.

    Raises:
        ConfigError: a value is not allowed.
    """
    base = preset(preset_name) if preset_name else own_config
    return base.replace(**{name: value for name, value in given.items() if value is not None})


def flags_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """Take the settings of the heap out of a command's arguments."""
    return {attribute.name: arguments.pop(attribute.name) for attribute in fields(HeapConfig)}
