"""Scenarios: how one is made of a function, what its parameters accept, and how its turns run."""

from math import inf, nan

import pytest

from gcsim.config import LESSON, HeapConfig
from gcsim.errors import ConfigError, HeapLimitReached, NoSuchField, ScenarioError, StaleHandle
from gcsim.scenarios import find
from gcsim.sim.scenario import Scenario, scenario
from gcsim.sim.simulation import Simulation


@scenario
def typical(m, *, count=3, speed=0.5, leak=True, name="x"):
    """What it does.

    And more.
    """
    m.globals["seen"] = m.new(f"{count} {speed} {leak} {name}")
    yield


def seen(**parameters):
    """The parameters that the program was given, as text."""
    sim = Simulation(LESSON)
    sim.run(typical, **parameters)
    return sim.mutator.inspect(sim.mutator.globals["seen"]).name


def run(program, **config):
    """The simulation after a run of that program."""
    sim = Simulation(LESSON.replace(**config))
    sim.run(program)
    return sim


# The decorator


def test_a_scenario_has_its_functions_name_and_help():
    """With hyphens, and the docstring without its indentation."""
    assert isinstance(typical, Scenario)
    assert typical.name == "typical"
    assert typical.help == "What it does.\n\nAnd more."
    assert typical.path == __file__
    assert typical.config == HeapConfig()

    @scenario
    def with_two_words(m):
        yield

    assert (with_two_words.name, with_two_words.help) == ("with-two-words", "")


def test_name_and_preset_can_be_chosen():
    """The preset is the heap that it is meant for."""

    @scenario(name="another", preset="lesson")
    def one(m):
        yield

    assert (one.name, one.config) == ("another", LESSON)


def test_an_unknown_preset_is_refused():
    """When the scenario is made, not when it runs."""
    with pytest.raises(ConfigError, match="no preset 'tiny'; presets: default, node20, lesson"):

        @scenario(preset="tiny")
        def one(m):
            yield


def test_parameters_are_the_keywords_with_their_defaults():
    """In order."""
    assert typical.parameters == {"count": 3, "speed": 0.5, "leak": True, "name": "x"}


def test_a_parameter_without_a_default_is_refused():
    """Nor may it be positional: its name is its place on the command line."""
    with pytest.raises(ScenarioError, match="scenario one: parameter count must be keyword-only with a default"):

        @scenario
        def one(m, *, count):
            yield

    with pytest.raises(ScenarioError, match="scenario two: parameter count must be keyword-only with a default"):

        @scenario
        def two(m, count=1):
            yield


# Parameters


def test_defaults_are_what_the_function_says():
    """Where nothing is given."""
    assert seen() == "3 0.5 True x"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"count": "7"}, "7 0.5 True x"),
        ({"count": "1_000"}, "1000 0.5 True x"),
        ({"count": -2}, "-2 0.5 True x"),
        ({"count": 4.0}, "4 0.5 True x"),
        ({"speed": "2"}, "3 2.0 True x"),
        ({"speed": "1e3"}, "3 1000.0 True x"),
        ({"speed": 1}, "3 1.0 True x"),
        ({"leak": "no"}, "3 0.5 False x"),
        ({"leak": "On"}, "3 0.5 True x"),
        ({"leak": "0"}, "3 0.5 False x"),
        ({"leak": False}, "3 0.5 False x"),
        ({"name": "two words"}, "3 0.5 True two words"),
    ],
)
def test_values_are_read_as_the_defaults_type(given, expected):
    """Text as the command line gives it, and Python's own values."""
    assert seen(**given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"count": "many"}, "count must be a whole number (default 3), got 'many'"),
        ({"count": "1.5"}, "count must be a whole number (default 3), got '1.5'"),
        ({"count": 1.5}, "count must be a whole number (default 3), got 1.5"),
        ({"count": inf}, "count must be a whole number (default 3), got inf"),
        ({"count": nan}, "count must be a whole number (default 3), got nan"),
        ({"count": True}, "count must be a whole number (default 3), got True"),
        ({"count": None}, "count must be a whole number (default 3), got None"),
        ({"speed": "fast"}, "speed must be a number (default 0.5), got 'fast'"),
        ({"speed": ""}, "speed must be a number (default 0.5), got ''"),
        ({"leak": "maybe"}, "leak must be true or false (default True), got 'maybe'"),
        ({"leak": 1}, "leak must be true or false (default True), got 1"),
        ({"name": 5}, "name must be text (default 'x'), got 5"),
    ],
)
def test_a_value_of_another_type_is_refused(given, message):
    """With the scenario, the parameter, its default and what was given."""
    with pytest.raises(ScenarioError) as caught:
        seen(**given)
    assert str(caught.value) == f"scenario typical: {message}"


