"""Trace lines: every dialect's example, and every line of recorded runs, rebuilt to the byte."""

import re
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from gcsim.errors import ConfigError
from gcsim.events import GcEvent, IncrementalMarking, Kind
from gcsim.trace.format import DIALECTS, format_line
from gcsim.units import MB

DATA = Path(__file__).parent.parent / "data"
OLD_SPACE = "GC in old space requested"

# A line as Node 20 prints it, piece by piece. The program's own parser is another one: this one only has to read
# what is recorded.
LINE = re.compile(
    r"\[(?P<pid>\d+):(?P<isolate>0x[0-9a-f]+)\] (?P<t> *\d+) ms: "
    r"(?P<kind>Scavenge|Mark-Compact)(?P<reduce> \(reduce\))? "
    r"(?P<before>[\d.]+) \((?P<before_total>[\d.]+)\) -> (?P<after>[\d.]+) \((?P<after_total>[\d.]+)\) MB, "
    r"(?P<pause>[\d.]+) / (?P<external>[\d.]+) ms "
    r"(?: \(\+ (?P<inc>[\d.]+) ms in (?P<steps>\d+) steps since start of marking, biggest step (?P<big>[\d.]+) ms, "
    r"walltime since start of marking (?P<wall>\d+) ms\))? "
    r"\(average mu = (?P<average>[\d.]+), current mu = (?P<current>[\d.]+)\) (?P<reason>[^;]+); (?P<why>.*)"
)


def make(kind=Kind.SCAVENGE, *, sizes, end_ms, pause_ms, **rest):
    """An event whose four sizes are given in MB: used, committed, used after, committed after."""
    names = ("used_before_bytes", "committed_before_bytes", "used_after_bytes", "committed_after_bytes")
    in_bytes = {name: round(size * MB) for name, size in zip(names, sizes, strict=True)}
    defaults = {"number": 1, "reason": "allocation failure", "collector_reason": ""}
    return GcEvent(kind=kind, start_ms=end_ms - pause_ms, end_ms=end_ms, **in_bytes, **(defaults | rest))


GUIDE = make(sizes=(2.4, 3.2, 2.0, 4.2), end_ms=44, pause_ms=0.5)
"""The scavenge that the Node.js guide shows."""

