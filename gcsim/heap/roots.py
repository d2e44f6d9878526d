"""Roots: where the mutator's references into the heap are kept.

The mutator never sees an address. It holds handles; a handle belongs to the scope that was open when it was made, and
every collector updates the handles of all open scopes, as V8 does with `Local`. Closing a scope sets the addresses of
its handles to 0, so a handle that is used too late is an error and never a reference to something else.

Globals are named roots that outlive every scope. A scope that no other is around is a turn of the event loop.

Left out: handles do not know their heap, so a handle of one simulation must not be given to another.
"""

from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Self

from gcsim.errors import NoSuchRoot, ScenarioError, StaleHandle


class Handle:
    """A reference that the mutator holds. `address` is the collectors'; it is 0 once the scope is closed."""

    __slots__ = ("address",)

    address: int

    def __repr__(self) -> str:
        return f"<Handle {self.address}>" if self.address else "<Handle, stale>"


def make_handle(address: int) -> Handle:
    """A handle for the object at `address`; the caller puts it into a scope."""
    handle = Handle()
    handle.address = address
    return handle


def address_of(handle: Handle) -> int:
    """Where the object of `handle` is now.

    Raises:
        StaleHandle: its scope is closed.
    """
    if not isinstance(handle, Handle):
        raise TypeError(f"expected a Handle, got {handle!r}")
    if not handle.address:
        raise StaleHandle("a handle was used after its scope was closed; escape() it or keep the object in a global")
    return handle.address


class Roots:
    """Every root of a heap: `scopes`, a stack of lists of handles, and `globals`, addresses by name.

    `handles` is the innermost scope's list; the outermost is never closed. `closed` counts the handles of closed
    scopes and `copies` those that name an object that existed before, so that objects made need no counter.
    `own`: handles of the outermost scope that are the heap's and not the program's. `in_script`: the script's
    own code is still running, so that its variables are on the stack, and no callback that waits for the event loop
    refers to them. `turns` counts the turns that are over.
    """

    __slots__ = ("closed", "copies", "globals", "handles", "in_script", "own", "scopes", "turns")

    def __init__(self) -> None:
        self.closed = 0
        self.copies = 0
        self.in_script = False
        self.own: list[Handle] = []
        self.turns = 0
        self.globals: dict[str, int] = {}
        self.handles: list[Handle] = []
        self.scopes: list[list[Handle]] = [self.handles]

    def open_scope(self) -> None:
        """Handles made from now on belong to a new scope."""
        self.handles = []
        self.scopes.append(self.handles)

    def close_scope(self) -> None:
        """The innermost scope's handles are stale; the scope around it is the innermost."""
        handles = self.scopes.pop()
        self.closed += len(handles)
        for handle in handles:
            handle.address = 0
        self.handles = self.scopes[-1]
        if len(self.scopes) == 1:
            self.turns += 1

    @property
    def turn(self) -> int:
        """The number of the turn that runs, or of the one before if none does; it is over when `turns` is as high."""
        return self.turns + (len(self.scopes) > 1)

    def handle_for_turn(self, address: int) -> Handle:
        """A new handle, for an object that exists, which the end of the turn makes stale (if none runs, nothing)."""
        self.copies += 1
        handle = make_handle(address)
        self.scopes[min(1, len(self.scopes) - 1)].append(handle)
        return handle

    @property
    def objects_made(self) -> int:
        """How many objects the mutator has made: each came with a handle."""
        return self.closed + sum(map(len, self.scopes)) - self.copies

    def handle(self, address: int) -> Handle:
        """A new handle in the innermost scope, for an object that exists."""
        self.copies += 1
        handle = make_handle(address)
        self.handles.append(handle)
        return handle

    def addresses(self) -> Iterator[int]:
        """The address of every root, in the order in which collectors visit them: globals, then scopes."""
        yield from self.globals.values()
        for handles in self.scopes:
            for handle in handles:
                yield handle.address


class HandleScope:
    """`with m.scope() as scope:` - handles made inside are roots until the block ends."""

    __slots__ = ("_roots",)

    def __init__(self, roots: Roots) -> None:
        self._roots = roots

    def __enter__(self) -> Self:
        self._roots.open_scope()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._roots.close_scope()

    def escape(self, handle: Handle) -> Handle:
        """A handle for the same object in the scope around this one, which must be the innermost.

        Raises:
            StaleHandle: `handle` is of a closed scope.
            ScenarioError: no scope is open.
        """
        if len(self._roots.scopes) < 2:
            raise ScenarioError("escape() works inside of a `with m.scope()` block; no scope is open")
        escaped = make_handle(address_of(handle))
        self._roots.copies += 1
        self._roots.scopes[-2].append(escaped)
        return escaped


class Globals(MutableMapping[str, Handle]):
    """The named roots, as a mapping. Reading one gives a new handle in the innermost scope."""

    __slots__ = ("_roots",)

    def __init__(self, roots: Roots) -> None:
        self._roots = roots

    def __getitem__(self, name: str) -> Handle:
        try:
            return self._roots.handle(self._roots.globals[name])
        except KeyError:
            raise NoSuchRoot(self._missing(name)) from None

    def __setitem__(self, name: str, handle: Handle) -> None:
        self._roots.globals[name] = address_of(handle)

    def __delitem__(self, name: str) -> None:
        if name not in self._roots.globals:
            raise NoSuchRoot(self._missing(name))
        del self._roots.globals[name]

    def __contains__(self, name: object) -> bool:
        return name in self._roots.globals

    def __iter__(self) -> Iterator[str]:
        return iter(self._roots.globals)

    def __len__(self) -> int:
        return len(self._roots.globals)

    def _missing(self, name: str) -> str:
        known = ", ".join(self._roots.globals) or "none"
        return f"no global {name!r} (never set, or dropped); globals: {known}"