def test_an_unknown_parameter_is_refused():
    """With those that exist."""
    with pytest.raises(ScenarioError) as caught:
        seen(cuont=3)
    assert str(caught.value) == "scenario typical has no parameter 'cuont'; parameters: count, speed, leak, name"

    @scenario
    def bare(m):
        yield

    with pytest.raises(ScenarioError, match="has no parameter 'x'; parameters: none"):
        Simulation(LESSON).run(bare, x=1)


# Turns


def test_each_turn_is_a_handle_scope():
    """What must live longer is a global."""
    handles = []

    @scenario
    def program(m):
        handles.append(m.new("A", size=32))
        m.globals["kept"] = m.new("B", size=32)
        yield
        assert handles[0].address == 0
        m.collect()
        m.inspect(m.globals["kept"])
        yield
        m.inspect(handles[0])

    with pytest.raises(StaleHandle):
        run(program)


def test_a_yield_may_wait():
    """So many milliseconds pass before the next turn."""
    times = []

    @scenario
    def program(m):
        for wait_ms in (None, 0, 5, 2.5, 0):
            times.append(m.now_ms)
            yield wait_ms

    sim = run(program)
    assert times == [0, 0, 0, 5, 7.5]
    assert sim.clock.now_ms == 7.5


@pytest.mark.parametrize("wait", [-1, nan, inf, "5", [], object])
def test_a_yield_of_anything_else_is_refused(wait):
    """A time is a finite number of at least 0."""

    @scenario
    def program(m):
        yield wait

    with pytest.raises(ScenarioError, match="scenario program must yield nothing or finite ms of at least 0, got"):
        run(program)


def test_a_plain_function_is_a_scenario_of_one_turn():
    """It returns nothing."""

    @scenario
    def program(m, *, count=2):
        for _ in range(count):
            m.new("A", size=32)

    sim = Simulation(LESSON)
    sim.run(program, count=3)
    assert sim.mutator.allocated_objects == 3
    assert sim.mutator.heap.roots.handles == []


def test_a_scope_that_is_open_at_a_yield_is_refused():
    """Its handles would be stale in the next turn; the scope is closed, and the program told what to do."""
    after = []

    @scenario
    def program(m):
        with m.scope():
            m.new("A")
            yield
        after.append("reached")

    sim = Simulation(LESSON)
    with pytest.raises(ScenarioError, match=r"scenario program: a scope was open at a yield; .* keep what must live"):
        sim.run(program)
    assert after == []
    assert len(sim.heap.roots.scopes) == 1


def test_a_scope_open_in_a_later_turn_is_refused_too():
    """However many turns went well."""

    @scenario
    def program(m):
        for turn in range(5):
            with m.scope():
                m.new("A", size=32)
                if turn == 3:
                    yield
            yield

    with pytest.raises(ScenarioError, match="a scope was open at a yield"):
        run(program)


# What goes wrong


def test_what_a_program_raises_is_told_with_file_and_line():
    """The line of the scenario's own file that led there, and the cause is kept."""

    @scenario
    def program(m):
        yield
        int("seven")

    with pytest.raises(ScenarioError) as caught:
        run(program)
    line = program.program.__code__.co_firstlineno + 3
    assert str(caught.value) == (
        f"test_scenario.py:{line}: scenario program raised ValueError: invalid literal for int() with base 10: 'seven'"
    )
    assert isinstance(caught.value.__cause__, ValueError)


def test_an_exception_without_words_is_told_by_its_name():
    """As `raise KeyboardError` would be."""

    @scenario
    def program(m):
        raise RuntimeError
        yield

    with pytest.raises(ScenarioError, match=r"scenario program raised RuntimeError$"):
        run(program)


