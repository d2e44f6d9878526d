"""Marking: colors, the worklist, and steps of any size."""

import pytest

from gcsim.collectors import Phase, Work
from gcsim.collectors.mark import Marker
from gcsim.heap.barriers import make_write
from gcsim.heap.memory import BLACK, GREY, WHITE
from gcsim.heap.roots import make_handle
from heaps import Lab


@pytest.fixture
def lab():
    """Root A -> B -> C, A -> leaf L; D is garbage."""
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name)
    lab.leaf("L", 2)
    lab.link("A", "a", "B")
    lab.link("A", "b", "L")
    lab.link("B", "a", "C")
    lab.drop("B", "C", "D", "L")
    return lab


def colors(lab):
    """The colors of A, B, C, D, L: they lie in that order."""
    at = lab.heap.new.to_start
    return [lab.heap.memory.colors[at + 4 * index] for index in range(5)]


def test_the_roots_are_grey_at_the_start(lab):
    """Only the globals: handles are read at the end."""
    lab.start_marking()
    assert colors(lab) == [GREY, WHITE, WHITE, WHITE, WHITE]
    assert lab.heap.worklist == [lab["A"]]
    assert lab.heap.barrier_slow


def test_one_step_blackens_one_object_and_its_leaves(lab):
    """Its children with fields are grey, those without are black at once."""
    lab.start_marking()
    assert lab.mark(1) == (4 + 2) * 8
    assert colors(lab) == [BLACK, GREY, WHITE, WHITE, BLACK]
    assert lab.mark(1) == 32
    assert colors(lab) == [BLACK, BLACK, GREY, WHITE, BLACK]
    lab.mark(1)
    assert colors(lab) == [BLACK, BLACK, BLACK, WHITE, BLACK]
    assert lab.cycle.ready


def test_the_work_is_every_object_once(lab):
    """Shared children and cycles do not count twice."""
    c = make_handle(lab.heap.new.to_start + 8)
    make_write(lab.heap)(c, "a", make_handle(lab["A"]))
    make_write(lab.heap)(c, "b", make_handle(lab["A"] + 4))
    work = Work()
    marker = Marker(lab.heap, work)
    marker.start()
    marker.drain(10**9)
    assert (work.marked_objects, work.marked_words, marker.done) == (4, 14, True)


def test_handles_are_read_at_the_end(lab):
    """In the pause, when they can no longer change."""
    lab.heap.roots.handle(lab.heap.new.to_start + 12)
    lab.start_marking()
    while not lab.cycle.ready:
        lab.mark(1)
    assert colors(lab)[3] == WHITE
    assert not lab.cycle.atomic
    assert lab.cycle.advance(1) == 0
    assert (lab.cycle.phase, colors(lab)[3]) == (Phase.REMARK, GREY)
    assert lab.cycle.atomic
    lab.cycle.advance(1)
    assert (lab.cycle.phase, colors(lab)[3]) == (Phase.EVACUATE, BLACK)
    assert not lab.heap.barrier_slow


def test_a_global_that_changes_while_marking_is_marked_in_the_end(lab):
    """Roots have no barrier."""
    lab.start_marking()
    lab.heap.roots.globals["D"] = lab.heap.new.to_start + 12
    lab.finish()
    assert lab.names() == ["A", "B", "C", "D", "L"]


def test_the_barrier_saves_what_moves_behind_the_marker(lab):
    """C is taken from B, which is not scanned yet, and stored into A, which is black."""
    lab.start_marking()
    lab.mark(1)
    write = make_write(lab.heap)
    b, c = make_handle(lab["A"] + 4), make_handle(lab["A"] + 8)
    write(make_handle(lab["A"]), "b", c)
    write(b, "a", None)
    lab.finish()
    assert lab.names() == ["A", "B", "C", "L"]


def test_what_is_born_old_while_marking_is_black(lab):
    """It survives the cycle, dead or not; large objects too."""
    lab.start_marking()
    lab.new("E", old=True)
    lab.leaf("F", 20, old=True)
    assert (lab.color("E"), lab.color("F")) == ("black", "black")
    lab.drop("E", "F")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "E", "F", "L"]
    lab.collect()
    assert lab.names() == ["A", "B", "C", "L"]


def test_what_is_born_young_while_marking_is_white(lab):
    """It lives only if something leads to it."""
    lab.start_marking()
    lab.new("E")
    lab.new("F")
    assert lab.color("E") == "white"
    lab.drop("F")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "E", "L"]


def test_floating_garbage_is_freed_by_the_next_cycle(lab):
    """What dies after it was blackened."""
    lab.start_marking()
    lab.mark(10**9)
    lab.drop("A")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "L"]
    lab.collect()
    assert lab.names() == []


def test_an_object_wider_than_the_budget_is_one_slice():
    """At most one object over."""
    lab = Lab(pages=2)
    lab.new("Big", elements=200, old=True)
    lab.start_marking()
    assert lab.mark(1) == 202 * 8
