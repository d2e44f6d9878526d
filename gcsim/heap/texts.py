"""Texts: the words in which a flat string keeps its characters (V8: SeqOneByteString, SeqTwoByteString).

    header | length and hash | characters ...

The length, in UTF-16 units, is the upper half of its word. A unit is one byte or two; which, the name of the shape
says. Whoever makes, joins and cuts strings is `sim/js/strings.py`; here is what one must know to read them.
"""

from typing import Final

from gcsim.heap.heap import Heap
from gcsim.units import WORD_BYTES, words_for

LENGTH_AT: Final = 1
CHARACTERS_AT: Final = 2
LENGTH_SHIFT: Final = 32
ENCODINGS: Final = {1: "latin-1", 2: "utf-16-le"}
NAMES: Final = {1: "String", 2: "TwoByteString"}
"""By the bytes of a unit: the encoding, and the name of the shapes."""
WIDTHS: Final = {name: width for width, name in NAMES.items()}


def decode(data: bytes, width: int) -> str:
    """The text of stored characters; half of a surrogate pair stays what it is."""
    return data.decode(ENCODINGS[width], "surrogatepass")


def characters(heap: Heap, address: int, start: int, end: int, width: int) -> bytes:
    """Units [start, end) of the flat string at `address`, as they are stored."""
    first, last = start * width, end * width
    at, first_word = address + CHARACTERS_AT, first // WORD_BYTES
    data = heap.memory.words[at + first_word : at + words_for(last)].tobytes()
    skip = first - first_word * WORD_BYTES
    return data[skip : skip + last - first]


def beginning(heap: Heap, address: int, most: int) -> str:
    """The first units of the flat string at `address`, at most so many."""
    width = WIDTHS[heap.shapes[heap.memory.words[address]].name]
    length = heap.memory.words[address + LENGTH_AT] >> LENGTH_SHIFT
    return decode(characters(heap, address, 0, min(length, most), width), width)
