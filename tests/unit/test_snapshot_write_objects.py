"""What a node says of its object: type, name, bytes, and where its edges lead."""

import pytest

from snapshot_files import check_structure, many_kinds


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A snapshot with a value of every kind: the global object's node."""
    path = tmp_path_factory.mktemp("kinds") / "heap.heapsnapshot"
    many_kinds().snapshot(path)
    return check_structure(path).globals


@pytest.fixture
def written(sim, tmp_path):
    """Take a snapshot of the test's simulation; the global object's node."""

    def take():
        sim.snapshot(tmp_path / "heap")
        return check_structure(tmp_path / "heap").globals

    return take


@pytest.mark.parametrize(
    ("name", "type_", "node_name", "size"),
    [
        ("key", "object", "Key", 32),
        ("grown", "object", "Object", 56),
        ("map", "object", "Map", 32),
        ("unique", "object", "Set", 32),
        ("weak map", "object", "WeakMap", 32),
        ("weak ref", "object", "WeakRef", 32),
        ("registry", "object", "FinalizationRegistry", 80),
        ("date", "object", "Date", 96),
        ("promise", "object", "Promise", 48),
        ("array", "object", "Array", 32),
        ("text", "string", "one two three four five six", 48),
        ("cons", "concatenated string", "(concatenated string)", 32),
        ("slice", "sliced string", "(sliced string)", 32),
        ("number", "number", "heap number", 16),
        ("arrow", "closure", "handler", 56),
        ("function", "closure", "", 64),
        ("bare", "array", "(object elements)", 32),
        ("named", "array", "slots", 24),
        ("code", "code", "bytecode", 64),
        ("string", "string", "source", 64),
        ("strange", "hidden", "system / Odd", 64),
    ],
)
def test_a_node_has_the_type_name_and_size_of_its_object(kinds, name, type_, node_name, size):
    """As V8 has them."""
    node = kinds.to(name, "property")
    assert (node.type, node.name, node.self_size) == (type_, node_name, size)


def test_long_texts_are_cut_and_odd_ones_made_printable(kinds):
    """At 1024 units; a null is a space, half of a pair the replacement character."""
    assert kinds.to("long").name == "ab" * 512
    assert kinds.to("wide").name == 'λ 😀�  " \\ \n end'


def test_properties_are_edges_wherever_they_are_kept(kinds):
    """In the object, and beside it: then the PropertyArray has them too."""
    grown = kinds.to("grown")
    assert grown.names("property") == [f"p{number}" for number in range(6)]
    beside = grown.to("properties", "internal")
    assert (beside.type, beside.name) == ("hidden", "system / PropertyArray")
    assert [(name, node.name) for _, name, node in beside.edges if name != "map"] == [(1, "value 4"), (2, "value 5")]


def test_small_integers_and_null_have_no_edges(kinds):
    """Numbers are not listed."""
    assert kinds.to("literal").names("property") == ["a", "b"]
    assert kinds.to("empty").names("element") == []
    assert kinds.to("promise").names("internal") == ["map"]


def test_an_array_leads_to_its_elements_and_to_their_store(kinds):
    """By their places."""
    array = kinds.to("array")
    assert [(name, node.name) for kind, name, node in array.edges if kind == "element"] == [
        (0, "Key"), (1, "x"), (4, "heap number"),
    ]  # fmt: skip
    assert array.to("elements").names("internal") == ["0", "1", "4", "map"]
    assert (kinds.to("doubles").names("element"), kinds.to("doubles").to("elements").self_size) == ([], 32)


def test_a_closure_leads_to_the_variables_that_it_captures(kinds):
    """Over its context."""
    context = kinds.to("arrow").to("context", "internal")
    assert (context.type, context.name) == ("object", "system / Context")
    assert context.to("entries", "context") is kinds.to("unique")


def test_contexts_refer_to_the_ones_around_them(written, m, js):
    """And a function to its prototype, as a property."""
    outer = js.context(seen=js.object("Seen"))
    function = js.function(outer, "made", inner=js.object("Inner"))
    m.write(function, "prototype", js.object("Prototype"))
    m.globals["f"] = function
    f = written().to("f")
    assert f.to("context").to("previous", "internal").to("seen", "context").name == "Seen"
    assert f.to("prototype", "property").name == "Prototype"


