"""`gcsim run --snapshot WHEN:PATH`: files at the moments that were asked for, or one line that says why not."""

import pytest

from gcsim.cli import execute
from gcsim.cli.progress import UNKNOWN_TOTAL
from snapshot_files import check_structure

OWN = """
from gcsim import scenario

@scenario
def own(m, *, requests=120, lost_replies=3):
    m.globals["entries"] = m.js.set()
    yield
    for number in range(requests):
        m.js.add(m.globals["entries"], m.js.object("Entry", number=number))
        m.progress(number // 40, 0, "lost_replies")
        m.elapse(1.0)
        yield
        m.progress(number + 1, requests, "requests")
"""
RUN = ("run", "own.py", "--no-trace-gc")


@pytest.fixture
def gcsim(capsys, tmp_path, monkeypatch):
    """Run the command in a folder with nothing but a scenario: (status, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN, "utf-8")

    def run(*arguments):
        status = execute(list(arguments))
        return status, capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def entries(tmp_path):
    """How many entries the leaking Set of a file holds, or None before it is there."""

    def count(name):
        sets = [node for node in check_structure(tmp_path / name).nodes if node.name == "Set"]
        return len(sets[0].to("table").names("internal")) - 1 if sets else None

    return count


def test_the_heap_is_written_at_the_start_at_counts_at_times_and_at_the_end(gcsim, entries):
    """Several moments in one run; the summary has them."""
    moments = ("start:a", "40.5ms:t", "requests=30:b", "requests=30:c", "requests=120:d", "end:e")
    status, err = gcsim(*RUN, *(word for moment in moments for word in ("--snapshot", moment)))
    assert status == 0
    assert [entries(name) for name in "abcde"] == [None, 30, 30, 120, 120]
    assert 5 < entries("t") < 41  # the collections for the first snapshot took time too
    rows = [line for line in err if "heap at" in line]
    whens = ["start", "40.5ms", "requests=30", "requests=30", "requests=120", "end"]
    assert [row.split()[3] for row in rows] == whens
    assert all(row.rstrip(" │").endswith("B") for row in rows)


def test_collections_for_a_snapshot_are_in_the_trace(gcsim, capsys):
    """As node prints them."""
    execute(["run", "guide-scavenge", "--no-summary", "--snapshot", "end:a", "--node", "20"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all("Mark-Compact (reduce)" in line and "heap profiler; GC in old" in line for line in lines[-2:])


def test_the_same_run_writes_the_same_file(gcsim, tmp_path):
    """To the byte."""
    for name in ("a", "b"):
        assert gcsim(*RUN, "--no-summary", "--snapshot", f"end:{name}") == (0, [])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("a.heapsnapshot", "'a.heapsnapshot' is not WHEN:PATH, where WHEN is start, end, 2000ms or requests=500"),
        ("end:", "'end:' is not WHEN:PATH"),
        ("middle:a", "'middle:a' is not WHEN:PATH"),
        ("-5ms:a", "'-5ms:a' is not WHEN:PATH"),
        ("requests=:a", "'requests=:a' is not WHEN:PATH"),
        ("requests=1.5:a", "'requests=1.5:a' is not WHEN:PATH"),
        ("end:no/a", "no/a: cannot be written: there is no folder no"),
        ("replies=5:a", "--snapshot replies=5:a: own has no parameter 'replies'; parameters: requests, lost_replies"),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused_before_the_run(gcsim, moment, expected):
    """One line, with what is allowed."""
    status, (line,) = gcsim(*RUN, "--snapshot", moment)
    assert status == 2
    assert expected in line


def test_two_snapshots_cannot_be_one_file(gcsim):
    """The later would replace the earlier."""
    status, (line,) = gcsim(*RUN, "--snapshot", "start:a", "--snapshot", "end:./a")
    assert (status, line) == (2, "gcsim: --snapshot end:./a: --snapshot start:a has the same file")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("requests=500:a", "the scenario ended at requests=120"),
        ("900000ms:a", "the scenario ended at "),
        ("lost-replies=3:a", "the scenario ended at lost_replies=2"),
    ],
)
def test_a_moment_that_never_comes_is_one_line_after_the_run(gcsim, tmp_path, moment, expected):
    """And exit status 2, as for a mistake; the other files are there."""
    status, (line,) = gcsim(*RUN, "--no-summary", "--snapshot", moment, "--snapshot", "end:b")
    assert status == 2
    assert line.startswith(f"gcsim: --snapshot {moment} was not written: {expected}")
    assert {file.name for file in tmp_path.iterdir()} == {"own.py", "b"}


def test_after_an_out_of_memory_there_is_no_end(gcsim, tmp_path):
    """V8's report, then what became of the snapshot; node's exit status."""
    status, err = gcsim(
        "run", "linked-list", "--preset=lesson", "--no-trace-gc", "--no-summary",
        "--snapshot", "start:a", "--snapshot", "end:b",
    )  # fmt: skip
    assert status == 134
    assert any("JavaScript heap out of memory" in line for line in err)
    assert err[-1] == "gcsim: --snapshot end:b was not written: the process ran out of memory before"
    assert {file.name for file in tmp_path.iterdir()} == {"own.py", "a"}


def test_an_interrupted_run_says_what_was_not_written(gcsim, monkeypatch):
    """Ctrl-C."""

    def interrupt(self, scenario, **parameters):
        raise KeyboardInterrupt

    monkeypatch.setattr("gcsim.sim.simulation.Simulation.run", interrupt)
    assert gcsim(*RUN, "--no-summary", "--snapshot", "end:b") == (
        130, ["gcsim: --snapshot end:b was not written: the run was interrupted before"],
    )  # fmt: skip


def test_a_name_may_have_hyphens_and_a_parameter_may_be_counted_by_nobody(gcsim, entries, tmp_path):
    """Then the line says so."""
    assert gcsim(*RUN, "--no-summary", "--snapshot", "lost-replies=2:a") == (0, [])
    assert entries("a") == 81
    (tmp_path / "own.py").write_text(OWN.replace('"lost_replies")', '"others")'), "utf-8")
    status, (line,) = gcsim(*RUN, "--no-summary", "--snapshot", "lost-replies=2:a")
    assert status == 2
    assert line.endswith("was not written: the scenario does not say how far it is with lost_replies")


def test_the_bar_is_drawn_now_and_then(monkeypatch):
    """Not for each of thousands of requests."""
    from gcsim.cli.progress import Bar

    bar, drawn = Bar(), []
    monkeypatch.setattr(bar.progress, "update", lambda task, **how: drawn.append(how["completed"]))
    for done in range(1, 30_001):
        bar.update(done, 30_000)
    assert 190 < len(drawn) < 210
    assert drawn[-1] == 30_000
    drawn.clear()
    for done in range(1, UNKNOWN_TOTAL):
        bar.update(done, 0)
    assert 190 < len(drawn) < 210
