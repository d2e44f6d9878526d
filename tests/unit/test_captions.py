"""Captions and the changes that they tell: every kind has a sentence, and is shown in some scene."""

import pytest

from gcsim.config import LESSON
from gcsim.units import MB
from gcsim.view.captions import SECOND, SENTENCES, caption_of
from gcsim.view.changes import ORDER, STEPS, Change, Kind, changes_of, compare
from gcsim.view.frame import Step
from gcsim.view.scenes import BUNDLED, bundled
from recordings import both, recorded, scene


def shown(name):
    """Each change of a scene, with the recording and the frame's index."""
    return [
        (recording, index, change)
        for recording in both(name)
        for index in range(len(recording))
        for change in changes_of(recording, index)
    ]


def first(name, kind, number=0):
    """The caption of the first frame of which that change is the most important, or of a later one."""
    recording = scene(name)
    found = [index for index in range(len(recording)) if changes_of(recording, index)[0].kind is kind]
    caption = caption_of(recording, found[number])
    return caption.what, caption.why


def test_every_kind_of_change_has_a_sentence():
    assert set(SENTENCES) == set(Kind)


@pytest.mark.slow
def test_every_kind_of_change_is_shown_in_some_scene():
    assert {change.kind for name in BUNDLED for _, _, change in shown(name)} == set(Kind)


def test_what_may_take_the_second_line_is_a_kind_too():
    assert all(first in SENTENCES and set(seconds) <= set(SENTENCES) for first, seconds in SECOND.items())


def test_the_most_important_change_comes_first():
    for name in ("guide-scavenge", "tri-color", "compaction"):
        for index in range(len(scene(name))):
            places = [ORDER.index(change.kind) for change in changes_of(scene(name), index)]
            assert places == sorted(places)


def test_equal_frames_differ_in_nothing_but_their_step():
    frame = scene("guide-scavenge").frames[5]
    assert compare(frame, frame) == (Change(Kind.PHASE),)
    assert all(step in Step for step in STEPS)


@pytest.mark.parametrize(
    ("name", "kind", "what", "why"),
    [
        (
            "guide-scavenge",
            Kind.ALLOCATE,
            "A (32 B) goes at the free pointer of new space.",
            "To allocate is to move one pointer. 96 B are left.",
        ),
        (
            "guide-scavenge",
            Kind.ALLOCATE_FAIL,
            "E (32 B) does not fit: 0 B are left in new space.",
            "That is what `allocation failure` means in the log. It is normal: a collection comes.",
        ),
        (
            "guide-scavenge",
            Kind.COPY,
            "The global A leads to A: A is copied to to-space.",
            "A leaves its new address behind. What nobody copies is garbage.",
        ),
        (
            "guide-scavenge",
            Kind.DIE,
            "From-space is forgotten, and with it B and D.",
            "A and C have survived once: what lies below the age mark.",
        ),
        (
            "guide-scavenge",
            Kind.PROMOTE,
            "The global A leads to A: A is promoted to old space.",
            "A survived a scavenge before. Old space is collected less often.",
        ),
        (
            "guide-scavenge",
            Kind.GC_END,
            "Collection 1 has ended: before 128 B, after 64 B, 50 % freed.",
            "Its line in the log is complete. The reason in it: allocation failure.",
        ),
        ("missing-barrier", Kind.WRITE, "S.slot refers to E now.", "Old S refers to young E: the slot is remembered."),
        (
            "tri-color",
            Kind.WRITE,
            "root.left refers to A now.",
            "The write barrier looks: old refers to old, no slot needs to be remembered.",
        ),
        (
            "tri-color",
            Kind.BLACKEN,
            "root is black; its fields lead to A: grey.",
            "Black: it and its fields are done. Grey objects wait on the worklist.",
        ),
        (
            "tri-color",
            Kind.CONDEMN,
            "Marking is over. garbage is still white: garbage.",
            "What refers to what does not matter: no way leads there from a root.",
        ),
        (
            "compaction",
            Kind.EVACUATE,
            "A2 is moved off a page that is nearly empty.",
            "When all are off, the whole page is given back: that is compaction.",
        ),
        (
            "compaction",
            Kind.FORWARD,
            "The global A, the global B and the global C have the new address now.",
            "The old place of A2 and 2 more told it: nothing is copied twice.",
        ),
        (
            "weak-map",
            Kind.WEAK_CLEAR,
            "EphemeronHashTable loses the entry of v2 and k2.",
            "Marking is over. k2 and v2 are still white: garbage.",
        ),
        (
            "large-object",
            Kind.PROMOTE,
            "array changes hands: large, and old from now on.",
            "Not a word is copied. That is why large objects have chunks of their own.",
        ),
    ],
)
def test_a_caption_says_what_happened_and_why(name, kind, what, why):
    assert first(name, kind) == (what, why)


