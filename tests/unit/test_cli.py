"""The command line: what is printed where, what is refused how, and the exit status."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from gcsim.cli import execute
from gcsim.scenarios import BUILT_IN
from gcsim.trace.format import DIALECTS

SCAVENGE = (
    "[13973:0x110008000]        1 ms: Scavenge 0.0 (0.0) -> 0.0 (0.0) MB, 0.6 / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure "
)
OLD = """
from gcsim import scenario

@scenario(preset="lesson")
def old(m, *, count=1):
    for _ in range(count):
        m.new("A", size=64, pretenured=True)
        m.collect("scavenge")
    {mistake}
"""


FILL = """
preset = "lesson"

[[step]]
new = "A"

[[step]]
repeat = 9_999
step = [
    { new = "B", size = 64, pretenured = true, fields = ["next"] }, { write = "B.next", to = "A" },
    { new = "A", size = 64, pretenured = true, fields = ["next"] }, { write = "A.next", to = "B" },
]
"""
"""A list that grows at its head until the heap is full."""


@pytest.fixture
def gcsim(capsys):
    """Run the command in this process: (status, stdout, stderr)."""

    def run(*arguments):
        status = execute(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def file(tmp_path):
    """Make a file of such a name and content; its path as text."""

    def make(name, text):
        (tmp_path / name).write_text(text, "utf-8")
        return str(tmp_path / name)

    return make


def command(*arguments):
    """The real command, as a list."""
    return [sys.executable, "-m", "gcsim", *arguments]


def refused(result):
    """The one line that a mistake is answered with."""
    status, out, err = result
    assert status == 2
    assert out == ""
    assert err.startswith("gcsim: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.removeprefix("gcsim: ").removesuffix("\n")


# What is printed where


def test_lines_go_to_stdout_and_the_summary_to_stderr(gcsim):
    """So a log is a log."""
    status, out, err = gcsim("run", "guide-scavenge")
    assert status == 0
    assert out == f"{SCAVENGE}\n" * 2
    assert "guide-scavenge: summary" in err
    for label in ("simulated time", "7 objects, 0.2 KB", "2 (1.1 ms, longest 0.55 ms)", "committed at the end"):
        assert label in err


def test_the_summary_can_be_left_out(gcsim):
    """--no-summary."""
    assert gcsim("run", "guide-scavenge", "--no-summary") == (0, f"{SCAVENGE}\n" * 2, "")


def test_the_lines_can_be_left_out(gcsim):
    """--no-trace-gc; or those of scavenges alone."""
    assert gcsim("run", "guide-scavenge", "--no-trace-gc", "--no-summary") == (0, "", "")
    assert gcsim("run", "guide-scavenge", "--trace-gc-ignore-scavenger", "--no-summary") == (0, "", "")
    _, out, _ = gcsim("run", "mark-sweep-tour", "--trace-gc-ignore-scavenger", "--no-summary")
    assert out.count("Mark-sweep") == 2


def test_lines_of_names_and_values_take_the_place_of_the_lines(gcsim):
    """--trace-gc-nvp, which implies --trace-gc, as node has it: also after --no-trace-gc."""
    for flags in (["--trace-gc-nvp"], ["--trace-gc-nvp", "--no-trace-gc"]):
        _, out, _ = gcsim("run", "guide-scavenge", *flags, "--no-summary", "--pid=7")
        assert [line[:44] for line in out.splitlines()] == ["[7:0x110008000]        1 ms: pause=0.6 mutat"] * 2
    _, out, _ = gcsim("run", "mark-sweep-tour", "--trace-gc-nvp", "--no-summary", "--node=20")
    assert out.count(" gc=mc ") == out.count("\n") == 2


def test_the_spaces_follow_each_line(gcsim):
    """--trace-gc-verbose, which implies --trace-gc too; before the line of a full collection come its limits."""
    for flags in (["--trace-gc-verbose"], ["--trace-gc-verbose", "--no-trace-gc"]):
        _, out, _ = gcsim("run", "guide-scavenge", *flags, "--no-summary")
        lines = out.splitlines()
        assert lines[0] == lines[16] == SCAVENGE
        assert lines[1].startswith("[13973:0x110008000] Memory allocator,       used: ")
        assert lines[15] == "[13973:0x110008000] Total time spent in GC  : 0.6 ms"
        assert len(lines) == 32
    _, out, _ = gcsim("run", "mark-sweep-tour", "--trace-gc-verbose", "--no-summary", "--node=18")
    assert re.findall(r" ms: (\S+) ", out) == [
        "[HeapController]", "[HeapController]", "[GlobalMemoryController]", "Mark-sweep",
    ] * 2  # fmt: skip
    assert out.count("\n") == 2 * (4 + 15)


@pytest.mark.slow
def test_run_prints_what_the_memory_reducer_does(gcsim):
    """The end of its collection stands between that collection's limits and its line."""
    _, out, _ = gcsim("run", "idle-server", "--trace-gc-verbose", "--no-summary", "--node=20")
    said = [line for line in out.splitlines() if " ms: " in line]
    at = next(at for at, line in enumerate(said) if "finished GC #1" in line)
    assert "[GlobalMemoryController]" in said[at - 1]
    assert "Mark-Compact (reduce)" in said[at + 1]
    assert sum("Memory reducer" in line for line in said) == 10


