"""Large-object space: one chunk for each object."""

import pytest

from gcsim.heap.large_space import LargeObjectSpace
from gcsim.heap.memory import Memory


@pytest.fixture
def memory():
    return Memory(1024, 2)


def test_a_chunk_is_the_object_and_a_header_in_system_pages(memory):
    """Two system pages of 512 words hold 600 words and a header."""
    space = LargeObjectSpace(memory, header_words=20)
    address = space.allocate(600)
    assert address == memory.old_start + 20
    assert (space.used_words, space.committed_words) == (600, 1024)
    assert list(space.areas()) == [(address, address + 600)]


def test_v8_commits_an_object_of_200_000_bytes_as_measured():
    """round_up(size + 4424, 4096) bytes."""
    space = LargeObjectSpace(Memory(32768, 2), header_words=553)
    assert space.chunk_words(25_000) * 8 == 204_800


def test_an_object_may_need_several_pages(memory):
    """Its pages are adjacent."""
    space = LargeObjectSpace(memory, 0)
    first, second = space.allocate(2500), space.allocate(1000)
    assert (space.chunks[first].pages, second - first) == (3, 3 * 1024)


def test_a_freed_object_gives_its_chunk_back(memory):
    """All counts are as before, and its memory is free."""
    space = LargeObjectSpace(memory, 0)
    address = space.allocate(2500)
    space.free(address)
    assert (space.used_words, space.committed_words, space.chunks) == (0, 0, {})
    assert memory.free_runs() == ((address, 3),)


def test_handing_over_moves_the_counts_and_not_the_object(memory):
    """Nothing is copied."""
    young, old = LargeObjectSpace(memory, 0), LargeObjectSpace(memory, 0)
    address = young.allocate(1000)
    memory.words[address + 1] = 42
    young.hand_over(address, old)
    assert (young.used_words, old.used_words, list(old.chunks)) == (0, 1000, [address])
    assert memory.words[address + 1] == 42
