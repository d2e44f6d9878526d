"""`gcsim snapshot`: what its commands print, what they refuse, and what they leave on disk."""

import gzip
import json
import sys
from contextlib import nullcontext

import pytest

from gcsim.cli import execute
from snapshots import Drawing, recorded

TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def gcsim(capsys):
    """Run the command in this process: (status, stdout, stderr)."""

    def run(*arguments):
        status = execute(["snapshot", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture(scope="module")
def leak(tmp_path_factory):
    """The recorded leak, as two gzipped files."""
    folder = tmp_path_factory.mktemp("leak")
    for when in ("start", "end"):
        data = recorded(f"leak-set-{when}.heapsnapshot")
        (folder / f"leak-set-{when}.heapsnapshot.gz").write_bytes(gzip.compress(data, compresslevel=1))
    return folder / "leak-set-start.heapsnapshot.gz", folder / "leak-set-end.heapsnapshot.gz"


def drawn(tmp_path, name="Thing", **options):
    """A small file with one object."""
    drawing = Drawing()
    drawing.node("object", name, 40, held_by=drawing.globals, **options)
    path = tmp_path / "a.heapsnapshot"
    path.write_bytes(drawing.data())
    return path


@pytest.mark.slow
def test_a_summary_has_totals_the_suspect_and_devtools_rows(gcsim, leak):
    status, out, err = gcsim("summary", leak[1])
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[:7] == [
        "leak-set-end.heapsnapshot.gz: 94,504 nodes, 339,495 edges, 6,484 kB",
        "V8 heap 6,465 kB: code 838 kB, strings 873 kB, JS arrays 958 kB, system 80.3 kB",
        "native 19.3 kB, typed arrays 10.6 kB of it",
        "suspect: Set @77659 retains 3,524 kB (54 %)",
        f"    holds 5,000 {TIMES} {{date, arch, platform, cpus}}, which retain 3,360 kB",
        "    held by global -> ... -> process -> _events -> gcsim-request -> context of",
        "        addEntry -> entries",
    ]
    assert max(map(len, lines)) == 80
    assert lines[8].split() == ["Constructor", "Distance", "Shallow", "size", "Retained", "size"]
    assert lines[10].split() == ["global", f"{TIMES}2", "1", "8.5", "kB", "0", "%", "5,964", "kB", "92", "%"]
    assert lines[-1] == "and 126 more classes (--top N)"
    assert len(lines) == 10 + 20 + 1


@pytest.mark.slow
def test_a_comparison_has_devtools_columns(gcsim, leak):
    status, out, err = gcsim("compare", *leak, "--top", 6)
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[:3] == [
        "leak-set-start.heapsnapshot.gz: 2,928 kB",
        "leak-set-end.heapsnapshot.gz: 6,484 kB, +3.6 MB",
        "allocated between the two and alive: 50,130 objects, 3,393 kB",
    ]
    row = next(line for line in lines if line.startswith("{date"))
    assert row.split()[-9:] == ["5,001", "0", "+5,001", "280", "kB", "0", "B", "+280", "kB"]
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "and 31 more classes (--top N)"


@pytest.mark.slow
def test_retainers_of_a_class_are_those_of_its_heaviest_member(gcsim, leak):
    _, out, _ = gcsim("retainers", leak[1], "Set", "--top", 2)
    lines = out.splitlines()
    assert lines[0].startswith(f"Set {TIMES}21 ")
    assert lines[2].split() == ["Set", "@77659", "8", "164", "kB", "3", "%", "3,524", "kB", "54", "%"]
    assert lines[4] == "and 19 more objects (--top N)"
    assert lines[6].startswith("Set @77659 is held by")
    assert lines[8].startswith("entries in system / Context @6153 ")
    assert lines[9].startswith("  context in addEntry() @6157 ")
    assert " ".join(out.split("\n\n")[-1].split()) == (
        "global -> ... -> process -> _events -> gcsim-request -> context of addEntry -> entries"
    )
    assert max(map(len, lines)) == 80


@pytest.mark.slow
def test_json_has_every_class_in_bytes(gcsim, leak):
    summary = json.loads(gcsim("summary", leak[1], "--json")[1])
    assert (summary["nodes"], summary["statistics"]["total_bytes"], len(summary["classes"])) == (94504, 6484093, 146)
    assert summary["suspect"]["id"] == 77659
    assert summary["suspect"]["path_in_words"][-1] == "entries"
    comparison = json.loads(gcsim("compare", *leak, "--json", "--top", 3)[1])
    assert [row["name"] for row in comparison["classes"]] == ["Array", "Object", "(string)"]
    assert comparison["classes"][0]["bytes_delta"] == 920_000
    held = json.loads(gcsim("retainers", leak[1], "@77659", "--json")[1])
    assert (held["count"], held["objects"][0]["retained_bytes"], held["held_by"][0]["edge"]) == (1, 3523912, "entries")


@pytest.mark.parametrize(
    ("sort", "first"), [("retained", "global"), ("shallow", "B"), ("count", "A"), ("distance", "global"), ("name", "A")]
)
def test_a_summary_is_sorted_as_asked(gcsim, tmp_path, sort, first):
    drawing = Drawing()
    for name, size in (("A", 8), ("A", 8), ("B", 99)):
        drawing.node("object", name, size, held_by=drawing.globals)
    path = tmp_path / "a.heapsnapshot"
    path.write_bytes(drawing.data())
    assert json.loads(gcsim("summary", path, "--json", "--sort", sort)[1])["classes"][0]["name"] == first


@pytest.mark.parametrize(
    ("sort", "first"),
    [("allocated", "New"), ("freed", "Old"), ("delta", "New"), ("new", "Many"), ("deleted", "Old"), ("name", "Many")],
)
def test_a_comparison_is_sorted_as_asked(gcsim, tmp_path, sort, first):
    paths = []
    for names in (["Old"], ["New", "Many", "Many"]):
        drawing = Drawing()
        for name in names:
            size = 8 if name == "Many" else 800
            drawing.node(
                "object", name, size, held_by=drawing.globals, number=2 * len(paths) + 101 + len(drawing.nodes) * 4
            )
        paths.append(tmp_path / f"{len(paths)}.heapsnapshot")
        paths[-1].write_bytes(drawing.data())
    assert json.loads(gcsim("compare", *paths, "--json", "--sort", sort)[1])["classes"][0]["name"] == first


def test_an_object_is_found_by_class_name_and_id(gcsim, tmp_path):
    path = drawn(tmp_path, edge=("element", 3))
    for what in ("Thing", "@7"):
        status, out, _ = gcsim("retainers", path, what)
        assert status == 0
        assert "[3] in global @5" in out
        assert out.splitlines()[-1] == "global -> [3]"


def test_a_long_way_is_told_without_its_middle(gcsim, tmp_path):
    drawing = Drawing()
    item = drawing.globals
    for _ in range(3000):
        item = drawing.node("object", "Item", held_by=item, edge=("property", "next"))
    path = tmp_path / "a.heapsnapshot"
    path.write_bytes(drawing.data())
    status, out, _ = gcsim("retainers", path, f"@{2 * item + 1}")
    lines = out.splitlines()
    assert status == 0
    assert sum("next in Item" in line for line in lines) == 12
    assert " ".join(out.split("\n\n")[-1].split()) == " -> ".join(
        ["global", *["next"] * 11, "(2,977 steps)", *["next"] * 12]
    )


def test_what_nothing_reaches_says_so(gcsim, tmp_path):
    path = drawn(tmp_path, edge=("weak", "w"))
    assert gcsim("retainers", path, "Thing")[1].splitlines()[-1] == "Thing @7 cannot be reached from the root"


def test_the_root_has_no_way_to_it(gcsim, tmp_path):
    assert gcsim("retainers", drawn(tmp_path), "@1")[1].splitlines()[-1] == "(synthetic) @1 is the root"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("Thin", "no class and no object is called 'Thin'; there are 'Thing'"),
        ("xyz", "no class and no object is called 'xyz'"),
        ("@8", "there is no object @8"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(gcsim, tmp_path, what, said):
    path = drawn(tmp_path)
    assert gcsim("retainers", path, what) == (2, "", f"gcsim: {path}: {said}\n")


def test_a_damaged_file_is_said_in_one_line(gcsim, tmp_path):
    path = drawn(tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    status, out, err = gcsim("summary", path)
    assert (status, out) == (2, "")
    assert err.startswith(f"gcsim: {path}: byte ")
    assert len(err.splitlines()) == 1


def test_names_do_what_a_terminal_would_not(gcsim, tmp_path):
    path = drawn(tmp_path, name="[bold]\x1b[31m\nred\ud800 " + "x" * 300)
    status, out, _ = gcsim("summary", path)
    assert status == 0
    assert "[bold]\N{REPLACEMENT CHARACTER}[31m red\N{REPLACEMENT CHARACTER} " in out
    assert out.encode()
    assert max(len(line) for line in out.splitlines() if "held" not in line and "suspect" not in line) <= 80


def test_a_picture_takes_the_place_of_the_old_one(gcsim, tmp_path):
    path, plot = drawn(tmp_path), tmp_path / "tree.svg"
    plot.write_text("old")
    assert gcsim("tree", path, "--plot", plot) == (0, "", "")
    assert "Thing @7" in plot.read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.heapsnapshot", "tree.svg"]


def test_a_picture_is_the_same_whatever_the_reader_has_set(gcsim, tmp_path):
    mpl = pytest.importorskip("matplotlib")
    path, plots = drawn(tmp_path), [tmp_path / "one.svg", tmp_path / "other.svg"]
    gcsim("tree", path, "--plot", plots[0])
    with mpl.rc_context({"axes.titlesize": 30, "text.color": "red", "savefig.facecolor": "black"}):
        gcsim("tree", path, "--plot", plots[1])
    assert plots[0].read_bytes() == plots[1].read_bytes()


def test_a_picture_that_fails_leaves_the_old_one(gcsim, tmp_path):
    path, plot = drawn(tmp_path), tmp_path / "tree.svg"
    plot.write_text("old")
    path.write_text("{")
    assert gcsim("tree", path, "--plot", plot)[0] == 2
    assert plot.read_text() == "old"
    assert gcsim("tree", path, "--plot", tmp_path / "tree.gif")[2].endswith("a picture is named *.svg or *.png\n")
    status, _, err = gcsim("tree", drawn(tmp_path), "--plot", tmp_path / "no" / "tree.svg")
    assert (status, err) == (
        2,
        f"gcsim: {tmp_path / 'no' / 'tree.svg'}: cannot be written: No such file or directory\n",
    )


def test_a_large_file_has_a_bar_on_a_terminal_only(gcsim, tmp_path, monkeypatch):
    module = sys.modules["gcsim.cli.snapshot"]  # the package has the command under this name
    monkeypatch.setattr(module, "LARGE_BYTES", 1)
    path = drawn(tmp_path)
    assert gcsim("summary", path)[2] == ""
    seen = []

    class Bar:
        def update(self, done, total):
            seen.append((done, total))

    monkeypatch.setattr(module, "progress_bar", lambda: nullcontext(Bar()))
    gcsim("compare", path, path)
    assert seen == sorted(seen)
    assert seen[-1] == (200, 200)
