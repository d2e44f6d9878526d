"""Marking: colors, the worklist, and steps of any size."""

import pytest

from gcsim.collectors import Phase, Work
from gcsim.collectors.mark import Marker
from gcsim.heap.barriers import make_write
from gcsim.heap.memory import BLACK, GREY, WHITE
from gcsim.heap.roots import make_handle
from heaps import Lab


@pytest.fixture
def lab():
    """Root A -> B -> C, A -> leaf L; D is garbage."""
    lab = Lab(pages=2)
    for name in "ABCD":
        lab.new(name)
    lab.leaf("L", 2)
    lab.link("A", "a", "B")
    lab.link("A", "b", "L")
    lab.link("B", "a", "C")
    lab.drop("B", "C", "D", "L")
    return lab


def colors(lab):
    """The colors of A, B, C, D, L: they lie in that order."""
    at = lab.heap.new.to_start
    return [lab.heap.memory.colors[at + 4 * index] for index in range(5)]


def test_the_roots_are_grey_at_the_start(lab):
    """Only the globals: handles are read at the end."""
    lab.start_marking()
    assert colors(lab) == [GREY, WHITE, WHITE, WHITE, WHITE]
    assert lab.heap.worklist == [lab["A"]]
    assert lab.heap.barrier_slow


def test_one_step_blackens_one_object_and_its_leaves(lab):
    """Its children with fields are grey, those without are black at once."""
    lab.start_marking()
    assert lab.mark(1) == (4 + 2) * 8
    assert colors(lab) == [BLACK, GREY, WHITE, WHITE, BLACK]
    assert lab.mark(1) == 32
    assert colors(lab) == [BLACK, BLACK, GREY, WHITE, BLACK]
    lab.mark(1)
    assert colors(lab) == [BLACK, BLACK, BLACK, WHITE, BLACK]
    assert lab.cycle.ready


def test_the_work_is_every_object_once(lab):
    """Shared children and cycles do not count twice."""
    c = make_handle(lab.heap.new.to_start + 8)
    make_write(lab.heap)(c, "a", make_handle(lab["A"]))
    make_write(lab.heap)(c, "b", make_handle(lab["A"] + 4))
    work = Work()
    marker = Marker(lab.heap, work)
    marker.start()
    marker.drain(10**9)
    assert (work.marked_objects, work.marked_words, marker.done) == (4, 14, True)


def test_handles_are_read_at_the_end(lab):
    """In the pause, when they can no longer change."""
    lab.heap.roots.handle(lab.heap.new.to_start + 12)
    lab.start_marking()
    while not lab.cycle.ready:
        lab.mark(1)
    assert colors(lab)[3] == WHITE
    assert not lab.cycle.atomic
    assert lab.cycle.advance(1) == 0
    assert (lab.cycle.phase, colors(lab)[3]) == (Phase.REMARK, GREY)
    assert lab.cycle.atomic
    lab.cycle.advance(1)
    assert (lab.cycle.phase, colors(lab)[3]) == (Phase.EVACUATE, BLACK)
    assert not lab.heap.barrier_slow


def test_a_global_that_changes_while_marking_is_marked_in_the_end(lab):
    """Roots have no barrier."""
    lab.start_marking()
    lab.heap.roots.globals["D"] = lab.heap.new.to_start + 12
    lab.finish()
    assert lab.names() == ["A", "B", "C", "D", "L"]


def test_the_barrier_saves_what_moves_behind_the_marker(lab):
    """C is taken from B, which is not scanned yet, and stored into A, which is black."""
    lab.start_marking()
    lab.mark(1)
    write = make_write(lab.heap)
    b, c = make_handle(lab["A"] + 4), make_handle(lab["A"] + 8)
    write(make_handle(lab["A"]), "b", c)
    write(b, "a", None)
    lab.finish()
    assert lab.names() == ["A", "B", "C", "L"]


def test_what_is_born_old_while_marking_is_black(lab):
    """It survives the cycle, dead or not; large objects too."""
    lab.start_marking()
    lab.new("E", old=True)
    lab.leaf("F", 20, old=True)
    assert (lab.color("E"), lab.color("F")) == ("black", "black")
    lab.drop("E", "F")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "E", "F", "L"]
    lab.collect()
    assert lab.names() == ["A", "B", "C", "L"]


def test_what_is_born_young_while_marking_is_white(lab):
    """It lives only if something leads to it."""
    lab.start_marking()
    lab.new("E")
    lab.new("F")
    assert lab.color("E") == "white"
    lab.drop("F")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "E", "L"]


