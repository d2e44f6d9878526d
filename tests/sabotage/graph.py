"""Seeded bugs that the checks of the graph find (G)."""

from gcsim.collectors import UNLIMITED, Scavenger, mark_sweep
from gcsim.heap import verify
from heaps import Lab
from seeding import breaks, collect_with, pair, run, scavenge_then, scavenge_with, scavenger


@breaks("G1")
def a_field_is_lost_in_a_scavenge():
    lab = pair()
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(lab["A"] + 1, 0))


@breaks("G2")
def two_fields_are_swapped_in_a_scavenge():
    lab = pair()
    lab.new("C")
    lab.link("A", "b", "C")
    lab.drop("B", "C")
    words = lab.heap.memory.words

    def swap(_):
        at = lab["A"]
        words[at + 1], words[at + 2] = words[at + 2], words[at + 1]

    scavenge_then(lab, swap)


@breaks("G2")
def null_is_forwarded_to_the_base_of_to_space():
    lab = pair()
    real = "elif large and address in large:"
    wrong = f"elif not address:\n                    table[slot] = heap.new.to_start\n                {real}"
    scavenge_with(lab, scavenger((real, wrong)))


@breaks("G3")
def a_field_refers_into_an_object():
    lab = pair()
    lab.heap.memory.words[lab["A"] + 1] = lab["B"] + 1
    verify.verify(lab.heap)


@breaks("G4")
def garbage_is_marked():
    lab = pair()
    dead = lab["B"]
    lab.link("A", "a", None)
    lab.drop("B")
    collect_with(lab, lambda: lab.heap.shade(dead))


@breaks("G5")
def a_shared_object_is_copied_twice():
    lab = pair()
    lab.link("A", "b", "B")
    scavenge_with(lab, scavenger(("words[address] = -to\n", "pass\n")))


@breaks("G5")
def two_equal_objects_are_merged():
    lab = Lab(pages=2)
    lab.new("A")
    pair_of = lab.heap.shapes.define("Leaf", size=16)
    for index, name in enumerate(("X", "Y")):
        lab.place(name, pair_of)
        lab.link("A", index, name)
    lab.drop("X", "Y")
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(lab["A"] + 2, lab.read("A", "a")))


@breaks("G6")
def raw_words_are_scanned():
    lab = pair()
    lab.heap.memory.words[lab["A"] + 3] = lab["B"]
    whole = "range(holder + 1, holder + words_of[shape])\n                scan +="
    scavenge_with(lab, scavenger(("range(holder + 1, holder + 1 + strong_of[shape])\n                scan +=", whole)))


@breaks("G6")
def slots_of_dead_objects_are_updated_when_others_live_there():
    lab = Lab(pages=2)
    lab.new("Dead", elements=16, old=True)
    lab.leaf("R")
    lab.new("Y")
    lab.link("Dead", 0, "Y")
    lab.heap.memory.words[lab["R"] + 1] = lab["Y"]  # a number that looks like an address
    lab.drop("Dead")
    real, mark_sweep.forget_dead_slots = mark_sweep.forget_dead_slots, lambda heap: None
    try:
        lab.collect()
    finally:
        mark_sweep.forget_dead_slots = real


@breaks("G7")
def globals_are_not_updated():
    class Broken(Scavenger):
        __slots__ = ()

        def _write_back_roots(self):
            pass

    scavenge_with(pair(), Broken)


@breaks("G7")
def a_root_is_null():
    lab = pair()
    lab.heap.roots.handle(0)
    verify.verify(lab.heap)


@breaks("G8")
def a_dead_cycle_is_kept():
    lab = pair()
    lab.link("B", "a", "A")
    dead = lab["A"]
    lab.drop("A", "B")
    collect_with(lab, lambda: lab.heap.shade(dead))


@breaks("G9")
def a_collection_without_garbage_changes_what_is_allocated():
    lab = pair()
    lab.start_marking()
    lab.mark(UNLIMITED)
    before = verify.picture(lab.heap)
    cycle = run(lab.cycle)
    lab.new("C", old=True)
    lab.drop("C")
    verify.verify_mark_sweep(before, lab.heap, cycle.work)


@breaks("G11")
def a_global_becomes_another_object():
    lab = pair()
    scavenge_then(lab, lambda _: lab.heap.roots.globals.update(A=lab["B"]))


@breaks("G11")
def a_global_disappears():
    lab = pair()
    scavenge_then(lab, lambda _: lab.drop("A"))
