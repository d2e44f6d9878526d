"""Options that commands share: those of a run, and those made from `HeapConfig`, V8's flags with V8's names."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gcsim.config import FLAGS, PRESETS, HeapConfig, preset
from gcsim.trace.format import DIALECTS

Command = TypeVar("Command", bound=Callable[..., Any])


parameter_option = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the scenario."
)
node_option = click.option(
    "--node",
    type=click.Choice([str(version) for version in DIALECTS]),
    default="14",
    show_default=True,
    help="Whose trace lines are printed.",
)
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Of the scenario's randomness.")


class Number(click.ParamType[float]):
    """A whole number or, unless `whole`, any number."""

    name = "number"

    def __init__(self, *, whole: bool, unit: str) -> None:
        self._whole = whole
        self._unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that the text says."""
        try:
            return int(value) if self._whole else float(value)
        except ValueError:
            kind = "a whole number" if self._whole else "a number"
            self.fail(f"{value!r} is not {kind}{f' ({self._unit})' if self._unit else ''}", param, ctx)


def heap_options(command: Command) -> Command:
    """The command takes an option for each setting of the heap; unset ones arrive as None."""
    for attribute in reversed(FLAGS):
        command = heap_option(attribute)(command)
    return click.option(
        "--preset",
        type=click.Choice(list(PRESETS)),
        default=None,
        help="A whole configuration; single flags override it.",
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
    kind = Number(whole=attribute.type is int, unit=unit)
    return click.option(f"--{name}", attribute.name, type=kind, default=None, metavar=unit or None, help=shown)


def heap_config(preset_name: str | None, own_config: HeapConfig, given: dict[str, Any]) -> HeapConfig:
    """The preset of that name, or the scenario's own configuration, changed by the flags that were given.

    Raises:
        ConfigError: a value is not allowed.
    """
    base = preset(preset_name) if preset_name else own_config
    return base.replace(**{name: value for name, value in given.items() if value is not None})


def flags_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """Take the settings of the heap out of a command's arguments."""
    return {attribute.name: arguments.pop(attribute.name) for attribute in FLAGS}
