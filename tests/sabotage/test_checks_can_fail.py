"""For every check a seeded bug that makes it raise: a check that cannot fail is worth nothing.

Some bugs are changes of a collector's text, executed as a module of its own: a changed line that is not found, or is
found twice, fails the test. The others break a heap by hand, or override a method.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger, mark_sweep
from gcsim.collectors.mark import Marker
from gcsim.collectors.sweep import sweep_page
from gcsim.errors import InvariantBroken
from gcsim.heap import barriers, verify
from gcsim.heap.memory import BLACK, GREY, WHITE
from gcsim.heap.roots import make_handle
from heaps import Lab

CASES = []


def breaks(id_):
    """Enter a case: the check of that id, and no other, must raise."""

    def enter(case):
        CASES.append(pytest.param(id_, case, id=f"{id_}-{case.__name__}"))
        return case

    return enter


@pytest.mark.parametrize(("id_", "case"), CASES)
def test_a_seeded_bug_is_found(id_, case):
    """By the check that is there for it, which says its name and what it found."""
    with pytest.raises(InvariantBroken, match=f"^{id_} {verify.CHECKS[id_].name}: ."):
        case()


def test_every_check_has_a_seeded_bug():
    """A new check needs one too."""
    assert {case.values[0] for case in CASES} == set(verify.CHECKS)


# Tools


def mutant(name, *changes):
    """The collector module of that name with some text changed."""
    original = import_module(f"gcsim.collectors.{name}")
    text = Path(original.__file__).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}.py"
        text = text.replace(old, new)
    module = ModuleType(f"mutant_{name}")
    exec(compile(text, original.__file__, "exec"), module.__dict__)  # noqa: S102 - the project's own code, broken
    return module


def scavenger(*changes):
    """A scavenger with some text changed."""
    return mutant("scavenge", *changes).Scavenger


def marker(*changes):
    """A mark-sweep whose marker has some text changed."""
    broken = mutant("mark", *changes).Marker

    class Broken(MarkSweep):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self.marker = broken(heap, self.work)

    return Broken


def scavenge_then(lab, sabotage):
    """A scavenge, then some damage, then the checks."""
    before = verify.picture(lab.heap)
    cycle = run(Scavenger(lab.heap))
    sabotage(cycle)
    verify.verify_scavenge(before, lab.heap, cycle.work)


def scavenge_with(lab, collector):
    """A scavenge by a broken collector, checked at its end only."""
    before = verify.picture(lab.heap)
    verify.verify_scavenge(before, lab.heap, run(collector(lab.heap)).work)


def collect_with(lab, prepare):
    """A full collection that begins with some damage, checked at its end only."""
    before = verify.picture(lab.heap)
    cycle = MarkSweep(lab.heap)
    prepare()
    verify.verify_mark_sweep(before, lab.heap, run(cycle).work)


def run(cycle):
    """The cycle, when it is done."""
    while cycle.phase is not Phase.DONE:
        cycle.advance(UNLIMITED)
    return cycle


def pair():
    """Young A refers to B by a; both are roots."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    lab.link("A", "a", "B")
    return lab


def old_and_young():
    """Old O refers to young Y, which is no root."""
    lab = Lab(pages=2)
    lab.new("O", old=True)
    lab.new("Y")
    lab.link("O", "a", "Y")
    lab.drop("Y")
    return lab


