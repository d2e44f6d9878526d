"""Hot loops that are written once and run in two ways.

A kernel is a function over flat arrays: counting loops, comparisons, stores, nothing else. Python runs it as it is
written; with the extra `snapshot` installed, numba makes machine code of the same function, some fifty times as fast.
So there is one program and one set of numbers, and no second version to keep in step.

Whoever calls a kernel is handed a `Translator` and calls `translate(kernel)(...)`. Below some hundred thousand edges
the plain loop is done before numba is imported. The first use of a kernel compiles it (seconds); numba keeps the
result on disk for the next process.

A kernel allocates nothing: the caller passes every array, so that both ways see the same types. It may define
functions inside of itself, but call no other kernel. Arrays that belong together come as one named tuple, since that
is the only record that numba takes.
"""

from array import array
from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, Protocol, TypeVar

from gcsim.errors import MissingExtra

P = ParamSpec("P")
R = TypeVar("R")

WORTH_COMPILING = 200_000  # edges; measured: up to here the plain loops take less than numba's import


class Translator(Protocol):
    """Gives the function that does a kernel's work."""

    def __call__(self, kernel: Callable[P, R], /) -> Callable[P, R]:
        """The kernel, or something faster that does the same."""


def interpreted(kernel: Callable[P, R], /) -> Callable[P, R]:
    """The kernel as it is written."""
    return kernel


def compiled(kernel: Callable[P, R], /) -> Callable[P, R]:
    """The kernel as machine code.

    Raises:
        MissingExtra: numba is not installed.
    """
    if not numba_works():
        raise MissingExtra("compiled loops need numba: pip install 'gcsim[snapshot]'")
    made: Callable[P, R] = _compile(kernel)
    return made


@cache
def _compile(kernel: Callable[..., Any]) -> Any:
    from numba import njit

    try:
        return njit(cache=True)(kernel)
    except RuntimeError:  # no folder to keep machine code in
        return njit(kernel)


@cache
def numba_works() -> bool:
    """Whether numba is installed, in a version that gets along with the others."""
    try:
        import numba
    except ImportError:
        return False
    return bool(numba.njit)


def translator(edge_count: int, *, wanted: bool | None = None) -> Translator:
    """What suits a graph of that size, or what is wanted."""
    if wanted is None:
        wanted = edge_count >= WORTH_COMPILING and numba_works()
    return compiled if wanted else interpreted


def zeros(typecode: str, count: int) -> "array[int]":
    """`count` zeros."""
    return array(typecode, [0]) * count
