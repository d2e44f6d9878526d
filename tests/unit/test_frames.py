"""The recorder and its camera: what gives a frame, what does not, and what a frame costs."""

import random
import tracemalloc

import pytest

from gcsim.collectors import MarkSweep, Scavenger
from gcsim.config import LESSON, HeapConfig
from gcsim.errors import HeapLimitReached
from gcsim.events import Kind
from gcsim.scenarios import find
from gcsim.sim.simulation import Simulation
from gcsim.trace.format import format_line
from gcsim.units import KB, MB
from gcsim.view.changes import Kind as Change
from gcsim.view.changes import changes_of
from gcsim.view.frame import STACK, Step
from gcsim.view.frames import Run, record
from gcsim.view.player import Player
from recordings import recorded, scene, steps

FEW_BYTES = 2000
"""What a frame may cost: 100,000 of them stay below 200 MB."""


def in_scope(play):
    """What is done by a function of a mutator, in one scope."""

    def program(simulation):
        with simulation.mutator.scope():
            play(simulation.mutator)

    return program


def kinds(recording, index):
    return [change.kind for change in changes_of(recording, index)]


def test_an_allocation_a_store_and_a_root_give_a_frame_each():
    def play(m):
        holder = m.new("holder", fields=("next",), size=16)
        m.write(holder, "next", m.new("held", size=16))
        m.globals["holder"] = holder

    assert steps(recorded(in_scope(play))) == [
        Step.START,
        Step.ALLOCATE,
        Step.ALLOCATE,
        Step.WRITE,
        Step.ROOTS,
        Step.ROOTS,  # the scope has closed
        Step.END,
    ]


def test_what_changes_nothing_gives_no_frame():
    def play(m):
        holder = m.new("holder", fields=("next",), size=16)
        m.write(holder, "next", None)
        m.globals["holder"] = holder
        m.globals["holder"] = holder

    assert steps(recorded(in_scope(play))).count(Step.ROOTS) == 2
    assert Step.WRITE not in steps(recorded(in_scope(play)))


def test_later_objects_of_a_name_are_numbered():
    recording = recorded(in_scope(lambda m: [m.new("Node", size=16) for _ in range(3)]))
    assert [block.name for block in recording.frames[-2].to_space.blocks[:3]] == ["Node", "Node#2", "Node#3"]


@pytest.mark.parametrize("lazily", [False, True])
def test_a_newborn_at_the_address_of_a_dead_object_is_another_one(lazily):
    """Also if the page is swept in the very allocation."""

    def program(simulation):
        for _ in range(2):
            with simulation.mutator.scope():
                simulation.mutator.new("A", size=32, pretenured=True)
            simulation.collect("mark-sweep")

    recording = recorded(program, LESSON.replace(lazy_sweeping=lazily))
    first, second = (
        block
        for frame in recording.frames
        if frame.step is Step.ALLOCATE
        for block in frame.objects().values()
        if not block.dead
    )
    assert (first.name, second.name) == ("A", "A#2")
    assert first.address == second.address


def test_handles_are_roots_of_the_stack_and_globals_have_names():
    def play(m):
        m.globals["kept"] = m.new("A", size=16)

    roots = recorded(in_scope(play)).frames[2].roots
    assert [root.name for root in roots] == ["kept", STACK]
    assert [root.is_global for root in roots] == [True, False]


def test_the_allocation_that_fails_is_named_until_it_has_its_object():
    recording = recorded(in_scope(lambda m: [m.new(name, size=64) for name in "ABC"]))
    waiting = [(frame.wanted, frame.wanted_bytes) for frame in recording.frames if frame.wanted]
    assert set(waiting) == {("C", 64)}
    assert recording.frames[-3].step is Step.ALLOCATE
    assert not recording.frames[-3].wanted


def test_a_scavenge_is_recorded_object_by_object_and_phase_by_phase():
    def play(m):
        a = m.new("A", fields=("left", "right"), size=32)
        m.write(a, "left", m.new("B", size=16))
        m.write(a, "right", m.new("C", size=16))
        m.globals["a"] = a
        m.collect("scavenge")

    recording = recorded(in_scope(play))
    copies = [
        [recording.frames[-1].name_of(number) for number in change.ids]
        for index in range(len(recording))
        for change in changes_of(recording, index)
        if change.kind is Change.COPY
    ]
    assert copies == [["A"], ["B"], ["C"]]  # the handles are visited in the order of birth


def test_the_scan_pointer_and_the_free_pointer_only_grow():
    recording = recorded(run_of("scavenge-walkthrough"))
    for before, after in zip(recording.frames, recording.frames[1:], strict=False):
        if before.phase == after.phase == "copy":
            assert before.to_space.scan <= after.to_space.scan <= after.to_space.top
            assert before.to_space.top <= after.to_space.top


def run_of(name):
    return lambda simulation: simulation.run(find(name))


