"""A frame as a figure: everything fits, at every size, and what is there is shown."""

import pytest
from attrs import evolve

from gcsim.config import LESSON
from gcsim.view.arrangement import PANES
from gcsim.view.figure import Label, Stroke
from gcsim.view.look import TABS, Look
from gcsim.view.palette import THEMES
from gcsim.view.pen import plain_measure
from gcsim.view.studio import Studio
from pictures import SIZES, assert_tidy, crowd, ink_of, many_pages, picture, spots, studio_of
from recordings import STEPWISE, every_scene, recorded, scene

each_size = pytest.mark.parametrize("size", SIZES, ids=str)


def figures(name, size, every=3, **look):
    made = studio_of(scene(name))
    for index in range(0, len(made.recording), every):
        yield made.figure(index, Look(width=size[0], height=size[1], **look))


@every_scene
@each_size
def test_nothing_is_cut_and_nothing_overlaps(name, size):
    for figure in figures(name, size):
        assert_tidy(figure)


@each_size
@pytest.mark.parametrize("name", ["guide-scavenge", "scavenge-walkthrough", "weak-map"])
def test_the_arrow_of_a_promotion_crosses_no_text(name, size):
    """At the height of a text, the line is beside it."""
    arrows = 0
    for figure in figures(name, size, every=1):
        for arrow in (item for item in figure.items if isinstance(item, Stroke) and item.role == "promotion"):
            arrows += 1
            (x1, y1), (x2, y2) = arrow.points
            for ink in (ink_of(item) for item in figure.items if isinstance(item, Label) and item.pane == "old"):
                x = x1 + (x2 - x1) * (ink.center[1] - y1) / (y2 - y1)
                assert not (y1 < ink.center[1] < y2 and ink.x < x < ink.right)
    assert arrows


@each_size
def test_the_notation_is_whole_and_leaves_parts_out_rather_than_letters(size):
    texts = {
        label.text for figure in figures("weak-map", size) for label in figure.labels() if label.role == "notation"
    }
    assert len(texts) > 3
    assert all(text.startswith("| ") and text.endswith(" |") for text in texts)


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("name", ["guide-scavenge", "missing-barrier"])
def test_a_pane_alone_is_tidy(name, pane):
    for figure in figures(name, SIZES[1], 11, maximised=pane):
        assert_tidy(figure)
        assert any(each.endswith(pane) for each in figure.panes)


@pytest.mark.parametrize("tab", TABS)
def test_a_small_window_folds_the_right_column_into_tabs(tab):
    figure = picture(scene("tri-color"), 30, width=960, height=540, tab=tab)
    assert set(TABS) & set(figure.panes) == {tab}
    assert "tabs" in figure.panes
    assert_tidy(figure)


def test_a_large_window_shows_all_panes_at_once():
    figure = picture(scene("tri-color"), 30)
    assert {*PANES, "worklist", "remembered", "header", "bar"} == set(figure.panes)


def test_presenter_mode_has_type_of_24_pixels_at_least():
    figure = picture(scene("guide-scavenge"), 24, presenter=True)
    assert min(label.size for label in figure.labels()) >= 24
    assert_tidy(figure)


def test_no_type_is_smaller_than_16_pixels_but_long_trace_lines():
    for index in (0, 24, 43):
        small = {label.role for label in picture(scene("guide-scavenge"), index).labels() if label.size < 16}
        assert small <= {"token"}


@pytest.mark.slow
@each_size
def test_two_hundred_objects_with_long_names_fit(size):
    for recording in (crowd(), many_pages()):
        for index in (0, 90, 350, -1):
            assert_tidy(picture(recording, index, width=size[0], height=size[1]))


@pytest.mark.slow
def test_of_many_objects_the_graph_shows_the_neighbourhood_and_says_so():
    recording = crowd()
    figure = picture(recording, -1)
    nodes = {box.id for box in figure.boxes("node")}
    assert 0 < len(nodes) <= 40
    assert any("of 200 objects" in label.text for label in figure.labels())


