"""Films: what they show, how long, and what they leave behind."""

import os
import stat
import sys
from itertools import pairwise

import pytest
from attrs import evolve
from PIL import Image

from gcsim.errors import ConfigError, MissingExtra
from gcsim.view import encoders
from gcsim.view.encoders import feed, merged, ticks
from gcsim.view.film import Film, Shots, save_picture, stamp, thinned, write_film
from gcsim.view.look import Look
from gcsim.view.motion import moves
from gcsim.view.pen import plain_measure
from gcsim.view.studio import Studio
from recordings import scene

SMALL = Film(look=Look(width=960, height=540, transport=False))
SCENE = scene("guide-scavenge")
SOME = range(20, 26)


def shots(film=SMALL, indexes=SOME, *, shortest=False):
    return Shots(Studio(SCENE, plain_measure), indexes, film, shortest=shortest)


def seconds(path):
    """How long an animation is, how many pictures it has, how large they are, and how often it loops."""
    with Image.open(path) as film:
        durations = []
        for index in range(film.n_frames):
            film.seek(index)
            durations.append(film.info["duration"])
        return sum(durations) / 1000, film.n_frames, film.size, film.info.get("loop")


def test_each_step_is_shown_for_half_a_second_and_the_ends_are_held():
    times = shots().times()
    assert [index for index, _, _ in times] == list(SOME)
    lengths = [end - begin for _, begin, end in times]
    assert lengths == pytest.approx([2.0, 0.5, 0.5, 0.5, 0.5, 2.0])


def test_two_walks_through_the_shots_are_equal():
    assert list(shots()) == list(shots())
    made = shots()
    assert list(made) == list(made)


def test_what_moves_is_shown_moving_and_with_reduced_motion_it_is_not():
    assert len(list(shots())) > len(SOME)
    film = evolve(SMALL, reduced_motion=True)
    assert [shot.index for shot in shots(film)] == list(SOME)
    assert [shot.figure for shot in shots(film)] == [Studio(SCENE, plain_measure).figure(i, SMALL.look) for i in SOME]


def test_with_motion_consecutive_pictures_differ_within_an_event_only_in_what_moves():
    for before, after in pairwise(shots()):
        if before.index == after.index:
            assert moves(before.figure, after.figure)


def test_a_long_gif_is_played_faster():
    film = evolve(SMALL, steps_per_second=0.1, reduced_motion=True)
    assert shots(film, range(57), shortest=True).times()[-1][2] == pytest.approx(60, abs=0.1)
    assert shots(film, range(57)).times()[-1][2] > 500


def test_a_gif_of_very_many_frames_leaves_some_out():
    assert thinned(range(10), 20) == range(10)
    assert thinned(range(1000), 5) == [0, 250, 500, 749, 999]
    film = evolve(SMALL, fps=1, reduced_motion=True)
    made = shots(film, [*range(57), *range(57)], shortest=True)
    assert len(made.indexes) == 57
    assert made.times()[-1][2] <= 60.001


def test_a_leap_over_frames_is_a_cut():
    assert [shot.index for shot in shots(indexes=[21, 23, 30])] == [21, 23, 30]


def test_a_gif_has_the_pictures_and_the_length_of_the_film(tmp_path):
    path = tmp_path / "film.gif"
    assert write_film(SCENE, SOME, path, SMALL) == ""
    length, count, size, loop = seconds(path)
    assert length == pytest.approx(shots().times()[-1][2], abs=0.011)
    assert len(SOME) <= count <= len(list(shots()))
    assert size == (960, 540)
    assert loop is None


def test_a_gif_can_loop(tmp_path):
    write_film(SCENE, range(2), tmp_path / "film.gif", evolve(SMALL, loop=True))
    assert seconds(tmp_path / "film.gif")[3] == 0


def test_two_films_of_a_scene_are_equal_to_the_byte(tmp_path):
    for name in ("one.gif", "other.gif"):
        write_film(SCENE, SOME, tmp_path / name, SMALL)
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "other.gif").read_bytes()
    assert (tmp_path / "one.vtt").read_text() == (tmp_path / "other.vtt").read_text()


def test_an_apng_has_the_length_of_the_film(tmp_path):
    path = tmp_path / "film.apng"
    write_film(SCENE, SOME, path, SMALL)
    length, count, *_ = seconds(path)
    assert length == pytest.approx(shots().times()[-1][2], abs=0.011)
    assert count >= len(SOME)


def test_a_folder_gets_a_picture_for_each_shot(tmp_path):
    write_film(SCENE, SOME, tmp_path / "frames", SMALL)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == ["captions.txt", "captions.vtt", *(f"frame-{i:05}.png" for i in range(len(list(shots()))))]


