"""Recordings of random programs: what holds of every frame, of every step back, and of every caption."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from gcsim.collectors import UNLIMITED
from gcsim.config import LESSON
from gcsim.errors import HeapLimitReached
from gcsim.events import Kind
from gcsim.sim.simulation import Simulation
from gcsim.units import KB, MB
from gcsim.view.captions import caption_of
from gcsim.view.changes import compare
from gcsim.view.frame import Step
from gcsim.view.keys import ACTIONS, press
from gcsim.view.player import Player
from gcsim.view.reach import reachable
from recordings import every_scene, recorded, scene

CONFIG = LESSON.replace(
    min_semi_space_size=256 / MB, max_semi_space_size=256 / MB, max_old_space_size=4 * KB / MB, lazy_sweeping=False
)
SHAPES = {
    "Leaf": {"size": 16},
    "Pair": {"fields": ("left", "right"), "size": 32},
    "Weak": {"fields": ("left",), "weak": ("right",), "size": 40},
    "Large": {"fields": ("left", "right"), "size": 96},
}
UNRESOLVED = re.compile(r"[{}?]|None|<gcsim")

names = st.sampled_from("abc")
fields = st.sampled_from(("left", "right"))
makes = st.tuples(st.just("new"), names, st.sampled_from(list(SHAPES)), st.booleans())
links = st.tuples(st.just("link"), names, fields, names)
others = st.one_of(
    st.tuples(st.just("cut"), names, fields),
    st.tuples(st.just("drop"), names),
    st.tuples(st.just("collect"), st.sampled_from(("scavenge", "mark-sweep"))),
    st.tuples(st.just("mark")),
    st.tuples(st.just("turn")),
)
rounds = st.tuples(makes, makes, links, links, others)
programs = st.lists(rounds, max_size=12).map(lambda parts: [each for part in parts for each in part])
step_sizes = st.sampled_from((1, UNLIMITED))


def playing(program):
    """What does the operations of a program, each in a scope of its own."""

    def play(simulation):
        for verb, *what in program:
            with simulation.mutator.scope():
                DO[verb](simulation, simulation.mutator, *what)

    return play


def new(_, m, name, shape, old):
    m.globals[name] = m.new(m.shape(shape, **SHAPES[shape]), pretenured=old)


def link(_, m, name, field, other):
    if name in m.globals and other in m.globals and field in dict(m.inspect(m.globals[name]).fields):
        m.write(m.globals[name], field, m.globals[other])


def cut(_, m, name, field):
    if name in m.globals and field in dict(m.inspect(m.globals[name]).fields):
        m.write(m.globals[name], field, None)


def drop(_, m, name):
    if name in m.globals:
        del m.globals[name]


def mark(simulation, _):
    if simulation.runtime.marking is None:
        simulation.runtime.start_marking("test")


DO = {
    "new": new,
    "link": link,
    "cut": cut,
    "drop": drop,
    "collect": lambda _, m, kind: m.collect(kind),
    "mark": mark,
    "turn": lambda simulation, _: simulation.idle(0.0),
}


@given(programs)
@example([("new", "a", "Large", False), ("mark",), ("new", "b", "Pair", False), ("collect", "scavenge"), ("turn",)])
def test_a_recorded_run_is_the_same_run(program):
    """The same collections to the last fact, and the same roots at the end, as if nobody had looked."""
    recording = recorded(playing(program), CONFIG)
    simulation = Simulation(CONFIG)
    try:
        playing(program)(simulation)
    except HeapLimitReached:
        assert recording.frames[-1].step is Step.OUT_OF_MEMORY
    assert tuple(simulation.events) == recording.events
    last = recording.frames[-1]
    assert last.used_bytes == simulation.heap.used_bytes()
    assert {root.name: root.address for root in last.roots if root.is_global} == simulation.heap.roots.globals


WHOLE_PAGE = [
    ("new", "a", "Pair", False),
    ("link", "a", "left", "a"),
    ("new", "a", "Weak", False),
    ("new", "b", "Weak", False),
    ("new", "c", "Leaf", False),
    ("collect", "mark-sweep"),
]
"""Three quarters of a page live, so it is promoted whole, and with it a dead object that refers to itself."""


@given(programs, step_sizes)
@example(WHOLE_PAGE, 1)
def test_every_frame_is_whole(program, step_bytes):
    """Blocks tile, ids are unique, references lead to objects; a mark-sweep at one go leaves what was reachable."""
    recording = recorded(playing(program), CONFIG, marking_step_bytes=step_bytes)
    start = None
    for frame in recording.frames:
        for area in (*frame.strips, *frame.pages):
            assert [block.address for block in area.blocks] == [area.start, *(block.end for block in area.blocks[:-1])]
            assert area.blocks[-1].end == area.end
        there = [block for block in frame.blocks() if block.is_object and block.id]
        ids = {block.id for block in there}
        assert len(ids) == len(there)
        assert {root.target for root in frame.roots} | set(frame.worklist) <= ids
        assert {end for edge in frame.edges for end in (edge.source, edge.target)} <= ids
        if frame.step is Step.GC_START:
            start = frame
        if frame.step is Step.GC_END:
            alive = {block.id for block in there if not block.dead}
            event = recording.events[frame.gc_number - 1]
            assert reachable(start) <= alive <= set(start.objects())
            if event.kind is Kind.MARK_SWEEP and event.incremental is None:
                assert alive == reachable(start)


@given(programs, step_sizes)
def test_every_step_has_a_caption_of_two_lines(program, step_bytes):
    recording = recorded(playing(program), CONFIG, marking_step_bytes=step_bytes)
    for index in range(len(recording)):
        check_caption(recording, index)


@every_scene
def test_every_step_of_every_scene_has_a_caption_of_two_lines(name):
    for recording in filter(None, (scene(name), scene(name).beside)):
        for index in range(len(recording)):
            check_caption(recording, index)


def check_caption(recording, index):
    caption = caption_of(recording, index)
    for line in (caption.what, caption.why):
        assert len(line) <= 90
        assert not UNRESOLVED.search(line)
        assert line == line.strip()
    assert caption.what


@given(programs, step_sizes)
def test_every_step_shows_something(program, step_bytes):
    """No frame is there for nothing: it differs from the one before, or its step is told."""
    recording = recorded(playing(program), CONFIG, marking_step_bytes=step_bytes)
    for before, after in zip(recording.frames, recording.frames[1:], strict=False):
        assert compare(before, after)


@every_scene
def test_back_is_the_way_forward(name):
    """So many steps forward and as many back give the same frame, at every index; so does any other way."""
    recording = scene(name)
    player = Player(recording)
    way = [player.frame]
    for _ in range(player.last):
        player.step()
        way.append(player.frame)
    assert way == list(recording.frames)
    for frame in reversed(way):
        assert player.frame is frame
        player.step(-1)
    for index in range(len(recording)):
        player.go(index)
        for steps in (1, player.last - index):
            player.step(steps)
            player.step(index - player.index)
            assert player.frame == way[index]


@given(programs, st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.floats(0, 30)), max_size=30))
def test_no_key_leaves_the_recording(program, presses):
    """Whatever is pressed, and however time passes, the index is one of the recording's."""
    player = Player(recorded(playing(program), CONFIG))
    for key, seconds in presses:
        press(player, key)
        player.advance(seconds)
        assert 0 <= player.index <= player.last
        assert player.frame.index == player.index
