"""The bundled scenes: what is promised of each, and what holds in every frame of all of them."""

import pytest

from gcsim.collectors import UNLIMITED
from gcsim.events import Kind
from gcsim.sim.simulation import Simulation
from gcsim.view.changes import Kind as Change
from gcsim.view.changes import changes_of
from gcsim.view.frame import Recording, Step
from gcsim.view.reach import reachable
from gcsim.view.scenes import BUNDLED, bundled
from recordings import both, every_scene, every_stepwise_scene, scene, timeline

MOST_EVENTS = 400
WORD_BYTES = 8


def kinds(recording):
    return [change.kind for frame in recording.frames for change in changes_of(recording, frame.index)]


def test_there_are_ten():
    assert len(set(BUNDLED)) == 10


@every_scene
def test_a_scene_has_fewer_than_400_events_and_a_title_of_one_line(name):
    for recording in both(name):
        assert 3 <= len(recording) < MOST_EVENTS
        assert 0 < len(recording.title) <= 90
        assert recording.title.endswith(".")


@every_scene
def test_a_scene_is_the_same_run_without_a_recorder(name):
    """Every fact of every collection; of the scene whose marking steps are made small, the kinds and the number."""
    played = bundled(name)
    for each, recording in zip((played, played.beside), both(name), strict=False):
        simulation = Simulation(each.config)
        try:
            each.program(simulation)
        except MemoryError:
            assert recording.frames[-1].step is Step.OUT_OF_MEMORY
        if each.marking_step_bytes == UNLIMITED:
            assert tuple(simulation.events) == recording.events
        else:
            assert [event.kind for event in simulation.events] == [event.kind for event in recording.events]


@every_scene
def test_frames_are_numbered_and_time_never_goes_back(name):
    for recording in both(name):
        assert [frame.index for frame in recording.frames] == list(range(len(recording)))
        times = [frame.time_ms for frame in recording.frames]
        assert times == sorted(times)
        numbers = [frame.gc_number for frame in recording.frames]
        assert numbers == sorted(numbers)
        assert numbers[-1] == len(recording.events) == len(recording.lines)


@every_stepwise_scene
def test_blocks_tile_each_strip_and_page(name):
    for recording in both(name):
        for frame in recording.frames:
            assert {strip.role for strip in frame.strips} == {"to", "from"}
            for area in (*frame.strips, *frame.pages):
                assert area.blocks[0].address == area.start
                assert [block.address for block in area.blocks[1:]] == [block.end for block in area.blocks[:-1]]
                assert area.blocks[-1].end == area.end
                assert all(block.words > 0 for block in area.blocks)


@every_stepwise_scene
def test_an_object_keeps_its_name_and_is_at_one_place(name):
    for recording in both(name):
        names = {}
        for frame in recording.frames:
            there = [block for block in frame.blocks() if block.is_object and block.id]
            assert len({block.id for block in there}) == len(there)
            assert len({block.name for block in there}) == len(there)
            for block in frame.blocks():
                if block.kind == "object":
                    assert names.setdefault(block.id, block.name) == block.name


@every_stepwise_scene
def test_ghosts_point_at_their_object(name):
    for recording in both(name):
        for frame in recording.frames:
            there = frame.objects()
            for block in frame.blocks():
                if block.is_ghost:
                    assert there[block.id].address == block.forwarded_to


@every_stepwise_scene
def test_roots_edges_and_worklist_refer_to_objects_that_are_there(name):
    """But for the one bug on purpose."""
    for recording in both(name):
        for frame in recording.frames:
            there = frame.objects()
            assert {root.target for root in frame.roots} <= set(there)
            assert set(frame.worklist) <= set(there)
            assert {edge.source for edge in frame.edges} <= set(there)
            dangling = {edge.target for edge in frame.edges} - set(there)
            assert dangling <= ({0} if recording.name.endswith("the bug") else set())
            assert set(frame.remembered) == {edge for edge in frame.edges if edge.remembered}


@every_stepwise_scene
def test_what_a_full_collection_leaves_is_what_the_roots_reached(name):
    """A scavenge leaves at least that, and nothing new; but for the bug."""
    for recording in both(name):
        for start, end in zip(timeline_of(recording), ends(recording), strict=True):
            before, after = recording.frames[start], recording.frames[end]
            alive = {number for number, block in after.objects().items() if not block.dead}
            event = recording.events[before.gc_number]
            if recording.name.endswith("the bug"):
                assert reachable(before) - alive == {lost(recording)}
            elif event.kind is Kind.MARK_SWEEP and event.incremental is None:
                assert alive == reachable(before)
            else:
                assert reachable(before) <= alive <= set(before.objects())


def timeline_of(recording: Recording):
    return [frame.index for frame in recording.frames if frame.step is Step.GC_START]


def ends(recording: Recording):
    return [frame.index for frame in recording.frames if frame.step is Step.GC_END]


def lost(recording: Recording):
    """The object that the bug loses."""
    return next(block.id for frame in recording.frames for block in frame.blocks() if block.name == "E")