def elder_and_child():
    """A has survived once; its child C is newborn and no root."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.scavenge()
    lab.new("C")
    lab.link("A", "a", "C")
    lab.drop("C")
    return lab


def waiting_page():
    """Old A and C live, B between them is dead; their page waits for its sweep."""
    lab = Lab(pages=2)
    for name in "ABC":
        lab.new(name, old=True)
    lab.drop("B")
    lab.collect()
    return lab, lab.heap.old.unswept[0]


def holes(*dead, lazy=False):
    """A swept page of four old objects, some of them dead."""
    lab = Lab(pages=2, lazy_sweeping=lazy)
    for name in "ABCD":
        lab.new(name, old=True)
    lab.drop(*dead)
    lab.collect()
    return lab


# The graph


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
    wrong = f"elif not address:\n                    table[slot] = new.to_start\n                {real}"
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
    whole = "range(scan + 1, scan + words_of[shape])"
    scavenge_with(lab, scavenger(("range(scan + 1, scan + 1 + strong_of[shape])", whole)))


@breaks("G6")
def slots_of_dead_objects_are_updated_when_others_live_there():
    lab = Lab(pages=2)
    lab.new("Dead", elements=16, old=True)
    lab.new("Y")
    lab.link("Dead", 0, "Y")
    lab.leaf("R")
    lab.heap.memory.words[lab["R"] + 1] = lab["Y"]  # a number that looks like an address
    lab.drop("Dead", "Y")
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


# Scavenge


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
    first = "slots = range(scan + 1, scan + 1 + strong_of[shape])"
    lab.scavenge(8, collector=scavenger((first, first.replace("scan + 1,", "scan + 2,"))))


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


# Remembered set and barriers


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


# Marking


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


# Sweep and pages


@breaks("W1")
def a_black_object_is_swept():
    lab, _ = waiting_page()
    last = verify.picture_slice(lab.heap)
    lab.heap.memory.colors[lab["A"]] = WHITE
    sweep_page(lab.heap, lab.heap.old.unswept.popleft())
    verify.verify_slice(lab.heap, None, last)


@breaks("W1")
def a_grey_object_is_left_for_the_sweep():
    lab = pair()
    cycle = MarkSweep(lab.heap)
    while cycle.phase is not Phase.EVACUATE:
        cycle.advance(UNLIMITED)
    lab.heap.memory.colors[lab["A"]] = GREY
    verify.verify_marked(lab.heap)


@breaks("W2")
def a_block_is_longer_than_it_was():
    lab = holes("B")
    lab.heap.memory.words[lab.heap.old_start + 4] += 1
    verify.verify(lab.heap)


@breaks("W2")
def a_large_object_is_shorter_than_its_chunk():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.memory.words[lab["L"]] = lab.heap.shapes.define("Small", size=32).index
    verify.verify(lab.heap)


@breaks("W2")
def a_large_object_is_shorter_and_its_rest_a_filler():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.memory.words[lab["L"]] = lab.heap.shapes.define("Small", size=64).index
    lab.heap.memory.words[lab["L"] + 8] = 12
    verify.verify(lab.heap)


@breaks("W3")
def a_free_run_is_not_in_the_list():
    lab = holes("B")
    lab.heap.old.free_list.heads[1] = 0
    verify.verify(lab.heap)


@breaks("W3")
def a_block_is_in_the_list_twice():
    lab = holes("B", "D")
    words, (first, second) = lab.heap.memory.words, (lab.heap.old_start + 4, lab.heap.old_start + 12)
    words[first + 1], words[second + 1] = second, first
    verify.verify(lab.heap)


@breaks("W3")
def a_block_is_in_the_wrong_class():
    lab = holes("B")
    heads = lab.heap.old.free_list.heads
    heads[1], heads[2] = heads[2], heads[1]
    verify.verify(lab.heap)


@breaks("W3")
def the_free_words_are_miscounted():
    lab = holes("B")
    lab.heap.old.free_list.free_words += 1
    verify.verify(lab.heap)


@breaks("W3")
def a_live_object_is_in_the_list():
    lab = holes("B")
    lab.heap.old.free_list.heads[1] = lab["A"]
    verify.verify(lab.heap)


@breaks("W4")
def a_free_run_is_not_merged_with_its_neighbour():
    lab = holes("B", "C")
    free, at = lab.heap.old.free_list, lab.heap.old_start + 4
    free.reset()
    free.add(at, 4)
    free.add(at + 4, 4)
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_not_null():
    lab = pair()
    lab.heap.memory.words[lab.heap.new.top + 1] = 5
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_black():
    lab = old_and_young()
    lab.heap.memory.colors[lab.heap.old.top + 1] = BLACK
    verify.verify(lab.heap)


@breaks("W5")
def the_allocation_area_is_on_no_page_of_its_space():
    lab = Lab(pages=2)
    lab.leaf("L", 17, old=True)
    lab.heap.old.top, lab.heap.old.limit = lab["L"] + 20, lab["L"] + 24
    lab.heap.old._booked_words += 4
    verify.verify(lab.heap)


@breaks("W6")
def a_waiting_page_is_booked_at_the_wrong_size():
    lab, page = waiting_page()
    page.live_words += 1
    verify.verify(lab.heap)


@breaks("W6")
def a_waiting_page_is_not_in_the_queue():
    lab, _ = waiting_page()
    lab.heap.old.unswept.clear()
    verify.verify(lab.heap)


@breaks("W6")
def marking_starts_before_the_sweep_has_ended():
    lab, _ = waiting_page()
    Marker(lab.heap, MarkSweep).start()
    verify.CHECKS["W6"](verify.Moment(lab.heap))


@breaks("W6")
def memory_is_taken_from_a_waiting_page():
    lab, page = waiting_page()
    lab.heap.old.top, lab.heap.old.limit = page.area_start + 12, page.area_end
    verify.CHECKS["W6"](verify.Moment(lab.heap))


@breaks("W7")
def colors_are_not_cleared_by_the_sweep():
    lab, page = waiting_page()
    broken = mutant("sweep", ("heap.memory.clear_colors(page.start, end)\n", "pass\n"))
    broken.sweep_page(lab.heap, lab.heap.old.unswept.popleft())
    assert page.swept
    verify.verify(lab.heap)


@breaks("W8")
def a_page_in_use_is_released():
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name, old=True)
    lab.new("E", old=True)
    lab.link("A", "a", "E")
    page = lab.heap.old.page_of(lab["E"])
    lab.drop("E")
    lab.heap.old.close_area()
    lab.heap.old.free_list.reset()
    lab.heap.old.release_page(page)
    verify.verify(lab.heap)


@breaks("W8")
def a_root_is_on_a_released_page():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.large.free(lab["L"])
    verify.CHECKS["W8"](verify.Moment(lab.heap))


@breaks("W8")
def empty_pages_are_not_released():
    lab = Lab(pages=2)
    before = verify.picture(lab.heap)
    cycle = run(MarkSweep(lab.heap))
    lab.heap.old.add_page()
    lab.heap.old.add_page()
    verify.verify_mark_sweep(before, lab.heap, cycle.work)


@breaks("W9")
def large_words_are_miscounted():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    lab.heap.large.used_words += 1
    verify.verify(lab.heap)


@breaks("W9")
def a_large_object_is_young_and_old():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    chunk = lab.heap.large.chunks[lab["L"]]
    lab.heap.new_large.chunks[lab["L"]] = chunk
    lab.heap.new_large.used_words, lab.heap.new_large.committed_words = chunk.words, chunk.committed_words
    verify.verify(lab.heap)


@breaks("W9")
def a_large_object_moves():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)

    def move(_):
        large, words, old = lab.heap.large, lab.heap.memory.words, lab["L"]
        new = large.allocate(20)
        words[new : new + 20] = words[old : old + 20]
        lab.heap.roots.globals["L"] = new
        large.free(old)

    scavenge_then(lab, move)


# Sizes


@breaks("A1")
def old_words_are_miscounted():
    lab = old_and_young()
    lab.heap.old._booked_words += 1
    verify.verify(lab.heap)


@breaks("A1")
def new_words_are_miscounted():
    lab = Lab(pages=2)
    lab.new("A", words=8)
    lab.new("B", words=8)
    lab.new("C", words=8)
    lab.heap.new.pages_entered = 1
    verify.CHECKS["A1"](verify.Moment(lab.heap))


@breaks("A1")
def a_page_is_used_twice():
    lab = old_and_young()
    lab.heap.memory._free_runs.append((lab["O"] & -16, 1))
    verify.CHECKS["A1"](verify.Moment(lab.heap))


@breaks("A1")
def a_page_belongs_to_nobody():
    lab = pair()
    lab.heap.memory.reserve(1)
    verify.verify(lab.heap)


@breaks("A1")
def the_colors_are_too_few():
    lab = pair()
    del lab.heap.memory.colors[-1]
    verify.verify(lab.heap)


@breaks("A2")
def new_space_is_larger_than_it_may_be():
    lab = pair()
    lab.heap.new.max_pages = 1
    verify.verify(lab.heap)


@breaks("A2")
def large_space_uses_more_than_it_has_committed():
    lab = Lab(pages=2)
    lab.leaf("L", 20, old=True)
    chunk = lab.heap.large.chunks[lab["L"]]
    lab.heap.large.chunks[lab["L"]] = type(chunk)(chunk.start, chunk.pages, chunk.words, 8)
    lab.heap.large.committed_words = 8
    verify.verify(lab.heap)
