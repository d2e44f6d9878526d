"""Scenarios in TOML: what each step does, and what each mistake is called."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.config import LESSON, HeapConfig
from gcsim.errors import GcsimError, HeapLimitReached, ScenarioError
from gcsim.events import Kind
from gcsim.heap.inspect import Smi, new_space_strip
from gcsim.scenarios import find
from gcsim.sim.scenario import Scenario
from gcsim.sim.simulation import Simulation
from gcsim.sim.toml_scenario import ACTIONS, check_steps, load_toml, run_steps, structure


@pytest.fixture
def load(tmp_path):
    """The scenario in a file of such content."""

    def write_and_load(text):
        path = tmp_path / "story.toml"
        path.write_text(text, "utf-8")
        return load_toml(path)

    return write_and_load


@pytest.fixture
def run(load):
    """(the simulation, its notes) after a run of steps on the lesson's heap."""

    def run_steps(*steps):
        sim, notes = Simulation(LESSON), []
        sim.on_step = notes.append
        sim.run(load("".join(f"[[step]]\n{step}\n" for step in steps)))
        return sim, notes

    return run_steps


def names(sim):
    """The global names."""
    return list(sim.mutator.globals)


# What a file says


def test_a_file_is_a_scenario_named_after_it(load, tmp_path):
    """With its help and its preset."""
    found = load('help = "Why."\npreset = "lesson"\n[[step]]\nturn = true\n')
    assert (found.name, found.help, found.config, found.parameters) == ("story", "Why.", LESSON, {})
    assert find(str(tmp_path / "story.toml")).name == "story"
    assert load("[[step]]\nturn = true\n").config == HeapConfig()


def test_new_makes_a_global_object(run):
    """Of a size in bytes, with fields, born in old space if it should."""
    sim, notes = run(
        'new = "A"', 'new = "B"\nsize = 30\nfields = ["x", "y"]', 'new = "C"\nsize = 32\npretenured = true'
    )
    views = [sim.mutator.inspect(sim.mutator.globals[name]) for name in "ABC"]
    assert [(view.name, view.size_bytes, view.space) for view in views] == [
        ("A", 8, "new"), ("B", 32, "new"), ("C", 32, "old"),
    ]  # fmt: skip
    assert [name for name, _ in views[1].fields] == ["x", "y"]
    assert notes == ["A is allocated", "B is allocated", "C is allocated"]


def test_new_of_a_name_in_use_makes_another_object(run):
    """The old one is garbage, unless something else refers to it."""
    sim, _ = run('new = "A"\nsize = 32', 'new = "A"\nsize = 32', 'collect = "mark-sweep"')
    assert names(sim) == ["A"]
    assert sim.heap.used_bytes() == 32


def test_write_stores_a_reference_an_integer_or_null(run):
    """By the name of the global; nothing is null."""
    holder = 'new = "A"\nfields = ["x", "y", "z"]'
    sim, notes = run(
        holder, 'new = "B"', 'write = "A.x"\nto = "B"', 'write = "A.y"\nto = -7', 'write = "A.z"\nto = 0',
        'write = "A.x"', 'write = "A.z"\nto = "A"',
    )  # fmt: skip
    a = sim.mutator.globals["A"]
    assert sim.mutator.inspect(a).fields == (("x", None), ("y", Smi(-7)), ("z", a.address))
    assert notes[2:] == ["A.x = B", "A.y = -7", "A.z = 0", "A.x = null", "A.z = A"]


def test_drop_removes_names(run):
    """Several at once; the objects die with the next collection."""
    sim, notes = run('new = "A"', 'new = "B"', 'new = "C"', 'drop = ["A", "C"]', 'collect = "mark-sweep"')
    assert names(sim) == ["B"]
    assert sim.heap.used_bytes() == 8
    assert notes[3] == "A, C dropped"


def test_collect_runs_a_collector(run):
    """Either of the two, for testing."""
    sim, notes = run('collect = "scavenge"', 'collect = "mark-sweep"')
    assert [(event.kind, event.reason) for event in sim.events] == [
        (Kind.SCAVENGE, "testing"), (Kind.MARK_SWEEP, "testing"),
    ]  # fmt: skip
    assert notes == ["scavenge", "mark-sweep"]


def test_turn_lets_the_event_loop_run(run):
    """And may wait."""
    sim, notes = run("turn = true", "turn = true\nwait_ms = 5", "turn = true\nwait_ms = 2.5")
    assert sim.clock.now_ms == 7.5
    assert notes == []


def test_repeat_does_its_steps_so_many_times(run):
    """Nested as deep as one likes; none times is allowed."""
    twice = '{ repeat = 2, step = [{ new = "u", size = 8 }, { turn = true }] }'
    inner = f'repeat = 3\nstep = [{{ new = "t", size = 8 }}, {twice}]'
    sim, notes = run(inner, 'repeat = 0\nstep = [{ new = "never" }]')
    assert sim.mutator.allocated_objects == 9
    assert notes == ["t is allocated", "u is allocated", "u is allocated"] * 3


