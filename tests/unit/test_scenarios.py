"""The built-in scenarios: each runs, and says what it is there to say."""

import os
import subprocess
import sys
from functools import cache
from typing import NamedTuple

import pytest

from gcsim.config import LESSON, HeapConfig
from gcsim.errors import ScenarioError
from gcsim.events import Kind
from gcsim.heap.inspect import new_space_strip, objects, view
from gcsim.scenarios import BUILT_IN, built_in, fastify_server, find
from gcsim.scenarios.fastify_server import WARM_UP, Server
from gcsim.sim.scenario import scenario
from gcsim.sim.simulation import Simulation
from gcsim.units import MB
from js_worlds import small_world

SMALL_PARAMETERS = {
    "leaky-server": {"requests": 40, "reads": True},
    "fixed-server": {"duration_ms": 5, "connections": 3},
    "linked-list": {"length": 3_000},
    "binary-trees": {"depth": 4},
    "lru-cache": {"gets": 2_000, "capacity": 50, "keys": 100},
    "fifo-queue": {"messages": 2_000, "length": 300},
    "idle-server": {"sessions": 30_000, "idle_ms": 20_000.0},
}


def run_steps(name):
    """(notes with what `look(simulation)` gave at each, the simulation) of a lesson."""
    found = find(name)
    sim, seen = Simulation(found.config.replace(verify_heap=True)), []
    sim.on_step = lambda text: seen.append((text, new_space_strip(sim.heap)))
    sim.run(found)
    return seen, sim


def spaces(sim):
    """Where each object is, by name."""
    found = (view(sim.heap, address) for address in objects(sim.heap))
    return {seen.name: seen.space for seen in found}


