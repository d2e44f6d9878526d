"""Finding records: whatever stands around them, and what else a log has."""

import json

import pytest

from gcsim.trace.parse import PIECE_CHARS, Death, LogReader, Tally, cut_line, parse_text, pieces, plain
from trace_logs import BY_VERSION, FULL, GUIDE, at, chunked, recorded

REPORT = "\n<--- Last few GCs --->\n\n{}\n\n\n<--- JS stacktrace --->\n\nFATAL ERROR: {}\n"
HEAP_LIMIT = "Reached heap limit Allocation failed - JavaScript heap out of memory"


def read(text):
    """The records and the tally of a text."""
    reader = LogReader([text])
    return list(reader), reader.tally


def texts(text):
    """The records of a text, as they stand in it."""
    return [line.text for line in parse_text(text)]


# Around a record


PREFIXES = [
    "2026-11-29T12:00:00.123456789Z ", "2026-11-29T12:00:00.123Z stdout F ", "web_1  | ", "web-1 (3) ",
    "Nov 29 12:00:00 host node[13973]: ", "10:04:50 @loc/web:build:test: ", "# ", "GET /index.html 200 12 ms",
    "\r 45% [====>    ]", "\t", "[12450]: ", "12 [x] ",
]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("text", [GUIDE, FULL, BY_VERSION[5][1]], ids=["14", "20", "4 without a process"])
def test_a_prefix_is_not_part_of_a_record(prefix, text):
    """Of containers, of loggers, or what a program has printed without a newline."""
    assert texts(f"{prefix}{text}\n{prefix}{text}\n{text}\n") == [text] * 3


@pytest.mark.parametrize("escape", [str, lambda text: text.replace("\\u003e", ">")], ids=["html", "plain"])
def test_json_lines_are_read(escape):
    """As Docker writes them: each line's end is a backslash and an n, and > may be escaped."""
    docker = (json.dumps({"log": f"{line}\n", "stream": "stdout"}).replace(">", "\\u003e") for line in (GUIDE, FULL))
    assert texts("\n".join(map(escape, docker))) == [GUIDE, FULL]


def test_a_report_in_one_json_string_is_read():
    """Several records, each ended by a backslash and an n."""
    assert texts(json.dumps({"message": f"\n<--- Last few GCs --->\n\n{GUIDE}\n{FULL}\n\n"})) == [GUIDE, FULL]


@pytest.mark.parametrize("text", [
    f"\x1b[32m{GUIDE}\x1b[0m\n", f"{GUIDE}\x1b[0m", f"\x1b{GUIDE}", f"\x1b[1;36mweb_1  |\x1b[0m {GUIDE}\n",
    GUIDE.replace("Scavenge", "\x1b[33mScavenge\x1b[39m"), f"\\u001b[32m{GUIDE}\\u001b[0m",
])  # fmt: skip
def test_colours_are_taken_off(text):
    """Before a record, after it and within."""
    assert texts(text) == [GUIDE]


def test_lines_may_end_as_windows_ends_them():
    """The carriage return is nobody's."""
    lines, tally = read(f"{GUIDE}\r\nhello\r\n{FULL}\r\n")
    assert [line.text for line in lines] == [GUIDE, FULL]
    assert tally == Tally(lines=3, records=2, program_lines=1, processes=2)


def test_records_on_one_line_are_each_read():
    """As the ring of the last report leaves them: a long line has lost its newline and its end."""
    assert texts(GUIDE + FULL + GUIDE) == [GUIDE, FULL, GUIDE]
    ring = FULL[:240] + at(163) + "\n"
    lines, tally = read(ring)
    assert [line.text for line in lines] == [FULL[:240], at(163)]
    assert [line.is_cut for line in lines] == [True, False]
    assert (lines[0].reason, lines[0].collector_reason, lines[0].pause_ms) == (None, None, 11.56)
    assert (tally.records, tally.cut, tally.lines) == (2, 1, 1)


