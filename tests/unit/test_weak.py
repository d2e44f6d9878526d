"""Weak fields, ephemerons and finalization cells in both collections, on heaps of a few pages."""

import pytest

from gcsim.collectors import UNLIMITED
from gcsim.heap import finalization, verify
from gcsim.heap.ephemerons import key_slots
from gcsim.heap.memory import BLACK, WHITE, smi_value
from weak_lab import WeakLab


@pytest.fixture
def lab():
    return WeakLab()


# Weak fields


@pytest.mark.parametrize("old", [False, True])
def test_a_weak_field_is_cleared_when_its_target_is_dead(lab, old):
    """By a full collection, wherever the holder lives."""
    lab.new("T", old=old)
    lab.weak("W", "T", old=old)
    lab.drop("T")
    work = lab.collect()
    assert lab.target("W") is None
    assert work.cleared_fields == 1
    assert lab.names() == ["W"]


@pytest.mark.parametrize("old", [False, True])
def test_a_weak_field_follows_a_target_that_lives(lab, old):
    """Promoted or not, the field has its address."""
    lab.new("T", old=old)
    lab.weak("W", "T")
    work = lab.collect()
    assert lab.read("W", "w") == lab["T"]
    assert work.cleared_fields == 0


def test_a_target_found_after_its_holder_lives(lab):
    """The weak field is looked at when everything strong is marked, whatever came first."""
    lab.weak("W")
    lab.new("A")
    lab.new("T")
    lab.link("W", "w", "T")
    lab.link("A", "a", "T")
    lab.drop("T")
    lab.collect(1)
    assert lab.target("W") == "T"


def test_all_weak_references_to_one_target_are_cleared_together(lab):
    """Strong and weak fields of an object do not get into each other's way."""
    lab.new("T")
    lab.new("S")
    for name in ("V", "W", "X"):
        lab.weak(name, "T")
        lab.link(name, "a", "S")
    lab.drop("T", "S")
    assert lab.collect().cleared_fields == 3
    assert [lab.target(name) for name in ("V", "W", "X")] == [None] * 3
    assert lab.name_of(lab.read("X", "a")) == "S"


def test_weak_holders_that_refer_to_each_other_die(lab):
    """A circle of weak references keeps nobody alive."""
    lab.weak("V")
    lab.weak("W", "V")
    lab.link("V", "w", "W")
    lab.drop("V", "W")
    lab.collect()
    assert lab.names() == []


@pytest.mark.parametrize("old", [False, True])
def test_a_weak_field_is_strong_in_a_scavenge(lab, old):
    """Its target is copied, promoted at the second time, and dies with the next full collection."""
    lab.new("T")
    lab.weak("W", "T", old=old)
    lab.drop("T")
    assert lab.scavenge().copied_words == (4 if old else 8)
    assert lab.scavenge().promoted_words == (4 if old else 8)
    assert lab.target("W") == "T"
    lab.collect()
    assert lab.target("W") is None


def test_a_store_into_a_weak_field_of_an_old_object_is_remembered(lab):
    """It is a slot like any other to the next scavenge."""
    lab.weak("W", old=True)
    lab.new("T")
    lab.link("W", "w", "T")
    assert lab.heap.remembered.slots == {lab["W"] + 2}


def test_a_small_integer_in_a_weak_field_stays(lab):
    """Only references can die."""
    lab.weak("W")
    lab.link("W", "w", 7)
    lab.collect()
    assert lab.read("W", "w") == 7


# Ephemerons in a full collection


def table_with(lab, *entries, drop=(), old=False):
    """Table M with these entries of (key, value), all of them new objects, some of which are dropped."""
    names = dict.fromkeys(name for entry in entries for name in entry)
    for name in names:
        lab.new(name)
    lab.table("M", old=old)
    for key, value in entries:
        lab.put("M", key, value)
    lab.drop(*(name for name in names if name in drop))