def test_scavenges_that_are_not_shown_show_no_spaces(gcsim):
    """--trace-gc-ignore-scavenger, with any of the others."""
    flags = ["--trace-gc-ignore-scavenger", "--trace-gc-nvp", "--trace-gc-verbose"]
    assert gcsim("run", "guide-scavenge", *flags, "--no-summary") == (0, "", "")


def test_marking_is_told_only_when_asked(gcsim, file):
    """--trace-incremental-marking: before the line of the collection that ends it, and without --trace-gc too."""
    text = """
from gcsim import scenario

@scenario
def mark(m):
    for number in range(9):
        m.globals[str(number)] = m.array(131_000, pretenured=True)
    for _ in range(30):
        yield 20
"""
    path = file("mark.py", text)
    flags = ["--initial-old-space-size=9", "--no-summary"]
    _, quiet, _ = gcsim("run", path, *flags)
    assert quiet.count("\n") == quiet.count("finalize incremental marking via task") == 1
    _, out, _ = gcsim("run", path, *flags, "--trace-incremental-marking", "--isolate=5")
    lines = out.splitlines()
    assert lines.pop().replace("0x5", "0x110008000") == quiet.rstrip("\n")
    assert all(line.startswith("[13973:0x5] ") and " ms: [IncrementalMarking] " in line for line in lines)
    assert [line.rpartition("] ")[2][:8] for line in (lines[0], lines[3], lines[-2], lines[-1])] == [
        "Start (t", "Running", "Stopping", "Black al",
    ]  # fmt: skip
    _, marking, _ = gcsim("run", path, *flags, "--trace-incremental-marking", "--isolate=5", "--no-trace-gc")
    assert marking.splitlines() == lines


def test_layout_shows_the_guides_story(gcsim):
    """What happened, new space after it, and the trace lines in between."""
    _, out, _ = gcsim("run", "guide-scavenge", "--layout", "--no-summary")
    assert out == (
        "A is allocated\n    | A | <unallocated> |\n"
        "B is allocated\n    | A | B | <unallocated> |\n"
        "C is allocated\n    | A | B | C | <unallocated> |\n"
        "D is allocated\n    | A | B | C | D |\n"
        "B and D are dead: nothing refers to them\n    | A | B | C | D |\n"
        f"{SCAVENGE}\n"
        "E did not fit: A and C were copied, E was allocated after them\n    | A | C | E | <unallocated> |\n"
        "F is allocated\n    | A | C | E | F |\n"
        f"{SCAVENGE}\n"
        "G did not fit: A and C survived twice and were promoted, E and F were copied\n"
        "    | E | F | G | <unallocated> |\n"
    )


@pytest.mark.parametrize("node", DIALECTS)
def test_every_dialect_can_be_chosen(gcsim, node):
    """--node: the lines differ in names, digits and a semicolon."""
    _, out, _ = gcsim("run", "mark-sweep-tour", f"--node={node}", "--no-summary")
    name = "Mark-sweep" if node < 19 else "Mark-Compact"
    assert out.count(f" ms: {name} 0.0 (0.0) -> 0.0 (0.0) MB, ") == 2
    assert out.count("testing; " if node >= 18 else "testing GC in old space") == 2