@every_stepwise_scene
def test_the_numbers_of_each_trace_line_can_be_read_off_the_frames(name):
    """Used is the sum of blocks, committed that of pages and chunks, the pause lies between the two frames' times."""
    for recording in both(name):
        for start, end, event, line in zip(
            timeline_of(recording), ends(recording), recording.events, recording.lines, strict=True
        ):
            before, after = recording.frames[start], recording.frames[end]
            assert used_bytes(before) == before.used_bytes == event.used_before_bytes
            assert used_bytes(after) == after.used_bytes == event.used_after_bytes
            assert committed_bytes(recording, after) == after.committed_bytes == event.committed_after_bytes
            sizes = [mb(used_bytes(before)), mb(event.committed_before_bytes), mb(used_bytes(after))]
            sizes.append(mb(committed_bytes(recording, after)))
            assert "{} ({}) -> {} ({}) MB".format(*sizes) in line
            assert f"{after.time_ms - before.time_ms:.1f} / 0.0 ms" in line
            assert f"{after.time_ms:.0f} ms: {event.kind.value}" in line


def mb(size_bytes):
    return f"{size_bytes / 2**20:.1f}"


def used_bytes(frame):
    """The sum of what is drawn: to-space up to its free pointer, and the live objects elsewhere."""
    young = sum(block.words for block in frame.to_space.blocks if block.end <= frame.to_space.top)
    old = sum(block.words for page in frame.pages for block in page.blocks if block.is_object and not block.dead)
    return WORD_BYTES * (young + old + sum(block.words for block in frame.large))


def committed_bytes(recording, frame):
    """Both semispaces (each collection has committed from-space), whole pages, and a chunk for each large object."""
    words = sum(strip.end - strip.start for strip in frame.strips) + len(frame.pages) * recording.page_words
    chunks = (-(-block.words // recording.page_words) * recording.page_words for block in frame.large)
    return WORD_BYTES * (words + sum(chunks))


def test_the_guide_is_told_as_the_guide_tells_it():
    recording = scene("guide-scavenge")
    first, second = ends(recording)
    assert [block.name or block.kind for block in recording.frames[first].to_space.blocks] == ["A", "C", "free"]
    assert [block.name for page in recording.frames[second].pages for block in page.blocks][:2] == ["A", "C"]
    assert [block.name or block.kind for block in recording.frames[-1].to_space.blocks] == ["E", "F", "G", "free"]


def test_the_missing_barrier_loses_an_object_and_the_barrier_does_not():
    with_barrier, without = both("missing-barrier")
    assert Change.DANGLE not in kinds(with_barrier)
    assert Change.REMEMBER in kinds(with_barrier)
    assert Change.DANGLE in kinds(without)
    assert Change.REMEMBER not in kinds(without)


def test_the_island_of_the_tour_is_garbage_although_its_objects_refer_to_each_other():
    recording = scene("mark-sweep-tour")
    condemned = [change for frame in recording.frames for change in changes_of(recording, frame.index)]
    first = next(change for change in condemned if change.kind is Change.CONDEMN)
    names = {recording.frames[timeline("mark-sweep-tour").collections[0]].name_of(number) for number in first.ids}
    assert names == {"island1", "island2", "dead1", "dead2"}


def test_the_barrier_of_tri_color_makes_what_was_hidden_grey():
    recording = scene("tri-color")
    shaded = [
        [frame.name_of(number) for number in change.ids]
        for frame in recording.frames
        if frame.step is Step.WRITE
        for change in changes_of(recording, frame.index)
        if change.kind is Change.SHADE
    ]
    assert shaded == [["hidden"]]
    assert recording.events[0].incremental.steps == 5
    assert {"hidden", "floating", "late"} <= {
        block.name for block in recording.frames[ends(recording)[0]].objects().values()
    }


def test_compaction_ends_with_one_page_where_three_were_pinned():
    recording = scene("compaction")
    first, second = ends(recording)
    assert [len(recording.frames[index].pages) for index in (first, second)] == [3, 1]
    assert kinds(recording).count(Change.EVACUATE) == 3


@pytest.mark.slow
def test_the_leaking_set_dies_and_the_bounded_one_does_not():
    leaking, bounded = both("leaking-set")
    assert leaking.frames[-1].step is Step.OUT_OF_MEMORY
    assert bounded.frames[-1].step is Step.END
    assert any(event.kind is Kind.MARK_SWEEP for event in bounded.events)


@pytest.mark.slow
def test_small_semispaces_are_collected_more_often_and_promote_more():
    small, large = both("semi-space-sizes")
    assert len(small.events) > 10 * len(large.events) > 0
    assert sum(event.promoted_bytes for event in small.events) > 10 * sum(e.promoted_bytes for e in large.events)


def test_the_weak_map_loses_key_and_value_together():
    recording = scene("weak-map")
    names = {block.name for block in recording.frames[-1].objects().values()}
    assert {"k1", "v1"} <= names
    assert not {"k2", "v2"} & names


def test_the_large_object_never_moves():
    recording = scene("large-object")
    places = {
        (block.address, block.name) for frame in recording.frames for block in frame.large if block.name == "array"
    }
    assert len(places) == 1
    assert {block.age for frame in recording.frames for block in frame.large if block.name == "array"} == {0, 2}
