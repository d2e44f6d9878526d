"""Records of every version of Node, as they were reported: what they say, token by token."""

import pytest
from attrs import evolve

from gcsim.events import Kind
from gcsim.trace.grammar import Reasons, split_reasons, tokens
from gcsim.trace.line import MarkingSteps
from gcsim.trace.parse import parse_text
from gcsim.trace.record import read_record
from trace_logs import BY_VERSION, FULL, GUIDE

NVP_20 = (
    "[13:0x5]       56 ms: pause=1.5 mutator=47.8 gc=s reduce_memory=1 scavenge=0.39 incremental.steps_count=2 "
    "incremental.steps_took=0.3 total_size_before=4074344 total_size_after=3121360 promotion_ratio=6.5%"
)
NVP_4 = (
    "[90819:0x101804a00] [I:0x101804a00]    30444 ms: pause=6.5 mutator=48.8 gc=ms external=0.0 "
    "total_size_before=354597632 total_size_after=345617768 steps_count=623 steps_took=9.9 longest_step=1.0 "
)


def read(text):
    """The one record of a line."""
    [line] = parse_text(text + "\n")
    return line


def told(line):
    """The tokens of a record as text, by name; a name that comes twice has a list."""
    found = {}
    for token in tokens(line):
        found.setdefault(token.name, []).append(line.text[token.start : token.end])
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


@pytest.mark.parametrize(("version", "text", "reasons"), BY_VERSION, ids=lambda value: str(value)[:12])
def test_a_line_of_each_version_is_read(version, text, reasons):
    """Whole, with both of its reasons, and every number in it is a token."""
    line = read(text)
    assert (line.text, line.line_number, line.is_cut, line.nvp) == (text, 1, False, None)
    assert (line.reason, line.collector_reason) == reasons
    is_old = version.startswith("0")
    assert (line.external_ms is None) == is_old
    assert (line.average_mu is None) == (is_old or int(version) < 10)
    assert (line.pooled_mb is None) == (is_old or int(version) < 22)
    spans = [(token.start, token.end) for token in tokens(line)]
    assert spans == sorted(spans)
    rest = list(text)
    for start, end in spans:
        assert start < end
        rest[start:end] = " " * (end - start)
    assert not any(character.isdigit() for character in rest)


def test_the_guides_line_says_what_the_guide_says():
    """All of it."""
    line = read(GUIDE)
    assert (line.pid, line.isolate, line.time_ms) == (13973, "0x110008000", 44.0)
    assert (line.kind, line.name, line.reduce_memory, line.during_sweeping) == (Kind.SCAVENGE, "Scavenge", False, False)
    assert (line.used_before_mb, line.total_before_mb, line.used_after_mb, line.total_after_mb) == (2.4, 3.2, 2.0, 4.2)
    assert (line.pause_ms, line.external_ms, line.average_mu, line.current_mu) == (0.5, 0.0, 1.0, 1.0)
    assert (line.incremental, line.pooled_mb) == (None, None)
    assert told(line) == {
        "pid": "13973", "isolate": "0x110008000", "time": "44", "collector": "Scavenge", "used_before": "2.4",
        "total_before": "3.2", "used_after": "2.0", "total_after": "4.2", "pause": "0.5", "external": "0.0",
        "average_mu": "1.000", "current_mu": "1.000", "reason": "allocation failure",
    }  # fmt: skip


def test_marking_steps_are_read():
    """Their number, time, longest and walltime."""
    line = read(FULL)
    assert line.kind is Kind.MARK_SWEEP
    assert line.incremental == MarkingSteps(steps=1, duration_ms=0.1, longest_step_ms=0.1, walltime_ms=15.0)
    parts = {"incremental_ms": "0.1", "steps": "1", "longest_step": "0.1", "walltime": "15"}
    assert told(line).items() >= parts.items()


