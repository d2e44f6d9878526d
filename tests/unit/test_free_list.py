"""The free list: 24 size classes of blocks that are linked through the heap's own words."""

from array import array

import pytest

from gcsim.heap.free_list import CLASS_MIN_BYTES, LAST_CLASS, FreeList, class_of

PAGE_WORDS = 32_768


@pytest.fixture
def words():
    return array("q", bytes(8 * 45_000))


@pytest.mark.parametrize(
    ("size_bytes", "size_class"),
    [(24, 0), (31, 0), (32, 1), (47, 1), (48, 2), (255, 14), (256, 15), (65536, 23), (1 << 20, 23), (8, 0)],
)
def test_a_size_has_the_class_with_the_last_lower_bound_not_above_it(size_bytes, size_class):
    """The borders of V8's classes."""
    assert class_of(size_bytes) == size_class


def test_there_are_24_classes():
    """As in V8's FreeListMany."""
    assert len(CLASS_MIN_BYTES) == 24
    assert LAST_CLASS == 23


def test_a_block_is_a_filler_and_the_newest_is_first(words):
    """Its header is its length, its second word the next block of its class."""
    free = FreeList(words, PAGE_WORDS)
    assert free.add(100, 4) == 0
    assert free.add(200, 5) == 0
    assert (words[100], words[200], words[201]) == (4, 5, 100)
    assert list(free.blocks()) == [(1, 200), (1, 100)]
    assert free.free_words == 9


@pytest.mark.parametrize("length", [1, 2])
def test_a_run_below_24_bytes_is_waste(words, length):
    """It is a filler, so that its page can be walked, and nothing else."""
    free = FreeList(words, PAGE_WORDS)
    assert free.add(100, length) == length
    assert words[100] == length
    assert list(free.blocks()) == []
    assert free.free_words == 0


def test_the_blocks_of_some_pages_can_be_forgotten(words):
    """The others keep their order, page by page, the newest first, and the sum is right."""
    free = FreeList(words, 512)
    for address, length in ((1000, 4), (2000, 4), (1010, 5), (3000, 20), (2010, 4), (1020, 20)):
        free.add(address, length)
    free.evict({2560, 4096})  # up to 3071, and a page without blocks
    assert list(free.blocks()) == [(1, 2010), (1, 2000), (1, 1010), (1, 1000), (9, 1020)]
    assert free.free_words == 37
    free.evict({512, 1536})
    assert (list(free.blocks()), free.free_words) == ([], 0)
    assert words[1000] == 4


@pytest.mark.parametrize(
    ("length", "start"),
    [
        (4, 1024),  # the class above 32 bytes: 48 bytes
        (6, 1536),  # above 48 bytes: 160 bytes, on the page that has had such blocks for a shorter time
        (20, 1536),  # no class above: the own one
        (21, 1536),  # the same, although 20 words are too few
        (40, -1),
    ],
)
def test_a_page_is_found_by_the_next_class_above(words, length, start):
    """V8's GetPageForSize: it may have no block that is long enough."""
    free = FreeList(words, 512)
    for address, size in ((600, 4), (1100, 6), (700, 20), (1600, 20)):
        free.add(address, size)
    assert free.page_for(length) == start


def test_the_blocks_of_a_page_go_to_another_list(words):
    """In their order, before what is there, and the sums follow."""
    rest, mine = FreeList(words, 512), FreeList(words, 512)
    for address, size in ((600, 4), (1100, 6), (700, 20), (620, 4)):
        rest.add(address, size)
    mine.add(1600, 4)
    rest.move_page(512, mine)
    assert (list(rest.blocks()), rest.free_words) == ([(2, 1100)], 6)
    assert list(mine.blocks()) == [(1, 620), (1, 600), (1, 1600), (9, 700)]
    assert mine.free_words == 32
    mine.add(640, 4)
    assert mine.take(4) == 640


def test_take_uses_the_own_class_only_if_its_first_block_is_long_enough(words):
    """Otherwise a block of a class above, where every block is long enough."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 5)
    free.add(200, 4)  # 32 bytes, first of class 1; the 5 words behind it are not looked at
    free.add(300, 20)
    assert free.take(5) == 300
    assert free.take(5) == 0
    assert (free.take(4), free.take(4)) == (200, 100)
    assert free.free_words == 0


def test_the_last_class_is_walked(words):
    """Its blocks have no upper bound, so the first that is long enough is searched for."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 12_000)
    free.add(13_000, 9_000)
    free.add(23_000, 8_500)
    assert free.take(10_000) == 100
    assert [block for _, block in free.blocks()] == [23_000, 13_000]
    assert free.take(8_800) == 13_000
    assert free.take(8_800) == 0
    assert free.free_words == 8_500


def test_the_last_class_gives_its_head_after_a_walk_of_no_step(words):
    """The first block is the one: the head of the list moves on."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 9_000)
    free.add(10_000, 9_500)
    assert free._walk_last(9_200) == 10_000
    assert [block for _, block in free.blocks()] == [100]


def test_the_last_class_is_walked_page_by_page(words):
    """The newest page first; one without a block of the class left is walked no more."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 9_500)
    free.add(PAGE_WORDS, 9_000)
    assert [free.take(9_200), free.take(9_200)] == [100, 0]
    assert (list(free.blocks()), len(free.chains[LAST_CLASS])) == ([(LAST_CLASS, PAGE_WORDS)], 1)


def test_take_fast_prefers_a_block_with_room_for_more(words):
    """2048 bytes and more; if there is none, the smallest that fits, as `take`."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 4)
    free.add(1_000, 256)
    free.add(2_000, 300)
    assert free.take_fast(4) == 2_000
    assert free.take_fast(4) == 1_000
    assert free.take_fast(4) == 100
    assert free.take_fast(4) == 0


def test_take_fast_for_a_long_block_looks_1920_bytes_higher(words):
    """A request of 2200 bytes looks at blocks of 8192 bytes and more first, then at its own class."""
    free = FreeList(words, PAGE_WORDS)
    free.add(1_000, 600)
    free.add(2_000, 1_100)
    assert free.take_fast(275) == 2_000
    assert free.take_fast(275) == 1_000


def test_reset_forgets_every_block(words):
    """They stay fillers in the heap."""
    free = FreeList(words, PAGE_WORDS)
    free.add(100, 4)
    free.reset()
    assert (list(free.blocks()), free.free_words, words[100]) == ([], 0, 4)
