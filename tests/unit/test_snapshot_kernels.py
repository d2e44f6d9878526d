"""The choice between the loops as they are written and machine code of them."""

import sys

import pytest

from gcsim.errors import MissingExtra
from gcsim.snapshot import kernels
from snapshots import Drawing


@pytest.fixture
def without_numba(monkeypatch):
    """As if numba were not installed."""
    monkeypatch.setitem(sys.modules, "numba", None)
    kernels.numba_works.cache_clear()
    yield
    kernels.numba_works.cache_clear()


def add_one(numbers):
    """Kernel: every number is one more."""
    for index in range(len(numbers)):
        numbers[index] += 1


def test_small_graphs_are_done_before_numba_is_imported():
    assert kernels.translator(kernels.WORTH_COMPILING - 1) is kernels.interpreted
    assert kernels.interpreted(add_one) is add_one


def test_without_numba_large_graphs_are_done_as_well(without_numba):
    assert kernels.translator(kernels.WORTH_COMPILING) is kernels.interpreted


def test_numba_that_is_wanted_and_not_there_is_asked_for(without_numba):
    with pytest.raises(MissingExtra, match=r"pip install 'gcsim\[snapshot\]'"):
        Drawing().load(use_numba=True)


def test_a_kernel_is_compiled_once(monkeypatch):
    pytest.importorskip("numba", reason="numba is an extra")
    numbers = kernels.zeros("q", 3)
    kernels.compiled(add_one)(numbers)
    assert numbers.tolist() == [1, 1, 1]
    assert kernels.compiled(add_one) is kernels.compiled(add_one)
    assert kernels.translator(kernels.WORTH_COMPILING) is kernels.compiled
    assert kernels.translator(kernels.WORTH_COMPILING, wanted=False) is kernels.interpreted


def test_a_kernel_is_compiled_even_where_nothing_can_be_kept():
    pytest.importorskip("numba", reason="numba is an extra")
    made = {}
    exec("def add_two(numbers):\n    numbers[0] += 2", made)  # noqa: S102 - a function that is in no file
    numbers = kernels.zeros("q", 1)
    kernels.compiled(made["add_two"])(numbers)
    assert numbers[0] == 2
