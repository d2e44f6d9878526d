"""Allocation sites: what always lives long is born old (`pacing/pretenuring.py`, `sim/allocation_sites.py`)."""

import pytest

from gcsim import Simulation
from gcsim.config import HeapConfig
from gcsim.heap.inspect import view
from gcsim.pacing.pretenuring import MIN_MADE, Tenure, judge

LARGEST = HeapConfig(min_semi_space_size=1, max_semi_space_size=1, verify_heap=True)


@pytest.mark.parametrize(
    ("before", "made", "found", "at_largest", "after"),
    [
        (Tenure.UNDECIDED, MIN_MADE - 1, MIN_MADE - 1, True, Tenure.UNDECIDED),
        (Tenure.UNDECIDED, 100, 85, True, Tenure.TENURED),
        (Tenure.UNDECIDED, 100, 84, True, Tenure.NEVER),
        (Tenure.UNDECIDED, 100, 85, False, Tenure.MAYBE),
        (Tenure.MAYBE, 1_000, 850, True, Tenure.TENURED),
        (Tenure.MAYBE, 1_000, 849, False, Tenure.NEVER),
        (Tenure.NEVER, 100, 100, True, Tenure.NEVER),
        (Tenure.TENURED, 100, 0, True, Tenure.TENURED),
    ],
)
def test_a_site_is_judged_by_what_survives(before, made, found, at_largest, after):
    """From 100 objects and 85 % on; at the largest new space only."""
    assert judge(before, made, found, at_largest=at_largest) is after


def run(*, keep_every, config=LARGEST, made=400, collect="scavenge"):
    """A site makes objects, every `keep_every`th is kept, then a collection: (the site, the next object's space)."""
    sim = Simulation(config)
    m = sim.mutator
    m.globals["kept"] = m.array(made)
    site = m.site(m.shape("Record", fields=("date",)))
    for number in range(made):
        with m.scope():
            record = m.new_at(site)
            if number % keep_every == 0:
                m.write(m.globals["kept"], number, record)
    sim.collect(collect)
    with m.scope():
        return site, view(sim.heap, m.new_at(site).address).space


def test_a_site_whose_objects_survive_is_pretenured():
    """Its next object is born in old space."""
    site, space = run(keep_every=1)
    assert (site.tenure, space) == (Tenure.TENURED, "old")


def test_a_site_whose_objects_die_is_not():
    """One in two lived."""
    site, space = run(keep_every=2)
    assert (site.tenure, space) == (Tenure.NEVER, "new")


def test_a_site_waits_for_the_largest_new_space():
    """In a new space that can still grow, nothing is decided for good."""
    site, space = run(keep_every=1, config=LARGEST.replace(max_semi_space_size=16))
    assert (site.tenure, space) == (Tenure.MAYBE, "new")


def test_a_full_collection_judges_no_site():
    """It leaves nothing in new space that could be counted; what was made before it is forgotten."""
    site, space = run(keep_every=1, collect="mark-sweep")
    assert (site.tenure, site.made, space) == (Tenure.UNDECIDED, 1, "new")


def test_there_is_one_site_for_a_shape():
    """Asked for twice, it is the same."""
    m = Simulation(LARGEST).mutator
    shape = m.shape("Record", fields=("date",))
    assert m.site(shape) is m.site(shape)
