"""A loaded snapshot: its nodes, edges, names, classes, distances, and the rules that decide them."""

import pytest

from gcsim.snapshot import NO_DISTANCE, SYSTEM, loads
from snapshots import Drawing


def plain(drawing, *names, held_by=None):
    """A plain object with these properties."""
    holder = drawing.globals if held_by is None else held_by
    node = drawing.node("object", "Object", 24, held_by=holder)
    for name in names:
        drawing.edge(node, "property", name, drawing.globals)
    return node


def classes(drawing):
    """The class of every node."""
    return [node.class_name for node in drawing.load().nodes()]


def test_a_node_knows_itself_and_its_neighbours():
    drawing = Drawing()
    leak = drawing.node("object", "Leak", 40, held_by=drawing.globals, edge=("property", "leak"))
    drawing.node("string", "text", 16, held_by=leak, edge=("element", 3))
    snapshot = drawing.load()
    node = snapshot.with_id(7)
    assert repr(node) == "<Leak @7>"
    assert (node.number, node.id, node.type, node.name, node.class_key) == (leak, 7, "object", "Leak", ",Leak")
    assert (node.shallow_bytes, node.retained_bytes, node.distance) == (40, 56, 2)
    assert node.dominator.name == "global"
    assert node.dominated == [snapshot.node(4)]
    assert [(edge.type, edge.name, edge.source, edge.target.name) for edge in node.edges] == [
        ("element", "3", node, "text")
    ]
    assert [(edge.type, edge.name, edge.is_essential) for edge in node.retainers] == [("property", "leak", True)]
    assert snapshot.node_count == 5
    assert snapshot.edge_count == 4
    assert snapshot.last_js_id == 9


def test_nodes_are_found_by_id_and_by_any_of_their_names():
    drawing = Drawing()
    plain(drawing, "a", "b")
    plain(drawing, "a", "b")
    snapshot = drawing.load()
    assert snapshot.with_id(8) is None
    both = [snapshot.node(3), snapshot.node(4)]
    assert list(snapshot.named("Object")) == list(snapshot.named("{a, b}")) == both
    assert list(snapshot.named("nobody")) == []
    with pytest.raises(IndexError, match="nodes are numbered from 0 to 4, got 5"):
        snapshot.node(5)


def test_classes_follow_the_type_of_the_node():
    drawing = Drawing()
    names = {
        "hidden": "(system)", "code": "(compiled code)", "closure": "Function", "regexp": "RegExp",
        "string": "(string)", "array": "(array)", "bigint": "(bigint)", "object": "x", "native": "x",
    }  # fmt: skip
    for kind in names:
        drawing.node(kind, "x", held_by=drawing.globals)
    assert classes(drawing)[3:] == list(names.values())


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ('<div id="x">', "<div>"),
        ("<div>", "<div>"),
        ('Detached <p class="a b">', "Detached <p>"),
        ("Detached Foo bar", "Detached Foo bar"),
    ],
)
def test_the_class_of_a_dom_node_is_its_tag(name, tag):
    drawing = Drawing()
    drawing.node("native", name, held_by=drawing.globals)
    assert classes(drawing)[3] == tag


def test_plain_objects_are_classed_by_the_properties_that_enough_of_them_have():
    drawing = Drawing()
    plain(drawing, "a", "__proto__", "b")
    plain(drawing, "a", "b")
    plain(drawing, "b", "c", "a")
    plain(drawing, "a")
    plain(drawing, "c")
    assert classes(drawing)[3:] == ["{a, b}", "{a, b}", "{a, b}", "Object", "Object"]


def test_of_two_interfaces_as_large_the_one_that_more_objects_have_counts():
    drawing = Drawing()
    for name in ("a", "a", "b", "b", "b"):
        plain(drawing, name)
    both = plain(drawing, "a", "b")
    assert classes(drawing)[both] == "{b}"


def test_a_property_that_would_confuse_is_quoted():
    drawing = Drawing()
    plain(drawing, "a, b", 'say "x"', "\ud800,")
    assert drawing.load().node(3).name == '{"a, b", "say \\"x\\"", "\\ud800,"}'


def test_the_name_of_an_interface_ends_before_120_characters():
    drawing = Drawing()
    for _ in range(2):
        plain(drawing, "x" * 70, "y" * 60, "z")
        plain(drawing, "w" * 150, "z")
    assert classes(drawing)[3:] == ["{%s}" % ("x" * 70), "{%s}" % ("w" * 150)] * 2


def test_a_long_object_is_named_from_both_ends():
    drawing = Drawing()
    plain(drawing, *(f"property{index}" for index in range(20)))
    assert drawing.load().node(3).name == (
        "{property0, property1, property2, property3, property4, …, property16, property17, property18, property19}"
    )


def test_a_class_retains_only_once_what_several_members_keep():
    drawing = Drawing()
    outer = drawing.node("object", "List", 8, held_by=drawing.globals)
    drawing.node("object", "List", 16, held_by=outer)
    between = drawing.node("object", "Other", 100, held_by=outer)
    drawing.node("object", "List", 32, held_by=between)
    drawing.node("object", "List", 64, held_by=drawing.globals)
    row = next(row for row in drawing.load().rows() if row.name == "List")
    assert (row.count, row.shallow_bytes, row.retained_bytes) == (4, 120, 8 + 16 + 100 + 32 + 64)


