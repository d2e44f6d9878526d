"""The roots: V8's parts of (GC roots), the global object, and who holds what."""

from gcsim import Simulation
from gcsim.config import preset
from snapshot_files import check_structure


def take(sim, tmp_path):
    """A snapshot of the simulation, read and checked."""
    sim.snapshot(tmp_path / "heap")
    return check_structure(tmp_path / "heap")


def part(snapshot, name):
    """The first part of (GC roots) of that name."""
    return next(node for _, _, node in snapshot.nodes[1].edges if node.name == name)


def test_the_root_leads_to_the_roots_of_the_collector_and_to_the_global_object(sim, tmp_path):
    """As in a file of node: the second edge is what makes user roots."""
    snapshot = take(sim, tmp_path)
    assert snapshot.root.edges == [("element", 1, snapshot.nodes[1]), ("shortcut", "2", snapshot.globals)]
    assert (snapshot.globals.type, snapshot.globals.id, snapshot.globals.self_size) == ("object", 61, 0)
    assert [node.name for _, _, node in part(snapshot, "(Global handles)").edges] == ["global"]


def test_all_28_parts_are_there_although_empty(sim, tmp_path):
    """In the order of V8 11.3."""
    parts = [(kind, name, node.name) for kind, name, node in take(sim, tmp_path).nodes[1].edges]
    assert [part[:2] for part in parts] == [("element", number) for number in range(1, 29)]
    names = [part[2] for part in parts]
    assert (names[0], names[10], names[12], names[-1]) == (
        "(Internalized strings)", "(Handle scope)", "(Global handles)", "(Unknown)",
    )  # fmt: skip
    assert names.count("(Strong roots)") == 2


def test_named_roots_are_properties_of_the_global_object(sim, m, js, tmp_path):
    """Whatever they are called."""
    for name in ("a", 'λ "quoted"', "timer 0"):
        m.globals[name] = js.object("Thing")
    assert take(sim, tmp_path).globals.names("property") == ["a", 'λ "quoted"', "timer 0"]


def test_a_root_called_like_a_part_of_the_gc_roots_hangs_there(sim, m, js, tmp_path):
    """It is V8's own, as what is compiled."""
    m.globals["(Compilation cache)"] = js.object("Code")
    m.globals["mine"] = js.object("Thing")
    snapshot = take(sim, tmp_path)
    assert [node.name for _, _, node in part(snapshot, "(Compilation cache)").edges] == ["Code"]
    assert snapshot.globals.names("property") == ["mine"]


def test_handles_are_held_by_the_handle_scope(sim, m, js, tmp_path):
    """Those of all open scopes; a closed scope holds nothing."""
    js.object("Outer")
    with m.scope():
        js.object("Closed")
    with m.scope():
        js.object("Inner")
        held = [node.name for _, _, node in part(take(sim, tmp_path), "(Handle scope)").edges]
    assert held == ["Outer", "Inner"]


def test_the_heap_s_own_handle_is_no_handle_of_the_program(tmp_path):
    """(Strong roots) has it."""
    sim = Simulation(preset("node20"))
    snapshot = take(sim, tmp_path)
    assert part(snapshot, "(Handle scope)").edges == []
    assert [name for _, name, _ in part(snapshot, "(Strong roots)").edges] == ["1"]
