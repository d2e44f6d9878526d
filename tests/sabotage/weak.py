"""Seeded bugs in what is done about weak things: the checks that find them (E), and some that others find first."""

from gcsim.collectors import UNLIMITED, MarkSweep
from gcsim.heap import finalization, verify
from gcsim.heap.ephemerons import ELEMENTS, key_slots
from gcsim.heap.memory import NULL
from seeding import breaks, mutant, run, scavenge_then, scavenge_with, scavenger
from weak_lab import WeakLab


def weak_marker(*changes):
    """A mark-sweep whose weak part has some text changed."""
    broken = mutant("weak", *changes).WeakMarker

    class Broken(MarkSweep):
        __slots__ = ()

        def __init__(self, heap):
            super().__init__(heap)
            self.marker.weak = broken(heap, self.work)

    return Broken


def end_of_scavenge(*changes):
    """A scavenger whose last step has some text changed."""
    module, weak = mutant("scavenge"), mutant("weak", *changes)
    module.update_keys, module.update_holders = weak.update_keys, weak.update_holders
    return module.Scavenger


def weak_pair(*, keep=True):
    """W and X refer weakly to T, which is a root or not."""
    lab = WeakLab()
    lab.new("T")
    lab.weak("W", "T")
    lab.weak("X", "T")
    if not keep:
        lab.drop("T")
    return lab


def entry(*, old=False, keep="KV"):
    """Table M with one entry of K and V; which of them are roots."""
    lab = WeakLab()
    lab.table("M", old=old)
    for name in "KV":
        lab.new(name)
    lab.put("M", "K", "V")
    lab.drop(*set("KV") - set(keep))
    return lab


def registered():
    """Registry R has two cells for T; their addresses."""
    lab = WeakLab()
    lab.new("T")
    lab.registry()
    return lab, [lab.cell("C", "R", "T") for _ in range(2)]


# Weak fields


@breaks("E1")
def a_dead_target_is_not_cleared():
    weak_pair(keep=False).collect(collector=weak_marker(("self._clear(holder, slot)", "pass")))


@breaks("E1")
def weak_fields_are_cleared_before_everything_is_marked():
    lab = WeakLab()
    for name in "TA":
        lab.new(name)
    lab.link("A", "a", "T")
    lab.weak("W", "T")  # the last root is marked first
    lab.drop("T")
    found = "for slot in weak_slots(heap, holder)):\n            heap.weak_holders.append(holder)"
    at_once = found.replace("heap.weak_holders.append(holder)", "self._clear(holder, holder + 2)")
    lab.collect(collector=weak_marker((found, at_once)))


@breaks("E1")
def the_holder_of_a_white_target_is_not_noted():
    lab = weak_pair(keep=False)
    lab.start_marking(weak_marker(("elif any(", "elif not any(")))
    lab.mark(UNLIMITED)


@breaks("E1")
def a_scavenge_clears_a_weak_field():
    lab = weak_pair()
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(lab["W"] + 2, NULL))


@breaks("E2")
def one_of_two_weak_references_is_cleared():
    lab = weak_pair()
    lab.start_marking()
    while not lab.cycle.ready:
        lab.mark(UNLIMITED)
    lab.drop("T")  # it is black, and stays
    before = verify.picture(lab.heap)
    work = run(lab.cycle).work
    lab.heap.memory.words[lab["W"] + 2] = NULL
    verify.verify_mark_sweep(before, lab.heap, work)


@breaks("S2")
def weak_fields_are_not_followed_by_a_scavenge():
    lab = weak_pair(keep=False)
    lab.scavenge(8, collector=scavenger(("strong_of = heap.shapes.scanned_of", "strong_of = heap.shapes.strong_of")))


@breaks("S5")
def a_scavenge_forgets_the_weak_holders():
    lab = weak_pair(keep=False)
    lab.start_marking()
    lab.mark(UNLIMITED)
    scavenge_with(lab, end_of_scavenge(("heap.weak_holders[:] = kept", "pass")))


@breaks("M1")
def weak_holders_are_left_behind():
    weak_pair(keep=False).collect(collector=weak_marker(("heap.weak_holders.clear()", "pass")))


@breaks("R1")
def a_weak_store_without_a_barrier():
    lab = WeakLab()
    lab.weak("W", old=True)
    lab.new("T")
    lab.heap.memory.words[lab["W"] + 2] = lab["T"]
    verify.verify(lab.heap)


# Ephemerons


@breaks("M7")
def values_are_strong():
    entry(keep="").collect(collector=weak_marker(("if colors[key] != WHITE:\n", "if True:\n")))


