"""The reader of logs: what is printed is read back, chunks do not matter, and no text whatever upsets it."""

import json
import random
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcsim.events import GcEvent, IncrementalMarking, Kind
from gcsim.trace.diagnose import diagnose
from gcsim.trace.format import DIALECTS, format_line
from gcsim.trace.grammar import COLLECTOR_REASONS, REASONS, tokens
from gcsim.trace.group import grouped
from gcsim.trace.laws import broken_laws
from gcsim.trace.nvp import format_nvp
from gcsim.trace.parse import LogReader, parse_text, pieces
from gcsim.trace.record import NVP_COLLECTORS
from gcsim.trace.report import as_json, report
from gcsim.units import MB
from trace_logs import BY_VERSION, FULL, GUIDE, NAMES, VERSIONS, at, chunked, recorded

HALF_MB = 0.05 + 1e-9
BYTES = st.integers(0, 2**42)
SHARES = st.floats(0, 1)


@st.composite
def events(draw):
    """A collection with any figures that a process could have."""
    kind = draw(st.sampled_from(Kind))
    start_ms = draw(st.floats(0, 1e9))
    pause_ms = draw(st.floats(0, 1e5))
    marking = st.builds(
        IncrementalMarking,
        steps=st.integers(0, 10**6),
        duration_ms=st.floats(0, 1e6),
        longest_step_ms=st.floats(0, 1e6),
        walltime_ms=st.floats(0, 1e9),
    )
    return GcEvent(
        number=draw(st.integers(0, 10)),
        kind=kind,
        reason=draw(st.sampled_from(sorted({*REASONS} - {"idle task"}))),
        collector_reason=draw(st.sampled_from(["", *COLLECTOR_REASONS])),
        start_ms=start_ms,
        end_ms=start_ms + pause_ms,
        used_before_bytes=draw(BYTES),
        used_after_bytes=draw(BYTES),
        committed_before_bytes=draw(BYTES),
        committed_after_bytes=draw(BYTES),
        external_ms=draw(st.floats(0, 1e5)),
        incremental=draw(st.none() | marking),
        reduce_memory=draw(st.booleans()),
        during_sweeping=draw(st.booleans()),
        average_mu=draw(SHARES),
        current_mu=draw(SHARES),
    )


def near(read, told, half):
    """Whether the figure is what was told, up to its rounding."""
    return read == pytest.approx(told, abs=half + abs(told) * 1e-12)


@given(events(), st.sampled_from(sorted(DIALECTS)), st.integers(0, 2**31), st.integers(0, 2**48))
def test_a_printed_line_is_read_back(event, node, pid, isolate):
    """Up to the printed rounding, in every dialect; what the dialect does not print is not read."""
    text = format_line(event, node=node, pid=pid, isolate=isolate)
    [line] = parse_text(text)
    style = DIALECTS[node]
    is_scavenge = event.kind is Kind.SCAVENGE
    assert (line.text, line.pid, line.isolate, line.is_cut) == (text, pid, hex(isolate), False)
    assert (line.kind, line.name) == (event.kind, "Scavenge" if is_scavenge else style.mark_sweep_name)
    assert line.reduce_memory == (event.reduce_memory and style.has_reduce)
    assert line.during_sweeping == (event.during_sweeping and is_scavenge and bool(style.during_sweeping))
    assert line.pooled_mb == (0 if style.pooled else None)
    assert line.reason == (style.task_reason if event.reason == "task" else event.reason)
    assert line.collector_reason == event.collector_reason
    assert near(line.time_ms, event.end_ms, 0.5)
    for read, told_bytes in (
        (line.used_before_mb, event.used_before_bytes),
        (line.used_after_mb, event.used_after_bytes),
        (line.total_before_mb, event.committed_before_bytes),
        (line.total_after_mb, event.committed_after_bytes),
    ):
        assert near(read, told_bytes / MB, HALF_MB)
    half_ms = 0.51 * 10**-style.pause_decimals
    assert near(line.pause_ms, event.pause_ms, half_ms)
    assert near(line.external_ms, event.external_ms, half_ms)
    assert near(line.average_mu, event.average_mu, 0.00051)
    assert near(line.current_mu, event.current_mu, 0.00051)
    assert_steps(line.incremental, None if is_scavenge else event.incremental)


