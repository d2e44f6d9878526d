"""The initial heap: node's own objects as blocks, in sizes to the byte, alive and dead as they should be."""

import pytest

from gcsim import HeapConfig, Simulation
from gcsim.collectors import Work
from gcsim.collectors.mark import Marker
from gcsim.config import NODE_20, InitialHeap
from gcsim.errors import ConfigError
from gcsim.heap.verify import verify
from gcsim.sim.initial_heap import Share, split
from gcsim.units import KB

OLD, CODE, LARGE, YOUNG = 2_535_600, 245_712, 262_160, 119_408


def test_node20_begins_with_nodes_sizes():
    """Old, code, large and new space as node 20 has them at the first statement of a script."""
    heap = Simulation(NODE_20).heap
    verify(heap)
    assert heap.used_bytes() == OLD + CODE + LARGE + YOUNG
    assert heap.young_bytes() == YOUNG
    assert heap.committed_bytes() == (2_528 + 256 + 264 + 1_024) * KB


def test_what_lives_survives_and_what_is_garbage_does_not():
    """The young part is copied, then promoted; a full collection frees 215,472 bytes of old space and most of code."""
    sim = Simulation(NODE_20.replace(verify_heap=True))
    sim.collect("scavenge")
    sim.collect("scavenge")
    sim.collect("mark-sweep")
    copied, promoted, full = sim.events
    assert (copied.copied_bytes, copied.promoted_bytes) == (66_968, 0)
    assert (promoted.copied_bytes, promoted.promoted_bytes) == (0, 66_968)
    assert full.used_after_bytes == 2_320_128 + 12_296 + LARGE + 66_968


def test_a_step_of_marking_does_little_more_than_it_should():
    """Measured on Node 20: steps of 64 KB that walk through node's own old objects mark 64 KB, and not 66."""
    sim = Simulation(NODE_20)
    marker = Marker(sim.heap, Work())
    marker.start()
    assert all(marker.drain(64 * KB) < 64.5 * KB for _ in range(35))


def test_the_program_has_made_none_of_it():
    """Neither its objects nor its bytes count as the program's."""
    sim = Simulation(NODE_20)
    assert (sim.mutator.allocated_objects, sim.allocated_bytes) == (0, 0)


def test_by_default_there_is_nothing():
    """A heap starts empty."""
    assert Simulation().heap.used_bytes() == 0


def test_a_heap_without_holes_is_laid_out_too():
    """What is left of the last page is free, and is allocated on."""
    initial = InitialHeap(old_bytes=300_000, old_live_bytes=150_000, young_bytes=10_000, young_live_bytes=10_000)
    sim = Simulation(HeapConfig(initial_heap=initial, verify_heap=True))
    verify(sim.heap)
    assert sim.heap.old_bytes() == 300_000
    sim.mutator.new("A", size=64, pretenured=True)
    assert len(sim.heap.old.pages) == 2


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"old_bytes": 8, "old_live_bytes": 16}, "old_live_bytes must be at most old_bytes (8), got 16"),
        ({"young_block_bytes": 8}, "young_block_bytes must be at most young_live_bytes (0), got 8"),
        ({"code_bytes": -8}, "code_bytes must be a whole number at least 0 bytes, got -8"),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes, message):
    """In one line."""
    with pytest.raises(ConfigError) as caught:
        InitialHeap(**sizes)
    assert str(caught.value) == message


def test_small_pages_have_no_initial_heap():
    """A block would be larger than a page."""
    with pytest.raises(ConfigError, match="an initial heap needs pages of 262144 bytes, page_size is 128"):
        NODE_20.replace(page_size=128, page_header_size=0)


def test_shares_add_up():
    """Every cell gets its part of what lives, and none is lost."""
    share = Share(1_000, 301)
    parts = [share.take(size) for size in split(1_000, 7)]
    assert sum(live for live, _ in parts) == 301
    assert sum(dead for _, dead in parts) == 699
    assert share.left == 0