def test_the_barrier_that_shades_takes_the_second_line():
    recording = scene("tri-color")
    index = next(i for i, frame in enumerate(recording.frames) if frame.step is Step.WRITE and frame.marking)
    caption = caption_of(recording, index)
    assert (caption.what, caption.why) == ("root.right refers to hidden now.", "The write barrier makes hidden grey.")


def test_the_bug_is_called_one():
    recording = both("missing-barrier")[1]
    bugs = [caption_of(recording, index) for index in range(len(recording))]
    assert [caption.what for caption in bugs if caption.what.startswith("BUG")] == [
        "BUG, on purpose: S.slot refers to E, but nobody remembers the slot.",
        "BUG: S.slot refers to an object that is not there any more.",
    ]
    assert any(caption.why.startswith("BUG: old refers to young") for caption in bugs)


# What no scene shows


def told(program, kind, config=LESSON):
    """The caption of the first step of a program of which that change is the most important."""
    recording = recorded(program, config)
    found = next(i for i in range(len(recording)) if changes_of(recording, i)[0].kind is kind)
    caption = caption_of(recording, found)
    return caption.what, caption.why


def test_a_key_that_is_found_late_brings_its_value_along():
    """The key is on the stack alone, which is read in the pause; the table was visited before."""

    def program(simulation):
        m = simulation.mutator
        m.globals["map"] = m.js.weak_map()
        with m.scope():
            key = m.js.object("key")
            with m.scope():
                m.js.weak_put(m.globals["map"], key, m.js.object("value"))
            simulation.collect("mark-sweep")

    recording = recorded(program, bundled("weak-map").config)
    captions = [caption_of(recording, index).what for index in range(len(recording))]
    assert "The roots are read once more: key is grey." in captions
    assert "key lives and is a key: so the value of its entry, value, is grey." in captions


def test_a_weak_field_of_the_dead_is_cleared():
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            m.globals["ref"] = m.new(m.shape("Ref", weak=("target",), size=24))
            m.write(m.globals["ref"], "target", m.new("A", size=16))
        simulation.collect("mark-sweep")

    what, _ = told(program, Kind.WEAK_CLEAR)
    assert what == "Ref.target is cleared: it was weak, and A is dead."


def test_pages_without_a_survivor_are_counted():
    def program(simulation):
        with simulation.mutator.scope():
            for _ in range(12):
                simulation.mutator.new("A", size=32, pretenured=True)
        simulation.collect("mark-sweep")

    what, why = told(program, Kind.SWEEP_BEGIN)
    assert what == "1 page of old space waits for the sweep."
    assert why == "2 pages without a survivor are given back at once."


@pytest.mark.parametrize(
    ("size", "old", "place"),
    [
        (64, False, "0 B are left in new space"),
        (72, False, "large, and there is no room for it"),
        (64, True, "no room in old space, which may not grow"),
    ],
)
def test_an_allocation_that_fails_says_what_has_no_room(size, old, place):
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            for number in range(20):
                m.globals[str(number)] = m.new("A", size=size, pretenured=old)

    what, _ = told(program, Kind.ALLOCATE_FAIL, LESSON.replace(max_old_space_size=1024 / MB))
    name, _, rest = what.partition(" (")
    assert name.startswith("A#")
    assert rest == f"{size} B) does not fit: {place}."


def test_a_long_title_takes_both_lines():
    recording = recorded(lambda simulation: None, title="word " * 30)
    caption = caption_of(recording, 0)
    assert caption.what.startswith("word word")
    assert caption.why.startswith("word word")


@pytest.mark.slow
def test_in_a_map_of_pages_a_caption_tells_of_the_whole_collection():
    recording = scene("leaking-set")
    event = recording.events[0]
    caption = caption_of(recording, 1)
    assert caption.what.startswith(f"Scavenge 1: {event.used_before_bytes / 2**20:.1f} -> ")
    assert caption.why.startswith("Reason: task. ")
    assert caption_of(recording, len(recording) - 1).what.startswith("Out of memory: ")
