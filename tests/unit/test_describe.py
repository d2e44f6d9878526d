"""A recording in words, one line for each step."""

from gcsim.view.captions import caption_of
from gcsim.view.describe import describe, describe_step
from gcsim.view.frame import Step
from recordings import both, every_scene, scene, steps


@every_scene
def test_there_is_a_line_for_each_step_and_each_trace_line(name):
    lines = list(describe(scene(name)))
    recordings = both(name)
    assert sum(line.startswith("event ") for line in lines) == sum(map(len, recordings))
    logged = [line.removeprefix("log: ") for line in lines if line.startswith("log: ")]
    assert logged == [line for recording in recordings for line in recording.lines]
    assert len(lines) == sum(len(recording) + len(recording.lines) for recording in recordings) + len(recordings) - 1


def test_a_line_has_addresses_what_waits_and_the_caption():
    recording = scene("guide-scavenge")
    index = steps(recording).index(Step.FLIP) + 2
    caption = caption_of(recording, index)
    assert describe_step(recording, index) == (
        f"event 24/56: copy C 24 -> 36; to be scanned: A, C; caption: {caption.what} {caption.why}"
    )


def test_grey_objects_are_called_grey():
    recording = scene("mark-sweep-tour")
    index = steps(recording).index(Step.FLIP)
    assert "grey: ring1, first" in describe_step(recording, index)


def test_some_steps_can_be_chosen():
    lines = list(describe(scene("guide-scavenge"), [0, 30]))
    assert [line.split(":")[0] for line in lines] == ["event 0/56", "event 30/56", "log"]
