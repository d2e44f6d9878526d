"""Figures on a surface: few pixel tests, of what a figure cannot tell."""

from itertools import pairwise

import pytest

from gcsim.view.draw import Painter, dashes, ribbon
from gcsim.view.figure import Box, Figure, Label, Patch, Rect, Stroke
from gcsim.view.fonts import Faces
from gcsim.view.look import Look
from gcsim.view.palette import THEMES, Paint, State
from gcsim.view.sdl import import_pygame
from gcsim.view.studio import Studio
from pictures import studio_of
from recordings import STEPWISE, both, every_scene, scene

pygame = import_pygame()
LIGHT = THEMES["light"].states


@pytest.fixture(scope="module")
def painter():
    return Painter()


def drawn(painter, *items, size=(100, 60)):
    surface = pygame.Surface(size)
    figure = Figure(width=size[0], height=size[1], background="#FAFAF7", items=items, panes={})
    painter.draw(figure, surface)
    return surface


def colors_of(surface):
    w, h = surface.get_size()
    return {tuple(surface.get_at((x, y)))[:3] for x in range(w) for y in range(h)}


def block(state, **more):
    return Box(pane="p", role="block", rect=Rect(10, 10, 80, 40), paint=LIGHT[state], **more)


def test_a_solid_border_surrounds_the_fill(painter):
    surface = drawn(painter, block(State.NEW))
    assert tuple(surface.get_at((50, 30)))[:3] == (0xF0, 0xE4, 0x42)
    for point in ((10, 30), (89, 30), (50, 10), (50, 49)):
        assert tuple(surface.get_at(point))[:3] == (0x1A, 0x1A, 0x1A)
    assert tuple(surface.get_at((9, 30)))[:3] == (0xFA, 0xFA, 0xF7)


def test_a_double_border_has_a_gap(painter):
    surface = drawn(painter, block(State.GREY))
    row = [tuple(surface.get_at((x, 30)))[:3] == (0x1A, 0x1A, 0x1A) for x in range(10, 18)]
    assert row == [True, True, False, False, True, True, False, False]


@pytest.mark.parametrize("state", [State.DEAD, State.FREE, State.GHOST])
def test_a_broken_border_is_broken(painter, state):
    surface = drawn(painter, block(state))
    rows = [{tuple(surface.get_at((x, y)))[:3] for x in range(14, 86)} for y in (10, 11, 12)]
    assert max(map(len, rows)) > 1


def test_every_two_states_look_different_without_colors(painter):
    pictures = set()
    for paint in LIGHT.values():
        box = Box(pane="p", role="block", rect=Rect(10, 10, 80, 40), paint=paint)
        mark = Label(pane="p", role="mark", rect=box.rect, text=paint.mark, size=24, color=paint.text, align="center")
        grey = pygame.transform.grayscale(drawn(painter, box, mark)) if hasattr(pygame.transform, "grayscale") else None
        assert grey is not None
        pictures.add(pygame.image.tobytes(grey, "RGB"))
    assert len(pictures) == len(LIGHT)


def test_a_round_box_covers_what_is_below(painter):
    below = block(State.BLACK)
    above = Box(
        pane="p", role="x", rect=Rect(0, 0, 100, 60), paint=Paint("#FAFAF7", "", "none", 1, "#FAFAF7"), radius=6
    )
    assert tuple(drawn(painter, below, above).get_at((50, 30)))[:3] == (0xFA, 0xFA, 0xF7)


def test_an_arrow_ends_where_it_points(painter):
    arrow = Stroke(pane="p", role="a", points=((10, 30), (90, 30)), color="#000000", head=True)
    surface = drawn(painter, arrow)
    dark = [x for x in range(100) if sum(surface.get_at((x, 30))[:3]) < 300]
    assert min(dark) in (9, 10)
    assert 86 <= max(dark) <= 91


def test_texts_stand_where_their_room_is(painter):
    for align, side in (("left", 0), ("center", 1), ("right", 2)):
        label = Label(pane="p", role="t", rect=Rect(10, 10, 80, 30), text="I", size=16, color="#000000", align=align)
        surface = drawn(painter, label)
        dark = [x for x in range(100) for y in range(60) if sum(surface.get_at((x, y))[:3]) < 400]
        assert (10 <= min(dark) < 16, 40 < min(dark) < 60, 80 < min(dark) < 90)[side]


