"""Seams: other code in the place of one function or method, for as long as a `with` block lasts.

    with replaced(Change(barriers, "record_range", lambda original: lambda *arguments: None)):
        check()

A function that other modules of gcsim have imported by its name is replaced there too. At the block's end, however it
ends, everything is as it was.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from attrs import frozen


@frozen
class Change:
    """What is replaced: `owner`, a module or a class, has it as `name`. `make`: from the original to the new."""

    owner: Any
    name: str
    make: Callable[[Any], Any]


@contextmanager
def replaced(*changes: Change) -> Iterator[None]:
    """The changes are in force inside the block, in their order."""
    with ExitStack() as undo:
        for change in changes:
            original = vars(change.owner)[change.name]
            new = change.make(original)
            for holder in _holders(change, original):
                setattr(holder, change.name, new)
                undo.callback(setattr, holder, change.name, original)
        yield


def _holders(change: Change, original: object) -> list[Any]:
    """The owner, and every module of gcsim that has the original by the same name."""
    if not isinstance(change.owner, ModuleType):
        return [change.owner]
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "gcsim"]
    return [module for module in modules if vars(module).get(change.name) is original]