def test_a_misuse_of_the_heap_keeps_its_type_and_gets_its_place():
    """As a note, so that its own message stays."""

    @scenario
    def program(m):
        m.read(m.new("A", size=32), "next")
        yield

    with pytest.raises(NoSuchField) as caught:
        run(program)
    assert caught.value.__notes__ == [f"at test_scenario.py:{program.program.__code__.co_firstlineno + 2}"]


def test_running_out_of_memory_is_no_mistake_of_the_scenario():
    """It comes through as it is."""

    @scenario
    def program(m):
        while True:
            m.new("A", size=64, pretenured=True)
        yield

    with pytest.raises(HeapLimitReached):
        run(program)


def test_a_failed_turn_leaves_no_scope_open():
    """Neither the turn's nor the program's."""

    @scenario
    def program(m):
        with m.scope(), m.scope():
            m.new("A", size=32)
            raise RuntimeError("inside")
        yield

    sim = Simulation(LESSON)
    with pytest.raises(ScenarioError):
        sim.run(program)
    assert len(sim.heap.roots.scopes) == 1


def test_one_simulation_can_run_several_scenarios():
    """One after the other, on the same heap."""
    sim = Simulation(LESSON)
    sim.run(typical)
    sim.run(typical, name="y")
    assert sim.mutator.allocated_objects == 2


# Files

PYTHON = '''
from __future__ import annotations
from dataclasses import dataclass
from gcsim import scenario
from gcsim.scenarios.linked_list import linked_list

@dataclass
class Point:
    x: int

@scenario
def first_one(m, *, size=32):
    """The first."""
    m.new("A", size=size)
    yield
'''


def test_a_python_file_gives_its_own_scenario(tmp_path, monkeypatch):
    """By a relative path as by an absolute one, whatever else the file imports."""
    (tmp_path / "mine.py").write_text(PYTHON, "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("mine.py", "./mine.py", str(tmp_path / "mine.py"), "mine.py:first_one", "mine.py:first-one"):
        found = find(name)
        assert (found.name, found.help, found.parameters) == ("first-one", "The first.", {"size": 32})


def test_one_of_several_scenarios_is_named(tmp_path):
    """FILE.py:NAME."""
    path = tmp_path / "two.py"
    path.write_text(f"{PYTHON}\n@scenario\ndef second(m):\n    yield\n", "utf-8")
    assert find(f"{path}:second").name == "second"
    for name, message in (
        (
            str(path),
            "expected exactly one scenario (name another with FILE.py:NAME); found linked-list, first-one, second",
        ),
        (f"{path}:third", "expected one named 'third'; found linked-list, first-one, second"),
    ):
        with pytest.raises(ScenarioError) as caught:
            find(name)
        assert str(caught.value) == f"{path}: {message}"


def test_a_file_with_imported_scenarios_only_gives_the_imported_one(tmp_path):
    """Where it is the only one."""
    path = tmp_path / "borrowed.py"
    path.write_text("from gcsim.scenarios.linked_list import linked_list\n", "utf-8")
    assert find(str(path)).name == "linked-list"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected exactly one scenario (name another with FILE.py:NAME); found none"),
        ("1/0", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("def", "cannot be loaded: SyntaxError: "),
        ("import no_such_module_anywhere", "cannot be loaded: ModuleNotFoundError: "),
    ],
)
def test_a_python_file_without_a_scenario_is_refused(tmp_path, text, message):
    """With the file and the reason."""
    path = tmp_path / "bad.py"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        find(str(path))
    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("leaky", "no scenario 'leaky'; built-in: guide-scavenge, "),
        ("nowhere.py", "nowhere.py: no such file"),
        ("nowhere.toml", "nowhere.toml: no such file"),
        ("nowhere.py:one", "nowhere.py: no such file"),
        ("", "no scenario ''; built-in: "),
    ],
)
def test_an_unknown_scenario_is_refused(name, message):
    """With what there is."""
    with pytest.raises(ScenarioError) as caught:
        find(name)
    assert str(caught.value).startswith(message)
