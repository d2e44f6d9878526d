"""A damaged file gives a snapshot or a `SnapshotError` of one line, and nothing else, whatever the damage."""

import gzip
import json

from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import SnapshotError
from gcsim.snapshot import compare, find_suspect, load, loads, path_to
from snapshots import Drawing


def small_file():
    """A file with something of everything."""
    drawing = Drawing()
    plain = drawing.node("object", "Object", 24, held_by=drawing.globals, edge=("property", "cache"))
    for index in range(3):
        node = drawing.node("object", "Object", 32, held_by=plain, edge=("element", index))
        drawing.edge(node, "property", "a", plain)
        drawing.place(node, 7, 1, 2)
    text = drawing.node("concatenated string", "", 16, held_by=plain)
    for part in ("first", "second"):
        drawing.node("string", 'a "[{', 16, held_by=text, edge=("internal", part))
    drawing.node("native", "<div id='x'>", 8, held_by=plain, edge=("weak", "w"), state=2)
    return drawing.data()


FILE = small_file()
DOCUMENT = json.loads(FILE)
NUMBERS = st.one_of(
    st.integers(-3, 200), st.sampled_from([2**31, 2**32, 2**63, 10**30, 1.5, 1e300, True, None, "x", []])
)


def look_at(data):
    """Load, and ask everything; the complaint, if there is one."""
    complaint = None
    try:
        snapshot = loads(data)
        snapshot.rows(), snapshot.statistics(), find_suspect(snapshot), compare(snapshot, snapshot)
        for node in snapshot.nodes():
            assert isinstance(node.name, str)
            path_to(node)
    except SnapshotError as error:
        complaint = str(error)
    assert complaint is None or (len(complaint.splitlines()) == 1 and complaint.startswith("snapshot: "))
    return complaint


def test_the_file_itself_is_sound():
    assert look_at(FILE) is None


@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_ends_too_early_is_refused(length):
    assert look_at(FILE[:length])


@given(st.data())
def test_bytes_may_be_anything(data):
    torn = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(torn) - 1))
        torn[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=6))
    look_at(bytes(torn))


@given(st.binary(max_size=60))
def test_any_other_file_is_refused(data):
    assert look_at(data)


@given(st.data())
def test_numbers_may_be_anything(data):
    document = json.loads(FILE)
    for _ in range(data.draw(st.integers(1, 4))):
        numbers = document[data.draw(st.sampled_from(["nodes", "edges", "locations"]))]
        numbers[data.draw(st.integers(0, len(numbers) - 1))] = data.draw(NUMBERS)
    look_at(json.dumps(document).encode())


@given(st.data())
def test_headers_may_say_anything(data):
    document = json.loads(FILE)
    header = document["snapshot"]
    place = data.draw(st.sampled_from([document, header, header["meta"]]))
    key = data.draw(st.sampled_from(sorted(place)))
    wrong = st.one_of(NUMBERS, st.just({}), st.lists(st.sampled_from(["type", "name", "id", "a"]), max_size=8))
    place[key] = data.draw(wrong)
    look_at(json.dumps(document).encode())


@given(st.lists(st.sampled_from(sorted(DOCUMENT)), unique=True))
def test_parts_may_be_missing(keys):
    needed = {"snapshot", "nodes", "edges", "locations", "strings"}
    complaint = look_at(json.dumps({key: DOCUMENT[key] for key in DOCUMENT if key not in keys}).encode())
    assert (complaint is not None) == bool(needed & set(keys))


@given(st.permutations(sorted(DOCUMENT)))
def test_parts_may_come_in_any_order(keys):
    assert look_at(json.dumps({key: DOCUMENT[key] for key in keys}, indent=1).encode()) is None


@given(st.data())
def test_a_damaged_gzip_file_is_refused_or_read(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("torn") / "file.heapsnapshot.gz"
    packed = bytearray(gzip.compress(FILE, mtime=0))
    packed[data.draw(st.integers(2, len(packed) - 1)) :] = data.draw(st.binary(max_size=9))
    path.write_bytes(packed)
    complaint = str(path)
    try:
        load(path)
    except SnapshotError as error:
        complaint = str(error)
    assert complaint.startswith(str(path))
    assert len(complaint.splitlines()) == 1
