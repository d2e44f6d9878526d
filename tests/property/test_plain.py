"""The plain collectors do what the fast ones do: the same heap, word by word, and the same work."""

import pytest
from attrs import evolve, frozen
from hypothesis import given

from gcsim.collectors import MarkSweep, Scavenger
from gcsim.collectors.sweep import sweep_page
from gcsim.testing import Geometry, Testbed
from gcsim.testing.plain import PageSweep, PlainMarker, PlainMarkSweep, PlainScavenger, plain_sweep_page
from gcsim.testing.programs import Command, run
from gcsim.testing.strategies import geometries, programs, timetables

pytestmark = pytest.mark.slow


@frozen(kw_only=True)
class Buffered(Geometry):
    """A tiny heap with copying buffers of 16 words, as large pages have."""

    def config(self):
        return evolve(super().config(), scavenger_buffer_size=128)


def recording(collector, works):
    """The collector class; each cycle's work is put on the list."""

    def make(heap):
        cycle = collector(heap)
        works.append(cycle.work)
        return cycle

    return make


def state(heap):
    """All that a collector can change."""
    new, old = heap.new, heap.old
    return {
        "words": heap.memory.words.tolist(),
        "colors": bytes(heap.memory.colors),
        "worklist": (list(heap.worklist), heap.in_hand, heap.partly_visited),
        "weak": list(heap.weak_holders),
        "roots": list(heap.roots.addresses()),
        "slots": heap.remembered.slots,
        "keys": heap.remembered.keys,
        "new": (new.top, new.area_end, new.age_mark, new.pages_entered, new.to_start),
        "old": (old.top, old.limit, old.used_words, list(old.free_list.blocks()), list(old.pages)),
        "large": (list(heap.large.chunks), list(heap.new_large.chunks)),
    }


def outcome(program, geometry, timetable, young, old):
    """What is left of a program: the heap and the work of each cycle."""
    works = []
    bed = Testbed(
        geometry,
        young=recording(young, works),
        old=recording(old, works),
        schedule=timetable.schedule(),
        thorough=False,
    )
    run(program, bed)
    return state(bed.heap), works


def same(program, geometry, timetable):
    """Fast and plain end alike."""
    fast = outcome(program, geometry, timetable, Scavenger, MarkSweep)
    plain = outcome(program, geometry, timetable, PlainScavenger, PlainMarkSweep)
    assert fast == plain


@given(programs(), geometries(), timetables())
def test_plain_collectors_do_the_same(program, geometry, timetable):
    """Whatever the program, the heap, the schedule and the slices."""
    same(program, geometry, timetable)


@given(programs(), geometries(), timetables())
def test_plain_collectors_do_the_same_with_buffers(program, geometry, timetable):
    """Copies behind a buffer, and those that close one."""
    same(program, Buffered(page_words=128, pages=geometry.pages, lazy=geometry.lazy), timetable)


@given(programs(), geometries())
def test_a_plain_sweep_does_the_same(program, geometry):
    """On every page that waits for one."""
    beds = [Testbed(geometry, thorough=False) for _ in range(2)]
    for bed, sweep in zip(beds, (sweep_page, plain_sweep_page), strict=True):
        run([*program, Command("collect")], bed)
        while bed.heap.old.unswept:
            sweep(bed.heap, bed.heap.old.unswept.popleft())
    assert state(beds[0].heap) == state(beds[1].heap)


def test_a_step_that_is_overridden_is_taken():
    """A subclass changes what a plain collector does."""
    done = set()

    class Loud(PlainScavenger):
        def is_old_enough(self, address):
            done.add("age")
            return super().is_old_enough(address)

    class LoudMarker(PlainMarker):
        def visit(self, child):
            done.add("visit")
            return super().visit(child)

    class LoudMarkSweep(PlainMarkSweep):
        marker_type = LoudMarker

    class LoudSweep(PageSweep):
        def whiten(self):
            done.add("whiten")
            super().whiten()

    bed = Testbed(young=Loud, old=LoudMarkSweep)
    a, b, c = bed.new(1, old=True), bed.new(old=True), bed.new()
    bed.write(a, 0, b)
    bed.set_global("x", a)
    bed.drop(b)
    bed.scavenge()
    bed.drop(c)
    bed.collect()
    LoudSweep(bed.heap, bed.heap.old.unswept.popleft()).run()
    assert done == {"age", "visit", "whiten"}
