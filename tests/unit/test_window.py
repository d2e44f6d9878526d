"""The window, on a display that nobody sees: pygame's events become what the keys promise."""

import sys

import pytest
from attrs import evolve

from gcsim.errors import ConfigError, MissingExtra
from gcsim.view.look import Look
from gcsim.view.motion import MOVE_SECONDS, between
from gcsim.view.sdl import start_display
from gcsim.view.window import Window, key_name, open_window
from pictures import spots
from recordings import scene


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


@pytest.fixture
def pygame():
    return start_display()


@pytest.fixture
def window():
    made = Window(scene("guide-scavenge"), Look())
    yield made
    made.close()


def key(pygame, name, *, typed="", mod=0):
    return pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode=typed, mod=mod)


def press(window, pygame, name, times=1, **more):
    down = key(pygame, name, **more)
    window.handle([down, pygame.event.Event(pygame.KEYUP, key=down.key, mod=0)] * times)
    return window.controls.player.index


def test_the_keys_of_the_transport(window, pygame):
    assert press(window, pygame, "right") == 1
    assert press(window, pygame, "right", 4) == 5
    assert press(window, pygame, "left") == 4
    assert press(window, pygame, "end") == 56
    assert press(window, pygame, "home") == 0
    assert press(window, pygame, "n", typed="n") == 21
    assert press(window, pygame, "n", typed="n") == 40
    assert press(window, pygame, "p", typed="p") == 21
    assert press(window, pygame, "right", mod=pygame.KMOD_SHIFT) == 22
    assert press(window, pygame, "left", mod=pygame.KMOD_SHIFT) == 21
    assert press(window, pygame, "m", typed="m") == 56  # no mark-sweep: the last frame
    press(window, pygame, "space", typed=" ")
    assert window.controls.player.playing


def test_a_key_that_is_held_scrubs_and_does_not_flicker(window, pygame):
    window.handle([key(pygame, "right")] * 5)
    assert window.controls.player.index == 5
    window.handle([key(pygame, "space", typed=" ")] * 4)
    assert window.controls.player.playing
    window.handle([pygame.event.Event(pygame.KEYUP, key=pygame.K_SPACE, mod=0), key(pygame, "space", typed=" ")])
    assert not window.controls.player.playing


def test_the_next_mark_sweep(pygame):
    window = Window(scene("mark-sweep-tour"), Look())
    assert scene("mark-sweep-tour").frames[press(window, pygame, "m", typed="m")].step.name == "GC_START"
    window.close()


def test_letters_are_what_is_typed_and_not_where_the_key_is(pygame):
    assert key_name(pygame, key(pygame, "z", typed="y")) == "y"
    assert key_name(pygame, key(pygame, "b", typed="B", mod=pygame.KMOD_SHIFT)) == "shift+b"
    assert key_name(pygame, key(pygame, "b", typed="B", mod=pygame.KMOD_CAPS)) == "b"
    assert key_name(pygame, key(pygame, "/", typed="?", mod=pygame.KMOD_SHIFT)) == "?"
    assert key_name(pygame, key(pygame, "q", typed="\x11", mod=pygame.KMOD_CTRL)) == "ctrl+q"
    assert key_name(pygame, key(pygame, "left shift", mod=pygame.KMOD_SHIFT)) == ""
    assert key_name(pygame, key(pygame, "escape", typed="\x1b")) == "esc"
    assert key_name(pygame, key(pygame, "tab", typed="\t", mod=pygame.KMOD_SHIFT)) == "shift+tab"


def test_without_a_screen_one_line_says_what_needs_none(monkeypatch):
    monkeypatch.delenv("SDL_VIDEODRIVER")
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(ConfigError, match="there is no screen to open a window on; --record FILE"):
        open_window(scene("guide-scavenge"), Look())


def test_without_pygame_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(MissingExtra, match=r"pictures need pygame: pip install 'gcsim\[viz\]'"):
        open_window(scene("guide-scavenge"), Look())


def test_closing_the_window_ends_it(window, pygame):
    window.handle([pygame.event.Event(pygame.QUIT)])
    assert window.controls.quit


def test_it_runs_until_it_is_told_to_quit(pygame):
    pygame.event.post(key(pygame, "right"))
    pygame.event.post(key(pygame, "q", typed="\x11", mod=pygame.KMOD_CTRL))
    open_window(scene("guide-scavenge"), Look())
    assert not pygame.display.get_init()


