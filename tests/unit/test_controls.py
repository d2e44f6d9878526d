"""Keys and mouse, without a window."""

from pathlib import Path

import pytest

from gcsim.view.arrangement import PANES
from gcsim.view.controls import Controls
from gcsim.view.describe import describe_step
from gcsim.view.keys import ACTIONS
from gcsim.view.look import Look
from gcsim.view.palette import THEMES
from gcsim.view.panes.overlay import WINDOW_KEYS
from gcsim.view.player import Player
from gcsim.view.scenes import BUNDLED
from pictures import picture, spots, studio_of
from recordings import scene


def controls(name="guide-scavenge", **player):
    return Controls(Player(scene(name), **player), Look())


def pressed(*keys, name="guide-scavenge"):
    made = controls(name)
    for key in keys:
        made.press(key)
    return made


def figure_of(made):
    return studio_of(made.player.recording).figure(made.player.index, made.look)


@pytest.mark.parametrize("key", ACTIONS)
def test_a_key_of_the_player_does_what_it_does_in_a_terminal(key):
    made, player = controls(), Player(scene("guide-scavenge"))
    for _ in range(3):
        made.press("right")
        player.step()
    made.press(key)
    ACTIONS[key].do(player)
    for fact in ("index", "playing", "speed", "follow", "asking", "bookmarks", "direction"):
        assert getattr(made.player, fact) == getattr(player, fact)


def test_the_look_tells_what_the_player_does():
    look = pressed("space", "down", "b", "f").look
    assert (look.playing, look.speed, look.bookmarks, look.follow) == (True, "x1/2", (0,), False)
    assert pressed("up", "up").look.speed == "x4"
    assert pressed(*["up"] * 9).look.speed == "max"


def test_tab_goes_around_the_panes_and_back():
    seen = []
    made = controls()
    for _ in range(len(PANES) + 1):
        made.press("tab")
        seen.append(made.look.focus)
    assert seen == [*PANES, ""]
    made.press("shift+tab")
    assert made.look.focus == PANES[-1]


def test_a_digit_shows_one_pane_alone_and_escape_all_again():
    made = controls()
    for index, name in enumerate(PANES):
        made.press(str(index + 1))
        assert made.look.maximised == name
    made.press("esc")
    assert made.look.maximised == ""
    assert not made.quit


def test_themes_go_around():
    made = controls()
    seen = []
    for _ in THEMES:
        made.press("t")
        seen.append(made.look.theme)
    assert sorted(seen) == sorted(THEMES)
    assert seen[-1] == "light"


@pytest.mark.parametrize(("key", "overlay"), [("h", "help"), ("?", "help"), ("g", "glossary"), ("c", "contrast")])
def test_an_overlay_is_closed_by_any_key_that_then_does_nothing_else(key, overlay):
    made = pressed(key)
    assert made.look.overlay == overlay
    made.press("right")
    assert (made.look.overlay, made.player.index) == ("", 0)


def test_every_key_is_in_the_help():
    made = pressed("h")
    texts = " ".join(label.text for label in figure_of(made).labels() if label.role == "key name")
    for key in (*ACTIONS, *WINDOW_KEYS):
        assert key in texts


def test_only_ctrl_q_quits():
    assert not pressed("esc", "q", "h").quit
    assert pressed("ctrl+q").quit
    assert pressed("h", "ctrl+q").quit


def test_type_grows_and_shrinks_within_bounds():
    made = pressed(*["+"] * 20)
    assert made.look.text_scale == 2.5
    for _ in range(20):
        made.press("-")
    assert made.look.text_scale == 1.0


def test_presenter_mode_can_be_left():
    assert pressed("f5").look.presenter
    assert not pressed("f5", "f5").look.presenter


def test_the_frame_is_described():
    said = []
    made = controls()
    made.say = said.append
    made.press("d")
    assert said == [describe_step(scene("guide-scavenge"), 0)]


def test_a_picture_is_saved_under_the_name_of_the_scene_and_the_event():
    made, saved = controls(), []
    made.save_picture = saved.append
    made.press("right")
    made.press("s")
    assert saved == [Path("guide-scavenge-0001.png")]
    assert made.look.message == "This frame is saved as guide-scavenge-0001.png."


def test_a_film_goes_from_the_first_v_to_the_second():
    made, saved = controls(), []
    made.save_film = lambda path, frames: saved.append((path, frames))
    for key in ("right", "v", "right", "right", "v"):
        made.press(key)
    assert saved == [(Path("guide-scavenge-0001-0003.gif"), range(1, 4))]


def test_what_went_wrong_is_told():
    made = controls()
    made.save_picture = lambda path: f"{path}: cannot be written"
    made.press("s")
    assert made.look.message == "guide-scavenge-0000.png: cannot be written"


def test_tokens_are_explained_one_after_the_other():
    made = pressed("l", "k")
    assert made.look.token == 0
    made.press("k")
    assert made.look.token == 1


