"""Long lists of numbers in a file, as columns.

`nodes` and `edges` are flat lists of non-negative decimal numbers, `width` of them for a row: 30 million in a file of
100 MB. They are read a piece at a time, so that only the columns they go to are ever whole: a piece is cut at a comma
and made numbers, and every `width`-th number goes to the same column.

This is the one place where compiled code is other code: a loop over the digits is the fastest that a machine can do
and the slowest that Python can, which therefore uses its JSON parser and slices. Both take and refuse the same texts.

DevTools takes whatever is no digit for a separator, so that -2 is 2 and 1.5 is two numbers; V8 never writes such, and
here it is an error.
"""

import json
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from gcsim.errors import SnapshotError
from gcsim.snapshot.columns import Ints
from gcsim.snapshot.kernels import Translator, interpreted, zeros

PIECE_BYTES = 1 << 20
DIGITS_AND_BLANKS = b"0123456789, \t\r\n"
MOST_DIGITS = 15  # what JSON's numbers, which are doubles, hold exactly
LARGEST = {"B": 2**8 - 1, "I": 2**32 - 1, "q": 10**MOST_DIGITS - 1}  # by the typecode of a column
BLANKS = re.compile(rb"[ \t\r\n]*")

Parser: TypeAlias = Callable[[bytes], Sequence[int] | None]


class Table:
    """The rows of one list of numbers: `data[start:end]`, which is between the brackets."""

    def __init__(self, data: bytes, bounds: tuple[int, int], fields: list[str], translate: Translator) -> None:
        self.data, self.start, self.end = data, bounds[0] + 1, bounds[1] - 1
        self.fields, self.width = fields, len(fields)
        plain = translate is interpreted
        self._parse: Parser = parse_text if plain else digit_parser(translate)
        self._store = store_slice if plain else translate(store_each)

    def read(self, typecodes: dict[str, str], rows: int | None, progress: Callable[[int], None]) -> dict[str, Ints]:
        """The columns of the named fields. Without a number of rows, there are as many as the numbers make.

        `progress` is told the place in the file.

        Raises:
            SnapshotError: a number is malformed or too large, or there are more or fewer than promised.
        """
        total = (
            0 if BLANKS.fullmatch(self.data, self.start, self.end) else self.data.count(b",", self.start, self.end) + 1
        )
        if total % self.width or rows not in (None, total // self.width):
            promised = "whole rows" if rows is None else f"{rows} rows"
            raise SnapshotError(f"{promised} of {self.width} numbers are promised, there are {total} numbers")
        columns = {name: zeros(typecode, total // self.width) for name, typecode in typecodes.items()}
        done = 0
        for numbers, at in self.pieces() if total else ():
            for name, column in columns.items():
                self._fill(column, name, numbers, done)
            done += len(numbers)
            progress(at)
        return columns

    def pieces(self) -> Iterator[tuple[Sequence[int], int]]:
        """The numbers in order, a piece at a time, each with the place where it ends."""
        at = self.start
        while at < self.end:
            far = self.end - at > PIECE_BYTES
            cut = self.data.rfind(b",", at, at + PIECE_BYTES) if far else self.end
            piece = self.data[at : max(cut, at)]
            check_alphabet(piece, at)
            numbers = self._parse(piece)
            if numbers is None:
                raise SnapshotError(f"byte {at}: no list of numbers of up to {MOST_DIGITS} digits from here on")
            yield numbers, cut
            at = cut + 1

    def _fill(self, column: Ints, name: str, numbers: Sequence[int], done: int) -> None:
        first = (self.fields.index(name) - done) % self.width
        row, largest = (done + first) // self.width, LARGEST[column.typecode]
        bad = self._store(numbers, first, self.width, largest, column, row)
        if bad >= 0:
            value = numbers[first + (bad - row) * self.width]
            raise SnapshotError(f"{name} of row {bad} is {value}, at most {largest} is allowed")


def check_alphabet(piece: bytes, at: int) -> None:
    """A piece that begins at byte `at` consists of digits, commas and blanks."""
    odd = piece.translate(None, DIGITS_AND_BLANKS)
    if odd:
        place = piece.index(odd[:1])
        text = piece[place : place + 12].decode("ascii", "replace")
        raise SnapshotError(f"byte {at + place}: whole numbers from 0 are allowed, got {text!r}")


def parse_text(piece: bytes) -> Sequence[int] | None:
    """The numbers of a piece; None if it is malformed."""
    try:
        numbers: list[int] = json.loads(b"[%b]" % piece)
    except ValueError:
        return None
    return numbers if numbers and max(numbers) < 10**MOST_DIGITS else None


def digit_parser(translate: Translator) -> Parser:
    """As `parse_text`, by a kernel."""
    scan = translate(scan_digits)

    def parse(piece: bytes) -> Sequence[int] | None:
        numbers = zeros("q", piece.count(b",") + 1)
        return numbers if scan(piece, MOST_DIGITS, numbers) == len(numbers) else None

    return parse


def scan_digits(piece: bytes, most_digits: int, numbers: Ints) -> int:
    """Kernel: `numbers` are those of `piece`; returns how many there are, or -1 if it is malformed."""
    count = 0
    digits = 0
    value = 0
    closed = False  # a number ended, and its comma did not come yet
    for code in piece:
        if code >= 48:
            if closed or digits == most_digits or (digits > 0 and value == 0):
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


def store_slice(numbers: Sequence[int], first: int, width: int, largest: int, column: Ints, row: int) -> int:
    """Every `width`-th number from `first` on is in `column`, from `row` on; returns the first row that is too large.

    Returns -1 if there is none.
    """
    part = numbers[first::width]
    if part and max(part) > largest:
        return row + next(index for index, value in enumerate(part) if value > largest)
    column[row : row + len(part)] = array(column.typecode, part)
    return -1


def store_each(numbers: Sequence[int], first: int, width: int, largest: int, column: Ints, row: int) -> int:
    """Kernel: as `store_slice`."""
    for index in range(first, len(numbers), width):
        if numbers[index] > largest:
            return row
        column[row] = numbers[index]
        row += 1
    return -1
