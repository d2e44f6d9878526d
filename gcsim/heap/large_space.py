"""Large-object space: objects of more than half a page, each in a chunk of its own, which never move.

There are two of them in a heap. Young large objects live in the new one until their first scavenge, which hands the
chunks of the living over to the old one; no word is copied.

A chunk is the object and a page header, rounded up to the system's pages of 4096 bytes (measured: V8 commits
round_up(size + 4424, 4096) bytes).
"""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from gcsim.heap.memory import Memory
from gcsim.units import KB, WORD_BYTES, round_up

SYSTEM_PAGE_WORDS: Final = 4 * KB // WORD_BYTES


@frozen
class Chunk:
    """The memory of one large object: `pages` pages from `start`, `committed_words` of them counted."""

    start: int
    pages: int
    words: int
    committed_words: int


class LargeObjectSpace:
    """`chunks`: the chunk of each object, by the object's address, oldest first."""

    __slots__ = ("chunks", "committed_words", "header_words", "memory", "used_words")

    def __init__(self, memory: Memory, header_words: int) -> None:
        self.memory = memory
        self.header_words = header_words
        self.chunks: dict[int, Chunk] = {}
        self.used_words = 0
        self.committed_words = 0

    def allocate(self, words: int) -> int:
        """The address of `words` null words in a new chunk."""
        chunk = self._make_chunk(words)
        self._insert(chunk.start + self.header_words, chunk)
        return chunk.start + self.header_words

    def chunk_words(self, words: int) -> int:
        """How many words a chunk for an object of `words` words commits."""
        step = min(SYSTEM_PAGE_WORDS, self.memory.page_words)
        return round_up(words + self.header_words, step)

    def free(self, address: int) -> None:
        """The object is gone and its chunk given back."""
        chunk = self._remove(address)
        self.memory.release(chunk.start, chunk.pages)

    def hand_over(self, address: int, other: "LargeObjectSpace") -> None:
        """The object belongs to `other` from now on; nothing moves."""
        other._insert(address, self._remove(address))  # noqa: SLF001 - the other half of one pair

    def areas(self) -> Iterator[tuple[int, int]]:
        """The (start, end) of each object."""
        for address, chunk in self.chunks.items():
            yield address, address + chunk.words

    def _make_chunk(self, words: int) -> Chunk:
        committed = self.chunk_words(words)
        pages = -(-committed // self.memory.page_words)
        return Chunk(self.memory.reserve(pages), pages, words, committed)

    def _insert(self, address: int, chunk: Chunk) -> None:
        self.chunks[address] = chunk
        self.used_words += chunk.words
        self.committed_words += chunk.committed_words

    def _remove(self, address: int) -> Chunk:
        chunk = self.chunks.pop(address)
        self.used_words -= chunk.words
        self.committed_words -= chunk.committed_words
        return chunk