EXAMPLES = [
    (
        12,
        {"pid": 6218, "isolate": 0x10291F000},
        make(
            Kind.MARK_SWEEP,
            sizes=(132.7, 178.3, 128.4, 135.3),
            end_ms=1_085_378,
            pause_ms=11.7,
            external_ms=4.0,
            incremental=IncrementalMarking(steps=3, duration_ms=0.3, longest_step_ms=0.2, walltime_ms=215),
            average_mu=0.990,
            current_mu=0.979,
            reason="finalize incremental marking via stack guard",
            collector_reason=OLD_SPACE,
        ),
        (
            "[6218:0x10291f000]  1085378 ms: Mark-sweep 132.7 (178.3) -> 128.4 (135.3) MB, 11.7 / 4.0 ms  "
            "(+ 0.3 ms in 3 steps since start of marking, biggest step 0.2 ms, walltime since start of marking 215 ms) "
            "(average mu = 0.990, current mu = 0.979) "
            "finalize incremental marking via stack guard GC in old space requested"
        ),
    ),
    (
        14,
        {},
        GUIDE,
        (
            "[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  "
            "(average mu = 1.000, current mu = 1.000) allocation failure "
        ),
    ),
    (
        18,
        {"pid": 8728, "isolate": 0x1A567CE5290},
        make(
            Kind.MARK_SWEEP,
            sizes=(1827.7, 1944.2, 1827.7, 1897.2),
            end_ms=8_719_226,
            pause_ms=668.1,
            reduce_memory=True,
            average_mu=0.411,
            current_mu=0.171,
            reason="last resort",
            collector_reason=OLD_SPACE,
        ),
        # Reported from Windows, where the address is printed as 000001A567CE5290.
        (
            "[8728:0x1a567ce5290]  8719226 ms: Mark-sweep (reduce) 1827.7 (1944.2) -> 1827.7 (1897.2) MB, "
            "668.1 / 0.0 ms  (average mu = 0.411, current mu = 0.171) last resort; GC in old space requested"
        ),
    ),
    (
        20,
        {"pid": 4046, "isolate": 0x22482CB0},
        make(sizes=(3.9, 4.0, 3.6, 5.0), end_ms=72, pause_ms=1.54),
        (
            "[4046:0x22482cb0]       72 ms: Scavenge 3.9 (4.0) -> 3.6 (5.0) MB, 1.54 / 0.00 ms  "
            "(average mu = 1.000, current mu = 1.000) allocation failure; "
        ),
    ),
    (
        20,
        {"pid": 4055, "isolate": 0x1CBF8CB0},
        make(
            Kind.MARK_SWEEP,
            sizes=(11.0, 27.2, 10.0, 26.6),
            end_ms=101,
            pause_ms=11.56,
            incremental=IncrementalMarking(steps=1, duration_ms=0.1, longest_step_ms=0.1, walltime_ms=15),
            reason="finalize incremental marking via stack guard",
            collector_reason=OLD_SPACE,
        ),
        (
            "[4055:0x1cbf8cb0]      101 ms: Mark-Compact 11.0 (27.2) -> 10.0 (26.6) MB, 11.56 / 0.00 ms  "
            "(+ 0.1 ms in 1 steps since start of marking, biggest step 0.1 ms, walltime since start of marking 15 ms) "
            "(average mu = 1.000, current mu = 1.000) "
            "finalize incremental marking via stack guard; GC in old space requested"
        ),
    ),
    (
        22,
        {"pid": 5918, "isolate": 0x70EF000},
        make(
            Kind.MARK_SWEEP,
            sizes=(6.0, 8.1, 5.1, 9.9),
            end_ms=1805,
            pause_ms=3.53,
            average_mu=0.980,
            current_mu=0.994,
            reason="task",
            collector_reason="scavenge might not succeed",
        ),
        (
            "[5918:0x70ef000]     1805 ms: Mark-Compact 6.0 (8.1) -> 5.1 (9.9) MB, pooled: 0 MB, 3.53 / 0.00 ms  "
            "(average mu = 0.980, current mu = 0.994) task; scavenge might not succeed"
        ),
    ),
    (
        24,
        {"pid": 31, "isolate": 0x257D6000},
        make(
            sizes=(1883.2, 1894.9, 1879.8, 1913.7),
            end_ms=333_426,
            pause_ms=5.92,
            during_sweeping=True,
            average_mu=0.274,
            current_mu=0.238,
        ),
        (
            "[31:0x257d6000]   333426 ms: Scavenge (interleaved) 1883.2 (1894.9) -> 1879.8 (1913.7) MB, "
            "pooled: 0 MB, 5.92 / 0.00 ms  (average mu = 0.274, current mu = 0.238) allocation failure; "
        ),
    ),
    (
        25,
        {"pid": 82477, "isolate": 0xAC95EC000},
        make(
            Kind.MARK_SWEEP,
            sizes=(4086.4, 4098.8, 4086.1, 4098.3),
            end_ms=128_931,
            pause_ms=425.44,
            average_mu=0.477,
            current_mu=0.084,
            collector_reason=OLD_SPACE,
        ),
        # The report's process had 1.2 MB pooled.
        (
            "[82477:0xac95ec000]   128931 ms: Mark-Compact 4086.4 (4098.8) -> 4086.1 (4098.3) MB, pooled: 0.0 MB, "
            "425.44 / 0.00 ms (average mu = 0.477, current mu = 0.084) allocation failure; GC in old space requested"
        ),
    ),
]


@pytest.mark.parametrize(("node", "process", "event", "line"), EXAMPLES)
def test_examples_of_each_version_are_rebuilt_to_the_byte(node, process, event, line):
    """Lines from the guide, from reports and from recorded runs."""
    assert format_line(event, node=node, **process) == line


def test_the_guides_line_is_what_comes_out_by_default():
    """Process, isolate and version are the guide's; the space at the end is node's."""
    assert format_line(GUIDE) == format_line(GUIDE, node=14) == format_line(GUIDE, node=12)
    assert format_line(GUIDE).endswith("allocation failure ")


# --- Recorded runs -------------------------------------------------------------------------------------------


def read(match):
    """The numbers of a recorded line, as an event."""
    marking = None
    if match["steps"]:
        marking = IncrementalMarking(
            steps=int(match["steps"]),
            duration_ms=float(match["inc"]),
            longest_step_ms=float(match["big"]),
            walltime_ms=float(match["wall"]),
        )
    return make(
        Kind.SCAVENGE if match["kind"] == "Scavenge" else Kind.MARK_SWEEP,
        sizes=[float(match[name]) for name in ("before", "before_total", "after", "after_total")],
        end_ms=float(match["t"]),
        pause_ms=float(match["pause"]),
        external_ms=float(match["external"]),
        incremental=marking,
        reduce_memory=bool(match["reduce"]),
        average_mu=float(match["average"]),
        current_mu=float(match["current"]),
        reason=match["reason"],
        collector_reason=match["why"],
    )


