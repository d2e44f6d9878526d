"""The built-in scenarios, one short file each, and how a scenario is found by name or by file."""

import importlib
from pathlib import Path
from typing import Final

from gcsim.errors import ScenarioError
from gcsim.sim.python_file import run_file
from gcsim.sim.scenario import Scenario
from gcsim.sim.toml_scenario import load_toml

BUILT_IN: Final = (
    "guide-scavenge",
    "scavenge-walkthrough",
    "mark-sweep-tour",
    "leaky-server",
    "fixed-server",
    "linked-list",
    "binary-trees",
    "lru-cache",
    "fifo-queue",
    "idle-server",
)


def built_in(name: str) -> Scenario:
    """The built-in scenario of that name, which must be one of `BUILT_IN`."""
    module_name = name.replace("-", "_")
    found = getattr(importlib.import_module(f"gcsim.scenarios.{module_name}"), module_name)
    assert isinstance(found, Scenario)
    return found


def find(name: str) -> Scenario:
    """The scenario that `name` means: a built-in one, a `.toml` file, a `.py` file, or `FILE.py:NAME`.

    Raises:
        ScenarioError: there is none, or the file does not hold one.
    """
    if name in BUILT_IN:
        return built_in(name)
    file, _, member = name.partition(".py:") if ".py:" in name else (name, "", "")
    path = Path(f"{file}.py" if member else file)
    if path.suffix not in (".py", ".toml"):
        raise ScenarioError(
            f"no scenario {name!r}; built-in: {', '.join(BUILT_IN)}; or the path of a .py or .toml file"
        )
    if not path.is_file():
        raise ScenarioError(f"{path}: no such file")
    return load_toml(path) if path.suffix == ".toml" else load_python(path, member)


def load_python(path: Path, member: str = "") -> Scenario:
    """The scenario in a Python file: the only one, or the one named `member`.

    Raises:
        ScenarioError: the file fails to run, or holds no scenario, or several and no name was given.
    """
    try:
        module = run_file(path, "gcsim_scenario")
    except ScenarioError:
        raise
    except Exception as error:
        raise ScenarioError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    found = {value.name: value for value in vars(module).values() if isinstance(value, Scenario)}
    own = {name: value for name, value in found.items() if Path(value.path) == path.absolute()} or found
    if member:
        own = {name: value for name, value in own.items() if member in (name, name.replace("-", "_"))}
    if len(own) == 1:
        return next(iter(own.values()))
    held = ", ".join(found) or "none"
    wanted = f"one named {member!r}" if member else "exactly one scenario (name another with FILE.py:NAME)"
    raise ScenarioError(f"{path}: expected {wanted}; found {held}")
