"""Seeded bugs of object ids (I): what collectors forget to tell, and ids that are no longer true."""

from gcsim.heap import verify
from heaps import Lab
from sabotage.evacuation import candidate
from seeding import breaks, elder_and_child, evacuator, holes, mutant, scavenge_then, scavenger


def numbered():
    """Old A to D, which have ids."""
    lab = holes()
    lab.give_ids()
    return lab


def no_forgetting():
    """A mark-sweep that does not tell which objects are dead."""
    return mutant("mark_sweep", ("self.heap.ids.forget_white()\n", "pass\n")).MarkSweep


@breaks("I1")
def the_dead_keep_their_ids():
    lab = numbered()
    lab.drop("B")
    lab.collect(collector=no_forgetting())


@breaks("I1")
def two_objects_have_one_id():
    lab = numbered()
    lab.heap.ids.ids[1] = lab.heap.ids.ids[0]
    verify.verify(lab.heap)


@breaks("I1")
def an_id_was_never_given():
    lab = numbered()
    lab.heap.ids.ids[3] = lab.heap.ids.next_id
    verify.verify(lab.heap)


@breaks("I1")
def ids_are_out_of_order():
    lab = numbered()
    addresses = lab.heap.ids.addresses
    addresses[0], addresses[1] = addresses[1], addresses[0]
    verify.verify(lab.heap)


@breaks("I1")
def a_dead_young_large_object_keeps_its_id():
    lab = Lab(pages=2)
    lab.new("L", elements=20)
    lab.drop("L")
    told = "heap.ids.follow_scavenge(heap.old_start, heap.new_large.chunks)\n"
    lab.scavenge(collector=scavenger((told, told.replace("heap.new_large.chunks", "()"))))


@breaks("I2")
def moves_of_the_evacuation_are_not_told():
    candidate().collect(collector=evacuator(("heap.ids.follow()\n", "pass\n")))


@breaks("I2")
def moves_are_told_when_the_forwarding_addresses_are_gone():
    told = "heap.ids.follow()\n        self._empty_new_space()\n"
    late = "self._empty_new_space()\n        heap.ids.follow()\n"
    elder_and_child().collect(collector=evacuator((told, late)))


@breaks("I2")
def moves_of_the_scavenge_are_not_told():
    told = "heap.ids.follow_scavenge(heap.old_start, heap.new_large.chunks)\n"
    elder_and_child().scavenge(collector=scavenger((told, "pass\n")))


@breaks("I2")
def a_scavenge_swaps_two_ids():
    lab = elder_and_child()
    lab.give_ids()

    def swap(cycle):
        ids = lab.heap.ids.ids
        ids[0], ids[1] = ids[1], ids[0]

    scavenge_then(lab, swap)