def test_it_draws_only_when_there_is_something_new(window, pygame):
    assert window.show(0.0)
    assert not window.show(0.1)
    press(window, pygame, "right")
    assert window.show(0.0)


def test_a_move_takes_a_quarter_of_a_second(window, pygame):
    window.handle([key(pygame, "right")] * 22)
    window.show(0.0)
    window.show(1.0)
    press(window, pygame, "right")
    drawn = [window.show(0.05) for _ in range(8)]
    assert drawn == [True] * 6 + [False] * 2


def test_with_reduced_motion_every_change_is_a_cut(pygame):
    window = Window(scene("guide-scavenge"), Look(), reduced_motion=True)
    window.handle([key(pygame, "right")] * 22)
    window.show(0.0)
    press(window, pygame, "right")
    assert [window.show(0.05) for _ in range(3)] == [True, False, False]
    window.close()


def test_what_is_seen_is_the_figure_of_the_frame(window, pygame):
    window.handle([key(pygame, "right")] * 23)
    window.show(0.0)
    window.show(1.0)
    seen = pygame.image.tobytes(window._screen, "RGB")
    surface = pygame.Surface((1280, 720))
    window._painter.draw(window.figure(), surface)
    assert seen == pygame.image.tobytes(surface, "RGB")


def test_half_a_motion_is_another_picture(window):
    look = Look()
    before, after = (window._studio.figure(index, look) for index in (22, 23))
    assert between(before, after, 0.5).items != after.items
    assert MOVE_SECONDS == 0.25


def test_the_layout_follows_the_size_of_the_window(window, pygame):
    window.handle([pygame.event.Event(pygame.VIDEORESIZE, w=1000, h=600)])
    assert (window.controls.look.width, window.controls.look.height) == (1000, 600)
    window.handle([pygame.event.Event(pygame.VIDEORESIZE, w=500, h=300)])
    assert (window.controls.look.width, window.controls.look.height) == (960, 540)
    assert window.show(0.0)


def test_the_mouse_clicks_and_drags_along_the_track(window, pygame):
    track = next(box.rect for box in window.figure().boxes() if box.action == "seek")
    x, y = (round(part) for part in track.center)
    down = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=1)
    move = pygame.event.Event(pygame.MOUSEMOTION, pos=(round(track.right) - 1, y), rel=(1, 0), buttons=(1, 0, 0))
    up = pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(x, y), button=1)
    window.handle([down])
    assert window.controls.player.index == 28
    window.handle([move, up])
    assert window.controls.player.index >= 55
    window.handle([pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-2)])
    assert window.controls.player.index <= 54


def test_an_object_below_the_mouse_has_a_tip(window, pygame):
    window.handle([key(pygame, "right")] * 15)
    x, y = (round(part) for part in spots(window.figure(), "block")[2].center)
    window.handle([pygame.event.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(1, 0), buttons=(0, 0, 0))])
    assert any(label.text.startswith("B, 32 B") for label in window.figure().labels())


def test_a_film_that_cannot_be_saved_is_told_in_the_caption(window, tmp_path, monkeypatch):
    (tmp_path / "guide-scavenge-0000-0001.gif").mkdir()
    monkeypatch.chdir(tmp_path)
    for each in ("v", "right", "v"):
        window.controls.press(each)
    assert "cannot be written" in window.controls.look.message


def test_time_moves_the_player_on(window):
    window.controls.press("space")
    window.controls.player.advance(1.01)
    assert window.controls.player.index == 2


def test_a_saved_frame_has_no_message_in_it(window, tmp_path, monkeypatch, pygame):
    monkeypatch.chdir(tmp_path)
    window.controls.press("s")
    saved = pygame.image.load(str(tmp_path / "guide-scavenge-0000.png"))
    surface = pygame.Surface((1280, 720))
    window._painter.draw(window._studio.figure(0, evolve(window.controls.look, message="")), surface)
    assert pygame.image.tobytes(saved, "RGB") == pygame.image.tobytes(surface, "RGB")


def test_a_film_is_saved_from_the_window(window, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for each in ("v", "right", "v"):
        window.controls.press(each)
    assert (tmp_path / "guide-scavenge-0000-0001.gif").exists()
    assert window.controls.look.message == "The film is saved as guide-scavenge-0000-0001.gif."


def test_what_cannot_be_saved_is_told_in_the_caption(window, tmp_path, monkeypatch):
    (tmp_path / "guide-scavenge-0000.png").mkdir()
    monkeypatch.chdir(tmp_path)
    window.controls.press("s")
    assert "cannot be written" in window.controls.look.message
