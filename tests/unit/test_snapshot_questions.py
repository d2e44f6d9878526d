"""What gcsim asks a snapshot beyond what DevTools does: the way to a node, the suspect, the picture."""

import sys

import pytest

from gcsim.errors import MissingExtra, SnapshotError
from gcsim.snapshot import compare, find_suspect, in_words, path_to, retainers_of
from gcsim.snapshot.picture import boxes, check_format, save_picture
from snapshots import Drawing


def leak():
    """The process holds a listener whose context holds a Set of 50 entries."""
    drawing = Drawing()
    context = drawing.node("object", "system / Context", 16, held_by=drawing.globals, edge=("property", "_process"))
    process = drawing.node("object", "process", 100, held_by=context, edge=("context", "_process"))
    drawing.edge(drawing.globals, "property", "proc", process)
    listener = drawing.node("closure", "addEntry", 64, held_by=process, edge=("property", "request"))
    scope = drawing.node("object", "system / Context", 32, held_by=listener, edge=("internal", "context"))
    entries = drawing.node("object", "Set", 16, held_by=scope, edge=("context", "entries"))
    table = drawing.node("array", "", 400, held_by=entries, edge=("internal", "table"))
    for index in range(50):
        drawing.node("object", "Entry", 56, held_by=table, edge=("internal", str(index)))
    return drawing


def suspect_of(drawing):
    return find_suspect(drawing.load())


def test_the_way_to_a_node_is_the_shortest():
    suspect = suspect_of(leak())
    assert [(edge.name, edge.target.name) for edge in suspect.path] == [
        ("1", "global"), ("proc", "process"), ("request", "addEntry"), ("context", "system / Context"),
        ("entries", "Set"),
    ]  # fmt: skip


def test_a_way_in_words_leaves_out_what_other_ways_avoid():
    drawing = leak()
    other = drawing.node("object", "Other", held_by=drawing.globals, edge=("property", "o"))
    drawing.edges[drawing.globals] = [edge for edge in drawing.edges[drawing.globals] if edge[1] != "proc"]
    drawing.edge(other, "property", "p", 4)
    words = in_words(suspect_of(drawing).path)
    assert words == ["global", "...", "process", "request", "context of addEntry", "entries"]


def test_there_is_no_way_to_the_root_and_to_what_is_held_weakly():
    drawing = Drawing()
    drawing.edge(drawing.globals, "weak", "w", drawing.node("object", "Weak"))
    snapshot = drawing.load()
    assert path_to(snapshot.root) == path_to(snapshot.node(3)) == []
    assert in_words([]) == []
    assert retainers_of(snapshot.node(3)) == []


def test_retainers_are_sorted_by_distance_and_leave_out_the_root():
    drawing = Drawing()
    near = drawing.node("object", "Near", held_by=drawing.globals)
    far = drawing.node("object", "Far", held_by=near)
    shared = drawing.node("object", "Shared", held_by=far, edge=("element", 1))
    drawing.edge(near, "property", "b", shared)
    drawing.edge(near, "property", "a", shared)
    drawing.edge(drawing.root, "element", 9, shared)
    drawing.edge(drawing.node("object", "Lost"), "property", "l", shared)
    held = retainers_of(drawing.load().node(shared))
    assert [edge.name for edge in held] == ["a", "b", "1", "l"]


def test_the_suspect_is_the_last_that_holds_nearly_all():
    suspect = suspect_of(leak())
    assert (suspect.node.name, suspect.node.retained_bytes) == ("Set", 16 + 400 + 50 * 56)
    assert suspect.holds == [("Entry", 50, 2800)]
    assert suspect.share_ratio == pytest.approx(3216 / 3436, abs=0.001)


def test_the_suspect_among_lists_is_the_first_node_of_the_list():
    drawing = Drawing()
    queue = drawing.node("object", "Queue", held_by=drawing.globals, edge=("property", "queue"))
    item = drawing.node("object", "Item", 32, held_by=queue, edge=("property", "head"))
    first = item
    for _ in range(100):
        item = drawing.node("object", "Item", 32, held_by=item, edge=("property", "next"))
        drawing.node("object", "Value", 8, held_by=item, edge=("property", "value"))
    suspect = suspect_of(drawing)
    assert suspect.node.number == first
    assert suspect.holds == [("Item", 100, 3200), ("Value", 100, 800)]
    assert in_words(suspect.path) == ["global", "queue", "head"]