def assert_steps(read, told):
    """Steps are read back, but for a walltime that V8's buffer has cut."""
    assert (read is None) == (told is None)
    if read is not None:
        assert read.steps == told.steps
        assert near(read.duration_ms, told.duration_ms, 0.051)
        assert near(read.longest_step_ms, told.longest_step_ms, 0.051)
        assert read.walltime_ms is None or near(read.walltime_ms, told.walltime_ms, 0.51)


@given(events(), st.sampled_from(sorted(DIALECTS)))
def test_printed_names_and_values_are_read_back(event, node):
    """Sizes to the byte."""
    [line] = parse_text(format_nvp(event, node=node))
    name = {Kind.SCAVENGE: "s", Kind.MARK_SWEEP: DIALECTS[node].mark_sweep_short_name}[event.kind]
    assert (line.kind, line.name, line.reduce_memory) == (event.kind, NVP_COLLECTORS[name], event.reduce_memory)
    assert (line.used_before_mb, line.used_after_mb) == (event.used_before_bytes / MB, event.used_after_bytes / MB)
    assert near(line.pause_ms, event.pause_ms, 0.051)
    assert (line.nvp["gc"], line.is_cut) == (name, False)
    told = event.incremental if event.incremental and event.incremental.steps else None
    assert (line.incremental is None) == (told is None)
    if told is not None:
        assert line.incremental.steps == told.steps
        assert near(line.incremental.duration_ms, told.duration_ms, 0.051)


@given(events(), st.sampled_from(sorted(DIALECTS)))
def test_the_tokens_of_a_line_are_all_that_varies(event, node):
    """They stand in order, do not overlap, and no digit is outside of them, but for zeros that are always printed."""
    text = format_line(event, node=node)
    [line] = parse_text(text)
    end = 0
    rest = ""
    for token in tokens(line):
        assert end <= token.start < token.end
        rest += text[end : token.start]
        end = token.end
    is_cut = line.incremental is not None and line.incremental.walltime_ms is None
    assert is_cut or not any(character.isdigit() for character in rest + text[end:])


# Any text

LINES = [
    GUIDE, FULL, *(row[1] for row in BY_VERSION), "", "program output", "\x1b[31mred\x1b[0m", "<--- Last few GCs --->",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", '{"log":"' + GUIDE + '\\n"}',
    "[13973:0x110008000] New space, used:    150 KB, available:    856 KB", "[1:0x2]   5 ms: pause=1.0 gc=s",
]  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(LINES) | st.sampled_from(LINES).map(lambda line: line[:60]) | st.text(max_size=40), max_size=12
).flatmap(lambda lines: st.sampled_from(["\n", "\r\n", "", "\r", "\n\n", " "]).map(lambda end: end.join(lines)))


@given(TEXTS, st.data())
@example("a\r\nb", None)
def test_how_any_text_is_cut_into_chunks_changes_nothing(text, data):
    """The records, what is counted and who has died."""
    cuts = [2] if data is None else sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole, some = LogReader([text]), LogReader(chunks)
    assert list(some) == list(whole)
    assert (some.tally, some.deaths) == (whole.tally, whole.deaths)


@given(st.lists(st.tuples(st.sampled_from("x[\n" + GUIDE), st.integers(1, 70_000)), max_size=8), st.integers(1, 90_000))
@settings(max_examples=20)
def test_how_a_long_line_is_cut_into_chunks_changes_nothing(runs, size):
    """Not even where a line is longer than a piece."""
    text = "".join(character * count + GUIDE for character, count in runs)
    assert list(pieces(chunked(text, size)))[-1:] == list(pieces([text]))[-1:]
    whole, some = LogReader([text]), LogReader(chunked(text, size))
    assert list(some) == list(whole)
    assert some.tally == whole.tally


