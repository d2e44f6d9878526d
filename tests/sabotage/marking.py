"""Seeded bugs that the checks of marking find (M)."""

from gcsim.collectors import UNLIMITED, MarkSweep, Scavenger
from gcsim.collectors.mark import Marker
from gcsim.heap import barriers, verify
from gcsim.heap.memory import BLACK, WHITE
from gcsim.heap.roots import make_handle
from heaps import Lab
from seeding import breaks, marker, pair, run, scavenge_with, scavenger


@breaks("M1")
def an_object_is_black_before_the_cycle():
    lab = pair()
    lab.heap.memory.colors[lab["A"]] = BLACK
    verify.verify(lab.heap)


@breaks("M1")
def a_large_object_is_black_before_the_cycle():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.memory.colors[lab["L"]] = BLACK
    verify.verify(lab.heap)


@breaks("M1")
def the_worklist_is_not_empty_before_the_cycle():
    lab = pair()
    lab.heap.worklist.append(lab["A"])
    verify.verify(lab.heap)


@breaks("M2")
def an_object_is_popped_and_not_scanned():
    lab = pair()
    lab.start_marking()
    lab.heap.worklist.pop()
    verify.verify(lab.heap)


@breaks("M2")
def an_object_is_on_the_worklist_twice():
    lab = pair()
    lab.start_marking()
    lab.heap.worklist.append(lab["A"])
    verify.verify(lab.heap)


@breaks("M2")
def a_white_object_is_on_the_worklist():
    lab = pair()
    lab.start_marking()
    lab.heap.memory.colors[lab["A"]] = WHITE
    verify.verify(lab.heap)


@breaks("M3")
def a_black_object_becomes_white():
    lab = Lab(pages=2)
    lab.leaf("L")
    lab.new("A")
    lab.link("A", "a", "L")
    lab.start_marking()
    while lab.color("L") != "black":
        lab.mark(1)
    last = verify.picture_slice(lab.heap)
    lab.heap.memory.colors[lab["L"]] = WHITE
    verify.verify_slice(lab.heap, lab.cycle, last)


def black_to_white():
    """A is black and refers to W, which is white; nothing else does. The store had no barrier."""
    lab = pair()
    lab.new("W")
    white = lab["W"]
    lab.drop("W")
    lab.start_marking()
    lab.mark(UNLIMITED)
    lab.heap.memory.words[lab["A"] + 2] = white
    return lab


@breaks("M4")
def a_store_while_marking_without_a_barrier():
    verify.verify(black_to_white().heap)


@breaks("M4")
def the_barrier_shades_the_holder_instead_of_the_value():
    lab = pair()
    lab.new("W")
    white = make_handle(lab["W"])
    lab.drop("W")
    lab.start_marking()
    lab.mark(UNLIMITED)
    real, barriers.record_write = barriers.record_write, lambda heap, holder, *_: heap.shade(holder)
    try:
        barriers.make_write(lab.heap)(make_handle(lab["A"]), "b", white)
    finally:
        barriers.record_write = real
    verify.verify(lab.heap)


@breaks("M5")
def nothing_protects_a_white_object():
    verify.CHECKS["M5"](verify.Moment(black_to_white().heap))


@breaks("M6")
def marking_ends_with_grey_objects():
    lab = pair()
    Marker(lab.heap, MarkSweep(lab.heap).work).stop()
    verify.verify_marked(lab.heap)


@breaks("M6")
def marking_does_not_end():
    lab = pair()
    lab.start_marking()
    lab.mark(UNLIMITED)
    verify.verify_marked(lab.heap)


@breaks("M7")
def handles_are_not_marked():
    lab = pair()
    lab.heap.roots.handle(lab.new("C"))
    lab.drop("C")
    everything = "for address in self.heap.roots.addresses():"
    lab.collect(collector=marker((everything, "for address in self.heap.roots.globals.values():")))


@breaks("M7")
def more_is_black_than_can_be_reached():
    lab = pair()
    lab.leaf("Dead")
    dead = lab["Dead"]
    lab.drop("Dead")

    class Broken(MarkSweep):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            heap.shade(dead)

    lab.collect(collector=Broken)


@breaks("M9")
def what_is_born_old_while_marking_is_white():
    lab = pair()
    lab.start_marking()
    last = verify.picture_slice(lab.heap)
    lab.heap.memory.colors[lab.new("C", old=True)] = WHITE
    verify.verify_slice(lab.heap, lab.cycle, last)


@breaks("M9")
def what_is_stored_into_a_newborn_is_white():
    lab = black_to_white()
    last = verify.picture_slice(lab.heap)
    white = lab.word("A", 2)
    lab.new("C", old=True)
    lab.heap.memory.words[lab["C"] + 1] = white
    verify.verify_slice(lab.heap, lab.cycle, last)


@breaks("M10")
def the_worklist_has_old_addresses():
    lab = pair()
    lab.start_marking()
    before = verify.picture(lab.heap)
    grey = lab["A"]
    cycle = run(Scavenger(lab.heap))
    lab.heap.worklist.append(grey)
    verify.CHECKS["M10"](verify.Moment(lab.heap, before, cycle.work, "scavenge"))


@breaks("M10")
def copies_lose_their_color():
    lab = pair()
    lab.start_marking()
    lab.mark(UNLIMITED)
    scavenge_with(lab, scavenger(("if marking and colors[address]:", "if False:")))


@breaks("M11")
def a_shared_object_is_marked_twice():
    lab = pair()
    lab.link("A", "b", "B")
    lab.drop("B")
    lab.collect(UNLIMITED, collector=marker(("if child > 0 and not colors[child]:", "if child > 0:")))