def test_a_folder_that_has_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "mine").touch()
    with pytest.raises(ConfigError, match="not an empty folder"):
        write_film(SCENE, SOME, tmp_path / "frames", SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]


def test_the_captions_are_beside_the_film(tmp_path):
    write_film(SCENE, SOME, tmp_path / "film.gif", SMALL)
    lines = (tmp_path / "film.txt").read_text().splitlines()
    assert len(lines) == len(SOME)
    assert lines[4].startswith("00:00:03.500 event 24: The global C leads to C: C is copied to to-space.")
    cues = (tmp_path / "film.vtt").read_text()
    assert cues.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n")
    assert cues.count("-->") == len(SOME)


def test_times_of_subtitles():
    assert stamp(0) == "00:00:00.000"
    assert stamp(3725.5) == "01:02:05.500"


def test_two_runs_are_filmed_side_by_side(tmp_path):
    write_film(scene("missing-barrier"), range(14, 18), tmp_path / "both.gif", SMALL)
    assert seconds(tmp_path / "both.gif")[1] >= 4
    last = (tmp_path / "both.txt").read_text().splitlines()[-1]
    assert "A and E have survived once" in last
    assert "Beside it: BUG: S.slot refers to an object that is not there any more." in last


FFMPEG = """#!{python}
import os, sys
arguments = sys.argv[1:]
size = arguments[arguments.index("-s") + 1].split("x")
pixels = sys.stdin.buffer.read()
with open(arguments[-1], "w") as file:
    print(len(pixels) // (int(size[0]) * int(size[1]) * 3), arguments[arguments.index("-vf") + 1], file=file)
if os.environ.get("FFMPEG_FAILS"):
    print("no such codec", file=sys.stderr)
    sys.exit(1)
"""


@pytest.fixture
def encoder(tmp_path, monkeypatch):
    """An ffmpeg that writes down what it is given: how many pictures, and how they are cut."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ffmpeg").write_text(FFMPEG.format(python=sys.executable))
    (folder / "ffmpeg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("encoder")
def test_an_mp4_has_even_sizes_and_a_picture_for_each_tick(tmp_path):
    odd = evolve(SMALL, look=Look(width=961, height=541, transport=False))
    write_film(SCENE, SOME, tmp_path / "film.mp4", odd)
    assert (tmp_path / "film.mp4").read_text() == f"{round(shots(odd).times()[-1][2] * 10)} crop=960:540:0:0\n"


@pytest.mark.usefixtures("encoder")
def test_what_the_encoder_complains_about_is_told_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("FFMPEG_FAILS", "1")
    with pytest.raises(ConfigError, match="ffmpeg failed: no such codec"):
        write_film(SCENE, SOME, tmp_path / "film.mp4", SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_without_an_encoder_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MissingExtra, match="pip install imageio-ffmpeg"):
        write_film(SCENE, SOME, tmp_path / "film.mp4", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_without_pillow_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"pip install 'gcsim\[viz\]'"):
        encoders.import_pillow()


@pytest.mark.parametrize(
    ("name", "look", "message"),
    [
        ("film.avi", Look(), r"out\.gif, out\.apng, out\.mp4, or a folder, got '\.avi'"),
        ("nowhere/film.gif", Look(), "there is no folder"),
        ("film.gif", Look(width=300, height=200), "at least 960x540 pixels"),
        ("film.gif", Look(width=9000, height=9000), "at most 16 million"),
    ],
)
def test_what_cannot_be_filmed_is_refused_at_once(tmp_path, name, look, message):
    with pytest.raises(ConfigError, match=message):
        write_film(SCENE, SOME, tmp_path / name, Film(look=look))
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_old_film(tmp_path, monkeypatch):
    path = tmp_path / "film.gif"
    path.write_text("old")
    monkeypatch.setattr(encoders, "quantized", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_film(SCENE, SOME, path, SMALL)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_is_saved_as_png(tmp_path):
    save_picture(SCENE, 24, tmp_path / "still.png", Look())
    with Image.open(tmp_path / "still.png") as picture:
        assert picture.size == (1280, 720)


def test_equal_pictures_become_one():
    assert list(merged([(b"a", 1.0), (b"a", 2.0), (b"b", 1.0), (b"a", 1.0)])) == [(b"a", 3.0), (b"b", 1.0), (b"a", 1.0)]
    assert list(merged([])) == []


def test_what_rounding_takes_from_one_picture_the_next_one_gets():
    assert sum(ticks([0.125] * 8, 10)) == 1000
    assert ticks([0.001, 0.5], 10)[0] == 10


def test_each_picture_is_written_as_often_as_it_is_shown():
    written = []
    feed(written.append, [(b"a", 0.25), (b"b", 0.5), (b"c", 0.25)], 4)
    assert written == [b"a", b"b", b"b", b"c"]