def test_the_guides_story_in_toml(run):
    """A, B, C and D; B and D die; E does not fit."""
    sim, _ = run(*(f'new = "{name}"\nsize = 32' for name in "ABCD"), 'drop = ["B", "D"]', 'new = "E"\nsize = 32')
    assert new_space_strip(sim.heap) == "| A | C | E | <unallocated> |"


# Mistakes in a file, each with its place

STEP = "[[step]]\n"
MISTAKES = [
    ("", "missing key step @ step"),
    ("step = []", "step: expected at least one step"),
    ("step = 5", "expected list @ step"),
    ("step = [5]", "expected Step @ step[0]"),
    ("help = 5\nstep = [{ turn = true }]", "expected str, got 5 @ help"),
    ("stepp = []\nstep = [{ turn = true }]", "unknown key stepp at the top"),
    ('preset = "tiny"\nstep = [{ turn = true }]', "preset: expected one of default, node20, lesson, got 'tiny'"),
    (STEP, "step[0]: expected exactly one of new, write, drop, collect, turn, repeat, got none of them"),
    (
        f'{STEP}turn = true\n{STEP}new = "A"\ncollect = "scavenge"',
        "step[1]: expected exactly one of new, write, drop, collect, turn, repeat, got new and collect",
    ),
    (f'{STEP}neww = "A"', "unknown key neww @ step[0]"),
    (f"{STEP}new = 5", "expected str, got 5 @ step[0].new"),
    (f'{STEP}new = "A"\nsize = 32.5', "expected int, got 32.5 @ step[0].size"),
    (f'{STEP}new = "A"\nsize = "32"', "expected int, got '32' @ step[0].size"),
    (f'{STEP}new = "A"\nsize = true', "expected int, got True @ step[0].size"),
    (f'{STEP}new = "A"\nfields = "next"', "expected list, got 'next' @ step[0].fields"),
    (f'{STEP}new = "A"\nfields = ["x", 1]', "expected str, got 1 @ step[0].fields[1]"),
    (f'{STEP}new = "A"\npretenured = "yes"', "expected bool, got 'yes' @ step[0].pretenured"),
    (f'{STEP}new = "A"\nto = "B"', "step[0]: to does not belong to a step with new"),
    (f'{STEP}drop = "A"', "expected list, got 'A' @ step[0].drop"),
    (f'{STEP}drop = ["A"]\nsize = 8', "step[0]: size does not belong to a step with drop"),
    (f'{STEP}write = "A"', 'step[0].write: expected "NAME.FIELD", got "A"'),
    (f'{STEP}write = "A.x"\nto = 1.5', "expected str or int, got 1.5 @ step[0].to"),
    (f'{STEP}write = "A.x"\nto = true', "expected str or int, got True @ step[0].to"),
    (f'{STEP}collect = "full"', 'step[0].collect: expected "scavenge" or "mark-sweep", got "full"'),
    (f"{STEP}turn = true\nwait_ms = -1", "step[0].wait_ms: expected finite ms of at least 0, got -1"),
    (f"{STEP}turn = true\nwait_ms = nan", "step[0].wait_ms: expected finite ms of at least 0, got nan"),
    (f"{STEP}turn = true\nwait_ms = inf", "step[0].wait_ms: expected finite ms of at least 0, got inf"),
    (f'{STEP}turn = true\nwait_ms = "5"', "expected float, got '5' @ step[0].wait_ms"),
    (f"{STEP}repeat = 2", "step[0].step: expected at least one step"),
    (f"{STEP}repeat = -1\nstep = [{{ turn = true }}]", "step[0].repeat: expected at least 0, got -1"),
    (f'{STEP}repeat = 2\nstep = [{{ turn = true }}, {{ new = "A", to = 1 }}]',
     "step[0].step[1]: to does not belong to a step with new"),
    (f"{STEP}repeat = 2\nstep = [{{ turn = 1 }}]", "expected bool, got 1 @ step[0].step[0].turn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_in_a_file_is_told_with_its_place(load, tmp_path, text, message):
    """When the file is read, in one line that begins with the file."""
    with pytest.raises(ScenarioError) as caught:
        load(text)
    assert str(caught.value) == f"{tmp_path / 'story.toml'}: {message}"


@pytest.mark.parametrize("text", ["[[step]", "step = ", "x = 1\nx = 2", "x = 2026-13-45", f"x = {'9' * 5000}"])
def test_what_is_no_toml_is_refused(load, tmp_path, text):
    """As TOML's reader says it."""
    with pytest.raises(ScenarioError) as caught:
        load(text)
    assert str(caught.value).startswith(f"{tmp_path / 'story.toml'}: not a TOML file: ")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    """Bytes that are not UTF-8."""
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="not a TOML file: 'utf-8' codec can't decode"):
        load_toml(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    """It does not exist, or it is a folder."""
    with pytest.raises(ScenarioError, match="cannot be read: No such file or directory"):
        load_toml(tmp_path / "nowhere.toml")
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        load_toml(tmp_path)


@pytest.mark.parametrize("text", ["x = " + "[" * 5_000, "step = " + "[{ repeat = 1, step = " * 400 + "[]" + "}]" * 400])
def test_a_file_that_is_nested_too_deeply_is_refused(load, text):
    """It would exhaust Python's stack."""
    with pytest.raises(ScenarioError, match=r"story\.toml: nested too deeply"):
        load(text)


# Mistakes in a run, each with its place


NO_A = "no global 'A' (never set, or dropped); globals: none"
TOO_LARGE = "an object has at most 1073741824 bytes (V8's longest array), got 2000000000"
TOO_SMALL = "A: a header and 0 fields need at least 8 bytes (and at most 17179869184), got size=0 bytes"
NO_SMI = "a small integer has 32 bits (-2147483648 to 2147483647), got 3000000000; use js.number()"
HOLDER = 'new = "A"\nfields = ["x"]'


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (['new = ""'], "step[0]: a shape needs a name, got ''"),
        (['new = "A"\nsize = 0'], f"step[0]: {TOO_SMALL}"),
        (['new = "A"\nsize = 2_000_000_000'], f"step[0]: {TOO_LARGE}"),
        (["turn = true", 'write = "A.x"'], f"step[1]: {NO_A}"),
        (['new = "A"', 'write = "A.x"'], "step[1]: A has no field 'x'; it has no fields"),
        ([HOLDER, 'write = "A.x"\nto = "B"'], "step[1]: no global 'B' (never set, or dropped); globals: A"),
        ([HOLDER, 'write = "A.x"\nto = 3_000_000_000'], f"step[1]: {NO_SMI}"),
        (['new = "A"', 'drop = ["A", "A"]'], f"step[1]: {NO_A}"),
        (['repeat = 2\nstep = [{ turn = true }, { drop = ["A"] }]'], f"step[0].step[1]: {NO_A}"),
    ],
)
def test_a_mistake_in_a_run_is_told_with_its_step(run, steps, message):
    """The file's name, the step, what is wrong."""
    with pytest.raises(ScenarioError) as caught:
        run(*steps)
    assert str(caught.value) == f"story.toml: {message}"


