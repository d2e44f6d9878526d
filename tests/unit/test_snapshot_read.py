"""Reading snapshot files: columns by name, and one clear line for what is damaged."""

import gzip
import json

import pytest

from gcsim.errors import GcsimError, SnapshotError
from gcsim.snapshot import load, loads
from snapshots import NODE_FIELDS, Drawing


def drawing():
    small = Drawing()
    leak = small.node("object", "Leak", 40, held_by=small.globals, edge=("property", "leak"))
    small.place(leak, 3, 4, 5)
    return small


def complaint(document, **changes):
    """What is said about a file."""
    with pytest.raises(SnapshotError) as caught:
        loads(json.dumps({**document, **changes}).encode(), place="x.heapsnapshot")
    assert str(caught.value).startswith("x.heapsnapshot: ")
    return str(caught.value).removeprefix("x.heapsnapshot: ")


def test_a_snapshot_error_is_a_gcsim_error_and_a_value_error():
    assert issubclass(SnapshotError, GcsimError)
    assert issubclass(SnapshotError, ValueError)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(NODE_FIELDS, id="node 20"),
        pytest.param([name for name in NODE_FIELDS if name != "trace_node_id"], id="node 24 and chrome"),
        pytest.param(NODE_FIELDS[:6], id="node 12"),
        pytest.param(NODE_FIELDS[::-1], id="any order"),
    ],
)
def test_columns_are_found_by_name(fields):
    snapshot = loads(drawing().data(fields=fields))
    leak = snapshot.with_id(7)
    assert (leak.type, leak.name, leak.shallow_bytes, leak.distance) == ("object", "Leak", 40, 2)
    assert leak.class_key == "3,4,5,Leak"


def test_an_indented_file_reads_the_same():
    document = drawing().document()
    assert loads(json.dumps(document, indent=2).encode()).rows() == drawing().load().rows()


def test_a_gzipped_file_is_unpacked_whatever_its_name(tmp_path):
    path = tmp_path / "a.heapsnapshot"
    path.write_bytes(gzip.compress(drawing().data()))
    assert load(path).with_id(7).name == "Leak"


def test_progress_goes_from_nothing_to_done(tmp_path):
    path = tmp_path / "a.heapsnapshot"
    path.write_bytes(drawing().data())
    parts = []
    load(path, progress=lambda stage, part: parts.append((part, stage)))
    assert parts == sorted(parts, key=lambda item: item[0])
    assert parts[0][0] == 0.0
    assert parts[-1] == (1.0, "done")


@pytest.mark.parametrize("piece_bytes", [16, 40, 100])
def test_a_file_longer_than_one_piece_is_put_together(monkeypatch, piece_bytes):
    whole = drawing().load()
    monkeypatch.setattr("gcsim.snapshot.numbers.PIECE_BYTES", piece_bytes)
    pieces = drawing().load()
    assert pieces.columns.node_id == whole.columns.node_id
    assert pieces.columns.edge_to == whole.columns.edge_to
    assert pieces.rows() == whole.rows()


def test_a_piece_without_a_comma_is_refused(monkeypatch):
    monkeypatch.setattr("gcsim.snapshot.numbers.PIECE_BYTES", 16)
    data = drawing().data().replace(b'"edges": [', b'"edges": [' + b" " * 40)
    with pytest.raises(SnapshotError, match="no list of numbers of up to 15 digits from here on"):
        loads(data)


def test_text_beyond_ascii_may_be_escaped_or_not():
    small = Drawing()
    small.node("object", "Zoë 🙂", held_by=small.globals)
    document = small.document()
    for escaped in (True, False):
        data = json.dumps(document, ensure_ascii=escaped).encode()
        assert [node.name for node in loads(data).named("Zoë 🙂")] == ["Zoë 🙂"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nodes": [9, 0]}, '"nodes": 4 rows of 7 numbers are promised, there are 2 numbers'),
        ({"edges": []}, '"edges": 3 rows of 3 numbers are promised, there are 0 numbers'),
        ({"locations": [1, 2, 3]}, '"locations": whole rows of 4 numbers are promised, there are 3 numbers'),
        ({"locations": [8, 3, 4, 5]}, "object_index of location 0 is 8, which is not the place of one of 4 nodes of 7"),
        ({"locations": [28, 3, 4, 5]}, "object_index of location 0 is 28, which is not the place of one of 4 nodes"),
        ({"strings": ["a"]}, "name of node 0 is 1, but there are 1 strings"),
        ({"strings": ["a", 1]}, '"strings" is a list of strings'),
        ({"strings": {}}, '"strings" is a list of strings'),
        ({"nodes": "none"}, '"nodes" is a list or an object'),
        ({"snapshot": []}, '"snapshot" is an object, got []'),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, said):
    assert said in complaint(drawing().document(), **changes)