@given(TEXTS)
def test_what_is_read_is_in_the_text(text):
    """Nothing is invented, nothing is counted twice, and the lines add up."""
    reader = LogReader([text])
    lines = list(reader)
    tally = reader.tally
    assert tally.records == len(lines)
    assert tally.lines == len(text.split("\n")) - (text.split("\n")[-1] == "")
    assert tally.verbose_lines + tally.marking_lines + tally.program_lines <= tally.lines
    without_colours = "".join(part.removeprefix("[31m").removeprefix("[0m") for part in text.split("\x1b"))
    for line in lines:
        assert 1 <= line.line_number <= tally.lines
        assert line.text in without_colours


def everything(text):
    """All that can be asked of a log."""
    reader = LogReader(chunked(text, 4096))
    lines = list(reader)
    for _, members in grouped(lines):
        for before, line in zip([None, *members], members, strict=False):
            for found in broken_laws(line, before):
                assert found.text
    for line in lines:
        for token in tokens(line):
            assert 0 <= token.start < token.end <= len(line.text)
    found = [diagnose(members, reader.deaths) for _, members in grouped(lines)]
    assert all(report(diagnosis) for diagnosis in found)
    json.loads(as_json(found, reader.tally, exit_status=0), parse_constant=pytest.fail)
    return reader


def mutated(text, source):
    """The text after a few accidents: characters lost, doubled, swapped and replaced, and pieces moved."""
    for _ in range(source.randrange(1, 12)):
        at, to = sorted(source.randrange(len(text) + 1) for _ in range(2))
        short = min(to, at + source.randrange(1, 40))
        text = source.choice([
            text[:at] + text[short:],
            text[:short] + text[at:],
            text[:at] + text[at:short][::-1] + text[short:],
            text[:at] + chr(source.choice([0, 10, 13, 27, 34, 40, 45, 46, 57, 91, 92, 0x660, 0x1F4A9])) + text[short:],
            text[short:] + text[:at],
            text[:at] + "9" * source.randrange(1, 60) + text[short:],
        ])  # fmt: skip
    return text


@pytest.fixture(scope="module")
def seeds():
    """Beginnings of recorded logs, and lines of every version."""
    return [recorded(name)[:3000] for name in [*NAMES, *VERSIONS]] + ["\n".join(LINES), *LINES[:-9]]


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_no_accident_to_a_log_upsets_the_reader(seeds, count):
    """Thousands of damaged logs, the same ones each time."""
    source = random.Random(20)
    records = 0
    for _ in range(count):
        records += everything(mutated(source.choice(seeds), source)).tally.records
    assert records > count


@given(st.text() | st.text(alphabet="0123456789.:[] ms()->MB,/Scavenge=\n").map(lambda text: f"{GUIDE[:40]}{text}"))
def test_no_text_upsets_the_reader(text):
    """Neither random text nor what looks like a record."""
    everything(text)


# Memory


def generated(size):
    """A log of so many characters, in chunks, of two processes that print, restart and fill the ring."""
    lines = [at(10 * number, text) for number, text in enumerate([GUIDE, FULL] * 50)]
    chunk = "\n".join([*lines, "GET /index.html 200", recorded("p13_burst.A.verbose.txt"), "x" * 200_000, ""])
    for _ in range(size // len(chunk) + 1):
        yield chunk


@pytest.mark.parametrize(
    ("kind", "size"),
    [("log", 3_000_000), ("line", 3_000_000)]
    + [pytest.param(kind, 50_000_000, marks=pytest.mark.slow) for kind in ("log", "line")],
)
def test_a_log_is_read_in_constant_memory(kind, size):
    """In 4 MB, however long it is, and however long a line in it."""
    chunks = generated(size) if kind == "log" else (chunk.replace("\n", "") for chunk in generated(size))
    reader = LogReader(chunks)
    sum(1 for _ in LogReader(generated(1)))  # what is remembered for good is there
    tracemalloc.start()
    try:
        records = sum(1 for _ in reader)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert records > size / 5000
    assert peak_bytes < 4 * MB