@pytest.mark.parametrize("path", sorted(DATA.glob("*.trace-gc.txt")), ids=lambda path: path.name)
def test_every_recorded_line_is_rebuilt_to_the_byte(path):
    """Programs and a server under Node 20.20.2, all of their lines."""
    lines = path.read_bytes().decode("ascii").split("\n")
    assert lines.pop() == ""
    assert len(lines) >= 17
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, line
        event = read(match)
        assert format_line(event, node=20, pid=int(match["pid"]), isolate=int(match["isolate"], 16)) == line


# --- One difference at a time --------------------------------------------------------------------------------

FULL = make(
    Kind.MARK_SWEEP, sizes=(6.0, 8.1, 5.1, 9.9), end_ms=10, pause_ms=3.53, reason="task", collector_reason=OLD_SPACE
)


@pytest.mark.parametrize(
    ("node", "name", "reason", "pause"),
    [
        (12, "Mark-sweep", "idle task GC", "3.5 / 0.0 ms  ("),
        (14, "Mark-sweep", ") task GC", "3.5 / 0.0 ms  ("),
        (16, "Mark-sweep", ") task GC", "3.5 / 0.0 ms  ("),
        (18, "Mark-sweep", ") task; GC", "3.5 / 0.0 ms  ("),
        (19, "Mark-Compact", ") task; GC", "3.5 / 0.0 ms  ("),
        (20, "Mark-Compact", ") task; GC", "3.53 / 0.00 ms  ("),
        (22, "Mark-Compact", ") task; GC", "pooled: 0 MB, 3.53 / 0.00 ms  ("),
        (24, "Mark-Compact", ") task; GC", "pooled: 0 MB, 3.53 / 0.00 ms  ("),
        (25, "Mark-Compact", ") task; GC", "pooled: 0.0 MB, 3.53 / 0.00 ms ("),
    ],
)
def test_versions_differ_in_name_digits_and_separator(node, name, reason, pause):
    """Each cell of the table of versions."""
    line = format_line(FULL, node=node)
    assert f" ms: {name} 6.0 (8.1)" in line
    assert reason in line
    assert f"MB, {pause}" in line


@pytest.mark.parametrize("node", DIALECTS)
def test_reduce_is_printed_by_all_but_12(node):
    """For either collector."""
    for event in (FULL, GUIDE):
        line = format_line(evolve(event, reduce_memory=True), node=node)
        assert (" (reduce) " in line) == (node != 12)


@pytest.mark.parametrize(("node", "flag"), [(20, ""), (22, "(interleaved) "), (25, "(during sweeping) ")])
def test_sweeping_is_printed_for_scavenges_only(node, flag):
    """And by the versions that know it."""
    assert f"Scavenge {flag}2.4" in format_line(evolve(GUIDE, during_sweeping=True), node=node)
    assert "Mark-Compact 6.0" in format_line(evolve(FULL, during_sweeping=True), node=node)


def test_a_cycle_with_both_flags_prints_reduce_first():
    """In V8's order."""
    event = evolve(GUIDE, reduce_memory=True, during_sweeping=True)
    assert "Scavenge (reduce) (interleaved) 2.4" in format_line(event, node=22)


def test_a_scavenge_never_prints_incremental_marking():
    """Even if marking is under way."""
    marking = IncrementalMarking(steps=1, duration_ms=1, longest_step_ms=1, walltime_ms=1)
    assert format_line(evolve(GUIDE, incremental=marking)) == format_line(GUIDE)


def test_the_incremental_piece_is_cut_after_127_characters():
    """V8's buffer ends in the middle of a number; what follows stands as ever."""
    marking = IncrementalMarking(
        steps=123_456_789, duration_ms=123_456_789, longest_step_ms=123_456_789, walltime_ms=123_456_789
    )
    line = format_line(evolve(FULL, incremental=marking), node=25)
    piece = line[line.index(" (+ ") : line.index(" (average")]
    assert len(piece) == 127
    assert piece.endswith("walltime since start of marking 1234")


@pytest.mark.parametrize("node", [0, 13, 15, 21, 23, 26, -14, "14"])
def test_an_unknown_version_is_refused(node):
    """The nearest one is not guessed; the message says what there is."""
    with pytest.raises(ConfigError, match=r"^node must be one of 12, 14, 16, 18, 19, 20, 22, 24, 25, got "):
        format_line(GUIDE, node=node)


@given(st.sampled_from(sorted(DIALECTS)), st.floats(0, 1e9), st.integers(0, 2**48), st.integers(0, 2**40))
def test_a_line_is_one_line(node, end_ms, isolate, used_bytes):
    """Whatever the numbers are."""
    event = evolve(GUIDE, end_ms=end_ms, start_ms=end_ms, used_before_bytes=used_bytes)
    line = format_line(event, node=node, isolate=isolate)
    assert line.startswith(f"[13973:{hex(isolate)}] ")
    assert "\n" not in line
