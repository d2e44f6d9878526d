"""`gcsim watch`: what it accepts, prints and returns; and what it does without pygame."""

import io
import subprocess
import sys

import pytest

from gcsim.cli import execute
from gcsim.cli.watch import Size
from gcsim.view.scenes import BUNDLED
from recordings import STEPWISE

WITHOUT_PYGAME = """
import sys
sys.modules["pygame"] = None  # importing it fails
from gcsim.cli import execute
status = execute(sys.argv[1:])
assert not [name for name in sys.modules if name.startswith("pygame.")]
sys.exit(status)
"""
PROGRAM = """
from gcsim import scenario

@scenario(preset="lesson")
def mine(m, *, count=1):
    "What this is."
    for number in range(count):
        m.globals[str(number)] = m.new("A", size=32)
        yield
"""
LESSON = """
preset = "lesson"

[[step]]
new = "A"

[[step]]
collect = "scavenge"
"""


def watch(*arguments):
    return execute(["watch", *arguments])


@pytest.mark.parametrize("name", STEPWISE)
def test_every_scene_can_be_described(name, capsys):
    assert watch(name, "--describe") == 0
    out, err = capsys.readouterr()
    assert out.startswith("event 0/")
    assert err == ""


def test_the_description_of_the_guide(capsys):
    watch("guide-scavenge", "--describe")
    lines = capsys.readouterr().out.splitlines()
    assert lines[23] == (
        "event 23/56: copy A 16 -> 32; to be scanned: A; caption: The global A leads to A: A is copied to to-space. "
        "A leaves its new address behind. What nobody copies is garbage."
    )
    assert lines[31].startswith("log: [13973:0x110008000]        1 ms: Scavenge 0.0 (0.0) -> 0.0 (0.0) MB")


def test_a_part_can_be_described_by_phases_or_collections(capsys):
    watch("guide-scavenge", "--describe", "--from=20", "--to=31", "--every=phase")
    numbers = [line.split("/")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("event")]
    assert numbers == [f"event {number}" for number in (20, 21, 22, 25, 28, 29, 30, 31)]
    watch("guide-scavenge", "--describe", "--every=gc")
    numbers = [line.split("/")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("event")]
    assert numbers == [f"event {number}" for number in (0, 21, 30, 40, 51, 56)]


def test_the_lines_are_those_of_the_node_that_is_asked_for(capsys):
    watch("guide-scavenge", "--describe", "--node=20")
    assert " allocation failure; \n" in capsys.readouterr().out


def test_a_file_of_ones_own_can_be_watched_with_parameters(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(PROGRAM)
    assert watch(str(file), "-p", "count=3", "--describe") == 0
    out = capsys.readouterr().out
    assert "caption: What this is." in out
    assert "A#3 (32 B) goes at the free pointer" in out


def test_a_lesson_in_toml_can_be_watched(tmp_path, capsys):
    file = tmp_path / "lesson.toml"
    file.write_text(LESSON)
    assert watch(str(file), "--describe") == 0
    assert "Collection 1, a scavenge: the program stops." in capsys.readouterr().out


def test_a_long_run_is_watched_collection_by_collection(capsys):
    assert watch("linked-list", "-p", "length=30_000", "--describe") == 0
    out = capsys.readouterr().out
    assert out.count("log: ") == out.count("gc-end") > 1


def test_no_more_is_recorded_than_is_shown(capsys):
    """Of a program that would run for minutes."""
    assert watch("binary-trees", "--preset=lesson", "--max-old-space-size=1", "--describe", "--to=50") == 0
    out, err = capsys.readouterr()
    assert out.count("event ") == 51
    assert err == ""


def test_a_recording_that_was_cut_says_so(monkeypatch, capsys):
    monkeypatch.setattr("gcsim.cli.watching.MOST_FRAMES", 30)
    assert watch("binary-trees", "--preset=lesson", "--max-old-space-size=1", "--describe") == 0
    assert capsys.readouterr().err.endswith("gcsim: only the first 30 steps were recorded (--to N: fewer)\n")


def test_heap_flags_change_the_heap_that_is_watched(capsys):
    """With new space twice as large all seven objects fit, so nothing is collected."""
    assert watch("guide-scavenge", "--describe", "--max-semi-space-size=0.00025", "--min-semi-space-size=0.00025") == 0
    assert "gc-start" not in capsys.readouterr().out


def test_the_terminal_is_played_from_a_pipe(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\x1b[C"))
    assert watch("guide-scavenge", "--tty") == 0
    screens = capsys.readouterr().out.split("gcsim  guide-scavenge")
    assert [screen.split()[1] for screen in screens[1:]] == ["0/56", "21/56", "22/56"]
    assert "\x1b" not in "".join(screens)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope", "--describe"], "gcsim: no scenario 'nope'; built-in: guide-scavenge, "),
        (["tri-color", "-p", "a=1", "--describe"], "gcsim: scene tri-color has no parameters, got a"),
        (["guide-scavenge", "-p", "a=1", "--tty"], "gcsim: scenario guide-scavenge has no parameter 'a'"),
        (["guide-scavenge", "--tty", "--describe"], "gcsim: only one of --tty, --describe at a time"),
        (
            ["guide-scavenge", "--describe", "--from=99"],
            "gcsim: --from must be at most --to and the last event, which is 56, got 99",
        ),
        (
            ["guide-scavenge", "--describe", "--from=9", "--to=8"],
            "gcsim: --from must be at most --to and the last event, which is 56, got 9",
        ),
        (["guide-scavenge", "--size=big"], "gcsim: Invalid value for '--size': 'big' is not a width and a height"),
        (["guide-scavenge", "--fps=0"], "gcsim: Invalid value for '--fps': 0 is not in the range"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, capsys):
    assert watch(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_an_unknown_name_is_told_the_scenes_too(capsys):
    watch("nope", "--describe")
    assert f"(scenes: {', '.join(BUNDLED)})" in capsys.readouterr().err


def test_the_scenes_are_listed_with_their_titles(capsys):
    assert execute(["scenarios", "--scenes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(BUNDLED)
    assert "    Without it: nobody remembers the slot, and the object is lost. A bug." in lines


def test_a_size_is_a_width_and_a_height():
    assert Size().convert("1280x720", None, None) == (1280, 720)
    assert Size().convert((3, 4), None, None) == (3, 4)


# Without pygame


def without_pygame(*arguments):
    command = [sys.executable, "-c", WITHOUT_PYGAME, "watch", *arguments]
    return subprocess.run(command, input="n", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("mode", ["--describe", "--tty"])
def test_text_needs_no_pygame(mode):
    done = without_pygame("guide-scavenge", mode)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Collection 1, a scavenge: the program stops." in done.stdout


@pytest.mark.parametrize("arguments", [(), ("--record", "never.gif")])
def test_pictures_say_what_to_install(arguments):
    done = without_pygame("guide-scavenge", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "pip install" in done.stderr
    assert "gcsim[viz]" in done.stderr
