"""A frame as text: all panes, the guide's notation, and the marks that stand for colors."""

import re

import pytest

from gcsim.view.changes import Kind, changes_of
from gcsim.view.frame import OldPage, Step
from gcsim.view.text import SHADES, Screen, shade_of
from recordings import both, every_scene, scene, steps


def screen(name, step, number=0):
    """The text of the first frame that a step led to, or of a later one."""
    recording = scene(name)
    index = [frame.index for frame in recording.frames if frame.step is step][number]
    return Screen(recording, index).lines()


def line(lines, title):
    """The pane's first line."""
    return next(text[12:] for text in lines if text.startswith(title))


def test_new_space_is_written_as_the_guide_writes_it():
    assert line(screen("guide-scavenge", Step.GC_END), "new space") == "from | <unallocated> |"
    assert "            to   | A | C | <unallocated> |" in screen("guide-scavenge", Step.GC_END)
    assert line(screen("guide-scavenge", Step.GC_START), "new space") == "to   | A | B | C | D |"


def test_ghosts_copies_and_the_dead_have_marks():
    recording = scene("guide-scavenge")
    index = next(frame.index for frame in recording.frames if frame.phase == "finish")
    lines = Screen(recording, index).lines()
    assert line(lines, "new space") == "from | (A) | B+ | (C) | D+ |"
    assert "            to   | A' | C' | <unallocated> |" in lines


def test_colors_are_letters():
    recording = scene("mark-sweep-tour")
    index = next(frame.index for frame in recording.frames if len(frame.worklist) == 2)
    assert line(Screen(recording, index).lines(), "old space") == "| first.G | dead1.W | dead2.W | second.W | 100%"


def test_references_roots_worklist_and_remembered_set_are_there():
    recording = scene("scavenge-walkthrough")
    index = next(frame.index for frame in recording.frames if frame.remembered)
    lines = Screen(recording, index).lines()
    assert line(lines, "roots").startswith("holder -> holder, keeper -> keeper, late -> late")
    assert line(lines, "graph") == "keeper.friend -> friend; holder.field -> held"
    assert line(lines, "worklist") == "empty"
    assert line(lines, "remembered") == "holder.field -> held"


def test_the_bug_of_the_missing_barrier_is_named():
    recording = both("missing-barrier")[1]
    lines = Screen(recording, len(recording) - 1).lines()
    assert line(lines, "graph") == "S.slot -> nothing (BUG)"


def test_large_objects_pages_to_be_evacuated_and_unswept_pages_are_named():
    assert line(screen("large-object", Step.NOTE), "large") == "array (96 B, young), scratch (80 B, young)"
    recording = scene("compaction")
    candidates = next(frame.index for frame in recording.frames if any(page.candidate for page in frame.pages))
    assert line(Screen(recording, candidates).lines(), "old space").endswith("25%, to be evacuated")
    unswept = next(frame.index for frame in recording.frames if any(not page.swept for page in frame.pages))
    assert line(Screen(recording, unswept).lines(), "old space").endswith("not swept")


@every_scene
def test_the_last_two_lines_are_the_caption_and_the_first_says_where_we_are(name):
    for recording in both(name):
        for index in range(len(recording)):
            page = Screen(recording, index)
            assert page.lines()[-2:] == [page.caption.what, page.caption.why]
            assert f"event {index}/{len(recording) - 1}" in page.lines()[0]


def test_the_heading_says_who_runs():
    recording = scene("tri-color")
    wheres = [Screen(recording, index).heading().rpartition(" ms  ")[2] for index in range(len(recording))]
    assert list(dict.fromkeys(wheres)) == [
        "the program runs",
        "collection 1: marking in steps; the program runs",
        "collection 1: mark-sweep, mark",
        "collection 1: mark-sweep, remark",
        "collection 1: mark-sweep, evacuate",
        "collection 1: mark-sweep, sweep",
        "collection 1: mark-sweep",
        "collection 2 begins",
        "collection 2: mark-sweep, mark",
        "collection 2: mark-sweep, remark",
        "collection 2: mark-sweep, evacuate",
        "collection 2: mark-sweep, sweep",
        "collection 2: mark-sweep",
    ]


def test_what_the_step_is_about_is_emphasized():
    recording = scene("guide-scavenge")
    index = next(i for i in range(len(recording)) if changes_of(recording, i)[0].kind is Kind.COPY)
    lines = Screen(recording, index, lambda text: f"<{text}>").lines()
    assert line(lines, "new space") == "from | <(A)> | B | C | D |"


def test_nothing_is_emphasized_with_more_than_text_by_default():
    for frame in scene("tri-color").frames:
        assert not re.search(r"\x1b", "".join(Screen(scene("tri-color"), frame.index).lines()))


@pytest.mark.slow
def test_a_map_has_a_character_for_each_page_and_a_bar_for_each_collection():
    recording = scene("leaking-set")
    lines = Screen(recording, len(recording) - 1).lines()
    at = next(number for number, text in enumerate(lines) if text.startswith("old space"))
    assert len(lines[at + 1].strip()) == len(recording.frames[-1].pages)
    assert len(line(lines, "used after").split()[0]) == len(recording.events)
    assert steps(recording).count(Step.GC_END) == len(recording.events)


def test_the_shade_of_a_page_follows_what_is_used_of_it():
    shades = "".join(shade_of(OldPage(0, 100, used_words=used)) for used in (0, 9, 10, 55, 99, 100))
    assert shades == SHADES[0] * 2 + SHADES[1] + SHADES[5] + SHADES[9] * 2