def test_objects_of_one_name_from_two_places_are_two_classes():
    drawing = Drawing()
    for line in (1, 2, 2):
        drawing.place(drawing.node("object", "Node", held_by=drawing.globals), 5, line, 0)
    drawing.place(drawing.node("closure", "Node", held_by=drawing.globals), 5, 1, 0)  # functions are not told apart
    rows = {row.key: row.count for row in drawing.load().rows()}
    assert rows == {"5,1,0,Node": 1, "5,2,0,Node": 2, ",Function": 1, ",global": 1}


def test_a_concatenated_string_is_named_by_its_text():
    drawing = Drawing()
    text = drawing.node("concatenated string", "", held_by=drawing.globals)
    inner = drawing.node("concatenated string", "", held_by=text, edge=("internal", "second"))
    drawing.node("string", "one ", held_by=text, edge=("internal", "first"))
    drawing.node("string", "two \ud83d", held_by=inner, edge=("internal", "first"))
    drawing.node("string", "\ude42", held_by=inner, edge=("internal", "second"))
    assert drawing.load().node(text).name == "one two 🙂"


def test_the_text_of_a_concatenated_string_ends_after_1024_units():
    drawing = Drawing()
    text = drawing.node("concatenated string", "", held_by=drawing.globals)
    drawing.node("string", "🙂" * 512, held_by=text, edge=("internal", "first"))
    drawing.node("string", "rest", held_by=text, edge=("internal", "second"))
    assert drawing.load().node(text).name == "🙂" * 512


def test_a_shortcut_is_numbered_if_its_name_begins_like_a_number():
    drawing = Drawing()
    for name in ("12 and", " 7", "x9"):
        drawing.edge(drawing.globals, "shortcut", name, drawing.roots)
    assert [edge.name for edge in drawing.load().node(2).edges] == ["12", "7", "x9"]


def test_detachedness_spreads_over_native_nodes_and_renames_them():
    drawing = Drawing()
    gone = drawing.node("native", "Text", held_by=drawing.globals, state=2)
    below = drawing.node("native", '<p id="x">', held_by=gone)
    script = drawing.node("object", "Wrapper", held_by=gone)
    drawing.node("native", "behind", held_by=script)
    drawing.node("native", "hidden", held_by=gone, edge=("hidden", 1))
    shown = drawing.node("native", "Shown", held_by=drawing.globals, state=1)
    drawing.edge(gone, "property", "p", drawing.node("native", "both", held_by=shown))
    nodes = list(drawing.load().nodes())
    assert [node.name for node in nodes[3:]] == [
        "Detached Text", 'Detached <p id="x">', "Wrapper", "behind", "hidden", "Shown", "both"
    ]  # fmt: skip
    assert nodes[below].class_name == "Detached <p>"
    assert [node.is_detached for node in nodes[3:]] == [True, True, False, False, False, False, False]


def test_files_without_the_column_have_detached_nodes_by_name():
    drawing = Drawing()
    drawing.node("native", "Detached <p>", held_by=drawing.globals)
    drawing.node("object", "Detached thing", held_by=drawing.globals)
    snapshot = loads(drawing.data(fields=["type", "name", "id", "self_size", "edge_count"]))
    assert [node.is_detached for node in snapshot.nodes()] == [False, False, False, True, False]
    assert snapshot.node(3).name == "Detached <p>"


def weak_map(drawing, *, first="key"):
    """A WeakMap with one value, its key a step farther away than the map; returns (table, key, value)."""
    table = drawing.node("array", "", 16, held_by=drawing.globals)
    step = drawing.node("object", "Step", held_by=drawing.globals)
    key = drawing.node("object", "Key", held_by=step)
    value = drawing.node("object", "Value", 48)
    number = {name: drawing.nodes[node][2] for name, node in (("key", key), ("value", value), ("table", table))}
    pair = " / part of key (Key @{key}) -> value (Value @{value}) pair in WeakMap (table @{table})".format(**number)
    drawing.edge(key, "internal", f"3{pair}", value)
    drawing.edge(table, "internal", f"1{pair}", value)
    return table, key, value


def test_the_value_of_a_weak_map_is_the_keys_and_as_far_as_the_farther_of_the_two():
    drawing = Drawing()
    table, key, value = weak_map(drawing)
    snapshot = drawing.load()
    assert snapshot.node(value).dominator == snapshot.node(key)
    assert [snapshot.node(node).distance for node in (table, key, value)] == [2, 3, 4]
    assert [edge.is_essential for edge in snapshot.node(value).retainers] == [False, True]


