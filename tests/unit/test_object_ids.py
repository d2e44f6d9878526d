"""Object ids: given once, kept through every move, and gone with their object."""

import pytest

from gcsim.collectors import UNLIMITED
from gcsim.heap.object_ids import FIRST_ID
from heaps import Lab


def ids_of(lab, *names):
    """The ids that objects have now, by the names of their globals; None for none."""
    ids = dict(zip(lab.heap.ids.addresses, lab.heap.ids.ids, strict=True))
    return [ids.get(lab[name]) for name in names]


def test_ids_are_odd_and_count_upwards_in_the_order_of_addresses():
    """Below are the roots'."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    lab.new("O", old=True)
    assert lab.give_ids() == {"A": 63, "B": 65, "O": 67}
    assert (FIRST_ID, lab.heap.ids.next_id) == (63, 69)


def test_who_has_an_id_keeps_it_when_more_are_given():
    """Also where the new ones lie in between."""
    lab = Lab(pages=2, lazy_sweeping=False)
    lab.fill_old_pages("ABCD")
    lab.give_ids()
    lab.drop("B")
    lab.collect()
    lab.new("E", old=True)
    lab.new("Y")
    assert lab["A"] < lab["E"] < lab["D"]
    assert lab.give_ids() == {"A": 63, "C": 67, "D": 69, "E": 73, "Y": 71}


def test_an_id_survives_two_scavenges_and_promotion():
    """Copied, then promoted."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.new("B")
    given, places = lab.give_ids(), {lab["A"]}
    for _ in range(2):
        lab.scavenge()
        places.add(lab["A"])
        assert ids_of(lab, "A", "B") == list(given.values())
    assert len(places) == 3
    assert lab.view("A").space == "old"


@pytest.mark.parametrize("budget", [1, 40, UNLIMITED])
def test_an_id_survives_compaction(budget):
    """The page is given back, and with it the forwarding address."""
    lab = Lab(pages=2, lazy_sweeping=False)
    lab.fill_old_pages("ABCD", "EFGH")
    lab.drop("B", "C", "D", "F")
    lab.collect()
    given, place = lab.give_ids(), lab["A"]
    lab.choose("A")
    lab.collect(budget)
    assert lab["A"] != place
    assert ids_of(lab, *given) == list(given.values())


@pytest.mark.parametrize("whole", [True, False])
def test_an_id_survives_a_full_collection_of_the_young(whole):
    """The page is promoted whole, or the objects one by one."""
    lab = Lab(pages=2, page_promotion=whole)
    for name in "ABCD":
        lab.new(name)
    lab.drop("B")
    given, place = lab.give_ids(), lab["A"]
    assert lab.collect().promoted_pages == whole
    assert lab["A"] != place
    assert ids_of(lab, "A", "C", "D") == [given[name] for name in "ACD"]


def test_an_id_survives_scavenges_while_marking():
    """And the end of that marking."""
    lab = Lab(pages=2)
    lab.new("A")
    lab.fill_old_pages("O")
    given = lab.give_ids()
    lab.start_marking()
    lab.mark()
    lab.scavenge()
    assert ids_of(lab, "A", "O") == list(given.values())
    lab.finish()
    assert ids_of(lab, "A", "O") == list(given.values())


@pytest.mark.parametrize("old", [True, False])
def test_a_large_object_keeps_its_id_or_dies_with_it(old):
    """It never moves."""
    lab = Lab(pages=4)
    lab.new("L", elements=20, old=old)
    lab.new("M", elements=20, old=old)
    given = lab.give_ids()
    lab.drop("M")
    lab.scavenge()
    lab.collect()
    assert ids_of(lab, "L") == [given["L"]]
    assert list(lab.heap.ids.ids) == [given["L"]]


@pytest.mark.parametrize("old", [True, False])
def test_at_the_address_of_a_dead_object_an_id_is_new(old):
    """It is never given again."""
    lab = Lab(pages=2, lazy_sweeping=False)
    lab.new("A", old=old)
    lab.new("K", old=old)
    given, place = lab.give_ids(), lab["A"]
    lab.drop("A")
    lab.collect() if old else lab.scavenge()
    assert list(lab.heap.ids.ids) == [given["K"]]
    if not old:
        lab.scavenge()  # the halves are as they were
    lab.new("B", old=old)
    assert lab["B"] == place
    assert lab.give_ids()["B"] > given["K"]


def test_what_is_no_object_has_an_id_of_its_own():
    """Always the same, and no object's."""
    lab = Lab(pages=2)
    ids = lab.heap.ids
    first = ids.of_other("map")
    lab.new("A")
    assert lab.give_ids() == {"A": first + 2}
    assert (ids.of_other("map"), ids.of_other("another")) == (first, first + 4)


def test_without_ids_a_collection_has_nothing_to_do():
    """As long as nobody has taken a snapshot."""
    lab = Lab(pages=2)
    lab.new("A")
    ids = lab.heap.ids
    ids.forget_white()
    ids.follow_scavenge(lab.heap.old_start, ())
    ids.follow()
    assert (len(ids.addresses), len(ids.ids), ids.next_id) == (0, 0, FIRST_ID)
