"""Blocks that are too narrow are drawn together."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gcsim.view.frame import Block
from gcsim.view.panes.runs import most_common, runs

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def blocks_of(words):
    blocks, address = [], 100
    for number, size in enumerate(words):
        blocks.append(Block(address, size, id=number + 1, name=f"n{number}"))
        address += size
    return blocks


@given(sizes, st.floats(0.1, 20), st.floats(1, 60))
def test_every_block_is_in_one_run_and_runs_do_not_overlap(words, per_word, least):
    blocks = blocks_of(words)
    found = list(runs(blocks, 100, per_word, least))
    assert [block for run in found for block in run.blocks] == blocks
    for one, other in pairwise(found):
        assert abs(one.x + one.w - other.x) < 1e-6


@given(sizes, st.floats(0.1, 20), st.floats(1, 60))
def test_a_run_of_more_than_one_is_of_narrow_blocks(words, per_word, least):
    for run in runs(blocks_of(words), 100, per_word, least):
        if len(run.blocks) > 1:
            assert all(block.words * per_word < least for block in run.blocks)


def test_four_narrow_blocks_and_a_wide_one():
    found = list(runs(blocks_of([1, 1, 1, 1, 50]), 100, 1.0, 20.0))
    assert [len(run.blocks) for run in found] == [4, 1]
    assert [(run.x, run.w) for run in found] == [(0, 4), (4, 50)]


def test_the_most_common_kind_is_the_one_with_most_room():
    blocks = [Block(0, 3, name="a"), Block(3, 5, name="b"), Block(8, 3, name="a")]
    assert most_common(blocks, lambda block: block.name).name == "a"