@pytest.mark.parametrize(
    ("piece", "steps"),
    [
        ("(+ 0.8 ms in 2 steps since last GC)", (2, 0.8, None, None)),
        ("(+ 6.3 ms in 20 steps since start of marking, biggest step 1.1 ms)", (20, 6.3, 1.1, None)),
        ("(+ 6 ms in 20 steps since start of marking, biggest step 1.100000 ms)", (20, 6.0, 1.1, None)),
    ],
)
def test_old_steps_say_less(piece, steps):
    """Neither a walltime nor, for a scavenge, a longest step."""
    count, duration, longest, walltime = steps
    line = read(f"[1:0x2]   10 ms: Scavenge 10.6 (47.9) -> 9.9 (47.9) MB, 0.2 / 0 ms {piece} [allocation failure].")
    assert line.incremental == MarkingSteps(
        steps=count, duration_ms=duration, longest_step_ms=longest, walltime_ms=walltime
    )


@pytest.mark.parametrize(("numbers", "pause", "external"), [
    ("57 ms", 57.0, None), ("1.5 ms", 1.5, None), ("3 / 57 ms", 57.0, 3.0), ("3 / 57.5 ms", 57.5, 3.0),
    ("57.5 / 3 ms", 57.5, 3.0), ("57.5 / 3.0 ms", 57.5, 3.0), ("0.50 / -0.00 ms", 0.5, 0.0),
])  # fmt: skip
def test_up_to_0_12_the_external_part_comes_first(numbers, pause, external):
    """It is a whole number there, and the pause a decimal one from 0.12 on; the tokens know it too."""
    line = read(f"[1]   99 ms: Scavenge 2.2 (36.0) -> 1.9 (37.0) MB, {numbers} [allocation failure].")
    assert (line.pause_ms, line.external_ms) == (pause, external)
    assert float(told(line)["pause"]) == pause
    assert external is None or float(told(line)["external"]) == external


@pytest.mark.parametrize(("name", "kind"), [
    ("Scavenge", Kind.SCAVENGE), ("Shared Scavenge", Kind.SCAVENGE), ("Minor Mark-Compact", Kind.SCAVENGE),
    ("Minor Mark-Sweep", Kind.SCAVENGE), ("Mark-sweep", Kind.MARK_SWEEP), ("Mark-Compact", Kind.MARK_SWEEP),
    ("Mark-compact", Kind.MARK_SWEEP), ("Incremental Mark-Compact", Kind.MARK_SWEEP),
    ("Shared Mark-Compact", Kind.MARK_SWEEP),
])  # fmt: skip
def test_every_collector_is_one_of_two_kinds(name, kind):
    """Whatever V8 calls it."""
    line = read(GUIDE.replace("Scavenge", name))
    assert (line.name, line.kind) == (name, kind)


@pytest.mark.parametrize("sweeping", ["(interleaved)", "(during sweeping)"])
def test_flags_are_one_token_each(sweeping):
    """One that nobody knows is read over."""
    line = read(GUIDE.replace("Scavenge", f"Scavenge (reduce) {sweeping} (new flag)"))
    assert (line.reduce_memory, line.during_sweeping) == (True, True)
    assert told(line)["flags"] == ["(reduce)", sweeping, "(new flag)"]


def test_a_windows_isolate_is_kept_as_printed():
    """With its zeros, in upper case, without 0x."""
    line = read(GUIDE.replace("0x110008000", "00000265CEB76EB0"))
    assert line.isolate == told(line)["isolate"] == "00000265CEB76EB0"


@pytest.mark.parametrize("pause", ["nan", "-nan", "inf", "-0.012", "1.500"])
def test_an_impossible_mu_is_read_all_the_same(pause):
    """The laws will complain."""
    assert str(read(GUIDE.replace("current mu = 1.000", f"current mu = {pause}")).current_mu) in (
        "nan", "inf", "-0.012", "1.5",
    )  # fmt: skip


# Reasons


