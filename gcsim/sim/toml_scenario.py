"""Scenarios in TOML: the steps of a program as data, for lessons and for people who do not write Python.

    help = "Two objects, one of which dies."
    preset = "lesson"

    [[step]]
    new = "A"                  # an object; its name is a global until it is dropped
    size = 32                  # bytes
    fields = ["next"]

    [[step]]
    write = "A.next"           # a field
    to = "B"                   # a name, a small integer, or nothing for null

    [[step]]
    drop = ["B"]               # the names are no roots any more

    [[step]]
    collect = "scavenge"       # or "mark-sweep"

    [[step]]
    turn = true                # the event loop gets a turn; `wait_ms = 5.0` waits

    [[step]]
    repeat = 100               # these steps, so many times
    step = [{ new = "temp", size = 64 }]

No code is run, and a step that says anything else is refused with its place.
"""

import tomllib
from collections.abc import Generator
from math import inf
from pathlib import Path
from typing import Any

from attrs import field, frozen

from gcsim.config import PRESETS
from gcsim.errors import GcsimError, HeapLimitReached, ScenarioError
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import Scenario


@frozen(kw_only=True)
class Step:
    """One step; exactly one of `new`, `write`, `drop`, `collect`, `turn`, `repeat` says what it does."""

    new: str | None = None
    write: str | None = None
    drop: list[str] | None = None
    collect: str | None = None
    turn: bool | None = None
    repeat: int | None = None
    size: int | None = None
    fields: list[str] = field(factory=list)
    pretenured: bool = False
    to: str | int | None = None
    wait_ms: float = 0.0
    step: "list[Step]" = field(factory=list)


@frozen(kw_only=True)
class Program:
    """A TOML file's content."""

    help: str = ""
    preset: str = "default"
    step: list[Step]


ACTIONS = {
    "new": {"size", "fields", "pretenured"},
    "write": {"to"},
    "drop": set(),
    "collect": set(),
    "turn": {"wait_ms"},
    "repeat": {"step"},
}
"""What each kind of step may say besides itself."""
COLLECTIONS = ("scavenge", "mark-sweep")


def load_toml(path: Path) -> Scenario:
    """The scenario in a TOML file, named after the file.

    Raises:
        ScenarioError: the file cannot be read, is not TOML, or says something that no step can be.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of more digits than Python reads
        raise ScenarioError(f"{path}: not a TOML file: {error}") from None
    except RecursionError:
        raise ScenarioError(f"{path}: nested too deeply") from None
    program = structure(content, path)
    if program.preset not in PRESETS:
        raise ScenarioError(f"{path}: preset: expected one of {', '.join(PRESETS)}, got {program.preset!r}")
    check_steps(program.step, f"{path}: step")

    def run(m: Mutator) -> Generator[float | None, None, None]:
        return run_steps(m, program.step, f"{path.name}: step")

    return Scenario(name=path.stem, program=run, help=program.help, preset=program.preset, path=str(path))


def structure(content: dict[str, Any], path: Path) -> Program:
    """The records of a file's content. Raises `ScenarioError` with the key of each mistake."""
    from cattrs import Converter, transform_error
    from cattrs.errors import BaseValidationError

    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool, float):
        converter.register_structure_hook(kind, exactly)
    converter.register_structure_hook(str | int | None, lambda value, _: one_of((str, int), value))
    texts = converter.get_structure_hook(list[str])  # which would take a text for a list of letters
    converter.register_structure_hook_func(
        lambda kind: kind == list[str], lambda value, kind: texts(exactly(value, list), kind)
    )
    try:
        return converter.structure(content, Program)
    except RecursionError:
        raise ScenarioError(f"{path}: nested too deeply") from None
    except BaseValidationError as error:
        first = transform_error(error, path="$", format_exception=what_is_wrong)[0]
        raise ScenarioError(f"{path}: {first.replace('$.', '').replace(' @ $', ' at the top')}") from None


