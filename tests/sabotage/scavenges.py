"""Seeded bugs that the checks of a scavenge find (S)."""

from gcsim.collectors import UNLIMITED, Scavenger
from gcsim.heap import verify
from gcsim.heap.roots import make_handle
from heaps import Lab
from seeding import breaks, elder_and_child, pair, run, scavenge_then, scavenge_with, scavenger


@breaks("S1")
def the_scan_ends_one_object_early():
    pair().scavenge(collector=scavenger(("elif scan < top:", "elif scan < top - 4:")))


@breaks("S1")
def scan_goes_back():
    lab = pair()
    cycle = Scavenger(lab.heap)
    while not cycle.scan > lab.heap.new.to_start:
        cycle.advance(1)
    last = verify.picture_slice(lab.heap, cycle)
    cycle.scan -= 4
    verify.verify_slice(lab.heap, cycle, last)


@breaks("S1")
def top_is_beyond_the_area():
    lab = pair()
    cycle = Scavenger(lab.heap)
    lab.heap.new.top = lab.heap.new.area_end + 1
    verify.CHECKS["S1"](verify.Moment(lab.heap, collector=cycle))


@breaks("S2")
def a_copy_has_a_forwarding_address():
    lab = pair()
    cycle = Scavenger(lab.heap)
    while lab.heap.new.top < lab.heap.new.to_start + 8:
        cycle.advance(8)
    lab.heap.memory.words[lab.heap.new.to_start] = -lab["B"]
    verify.verify_slice(lab.heap, cycle)


@breaks("S2")
def the_first_field_is_not_scanned():
    lab = pair()
    lab.drop("B")
    first = "slots = range(holder + 1, holder + 1 + strong_of[shape])\n                scan +="
    lab.scavenge(8, collector=scavenger((first, first.replace("holder + 1,", "holder + 2,"))))


@breaks("S2")
def a_copy_is_not_put_on_the_list():
    lab = Lab(pages=2, page_size=256, scavenger_buffer_size=64)
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "B")
    lab.drop("B")
    on_list = "elif listed_of[header]:\n                                    wait(to)"
    lab.scavenge(8, collector=scavenger((on_list, "")))


@breaks("S3")
def a_forwarding_address_is_wrong():
    pair().scavenge(1, collector=scavenger(("words[address] = -to\n", "words[address] = -to - 1\n")))


@breaks("S3")
def two_objects_have_one_forwarding_address():
    lab = Lab(pages=2)
    shape = lab.heap.shapes.define("Leaf", size=16)
    lab.place("X", shape)
    lab.place("Y", shape)
    last = verify.picture_slice(lab.heap)
    cycle = Scavenger(lab.heap)
    cycle.advance(UNLIMITED)
    words = lab.heap.memory.words
    words[18] = words[16]
    verify.verify_slice(lab.heap, cycle, last)


@breaks("S4")
def a_forwarding_address_is_left_behind():
    lab = pair()
    lab.heap.memory.words[lab["A"]] = -lab["B"]
    verify.verify(lab.heap)


@breaks("S5")
def a_field_refers_to_from_space():
    lab = pair()
    gone = lab["B"]
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(lab["A"] + 1, gone))


@breaks("S5")
def promoted_objects_are_not_scanned():
    lab = elder_and_child()
    scavenge_with(lab, scavenger(("if strong_of[header]:\n", "if False:\n")))


@breaks("S5")
def objects_promoted_for_want_of_room_are_not_scanned():
    lab = Lab(pages=2)
    for name, words in zip("ABCDE", (8, 8, 6, 6, 4), strict=True):
        lab.new(name, words=words)
    lab.link("E", "a", "A")
    order = lab.heap.roots.globals
    for name in "ACBDE":  # so that the pages end in holes, and E has no room
        order[name] = order.pop(name)
    scavenge_with(lab, scavenger(("promotions += 1\n                                    push(to)", "promotions += 1")))


@breaks("S5")
def a_global_refers_to_from_space():
    lab = pair()
    gone = lab["B"]
    lab.scavenge()
    lab.heap.roots.globals["B"] = gone
    verify.CHECKS["S5"](verify.Moment(lab.heap))


@breaks("S5")
def the_worklist_refers_to_from_space():
    lab = pair()
    lab.heap.worklist.append(lab.heap.new.from_start)
    verify.verify(lab.heap)


@breaks("S6")
def promoted_words_are_counted_as_copied():
    def miscount(cycle):
        cycle.work.copied_words += cycle.work.promoted_words
        cycle.work.promoted_words = 0

    scavenge_then(elder_and_child(), miscount)


@breaks("S6")
def more_survives_than_was_there():
    lab = pair()
    before = verify.picture(lab.heap)
    cycle = run(Scavenger(lab.heap))
    lab.new("C")
    cycle.work.copied_words += 4
    lab.drop("C")
    verify.CHECKS["S6"](verify.Moment(lab.heap, before, cycle.work, "scavenge"))


@breaks("S7")
def every_survivor_is_promoted():
    class Broken(Scavenger):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self.age_mark = heap.old_start

    scavenge_with(pair(), Broken)


@breaks("S7")
def nobody_grows_old():
    class Broken(Scavenger):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self.age_mark = 0

    lab = pair()
    lab.scavenge()
    scavenge_with(lab, Broken)


@breaks("S7")
def a_full_collection_leaves_young_objects():
    lab = pair()
    lab.start_marking()
    before = verify.picture(lab.heap)
    cycle = run(lab.cycle)
    lab.new("C")
    lab.drop("C")
    verify.CHECKS["S7"](verify.Moment(lab.heap, before, cycle.work, "mark-sweep"))


@breaks("S8")
def slots_of_promoted_objects_are_not_remembered():
    scavenge_with(elder_and_child(), scavenger(("remember(slot)\n", "pass\n")))


@breaks("S9")
def a_dead_object_is_copied():
    lab = pair()
    lab.new("D")
    dead = make_handle(lab["D"])
    lab.drop("D")

    class Broken(Scavenger):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self._root_places.append(dead)
            self._root_table.append(dead.address)

    scavenge_with(lab, Broken)


@breaks("S10")
def a_survivor_is_not_counted():
    def miscount(cycle):
        cycle.work.copied_objects -= 1

    scavenge_then(pair(), miscount)