@pytest.mark.parametrize(("text", "reasons"), [
    (" allocation failure; ", ("allocation failure", "", False)),
    (" task; scavenge might not succeed", ("task", "scavenge might not succeed", False)),
    (" a new one; and another", ("a new one", "and another", False)),
    (" a new one", ("a new one", "", False)),
    (" a new one scavenge might not succeed", ("a new one", "scavenge might not succeed", False)),
    (" idle task GC in old space requested", ("idle task", "GC in old space requested", False)),
    (" [last resort gc].", ("last resort gc", "", False)),
    (" [idle notification: finalize idle round] [GC in old space requested].",
     ("idle notification: finalize idle round", "GC in old space requested", False)),
    (".", (None, None, False)),
    (" finalize incremen", (None, None, True)),
    (" finalize incremental marking via stack guard; GC in ol", ("finalize incremental marking via stack guard", None,
                                                                 True)),
    (" allocation failure scavenge mig", ("allocation failure", None, True)),
    (" [GC inter", (None, None, True)),
    (" [GC interrupt] [GC in", ("GC interrupt", "", True)),
    (" (average mu = 0.9", (None, None, True)),
    (" ", (None, None, True)),
    (" allocation failure [41946:0x102883000] 22878", ("allocation failure", "", False)),
    (" [41946] 22878", (None, None, True)),
])  # fmt: skip
def test_reasons_are_taken_apart(text, reasons):
    """In every style, and cut ones are known by how the known ones go on."""
    assert split_reasons(text) == Reasons(*reasons)


# Names and values


def test_an_nvp_record_is_read():
    """Bytes become MB; what the line does not say is None."""
    line = read(NVP_20)
    assert (line.pid, line.isolate, line.time_ms, line.pause_ms) == (13, "0x5", 56.0, 1.5)
    assert (line.kind, line.name, line.reduce_memory, line.is_cut) == (Kind.SCAVENGE, "Scavenge", True, False)
    assert (line.used_before_mb, line.used_after_mb) == (4074344 / 2**20, 3121360 / 2**20)
    assert (line.total_before_mb, line.external_ms, line.average_mu, line.reason) == (None, None, None, None)
    assert line.incremental == MarkingSteps(steps=2, duration_ms=0.3, longest_step_ms=None, walltime_ms=None)
    assert list(line.nvp)[:3] == ["pause", "mutator", "gc"]
    assert line.nvp["promotion_ratio"] == "6.5%"


def test_an_nvp_record_has_a_token_for_each_pair():
    """The name of the value, and the place of both."""
    line = read(NVP_20)
    pairs = told(line)
    assert (pairs["pid"], pairs["isolate"], pairs["time"]) == ("13", "0x5", "56")
    assert pairs["gc"] == "gc=s"
    assert pairs["promotion_ratio"] == "promotion_ratio=6.5%"
    assert set(pairs) - {"pid", "isolate", "time"} == set(line.nvp)


def test_node_4_names_the_isolate_twice():
    """And steps otherwise."""
    line = read(NVP_4)
    assert (line.pid, line.isolate, line.name, line.is_cut) == (90819, "0x101804a00", "Mark-sweep", False)
    assert line.incremental == MarkingSteps(steps=623, duration_ms=9.9, longest_step_ms=1.0, walltime_ms=None)


@pytest.mark.parametrize("text", [
    NVP_20[: NVP_20.index(" total_size_after")], NVP_20.replace("gc=s", "gc=x"), NVP_20.replace("pause=1.5", "pause=s"),
    NVP_20.replace("4074344", "4.5"), NVP_20.replace("3121360", "9" * 5000),
])  # fmt: skip
def test_an_nvp_record_without_the_main_things_is_none(text):
    """It counts as cut."""
    assert read_record(text, 1) is None


def test_a_cut_nvp_record_is_known_by_its_last_pair():
    """If that has no value."""
    assert read(NVP_20[: -len("=6.5%")]).is_cut


def test_a_text_that_is_no_record_has_no_tokens():
    """Such as one that somebody has made by hand."""
    assert tokens(evolve(read(GUIDE), text="Scavenge")) == []