def test_system_objects_are_far_away_and_unreachable_ones_nowhere():
    drawing = Drawing()
    drawing.node("hidden", "system / Map", held_by=drawing.roots)
    drawing.edge(drawing.globals, "weak", "w", drawing.node("object", "Weak"))
    nodes = list(drawing.load().nodes())
    assert [node.distance for node in nodes] == [SYSTEM, SYSTEM + 1, 1, SYSTEM + 2, NO_DISTANCE]
    assert nodes[4].dominator == nodes[0]
    assert [node.is_user_visible for node in nodes] == [False, False, True, False, False]


def test_without_a_global_the_root_is_at_0():
    drawing = Drawing(with_global=False)
    drawing.node("object", "A", held_by=drawing.roots)
    assert [node.distance for node in drawing.load().nodes()] == [0, 1, 2]


@pytest.mark.parametrize(("label", "reached"), [("1", True), ("3", True), ("4", False), ("7", False), ("x", True)])
def test_the_descriptors_that_other_maps_share_are_no_way(label, reached):
    drawing = Drawing()
    descriptors = drawing.node("array", "(map descriptors)", held_by=drawing.globals)
    drawing.node("object", "A", held_by=descriptors, edge=("internal", label))
    assert (drawing.load().node(4).distance == 3) is reached


def test_the_sloppy_function_map_of_a_native_context_is_no_way():
    drawing = Drawing()
    context = drawing.node("hidden", "system / NativeContext", held_by=drawing.globals)
    drawing.node("object", "A", held_by=context, edge=("internal", "sloppy_function_map"))
    assert drawing.load().node(4).distance == NO_DISTANCE


def test_references_from_outside_of_the_page_do_not_hold_what_the_page_owns():
    drawing = Drawing()
    leak = drawing.node("object", "Leak", held_by=drawing.globals)
    drawing.edge(drawing.roots, "internal", "handle", leak)
    snapshot = drawing.load()
    assert snapshot.node(leak).dominator.name == "global"


def test_what_only_a_lost_cycle_holds_is_held_by_the_root():
    drawing = Drawing()
    one, two = drawing.node("object", "One"), drawing.node("object", "Two")
    drawing.edge(one, "property", "x", two)
    drawing.edge(two, "property", "x", one)
    shared = drawing.node("object", "Shared", held_by=drawing.globals)
    drawing.edge(two, "property", "x", shared)
    snapshot = drawing.load()
    assert [snapshot.node(n).dominator.number for n in (one, two, shared)] == [0, 0, drawing.globals]


def test_what_only_itself_refers_to_is_searched_from():
    drawing = Drawing()
    alone = drawing.node("object", "Alone")
    drawing.edge(alone, "property", "self", alone)
    below = drawing.node("object", "Below", 16, held_by=alone)
    snapshot = drawing.load()
    assert snapshot.node(below).dominator.number == alone
    assert snapshot.node(alone).retained_bytes == 24


def test_a_store_of_two_owners_and_one_of_a_synthetic_owner_keep_their_bytes():
    drawing = Drawing()
    one, two = (drawing.node("object", name, 8, held_by=drawing.globals) for name in ("One", "Two"))
    mine = drawing.node("array", "", 100, held_by=one)
    drawing.node("hidden", "", 50, held_by=mine)
    drawing.edge(two, "weak", "w", mine)
    shared = drawing.node("array", "", 200, held_by=one)
    drawing.edge(two, "property", "x", shared)
    drawing.node("array", "", 400, held_by=shared)
    drawing.node("array", "", 800, held_by=drawing.roots)
    assert [node.shallow_bytes for node in drawing.load().nodes()][3:] == [158, 8, 0, 0, 200, 400, 800]


def test_the_last_node_may_be_the_root():
    drawing = Drawing()
    document = drawing.document(fields=["type", "name", "id", "self_size", "edge_count"])
    width = 5
    rows = [document["nodes"][at : at + width] for at in range(0, len(document["nodes"]), width)]
    edges = document["edges"]
    moved = {0: 2, 1: 0, 2: 1}
    document["nodes"] = [number for row in [*rows[1:], rows[0]] for number in row]
    document["edges"] = [moved[n // width] * width if at % 3 == 2 else n for at, n in enumerate(edges)]
    document["snapshot"]["root_index"] = 2 * width
    import json

    snapshot = loads(json.dumps(document).encode())
    assert snapshot.root.id == 1
    assert [node.distance for node in snapshot.nodes()] == [SYSTEM + 1, 1, SYSTEM]


def test_arrays_count_with_the_elements_that_belong_to_one_alone():
    drawing = Drawing(with_global=False)
    one = drawing.node("object", "Array", 16, held_by=drawing.roots)
    drawing.node("array", "", 100, held_by=one, edge=("internal", "elements"))
    two = drawing.node("object", "Array", 16, held_by=drawing.roots)
    shared = drawing.node("array", "", 1000, held_by=two, edge=("internal", "elements"))
    drawing.edge(drawing.roots, "weak", "w", shared)
    drawing.node("native", "system / JSArrayBufferData", 7, held_by=drawing.roots)
    statistics = drawing.load().statistics()
    assert (statistics.js_arrays_bytes, statistics.native_bytes, statistics.typed_arrays_bytes) == (132, 7, 7)
    assert (statistics.total_bytes, statistics.v8_heap_bytes) == (1139, 1132)