def test_a_flip_changes_the_labels_and_moves_nothing():
    recording = recorded(run_of("guide-scavenge"))
    index = steps(recording).index(Step.FLIP)
    before, after = recording.frames[index - 1], recording.frames[index]
    assert [strip.role for strip in before.strips] == [strip.role for strip in reversed(after.strips)]
    assert [strip.start for strip in before.strips] == [strip.start for strip in after.strips]
    assert {b.id: b.address for b in before.blocks() if b.id} == {b.id: b.address for b in after.blocks() if b.id}


def test_the_remembered_set_is_shown_until_each_slot_has_been_visited():
    def play(m):
        old = [m.new(name, fields=("slot",), size=16, pretenured=True) for name in "ST"]
        m.globals["young"] = m.new("E", size=16)
        for holder in old:
            m.write(holder, "slot", m.globals["young"])

    def program(simulation):
        in_scope(play)(simulation)
        simulation.collect("scavenge")
        simulation.collect("scavenge")

    recording = recorded(program)
    counts = [len(frame.remembered) for frame in recording.frames if frame.stopped]
    second = counts[counts.index(2, 1) :]
    assert set(counts[: counts.index(2) + 3]) == {2}
    assert second[-1] == 0  # the object was promoted: nothing young is left
    assert sorted(second, reverse=True) == second


def test_a_field_is_stale_from_the_copy_of_its_target_to_its_own_visit():
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            m.globals["first"] = m.new("A", size=16)
            m.globals["second"] = m.new("B", fields=("to_a",), size=16)
            m.write(m.globals["second"], "to_a", m.globals["first"])
        simulation.collect("scavenge")

    recording = recorded(program)
    stale = [frame.index for frame in recording.frames if any(edge.stale for edge in frame.edges)]
    begin, end = stale[0], stale[-1] + 1
    assert stale == list(range(begin, end))
    assert Change.COPY in kinds(recording, begin)
    (forward,) = [change for change in changes_of(recording, end) if change.kind is Change.FORWARD]
    assert [edge.field for edge in forward.edges] == ["to_a"]


def test_promoted_objects_wait_behind_the_copies():
    recording = recorded(run_of("scavenge-walkthrough"))
    waiting = {tuple(map(frame.name_of, frame.worklist)) for frame in recording.frames if frame.gc_number == 1}
    assert ("late", "held", "keeper") in waiting


def test_an_old_object_whose_slot_nobody_remembers_does_not_wait():
    frames_ = scene("missing-barrier").beside.frames
    assert {tuple(map(frame.name_of, frame.worklist)) for frame in frames_} == {(), ("A",)}


def test_nothing_is_moved_in_the_step_that_begins_an_evacuation():
    recording = recorded(run_of("mark-sweep-tour"), LESSON.replace(compact_on_every_full_gc=True))
    seen = [set(kinds(recording, index)) for index in range(len(recording))]
    assert any(Change.SWEEP_BEGIN in each for each in seen)
    assert any(Change.EVACUATE in each for each in seen)
    assert not any({Change.SWEEP_BEGIN, Change.EVACUATE} <= each for each in seen)


def test_a_page_promoted_whole_brings_its_dead_along_as_nobody():
    """Four fifths of new space live, so the page is not worth copying; its dead wait there for the sweep."""

    def program(simulation):
        m = simulation.mutator
        with m.scope():
            for name in "ABCD":
                m.globals[name] = m.new(name, size=24)
            m.new("dead", size=24)
        simulation.collect("mark-sweep")

    recording = recorded(program)
    end = recording.frames[steps(recording).index(Step.GC_END)]
    assert recording.events[0].promoted_pages == 1
    assert [(block.name, block.id != 0, block.dead) for block in end.pages[0].blocks if block.kind == "object"] == [
        *((name, True, False) for name in "ABCD"),
        ("dead", False, True),
    ]


def test_the_worklist_of_a_marking_is_in_the_order_of_its_visits():
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            for name in "abc":
                m.globals[name] = m.new(name.upper(), fields=("next",), size=32, pretenured=True)
            m.write(m.globals["c"], "next", m.new("D", fields=("next",), size=32, pretenured=True))
        simulation.collect("mark-sweep")

    recording = recorded(program)
    expected: list[int] = []
    for index in range(1, len(recording)):
        black = [change.ids for change in changes_of(recording, index) if change.kind is Change.BLACKEN]
        if black:
            assert black == [tuple(expected[:1])]
        expected = list(recording.frames[index].worklist)


def test_out_of_memory_is_the_last_frame():
    def play(m):
        for number in range(100):
            m.globals[str(number)] = m.new("A", size=64)

    recording = recorded(in_scope(play), LESSON.replace(max_old_space_size=512 / MB))
    assert recording.frames[-1].step is Step.OUT_OF_MEMORY
    assert recording.frames[-1].wanted
    assert len(recording.events) == recording.frames[-1].gc_number


def test_a_program_that_raises_the_end_itself_has_no_recording():
    def program(_):
        raise HeapLimitReached("nowhere")

    with pytest.raises(HeapLimitReached):
        recorded(program)


