"""For each seeded bug a few operations that show it: what no mutant does is equivalent to the right thing."""

from gcsim.testing import Geometry, SimulatedBed, Testbed

WITNESSES = {}


def shows(id_, bed=Testbed, **sizes):
    """Enter the decorated operations as the witness of that bug, on such a heap."""

    def enter(operations):
        WITNESSES[id_] = (bed, Geometry(**sizes), operations)
        return operations

    return enter


def old_to_young(bed):
    """Old a refers to young b, which is no root."""
    a, b = bed.new(1, old=True), bed.new()
    bed.write(a, 0, b)
    bed.drop(b)
    return a


@shows("K01")
def a_store_into_an_old_object(bed):
    old_to_young(bed)


@shows("K02")
def a_white_object_is_stored_into_a_black_one(bed):
    a = bed.new(1)
    bed.set_global("x", a)
    bed.start_marking()
    bed.mark()
    bed.write(a, 0, bed.new())


@shows("K03")
@shows("K04")
@shows("K09")
def one_object_survives_once(bed):
    bed.new()
    bed.scavenge()


@shows("K05")
def two_objects_are_grey_in_the_pause(bed):
    bed.new(1)
    bed.new(1)
    bed.collect()


@shows("K06")
def a_key_and_its_value_are_dead(bed):
    a, b, c = bed.new_table(), bed.new(), bed.new()
    bed.put(a, b, c)
    bed.drop(b)
    bed.drop(c)
    bed.collect()


@shows("K07")
def an_object_has_two_references(bed):
    a, b = bed.new(1), bed.new()
    bed.write(a, 0, b)
    bed.scavenge()


@shows("K08")
@shows("K23")
def one_object_survives_twice(bed):
    bed.new()
    bed.scavenge()
    bed.scavenge()


@shows("K10")
def a_promoted_object_refers_to_a_newborn(bed):
    a = bed.new(1)
    bed.scavenge()
    b = bed.new()
    bed.write(a, 0, b)
    bed.drop(b)
    bed.scavenge()


@shows("K11")
def a_page_with_something_alive_is_swept(bed):
    bed.new(old=True)
    bed.collect()
    bed.sweep()


@shows("K12")
def a_global_is_the_only_root(bed):
    a = bed.new(1)
    bed.set_global("x", a)
    bed.drop(a)
    bed.collect()


@shows("K13")
def an_object_before_a_free_run_dies(bed):
    a = bed.new(old=True)
    bed.new(old=True)
    b = bed.new(old=True)
    bed.drop(a)
    bed.drop(b)
    bed.collect()
    bed.sweep()


@shows("K14")
@shows("K15")
def the_first_object_of_a_page_dies(bed):
    a = bed.new(old=True)
    bed.new(old=True)
    bed.drop(a)
    bed.collect()
    bed.sweep()


@shows("K16")
def an_object_is_born_old_while_marking(bed):
    bed.set_global("x", bed.new(1))
    bed.start_marking()
    bed.new(old=True)
    bed.mark()


@shows("K17")
def a_weak_target_dies(bed):
    a, b = bed.new(weak=1), bed.new()
    bed.write_weak(a, 0, b)
    bed.drop(b)
    bed.collect()


@shows("K18")
def a_weak_target_is_found_late(bed):
    a, b, c = bed.new(weak=1), bed.new(1), bed.new()
    bed.set_global("x", a)
    bed.write(b, 0, c)
    bed.write_weak(a, 0, c)
    bed.drop(c)
    bed.collect()


@shows("K19")
def a_chain_of_entries_lies_in_reverse(bed):
    table = bed.new_table()
    a, b, c, d = (bed.new() for _ in range(4))
    for key, value in ((c, d), (b, c), (a, b)):
        bed.put(table, key, value)
        bed.drop(value)
    bed.collect()


@shows("K20")
def a_slot_stays_remembered(bed):
    old_to_young(bed)
    bed.scavenge()


@shows("K21")
def an_old_object_with_a_remembered_slot_dies(bed):
    bed.drop(old_to_young(bed))
    bed.collect()


@shows("K22")
def a_large_object_lives(bed):
    a, b = bed.new(1), bed.new(raw=40)
    bed.write(a, 0, b)
    bed.drop(b)
    bed.collect()


@shows("K24", bed=SimulatedBed)
def something_dies_in_a_simulation(bed):
    bed.drop(bed.new())
    bed.collect()


@shows("K25", bed=SimulatedBed)
def a_scavenge_follows_a_full_collection(bed):
    bed.collect()
    bed.new()
    bed.scavenge()


@shows("K26", page_words=16, pages=2)
def to_space_is_full_since_copies_lie_in_another_order(bed):
    bed.new(raw=3)
    b = bed.new(raw=3)
    bed.new(raw=4)
    d = bed.new(1, raw=5)
    bed.new(raw=6)
    bed.write(d, 0, b)
    bed.drop(b)
    bed.scavenge()


@shows("K27")
def a_slot_on_an_evacuated_page_is_remembered(bed):
    old_to_young(bed)
    for _ in range(2):  # so that allocation goes on on another page
        bed.new(raw=14, old=True)
    bed.start_marking(True)
    bed.collect()


@shows("K28")
def two_objects_look_alike(bed):
    bed.new()
    bed.new()
    bed.scavenge()


@shows("K29")
def a_young_object_fills_an_old_one(bed):
    a, b = bed.new(1, old=True), bed.new()
    bed.fill(a, 0, 1, b)


@shows("K30")
def the_budget_runs_out_before_the_second_object(bed):
    a, b = bed.new(1), bed.new(1)
    bed.write(a, 0, b)
    bed.set_global("x", a)
    bed.start_marking()
    bed.mark()


@shows("K31")
def the_dead_are_asked_for_twice(bed):
    a = bed.new()
    bed.register(a)
    bed.drop(a)
    bed.collect()
    bed.close_scope()
    bed.cleanups()
    bed.cleanups()


@shows("K32", bed=SimulatedBed, old_pages=4)
def old_space_is_full(bed):
    for _ in range(5):
        bed.new(raw=14, old=True)


@shows("K33")
def a_field_is_null(bed):
    bed.new(1)
    bed.scavenge()


@shows("K34")
def a_list_is_six_objects_long(bed):
    last = bed.new(1)
    for _ in range(5):
        number = bed.new(1)
        bed.write(number, 0, last)
        bed.drop(last)
        last = number
    bed.collect()
