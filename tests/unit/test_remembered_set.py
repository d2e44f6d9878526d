"""The remembered set."""

from gcsim.heap.remembered_set import RememberedSet


def test_take_gives_the_slots_in_address_order_and_empties_the_set():
    """The set object stays the same, since barriers hold on to it."""
    remembered = RememberedSet()
    slots = remembered.slots
    for slot in (90, 70, 80, 70):
        slots.add(slot)
    assert len(remembered) == 3
    assert remembered.take() == [70, 80, 90]
    assert len(remembered) == 0
    slots.add(60)
    assert remembered.take() == [60]


def test_take_keys_gives_tables_and_slots_in_address_order():
    """And empties that part."""
    remembered = RememberedSet()
    for table, slot in ((90, 95), (40, 47), (90, 93), (90, 95)):
        remembered.add_key(table, slot)
    assert remembered.take_keys() == [(40, [47]), (90, [93, 95])]
    assert remembered.take_keys() == []