def test_a_measured_text_is_as_wide_as_its_picture(painter):
    for face in ("plain", "bold"):
        for text in ("A", "<unallocated>", "The global C leads to C: C is copied to to-space."):
            width = painter.faces.measure(text, 16, face)
            assert painter._text(text, 16, "#000000", face).get_width() == pytest.approx(width, abs=1)


@every_scene
def test_a_small_window_has_room_for_the_whole_title_of_a_scene(painter, name):
    figure = Studio(scene(name), painter.faces.measure).figure(0, Look(width=960, height=540))
    titles = {label.text for label in figure.labels() if label.role == "scene"}
    assert titles == {recording.title for recording in both(name)}


def test_characters_that_the_plain_face_lacks_are_shown_in_the_other():
    faces = Faces()
    assert faces.at(16, "plain", "abc") is not faces.at(16, "bold", "abc")
    missing = faces.at(16, "plain").metrics("\ue000")
    for char in "\u00e9\u00df":
        assert faces.at(16, "plain", char).metrics(char) not in ([None], missing)


def test_without_pillow_there_is_one_face(monkeypatch):
    monkeypatch.setattr("gcsim.view.fonts.plain_bytes", lambda: b"")
    faces = Faces()
    assert faces.at(16, "plain") is not None
    assert faces.measure("abc", 16, "plain") > 0


def test_dashes_cover_the_line_in_order():
    pieces = list(dashes([(0, 0), (100, 0)], "dashed"))
    assert pieces[0][0] == (0, 0)
    assert all(0 <= start[0] < end[0] <= 100 for start, end in pieces)
    assert all(one[1][0] < other[0][0] for one, other in pairwise(pieces))


def test_a_ribbon_is_as_wide_as_its_line():
    assert ribbon([(0, 0), (10, 0)], 4) == [(0, -2), (10, -2), (10, 2), (0, 2)]


def test_a_patch_is_filled(painter):
    patch = Patch(pane="p", role="x", points=((20, 10), (80, 10), (50, 50)), color="#000000")
    assert sum(drawn(painter, patch).get_at((50, 25))[:3]) < 30


@pytest.mark.parametrize("name", STEPWISE)
def test_drawing_twice_gives_equal_pixels(name):
    figure = studio_of(scene(name)).figure(20, Look())
    pictures = []
    for _ in range(2):
        surface = pygame.Surface((1280, 720))
        Painter().draw(figure, surface)
        pictures.append(pygame.image.tobytes(surface, "RGB"))
    assert pictures[0] == pictures[1]
    assert len(colors_of(pygame.transform.scale(surface, (160, 90)))) > 5


def test_the_letters_of_the_smallest_type_are_dark_enough(painter):
    label = Label(pane="p", role="t", rect=Rect(5, 10, 90, 30), text="IllH", size=14, color="#1A1A1A")
    darkest = min(sum(color) for color in colors_of(drawn(painter, label)))
    assert darkest < 3 * 90


@pytest.mark.parametrize("hatch", ["/", "x", "-", "|", "."])
def test_a_pattern_lies_inside_of_its_box(painter, hatch):
    paint = Paint("#FFFFFF", "", "solid", 2, "#000000", "#000000", hatch)
    for radius in (0, 12):
        box = Box(pane="p", role="x", rect=Rect(10, 10, 80, 40), paint=paint, radius=radius)
        surface = drawn(painter, box)
        assert len(colors_of(surface.subsurface((20, 20, 60, 20)))) > 1
        assert colors_of(surface.subsurface((0, 0, 9, 60))) == {(0xFA, 0xFA, 0xF7)}
        corner = tuple(surface.get_at((11, 11)))[:3]
        assert (corner == (0xFA, 0xFA, 0xF7)) == (radius > 0)


def test_a_line_of_many_points_is_drawn(painter):
    points = tuple(point for x in range(100) for point in ((x, 30 - x % 2 * 9), (x + 1, 30 - x % 2 * 9)))
    surface = drawn(painter, Stroke(pane="p", role="x", points=points, color="#000000"))
    assert sum(surface.get_at((50, 30))[:3]) < 100


def test_what_has_no_size_is_not_drawn(painter):
    box = Box(pane="p", role="x", rect=Rect(10, 10, 0, 40), paint=LIGHT[State.BLACK])
    stroke = Stroke(pane="p", role="x", points=((10, 10),), color="#000000")
    assert colors_of(drawn(painter, box, stroke)) == {(0xFA, 0xFA, 0xF7)}