def test_strings_lead_to_what_they_are_made_of(kinds):
    """Both halves of a sum, the parent of a slice."""
    assert kinds.to("cons").to("first", "internal") is kinds.to("text")
    assert kinds.to("cons").to("second", "internal").name == " seven eight nine"
    assert kinds.to("slice").to("parent", "internal") is kinds.to("text")


def test_weak_fields_are_weak_edges(kinds):
    """Of a WeakRef, and of the cells of a registry."""
    assert kinds.to("weak ref").to("target", "weak") is kinds.to("held")
    cell = kinds.to("registry").to("cells", "internal")
    assert (cell.name, cell.to("target", "weak")) == ("system / WeakCell", kinds.to("key"))
    assert cell.to("held", "internal").name == "gone"


def test_an_entry_of_a_weak_map_is_two_edges_of_one_name(kinds):
    """From the key and from the table; the table's edges to keys and values are weak."""
    key, held, table = kinds.to("key"), kinds.to("held"), kinds.to("weak map").to("table")
    text = f"part of key (Key @{key.id}) -> value (Held @{held.id}) pair in WeakMap (table @{table.id})"
    for node in (key, table):
        assert [(kind, to) for kind, name, to in node.edges if str(name).endswith(text)] == [("internal", held)]
    assert sorted(to.name for kind, _, to in table.edges if kind == "weak") == ["Held", "Held", "Key"]
    assert kinds.to("weak set").to("table").names("internal") == ["map"]


def test_a_key_in_several_weak_maps_has_an_edge_for_each(written, m, js):
    """Also if the value is a text, and if it is the key itself."""
    key = js.object("Key")
    for name in ("a", "b"):
        m.globals[name] = js.weak_map()
        js.weak_put(m.globals[name], key, "some text" if name == "a" else key)
    m.globals["key"] = key
    node = written().to("key")
    assert [(name.split(" pair")[0].split("-> ")[1], to.name) for _, name, to in node.edges if "part of" in name] == [
        (f"value (some text @{node.edges[1][2].id})", "some text"),
        (f"value (Key @{node.id})", "Key"),
    ]


def test_objects_of_one_layout_have_one_map(written, m, js):
    """A node without bytes; arrays of any length share theirs."""
    for name in ("a", "b"):
        m.globals[name] = js.object(x=1)
        m.globals[f"array {name}"] = js.array(length=len(m.globals))
    m.globals["other"] = js.object(y=1)
    nodes = written()
    maps = {name: nodes.to(name).to("map", "internal") for name in ("a", "b", "other")}
    assert maps["a"] is maps["b"] is not maps["other"]
    assert (maps["a"].type, maps["a"].name, maps["a"].self_size) == ("object shape", "system / Map", 0)
    stores = [nodes.to(f"array {name}").to("elements") for name in ("a", "b")]
    assert stores[0].self_size != stores[1].self_size
    assert stores[0].to("map") is stores[1].to("map")


def test_a_class_may_have_fields_called_like_slots_of_v8(written, m, js):
    """`table`, `elements` and `context` are properties in an object."""
    value = js.object("Value")
    m.globals["o"] = js.object("Odd", table=value, elements=value, context=value)
    assert written().to("o").names("property") == ["table", "elements", "context"]


def test_a_field_called_properties_may_refer_to_anything(written, m):
    """Only a PropertyArray has properties for its owner."""
    shape = m.shape("Own", fields=("properties", "value"))
    m.globals["own"] = m.new(shape)
    m.write(m.globals["own"], "properties", m.globals["own"])
    m.write(m.globals["own"], "value", m.globals["own"])
    assert [edge[:2] for edge in written().to("own").edges] == [
        ("internal", "properties"), ("property", "value"), ("internal", "map"),
    ]  # fmt: skip


def test_fields_without_names_are_numbered(written, m):
    """From the first without one on."""
    shape = m.heap.shapes.define("Mixed", fields=("a",), strong=3, size=40)
    mixed = m.new(shape)
    for field in range(3):
        m.heap.memory.words[mixed.address + 1 + field] = mixed.address
    m.globals["mixed"] = mixed
    node = written().to("mixed")
    assert [(kind, name) for kind, name, _ in node.edges] == [
        ("property", "a"), ("internal", "1"), ("internal", "2"), ("internal", "map"),
    ]  # fmt: skip
