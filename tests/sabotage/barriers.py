"""Seeded bugs that the checks of the remembered set and the barriers find (R)."""

from gcsim.heap import barriers, verify
from gcsim.heap.roots import make_handle
from seeding import breaks, holes, old_and_young, pair, scavenge_then


@breaks("R1")
def a_store_without_a_barrier():
    lab = old_and_young()
    lab.heap.memory.words[lab["O"] + 2] = lab.read("O", "a")
    verify.verify(lab.heap)


@breaks("R1")
def the_remembered_set_is_emptied_by_a_scavenge():
    lab = old_and_young()
    scavenge_then(lab, lambda _: lab.heap.remembered.slots.clear())


@breaks("R1")
def a_copy_of_elements_without_a_barrier():
    lab = old_and_young()
    lab.new("V", elements=2, old=True)
    v, o = make_handle(lab["V"]), make_handle(lab["O"])
    real, barriers.record_range = barriers.record_range, lambda *_: None
    try:
        barriers.copy_elements(lab.heap, o, 0, v, 0, 2)
    finally:
        barriers.record_range = real
    verify.verify(lab.heap)


@breaks("R2")
def the_barrier_is_off_while_marking():
    lab = pair()
    lab.start_marking()
    lab.heap.barrier_slow = False
    verify.verify(lab.heap)


@breaks("R2")
def the_barrier_skips_young_holders_while_marking():
    lab = pair()
    lab.start_marking()
    lab.heap.barrier_start = lab.heap.old_start
    verify.verify(lab.heap)


@breaks("R3")
def a_slot_is_remembered_in_a_free_block():
    lab = holes("A")
    lab.heap.remembered.slots.add(lab.heap.old_start + 1)
    verify.verify(lab.heap)


@breaks("R3")
def slots_of_dead_holders_are_kept():
    lab = old_and_young()
    lab.new("P", old=True)
    slot = lab["O"] + 1
    lab.drop("O")
    lab.collect()
    lab.heap.remembered.slots.add(slot)
    verify.verify(lab.heap)


@breaks("R4")
def a_slot_that_holds_nothing_young_is_kept():
    lab = old_and_young()
    scavenge_then(lab, lambda _: lab.heap.remembered.slots.add(lab["O"] + 2))


@breaks("R5")
def a_slot_is_taken_at_its_old_value():
    lab = old_and_young()
    lab.link("O", "a", 7)
    slot = lab["O"] + 1
    lab.drop("O")
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(slot, 0))