def test_process_and_isolate_can_be_chosen(gcsim):
    """--pid, --isolate; the guide's by default."""
    _, out, _ = gcsim("run", "guide-scavenge", "--pid=7", "--isolate=0xABC", "--no-summary")
    assert out.startswith("[7:0xabc]  ")
    _, out, _ = gcsim("run", "guide-scavenge", "--isolate", "5f00", "--no-summary")
    assert out.startswith("[13973:0x5f00]  ")


def test_parameters_are_given_with_p(gcsim):
    """By their names, with hyphens or underscores; the last of several counts."""
    for name in ("duration_ms", "duration-ms"):
        status, _, err = gcsim("run", "fixed-server", "-p", "requests=1", "-p", f"{name}=2", "--parameter", "cpus=1")
        assert status == 0
        assert "simulated time" in err
    status, _, err = gcsim("run", "linked-list", "-p", "length=5", "-p", "length=7")
    assert "7 objects" in err


def test_the_seed_decides_what_is_random(gcsim):
    """The same seed gives the same run, another one another."""
    arguments = ("run", "lru-cache", "-p", "gets=300", "-p", "keys=100", "-p", "capacity=9", "--gc-interval=50")
    first, same, other = (gcsim(*arguments, f"--seed={seed}") for seed in (1, 1, 2))
    assert first == same != other


@pytest.mark.parametrize(
    "flag", ["--min-semi-space-size=4", "--min_semi_space_size=4", "--min_semi_space_size", "--min-semi_space-size"]
)
def test_flags_are_written_as_to_node(gcsim, flag):
    """With hyphens or underscores, with an equals sign or a space."""
    given = [flag] if "=" in flag else [flag, "4"]
    _, _, err = gcsim("run", "linked-list", "-p", "length=5", *given)
    assert "4.0 MB" in err


def test_switches_have_a_no(gcsim):
    """As V8's."""
    for flag in ("--no-minor-gc-task", "--no_minor_gc_task"):
        _, out, _ = gcsim("run", "linked-list", "-p", "length=60000", flag, "--no-summary")
        assert "allocation failure" in out
        assert "task" not in out
    _, out, _ = gcsim("run", "linked-list", "-p", "length=60000", "--minor-gc-task", "--no-summary")
    assert "allocation failure" not in out


def test_a_preset_is_a_whole_configuration(gcsim):
    """Single flags override it."""
    lines = []
    for flags in ((), ("--preset=lesson",), ("--preset=lesson", "--max-semi-space-size=1", "--min-semi-space-size=1")):
        _, out, _ = gcsim("run", "linked-list", "-p", "length=10", "--no-summary", *flags)
        lines.append(out.count("\n"))
    assert lines[0] == lines[2] == 0
    assert lines[1] > 2


def test_scenarios_are_listed_with_their_parameters(gcsim):
    """Each with its help, and its parameters as they are given."""
    status, out, err = gcsim("scenarios")
    assert (status, err) == (0, "")
    assert [line for line in out.splitlines() if not line.startswith(" ")] == list(BUILT_IN)
    assert "\n    -p requests=30000\n" in out
    assert "\n    -p leak=true\n" in out


def test_help_is_to_be_had_everywhere(gcsim):
    """Of the command and of each of its parts, with the units and defaults of V8's flags."""
    for arguments in (["--help"], ["-h"], ["run", "-h"], ["scenarios", "--help"]):
        status, out, err = gcsim(*arguments)
        assert (status, err) == (0, "")
        assert out.startswith("Usage: gcsim")
    _, out, _ = gcsim("run", "--help")
    assert "--max-semi-space-size MB" in out
    assert "[default: 16 MB]" in " ".join(out.split())


def test_without_arguments_the_help_is_on_stderr(gcsim):
    """As a mistake: nothing was asked for."""
    status, out, err = gcsim()
    assert (status, out) == (2, "")
    assert err.startswith("Usage: gcsim")


def test_a_file_is_run_as_a_scenario(gcsim, file):
    """Python and TOML, under the name of function or file."""
    _, out, err = gcsim("run", file("mine.py", OLD.format(mistake="")), "-p", "count=3")
    assert out.count("Scavenge") == 3
    assert "old: summary" in err
    _, out, err = gcsim("run", file("story.toml", '[[step]]\ncollect = "mark-sweep"\n'))
    assert out.count("Mark-sweep") == 1
    assert "story: summary" in err