@pytest.mark.slow
def test_blocks_that_are_too_small_are_counted():
    figure = picture(crowd(), -1)
    counted = [int(label.text.split("x")[0]) for label in figure.labels() if label.role == "run"]
    single = {box.id for box in figure.boxes("block")}
    assert counted
    assert sum(counted) + len(single) >= 200 - 40  # a run that is too narrow for a number has none


@each_size
def test_an_empty_heap_fits(size):
    recording = recorded(lambda simulation: None, LESSON)
    for index in range(len(recording)):
        assert_tidy(picture(recording, index, width=size[0], height=size[1]))


@each_size
def test_an_object_of_the_size_of_a_page_fits(size):
    def program(simulation):
        m = simulation.mutator
        m.globals["whole"] = m.new("Whole", size=LESSON.page_size // 2)
        m.globals["large"] = m.new("Large", size=LESSON.page_size)

    recording = recorded(program, LESSON)
    for index in range(len(recording)):
        assert_tidy(picture(recording, index, width=size[0], height=size[1]))


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5])
def test_larger_type_is_cut_but_does_not_overflow(scale):
    figure = picture(scene("guide-scavenge"), 24, width=1920, height=1080, text_scale=scale)
    assert_tidy(figure)


@pytest.mark.parametrize("name", [name for name in STEPWISE if name != "missing-barrier"])
def test_every_object_in_new_space_is_drawn_to_scale(name):
    made = studio_of(scene(name))
    for index in range(0, len(made.recording), 5):
        drawn = spots(made.figure(index, Look()), "block")
        young = [block for strip in made.recording.frames[index].strips for block in strip.blocks]
        scales = [(drawn[block.id].w + 2) / block.words for block in young if block.is_object and block.id in drawn]
        assert max(scales, default=0) == pytest.approx(min(scales, default=0))


def test_a_copy_leaves_a_ghost_with_an_arrow_to_its_new_place():
    figure = picture(scene("guide-scavenge"), 24)
    ghosts, blocks = spots(figure, "ghost"), spots(figure, "block")
    arrows = {item.id: item for item in figure.items if item.role == "forwarding"}
    assert ghosts.keys() == arrows.keys() == {1, 3}
    for number, arrow in arrows.items():
        assert ghosts[number].x < arrow.points[0][0] < ghosts[number].right
        assert blocks[number].x < arrow.points[-1][0] < blocks[number].right
        assert arrow.head


def test_what_is_promoted_has_an_arrow_into_old_space():
    figure = picture(scene("guide-scavenge"), 43)
    arrow = next(item for item in figure.items if item.role == "promotion" and item.id)
    assert figure.pane_at(*arrow.points[0]) == "new"
    assert figure.pane_at(*arrow.points[-1]) == "old"


def test_the_guides_notation_is_in_the_picture():
    texts = {label.text for label in picture(scene("guide-scavenge"), 33).labels()}
    assert "| A | C | E | <unallocated> |" in texts


def test_what_the_step_is_about_has_a_halo():
    figure = picture(scene("guide-scavenge"), 24)
    assert {box.id for box in figure.boxes() if box.paint.edge == "#E69F00"} >= {3}


def test_a_flip_swaps_the_names_and_moves_nothing():
    before, after = (picture(scene("guide-scavenge"), index) for index in (21, 22))
    names = [[label.text for label in figure.labels() if label.role == "role"][::2] for figure in (before, after)]
    assert names == [["TO", "FROM"], ["FROM", "TO"]]
    assert spots(before, "block") == spots(after, "block")


def test_the_role_of_a_token_is_explained_and_its_panes_are_ringed():
    figure = picture(scene("guide-scavenge"), 30, token=4)
    assert any(label.text.startswith("used before: ") for label in figure.labels())
    rings = [box.rect for box in figure.boxes("focus")]
    for pane in ("new", "old"):
        assert any(abs(ring.x - figure.panes[pane].x) < 6 and abs(ring.y - figure.panes[pane].y) < 6 for ring in rings)


