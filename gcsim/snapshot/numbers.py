"""Long lists of numbers in a file, a piece at a time.

`nodes` and `edges` are flat lists of non-negative decimal numbers, 30 million of them in a file of 100 MB. They are read
a piece at a time, so that only the columns they go to grow: a piece is cut at a comma, then made numbers.

Two ways to make numbers of a piece: the standard library's JSON parser, and a kernel where kernels are compiled.
DevTools takes whatever is no digit for a separator, so that -2 is 2 and 1.5 is two numbers; V8 never writes such, and
here it is an error.
"""

import json
import re
from array import array
from collections.abc import Callable, Iterator
from typing import TypeAlias

from gcsim.errors import SnapshotError
from gcsim.snapshot.columns import Ints
from gcsim.snapshot.kernels import Translator, interpreted, zeros

PIECE_BYTES = 1 << 20
DIGITS_AND_BLANKS = b"0123456789, \t\r\n"
MOST_DIGITS = 18  # a number of so many digits fits into 64 bits
BLANKS = re.compile(rb"[ \t\r\n]*")

Parser: TypeAlias = Callable[[bytes], Ints | None]


def pieces(data: bytes, start: int, end: int, translate: Translator) -> Iterator[tuple[Ints, int]]:
    """The numbers of `data[start:end]` in order, a piece at a time, each with the place where it ends.

    Raises:
        SnapshotError: something in between is no number; the message begins with its place.
    """
    if BLANKS.fullmatch(data, start, end):
        return
    parse = parse_text if translate is interpreted else digit_parser(translate)
    at = start
    while at < end:
        cut = data.rfind(b",", at, at + PIECE_BYTES) if end - at > PIECE_BYTES else end
        if cut < 0:
            raise SnapshotError(f"byte {at}: no comma within {PIECE_BYTES} bytes")
        piece = data[at:cut]
        check_alphabet(piece, at)
        numbers = parse(piece)
        if numbers is None:
            raise SnapshotError(f"byte {at}: from here on it is no list of numbers of up to {MOST_DIGITS} digits")
        yield numbers, cut
        at = cut + 1


def check_alphabet(piece: bytes, at: int) -> None:
    """A piece that begins at byte `at` consists of digits, commas and blanks."""
    odd = piece.translate(None, DIGITS_AND_BLANKS)
    if odd:
        place = piece.index(odd[:1])
        text = piece[place : place + 12].decode("ascii", "replace")
        raise SnapshotError(f"byte {at + place}: whole numbers from 0 are allowed, got {text!r}")


def parse_text(piece: bytes) -> Ints | None:
    """The numbers of a piece; None if it is malformed."""
    try:
        return array("q", json.loads(b"[%b]" % piece))
    except (ValueError, OverflowError):
        return None


def digit_parser(translate: Translator) -> Parser:
    """As `parse_text`, by a kernel."""
    scan = translate(scan_digits)

    def parse(piece: bytes) -> Ints | None:
        numbers = zeros("q", piece.count(b",") + 1)
        return numbers if scan(piece, numbers) == len(numbers) else None

    return parse


def scan_digits(piece: bytes, numbers: Ints) -> int:
    """Kernel: `numbers` are those of `piece`; returns how many there are, or -1 if it is malformed."""
    count = 0
    digits = 0
    value = 0
    closed = False  # a number ended, and its comma did not come yet
    for code in piece:
        if code >= 48:
            if closed or digits == MOST_DIGITS or (digits > 0 and value == 0):
                return -1
            value = value * 10 + (code - 48)
            digits += 1
        elif code == 44:
            if digits == 0:
                return -1
            numbers[count] = value
            count += 1
            digits = 0
            value = 0
            closed = False
        else:
            closed = digits > 0
    if digits == 0:
        return -1
    numbers[count] = value
    return count + 1