def test_enter_selects_an_object_and_then_tells_who_refers_to_it():
    made = pressed(*["right"] * 3, "enter")
    assert made.look.selected == 1
    assert made.look.message == "A is selected. It has no references. Enter: who refers to it?"
    made.press("enter")
    assert "A is referred to by " in made.look.message
    made.press("right")
    assert made.look.message == ""


def test_objects_are_chosen_one_after_the_other():
    made = pressed(*["right"] * 15)
    seen = []
    for _ in range(5):
        made.press(".")
        seen.append(made.look.selected)
    assert seen == [1, 2, 3, 4, 1]
    made.press(",")
    assert made.look.selected == 4


def test_fields_of_a_selected_object_are_told():
    made = pressed(*["right"] * 12, "enter", name="mark-sweep-tour")
    assert made.look.message == "first is selected. Its fields: next -> second. Enter: who refers to it?"


# Questions


def test_a_question_is_answered_with_keys():
    made = pressed("q", "n")
    assert made.look.candidates == {1, 2, 3, 4}
    assert made.look.message.startswith("Which survive? 1 A,  2 B,  3 C,  4 D.")
    for key in ("1", "3", "2", "2", "enter"):
        made.press(key)
    assert made.player.score.right == made.player.score.asked == 4
    assert made.look.message == "4 of 4 objects judged right; 4 of 4 so far. Play on and see."


def test_a_question_is_answered_with_clicks():
    made = pressed("q", "n")
    for number in (1, 4):
        rect = spots(figure_of(made), "block")[number]
        made.click(figure_of(made), *rect.center)
    assert made.look.chosen == {1, 4}
    assert "4 D (yes)" in made.look.message


def test_any_other_key_goes_on_without_an_answer():
    made = pressed("q", "n", "1", "right")
    assert (made.look.chosen, made.player.question, made.player.score.asked) == (frozenset(), None, 0)


# Mouse


def middle_of(figure, action):
    return next(box.rect.center for box in figure.boxes() if box.action == action)


@pytest.mark.parametrize("action", ["home", "p", "left", "space", "right", "n", "end", "h"])
def test_a_button_does_what_its_key_does(action):
    clicked, typed = pressed(*["right"] * 25), pressed(*["right"] * 25)
    clicked.click(figure_of(clicked), *middle_of(figure_of(clicked), action))
    typed.press(action)
    assert (clicked.player.index, clicked.look) == (typed.player.index, typed.look)


@pytest.mark.parametrize("action", ["seek", "chart"])
def test_a_click_on_the_track_or_the_chart_goes_there(action):
    made = controls()
    box = next(box for box in figure_of(made).boxes() if box.action == action)
    for ratio in (0.0, 0.5, 0.9999):
        made.click(figure_of(made), box.rect.x + ratio * box.rect.w, box.rect.center[1])
        assert made.player.index / made.player.last == pytest.approx(ratio, abs=0.02)


def test_a_click_on_an_object_selects_it_and_elsewhere_nothing():
    made = pressed(*["right"] * 15)
    made.click(figure_of(made), *spots(figure_of(made), "node")[3].center)
    assert (made.look.selected, made.look.focus) == (3, "graph")
    made.click(figure_of(made), 400, 640)
    assert made.look.selected == 0


def test_a_click_on_an_overlay_closes_it():
    made = pressed("h")
    made.click(figure_of(made), 640, 360)
    assert made.look.overlay == ""
    assert made.player.index == 0


def test_in_an_empty_heap_nothing_can_be_selected():
    assert pressed("enter").look.selected == 0


def test_a_click_on_a_token_explains_it():
    made = pressed("l")
    made.click(figure_of(made), *middle_of(figure_of(made), "token 4"))
    assert made.look.token == 4


def test_a_click_on_a_tab_shows_it():
    made = controls()
    made.resize(960, 540)
    made.click(figure_of(made), *middle_of(figure_of(made), "tab worklist"))
    assert made.look.tab == "worklist"


def test_the_wheel_moves_by_an_event():
    made = controls()
    made.wheel(3)
    made.wheel(-1)
    assert made.player.index == 2


def test_what_is_below_the_mouse_is_known():
    made = pressed(*["right"] * 15)
    made.hover(figure_of(made), *spots(figure_of(made), "block")[2].center)
    assert made.look.pointed == 2
    made.hover(figure_of(made), 1, 1)
    assert made.look.pointed == 0


@pytest.mark.parametrize("name", BUNDLED[:5])
def test_every_frame_can_be_reached_and_left_again(name):
    made = controls(name)
    figures = [picture(scene(name), index) for index in range(made.player.last + 1)]
    for _ in range(made.player.last):
        made.press("right")
    for index in reversed(range(made.player.last)):
        made.press("left")
        assert figure_of(made) == figures[index]