def test_running_out_of_memory_is_no_mistake_of_the_file(run):
    """It comes through as it is: a list that grows at its head, both ends of each link in old space."""
    link = '{{ new = "{0}", size = 64, pretenured = true, fields = ["x"] }}, {{ write = "{0}.x", to = "{1}" }}'.format
    with pytest.raises(HeapLimitReached):
        run('new = "A"', f"repeat = 9_999\nstep = [{link('B', 'A')}, {link('A', 'B')}]")


# Whatever a file says

KEYS = [name for action, others in ACTIONS.items() for name in (action, *others)]
KEYS += ["help", "preset", "other"]
scalars = st.one_of(
    st.booleans(), st.integers(-3, 40), st.integers(), st.floats(), st.text(max_size=4), st.dates(), st.times(),
    st.sampled_from(["A", "B", "A.x", "scavenge", "mark-sweep", "lesson"]),
)  # fmt: skip
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
)
new_steps = st.fixed_dictionaries(
    {"new": st.sampled_from(["A", "B"])}, optional={"size": st.integers(-8, 200), "fields": st.just(["x"])}
)
sound_steps = st.one_of(
    new_steps,
    st.fixed_dictionaries({"write": st.just("A.x")}, optional={"to": st.sampled_from(["A", "B", 5, 1 << 40])}),
    st.fixed_dictionaries({"drop": st.lists(st.sampled_from(["A", "B"]))}),
    st.fixed_dictionaries({"collect": st.sampled_from(["scavenge", "mark-sweep"])}),
    st.fixed_dictionaries({"turn": st.booleans()}, optional={"wait_ms": st.floats()}),
)
steps = sound_steps | st.fixed_dictionaries({"repeat": st.integers(-1, 5), "step": st.lists(sound_steps, max_size=3)})
contents = st.fixed_dictionaries({"step": st.lists(steps | values, max_size=4) | values}) | st.dictionaries(
    st.sampled_from(KEYS), values, max_size=4
)


words = st.sampled_from([*KEYS, "=", "[[step]]", "[", "]", "\n", '"A"', "1", "true", ",", "{", "}"])
texts = st.text() | st.lists(words).map(" ".join)


def run_anything(program):
    """Any scenario comes to an end, or to a GcsimError."""
    with suppress(GcsimError):
        Simulation(LESSON).run(program)


@given(contents)
def test_any_content_is_a_program_or_a_mistake(content):
    """Nothing but a GcsimError comes of it, when it is read as when it is run."""
    with suppress(ScenarioError):
        program = structure(content, Path("any.toml"))
        check_steps(program.step, "step")
        run_anything(Scenario("any", lambda m: run_steps(m, program.step, "step")))


@given(texts)
def test_any_text_is_a_scenario_or_a_mistake(tmp_path_factory, text):
    """Bytes that are no text included."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(ScenarioError):
        run_anything(load_toml(path))