def test_old_records_without_a_process_may_be_glued_too():
    """The next one begins with its time."""
    old = "31985 ms: Mark-sweep 492.2 (506.8) -> 492.2 (497.8) MB, 146.2 / 0.0 ms [last resort gc]."
    lines = parse_text(f"{old} {old}\n")
    assert [(line.pid, line.isolate, line.time_ms, line.reason) for line in lines] == [
        (None, "", 31985.0, "last resort gc")
    ] * 2


def test_no_prefix_is_taken_for_a_process():
    """A record begins at its own bracket, at the column of the line before or at another."""
    lines = parse_text(f"0123456789: {GUIDE}\n{GUIDE}\n[1:0x1]   5 ms: {GUIDE}\n0123456789: {GUIDE}\n")
    assert [line.pid for line in lines] == [13973] * 4


def test_a_prefix_as_long_as_a_head_hides_none():
    """At the column where the record of the line before began, the next line has its time."""
    prefix = "x" * GUIDE.index("44 ms")
    assert [line.pid for line in parse_text(f"{prefix}{GUIDE}\n{GUIDE}\n")] == [13973] * 2


def test_a_time_has_no_decimals():
    """So this is another program's line."""
    assert texts(GUIDE[GUIDE.index("44 ms") :]) == [GUIDE[GUIDE.index("44 ms") :]]
    assert texts("1." + GUIDE[GUIDE.index("44 ms") :]) == []


# Cut records


@pytest.mark.parametrize("end", range(len(FULL)))
def test_a_record_cut_anywhere_is_counted_or_whole(end):
    """What is left says nothing that the whole does not."""
    lines, tally = read(FULL[:end])
    whole = parse_text(FULL)[0]
    assert len(lines) == (end >= FULL.index("  (+"))
    for line in lines:
        for name in (
            "pid",
            "isolate",
            "time_ms",
            "name",
            "used_before_mb",
            "total_after_mb",
            "pause_ms",
            "external_ms",
        ):
            assert getattr(line, name) == getattr(whole, name)
        for name in ("average_mu", "current_mu", "reason", "collector_reason"):
            assert getattr(line, name) in (None, "", getattr(whole, name))
        assert line.incremental in (None, whole.incremental) or line.incremental.walltime_ms is None
    reason_ends = FULL.index(";")
    has_head = end >= FULL.index(" ms: ") + len(" ms: ")
    assert tally.cut == (has_head and end not in (reason_ends, reason_ends + 1, reason_ends + 2))


@pytest.mark.parametrize("start", [1, 20, 60, 75, 180])
def test_the_end_of_a_record_is_counted(start):
    """The first line of a log that was cut off, as long as one can tell."""
    lines, tally = read(FULL[start:] + "\n" + at(163))
    assert [line.text for line in lines][-1] == at(163)
    assert tally.cut + tally.records == tally.lines == 2
    assert tally.program_lines == 0


def test_the_incremental_piece_may_be_cut_by_v8():
    """Its buffer ends in the walltime, of which nobody knows the rest; the record goes on."""
    piece = (
        "(+ 123456789.0 ms in 123456789 steps since start of marking, biggest step 123456789.0 ms, walltime since sta"
    )
    text = FULL.replace(FULL[FULL.index("(+") : FULL.index(" (average")], piece)
    [line] = parse_text(text)
    assert (line.text, line.is_cut, line.reason) == (text, False, "finalize incremental marking via stack guard")
    assert (line.incremental.longest_step_ms, line.incremental.walltime_ms) == (123456789.0, None)


# What else there is


def test_every_line_is_counted_as_what_it_is():
    """Records, spaces, marking and the rest."""
    lines, tally = read(
        f"Server listening\n{GUIDE}\n"
        "[13973:0x110008000] New space,              used:    150 KB, available:    856 KB, committed:   2048 KB\n"
        "[13973:0x110008000] Total time spent in GC  : 1.0 ms\n"
        "    Old pointers,       used:  1556224, available:        0, waste:        0\n"
        "[13973:0x110008000]       45 ms: [IncrementalMarking] Start marking\n"
        "[13973:0x110008000]       46 ms: Memory reducer: low alloc, foreground\n"
        "[90361:0x102800400] Grow: old size: 27549 KB, new limit: 51865 KB (1.1)\n"
        "\nmark: 5 ms: Scavenger\n"
    )
    assert [line.line_number for line in lines] == [2]
    assert tally == Tally(lines=10, records=1, verbose_lines=3, marking_lines=3, program_lines=3, processes=1)