@pytest.mark.parametrize("most", [1, 2, 20, 25, 56, 57, 58])
def test_a_run_that_is_too_long_is_cut_wherever_it_is(most):
    """In the program, in a collection, at its end: what was recorded is the beginning of the whole recording."""
    whole, cut = recorded(run_of("guide-scavenge")), recorded(run_of("guide-scavenge"), most_frames=most)
    assert cut.frames == whole.frames[:most]
    assert cut.is_cut == (most < len(whole))
    assert cut.lines == whole.lines[: len(cut.lines)]
    assert len(cut.lines) == cut.frames[-1].gc_number
    assert Player(cut).last == len(cut) - 1


def test_a_collector_of_ones_own_is_watched_like_any_other():
    class MyScavenger(Scavenger):
        pass

    class MyMarkSweep(MarkSweep):
        pass

    def program(simulation):
        simulation.collect("scavenge")
        simulation.collect("mark-sweep")

    recording = recorded(program, young=MyScavenger, old=MyMarkSweep)
    assert recording.frames == recorded(program).frames


@pytest.mark.parametrize("scenario", ["guide-scavenge", "scavenge-walkthrough", "mark-sweep-tour"])
def test_every_check_of_the_heap_passes_while_it_is_watched(scenario):
    recorded(run_of(scenario), LESSON.replace(verify_heap=True))


# Long runs


def middling(simulation):
    """Three hundred thousand bytes a turn, of which some stay."""
    m = simulation.mutator
    shape = m.shape("Thing", size=512)
    for turn in range(20):
        with m.scope():
            for number in range(600):
                made = m.new(shape)
                if number < 100:
                    m.globals[f"{turn}.{number}"] = made
        simulation.idle(1.0)


def test_a_long_run_has_a_frame_for_each_collection_and_pages_without_blocks():
    recording = recorded(middling, HeapConfig(max_semi_space_size=1))
    assert recording.detail == "pages"
    assert steps(recording) == [Step.START, *[Step.GC_END] * len(recording.events), Step.END]
    last = recording.frames[-1]
    assert last.object_count == 12_000
    assert not any(page.blocks for page in last.pages)
    assert sum(page.used_words for page in last.pages) * 8 == recording.events[-1].spaces[2].used_bytes


def test_pages_that_have_not_changed_are_shared():
    recording = recorded(middling, HeapConfig(max_semi_space_size=1))
    held = {id(page) for frame in recording.frames for page in frame.pages}
    shown = sum(len(frame.pages) for frame in recording.frames)
    assert len(held) < shown / 1.5


def test_the_largest_large_objects_are_shown_on_the_map():
    def play(m):
        for number in range(60):
            m.globals[str(number)] = m.array(20_000 + number)

    recording = recorded(in_scope(play), HeapConfig())
    large = recording.frames[-1].large
    assert len(large) <= 2 * 40
    assert {block.name for block in large} == {"FixedArray"}


def test_a_heap_of_small_pages_can_be_recorded_by_collections_too():
    recording = recorded(run_of("guide-scavenge"), steps=False)
    assert [frame.step for frame in recording.frames] == [Step.START, Step.GC_END, Step.GC_END, Step.END]
    assert [event.kind for event in recording.events] == [Kind.SCAVENGE, Kind.SCAVENGE]


# What it costs


def churn(count):
    """A program of `count` allocations on a lesson's heap, some of which are kept and linked."""

    def program(simulation):
        m, choice = simulation.mutator, random.Random(1)
        for _ in range(count):
            with m.scope():
                made, name = m.new("A", fields=("left",), size=32), choice.choice("abcd")
                if name in m.globals:
                    m.write(made, "left", m.globals[name])
                    del m.globals[name]
                if choice.random() < 0.3:
                    m.globals[name] = made

    return program


CHURN = LESSON.replace(min_semi_space_size=256 / MB, max_semi_space_size=256 / MB, max_old_space_size=8 * KB / MB)


def test_a_frame_costs_what_differs_from_the_one_before():
    """Bytes a frame, counted: 100,000 frames stay below 200 MB, and a longer recording is no dearer."""

    def bytes_a_frame(count):
        tracemalloc.start()
        recording = record(Run(name="churn", program=churn(count), config=CHURN, line_of=format_line))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return held / len(recording)

    short, long = bytes_a_frame(30), bytes_a_frame(120)
    assert long < FEW_BYTES
    assert long < 1.5 * short


class Counting(list):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, index):
        self.looks += 1
        return super().__getitem__(index)


def test_a_jump_looks_at_a_logarithm_of_the_marks():
    """No frame is rebuilt, and of the marks a binary search looks at few, however long the recording is."""
    player = Player(recorded(churn(300), CHURN))
    player.timeline.phases = marks = Counting(player.timeline.phases)
    for index in range(0, player.last, 97):
        marks.looks = 0
        player.go(index)
        player.next_phase()
        assert marks.looks <= len(marks).bit_length() + 1
        assert player.frame is player.recording.frames[player.index]


def test_the_simulation_is_not_slowed_where_nobody_watches():
    """A simulation that is not recorded has the mutator's and the collectors' own methods."""
    simulation = Simulation(LESSON)
    assert simulation.mutator.new.__module__ == "gcsim.sim.mutator"