def test_floating_garbage_is_freed_by_the_next_cycle(lab):
    """What dies after it was blackened."""
    lab.start_marking()
    lab.mark(10**9)
    lab.drop("A")
    lab.finish()
    assert lab.names() == ["A", "B", "C", "L"]
    lab.collect()
    assert lab.names() == []


# The order of the visits


def array_of(lab, count):
    """An array, the only root, of `count` objects "0", "1", ... of 32 bytes, each of which refers to a leaf.

    Returns the address of each, by name. The leaves are large, so that they are visited.
    """
    lab.new("Array", elements=count)
    for index in range(count):
        lab.new(str(index))
        lab.leaf(f"leaf {index}", lab.heap.max_regular_words + 1, old=True)
        lab.link(str(index), "a", f"leaf {index}")
        lab.link("Array", index, str(index))
    places = {name: lab[name] for name in lab.heap.roots.globals}
    lab.drop(*(name for name in places if name != "Array"))
    return places


def is_black(lab, places, *names):
    """Which of the objects are black."""
    return [lab.heap.memory.colors[places[name]] == BLACK for name in names]


def test_what_was_found_together_is_visited_before_what_it_leads_to():
    """The objects of an array, the last found first, and only then their leaves."""
    lab = Lab(pages=4)
    places = array_of(lab, 3)
    lab.start_marking()
    order = []
    while not lab.cycle.ready:
        lab.mark(1)
        order += [name for name in places if name not in order and is_black(lab, places, name) == [True]]
    assert order == ["Array", "2", "1", "0", "leaf 0", "leaf 1", "leaf 2"]


def test_what_exceeds_a_segment_waits_in_the_pool():
    """Of 70 found at once the first 64 come last, after all that the others lead to."""
    lab = Lab(pages=4, page_size=4096, max_old_space_size=1)
    places = array_of(lab, 70)
    lab.start_marking()
    for _ in range(1 + 6):
        lab.mark(1)
    assert is_black(lab, places, "69", "64", "63", "leaf 64") == [True, True, False, False]
    for _ in range(6):
        lab.mark(1)
    assert is_black(lab, places, "leaf 64", "leaf 69", "63") == [True, True, False]
    lab.mark(1)
    assert is_black(lab, places, "63", "0") == [True, False]


def test_the_marker_ends_what_it_has_in_hand_before_it_looks_at_what_the_barrier_pushed():
    """Two of the array's objects, and what they lead to; then the new one."""
    lab = Lab(pages=4)
    places = array_of(lab, 2)
    lab.start_marking()
    lab.mark(1)
    lab.new("New")
    lab.link("Array", 0, "New")
    places["New"] = lab["New"]
    for _ in range(4):
        lab.mark(1)
    assert is_black(lab, places, "0", "1", "leaf 0", "leaf 1", "New") == [True] * 4 + [False]
    lab.mark(1)
    assert is_black(lab, places, "New") == [True]


def test_after_a_scavenge_the_marker_has_nothing_in_hand():
    """What the barrier has pushed before it comes first."""
    lab = Lab(pages=4)
    array_of(lab, 2)
    lab.start_marking()
    lab.mark(1)
    lab.new("New", old=True)
    lab.new("Young")
    lab.link("Array", 0, "Young")
    lab.scavenge()
    lab.mark(1)
    assert lab.color("Young") == "black"


def lab_with_own_objects():
    """(a lab in which the process holds Own -> Next and the script Mine, the address of Next)."""
    lab = Lab(pages=20)
    for name in ("Own", "Next", "Mine"):
        lab.new(name)
    lab.link("Own", "a", "Next")
    lab.heap.roots.own.append(lab.heap.roots.handle(lab["Own"]))
    place = lab["Next"]
    lab.drop("Own", "Next")
    return lab, place


def test_the_scripts_variables_wait_until_the_processs_own_objects_are_visited():
    """A barrier that has pushed little does not change that."""
    lab, place = lab_with_own_objects()
    colors = lab.heap.memory.colors
    lab.start_marking()
    assert (lab.color("Mine"), colors[place]) == ("white", WHITE)
    lab.new("New")
    lab.heap.shade(lab["New"])
    lab.mark(1)
    assert (lab.color("Mine"), colors[place], lab.color("New")) == ("white", GREY, "grey")
    lab.mark(1)
    assert (lab.color("Mine"), colors[place], lab.color("New")) == ("grey", BLACK, "grey")


