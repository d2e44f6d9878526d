"""The scavenger's buffers: what is copied where, which page ends stay empty, and who is promoted for want of one."""

from hypothesis import given
from hypothesis import strategies as st

from gcsim import Simulation
from gcsim.heap.verify import verify
from gcsim.sim.incremental import AllocationObserver
from heaps import Lab, tiny_config

BUFFER = 64


def lab(pages):
    """Pages of 32 words with buffers of 8, of which objects of more than 2 words need not lie in one."""
    return Lab(pages=pages, page_size=256, scavenger_buffer_size=BUFFER)


def test_v8s_pages_hold_seven_buffers():
    """Of 257,720 bytes; 28,344 stay empty, so a program that keeps everything promotes a ninth early."""
    sim = Simulation()
    m = sim.mutator
    node = m.shape("Node", size=48)
    with m.scope():
        for _ in range(4 * (257_720 // 48)):
            m.new(node)
        sim.collect("scavenge")
    event = sim.events[0]
    assert event.copied_bytes == 4 * (7 * 32_768 // 48) * 48
    assert event.promoted_bytes == (4 * (257_720 // 48) - 4 * (7 * 32_768 // 48)) * 48


def test_pages_smaller_than_a_buffer_have_none():
    """A lesson's page is filled to its end."""
    assert Lab(pages=2).heap.new.buffer_words == 0


def test_larger_survivors_lie_behind_the_buffer_that_is_filled_on():
    """Two words, six words, two words: the large one is behind the first buffer, and both small ones are in it."""
    world = lab(1)
    for name, words in (("A", 2), ("B", 6), ("C", 2)):
        world.new(name, words=words, elements=0)
    start = world.heap.new.from_start
    world.scavenge()
    assert [world[name] - start for name in "ABC"] == [0, 8, 2]
    verify(world.heap)


def test_survivors_are_copied_level_by_level_and_each_level_backwards():
    """As Node 20 copies what an array of holders refers to (measured): the children of the last holder come first."""
    world = lab(2)
    for name in "ABC":
        world.new(name)
    for name in "ABC":
        world.new(name.lower(), words=2, elements=0)
        world.link(name, "a", name.lower())
        world.drop(name.lower())
    start = world.heap.new.from_start
    world.scavenge()
    words = world.heap.memory.words
    assert [world[name] - start for name in "ABC"] == [0, 4, 8]
    assert [words[world[name] + 1] - start for name in "ABC"] == [16, 14, 12]
    verify(world.heap)


@given(st.lists(st.integers(2, 12), min_size=1, max_size=40), st.integers(1, 4), st.integers(1, 60))
def test_whatever_survives_is_whole(sizes, pages, budget):
    """Objects of any size in any order, in slices of any length: nothing is lost, and to-space can be walked."""
    world = lab(pages)
    made = []
    for number, words in enumerate(sizes):
        new = world.heap.new
        if new.top + words <= new.area_end or new.pages_entered < new.capacity_pages:
            made.append(f"N{number}")
            world.new(made[-1], words=words, elements=0)
    world.scavenge(budget)
    verify(world.heap)
    assert sorted(world.names()) == sorted(made)


def test_an_observer_counts_on_behind_the_object_that_reached_it():
    """100 bytes, objects of 40: due before the third; then 100 more behind it."""
    observer = AllocationObserver(100)
    due = []
    for _ in range(8):
        due.append(observer.is_due(40))
        observer.count(40)
    assert due == [False, False, True, False, False, True, False, False]


def test_a_memento_is_dead_behind_its_array():
    """16 bytes that the first copy leaves behind."""
    sim = Simulation(tiny_config(pages=4, minor_gc_task=False))
    m = sim.mutator
    with m.scope():
        m.new("Array", size=32)
        m.memento()
        assert sim.heap.used_bytes() == 48
        sim.collect("scavenge")
        assert sim.heap.used_bytes() == 32
