"""Every exception that gcsim raises on purpose.

Each is a `GcsimError` and also the builtin that a caller would think of first. A message is one line: what was
given, what is allowed, the unit, and the place.
"""


class GcsimError(Exception):
    """The base of everything that gcsim raises on purpose."""


class ConfigError(GcsimError, ValueError):
    """A setting is outside of what is allowed."""


class ScenarioError(GcsimError, ValueError):
    """A scenario is unknown, malformed, or failed while it ran; the message names the place."""


class LogError(GcsimError, ValueError):
    """A log cannot be read, or has nothing in it that was asked for; the message names it."""


class SnapshotError(GcsimError, ValueError):
    """A heap snapshot is damaged, or asked for what is not in it; the message names the file and the place."""


class ShapeError(GcsimError, ValueError):
    """A shape cannot be laid out as it was asked for."""


class ObjectTooLarge(GcsimError, ValueError):
    """One object is larger than any that V8 has."""


class NoSuchField(GcsimError, LookupError):
    """An object has no field of that name or index."""


class NoSuchRoot(GcsimError, KeyError):
    """No global of that name exists, or it was dropped."""

    def __str__(self) -> str:
        """The message itself; a KeyError would quote it."""
        return str(self.args[0])


class StaleHandle(GcsimError, ReferenceError):
    """A handle was used after its scope was closed: what it named may have moved or died."""


class MutatorPaused(GcsimError, RuntimeError):
    """The mutator, or a second collection, ran inside of a collection that may not be interrupted."""


class InvariantBroken(GcsimError, AssertionError):
    """A check of `heap.verify` found something; the message names the check and the objects."""


class CollectorFailed(GcsimError, RuntimeError):
    """A collector under test raised something that is no `GcsimError`; the message has its place."""


class TestbedError(GcsimError, ValueError):
    """An operation on a testbed that no program can do; the message names the object."""

    __test__ = False  # it is no test for pytest


class HeapLimitReached(GcsimError, MemoryError):
    """The simulated process died as node dies: no memory is left after the last resort.

    `args` are V8's words for the place and, where one allocation was refused, the size asked for in bytes.
    """

    def __init__(self, location: str, requested_bytes: int = 0) -> None:
        super().__init__(location, requested_bytes)
        self.location = location
        self.requested_bytes = requested_bytes

    def __str__(self) -> str:
        return f"{self.location} Allocation failed - JavaScript heap out of memory"


class MissingExtra(GcsimError, ImportError):
    """Something that gcsim can do needs a package that is not installed; the message says which extra has it."""