# --events


def test_events_are_written_as_lines_of_json(gcsim, tmp_path):
    """One for each collection, whatever is printed."""
    path = tmp_path / "events.jsonl"
    status, out, _ = gcsim("run", "guide-scavenge", "--no-trace-gc", "--no-summary", "--events", str(path))
    assert (status, out) == (0, "")
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [event["number"] for event in events] == [0, 1]
    assert [(event["kind"], event["copied_objects"], event["promoted_objects"]) for event in events] == [
        ("Scavenge", 2, 0), ("Scavenge", 2, 2),
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o444 == 0o444 & ~umask()


def umask():
    """What a new file may not have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failed_run_leaves_the_old_events(gcsim, file, tmp_path):
    """Never half of the new ones."""
    path = tmp_path / "events.jsonl"
    program = file("mine.py", OLD.format(mistake="raise ValueError(5)"))
    assert gcsim("run", program, "--events", str(path))[0] == 2
    assert not path.exists()
    path.write_text("old\n", "utf-8")
    path.chmod(0o640)
    assert gcsim("run", program, "--events", str(path))[0] == 2
    assert path.read_text("utf-8") == "old\n"
    assert gcsim("run", "guide-scavenge", "--events", str(path))[0] == 0
    assert path.read_text("utf-8").count("\n") == 2
    assert path.stat().st_mode & 0o777 == 0o640
    assert {child.name for child in tmp_path.iterdir()} <= {"events.jsonl", "mine.py", "__pycache__"}


def test_the_events_before_an_out_of_memory_are_kept(gcsim, file, tmp_path):
    """The program came to its end, if to a bad one."""
    path = tmp_path / "events.jsonl"
    status, out, _ = gcsim("run", file("fill.toml", FILL), "--events", str(path))
    assert status == 134
    assert path.read_text("utf-8").count("\n") == out.count("\n") > 0


def test_events_may_go_through_a_link_or_into_a_device(gcsim, tmp_path):
    """The link stays a link, the device a device."""
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(real)
    assert gcsim("run", "guide-scavenge", "--events", str(link))[0] == 0
    assert link.is_symlink()
    assert real.read_text("utf-8").count("\n") == 2
    assert gcsim("run", "guide-scavenge", "--events", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


# Mistakes: one line on stderr, status 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fly"], "No such command 'fly'."),
        (["run"], "Missing argument 'SCENARIO'."),
        (["run", "guide-scavenge", "extra"], "Got unexpected extra argument (extra)"),
        (["run", "guide-scavenge", "--fast"], "No such option"),
        (["run", "leaky"], "no scenario 'leaky'; built-in: guide-scavenge, "),
        (["run", "nowhere.py"], "nowhere.py: no such file"),
    ],
)
def test_what_cannot_be_run_is_answered_in_one_line(gcsim, arguments, message):
    """What was given and what there is."""
    assert refused(gcsim(*arguments)).startswith(message)


@pytest.mark.parametrize(
    ("name", "parameter", "message"),
    [
        ("guide-scavenge", "size=3", "scenario guide-scavenge has no parameter 'size'; parameters: none"),
        ("linked-list", "length", "-p takes NAME=VALUE, got 'length'"),
        ("linked-list", "=3", "-p takes NAME=VALUE, got '=3'"),
        ("linked-list", "length=x", "scenario linked-list: length must be a whole number (default 200000), got 'x'"),
        ("linked-list", "length=0", "length must be at least 1, got 0 (at linked_list.py:"),
        ("leaky-server", "duration_ms=nan", "duration_ms must be finite and at least 0, got nan"),
        ("leaky-server", "connections=0", "a load needs at least 1 connection, got 0"),
    ],
)
def test_a_wrong_parameter_is_answered_in_one_line(gcsim, name, parameter, message):
    """Before anything ran."""
    assert refused(gcsim("run", name, "-p", parameter)).startswith(message)


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("max-semi-space-size", "0", "must be a number above 0 and at most 1024 MB, got 0.0"),
        ("max-old-space-size", "inf", "must be a number above 0 and at most 1048576 MB, got inf"),
        ("minor-gc-task-trigger", "101", "must be a whole number at least 1 and at most 100 %, got 101"),
        ("page-size", "100", "must be a multiple of 8 bytes, got 100"),
    ],
)
def test_a_flag_out_of_range_is_answered_in_one_line(gcsim, flag, value, message):
    """With the limit and the unit."""
    assert refused(gcsim("run", "guide-scavenge", f"--{flag}={value}")) == f"{flag.replace('-', '_')} {message}"


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("max-old-space-size", "much", "'much' is not a number (MB)"),
        ("gc-interval", "1.5", "'1.5' is not a whole number (allocations)"),
        ("node", "13", "'13' is not one of '12', '14', "),
        ("preset", "tiny", "'tiny' is not one of 'default', 'node20', 'lesson'."),
        ("seed", "x", "'x' is not a valid integer."),
        ("pid", "-1", "-1 is not in the range x>=0."),
        ("isolate", "home", "'home' is not a hexadecimal address such as 0x110008000"),
        ("isolate", "-5", "'-5' is not a hexadecimal address such as 0x110008000"),
        ("events", ".", "File '.' is a directory."),
    ],
)
def test_a_flag_that_makes_no_sense_is_answered_in_one_line(gcsim, flag, value, message):
    """With what was given and what is expected."""
    answer = refused(gcsim("run", "guide-scavenge", f"--{flag}={value}"))
    assert answer.startswith(f"Invalid value for '--{flag}': {message}")


def test_events_that_cannot_be_written_are_answered_in_one_line(gcsim):
    """Before anything ran."""
    answer = refused(gcsim("run", "guide-scavenge", "--events=no/such/folder"))
    assert answer == "no/such/folder: cannot be written: No such file or directory"


TOO_LARGE = "an object has at most 1073741824 bytes (V8's longest array), got 2000000000"
STALE = "s = m.scope(); s.__enter__(); h = m.new('A'); s.__exit__(None, None, None); m.inspect(h)"


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("m.read(m.new('A'), 'next')", "A has no field 'next'; it has no fields"),
        ("m.globals['a']", "no global 'a' (never set, or dropped); globals: none"),
        ("m.new('A', size=2 * 10**9)", TOO_LARGE),
        ("m.new('A', fields=('x', 'x'))", "A: field names must be different, non-empty strings, got ('x', 'x')"),
        ("m.collect('all')", 'a collection is "scavenge" or "mark-sweep", got \'all\''),
        ("m.elapse(-1)", "time goes forward: expected a finite number of at least 0 ms, got -1"),
        ("m.elapse('1')", "time goes forward: expected a finite number of at least 0 ms, got '1'"),
        ("m.shape('A', size=20.5)", "A: the size is a whole number of bytes, got 20.5"),
        ("m.shape('A', size='20')", "A: the size is a whole number of bytes, got '20'"),
        ("m.array(2.5)", "FixedArray: the number of elements is a whole number, got 2.5"),
        ("m.js.array(length=2.5)", "FixedArray: the number of elements is a whole number, got 2.5"),
        (STALE, "a handle was used after its scope was closed; escape() it or keep the object in a global"),
    ],
)
def test_a_misuse_of_the_heap_is_one_line(gcsim, file, mistake, message):
    """With the file and the line; the trace lines up to there were printed."""
    status, out, err = gcsim("run", file("mine.py", OLD.format(mistake=mistake)))
    assert out.count("\n") == 1
    assert refused((status, "", err)) == f"{message} (at mine.py:9)"


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("raise ValueError('five')", "mine.py:9: scenario old raised ValueError: five"),
        ("raise ValueError('two\\nlines')", "mine.py:9: scenario old raised ValueError: two lines"),
        ("yield -1", "scenario old must yield nothing or finite ms of at least 0, got -1"),
        ("s = m.scope(); s.__enter__(); yield", "scenario old: a scope was open at a yield; "),
    ],
)
def test_a_scenario_that_fails_is_one_line(gcsim, file, mistake, message):
    """Whatever it raised or yielded."""
    status, out, err = gcsim("run", file("mine.py", OLD.format(mistake=mistake)))
    assert out.count("\n") == 1
    assert refused((status, "", err)).startswith(message)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.py", "", "expected exactly one scenario (name another with FILE.py:NAME); found none"),
        ("a.py", "def", "cannot be loaded: SyntaxError: invalid syntax"),
        ("a.toml", "[[step", "not a TOML file: "),
        ("a.toml", '[[step]]\nnew = "A"\nto = 5\n', "step[0]: to does not belong to a step with new"),
        ("a.toml", "", "missing key step @ step"),
    ],
)
def test_a_malformed_file_is_one_line(gcsim, file, name, text, message):
    """With the file."""
    path = file(name, text)
    assert refused(gcsim("run", path)).startswith(f"{path}: {message}")


# The end of a process


def test_out_of_memory_is_reported_as_node_does(gcsim, file):
    """The report on stderr, behind it the summary; status 134, as a process killed by SIGABRT has."""
    text = """
from gcsim import scenario

@scenario
def leak(m):
    m.globals["list"] = m.new("Node", fields=("next",), size=1024)
    while True:
        with m.scope():
            node = m.new("Node", fields=("next",), size=1024)
            m.write(node, "next", m.globals["list"])
            m.globals["list"] = node
"""
    flags = ["--max-old-space-size=4", "--max-semi-space-size=1", "--node=20", "--pid=7"]
    status, out, err = gcsim("run", file("leak.py", text), *flags)
    assert status == 134
    lines = out.splitlines()
    assert lines[-1].endswith("allocation failure; scavenge might not succeed")
    head, _, rest = err.partition("\n<--- JS stacktrace --->\n\n")
    assert head.startswith("\n<--- Last few GCs --->\n\n[7:0x110008000] ")
    assert head.strip().splitlines()[2:] == lines[-3:]
    fatal, *summary = rest.splitlines()
    assert fatal == "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"
    assert summary[0].startswith("leak: summary")


@pytest.mark.parametrize(
    ("flag", "names"),
    [
        ("--no-trace-gc", ["Scavenge", "Mark-Compact", "Mark-Compact"]),
        ("--trace-gc-ignore-scavenger", ["Mark-Compact", "Mark-Compact"]),
        ("--trace-gc-nvp", []),
    ],
)
def test_the_last_lines_of_a_process_are_those_that_it_has_traced(gcsim, file, flag, names):
    """Also without --trace-gc; but node's ring gets no nvp lines, and none of scavenges that are ignored."""
    text = """
from gcsim import scenario

@scenario
def leak(m):
    m.collect("mark-sweep")
    m.array(10_000_000)
"""
    flags = ["--max-old-space-size=9", "--max-semi-space-size=1", "--no-summary", "--node=20"]
    status, _, err = gcsim("run", file("leak.py", text), *flags, flag)
    assert status == 134
    assert err.startswith("\n<--- Last few GCs --->\n")
    assert re.findall(r" ms: (\S+) ", err) == names
    assert err.endswith("FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory\n")


def test_out_of_memory_without_a_summary_ends_with_the_report(gcsim, file):
    """A TOML file can run out of memory too."""
    status, _, err = gcsim("run", file("fill.toml", FILL), "--no-summary")
    assert status == 134
    assert err.endswith(" Allocation failed - JavaScript heap out of memory\n")


def test_the_command_is_there_as_a_module():
    """`python -m gcsim --version`."""
    done = subprocess.run(command("--version"), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"gcsim, version {version('gcsim')}\n", "")


def test_a_mistake_is_status_2_in_a_real_process():
    """No traceback."""
    done = subprocess.run(command("run", "leaky"), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("gcsim: no scenario 'leaky'")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["run linked-list", "run guide-scavenge --layout", "run --help"])
def test_a_closed_pipe_is_no_error(arguments):
    """As with `| head -1`: silent, status 0."""
    with subprocess.Popen(command(*arguments.split()), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_closed_pipe_behind_the_first_line_is_no_error():
    """The reader took what it wanted."""
    with subprocess.Popen(command("run", "linked-list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b"[13973:0x110008000] ")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_summary_into_a_closed_pipe_is_no_error():
    """As with `2>&1 | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command("run", "guide-scavenge"), stdout=subprocess.PIPE, stderr=writer, check=False)
    os.close(writer)
    assert done.returncode == 0
    assert done.stdout.count(b"Scavenge") == 2


def test_ctrl_c_prints_the_summary_and_exits_130(file):
    """And keeps the events so far."""
    endless = OLD.format(mistake="while True: m.new('A', size=64)")
    path = file("endless.py", endless)
    arguments = command("run", path)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert err.startswith("old: summary")
    assert "Traceback" not in err