def test_processes_and_isolates_are_told_apart():
    """A worker is another isolate of the same process."""
    lines, tally = read("\n".join([GUIDE, FULL, GUIDE.replace("0x110008000", "0x5"), GUIDE]))
    assert [(line.pid, line.isolate) for line in lines] == [
        (13973, "0x110008000"), (4055, "0x1cbf8cb0"), (13973, "0x5"), (13973, "0x110008000"),
    ]  # fmt: skip
    assert tally.processes == 2


@pytest.mark.parametrize(
    "text", ["", "\n", "\n\n\n", " ms: ", "no trace at all", "\0\1\2", "done in 12 ms: ", "pause="]
)
def test_a_log_without_records_has_none(text):
    """It is counted all the same."""
    lines, tally = read(text)
    assert lines == []
    assert tally.lines == tally.program_lines == text.count("\n") + (not text.endswith("\n") and text != "")


# Reports


def test_a_report_gives_no_record_again():
    """Those that stood in the log before are counted; the copies are cut at 255 characters and may lack a newline."""
    log = [at(10), at(20, FULL.replace("4055:0x1cbf8cb0", "13973:0x110008000")), at(30)]
    ring = f"{log[0]}\n{log[1][:250]}{log[2]}"
    reader = LogReader(["\n".join(log) + "\n" + REPORT.format(ring, HEAP_LIMIT)])
    assert [line.text for line in reader] == log
    assert (reader.tally.repeated, reader.tally.cut) == (3, 1)
    assert reader.deaths == [
        Death(place="Reached heap limit", line_number=13, is_worker=False, pid=13973, isolate="0x110008000")
    ]


def test_a_report_alone_gives_its_records():
    """As when node ran without --trace-gc."""
    lines, tally = read(REPORT.format(f"{at(10)}\n{at(20)}", HEAP_LIMIT))
    assert [line.text for line in lines] == [at(10), at(20)]
    assert tally.repeated == 0


def test_two_collections_that_read_alike_are_two():
    """Outside of a report: in one ms, a tiny heap may be collected twice."""
    assert texts(f"{GUIDE}\n{GUIDE}\n") == [GUIDE, GUIDE]


def test_a_report_with_prefixes_is_one_too():
    """Its empty lines are not empty then."""
    prefixed = "\n".join(f"10:04:50 web: {line}" for line in REPORT.format(at(10), HEAP_LIMIT).split("\n"))
    reader = LogReader([f"{at(10)}\n{prefixed}\n"])
    assert [line.text for line in reader] == [at(10)]
    assert [death.pid for death in reader.deaths] == [13973]


@pytest.mark.parametrize(("text", "place", "is_worker"), [
    (f"FATAL ERROR: {HEAP_LIMIT}", "Reached heap limit", False),
    ("FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - process out of memory", "CALL_AND_RETRY_LAST", False),
    ("FATAL ERROR: Scavenger: semi-space copy Allocation failed - JavaScript heap out of memory",
     "Scavenger: semi-space copy", False),
    (("[13336:0622/235408.029:ERROR:node_bindings.cc:187] OOM error in V8: Ineffective mark-compacts near heap limit "
     "Allocation failed - JavaScript heap out of memory"), "Ineffective mark-compacts near heap limit", False),
    ("Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory",
     "ERR_WORKER_OUT_OF_MEMORY", True),
    ("Worker terminated due to reaching memory limit: JS heap out of memory",
     "Worker terminated due to reaching memory limit", True),
])  # fmt: skip
def test_a_death_is_found(text, place, is_worker):
    """Of node in any version, of Electron, and of a worker; without a report, of which process is not known."""
    reader = LogReader([f"one\n{text}\n"])
    assert list(reader) == []
    assert reader.deaths == [Death(place=place, line_number=2, is_worker=is_worker, pid=None, isolate="")]


