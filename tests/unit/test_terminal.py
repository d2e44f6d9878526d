"""The player in a terminal, played without one."""

from gcsim.view.frame import Step
from gcsim.view.player import Player
from gcsim.view.terminal import QUIT, Terminal
from recordings import scene, steps


def play(name, keys, *, ansi=False):
    """What was shown, after each key of a scene."""
    terminal = Terminal(Player(scene(name)), ansi=ansi)
    typed = iter([*keys, QUIT])
    shown = []
    terminal.run(lambda _: (next(typed), 0.0), shown.append)
    return terminal, shown


def test_each_key_gives_a_screen():
    terminal, shown = play("guide-scavenge", ["right", "right", "left", "n"])
    assert len(shown) == 5
    assert terminal.player.frame.step is Step.GC_START
    assert shown[1] != shown[0]
    assert shown[3] == shown[1]


def test_time_passes_while_it_plays_and_stands_still_while_it_does_not():
    terminal = Terminal(Player(scene("guide-scavenge")), ansi=False)
    waits = []
    typed = iter([("space", 9.0), ("", 1.0), ("", 1.0), (QUIT, 0.0)])

    def read_key(wait):
        waits.append(wait)
        return next(typed)

    terminal.run(read_key, lambda lines: None)
    assert waits == [None, 0.1, 0.1, 0.1]
    assert terminal.player.index == 4


def test_without_ansi_nothing_but_text_is_written():
    for lines in play("tri-color", ["n"] + ["right"] * 20)[1]:
        assert "\x1b" not in "\n".join(lines)


def test_with_ansi_what_a_step_is_about_is_reversed():
    _, shown = play("guide-scavenge", ["right"], ansi=True)
    assert any("\x1b[7mA\x1b[0m" in line for line in shown[1])


def test_help_has_every_key_and_goes_away():
    terminal, shown = play("guide-scavenge", ["h", "h"])
    assert any("shift+right" in line for line in shown[1])
    assert shown[2] == shown[0]
    terminal.press("?")
    assert terminal.overlay == "help"
    terminal.press("esc")
    assert terminal.overlay == ""


def test_the_glossary_explains_the_words_of_the_caption():
    _, shown = play("guide-scavenge", ["n", "g"])
    assert any(line.startswith("scavenge: ") for line in shown[2])


def test_a_question_is_asked_answered_and_scored():
    terminal, shown = play("guide-scavenge", ["q", "n", "1", "2", "2", "3", "enter"])
    assert "Which of these survive? 1 A, 2 B, 3 C, 4 D   (a label chooses, Enter answers)" in shown[2]
    assert any("1* A, 2 B, 3* C, 4 D" in line for line in shown[6])
    assert "4 of 4 objects judged right." in shown[7]
    assert "questions 4/4" in terminal.bar()


def test_enter_without_a_question_does_nothing():
    terminal, shown = play("guide-scavenge", ["enter", "1"])
    assert shown[0] == shown[1] == shown[2]
    assert terminal.player.index == 0


def test_another_key_goes_on_without_an_answer():
    terminal, _ = play("guide-scavenge", ["q", "n", "1", "right"])
    assert terminal.player.question is None
    assert terminal.chosen == set()


def test_the_bar_tells_the_state():
    terminal, _ = play("guide-scavenge", ["right", "b", "up", "f"])
    assert terminal.bar().startswith("[> paused]  speed x2 (events)  bookmarks 1  space play")
    terminal.player.speed = float("inf")
    terminal.player.toggle()
    assert terminal.bar().startswith("[> playing]  speed max (events)")


def test_two_runs_are_shown_one_below_the_other():
    _, shown = play("missing-barrier", ["end"])
    at = shown[1].index("beside it:")
    assert "missing-barrier, the bug" in shown[1][at + 1]
    assert steps(scene("missing-barrier"))[-1] is Step.END