def test_remembered_slots_are_marked_in_the_graph_and_listed():
    recording = scene("scavenge-walkthrough")
    index = next(frame.index for frame in recording.frames if frame.remembered)
    figure = picture(recording, index)
    assert any(label.text == "R" and label.pane == "graph" for label in figure.labels())
    assert any(label.text == "holder.field -> held" and label.pane == "remembered" for label in figure.labels())


def test_weak_references_are_dashed_and_the_letters_of_an_ephemeron_are_there():
    recording = scene("weak-map")
    index = next(frame.index for frame in recording.frames if any(edge.strength == "key" for edge in frame.edges))
    figure = picture(recording, index)
    assert {"k", "v"} <= {label.text for label in figure.labels() if label.role == "letter"}
    assert any(isinstance(item, Stroke) and item.role == "edge" and item.dash == "dashed" for item in figure.items)


def test_a_lost_reference_is_shown_as_an_error():
    recording = scene("missing-barrier").beside
    index = next(frame.index for frame in recording.frames if any(not edge.target for edge in frame.edges))
    assert list(picture(recording, index).boxes("lost"))


def test_nodes_never_jump():
    made = studio_of(scene("mark-sweep-tour"))
    places = {}
    for index in range(len(made.recording)):
        for number, rect in spots(made.figure(index, Look()), "node").items():
            assert places.setdefault(number, rect.center) == pytest.approx(rect.center)


def test_the_map_of_pages_has_a_tile_for_each():
    recording = scene("leaking-set")
    figure = picture(evolve(recording, beside=None), -1)
    assert len(list(figure.boxes("tile"))) == len(recording.frames[-1].pages)


def test_two_runs_are_shown_under_one_transport():
    figure = picture(scene("missing-barrier"), 17)
    assert {"left new", "right new", "left caption", "right caption", "bar"} <= set(figure.panes)
    assert sum(name == "bar" for name in figure.panes) == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("overlay", ["help", "glossary", "contrast"])
def test_overlays_fit_the_screen(theme, overlay):
    figure = picture(scene("guide-scavenge"), 24, theme=theme, overlay=overlay, width=960, height=540)
    assert all(box.rect.x >= 0 and box.rect.right <= 960 for box in figure.boxes() if box.pane == "overlay")
    assert all(box.rect.y >= 0 and box.rect.bottom <= 540 for box in figure.boxes() if box.pane == "overlay")


def test_equal_looks_give_equal_figures():
    for name in ("guide-scavenge", "tri-color"):
        for index in (0, 20, 40):
            assert Studio(scene(name), plain_measure).figure(index, Look()) == picture(scene(name), index)


def test_a_figure_does_not_depend_on_what_was_drawn_before():
    recording = scene("guide-scavenge")
    walked = Studio(recording, plain_measure)
    for index in range(len(recording)):
        walked.figure(index, Look())
    assert walked.figure(20, Look()) == Studio(recording, plain_measure).figure(20, Look())


def test_the_objects_that_a_question_asks_about_have_their_keys():
    figure = picture(scene("guide-scavenge"), 21, candidates=frozenset({1, 2, 3, 4}), chosen=frozenset({3}))
    keys = {label.id: label.text for label in figure.labels() if label.role == "answer key"}
    assert keys == {1: "1", 2: "2", 3: "3", 4: "4"}
    assert_tidy(figure)


def test_an_object_under_the_mouse_has_a_tip():
    figure = picture(scene("guide-scavenge"), 24, pointed=1)
    tips = [label.text for label in figure.labels() if label.role == "tip"]
    assert tips == ["A, 32 B, survived one collection", "referred to by A"]


def test_the_tip_tells_color_and_fields_while_marking():
    recording = scene("mark-sweep-tour")
    ids = {block.name: number for number, block in recording.frames[23].objects().items()}
    figure = picture(recording, 23, pointed=ids["first"])
    tips = [label.text for label in figure.labels() if label.role == "tip"]
    assert tips == ["first, 32 B, old", "grey", "its fields: next -> second", "referred to by list"]