def test_v8s_own_weight_is_no_suspect():
    drawing = Drawing()
    drawing.node("native", "system / Heavy", 10_000, held_by=drawing.globals)
    drawing.node("hidden", "system / Map", 10_000, held_by=drawing.roots)
    assert suspect_of(drawing) is None
    drawing.node("object", "Light", 8, held_by=drawing.globals)
    assert suspect_of(drawing).node.name == "Light"


def test_a_global_object_is_no_suspect_even_where_the_root_does_not_refer_to_it():
    drawing = Drawing(with_global=False)
    context = drawing.node("native", "system / NativeContext", held_by=drawing.roots)
    window = drawing.node("object", "Window", held_by=context, edge=("internal", "global_object"))
    for size in (50, 40):
        drawing.node("object", "Array", size, held_by=window)
    drawing.node("native", "blink::Heavy", 1000, held_by=drawing.roots)
    suspect = suspect_of(drawing)
    assert (suspect.node.name, suspect.node.retained_bytes) == ("Array", 50)


def test_a_comparison_counts_new_and_deleted_and_leaves_out_what_stayed():
    before, after = Drawing(), Drawing()
    for drawing in (before, after):
        drawing.node("object", "Stays", 8 if drawing is before else 800, held_by=drawing.globals)
    before.node("object", "Goes", 24, held_by=before.globals, number=101)
    after.node("object", "Comes", 40, held_by=after.globals, number=103)
    after.node("object", "Native", 4, held_by=after.globals, number=4)
    comparison = compare(before.load(), after.load())
    assert [(row.name, row.count_delta, row.bytes_delta) for row in comparison.rows] == [
        ("Comes", 1, 40), ("Native", 1, 4), ("Goes", -1, -24)
    ]  # fmt: skip
    assert [node.name for node in comparison.new_nodes(comparison.rows[0])] == ["Comes"]
    assert [node.name for node in comparison.deleted_nodes(comparison.rows[2])] == ["Goes"]
    assert [row.name for row in comparison.allocated_between()] == ["Comes"]
    assert [row.name for row in comparison.allocated_before()] == ["global", "Stays", "Native"]


def test_comparing_leaves_both_snapshots_as_they_were():
    before, after = leak().load(), leak().load()
    rows = before.rows(), after.rows()
    assert compare(before, after).rows == []
    assert (before.rows(), after.rows()) == rows


def test_a_picture_has_a_tower_for_a_leak_that_ends_in_the_many():
    shown = boxes(leak().load(), smallest_share=0.05)
    assert [(box.name, box.level) for box in shown] == [
        ("everything", 0), ("global @5", 1), ("process @9", 2), ("addEntry @11", 3), ("system / Context @13", 4),
        ("Set @15", 5), ("(array) @17", 6), ("50 \N{MULTIPLICATION SIGN} Entry", 7),
    ]  # fmt: skip
    for box in shown:
        assert 0 <= box.left <= box.left + box.width <= 1 + 1e-9


def test_no_box_is_below_the_last_level():
    assert max(box.level for box in boxes(leak().load(), levels=3)) == 2


@pytest.mark.parametrize(("suffix", "magic"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_a_picture_is_the_same_every_time(tmp_path, suffix, magic):
    paths = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for path in paths:
        save_picture(leak().load(), path, suffix=suffix)
    assert paths[0].read_bytes().startswith(magic)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_picture_takes_any_name(tmp_path, suffix):
    drawing = Drawing()
    drawing.node("object", "$\\bad$ <名前> 🙂 \ud800\x00\n", 800, held_by=drawing.globals)
    save_picture(drawing.load(), tmp_path / "a", suffix=suffix)
    assert (tmp_path / "a").stat().st_size > 1000


def test_a_picture_without_matplotlib_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"pip install 'gcsim\[plot\]'"):
        save_picture(leak().load(), tmp_path / "a.svg", suffix=".svg")


def test_a_picture_is_svg_or_png(tmp_path):
    with pytest.raises(SnapshotError, match=r"a\.jpg: a picture is named \*\.svg or \*\.png"):
        check_format(tmp_path / "a.jpg")
