"""The report of a process that ran out of memory, and the ring of 512 bytes behind its last lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.events import GcEvent, Kind, OutOfMemory
from gcsim.trace.format import format_line
from gcsim.trace.out_of_memory import LINE_BYTES, RING_BYTES, format_out_of_memory, last_lines


def event(number):
    """A scavenge whose end is its number."""
    return GcEvent(
        number=number, kind=Kind.SCAVENGE, reason="allocation failure", collector_reason="", start_ms=number,
        end_ms=number, used_before_bytes=0, used_after_bytes=0, committed_before_bytes=0, committed_after_bytes=0,
    )  # fmt: skip


def test_the_report_has_v8s_headings_in_v8s_order():
    """A blank line first, two before the stack, which is empty."""
    record = OutOfMemory(location="Reached heap limit", time_ms=5, last_events=tuple(map(event, range(5))))
    *head, last = format_out_of_memory(record).splitlines()
    assert head[:3] == ["", "<--- Last few GCs --->", ""]
    assert head[-4:] == ["", "", "<--- JS stacktrace --->", ""]
    assert last == "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"


def test_the_last_lines_are_as_they_were_printed():
    """In the same dialect, with the same process id and isolate."""
    record = OutOfMemory(location="x", time_ms=5, last_events=tuple(map(event, range(9))))
    style = {"node": 20, "pid": 7, "isolate": 0xABC}
    shown = format_out_of_memory(record, **style).splitlines()[3:-5]
    lines = [format_line(event(number), **style) for number in range(9)]
    assert shown == lines[-len(shown) :]
    assert 1 <= len(shown) <= 3


def test_a_process_that_never_collected_has_no_last_lines():
    """The ring is empty, and there are two blank lines between the headings."""
    assert last_lines([]) == ""
    assert format_out_of_memory(OutOfMemory(location="x", time_ms=0)).startswith("\n<--- Last few GCs --->\n\n\n<---")


def test_a_line_that_is_alone_is_printed():
    """Nothing follows its newline, so printing starts at the ring's start."""
    assert last_lines(["only"]) == "only\n"


def test_the_first_of_several_lines_is_dropped():
    """V8 starts with the first newline even where the line before it was not torn."""
    assert last_lines(["first", "second", "third"]) == "\nsecond\nthird\n"


def test_a_torn_first_line_is_dropped():
    """The ring holds the last 512 bytes, which begin inside of a line of 199."""
    lines = [letter * 199 for letter in "abcd"]
    assert last_lines(lines) == f"\n{'c' * 199}\n{'d' * 199}\n"


def test_a_ring_that_begins_with_a_line_loses_it_too():
    """Two lines of 256 bytes would just fit; cut at 255 characters they have no newline at all."""
    lines = ["a" * 127, "b" * 127, "c" * 127, "d" * 127]
    assert sum(len(line) + 1 for line in lines) == RING_BYTES
    assert last_lines(lines) == "\n" + "".join(f"{line}\n" for line in lines[1:])


def test_a_long_line_loses_its_newline():
    """So the next one follows it directly."""
    long, short = "x" * 300, "y" * 100
    assert last_lines([short, long, short]) == f"\n{'x' * LINE_BYTES}{short}\n"


def test_a_line_of_254_characters_keeps_its_newline():
    """One more and it would not."""
    assert last_lines(["a", "b" * 254]) == "\n" + "b" * 254 + "\n"
    assert last_lines(["a", "b" * 255]) == "\n" + "b" * 255


def test_without_a_newline_the_whole_ring_is_printed():
    """Three long lines are 765 characters, the ring is the last 512 of them."""
    assert last_lines(["a" * 300, "b" * 300, "c" * 300]) == "a" * 2 + "b" * LINE_BYTES + "c" * LINE_BYTES


@given(st.lists(st.text(alphabet="ab", max_size=300), max_size=8))
def test_what_is_printed_ends_the_ring(lines):
    """It is never more than the ring, and always its end."""
    printed = last_lines(lines)
    written = "".join(f"{line}\n"[:LINE_BYTES] for line in lines)
    assert len(printed) <= RING_BYTES
    assert written.endswith(printed)
    assert bool(printed) == bool(written)


@pytest.mark.parametrize("location", ["Reached heap limit", "CALL_AND_RETRY_LAST"])
def test_the_fatal_error_names_the_place(location):
    """It is the last line, and ends in a newline."""
    report = format_out_of_memory(OutOfMemory(location=location, time_ms=0))
    assert report.endswith(f"\nFATAL ERROR: {location} Allocation failed - JavaScript heap out of memory\n")


LONG = (
    "[4599:0x27496420]       77 ms: Mark-Compact 13.2 (26.0) -> 12.7 (29.7) MB, 3.54 / 0.00 ms  (+ 11.3 ms in 46 steps "
    "since start of marking, biggest step 0.5 ms, walltime since start of marking 21 ms) "
    "(average mu = 1.000, current mu = 1.000) finalize incremental marking via stack guard; GC in old space requested"
)
SHORT = (
    "[4599:0x27496420]      131 ms: Mark-Compact 20.6 (29.7) -> 20.6 (37.2) MB, 41.38 / 0.00 ms  "
    "(average mu = 0.236, current mu = 0.236) allocation failure; scavenge might not succeed"
)
FIRST = (
    "[4599:0x27496420]       50 ms: Scavenge 10.6 (15.0) -> 10.3 (26.0) MB, 4.44 / 0.00 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure; "
)
REPORT = """
<--- Last few GCs --->
{ring}

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
"""


@pytest.mark.parametrize(
    ("lines", "ring"),
    [([FIRST, LONG, SHORT], f"\n{LONG[:255]}{SHORT}\n"), ([LONG, SHORT], f"{LONG[:255]}{SHORT}\n"), ([], "")],
)
def test_recorded_rings_are_rebuilt_to_the_byte(lines, ring):
    """Of one program: as it died without flags, without scavenges in its trace, and with --trace-gc-nvp."""
    assert last_lines(lines) == ring


def test_a_recorded_report_is_rebuilt_to_the_byte():
    """Up to the heading of the native stack, which no simulated process has."""
    first, second = event(131), event(140)
    style = {"node": 20, "pid": 4599, "isolate": 0x27496420}
    report = format_out_of_memory(
        OutOfMemory(location="Reached heap limit", time_ms=140, last_events=(first, second)), **style
    )
    assert report == REPORT.format(ring=f"\n{format_line(second, **style)}\n")


@pytest.mark.parametrize(("node", "headings"), [(14, 2), (20, 2), (24, 2), (25, 1)])
def test_node_25_has_no_heading_for_the_stack(node, headings):
    """Nor the blank lines around it."""
    report = format_out_of_memory(OutOfMemory(location="x", time_ms=5, last_events=(event(1), event(2))), node=node)
    assert report.count("<---") == headings
    assert report.count("\n\n") == (3 if headings == 2 else 2)
