"""Memory: one array of 8-byte words is the whole heap, and a reference is an index into it.

    page 0        page 1 ...                      old_start ...
    [ null page ][ semispace | semispace ]       [ old pages and large-object chunks in any order ]
                  young: a < old_start             old: a >= old_start

    an object     [ header | strong fields ... | weak fields ... | raw words ... ]
    header        > 0  index of the object's shape        < 0  minus the forwarding address
    field         0 null, > 0 the address of an object's header, < 0 a small integer (a Smi)
    raw words     numbers, characters, ids: never read as references, never changed by a collector

A shape index of at most `page_words` is a filler of that many words: a free block's header is its own length, so a
page can be walked without knowing what is free. `colors` holds one byte a word; only those of headers count.

Both semispaces are reserved at their largest size at the low end, which makes "is it young?" one comparison. Above
them, whole pages are handed out and taken back; what is taken back is zeroed, so a fresh page holds nulls.

Left out: V8 places a large object's chunk on 256 KB boundaries of a sparse address space; here the rest of a chunk's
last page is memory of the simulator (never counted as committed).
"""

from array import array
from bisect import bisect_left
from typing import Final

from gcsim.units import WORD_BYTES

NULL: Final = 0
WHITE: Final = 0
GREY: Final = 1
BLACK: Final = 2
BLACK_BYTE: Final = bytes((BLACK,))

SMI_BIAS: Final = 1 << 32
SMI_MIN: Final = -(1 << 31)
SMI_MAX: Final = (1 << 31) - 1


def smi(value: int) -> int:
    """The field that holds the small integer `value` (32 bits, as in V8 without pointer compression)."""
    return value - SMI_BIAS


def smi_value(field: int) -> int:
    """The small integer that `field` (< 0) holds."""
    return field + SMI_BIAS


class Memory:
    """The words of a heap, a color for each, and the pages above `old_start` that are free.

    `words`, `colors`: as long as the highest page ever used. `page_words`: a power of two. `old_start`: the first
    word that is not young.
    """

    __slots__ = ("_free_runs", "_zeros", "colors", "old_start", "page_words", "words")

    def __init__(self, page_words: int, young_pages: int) -> None:
        self.page_words = page_words
        self.old_start = (1 + young_pages) * page_words
        self.words = array("q", bytes(self.old_start * WORD_BYTES))
        self.colors = bytearray(self.old_start)
        self._free_runs: list[tuple[int, int]] = []
        self._zeros = array("q", bytes(page_words * WORD_BYTES))

    def reserve(self, pages: int) -> int:
        """Take `pages` adjacent pages of zeros; returns the address of their first word.

        The lowest run of free pages that is long enough is used (first fit), else the memory grows.
        """
        for index, (start, count) in enumerate(self._free_runs):
            if count >= pages:
                self._free_runs[index : index + 1] = (
                    [(start + pages * self.page_words, count - pages)] if count > pages else []
                )
                return start
        start = len(self.words)
        self.words.frombytes(bytes(pages * self.page_words * WORD_BYTES))
        self.colors.extend(bytes(pages * self.page_words))
        return start

    def release(self, start: int, pages: int) -> None:
        """Give `pages` pages from `start` back, zeroed; adjacent free runs become one."""
        end = start + pages * self.page_words
        self.clear(start, end)
        self.clear_colors(start, end)
        runs = self._free_runs
        at = bisect_left(runs, (start, 0))
        if at < len(runs) and runs[at][0] == end:
            pages += runs.pop(at)[1]
        if at and runs[at - 1][0] + runs[at - 1][1] * self.page_words == start:
            at -= 1
            start, before = runs.pop(at)
            pages += before
        runs.insert(at, (start, pages))

    def clear(self, start: int, end: int) -> None:
        """Make every word in [start, end) null."""
        length = end - start
        if length == self.page_words:
            self.words[start:end] = self._zeros
        elif length < self.page_words:
            self.words[start:end] = self._zeros[:length]
        else:
            self.words[start:end] = array("q", bytes(length * WORD_BYTES))

    def clear_colors(self, start: int, end: int) -> None:
        """Make every color in [start, end) white."""
        self.colors[start:end] = bytes(end - start)

    def free_runs(self) -> tuple[tuple[int, int], ...]:
        """The free pages as (address, pages), lowest first."""
        return tuple(self._free_runs)
