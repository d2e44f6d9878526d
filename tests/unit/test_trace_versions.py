"""Logs recorded from each version of Node are read whole, explained and judged."""

import gzip
import json
import re

import pytest

from gcsim.cli.diagnose import EXIT_STATUS
from gcsim.trace.diagnose import diagnose
from gcsim.trace.explain import Explainer
from gcsim.trace.grammar import tokens
from gcsim.trace.nvp_words import NAMES as WORDS
from gcsim.trace.parse import LogReader
from trace_logs import LOGS, NAMES, recorded

VERSIONS = (12, 14, 16, 18, 22, 24, 25)
KINDS = ("short", "nvp", "verbose", "leak", "death")
RECORD = re.compile(r" ms: (?:Scavenge [\d(]|Mark-[sC]|pause=|GC: \{)")
"""What every record has, and nothing else in these logs."""

HIDDEN = 3
NO_WORDS = {"", "a name that gcsim does not know"}


def text_of(version, kind):
    return gzip.decompress((LOGS / "nodes" / f"{version}.{kind}.txt.gz").read_bytes()).decode()


def read(version, kind):
    reader = LogReader([text_of(version, kind)])
    return list(reader), reader


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_record_is_found(version, kind):
    lines, reader = read(version, kind)
    tally, text = reader.tally, text_of(version, kind)
    report = text.partition("<--- Last few GCs --->")[2]
    assert len(lines) == len(RECORD.findall(text)) - len(RECORD.findall(report))
    assert tally.records == len(lines)
    assert all(line.is_cut is False for line in lines)
    assert lines[0].isolate.startswith("0x")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_other_line_of_a_verbose_log_is_known(version):
    _, reader = read(version, "verbose")
    assert reader.tally.verbose_lines > 200
    assert reader.tally.program_lines == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_the_death_is_found_with_its_process(version):
    lines, reader = read(version, "death")
    (death,) = reader.deaths
    assert death.place in {"Reached heap limit", "Ineffective mark-compacts near heap limit"}
    assert (death.pid, death.isolate) == (lines[-1].pid, lines[-1].isolate)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_nvp_line_says_what_it_prints(version):
    lines, _ = read(version, "nvp")
    for line in lines:
        assert line.used_before_mb * 2**20 == int(line.nvp.get("total_size_before", line.nvp.get("start_object_size")))
        assert line.pause_ms == float(line.nvp["pause"])
        assert {"mutator", "allocated", "promoted", "promotion_ratio"} <= set(line.nvp)
        for name, value in line.nvp.items():
            assert re.fullmatch(r"-?[\d.]+(?:e[+-]\d+)?%?|s|ms|mc|true|false|[a-z ]+", value), (name, value)
    assert (lines[0].total_after_mb is not None) == (version >= 24)
    assert (lines[0].reason is not None) == (version == 25)


def test_every_name_with_words_is_printed_by_some_version():
    node_20 = [line for name in NAMES if ".nvp." in name for line in LogReader([recorded(name.removesuffix(".gz"))])]
    others = [line for version in VERSIONS for line in read(version, "nvp")[0]]
    assert {name for line in [*node_20, *others] for name in line.nvp} == set(WORDS)


def test_json_is_read_as_json_is():
    text = text_of(25, "nvp")
    records = [json.loads(found) for found in re.findall(r"GC: (\{.*\})", text)]
    lines, _ = read(25, "nvp")
    for line, record in zip(lines, records, strict=True):
        assert set(line.nvp) == set(record)
        for name, value in record.items():
            printed = line.nvp[name]
            assert printed == (str(value).lower() if isinstance(value, bool | str) else printed)
            assert isinstance(value, bool | str) or float(printed) == value


def test_json_in_a_json_log_is_read_too():
    line = text_of(25, "nvp").splitlines()[2]
    logged = json.dumps({"log": line + "\n", "stream": "stdout"})
    (found,), (plain,) = list(LogReader([logged])), list(LogReader([line]))
    assert found.nvp == plain.nvp
    assert found.is_cut is False


@pytest.mark.parametrize("end", [40, 60, 200, 900, 1500])
def test_json_that_is_cut_is_read_as_far_as_it_goes(end):
    line = text_of(25, "nvp").splitlines()[2]
    reader = LogReader([line[:end]])
    found = list(reader)
    assert reader.tally.cut == 1
    assert all(line.startswith(each.text) and each.is_cut for each in found)
    assert bool(found) == (end > 250)


@pytest.mark.parametrize("kind", ["short", "nvp"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_record_is_explained(version, kind):
    lines, _ = read(version, kind)
    explainer = Explainer()
    for line in lines:
        found = explainer.explain(line)
        assert found.summary
        named = [token for token in tokens(line) if line.nvp and token.name in line.nvp]
        assert len(named) == len(line.nvp or {})
        assert not [part.name for part in found.parts if part.words in NO_WORDS]


@pytest.mark.parametrize(
    ("kind", "allowed"), [("short", {0, HIDDEN}), ("nvp", {0, HIDDEN}), ("verbose", {0, HIDDEN}), ("leak", {1, HIDDEN})]
)
@pytest.mark.parametrize("version", VERSIONS)
def test_no_verdict_is_wrong(version, kind, allowed):
    lines, reader = read(version, kind)
    assert EXIT_STATUS[diagnose(lines, reader.deaths).verdict] in allowed


@pytest.mark.parametrize("version", VERSIONS)
def test_a_process_that_died_is_never_said_not_to_leak(version):
    lines, reader = read(version, "death")
    assert EXIT_STATUS[diagnose(lines, reader.deaths).verdict] in {1, HIDDEN}
