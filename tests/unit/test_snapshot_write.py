"""The written file: all that is in the heap, in V8's format, the same to the byte for the same run."""

import json
from io import StringIO

import pytest

from gcsim import Simulation
from gcsim.config import preset
from gcsim.scenarios import BUILT_IN, built_in
from gcsim.snapshot.write import write_snapshot
from gcsim.units import KB
from snapshot_files import Snapshot, check_structure, many_kinds

SMALL = {
    "leaky-server": {"requests": 50}, "fixed-server": {"requests": 50}, "linked-list": {"length": 500},
    "binary-trees": {"depth": 4}, "lru-cache": {"gets": 500}, "fifo-queue": {"messages": 500},
    "idle-server": {"sessions": 500, "idle_ms": 10.0},
}  # fmt: skip


@pytest.fixture
def taken(tmp_path):
    """Take a snapshot of a simulation; what is in the file, after its structure was checked."""
    path = tmp_path / "heap.heapsnapshot"

    def take(simulation):
        simulation.snapshot(path)
        return check_structure(path)

    return take


def used_words(heap):
    """The words of live objects, as an independent walk over pages has them."""
    return sum(heap.shapes.words_of[heap.memory.words[address]] for address in heap.ids.addresses)


def test_every_kind_of_value_makes_a_file_that_can_be_read(taken):
    """Each object has a node, and its bytes are its own."""
    sim = many_kinds()
    snapshot = taken(sim)
    assert sum(node.self_size for node in snapshot.nodes) == sim.heap.used_bytes() == 8 * used_words(sim.heap)
    assert set(snapshot.types()) == {
        "synthetic", "object", "object shape", "hidden", "array", "string", "number", "closure", "code",
        "concatenated string", "sliced string",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if "server" in name else name for name in BUILT_IN]
)
def test_every_scenario_can_be_written_and_its_bytes_add_up(taken, name):
    """At its end, all that is used is in the file."""
    scenario = built_in(name)
    sim = Simulation(scenario.config)
    sim.run(scenario, **SMALL.get(name, {}))
    snapshot = taken(sim)
    assert sum(node.self_size for node in snapshot.nodes) == sim.heap.used_bytes()


def test_node_s_own_heap_is_a_chain_of_hidden_blocks(taken):
    """Which (Strong roots) holds, and nobody else."""
    sim = Simulation(preset("node20"))
    snapshot = taken(sim)
    blocks = [node for node in snapshot.nodes if node.name == "system / (node)"]
    assert {node.type for node in blocks} == {"hidden"}
    assert sum(node.self_size for node in blocks) == sim.heap.used_bytes() > 2_600_000
    (kind, _, block), *others = snapshot.nodes[5].edges
    assert (snapshot.nodes[5].name, kind, others) == ("(Strong roots)", "internal", [])
    chain = [block]
    while "0" in chain[-1].names("internal"):
        chain.append(chain[-1].to("0"))
    assert set(chain) == set(blocks)
    assert len(chain) == len(blocks)


def test_an_empty_heap_is_a_file_of_roots(taken):
    """30 synthetic nodes and the global object."""
    snapshot = taken(Simulation())
    assert [node.type for node in snapshot.nodes] == ["synthetic"] * 30 + ["object"]
    assert snapshot.data["trace_tree"] == snapshot.data["samples"] == snapshot.data["locations"] == []


def test_the_same_run_makes_the_same_bytes(tmp_path):
    """In any file."""
    for name in ("a", "b"):
        many_kinds().snapshot(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_two_snapshots_in_a_row_are_the_same_file(tmp_path):
    """Looking changes nothing."""
    sim = many_kinds()
    for name in ("a", "b"):
        sim.snapshot(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_is_made_between_two_snapshots_has_higher_ids(tmp_path, sim, m, js):
    """As DevTools' "objects allocated between" asks; what lived then has its id of then."""
    m.globals["first"] = js.object("First")
    sim.snapshot(tmp_path / "a")
    m.globals["second"] = js.object("Second")
    sim.snapshot(tmp_path / "b")
    before, after = check_structure(tmp_path / "a"), check_structure(tmp_path / "b")
    newest = max(node.id for node in before.nodes)
    assert after["First"].id == before["First"].id <= newest
    assert [node.name for node in after.nodes if node.id > newest] == ["system / Map", "Second"]


def test_garbage_is_not_in_the_file(taken, sim, m, js):
    """It is collected before, in the young and in the old generation."""
    with m.scope():
        js.object("Young")
        m.new(m.shape("Old", size=64), pretenured=True)
        m.globals["kept"] = js.object("Kept")
    snapshot = taken(sim)
    assert {"Young", "Old", "Kept"} & {node.name for node in snapshot.nodes} == {"Kept"}


def test_the_text_is_laid_out_as_node_does_it(tmp_path):
    """A row on each line, ASCII only, and the strings at the end."""
    sim = many_kinds()
    sim.snapshot(tmp_path / "a")
    lines = (tmp_path / "a").read_text("ascii").split("\n")
    head = json.loads(lines[0].removesuffix(",") + "}")["snapshot"]
    nodes, edges = head["node_count"], head["edge_count"]
    assert lines[1:3] == ['"nodes":[9,1,1,0,2,0,0', ",9,2,3,0,28,0,0"]
    assert (lines[1 + nodes], lines[2 + nodes]) == ("],", '"edges":[1,1,7')
    assert lines[2 + nodes + edges : 8 + nodes + edges] == [
        "],", '"trace_function_infos":[],', '"trace_tree":[],', '"samples":[],', '"locations":[],',
        '"strings":["<dummy>"',
    ]  # fmt: skip
    assert lines[-2:] == ["]}", ""]


def test_the_writer_needs_no_simulation(tmp_path):
    """A heap and a text file will do."""
    sim = many_kinds()
    sim.collect()
    file = StringIO()
    write_snapshot(sim.heap, file)
    (tmp_path / "a").write_text(file.getvalue(), "ascii")
    assert Snapshot(tmp_path / "a").root.id == 1


def test_a_big_array_has_a_name_for_each_of_its_places_once(taken, sim, m, js):
    """Two arrays of 600 share 600 strings."""
    for name in ("a", "b"):
        m.globals[name] = js.array(*[js.object("Thing")] * 600)
    snapshot = taken(sim)
    assert len(snapshot.strings) < 700
    assert snapshot.globals.to("a").names("element") == list(range(600))


def test_writing_needs_little_memory_beside_the_heap(sim, m, js):
    """For 10,000 objects, under 60 bytes each: address, id, count of edges, and rows under way."""
    import tracemalloc

    sim = Simulation()
    m = sim.mutator
    with m.scope():
        for number in range(10_000):
            node = m.js.object("Node", next=m.globals["head"] if number else None)
            m.globals["head"] = node
    sim.collect()
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123
        tracemalloc.start()
        write_snapshot(sim.heap, nowhere)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 60 * 10_000 + 100 * KB
