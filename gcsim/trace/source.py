"""Source: a log as chunks of text, wherever it comes from: a file, a compressed one, or standard input.

What it is written in is seen from its first bytes: gzip by its two, UTF-16 and UTF-8 by the mark that PowerShell's `>`
puts there, else UTF-8. What cannot be decoded becomes U+FFFD: a program may print anything between two records.
Standard input is given on as it comes, so a running program can be watched. A file with zero bytes near its beginning
is no log, but a log may begin with some, if it was truncated while it was written: they are left away.

Left out: other compressions; UTF-16 without a mark.
"""

import codecs
import sys
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, Protocol, cast

from gcsim.errors import LogError

CHUNK_BYTES: Final = 64 * 1024
TESTED_BYTES: Final = 1024

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Readable(Protocol):
    """Bytes, at most so many, as soon as there are any."""

    def read1(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""


def open_log(path: Path | None) -> Iterator[str]:
    """The text of a log as chunks; None is standard input.

    Raises:
        LogError: it cannot be read, or is no text; the message names it.
    """
    if path is None:
        yield from decoded(cast("Readable", sys.stdin.buffer), "standard input")
        return
    if path.is_dir():
        raise LogError(f"{path}: is a directory, expected a log")
    try:
        with path.open("rb") as file:
            yield from decoded(file, str(path))
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror}") from None


def decoded(file: Readable, name: str) -> Iterator[str]:
    """The text of a file of bytes.

    Raises:
        LogError: it is no text, or its compression is damaged.
    """
    first, chunks = _opened(_chunks(file), name)
    if first.startswith(_GZIP):
        first, chunks = _opened(_unzipped(first, chunks, name), name)
    encoding = next((code for mark, code in _MARKS.items() if first.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in first[:TESTED_BYTES]:
        raise LogError(f"{name}: is no text, expected a log")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(first)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _opened(chunks: Iterator[bytes], name: str) -> tuple[bytes, Iterator[bytes]]:
    """The first chunk after all zeros, grown to what it takes to know what it is, and the rest."""
    first, has_zeros = b"", False
    for chunk in chunks:
        first = (first + chunk).lstrip(b"\0")
        has_zeros = has_zeros or not first
        if len(first) >= len(codecs.BOM_UTF8):
            break
    if has_zeros and not first:
        raise LogError(f"{name}: is no text, expected a log")
    return first, chunks


def _chunks(file: Readable) -> Iterator[bytes]:
    while chunk := file.read1(CHUNK_BYTES):
        yield chunk


def _unzipped(first: bytes, chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """What gzip has packed, in one part or several; of a file that is cut off, what there is of it."""
    unpack = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        for packed in chain((first,), chunks):
            rest = packed
            while rest:
                if unpack.eof:
                    unpack = zlib.decompressobj(wbits=_GZIP_WINDOW)
                yield unpack.decompress(rest, CHUNK_BYTES)
                rest = unpack.unconsumed_tail or unpack.unused_data
    except zlib.error:
        raise LogError(f"{name}: its gzip compression is damaged") from None