def what_is_wrong(error: BaseException, kind: type | None) -> str:
    """One mistake in words; where it is comes behind."""
    from cattrs.errors import ForbiddenExtraKeysError

    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown key {', '.join(sorted(error.extra_fields))}"
    if isinstance(error, KeyError):
        return f"missing key {error.args[0]}"
    if isinstance(error, ValueError) and error.args:
        return str(error)
    return f"expected {getattr(kind, '__name__', kind)}"


def exactly(value: Any, kind: type) -> Any:
    """`value`, which must be of that type and is not converted (1 is no text, "1" no number)."""
    if type(value) is kind or (kind is float and type(value) is int):
        return value
    raise ValueError(f"expected {kind.__name__}, got {value!r}")


def one_of(kinds: tuple[type, ...], value: Any) -> Any:
    """`value`, which must be of one of those types, or None."""
    if value is None or type(value) in kinds:
        return value
    raise ValueError(f"expected {' or '.join(kind.__name__ for kind in kinds)}, got {value!r}")


def check_steps(steps: list[Step], place: str) -> None:
    """Raise `ScenarioError` unless each step says one thing, and only what belongs to it."""
    if not steps:
        raise ScenarioError(f"{place}: expected at least one step")
    default = Step()
    for number, step in enumerate(steps):
        here = f"{place}[{number}]"
        actions = [name for name in ACTIONS if getattr(step, name) is not None]
        if len(actions) != 1:
            found = " and ".join(actions) or "none of them"
            raise ScenarioError(f"{here}: expected exactly one of {', '.join(ACTIONS)}, got {found}")
        allowed = {actions[0]} | ACTIONS[actions[0]]
        for attribute in Step.__attrs_attrs__:
            if attribute.name not in allowed and getattr(step, attribute.name) != getattr(default, attribute.name):
                raise ScenarioError(f"{here}: {attribute.name} does not belong to a step with {actions[0]}")
        check_values(step, here)


def check_values(step: Step, here: str) -> None:
    """Raise `ScenarioError` unless the step's values are in range."""
    if step.collect is not None and step.collect not in COLLECTIONS:
        raise ScenarioError(f'{here}.collect: expected "scavenge" or "mark-sweep", got "{step.collect}"')
    if step.write is not None and "." not in step.write:
        raise ScenarioError(f'{here}.write: expected "NAME.FIELD", got "{step.write}"')
    if not 0 <= step.wait_ms < inf:
        raise ScenarioError(f"{here}.wait_ms: expected finite ms of at least 0, got {step.wait_ms}")
    if step.repeat is not None:
        if step.repeat < 0:
            raise ScenarioError(f"{here}.repeat: expected at least 0, got {step.repeat}")
        check_steps(step.step, f"{here}.step")


def run_steps(m: Mutator, steps: list[Step], place: str) -> Generator[float | None, None, None]:
    """The program of a list of steps."""
    for number, step in enumerate(steps):
        here = f"{place}[{number}]"
        if step.repeat is not None:
            for _ in range(step.repeat):
                yield from run_steps(m, step.step, f"{here}.step")
        elif step.turn is not None:
            yield step.wait_ms
        else:
            m.note(run_step_at(m, step, here))


def run_step_at(m: Mutator, step: Step, here: str) -> str:
    """Do one step, in a handle scope of its own; what goes wrong is told with the step's place."""
    try:
        with m.scope():
            return run_step(m, step)
    except HeapLimitReached:
        raise
    except (GcsimError, ValueError) as error:
        raise ScenarioError(f"{here}: {error}") from error


def run_step(m: Mutator, step: Step) -> str:
    """Do one step; returns what it did, in words."""
    if step.new is not None:
        shape = m.shape(step.new, fields=tuple(step.fields), size=step.size)
        m.globals[step.new] = m.new(shape, pretenured=step.pretenured)
        return f"{step.new} is allocated"
    if step.write is not None:
        holder, _, name = step.write.partition(".")
        value = step.to
        m.write(m.globals[holder], name, m.globals[value] if isinstance(value, str) else value)
        return f"{step.write} = {'null' if value is None else value}"
    if step.drop is not None:
        for name in step.drop:
            del m.globals[name]
        return f"{', '.join(step.drop)} dropped"
    assert step.collect is not None
    m.collect(step.collect)
    return step.collect
