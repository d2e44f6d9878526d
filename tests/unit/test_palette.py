"""Colors and marks: enough contrast in every theme, and no state that is told by color alone."""

from itertools import combinations

import pytest

from gcsim.view.palette import THEMES, State, blend, contrast, luminance

each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
LITERAL = {State.WHITE: "#FFFFFF", State.GREY: "#A6A6A6", State.BLACK: "#1A1A1A"}


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#777777") == 1
    assert luminance("#FF0000") == pytest.approx(0.2126)


@each_theme
def test_the_text_on_a_state_can_be_read(theme):
    for state, paint in theme.states.items():
        assert contrast(paint.text, paint.fill) >= 4.5, state


@each_theme
def test_the_border_of_a_state_can_be_seen_on_the_canvas(theme):
    for state, paint in theme.states.items():
        assert contrast(paint.edge, theme.canvas) >= 3, state


@each_theme
def test_two_states_differ_in_their_mark_or_their_border(theme):
    assert set(theme.states) == set(State)
    for one, other in combinations(theme.states.values(), 2):
        assert (one.mark, one.border, one.border_px) != (other.mark, other.border, other.border_px)
        assert one.mark != other.mark


@each_theme
def test_texts_and_lines_can_be_read_on_their_panes(theme):
    for is_canvas in (True, False):
        ground, text, faint = theme.ground(is_canvas)
        assert contrast(text, ground) >= 4.5
        assert contrast(faint, ground) >= 4.5
    assert contrast(theme.edge, theme.panel) >= 3
    for color in theme.lines.values():
        assert contrast(color, theme.panel) >= 3


@each_theme
def test_a_halo_can_be_seen_on_the_line_that_it_lies_over(theme):
    assert contrast(theme.halo, theme.ink) >= 3


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_colors_of_marking_are_literal(name):
    assert {state: THEMES[name].states[state].fill for state in LITERAL} == LITERAL


def test_print_has_no_colors():
    for color in THEMES["print"].colors():
        assert len({color[1:3], color[3:5], color[5:7]}) == 1, color


def test_a_light_fill_has_a_dark_border():
    for paint in THEMES["light"].states.values():
        if contrast(paint.fill, THEMES["light"].canvas) < 3:
            assert paint.border != "none"
            assert contrast(paint.edge, THEMES["light"].canvas) >= 3


def test_a_blend_lies_between_its_ends():
    assert blend("#000000", "#FFFFFF", 0.0) == "#000000"
    assert blend("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert blend("#000000", "#102030", 0.5) == "#081018"
