"""A small world for the tests of JavaScript values: the simulation, its mutator, and the values' maker."""

import pytest

from js_worlds import small_world


@pytest.fixture
def sim():
    return small_world()


@pytest.fixture
def m(sim):
    return sim.mutator


@pytest.fixture
def js(m):
    return m.js