@breaks("E3")
def tables_are_visited_once():
    lab = entry()
    for name in "UXYZ":
        lab.new(name)
    lab.put("M", "U", "X")
    lab.put("M", "Y", "Z")
    lab.link("V", "a", "U")
    lab.link("X", "a", "Y")
    lab.drop("U", "V", "X", "Y", "Z")  # K keeps V, which leads to U; U keeps X, which leads to Y; Y keeps Z
    lab.collect(collector=weak_marker(("self._waiting.setdefault(key, []).append(value)", "pass")))


@breaks("E3")
def a_table_with_a_white_value_is_not_noted():
    lab = entry(keep="")
    noted = "self._visit_entries(holder)\n            heap.weak_holders.append(holder)"
    lab.start_marking(weak_marker((noted, "self._visit_entries(holder)")))
    lab.mark(UNLIMITED)


@breaks("E3")
def a_full_collection_loses_a_live_entry():
    lab = entry()
    before = verify.picture(lab.heap)
    cycle = run(MarkSweep(lab.heap))
    lab.heap.memory.words[lab["M"] + 1] = NULL
    verify.CHECKS["E3"](verify.Moment(lab.heap, before, cycle.work, "mark-sweep"))


@breaks("E4")
def an_entry_of_a_dead_key_stays():
    entry(keep="V").collect(collector=weak_marker(("remove_entry(heap, holder, slot)", "pass")))


@breaks("E4")
def a_removed_entry_is_still_counted():
    lab = entry(keep="")
    lab.collect()
    lab.heap.memory.words[key_slots(lab.heap, lab["M"]).stop + ELEMENTS] += 1
    verify.verify(lab.heap)


@breaks("E4")
def a_removed_entry_keeps_its_value():
    lab = entry(keep="V")
    lab.collect()
    lab.heap.memory.words[lab["M"] + 1] = lab["V"]
    verify.verify(lab.heap)


@breaks("E4")
def a_collection_counts_wrongly():
    lab = entry()
    scavenge_then(lab, lambda _: lab.heap.memory.words.__setitem__(key_slots(lab.heap, lab["M"]).stop + ELEMENTS, 2))


@breaks("E5")
def a_young_key_is_not_remembered():
    lab = entry(old=True)
    lab.heap.remembered.keys.clear()
    verify.verify(lab.heap)


@breaks("E5")
def young_keys_of_promoted_tables_are_not_remembered():
    lab = WeakLab()
    lab.table("M")
    lab.scavenge()
    for name in "KV":
        lab.new(name)
    lab.put("M", "K", "V")
    scavenge_with(lab, end_of_scavenge(("heap.remembered.add_key(table, slot)", "pass")))


@breaks("E5")
def a_slot_that_is_no_key_is_remembered_as_one():
    lab = entry(old=True)
    lab.heap.remembered.add_key(lab["M"], lab["M"] + 1)
    verify.verify(lab.heap)


@breaks("E5")
def a_table_that_died_is_remembered():
    lab = entry(old=True)
    table = lab["M"]
    lab.drop("M")
    lab.collect()
    lab.heap.remembered.add_key(table, table + 5)
    verify.verify(lab.heap)


@breaks("E5")
def a_scavenge_removes_the_entries_of_live_keys():
    scavenge_with(entry(), end_of_scavenge(("to = -words[key] if key < heap.old_start else NULL", "to = NULL")))


@breaks("S5")
def keys_are_not_updated_by_a_scavenge():
    scavenge_with(entry(), end_of_scavenge(("if not heap.is_young(key):", "if True:")))


@breaks("R4")
def the_value_slot_of_a_removed_entry_stays_remembered():
    forget = "heap.remembered.slots.discard(slot - heap.shapes[words[table]].ephemerons)"
    scavenge_with(entry(old=True, keep="V"), end_of_scavenge((forget, "pass")))


# Finalization


@breaks("E6")
def a_cell_is_on_the_list_twice():
    lab, (first, second) = registered()
    lab.heap.memory.words[first + finalization.NEXT] = second
    verify.verify(lab.heap)


@breaks("E6")
def a_cell_names_another_neighbour():
    lab, (first, _) = registered()
    lab.heap.memory.words[first + finalization.PREVIOUS] = NULL
    verify.verify(lab.heap)


@breaks("E6")
def a_dead_target_leaves_no_turn():
    lab, _ = registered()
    lab.drop("T")
    turn = "smi(heap.roots.turn) if is_cell else NULL"
    lab.collect(collector=weak_marker((turn, "NULL")))
