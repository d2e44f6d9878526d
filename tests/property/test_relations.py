"""Relations between whole runs: what must be equal, or never less, whatever was drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim import HeapConfig, Simulation
from gcsim.heap.inspect import objects
from gcsim.testing import Geometry, Testbed
from gcsim.testing.compare import number_at
from gcsim.testing.programs import run
from gcsim.testing.shrink import replay
from gcsim.testing.strategies import geometries, programs, timetables

pytestmark = pytest.mark.slow

WEAK = {"write_weak", "deref", "cleanups", "register"}
"""What the mutator learns from these, or may still get hold of, depends on when it is collected."""
COLLECTIONS = {"scavenge", "start_marking", "mark", "collect", "sweep", "resize"}


def mutator_steps(program, geometry):
    """What the mutator did in a run, with the objects that were chosen then."""
    bed = Testbed(geometry, thorough=False)
    run([command for command in program if command.kind not in WEAK], bed)
    return [step for step in bed.journal if step.method not in COLLECTIONS]


def readable(bed):
    """What can be read from the roots on: the fields of each object, by number."""
    heap, words = bed.heap, bed.heap.memory.words
    front = list(heap.roots.addresses())
    found = {}
    for address in front:
        number = number_at(heap, address)
        if number not in found:
            strong = heap.shapes.strong_of[words[address]]
            contents = words[address + 1 : address + 1 + strong]
            found[number] = [word if word <= 0 else -number_at(heap, word) - 1_000_000 for word in contents]
            front += [word for word in contents if word > 0]
    return found


def replayed(steps, geometry=None, timetable=None):
    """A testbed on which the steps were done, collected at those moments."""
    bed = Testbed(geometry, schedule=timetable.schedule() if timetable else None, thorough=False)
    assert replay(steps, bed) is None
    bed.check()
    return bed


@given(programs(), geometries(), geometries(), timetables())
def test_what_can_be_read_does_not_depend_on_when_or_where_is_collected(program, geometry, other, timetable):
    """G10: the same operations on another heap, collected at other moments."""
    steps = mutator_steps(program, geometry)
    assert readable(replayed(steps, geometry)) == readable(replayed(steps, other, timetable))


@given(programs(), geometries())
def test_more_roots_never_leave_less(program, geometry):
    """P5: without the steps that drop roots, a full collection leaves as much or more."""
    steps = mutator_steps(program, geometry)
    kept = [step for step in steps if step.method not in ("drop", "drop_everything", "close_scope", "drop_global")]
    left = []
    for these in (steps, kept):
        bed = replayed(these, geometry)
        bed.collect()
        left.append(bed.heap.used_bytes())
    assert left[0] <= left[1]


@given(programs(), geometries(), st.data())
def test_a_store_of_null_over_null_changes_nothing(program, geometry, data):
    """P5: not a word."""
    steps = mutator_steps(program, geometry)
    bed, other = replayed(steps, geometry), replayed(steps, geometry)
    empty = [
        (number, field)
        for number, fields in bed.model.fields.items()
        for field, content in enumerate(fields)
        if content is None and any(number in scope for scope in bed.model.scopes)
    ]
    if empty:
        bed.write(*data.draw(st.sampled_from(empty)), None)
    for one in (bed, other):
        one.collect()
    assert bed.heap.memory.words == other.heap.memory.words


@given(programs(), geometries())
def test_the_name_of_a_global_changes_nothing_else(program, geometry):
    """P5: not a word."""
    steps = mutator_steps(program, geometry)
    names = {"x": "first", "y": "second"}
    renamed = []
    for step in steps:
        arguments = tuple(names.get(at, at) if isinstance(at, str) else at for at in step.arguments)
        renamed.append(type(step)(step.method, arguments, step.named, step.gives))
    assert replayed(steps, geometry).heap.memory.words == replayed(renamed, geometry).heap.memory.words


def reached_young(heap):
    """The numbers of what a trace of the young part alone reaches, from roots and remembered slots."""
    words, shapes = heap.memory.words, heap.shapes
    front = [address for address in heap.roots.addresses() if heap.is_young(address)]
    front += [words[slot] for slot in heap.remembered.slots if heap.is_young(words[slot])]
    front = list(dict.fromkeys(front))
    seen = set(front)
    for address in front:
        followed = shapes.scanned_of[words[address]]
        for target in words[address + 1 : address + 1 + followed]:
            if heap.is_young(target) and target not in seen:
                seen.add(target)
                front.append(target)
    return {number_at(heap, address) for address in seen}


@given(programs(), geometries(), timetables())
def test_a_scavenge_keeps_what_a_trace_of_the_young_part_reaches(program, geometry, timetable):
    """P6: remembered slots taken as roots, old objects not entered."""
    bed = Testbed(geometry, schedule=timetable.schedule(), thorough=False)
    run(program, bed)
    heap = bed.heap
    old = {number_at(heap, address) for address in objects(heap) if not heap.is_young(address)}
    expected = reached_young(heap)
    bed.scavenge()
    kept = {number_at(heap, address) for address in objects(heap)}
    assert kept - old == expected - old


@given(st.lists(st.integers(2, 400), min_size=1, max_size=30), st.sampled_from([1, 2, 4, 8]))
def test_a_larger_semispace_never_scavenges_garbage_more_often(sizes, megabytes):
    """P5: twice the semispace, a program that keeps nothing."""
    counts = []
    for size in (megabytes, 2 * megabytes):
        sim = Simulation(HeapConfig(min_semi_space_size=size / 64, max_semi_space_size=size / 64))
        m = sim.mutator
        shapes = [m.shape("Garbage", size=8 * words) for words in sizes]
        for _ in range(2_000 // len(sizes)):
            with m.scope():
                for shape in shapes:
                    m.new(shape)
        counts.append(len(sim.events))
    assert counts[0] >= counts[1]


def test_the_plainest_run_reads_what_it_wrote():
    """The reader of these relations is not blind."""
    bed = Testbed(Geometry())
    a, b = bed.new(1), bed.new(2)
    bed.write(a, 0, b)
    assert readable(bed) == {a: [-b - 1_000_000], b: [0, 0]}
