"""What relates whole runs: the same program under another schedule, with more roots, on a larger heap."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from gcsim import HeapConfig, Simulation
from gcsim.collectors import UNLIMITED, Phase, Scavenger
from gcsim.heap import inspect
from gcsim.testing import Geometry, Testbed
from gcsim.testing.model import Ref
from gcsim.testing.programs import Command, run
from gcsim.testing.shrink import replay
from gcsim.testing.strategies import budgets, geometries, graphs, programs, timetables
from gcsim.testing.timetable import Timetable
from gcsim.trace.format import format_line

QUIET = ("scavenge", "collect", "start_marking", "mark", "sweep", "resize", "deref", "cleanups", "put", "look_up")
"""Steps that collect, or whose effect depends on when it was collected."""


def outcome(steps, geometry, timetable):
    """What a program that did these steps can read at its end; the heap was compared with the oracle all the time."""
    bed = Testbed(geometry, schedule=timetable.schedule(), thorough=False)
    assert replay(steps, bed) is None
    bed.check()
    return {number: bed.model.fields[number] for number in bed.model.reachable()}, bed.model.roots()


def build(graph, roots, old=False):
    """A testbed with that graph, of which some objects are roots."""
    bed = Testbed(Geometry(page_words=128, pages=2))
    for fields in graph:
        bed.new(len(fields), old=old)
    for holder, fields in enumerate(graph, 1):
        for index, target in enumerate(fields):
            if target is not None:
                bed.write(holder, index, target + 1)
    for number in range(1, len(graph) + 1):
        if number not in roots:
            bed.drop(number)
    return bed


def survivors(bed, *budget):
    """How many objects are left after a full collection."""
    bed.collect(*budget)
    return len(list(inspect.objects(bed.heap)))


ROOTS = st.sets(st.integers(1, 12))


@given(programs(), geometries(), geometries(), timetables())
def test_values_are_independent_of_the_schedule(program, geometry, other, timetable):
    """G10: whatever the schedule and the sizes, the program reads the same."""
    bed = Testbed(geometry, thorough=False)
    run(program, bed)
    steps = [step for step in bed.journal if step.method not in QUIET]
    assert outcome(steps, geometry, Timetable()) == outcome(steps, other, timetable)


@given(graphs(), ROOTS, ROOTS)
def test_more_roots_never_keep_less(graph, roots, more):
    """P5: survivors are monotone in the roots."""
    assert survivors(build(graph, roots)) <= survivors(build(graph, roots | more))


@given(graphs(), ROOTS)
def test_a_store_of_null_into_a_null_field_changes_nothing(graph, roots):
    """P5: the heap is the same, word by word."""
    beds = build(graph, roots), build(graph, roots)
    for number in sorted(roots):
        for index, content in enumerate(beds[0].model.fields.get(number, ())):
            if content is None:
                beds[0].write(number, index, None)
    assert survivors(beds[0]) == survivors(beds[1])
    assert beds[0].heap.memory.words == beds[1].heap.memory.words


@given(graphs(), ROOTS, budgets())
def test_a_cycle_in_slices_does_the_same(graph, roots, slices):
    """P5: splitting a step changes the number of steps only."""
    whole, cut = build(graph, roots), build(graph, roots)
    assert survivors(whole) == survivors(cut, *slices)
    assert whole.heap.memory.words == cut.heap.memory.words


@given(graphs(), ROOTS, st.sets(st.integers(0, 30)))
def test_floating_garbage_was_alive_when_marking_began(graph, roots, deleted):
    """M8: what is black and cannot be reached was reachable at the start, or was born since."""
    bed = build(graph, roots, old=True)
    alive = bed.model.reachable()
    bed.start_marking()
    first_born = len(bed.model.fields) + 1
    for at in sorted(deleted):
        for number in sorted(bed.model.scopes[-1])[at % 5 :: 5]:
            if bed.model.fields[number]:
                bed.write(number, at % len(bed.model.fields[number]), None)
        bed.mark(8)
        if at % 3 == 0:
            bed.drop(bed.new(1, old=True))
    bed.collect()
    words, words_of = bed.heap.memory.words, bed.heap.shapes.words_of
    left = {words[address + words_of[words[address]] - 1] for address in inspect.objects(bed.heap)}
    assert left <= alive | set(range(first_born, len(bed.model.fields) + 1))


@given(graphs(), ROOTS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), max_size=6))
def test_a_scavenge_keeps_what_a_full_trace_of_the_young_part_keeps(graph, roots, slots):
    """P6: with the slots of old objects taken for roots, as if old references were plain data."""
    bed = build(graph, roots)
    for field, target in slots:
        holder = bed.new(4, old=True)
        if any(target in scope for scope in bed.model.scopes):
            bed.write(holder, field, target)
    words, words_of = bed.heap.memory.words, bed.heap.shapes.words_of
    front = [word for slot in bed.heap.remembered.slots if bed.heap.is_young(word := words[slot])]
    front += [address for address in bed.heap.roots.addresses() if bed.heap.is_young(address)]
    numbers = {words[address + words_of[words[address]] - 1] for address in front}
    expected = set()
    while numbers - expected:
        expected |= numbers
        numbers = {
            content.number for number in numbers for content in bed.model.fields[number] if isinstance(content, Ref)
        }
    cycle = Scavenger(bed.heap)
    while cycle.phase is not Phase.DONE:
        cycle.advance(UNLIMITED)
    assert cycle.work.copied_objects + cycle.work.promoted_objects == len(expected)


@given(st.integers(1, 400), st.sampled_from([1, 2, 4, 8]))
def test_a_larger_new_space_is_not_scavenged_more_often(objects, size):
    """P5: of a program that makes garbage only."""
    counts = []
    for megabytes in (size, 2 * size):
        sim = Simulation(HeapConfig(min_semi_space_size=megabytes, max_semi_space_size=megabytes))
        with sim.mutator.scope():
            for _ in range(objects):
                with sim.mutator.scope():
                    sim.mutator.array(2_000)
        counts.append(len(sim.events))
    assert counts[1] <= counts[0]


SCRIPT = """
from gcsim.testing import check
print(sorted(check(examples=25, seed=3).events.items()))
"""


def test_runs_repeat_in_another_process_and_under_another_hash_seed():
    """P4: the same programs, the same addresses, the same events."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@given(programs())
def test_the_same_run_gives_the_same_words(program):
    """P4: twice in one process."""
    heaps = []
    for _ in range(2):
        bed = Testbed(thorough=False)
        run([*program, Command("collect")], bed)
        heaps.append(bed.heap.memory.words.tolist())
    assert heaps[0] == heaps[1]


def test_renaming_changes_names_only():
    """P5: the lines of a run are the same whatever its classes and globals are called."""
    lines = []
    for name in ("Node", "Vertex"):
        sim = Simulation(HeapConfig(max_semi_space_size=1))
        m = sim.mutator
        shape = m.shape(name, fields=("next",), size=4_000)
        for _ in range(2_000):
            with m.scope():
                m.globals[name] = m.new(shape)
        lines.append([format_line(event) for event in sim.events])
    assert lines[0] == lines[1] != []