def test_a_long_worklist_tells_how_many_more_there_are():
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            for number in range(12):
                m.globals[f"global-{number}"] = m.new(f"object-{number}", fields=("next",), size=32, pretenured=True)
        m.collect("mark-sweep")

    recording = recorded(program, LESSON)
    index = max(recording.frames, key=lambda frame: len(frame.worklist)).index
    figure = picture(recording, index)
    assert_tidy(figure)
    more = next(label.text for label in figure.labels() if label.role == "more" and label.pane == "worklist")
    chips = {box.id for box in figure.boxes("chip")}
    assert len(chips) + int(more) == len(recording.frames[index].worklist) == 12


def test_a_large_remembered_set_tells_how_many_more_there_are():
    def program(simulation):
        m = simulation.mutator
        with m.scope():
            for number in range(8):
                m.globals[f"old-{number}"] = old = m.new("Old", fields=("to",), size=16, pretenured=True)
                m.write(old, "to", m.new("Young", size=8))

    recording = recorded(program, LESSON)
    figure = picture(recording, -1)
    assert_tidy(figure)
    slots = [label for label in figure.labels() if label.role == "slot"]
    more = next(label.text for label in figure.labels() if label.pane == "remembered" and label.role == "more")
    assert more == f"+{len(recording.frames[-1].remembered) - len(slots)} more"


def test_the_neighbourhood_is_that_of_the_selected_object():
    recording = many_pages()
    index = len(recording) - 1
    number = next(iter(sorted(recording.frames[index].objects())[20:]))
    nodes = spots(picture(recording, index, selected=number), "node")
    assert number in nodes
    middle = nodes[number].center[0]
    assert any(rect.center[0] < middle for rect in nodes.values())
    assert any(rect.center[0] > middle for rect in nodes.values())


def test_a_root_with_many_references_tells_how_many():
    recording = many_pages()
    index = next(frame.index for frame in recording.frames if len(frame.roots) > 20 and frame.object_count < 40)
    handles = sum(root.name == "stack" for root in recording.frames[index].roots)
    narrow, wide = picture(recording, index), picture(recording, index, maximised="graph")
    assert f"{handles}x" in {label.text for label in narrow.labels() if label.role == "root"}
    assert f"{handles}x stack" in {label.text for label in wide.labels() if label.role == "root"}


def test_bookmarks_are_on_the_track_and_the_sign_tells_whether_it_plays():
    figure = picture(scene("guide-scavenge"), 3, bookmarks=(10, 20), playing=True)
    assert sum(item.role == "bookmark" for item in figure.items) == 2
    signs = [sum(item.role == "sign" for item in each.items) for each in (figure, picture(scene("guide-scavenge"), 3))]
    assert signs[0] == signs[1] + 1  # two bars in place of a triangle


def test_a_map_of_pages_tells_the_facts_of_the_last_collection():
    alone = evolve(scene("leaking-set"), beside=None)
    kinds = set()
    for index in range(1, len(alone)):
        values = {label.text for label in picture(alone, index).labels() if label.role == "value"}
        event = alone.events[alone.frames[index].gc_number - 1]
        assert event.kind.value in values
        assert f"{event.pause_ms:.1f} ms" in values
        kinds.add(event.kind)
    assert len(kinds) == 2


def test_of_more_pages_than_tiles_several_share_one():
    alone = evolve(scene("leaking-set"), beside=None)
    frame = alone.frames[-1]
    pages = tuple(frame.pages[0] for _ in range(30_000))
    figure = picture(evolve(alone, frames=(evolve(frame, index=0, gc_number=0, pages=pages),), events=(), lines=()), 0)
    tiles = list(figure.boxes("tile"))
    assert len(tiles) < 30_000 / 2
    assert any("pages of 256 KB" in label.text for label in figure.labels())
    assert_tidy(figure)