def test_a_full_segment_from_the_barrier_leads_to_the_scripts_variables():
    """Its last object is visited first; then they are in hand, and come after the rest of it."""
    lab, place = lab_with_own_objects()
    colors = lab.heap.memory.colors
    lab.start_marking()
    pushed = [lab.new(str(number)) for number in range(64 + 1)]
    for address in pushed:
        lab.heap.shade(address)
    lab.mark(1)
    assert [colors[address] for address in pushed] == [GREY] * 63 + [BLACK, GREY]
    assert (lab.color("Mine"), colors[place]) == ("grey", WHITE)
    for _ in range(63):
        lab.mark(1)
    assert (lab.color("Mine"), colors[pushed[0]]) == ("grey", BLACK)
    lab.mark(1)
    assert (lab.color("Mine"), colors[pushed[-1]], colors[place]) == ("black", GREY, WHITE)


def test_one_slice_without_limit_does_the_processs_own_objects_and_the_scripts():
    """There is no second slice that would find the variables."""
    lab = Lab(pages=2)
    lab.new("Own")
    lab.new("Mine")
    lab.heap.roots.own.append(lab.heap.roots.handle(lab["Own"]))
    lab.drop("Own")
    lab.start_marking()
    assert lab.mark(10**9) == 64
    assert (lab.color("Mine"), lab.cycle.ready) == ("black", True)


# Large objects


def test_a_large_array_is_visited_in_parts():
    """Grey in between, and on top of what the part before has found; it counts once."""
    lab = Lab(pages=2)
    lab.new("Big", elements=40, old=True)
    for name, place in (("First", 0), ("Last", 39)):
        lab.new(name)
        lab.link("Big", place, name)
    first, last = lab["First"], lab["Last"]
    lab.drop("First", "Last")
    part = lab.heap.max_regular_words
    assert part < 39
    lab.start_marking()
    assert lab.mark(1) == part * 8
    colors = lab.heap.memory.colors
    assert (lab.color("Big"), colors[first], colors[last]) == ("grey", GREY, WHITE)
    lab.mark(1)
    assert (lab.color("Big"), colors[first], colors[last]) == ("grey", GREY, WHITE)
    lab.mark(10**9)
    assert (lab.cycle.work.marked_objects, lab.cycle.work.marked_words) == (3, 42 + 8)
    assert lab.heap.partly_visited == {}


def test_what_leaves_a_large_array_before_it_is_seen_does_not_float():
    """The array's first part keeps what it had; of its last part, what is taken out in time is garbage."""
    lab = Lab(pages=2)
    lab.new("Big", elements=40, old=True)
    for name, place in (("First", 0), ("Last", 39)):
        lab.new(name)
        lab.link("Big", place, name)
    lab.drop("First", "Last")
    lab.start_marking()
    lab.mark(1)
    lab.link("Big", 0, None)
    lab.link("Big", 39, None)
    lab.finish()
    assert lab.names() == ["Big", "First"]


@pytest.mark.parametrize("lives", [True, False])
def test_a_scavenge_carries_on_with_a_young_large_array_or_forgets_it(lives):
    """Another array might be born in the place of one that died half visited."""
    lab = Lab(pages=2)
    lab.new("Big", elements=40)
    lab.start_marking()
    lab.mark(1)
    big = lab["Big"]
    visited = {big: 1 + lab.heap.max_regular_words}
    assert lab.heap.partly_visited == visited
    if not lives:
        lab.drop("Big")
    lab.scavenge()
    assert lab.heap.partly_visited == (visited if lives else {})
    assert lab.heap.worklist == ([big] if lives else [])


def test_a_large_leaf_is_visited_too():
    """Its bytes count when its turn comes, not when it is found."""
    lab = Lab(pages=2)
    lab.new("Holder")
    lab.leaf("Leaf", 20, old=True)
    lab.link("Holder", "a", "Leaf")
    leaf = lab["Leaf"]
    lab.drop("Leaf")
    lab.start_marking()
    assert lab.mark(1) == 32
    assert lab.heap.memory.colors[leaf] == GREY
    assert lab.mark(1) == 160
    assert lab.heap.memory.colors[leaf] == BLACK


def test_a_large_object_with_weak_fields_is_a_weak_holder():
    """When its last part was visited."""
    lab = Lab(pages=2)
    shape = lab.heap.shapes.define("Weak", fields=tuple(map(str, range(20))), weak=("target",))
    lab.place("Weak", shape, old=True)
    lab.new("Target")
    lab.link("Weak", "target", "Target")
    lab.drop("Target")
    lab.start_marking()
    lab.mark(10**9)
    assert lab.heap.weak_holders == [lab["Weak"]]
    lab.finish()
    assert lab.read("Weak", "target") is None