@pytest.mark.parametrize(
    ("key", "index", "value", "said"),
    [
        ("nodes", 0, 99, "type of node 0 is 99, but there are 15 types"),
        ("nodes", 0, 300, "type of row 0 is 300, at most 255 is allowed"),
        ("nodes", 2, 2**32, "id of row 0 is 4294967296, at most 4294967295 is allowed"),
        ("nodes", 4, 1, "the edge counts of all nodes add up to 2, but there are 3 edges"),
        ("nodes", 3, -8, "whole numbers from 0 are allowed, got '-8, "),
        ("nodes", 3, 1.5, "whole numbers from 0 are allowed, got '.5, "),
        ("nodes", 3, 10**16, "no list of numbers of up to 15 digits"),
        ("edges", 2, 8, "to_node of edge 0 is 8, which is not the place of one of 4 nodes of 7 numbers"),
        ("edges", 2, 700, "to_node of edge 0 is 700, which is not the place of one of 4 nodes of 7 numbers"),
        ("edges", 4, 999, "name_or_index of edge 1 is 999, but there are"),
        ("edges", 0, 7, "type of edge 0 is 7, but there are 7 types"),
    ],
)
def test_a_wrong_number_is_said_with_its_row(key, index, value, said):
    document = drawing().document()
    document[key][index] = value
    assert said in complaint(document)


def test_the_name_of_an_element_is_a_number_of_any_size():
    document = drawing().document()
    document["edges"][1] = 4_000_000_000
    assert loads(json.dumps(document).encode()).node(0).edges[0].name == "4000000000"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("node_fields", ["type"], '"snapshot.meta.node_fields" has no "name"'),
        ("node_fields", None, '"snapshot.meta.node_fields" is a list of names, got nothing'),
        ("edge_fields", ["type", "name_or_index"], '"snapshot.meta.edge_fields" has no "to_node"'),
        ("node_types", [], '"snapshot.meta.node_types" is a list, got []'),
        ("node_types", [["t"] * 300], '"snapshot.meta.node_types" has 300 types, at most 254'),
        ("edge_types", [[1]], '"snapshot.meta.edge_types[0]" is a list of names, got [1]'),
    ],
)
def test_a_wrong_header_is_said_with_its_key(key, value, said):
    document = drawing().document()
    document["snapshot"]["meta"][key] = value
    assert said in complaint(document)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("node_count", "4", '"snapshot.node_count" is a whole number from 0, got "4"'),
        ("edge_count", -1, '"snapshot.edge_count" is a whole number from 0, got -1'),
        ("root_index", 3, '"snapshot.root_index" is a multiple of 7 (the number of node fields), got 3'),
        ("root_index", 7, "the root is the first or the last node, not node 1"),
    ],
)
def test_a_wrong_count_is_said_with_its_key(key, value, said):
    document = drawing().document()
    document["snapshot"][key] = value
    assert said in complaint(document)


def test_a_file_without_nodes_is_refused():
    document = drawing().document(nodes=[], edges=[], locations=[])
    document["snapshot"].update(node_count=0, edge_count=0)
    assert complaint(document) == "there are no nodes in it"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "byte 0: a heap snapshot begins with {, but it ends here: it is cut off"),
        (b"<html>", "byte 0: a heap snapshot begins with {, got '<html>'"),
        (b'{"snapshot":{"meta":{', 'ends within "snapshot", which begins at byte 12: it is cut off'),
        (b'{"nodes":[1,2', 'ends within "nodes", which begins at byte 9: it is cut off'),
        (b'{"nodes":[1,2]', "byte 14: a comma or } comes here, but it ends here: it is cut off"),
        (b'{"nodes":[],"nodes":[]}', 'byte 12: "nodes" is there already, got \'"nodes":[]}\''),
        (b'{"strings":["a","b', '"strings": Unterminated string starting at, got \'"b\''),
        (b'{"strings":["\xff"]}', '"strings" is UTF-8'),
        (b'{"strings":[' + b"[" * 100_000, '"strings"'),
        (b'{"strings":[' + b"9" * 10_000 + b"]}", '"strings" is a list of strings'),
        (b'{"strings":[]} x', "byte 15: the snapshot ended before this, got 'x'"),
        (b'{"nodes":[]}', 'there is no "strings" in it'),
        (b'{"strings":[]}', 'there is no "snapshot" in it'),
        (
            b'{"snapshot":{"meta":' + b"[" * 100_000 + b"]" * 100_000 + b'},"strings":[]}',
            '"snapshot" is no JSON object',
        ),
    ],
)
def test_a_torn_file_is_said_with_the_byte(data, said):
    with pytest.raises(SnapshotError) as caught:
        loads(data, place="x")
    assert said in str(caught.value)


def test_a_torn_gzip_file_is_named(tmp_path):
    path = tmp_path / "torn.gz"
    path.write_bytes(gzip.compress(drawing().data())[:-9])
    with pytest.raises(SnapshotError, match=r"torn\.gz: a gzip file that is damaged or cut off"):
        load(path)


def test_a_concatenated_string_that_contains_itself_is_refused():
    small = Drawing()
    first, second = (small.node("concatenated string", "", held_by=small.globals) for _ in range(2))
    small.edge(first, "internal", "first", second)
    small.edge(second, "internal", "second", first)
    with pytest.raises(SnapshotError, match=r"the concatenated string @9 \(node 4\) contains itself"):
        small.load()


def test_a_string_may_be_part_of_many_others():
    small = Drawing()
    text = small.node("concatenated string", "", held_by=small.globals)
    for _ in range(60):  # 2^60 ways down, each part once
        longer = small.node("concatenated string", "", held_by=small.globals)
        small.edge(longer, "internal", "first", text)
        small.edge(longer, "internal", "second", text)
        text = longer
    assert small.load().node(text).name == ""


def test_extra_native_bytes_count_as_native_memory():
    document = drawing().document()
    document["snapshot"]["extra_native_bytes"] = 1000
    snapshot = loads(json.dumps(document).encode())
    assert snapshot.total_bytes == 1048
    assert snapshot.statistics().native_bytes == 1000