def test_a_value_lives_as_long_as_its_key(lab):
    """And the entry with a dead key is removed: key, value and count."""
    table_with(lab, ("K", "V"), ("D", "U"), drop="VDU")
    work = lab.collect()
    assert lab.keys("M") == ["K", "-", None, None]
    assert lab.values("M") == ["V", None, None, None]
    assert lab.counts("M") == (1, 1)
    assert work.removed_entries == 1
    assert lab.names() == ["K", "M", "V"]


def test_a_value_that_refers_to_its_own_key_does_not_keep_it_alive(lab):
    """The two die together."""
    table_with(lab, ("K", "V"))
    lab.link("V", "a", "K")
    lab.drop("K", "V")
    lab.collect()
    assert lab.names() == ["M"]


def test_a_value_lives_only_as_long_as_its_table(lab):
    """A dead table's entries keep nothing alive."""
    table_with(lab, ("K", "V"), drop="V")
    lab.drop("M")
    lab.collect()
    assert lab.names() == ["K"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_chain_of_entries_lives_in_any_order(lab, order):
    """K keeps A, A keeps B, B keeps C."""
    chain = [("K", "A"), ("A", "B"), ("B", "C")]
    table_with(lab, *(chain[at] for at in order), drop="ABC")
    lab.collect(8)
    assert lab.names() == ["A", "B", "C", "K", "M"]


def test_a_chain_of_tables_lives(lab):
    """The value of an entry is the table that holds the next one; in it is a weak holder whose target is dead."""
    for name in "KVXYD":
        lab.new(name)
    lab.weak("W", "D")
    lab.link("W", "a", "Y")
    lab.table("M")
    lab.table("N")
    lab.put("N", "K", "X")
    lab.put("N", "V", "W")
    lab.put("M", "V", "N")
    lab.put("M", "K", "V")
    lab.drop(*"VNXYWD")
    lab.collect()
    assert lab.names() == ["K", "M", "N", "V", "W", "X", "Y"]


def test_a_circle_of_entries_dies(lab):
    """A keeps B and B keeps A, and nothing else does."""
    table_with(lab, ("A", "B"), ("B", "A"), drop="AB")
    lab.collect()
    assert lab.names() == ["M"]


def test_a_key_that_two_tables_have_keeps_both_values(lab):
    """Several values may wait for one key."""
    table_with(lab, ("G", "K"))
    for table, value in (("N", "V"), ("O", "W")):
        lab.new(value)
        lab.table(table)
        lab.put(table, "K", value)
        lab.drop(value)
    lab.drop("K")
    lab.collect()
    assert lab.names() == ["G", "K", "M", "N", "O", "V", "W"]


def test_small_integers_are_values_too(lab):
    """They keep nothing alive and go with their key."""
    table_with(lab, ("K", "V"), ("D", "U"), drop="VDU")
    for slot in list(key_slots(lab.heap, lab["M"]))[:2]:
        lab.heap.memory.words[slot - 4] = -(1 << 32)
    lab.collect()
    assert lab.names() == ["K", "M"]
    assert lab.heap.memory.words[lab["M"] + 1] == -(1 << 32)
    assert lab.counts("M") == (1, 1)


def test_every_entry_is_looked_up_twice_at_most():
    """Also a long chain in reverse order: the work is in proportion to the entries."""

    class Counted(dict):
        lookups = 0

        def pop(self, *arguments):
            self.lookups += 1
            return super().pop(*arguments)

    entries = 100
    lab = WeakLab(pages=2, page_size=64 * 1024, max_old_space_size=4)
    lab.table("M", entries)
    links = [f"K{at}" for at in range(entries + 1)]
    for name in links:
        lab.new(name)
    for at in reversed(range(entries)):
        lab.put("M", links[at], links[at + 1])
    lab.drop(*links[1:])
    lab.start_marking()
    waiting = lab.cycle.marker.weak._waiting = Counted()
    lab.finish()
    assert lab.counts("M") == (entries, 0)
    assert 0 < waiting.lookups <= entries


# Ephemerons in a scavenge


@pytest.mark.parametrize("old", [False, True])
def test_a_scavenge_removes_the_entries_of_dead_young_keys(lab, old):
    """Their values are copied once more, and are gone at the next scavenge, as V8 has it."""
    table_with(lab, ("K", "V"), ("D", "U"), drop="VDU", old=old)
    work = lab.scavenge()
    assert lab.keys("M") == ["K", "-", None, None]
    assert lab.counts("M") == (1, 1)
    assert work.removed_entries == 1
    assert lab.names() == ["K", "M", "U", "V"]
    lab.scavenge()
    assert lab.names() == ["K", "M", "V"]


@pytest.mark.parametrize("old", [False, True])
def test_a_value_that_refers_to_its_key_survives_every_scavenge(lab, old):
    """Values are strong in a scavenge; the full collection takes both."""
    table_with(lab, ("K", "V"), old=old)
    lab.link("V", "a", "K")
    lab.drop("K", "V")
    for _ in range(3):
        assert lab.scavenge().removed_entries == 0
    assert lab.names() == ["K", "M", "V"]
    lab.collect()
    assert lab.names() == ["M"]


def test_a_young_key_of_an_old_table_is_remembered_until_it_is_old(lab):
    """Apart from the other slots, and by table."""
    table_with(lab, ("K", "V"), drop="V", old=True)
    slot = key_slots(lab.heap, lab["M"])[0]
    assert lab.heap.remembered.keys == {lab["M"]: {slot}}
    lab.scavenge()
    assert lab.heap.remembered.keys == {lab["M"]: {slot}}
    lab.scavenge()
    assert lab.heap.remembered.keys == {}
    assert lab.keys("M")[0] == "K"


def test_the_young_keys_of_a_table_that_is_promoted_are_remembered(lab):
    """The table grows old before its key."""
    lab.table("M")
    lab.scavenge()
    for name in "KV":
        lab.new(name)
    lab.put("M", "K", "V")
    lab.drop("V")
    lab.scavenge()
    assert lab.heap.remembered.keys == {lab["M"]: {key_slots(lab.heap, lab["M"])[0]}}
    assert lab.keys("M")[0] == "K"


def test_a_large_table_is_handled_in_place(lab):
    """It is promoted at its first scavenge, and one of its young keys dies."""
    lab.table("M", 40)
    for name in "KDV":
        lab.new(name)
    lab.put("M", "K", "V")
    lab.put("M", "D", "V")
    lab.drop("V", "D")
    lab.scavenge()
    assert lab.keys("M")[:3] == ["K", "-", None]
    assert lab.view("M").space == "large"


def test_a_large_key_lives_or_dies(lab):
    """A young large object is not copied, but handed over."""
    for name in "KD":
        lab.leaf(name, 40)
    lab.new("V")
    lab.table("M")
    lab.put("M", "K", "V")
    lab.put("M", "D", "V")
    lab.drop("D", "V")
    lab.scavenge()
    assert lab.keys("M") == ["K", "-", None, None]


def test_dead_old_keys_are_left_to_the_full_collection(lab):
    """A scavenge looks at young keys only."""
    table_with(lab, ("K", "V"), drop="V", old=True)
    lab.scavenge()
    lab.scavenge()
    lab.drop("K")
    assert lab.scavenge().removed_entries == 0
    assert lab.collect().removed_entries == 1


def test_a_dead_old_table_with_young_keys_is_forgotten(lab):
    """By the full collection that frees it."""
    table_with(lab, ("K", "V"), drop="V", old=True)
    lab.drop("M")
    lab.collect()
    assert lab.heap.remembered.keys == {}


# While marking


def marked(lab):
    """The marking has begun, and nothing grey is left."""
    lab.start_marking()
    while not lab.cycle.ready:
        lab.mark(UNLIMITED)


def test_a_target_that_is_stored_while_marking_lives_through_it(lab):
    """The barrier shades it, so a holder that was visited needs no second look."""
    lab.weak("W")
    marked(lab)
    lab.new("T")
    lab.link("W", "w", "T")
    assert lab.color("T") == "grey"
    lab.drop("T")
    lab.finish()
    assert lab.target("W") == "T"
    lab.collect()
    assert lab.target("W") is None


def test_an_entry_that_is_stored_while_marking_lives_through_it(lab):
    """Key and value are shaded, in a table that was visited and in one that was born black."""
    lab.table("M")
    marked(lab)
    lab.table("N", old=True)
    for name in "KV":
        lab.new(name)
    lab.put("M", "K", "V")
    lab.put("N", "V", "K")
    lab.drop("K", "V")
    lab.finish()
    assert (lab.keys("M")[0], lab.values("N")[0]) == ("K", "K")


@pytest.mark.parametrize("budget", [1, 30, UNLIMITED])
def test_a_weak_holder_is_carried_along_by_scavenges(lab, budget):
    """It is copied and promoted before the pause; the dead are off the list."""
    lab.new("T")
    lab.weak("W", "T")
    lab.weak("X", "T")
    table_with(lab, ("K", "V"), ("D", "U"), drop="VDU")
    lab.drop("T")
    marked(lab)
    assert len(lab.heap.weak_holders) == 3
    lab.drop("X")
    lab.scavenge(budget)
    assert len(lab.heap.weak_holders) == 2
    lab.scavenge(budget)
    lab.finish(budget)
    assert lab.target("W") is None
    assert lab.keys("M") == ["K", "-", None, None]
    assert lab.heap.weak_holders == []


def test_a_large_weak_holder_is_not_copied(lab):
    """It is handed over and stays on the list, or it dies and is off it."""
    for name in "MN":
        lab.table(name, 16)
    marked(lab)
    assert len(lab.heap.weak_holders) == 2
    lab.drop("N")
    lab.scavenge()
    assert lab.heap.weak_holders == [lab["M"]]
    lab.finish()


def test_what_is_read_from_a_weak_field_while_marking_lives(lab):
    """The handle is a root at the end, although nothing else refers to the target."""
    lab.new("T")
    lab.weak("W", "T")
    lab.drop("T")
    marked(lab)
    lab.heap.roots.handle(lab.word("W", 2))
    lab.finish()
    assert lab.target("W") == "T"


def test_values_whose_keys_are_marked_already_do_not_wait_for_the_pause(lab):
    """They are marked in steps, as everything else; what is unknown when the table is visited waits."""
    table_with(lab, ("K", "V"), ("D", "U"), drop="VDU")
    marked(lab)
    colors = [lab.heap.memory.colors[value] for value in lab.heap.memory.words[lab["M"] + 1 : lab["M"] + 3]]
    assert colors == [BLACK, WHITE]


# Finalization


def test_a_dead_target_leaves_its_turn_in_the_cell(lab):
    """And is counted; a target that lives is followed."""
    lab.new("T")
    lab.new("L")
    lab.registry()
    cells = [lab.cell("C", "R", name) for name in "TL"]
    lab.drop("T")
    lab.heap.roots.open_scope()
    lab.collect()
    words = lab.heap.memory.words
    assert [smi_value(words[cells[0] + finalization.TARGET]), lab.heap.dead_targets] == [1, 1]
    assert words[cells[1] + finalization.TARGET] == lab["L"]
    lab.collect()
    assert lab.heap.dead_targets == 1


def test_cells_of_a_dead_registry_die(lab):
    """Nobody asks any more."""
    lab.new("T")
    lab.registry()
    lab.cell("C", "R", "T")
    lab.drop("R")
    lab.collect()
    assert lab.names() == ["T"]
    assert lab.heap.dead_targets == 0


def test_cells_are_taken_off_at_any_place(lab):
    """First, last and middle one of a list."""
    lab.new("T")
    lab.registry()
    cells = [lab.cell("C", "R", "T") for _ in range(4)]
    assert finalization.cells(lab.heap, lab["R"]) == cells[::-1]
    for gone in (1, 3, 0, 2):
        finalization.take_off(lab.heap, cells[gone])
        verify.verify(lab.heap)
        assert cells[gone] not in finalization.cells(lab.heap, lab["R"])
    assert finalization.cells(lab.heap, lab["R"]) == []
