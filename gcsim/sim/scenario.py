"""Scenarios: programs for the simulated heap, written as generator functions.

    @scenario
    def leaky_server(m, *, requests=20_000, leak=True):
        "What this program does, in one line for its help."
        ...
        yield            # the end of a turn of the event loop; `yield 5.0` waits 5 ms before the next

Keyword parameters with defaults are the scenario's parameters. A turn is one handle scope: what must live longer is a
global, as in Node what outlives a callback is reachable from something else.
"""

import inspect
import traceback
from collections.abc import Callable, Generator, Mapping
from math import inf
from pathlib import Path
from typing import Any, TypeAlias, overload

from attrs import field, frozen

from gcsim.config import HeapConfig, preset
from gcsim.errors import GcsimError, ScenarioError
from gcsim.sim.mutator import Mutator

Program: TypeAlias = Callable[..., Generator[float | None, None, None] | None]
"""A generator function that yields at each turn's end; a plain function is a scenario of one turn."""

SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


@frozen
class Scenario:
    """A program with a name, parameters and help.

    `preset`: the heap configuration it is meant for. `path`: the file that holds it, for messages.
    """

    name: str
    program: Program
    help: str = ""
    parameters: Mapping[str, Any] = field(factory=dict)
    preset: str = "default"
    path: str = ""

    @property
    def config(self) -> HeapConfig:
        """The heap configuration it is meant for."""
        return preset(self.preset)

    def start(self, mutator: Mutator, parameters: Mapping[str, object]) -> "Turns":
        """The run of this scenario, before its first turn.

        Raises:
            ScenarioError: a parameter is unknown or has a value of the wrong type.
        """
        return Turns(self, mutator, {name: self._value(name, given) for name, given in parameters.items()})

    def _value(self, name: str, given: object) -> object:
        """`given` as the type of the parameter's default; text is read as the command line gives it."""
        if name not in self.parameters:
            known = ", ".join(self.parameters) or "none"
            raise ScenarioError(f"scenario {self.name} has no parameter {name!r}; parameters: {known}")
        default = self.parameters[name]
        kind = type(default)
        try:
            return parse_as(kind, given)
        except (ValueError, TypeError, OverflowError):
            message = f"scenario {self.name}: {name} must be {describe(kind)} (default {default!r}), got {given!r}"
            raise ScenarioError(message) from None


class Turns:
    """A scenario that runs, turn by turn."""

    __slots__ = ("_running", "_scenario")

    def __init__(self, scenario: Scenario, mutator: Mutator, parameters: dict[str, object]) -> None:
        self._scenario = scenario
        self._running = self._turns(mutator, parameters)

    def step(self) -> float | None:
        """Run one turn; returns the milliseconds to wait before the next, or None if there is no next.

        Raises:
            ScenarioError: the program raised something, or yielded something that is not a time.
            GcsimError: what the program did wrong with the heap.
        """
        try:
            wait_ms = next(self._running)
        except StopIteration:
            return None
        except BrokenPipeError:
            raise  # not the program's: whoever reads what a collection prints has gone
        except GcsimError as error:
            if self._frames(error):
                error.add_note(f"at {self._place(error)}")
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise ScenarioError(f"{self._place(error)}: scenario {self._scenario.name} raised {what}") from error
        if wait_ms is None:
            return 0.0
        given: object = wait_ms
        if isinstance(given, int | float) and 0 <= given < inf:
            return float(given)
        message = f"scenario {self._scenario.name} must yield nothing or finite ms of at least 0, got {wait_ms!r}"
        raise ScenarioError(message)

    def _turns(self, mutator: Mutator, parameters: dict[str, object]) -> Generator[float | None, None, None]:
        depth = len(mutator.heap.roots.scopes)  # with the turn's own, for this runs inside of the first turn
        running = self._scenario.program(mutator, **parameters)
        if running is None:
            return
        for wait_ms in running:
            if len(mutator.heap.roots.scopes) > depth:
                running.close()
                raise ScenarioError(
                    f"scenario {self._scenario.name}: a scope was open at a yield; no handle lives across turns, "
                    "so close it first and keep what must live in a global"
                )
            yield wait_ms

    def _place(self, error: BaseException) -> str:
        """Where the error was raised: the last line of the scenario's own file, if it has one there."""
        frame = (self._frames(error) or traceback.extract_tb(error.__traceback__))[-1]
        return f"{Path(frame.filename).name}:{frame.lineno}"

    def _frames(self, error: BaseException) -> list[traceback.FrameSummary]:
        """The frames of the scenario's own file."""
        return [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self._scenario.path]


def parse_as(kind: type, given: object) -> object:
    """`given` as a `kind`; text as a person writes it. Raises ValueError, TypeError or OverflowError."""
    if kind is bool:
        if isinstance(given, bool):
            return given
        return SWITCHES[given.lower()] if isinstance(given, str) and given.lower() in SWITCHES else _refuse(given)
    if kind is int and isinstance(given, str):
        return int(given.replace("_", ""))
    if kind in (int, float) and isinstance(given, int | float):
        same = not isinstance(given, bool) and kind(given) == given
        return kind(given) if same else _refuse(given)
    if kind is float and isinstance(given, str):
        return float(given)
    return given if isinstance(given, kind) else _refuse(given)


def _refuse(given: object) -> object:
    raise ValueError(given)


def describe(kind: type) -> str:
    """What a parameter of that type is called in a message."""
    return {int: "a whole number", float: "a number", bool: "true or false", str: "text"}.get(kind, kind.__name__)


@overload
def scenario(program: Program) -> Scenario: ...
@overload
def scenario(*, name: str = ..., preset: str = ...) -> Callable[[Program], Scenario]: ...


def scenario(
    program: Program | None = None, *, name: str = "", preset: str = "default"
) -> Scenario | Callable[[Program], Scenario]:
    """Make a scenario of a generator function `program(m, *, parameter=default, ...) -> turns`.

    `name`: by default the function's, with hyphens. `preset`: the heap configuration it is meant for.

    Raises:
        ScenarioError: a parameter has no default, or there is no such preset.
    """
    if program is None:
        return lambda function: make_scenario(function, name, preset)
    return make_scenario(program, name, preset)


def make_scenario(program: Program, name: str, preset_name: str) -> Scenario:
    """The scenario of a function; see `scenario`."""
    preset(preset_name)
    own_name = name or program.__name__.replace("_", "-")
    parameters = list(inspect.signature(program).parameters.values())[1:]
    for parameter in parameters:
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.default is parameter.empty:
            raise ScenarioError(f"scenario {own_name}: parameter {parameter.name} must be keyword-only with a default")
    return Scenario(
        name=own_name,
        program=program,
        help=inspect.getdoc(program) or "",
        parameters={parameter.name: parameter.default for parameter in parameters},
        preset=preset_name,
        path=program.__code__.co_filename,
    )