def test_a_workers_death_is_counted_once():
    """Node prints the code of an error a second time."""
    reader = LogReader(["Error [ERR_WORKER_OUT_OF_MEMORY]: Worker ...\n  code: 'ERR_WORKER_OUT_OF_MEMORY'\n"])
    assert list(reader) == []
    assert len(reader.deaths) == 1


def test_deaths_are_remembered_up_to_a_thousand():
    """A supervisor may start a process again for ever; the first ones are kept."""
    reader = LogReader([f"FATAL ERROR: {HEAP_LIMIT}\n"] * 1500)
    assert list(reader) == []
    assert [death.line_number for death in reader.deaths] == list(range(1, 1001))


def test_talk_of_memory_is_no_death():
    """Whatever a program says."""
    reader = LogReader(["we ran out of memory\nFATAL ERROR: out of luck\n"])
    assert list(reader) == []
    assert reader.deaths == []


# Chunks


def test_a_record_is_given_as_soon_as_its_line_is_complete():
    """Before the next chunk is asked for, so a running program can be watched."""
    asked = []

    def chunks():
        for chunk in (f"{GUIDE}\n{FULL[:50]}", f"{FULL[50:]}\n", "end"):
            asked.append(chunk)
            yield chunk

    reader = iter(LogReader(chunks()))
    assert next(reader).text == GUIDE
    assert len(asked) == 1
    assert next(reader).text == FULL
    assert len(asked) == 2
    assert list(reader) == []


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_how_a_log_is_cut_into_chunks_changes_nothing(size):
    """Here one with everything in it."""
    text = recorded("p13_burst.A.verbose.txt").replace("\n", "\r\n") + REPORT.format(GUIDE, HEAP_LIMIT)
    whole, some = LogReader([text]), LogReader(chunked(text, size))
    assert list(some) == list(whole)
    assert some.tally == whole.tally
    assert some.deaths == whole.deaths


@pytest.mark.parametrize("size", [10**9, 5000, 64 * 1024])
def test_a_line_without_an_end_is_read_in_pieces(size):
    """No record in it is lost, and it counts as one line."""
    text = ("x" * 30_000 + GUIDE + '"') * 20 + FULL * 1000 + "\n" + GUIDE
    reader = LogReader(chunked(text, size))
    lines = list(reader)
    assert [line.text for line in lines] == [GUIDE] * 20 + [FULL] * 1000 + [GUIDE]
    assert {line.line_number for line in lines[:-1]} == {1}
    assert (lines[-1].line_number, reader.tally.lines) == (2, 2)


def test_a_piece_ends_before_the_last_record_in_it_or_where_no_head_can_be_cut():
    """So that the next piece has that record whole."""
    text = "x" * 1000 + GUIDE + "x" * PIECE_CHARS
    assert cut_line(text) == ["x" * 1000, *cut_line(text[1000:])]
    assert list(map(len, cut_line("x" * 2 * PIECE_CHARS))) == [PIECE_CHARS - 100] * 2 + [200]
    assert cut_line("short") == ["short"]


def test_lines_come_several_at_a_time():
    """Without their newlines; the last is whole at the end of the text."""
    assert list(pieces(["a\nb", "c\r\nd"])) == [(["a"], True), (["bc\r"], True), (["d"], True)]


def test_a_record_reads_the_same_wherever_it_stands():
    """The first of a process, and one more of it."""
    for end in ("\x1b[0m", "\x1b[0m and more", "\x1b", "\\t", "\\u001b[0m and more", '", "time"'):
        first, second = texts(f"{GUIDE}{end}\n{GUIDE}{end}\n")
        assert first == second


def test_plain_takes_off_what_loggers_put_on():
    """Colours, and the escapes of an arrow."""
    assert plain("\x1b[1;32ma\x1b[0m-\\u003e") == "a->"
