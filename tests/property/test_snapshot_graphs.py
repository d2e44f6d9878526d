"""What is computed about random graphs equals what stupid algorithms say: remove a node and look what is gone."""

from collections import Counter
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.snapshot import NO_DISTANCE, SYSTEM, compare
from gcsim.snapshot.interfaces import Interface, Matcher
from snapshots import EDGE_TYPES, Drawing

KINDS = ["object", "object", "object", "array", "array", "hidden", "native", "closure", "synthetic"]
NAMES = ["A", "A", "A", "B", "Object", "system / ExternalStringData", "(Document DOM trees)"]


@st.composite
def drawings(draw):
    """A snapshot of a few nodes of all kinds, most of them held by an earlier one, with random edges besides."""
    drawing = Drawing(with_global=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 9))):
        size, state = 8 * draw(st.integers(0, 3)), draw(st.integers(0, 2))
        node = drawing.node(draw(st.sampled_from(KINDS)), draw(st.sampled_from(NAMES)), size, state=state)
        if draw(st.integers(0, 7)):
            add_edge(draw, drawing, draw(st.integers(0, node - 1)), node)
    numbers = st.integers(0, len(drawing.nodes) - 1)
    for _ in range(draw(st.integers(0, 8))):
        add_edge(draw, drawing, draw(numbers), draw(numbers))
    return drawing


def add_edge(draw, drawing, source, target):
    """An edge of any type."""
    kind = draw(st.sampled_from(EDGE_TYPES))
    label = draw(st.integers(0, 3)) if kind in ("element", "hidden") else draw(st.sampled_from("abc"))
    drawing.edge(source, kind, label, target)


def reached(edges, starts, without=None):
    """What can be reached over (source, target) pairs, without ever entering a node."""
    after = {}
    for a, b in edges:
        after.setdefault(a, []).append(b)
    pending = [start for start in starts if start != without]
    seen = set(pending)
    while pending:
        grown = {b for b in after.get(pending.pop(), ()) if b not in seen and b != without}
        seen |= grown
        pending += grown
    return seen


def user_roots(drawing):
    """What the root holds that is the page's."""
    held = [target for _, _, target in drawing.edges[0]]
    return [n for n in held if drawing.nodes[n][0] != "synthetic" or drawing.nodes[n][1] == "(Document DOM trees)"]


def all_edges(drawing):
    """Every edge as (source, type, target), in the order of the file."""
    return [(source, kind, target) for source, out in enumerate(drawing.edges) for kind, _, target in out]


def essential(drawing):
    """The pairs that hold something alive, by the rules as they are written down."""
    strong = [(a, b) for a, kind, b in all_edges(drawing) if kind != "weak"]
    starts = [
        b
        for kind, _, b in drawing.edges[0]
        if kind == "shortcut" or (kind == "element" and drawing.nodes[b][:2] == ["synthetic", "(Document DOM trees)"])
    ]
    page = reached(strong, starts)
    return [
        (a, b)
        for a, kind, b in all_edges(drawing)
        if kind != "weak" and a != b and (a == 0 or (kind != "shortcut" and (a in page or b not in page)))
    ]


@st.composite
def meshes(draw):
    """A snapshot of many objects that refer to each other at random, few of them held by the root."""
    random = draw(st.randoms(use_true_random=False))
    drawing = Drawing(with_global=False)
    for _ in range(random.randint(5, 30)):
        drawing.node("object", "A")
    count = len(drawing.nodes)
    drawing.edge(drawing.roots, "property", "a", random.randrange(2, count))
    for _ in range(int(count * random.choice([1.2, 1.6, 2.5]))):
        drawing.edge(random.randrange(2, count), "property", "a", random.randrange(2, count))
    return drawing


@given(st.one_of(drawings(), meshes()))
def test_a_node_retains_exactly_what_is_gone_without_it(drawing):
    snapshot = drawing.load()
    edges = essential(drawing)
    held = {b for _, b in edges}
    starts = [node for node in range(len(drawing.nodes)) if node == 0 or node not in held]
    alive = reached(edges, starts)
    rooted = [*((a, b) for a, b in edges if a in alive), *((0, start) for start in starts if start)]
    below = {node: set() for node in range(len(drawing.nodes))}
    for node in snapshot.nodes():
        for other in above(node):
            below[other.number].add(node.number)
    for node in snapshot.nodes():
        gone = {node.number} if node.number not in alive else alive - reached(rooted, [0], without=node.number)
        if node.number == 0:
            gone = set(range(len(drawing.nodes)))
        assert below[node.number] == gone
        assert node.retained_bytes == sum(snapshot.node(n).shallow_bytes for n in gone)


def above(node):
    """The node and all that dominate it."""
    chain = [node]
    while chain[-1] != node.snapshot.root:
        chain.append(chain[-1].dominator)
    return chain


