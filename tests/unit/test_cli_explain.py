"""`gcsim explain`: where it reads, what it prints where, how it refuses."""

import gzip
import io
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from gcsim.cli import execute
from gcsim.cli.explain import has_styles, painted, plain
from gcsim.cli.logs import skipped
from gcsim.trace.parse import Tally
from gcsim.trace.rows import Row

GUIDE = (
    "[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure \n"
)
SENTENCE = "44 ms: scavenge, 2.4 -> 2.0 MB (17 % garbage) in 0.5 ms: new space full\n"
LATER = GUIDE.replace("      44 ms", "      99 ms")
DEATH = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"


@pytest.fixture
def explain(capsys, monkeypatch):
    """Run `gcsim explain` in this process, with such a stdin: (status, stdout, stderr)."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin.encode())))
        status = execute(["explain", *map(str, arguments)])
        return status, *capsys.readouterr()

    return run


def test_a_log_is_a_file_or_stdin(explain, tmp_path):
    """Also a compressed one, or a hyphen."""
    text, packed = tmp_path / "a.log", tmp_path / "a.log.gz"
    text.write_text(GUIDE, "utf-8")
    packed.write_bytes(gzip.compress(GUIDE.encode()))
    for arguments in ([text], [packed], ["-"], []):
        assert explain(*arguments, "--short", stdin=GUIDE) == (0, SENTENCE, "")


def test_each_record_stands_by_itself_and_has_its_line_number(explain):
    """With an empty line after it."""
    status, out, err = explain(stdin=f"hello\n{GUIDE}{LATER}")
    assert (status, err) == (0, "also read: 1 other line\n")
    assert out.startswith("line 2: normal\n[13973:0x110008000] ")
    assert out.count("\n\nline 3: normal\n") == 1
    assert " ".join(out.split()).endswith("The program stood still for 0.5 ms.")
    assert out.endswith(".\n\n")


def test_json_is_one_object_a_line(explain):
    """Deaths too."""
    _, out, _ = explain("--json", stdin=GUIDE + DEATH)
    first, second = map(json.loads, out.splitlines())
    assert (first["line_number"], first["used_before_mb"]) == (1, 2.4)
    assert (second["line_number"], second["death"]) == (2, "Reached heap limit")


def test_deaths_stand_where_they_came(explain):
    """A log may hold several runs."""
    _, out, err = explain("--short", stdin=GUIDE + DEATH + LATER + DEATH)
    assert out.splitlines() == [
        SENTENCE.rstrip(),
        "the process ran out of memory: Reached heap limit",
        SENTENCE.rstrip().replace("44", "99"),
        "the process ran out of memory: Reached heap limit",
    ]
    assert err == "also read: 2 other lines\n"


def test_a_death_without_a_record_is_explained(explain):
    """It is all that some people have."""
    status, out, _ = explain(stdin=DEATH)
    assert status == 0
    assert "still larger than its limit" in " ".join(out.split())


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        ("", "standard input: no line of node --trace-gc among 0 lines"),
        ("hello\nworld\n", "standard input: no line of node --trace-gc among 2 lines"),
        ("\0" * 9, "standard input: is no text, expected a log"),
    ],
)
def test_a_log_without_anything_to_explain_is_refused(explain, stdin, message):
    """In one line."""
    assert explain(stdin=stdin) == (2, "", f"gcsim: {message}\n")


def test_bad_usage_is_refused(explain, tmp_path):
    """In one line."""
    status, out, err = explain("--short", "--json", stdin=GUIDE)
    assert (status, out, err) == (2, "", "gcsim: --short and --json are two forms of output, give one of them\n")
    status, out, err = explain(tmp_path / "none.log")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "none.log: cannot be read" in err


def test_what_was_skipped_is_counted_by_what_it_is():
    """One thing is one thing."""
    assert skipped(Tally()) == ""
    tally = Tally(records=9, program_lines=1200, verbose_lines=1, marking_lines=3, repeated=2, cut=1)
    assert skipped(tally) == (
        "1,200 other lines, 1 line of --trace-gc-verbose, 3 lines about marking and limits, 2 repeated records, "
        "1 cut record"
    )


def test_a_terminal_gets_underlines_and_colours(monkeypatch):
    """And no row of dashes."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    rows = [Row("abc [d] e", underlined=((0, 3),)), Row("x", "trouble")]
    assert painted(rows) == "\x1b[4mabc\x1b[0m [d] e\n\x1b[1;31mx\x1b[0m"
    assert plain(rows) == "abc [d] e\n---\nx"
    assert not has_styles()  # stdout is no terminal, whatever the environment says


@pytest.mark.parametrize(("terminal", "styles"), [("xterm", True), ("dumb", False)])
def test_a_terminal_that_cannot_underline_gets_dashes(monkeypatch, terminal, styles):
    """As a file does."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert has_styles() is styles


def test_a_sentence_is_printed_as_soon_as_its_line_is_there():
    """While the program that writes the log goes on."""
    with subprocess.Popen(
        [sys.executable, "-m", "gcsim", "explain", "--short"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdin.write(GUIDE.encode())
        process.stdin.flush()
        assert process.stdout.readline().decode() == SENTENCE
        process.stdin.close()
        assert process.wait() == 0


def test_nobody_has_to_read_to_the_end(tmp_path):
    """A closed pipe is no mistake."""
    log = tmp_path / "long.log"
    log.write_text("".join(GUIDE.replace("      44", f"{n:8}") for n in range(2000)), "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "gcsim", "explain", log], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
