"""`gcsim diagnose`: what is printed, drawn and returned."""

import gzip
import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from gcsim.cli import execute

LOGS = Path(__file__).parent.parent / "data" / "logs"
LEAK = LOGS / "p07_setleak.A.trace-gc.txt.gz"
FIXED = LOGS / "server_fixed_n20000.trace-gc.txt.gz"


@pytest.fixture
def gcsim(capsys, monkeypatch):
    """Run the command in this process: (status, stdout, stderr)."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode())))
        status = execute([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def text_of(log):
    return gzip.decompress(log.read_bytes()).decode()


def test_a_leak_exits_with_1_and_names_its_lines(gcsim):
    status, out, err = gcsim("diagnose", LEAK)
    assert (status, err) == (1, "")
    assert "\nleak: " in out
    assert "lines 14-26" in out
    assert "gcsim snapshot compare" in out


def test_no_leak_exits_with_0_also_from_stdin(gcsim):
    status, out, _ = gcsim("diagnose", stdin=text_of(FIXED))
    assert status == 0
    assert "\nno leak: " in out


def test_a_log_that_cannot_tell_exits_with_3(gcsim):
    status, out, _ = gcsim("diagnose", "-", stdin="".join(text_of(LEAK).splitlines(keepends=True)[:9]))
    assert status == 3
    assert "\nnot enough data: " in out


def test_json_says_the_same(gcsim):
    status, out, _ = gcsim("diagnose", LEAK, "--json")
    told = json.loads(out)
    assert (status, told["exit_status"], told["verdict"]) == (1, 1, "leak")
    assert told["runs"][0]["growth"]["per_minute"]["slope"] == pytest.approx(3310, abs=1)


@pytest.mark.parametrize("log", ["", "hello\n", "{}\n"])
def test_a_log_without_records_is_bad_input(gcsim, log):
    status, out, err = gcsim("diagnose", stdin=log)
    assert (status, out) == (2, "")
    assert err.startswith("gcsim: standard input: no line of node --trace-gc")


def test_a_file_that_is_not_there_is_bad_input(gcsim, tmp_path):
    status, _, err = gcsim("diagnose", tmp_path / "none.txt")
    assert status == 2
    assert len(err.splitlines()) == 1


def test_a_report_of_a_death_alone_is_near_the_limit(gcsim):
    fatal = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
    status, out, _ = gcsim("diagnose", stdin=fatal)
    assert status == 3
    assert "Reached heap limit" in out


def test_several_processes_are_diagnosed_apart_and_together(gcsim):
    status, out, _ = gcsim("diagnose", stdin=text_of(FIXED) + text_of(LEAK))
    assert status == 1
    assert out.count("collections in") == 2
    assert out.rstrip().endswith("2 runs together: leak")


def test_a_plot_is_a_picture_of_the_run_that_decided(gcsim, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is an extra: pip install 'gcsim[plot]'")
    picture = tmp_path / "leak.svg"
    status, _, err = gcsim("diagnose", "--plot", picture, stdin=text_of(FIXED) + text_of(LEAK))
    assert status == 1
    assert f"{picture} shows run 2 of 2" in err
    assert "<svg" in picture.read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["leak.svg"]


@pytest.mark.parametrize("name", ["leak.gif", "leak", "leak.txt"])
def test_a_plot_has_a_name_that_says_its_format(gcsim, tmp_path, name):
    status, _, err = gcsim("diagnose", LEAK, "--plot", tmp_path / name)
    assert status == 2
    assert "--plot takes a name that ends in .png, .svg, .pdf" in err


def test_without_matplotlib_a_plot_says_what_to_install(gcsim, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, _, err = gcsim("diagnose", LEAK, "--plot", tmp_path / "leak.png")
    assert status == 2
    assert err == "gcsim: --plot needs matplotlib: pip install 'gcsim[plot]'\n"
    assert not list(tmp_path.iterdir())


def test_a_plot_in_no_folder_is_one_line(gcsim, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is an extra: pip install 'gcsim[plot]'")
    status, _, err = gcsim("diagnose", LEAK, "--plot", tmp_path / "none" / "leak.png")
    assert status == 2
    assert "cannot be written" in err
