"""Compaction and page promotion in a simulation: when pages are chosen, and what the events say of it."""

import pytest

from gcsim.config import LESSON, HeapConfig, preset
from gcsim.events import Kind
from gcsim.heap.verify import verify
from gcsim.pacing.compaction import CompactionMode
from gcsim.sim.compaction import compaction_mode
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB

AREA_BYTES = 257_720
NODE_BYTES = 48


def build(sim, objects):
    """So many nodes in an array, a full collection, and another that finds nothing to do."""
    m = sim.mutator
    node = m.shape("Node3", fields=("a", "b", "c"), size=NODE_BYTES)
    keep = m.globals["keep"] = m.array(objects)
    for index in range(objects):
        with m.scope():
            m.write(keep, index, m.new(node))
    sim.collect("mark-sweep")
    sim.collect("mark-sweep")
    return keep


def thin_out(sim, objects, keep_every):
    """Of `objects` nodes in old space every so-manieth is left; three full collections follow."""
    keep = build(sim, objects)
    for index in range(objects):
        if index % keep_every:
            sim.mutator.write(keep, index, None)
    for _ in range(3):
        sim.collect("mark-sweep")
    return [event for event in sim.events if event.kind is Kind.MARK_SWEEP][-3:]


def committed(events):
    """MB before the first of some collections, and after each."""
    sizes = [events[0].committed_before_bytes, *(event.committed_after_bytes for event in events)]
    return [round(size / MB, 1) for size in sizes]


@pytest.mark.slow
@pytest.mark.parametrize(("keep_every", "node_mb", "node_bytes"), [(3, 3.5, 1_733_432), (6, 4.3, 938_120)])
def test_a_thinned_out_heap_shrinks_as_node_20s(keep_every, node_mb, node_bytes):
    """100,000 nodes of which a third or a sixth is left: the collection after the one that finds them dead compacts.

    Node 20 gave 20 pages back, its own among them, and the size in parentheses fell by 3.5 and 4.3 MB; the next
    collection finds nothing more to do.
    """
    sim = Simulation(preset("node20"))
    swept, compacted, settled = thin_out(sim, 100_000, keep_every)
    verify(sim.heap)
    assert (swept.evacuated_bytes, settled.evacuated_bytes) == (0, 0)
    assert compacted.evacuated_bytes == pytest.approx(node_bytes, rel=0.15)
    assert compacted.released_pages == pytest.approx(20, abs=2)
    before, after_sweep, after, at_last = committed([swept, compacted, settled])
    assert (before, at_last) == (after_sweep, after)
    assert before - after == pytest.approx(node_mb, abs=0.5)
    assert compacted.used_after_bytes == compacted.used_before_bytes


def test_no_compact_leaves_them():
    """`--no-compact`: pages with little on them stay."""
    events = thin_out(Simulation(HeapConfig(compact=False)), 50_000, 6)
    assert {event.evacuated_bytes for event in events} == {0}
    assert len(set(committed(events))) == 1


def test_to_save_memory_fuller_pages_are_evacuated():
    """A half lives: no candidates by default, all of them for the last resort, which has the reduce-memory flag."""
    sim = Simulation(HeapConfig())
    thin_out(sim, 50_000, 2)
    assert {event.evacuated_bytes for event in sim.events} == {0}
    sim.runtime.collect_all("last resort", reduce_memory=True)
    assert sim.events[-1].evacuated_bytes == pytest.approx(25_000 * NODE_BYTES, rel=0.15)


def test_where_memory_is_short_fuller_pages_are_evacuated_too():
    """A half lives, and the old generation cannot grow by an eighth: V8 optimises for memory."""
    sim = Simulation(HeapConfig(max_old_space_size=3.25))
    thin_out(sim, 50_000, 2)
    assert compaction_mode(sim.heap, reduce_memory=False) is CompactionMode.DEFAULT
    assert [event.evacuated_bytes > 0 for event in sim.events[-3:]] == [False, True, False]


def test_every_page_can_be_compacted_every_time():
    """`--compact-on-every-full-gc`, though nothing is gained."""
    sim = Simulation(HeapConfig(compact_on_every_full_gc=True))
    build(sim, 20_000)
    last = sim.events[-1]
    assert last.evacuated_bytes == 20_000 * NODE_BYTES == sim.heap.old.used_words * 8
    assert last.released_pages == len(sim.heap.old.pages) == 4


def test_the_bar_follows_the_speed_of_the_first_collection():
    """60 % free is too little while no speed is known, and enough afterwards."""
    sim = Simulation(HeapConfig())
    pages = [AREA_BYTES * 4 // 10] * 5
    assert sim.runtime.pacer.evacuation_candidates(pages, CompactionMode.DEFAULT) == []
    build(sim, 1000)
    assert sim.runtime.pacer.evacuation_candidates(pages, CompactionMode.DEFAULT) == [0, 1, 2, 3, 4]


def test_candidates_are_chosen_when_marking_starts():
    """And keep that role over scavenges, until the pause evacuates them; nothing is promoted onto them."""
    sim = Simulation(HeapConfig())
    keep = build(sim, 50_000)
    for index in range(50_000):
        if index % 6:
            sim.mutator.write(keep, index, None)
    sim.collect("mark-sweep")
    sim.runtime.start_marking("testing")
    candidates = dict(sim.heap.old.candidates)
    allocated = {start: page.allocated_words for start, page in candidates.items()}
    m = sim.mutator
    node = m.shape("Node3", fields=("a", "b", "c"), size=NODE_BYTES)
    for index in range(20_000):
        with m.scope():
            m.write(keep, index, m.new(node))
    sim.collect("scavenge")
    sim.collect("scavenge")
    assert len(candidates) > 5
    assert {start: sim.heap.old.pages[start].allocated_words for start in candidates} == allocated
    sim.collect("mark-sweep")
    assert sim.events[-1].released_pages == len(candidates)
    assert not sim.heap.old.pages.keys() & candidates.keys()
    verify(sim.heap)


def test_pages_promoted_whole_are_told():
    """Seven full pages of young objects: their bytes are promoted, and new space has fresh pages for them."""
    sim = Simulation(HeapConfig(min_semi_space_size=4, page_promotion_threshold=70))
    with sim.mutator.scope():
        node = sim.mutator.shape("Node", size=1 * KB)
        handles = [sim.mutator.new(node) for _ in range(7 * (AREA_BYTES // KB) + 100)]
        sim.collect("mark-sweep")
    event = sim.events[-1]
    assert event.promoted_pages == 7
    assert event.promoted_bytes == len(handles) * KB
    # An eighth page for the 100 that were copied; and from-space, of 16 pages, is committed.
    assert event.committed_after_bytes - event.committed_before_bytes == (8 + 16) * 256 * KB


def test_a_lesson_shows_compaction():
    """On pages of four objects: two that are left, on a page each, end on one page."""
    sim = Simulation(LESSON.replace(verify_heap=True))
    m = sim.mutator
    with m.scope():
        old = [m.new("Node", fields=("next",), size=32, pretenured=True) for _ in range(8)]
        m.globals["a"], m.globals["b"] = old[0], old[4]
    sim.collect("mark-sweep")
    assert len(sim.heap.old.pages) == 2
    sim.collect("mark-sweep")
    event = sim.events[-1]
    assert (event.evacuated_bytes, event.released_pages, len(sim.heap.old.pages)) == (64, 2, 1)