@given(drawings())
def test_bytes_go_to_the_only_owner_and_none_get_lost(drawing):
    snapshot = drawing.load()
    expected = [size for *_, size, _ in drawing.nodes]
    ownable = {
        n
        for n, node in enumerate(snapshot.nodes())
        if node.type in ("hidden", "array") or (node.type, node.raw_name) == ("native", "system / ExternalStringData")
    }
    strong = [(a, b) for a, kind, b in all_edges(drawing) if kind != "weak" and b in ownable]
    for node in ownable if user_roots(drawing) else ():
        owners = [n for n in range(len(drawing.nodes)) if n not in ownable and node in reached(strong, [n])]
        if len(owners) == 1 and owners[0] != 0 and drawing.nodes[owners[0]][0] != "synthetic":
            expected[owners[0]] += drawing.nodes[node][3]
            expected[node] = 0
    assert [node.shallow_bytes for node in snapshot.nodes()] == expected
    assert snapshot.total_bytes == sum(size for *_, size, _ in drawing.nodes)


@given(drawings())
def test_a_distance_is_the_least_number_of_references(drawing):
    snapshot = drawing.load()
    strong = [(a, b) for a, kind, b in all_edges(drawing) if kind != "weak"]
    roots = user_roots(drawing)
    near = relax(strong, dict.fromkeys(roots, 1))
    far = relax(strong, {**near, 0: SYSTEM if roots else 0}, fixed=set(near) | {0})
    assert [node.distance for node in snapshot.nodes()] == [far.get(n, NO_DISTANCE) for n in range(len(drawing.nodes))]


def relax(edges, distances, fixed=()):
    """Shortest distances by trying every edge until nothing changes; those of `fixed` stay."""
    distances = dict(distances)
    while better := {
        b: distances[a] + 1
        for a, b in edges
        if a in distances and b not in fixed and distances[a] + 1 < distances.get(b, 2 * SYSTEM)
    }:
        distances |= better
    return distances


@given(drawings())
def test_a_class_retains_what_its_outermost_members_do(drawing):
    snapshot = drawing.load()
    counted = [node for node in snapshot.nodes() if node.shallow_bytes]
    expected = {}
    for key in {node.class_key for node in counted}:
        members = [node for node in counted if node.class_key == key]
        outermost = [node for node in members if not any(other in above(node)[1:] for other in members)]
        expected[key] = (
            len(members), min(node.distance for node in members), sum(node.shallow_bytes for node in members),
            sum(node.retained_bytes for node in outermost),
        )  # fmt: skip
    rows = {row.key: (row.count, row.distance, row.shallow_bytes, row.retained_bytes) for row in snapshot.rows()}
    numbers = {}
    for node in counted:
        numbers.setdefault(node.class_key, set()).add(snapshot.classes.number[node.number])
    unambiguous = {key for key, found in numbers.items() if len(found) == 1}  # two classes can share a key
    assert {key: rows[key] for key in unambiguous} == {key: expected[key] for key in unambiguous}
    assert rows.keys() == expected.keys()


@given(drawings())
def test_every_edge_is_a_retainer_of_its_target(drawing):
    snapshot = drawing.load()
    arriving = [(e.source.number, e.type, e.target.number) for node in snapshot.nodes() for e in node.retainers]
    leaving = [(e.source.number, e.type, e.target.number) for node in snapshot.nodes() for e in node.edges]
    assert leaving == all_edges(drawing)
    assert sorted(arriving) == sorted(leaving)


@given(drawings(), drawings())
def test_a_comparison_matches_ids_within_classes(before, after):
    base, newer = before.load(), after.load()
    comparison = compare(base, newer)
    if any(node.type == "object" and node.raw_name == "Object" for node in (*base.nodes(), *newer.nodes())):
        return  # the base is seen with the other's interfaces: recorded cases have that
    old, new = (Counter((n.class_key, n.id) for n in s.nodes() if n.shallow_bytes) for s in (base, newer))
    keys = {key for key, _ in (old | new)}
    expected = {key: (count_of(new - old, key), count_of(old - new, key)) for key in keys}
    got = {row.key: (row.new_count, row.deleted_count) for row in comparison.rows}
    assert got == {key: counts for key, counts in expected.items() if counts != (0, 0)}
    assert sum(row.count_delta for row in comparison.rows) == new.total() - old.total()


def count_of(counts, key):
    return sum(count for (other, _), count in counts.items() if other == key)


PROPERTIES = st.lists(st.sampled_from("abcd"), max_size=5)


@given(st.lists(PROPERTIES.filter(bool), max_size=6), PROPERTIES)
def test_the_interface_is_the_largest_that_an_object_has_all_properties_of(lists, properties):
    interfaces = tuple(Interface(f"{{{', '.join(names)}}}", tuple(names)) for names in lists)
    fitting = [i for i in interfaces if not Counter(i.properties) - Counter(properties)]
    best = max(fitting, key=lambda i: len(i.properties), default=None)  # the first of the largest
    assert Matcher(interfaces).match(properties) == best


@pytest.mark.slow
@pytest.mark.skipif(find_spec("numba") is None, reason="numba is an extra")
@given(drawings())
def test_compiled_loops_do_what_is_written(drawing):
    plain, fast = drawing.load(use_numba=False), drawing.load(use_numba=True)
    assert fast.columns.edge_to == plain.columns.edge_to
    assert fast.essential == plain.essential
    assert fast.retainers == plain.retainers
    assert fast.dominators == plain.dominators
    assert fast.measures == plain.measures
    assert fast.detachedness == plain.detachedness
    assert fast.rows() == plain.rows()