# All of them


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_scenario_runs_and_its_heap_stays_sound(name, monkeypatch):
    """On a heap so small that it is collected often, each collection checked; of the servers' boot, a tenth."""
    monkeypatch.setattr(fastify_server, "MODULES", tuple((count // 10, size) for count, size in fastify_server.MODULES))
    found = built_in(name)
    is_server = name.endswith("server")
    config = found.config if found.preset == "lesson" or is_server else small_world().config
    sim = Simulation(config.replace(verify_heap=True, max_semi_space_size=max(config.min_semi_space_size, 1 / 16)))
    sim.run(found, **SMALL_PARAMETERS.get(name, {}))
    assert sim.events


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_scenario_has_a_name_and_one_line_of_help(name):
    """As `gcsim scenarios` shows them."""
    found = find(name)
    assert found.name == name
    first, *rest = found.help.splitlines()
    assert first.endswith(".")
    assert rest == []


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("linked-list", {"length": 0}, "length must be at least 1, got 0"),
        ("fifo-queue", {"messages": 0}, "messages and length must be at least 1, got 0 and 60000"),
        ("lru-cache", {"keys": -1}, "gets, capacity and keys must be at least 1, got 100000, 5000 and -1"),
        ("binary-trees", {"depth": 3}, "depth must be 4 to 20, got 3"),
        ("binary-trees", {"depth": 21}, "depth must be 4 to 20, got 21"),
        ("idle-server", {"sessions": 0}, "sessions must be at least 1, got 0"),
        ("leaky-server", {"cpus": 0}, "cpus must be at least 1, got 0"),
    ],
)
def test_parameters_out_of_range_are_refused(name, parameters, message):
    """With the value and the limit, before anything is allocated."""
    sim = Simulation()
    with pytest.raises(ScenarioError) as caught:
        sim.run(find(name), **parameters)
    assert str(caught.value) == message
    assert sim.mutator.allocated_objects == 0


@pytest.mark.parametrize("parameters", [{"requests": -1}, {"duration_ms": -1.0}, {"connections": 0}])
def test_a_server_refuses_what_is_no_load(parameters):
    """As the closed loop does."""
    with pytest.raises(ScenarioError, match=r"must be finite and at least 0, got -1|at least 1 connection, got 0"):
        Simulation().run(find("leaky-server"), **parameters)


# The lessons


def test_the_guides_scavenge_looks_as_in_the_guide():
    """After each step, new space in the guide's notation."""
    seen, sim = run_steps("guide-scavenge")
    assert [strip for _, strip in seen] == [
        "| A | <unallocated> |",
        "| A | B | <unallocated> |",
        "| A | B | C | <unallocated> |",
        "| A | B | C | D |",
        "| A | B | C | D |",
        "| A | C | E | <unallocated> |",
        "| A | C | E | F |",
        "| E | F | G | <unallocated> |",
    ]
    assert [(event.copied_objects, event.promoted_objects) for event in sim.events] == [(2, 0), (2, 2)]
    assert spaces(sim) == {"A": "old", "C": "old", "E": "new", "F": "new", "G": "new"}


def test_the_walkthrough_leads_from_nursery_to_old_space():
    """Copied once, promoted once; what only an old object refers to survives as well."""
    seen, sim = run_steps("scavenge-walkthrough")
    assert [strip for _, strip in seen] == [
        "| keeper | friend | garbage | <unallocated> |",
        "| keeper | friend | <unallocated> |",
        "| keeper | friend | late | held | <unallocated> |",
        "| late | held | <unallocated> |",
        "| <unallocated> |",
    ]
    assert [event.remembered_slots for event in sim.events] == [0, 1, 1]
    assert spaces(sim) == dict.fromkeys(["holder", "keeper", "friend", "held"], "old")


def test_the_tour_of_mark_sweep_finds_what_counting_would_not():
    """The ring lives, the island dies; the next old object takes a hole."""
    seen, sim = run_steps("mark-sweep-tour")
    assert len(seen) == 4
    assert [event.kind for event in sim.events] == [Kind.MARK_SWEEP] * 2
    assert [(event.used_before_bytes // 32, event.used_after_bytes // 32) for event in sim.events] == [(9, 5), (5, 1)]
    assert spaces(sim) == {"first": "old", "new": "old"}


# The programs


def test_a_linked_list_survives_whole():
    """Every node is copied, promoted and marked; of a full page, a ninth is the end that no buffer fits into."""
    sim = Simulation()
    sim.run(find("linked-list"), length=30_000)
    sim.collect()
    assert sim.heap.used_bytes() == 30_000 * 40
    assert all(event.survival_ratio > 0.88 for event in sim.events[:-1])


def test_a_queue_keeps_its_length():
    """However many messages went through: a message of 40 bytes and a body of 56 for each place, and the ring."""
    for messages in (300, 1_000):
        sim = small_world()
        sim.run(find("fifo-queue"), messages=messages, length=200)
        sim.collect()
        sim.collect()
        assert sim.heap.used_bytes() == 200 * (40 + 56) + 8 * 201


@pytest.mark.parametrize(("capacity", "keys", "expected"), [(20, 100, 20), (1, 5, 1), (5, 1, 1), (50, 20, 20)])
def test_a_cache_keeps_its_capacity(capacity, keys, expected):
    """Or as many keys as there are."""
    sim = small_world()
    sim.run(find("lru-cache"), gets=400, capacity=capacity, keys=keys)
    m = sim.mutator
    assert m.js.size(m.globals["map"]) == expected
    sim.collect()
    names = [view(sim.heap, address).name for address in objects(sim.heap)]
    assert names.count("Entry") <= 2 * expected  # an evicted entry may be held by the key order of one collection


def test_binary_trees_keep_one_tree_and_an_array():
    """Full collections find nothing else."""
    sim = Simulation()
    sim.run(find("binary-trees"), depth=4)
    sim.collect()
    found = [view(sim.heap, address) for address in objects(sim.heap)]
    assert sum(seen.name == "TreeNode" for seen in found) == 2**7 - 1
    assert sum(seen.size_bytes >= 800_000 for seen in found) == 1


# The server

WARM = WARM_UP[-1][0]
"""From this request on, nothing is compiled any more."""


class Served(NamedTuple):
    """The numbers of one server."""

    made: int
    allocated_bytes: int
    kept_bytes: int
    kept_objects: int


@cache
def warm_server(requests, *, leak=True, cpus=2, write=True):
    """What a warm server that served so many requests has made, allocated and kept."""
    sim = Simulation(HeapConfig(incremental_marking=False))

    @scenario
    def program(m):
        server = Server(m, leak=leak, cpus=cpus)
        yield from server.boot()
        for number in range(requests):
            with m.scope():
                server.handle(WARM + number, connection=number % 10, write=write)
            yield

    sim.run(program)
    made, allocated_bytes = sim.mutator.allocated_objects, sim.allocated_bytes
    sim.collect()
    return Served(made, allocated_bytes, sim.heap.used_bytes(), sum(1 for _ in objects(sim.heap)))


def growth(few, many, **server):
    """What each number of a warm server grows by, from `few` requests to `many`."""
    before, after = warm_server(few, **server), warm_server(many, **server)
    return Served(*(end - start for start, end in zip(before, after, strict=True)))


def test_the_leaky_server_keeps_ten_objects_a_write():
    """640 bytes: the record, its array of two CPUs with their times, and three strings."""
    grown = growth(600, 1_000)
    assert (grown.kept_objects, grown.kept_bytes) == (400 * 10, 400 * 640)


def test_the_leaky_servers_set_grows_with_its_records():
    """Its table doubles, from 1,024 places to 2,048: for each an entry of two words and half a bucket."""
    assert growth(1_000, 1_100).kept_bytes == 100 * 640 + 1_024 * (16 + 4)


def test_the_fixed_server_keeps_nothing():
    """Hundreds of writes are forgotten."""
    grown = growth(100, 500, leak=False)
    assert (grown.kept_objects, grown.kept_bytes) == (0, 0)


def test_a_warm_write_allocates_what_was_measured():
    """182 objects of 8,262 bytes (here 8,264), and what pages leave unused."""
    grown = growth(600, 1_000)
    assert grown.made / 400 == pytest.approx(182, abs=3)
    assert grown.allocated_bytes / 400 == pytest.approx(8_262, rel=0.001)


def test_a_read_makes_no_record():
    """It is a write without its ten objects and what making them leaves behind."""
    assert 182 - 12 <= growth(10, 110, write=False).made / 100 <= 182 - 10


@pytest.mark.slow
def test_more_cpus_make_larger_records():
    """A CPU is an object, its times and its model's name: 160 bytes."""
    two, four = growth(10, 110), growth(10, 110, cpus=4)
    assert four.kept_objects - two.kept_objects == 100 * 2 * 3
    assert four.kept_bytes - two.kept_bytes == 100 * 2 * 160


@pytest.mark.slow
def test_the_leaky_server_leaks_as_driven_by_its_clients():
    """The scenario itself, beyond its warm-up; the fixed one next to it."""
    kept = {}
    for name in ("leaky-server", "fixed-server"):
        for requests in (4_200, 4_700):
            sim = Simulation()
            sim.run(find(name), requests=requests)
            sim.collect()
            sim.collect()  # what a marking under way had found is let go now
            kept[name, requests] = sim.heap.used_bytes()
    assert kept["leaky-server", 4_700] - kept["leaky-server", 4_200] == 500 * 640
    assert kept["fixed-server", 4_700] == kept["fixed-server", 4_200]


@pytest.mark.slow
def test_an_idle_server_is_collected_as_node_collects_an_idle_program():
    """The same sessions in Node 20.20.2: timers at 8.2, 16.3 and 24.4 s, then the first collection.

    24393 ms: Mark-Compact (reduce) 42.2 (66.1) -> 2.6 (5.2) MB, where 2.6 MB are node's own start. The second came
    after 0.6 s in most runs, and 17 s later in one where the first had been slow.
    """
    found, timers = find("idle-server"), []
    sim = Simulation(found.config)
    sim.runtime.reducer.on_event = lambda event: timers.append(round(event.time_ms / 1000, 1))
    sim.run(found)
    first, second = sim.events[-2:]
    assert timers == [8.1, 16.2, 24.3, 24.4, 25.0, 25.0]
    assert [first.reduce_memory, second.reduce_memory] == [True, True]
    assert first.used_before_bytes == pytest.approx(42.2 * MB, rel=0.01)
    assert first.committed_before_bytes == pytest.approx(66.1 * MB, rel=0.01)
    assert first.used_after_bytes == pytest.approx(2.6 * MB, rel=0.03)
    assert first.committed_after_bytes == pytest.approx(5.2 * MB, abs=0.75 * MB)


# The same again


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["lru-cache", "-p", "gets=4000", "-p", "capacity=500", "-p", "keys=900", "--gc-interval=500"],
        ["leaky-server", "-p", "requests=30"],
    ],
)
def test_a_run_repeats_to_the_byte_in_any_process(arguments):
    """The same seed gives the same lines, whatever Python's hashes are."""
    printed = set()
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-m", "gcsim", "run", *arguments, "--seed=5"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        printed.add((done.stdout, done.stderr))
    assert len(printed) == 1
    assert printed.pop()[0].count(b"\n") > 2


def test_another_seed_is_another_run():
    """Where the scenario draws anything at all."""

    def lines(seed):
        sim = Simulation(LESSON.replace(gc_interval=100, max_old_space_size=1), seed=seed)
        sim.run(find("lru-cache"), gets=500, capacity=5, keys=10)
        return [event.used_after_bytes for event in sim.events]

    assert lines(1) == lines(1) != lines(2)
