"""A user's Python file, run as a module."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def run_file(path: Path, prefix: str) -> ModuleType:
    """The module of that file, which has run; it is known to Python by `prefix` and the file's name.

    Raises whatever the file raises.
    """
    spec = importlib.util.spec_from_file_location(f"{prefix}_{path.stem}", path.absolute())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for it
    spec.loader.exec_module(module)
    return module
