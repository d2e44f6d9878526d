"""However a cycle is cut into slices, it does the same: the same words, the same colors, the same work."""

from hypothesis import given
from hypothesis import strategies as st

from gcsim.collectors import UNLIMITED, MarkSweep, Phase, Scavenger
from gcsim.heap.barriers import make_write, record_keys, record_write
from gcsim.heap.ephemerons import ELEMENTS, key_slots
from gcsim.heap.heap import Heap
from gcsim.heap.roots import make_handle
from gcsim.units import WORD_BYTES
from heaps import tiny_config

sizes = st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(1, 4), st.booleans())
stores = st.tuples(st.integers(0, 50), st.integers(0, 3), st.integers(0, 50))
programs = st.fixed_dictionaries(
    {
        "pages": st.integers(2, 4),
        "lazy": st.booleans(),
        "predictable": st.booleans(),
        "sizes": st.lists(sizes, min_size=1, max_size=24),
        "elders": st.integers(0, 8),
        "stores": st.lists(stores, max_size=40),
        "entries": st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8),
        "roots": st.sets(st.integers(0, 24)),
        "marked": st.integers(0, 4),
    }
)
budgets = st.lists(st.integers(1, 300) | st.just(UNLIMITED), min_size=1, max_size=20)


def build(program):
    """The heap that a program makes: objects, some of which survive a scavenge, and references between them.

    The last object is an ephemeron table.
    """
    settings = {"lazy_sweeping": program["lazy"], "predictable": program["predictable"], "max_old_space_size": 1}
    heap = Heap(tiny_config(program["pages"], page_size=256, **settings))
    handles = heap.roots.handles
    define, tables = heap.shapes.define, heap.shapes.define_ephemerons
    for at, (strong, weak, raw, old) in enumerate([*program["sizes"], (0, 0, 20, program["lazy"])]):
        if at == program["elders"]:
            run(Scavenger(heap), [UNLIMITED])
        words = 1 + strong + weak + raw
        shape = define("Thing", strong=strong, weak=("u", "w")[:weak], size=words * WORD_BYTES)
        if at == len(program["sizes"]):
            shape = tables("Table", 8, size=words * WORD_BYTES)
        address = heap.allocate_raw(words, pretenured=old)
        if not address and old:
            heap.old.add_page()
            address = heap.allocate_raw(words, pretenured=old)
        if address:
            heap.memory.words[address] = shape.index
            handles.append(make_handle(address))
    link(heap, program["stores"])
    fill(heap, handles, program["entries"])
    handles[:] = [handle for at, handle in enumerate(handles) if at in program["roots"]]
    return heap


def link(heap, wanted):
    """The references of a program."""
    write, handles = make_write(heap), heap.roots.handles
    for holder, field, target in wanted:
        if not handles:
            return
        to, value = handles[holder % len(handles)], handles[target % len(handles)]
        shape = heap.shapes[heap.memory.words[to.address]]
        fields = shape.strong + len(shape.weak_fields)
        if fields:
            write(to, field % fields, value)


def fill(heap, handles, wanted):
    """The entries of a program in its table, if there is room for one."""
    words = heap.memory.words
    table = handles[-1].address if handles else 0
    if not table or not heap.shapes[words[table]].ephemerons:
        return
    slots = key_slots(heap, table)
    for slot, (key, value) in zip(slots, wanted, strict=False):
        words[slot] = handles[key % len(handles)].address
        record_keys(heap, table, slot, 1)
        words[slot - len(slots)] = handles[value % len(handles)].address
        record_write(heap, table, slot - len(slots), words[slot - len(slots)])
        words[slots.stop + ELEMENTS] += 1


def run(cycle, wanted):
    """The cycle to its end, its budgets again and again; its work."""
    at = 0
    while cycle.phase is not Phase.DONE:
        cycle.advance(wanted[at % len(wanted)])
        at += 1
    return cycle.work


def state(heap):
    """All that a cycle may have changed."""
    pages = [(page.start, page.swept, page.allocated_words) for page in heap.old.pages.values()]
    return (
        heap.memory.words,
        heap.memory.colors,
        list(heap.roots.addresses()),
        heap.remembered.slots,
        heap.remembered.keys,
        heap.worklist,
        heap.weak_holders,
        pages,
        list(heap.old.free_list.blocks()),
        heap.used_bytes(),
        (heap.new.top, heap.new.age_mark, heap.old.top, heap.old.limit, heap.barrier_slow),
    )


@given(programs, budgets)
def test_a_scavenge_does_the_same_in_any_slices(program, wanted):
    """Against one slice of the whole."""
    whole, sliced = build(program), build(program)
    assert run(Scavenger(whole), [UNLIMITED]) == run(Scavenger(sliced), wanted)
    assert state(whole) == state(sliced)


@given(programs, budgets)
def test_a_full_collection_does_the_same_in_any_slices(program, wanted):
    """Marking, promotion and sweep."""
    whole, sliced = build(program), build(program)
    assert run(MarkSweep(whole), [UNLIMITED]) == run(MarkSweep(sliced), wanted)
    assert state(whole) == state(sliced)


@given(programs, budgets)
def test_an_evacuation_of_all_pages_does_the_same_in_any_slices(program, wanted):
    """What is on old pages moves with the young, one object a slice or all at once."""
    whole, sliced = build(program), build(program)
    for heap in (whole, sliced):
        heap.old.close_area()
        heap.old.choose_candidates(heap.old.movable_pages())
    assert run(MarkSweep(whole), [UNLIMITED]) == run(MarkSweep(sliced), wanted)
    assert state(whole) == state(sliced)


@given(programs, budgets)
def test_a_scavenge_while_marking_does_the_same_in_any_slices(program, wanted):
    """Colors and the worklist too."""
    heaps = [build(program), build(program)]
    cycles = [MarkSweep(heap) for heap in heaps]
    for heap, cycle, budget in zip(heaps, cycles, ([UNLIMITED], wanted), strict=True):
        heap.roots.globals.update(root=heap.roots.handles[0].address) if heap.roots.handles else None
        for address in heap.roots.globals.values():
            heap.shade(address)
        cycle.advance(program["marked"] * 40)
        run(Scavenger(heap), budget)
    assert state(heaps[0]) == state(heaps[1])
    assert run(cycles[0], [UNLIMITED]) == run(cycles[1], wanted)
    assert state(heaps[0]) == state(heaps[1])
