"""Where logs come from: files of any encoding, compressed or not, and standard input as it comes."""

import gzip
import io
import os
import sys

import pytest

from gcsim.errors import LogError
from gcsim.trace.parse import LogReader
from gcsim.trace.source import decoded, open_log
from trace_logs import FULL, GUIDE


def packed(data):
    """The same bytes each time: gzip would put the time of day into them."""
    return gzip.compress(data, mtime=0)


LOG = f"{GUIDE}\n{FULL}\nä\n"


def text_of(path):
    """All of a log."""
    return "".join(open_log(path))


class Slow(io.BytesIO):
    """A pipe that has one byte at a time."""

    def read1(self, size=-1):
        return super().read1(1)


ENCODED = {
    "utf-8": LOG.encode(),
    "utf-8 with a mark": LOG.encode("utf-8-sig"),
    "utf-16, PowerShell's": b"\xff\xfe" + LOG.encode("utf-16-le"),
    "utf-16, big-endian": b"\xfe\xff" + LOG.encode("utf-16-be"),
    "gzip": packed(LOG.encode()),
    "gzip in two parts": packed(LOG[:50].encode()) + packed(LOG[50:].encode()),
    "gzip of utf-16": packed(b"\xff\xfe" + LOG.encode("utf-16-le")),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_a_log_is_read_in_any_encoding(tmp_path, data):
    """A mark is no part of the text, whatever the name of the file."""
    path = tmp_path / "log"
    path.write_bytes(data)
    assert text_of(path) == LOG
    assert "".join(decoded(Slow(data), "slow")) == LOG


def test_bytes_that_are_no_text_are_replaced(tmp_path):
    """Of a program that prints what it likes; the records stay."""
    path = tmp_path / "log"
    path.write_bytes(b"\xff\xc3( \x80\n" + GUIDE.encode() + b"\n\xf0\x9f")
    assert [line.text for line in LogReader(open_log(path))] == [GUIDE]
    assert "�" in text_of(path)


def test_a_log_that_was_truncated_while_it_was_written_begins_with_zeros(tmp_path):
    """As a log rotation that copies and truncates leaves it."""
    path = tmp_path / "log"
    path.write_bytes(b"\0" * 300_000 + LOG.encode())
    assert [line.text for line in LogReader(open_log(path))] == [GUIDE, FULL]


def test_an_empty_log_is_empty(tmp_path):
    """No error: there is nothing in it, and that is for the reader to say."""
    path = tmp_path / "log"
    path.touch()
    assert text_of(path) == ""


def test_a_compressed_file_that_is_cut_off_gives_what_there_is(tmp_path):
    """A log that is still being written."""
    path = tmp_path / "log.gz"
    data = packed(LOG.encode() * 1000)
    path.write_bytes(data[: len(data) // 2])
    assert text_of(path).startswith(LOG)


def test_a_large_compressed_file_comes_in_small_chunks(tmp_path):
    """However well it was compressed."""
    path = tmp_path / "log.gz"
    path.write_bytes(packed(b"x" * 10_000_000))
    sizes = [len(chunk) for chunk in open_log(path)]
    assert sum(sizes) == 10_000_000
    assert max(sizes) <= 65536


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\0\0\0\0", "is no text, expected a log"),
        (b"\0\1\0\2", "is no text, expected a log"),
        (b"\x7fELF\x02\x01\0\0", "is no text, expected a log"),
        (packed(b"a\0" * 100), "is no text, expected a log"),
        (b"\x1f\x8b but no gzip", "its gzip compression is damaged"),
        (packed(LOG.encode())[:-4] + b"abcd", "its gzip compression is damaged"),
    ],
)
def test_what_is_no_log_is_refused_in_one_line(tmp_path, data, message):
    """With the name of the file."""
    path = tmp_path / "log"
    path.write_bytes(data)
    with pytest.raises(LogError, match=rf"^{path}: {message}$"):
        text_of(path)


def test_what_cannot_be_opened_is_refused_in_one_line(tmp_path):
    """A missing file, and a folder."""
    with pytest.raises(LogError, match=rf"^{tmp_path}/none: cannot be read: No such file or directory$"):
        text_of(tmp_path / "none")
    with pytest.raises(LogError, match=rf"^{tmp_path}: is a directory, expected a log$"):
        text_of(tmp_path)


def test_standard_input_is_read_as_it_comes(monkeypatch):
    """A record is there before the writer has closed its end."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as pipe, os.fdopen(write_end, "wb", buffering=0) as writer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))
        lines = iter(LogReader(open_log(None)))
        for text in (GUIDE, FULL):
            writer.write(f"{text}\n".encode())
            assert next(lines).text == text
        writer.close()
        assert list(lines) == []
