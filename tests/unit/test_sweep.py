"""The sweep: free runs, released pages, and pages that wait."""

import pytest

from gcsim.collectors import Phase
from gcsim.collectors.sweep import Sweeper, allocate_in_old, start_sweeping, sweep_page
from gcsim.heap.inspect import walk_page
from gcsim.heap.verify import verify
from heaps import Lab


def old_lab(*sizes, **settings):
    """Old objects named A, B, C ... of those sizes in words, page by page."""
    lab = Lab(pages=2, **settings)
    for name, words in zip("ABCDEFGHIJKL", sizes, strict=False):
        lab.leaf(name, words, old=True)
    return lab


def sweep_all(lab):
    """Every page is swept, and the heap is verified page by page."""
    cycle = Sweeper(lab.heap)
    while cycle.phase is not Phase.DONE:
        cycle.advance(1)
        verify(lab.heap)
    return cycle.work.swept_pages


def runs(lab):
    """(address on its page, words) of the free list's blocks."""
    words = lab.heap.memory.words
    return sorted((at - lab.heap.old_start, words[at]) for _, at in lab.heap.old.free_list.blocks())


@pytest.mark.parametrize(
    ("dead", "expected"),
    [
        ("A", [(0, 4)]),
        ("B", [(4, 4)]),
        ("AB", [(0, 8)]),
        ("BC", [(4, 8)]),
        ("ABC", [(0, 12)]),
        ("AC", [(0, 4), (8, 4)]),
        ("D", [(12, 4)]),
        ("CD", [(8, 8)]),
        ("", []),
    ],
)
def test_neighbouring_dead_objects_are_one_free_run(dead, expected):
    """At the page's start, its middle and its end."""
    lab = old_lab(4, 4, 4, 4)
    lab.drop(*dead)
    lab.collect()
    assert runs(lab) == []
    sweep_all(lab)
    assert runs(lab) == expected


def test_a_dead_object_coalesces_with_the_free_blocks_around_it():
    """B and D are free; then C dies too."""
    lab = old_lab(4, 3, 3, 3, 3)
    lab.drop("B", "D")
    lab.collect()
    sweep_all(lab)
    assert runs(lab) == [(4, 3), (10, 3)]
    lab.drop("C")
    lab.collect()
    sweep_all(lab)
    assert runs(lab) == [(4, 9)]


def test_short_runs_are_waste_until_a_neighbour_dies():
    """Two words are not in the list, but are found by the next sweep."""
    lab = old_lab(4, 2, 8)
    lab.drop("B")
    lab.collect()
    sweep_all(lab)
    assert runs(lab) == []
    lab.drop("A")
    lab.collect()
    sweep_all(lab)
    assert runs(lab) == [(0, 6)]


def test_empty_pages_are_released_but_for_the_first():
    """V8 keeps one."""
    lab = old_lab(*[8] * 8)
    lab.drop(*"ABCDEFGH")
    pages = list(lab.heap.old.pages)
    work = lab.collect()
    assert work.released_pages == 3
    assert list(lab.heap.old.pages) == pages[:1]
    assert lab.heap.memory.free_runs() == ((pages[1], 3),)
    sweep_all(lab)
    assert runs(lab) == [(0, 16)]


def test_a_page_with_one_live_object_is_kept():
    """However small."""
    lab = old_lab(8, 8, 8, 8, 14, 2)
    lab.drop(*"ABCDE")
    work = lab.collect()
    assert (work.released_pages, len(lab.heap.old.pages)) == (1, 2)
    assert lab.names() == ["F"]


@pytest.mark.parametrize("lazy", [True, False])
def test_lazily_or_at_once_the_sizes_are_the_same(lazy):
    """A waiting page is booked at its live bytes."""
    lab = old_lab(8, 8, 8, 8, 8, lazy_sweeping=lazy)
    lab.drop("A", "D")
    work = lab.collect()
    assert lab.heap.old_bytes() == 3 * 64
    assert len(lab.heap.old.unswept) == (3 if lazy else 0)
    assert work.swept_pages == (0 if lazy else 3)
    sweep_all(lab)
    assert lab.heap.old_bytes() == 3 * 64
    assert runs(lab) == [(0, 8), (24, 8), (40, 8)]


def test_a_waiting_page_gives_no_memory():
    """Allocation fails; when it is swept, its hole is used."""
    lab = old_lab(8, 8)
    lab.drop("A")
    lab.collect()
    assert lab.heap.allocate_raw(8, pretenured=True) == 0
    assert sweep_all(lab) == 1
    assert lab.heap.allocate_raw(8, pretenured=True) == lab.heap.old_start


def test_a_collector_sweeps_a_page_before_it_adds_one():
    """And adds one if the page has no room."""
    lab = old_lab(8, 8)
    lab.drop("A")
    lab.collect()
    assert allocate_in_old(lab.heap, 8) == lab.heap.old_start
    assert len(lab.heap.old.pages) == 1
    assert allocate_in_old(lab.heap, 8) == lab.heap.old_start + 16
    assert len(lab.heap.old.pages) == 2


def test_large_objects_are_freed_at_once_and_whole():
    """They do not wait for a sweep."""
    lab = old_lab(20, 40)
    a, b = lab["A"], lab["B"]
    lab.drop("A")
    lab.collect()
    assert list(lab.heap.large.chunks) == [b]
    assert lab.heap.memory.free_runs() == ((a, 2),)
    assert lab.heap.memory.colors[b] == 0


def test_a_swept_page_is_white_and_tiled():
    """Live objects, free runs and fillers, one after another."""
    lab = old_lab(4, 2, 4, 4)
    lab.drop("B", "C")
    lab.collect()
    (page,) = lab.heap.old.pages.values()
    assert page.allocated_words == 8
    lab.heap.old.unswept.remove(page)
    sweep_page(lab.heap, page)
    assert not any(lab.heap.memory.colors[page.start : page.area_end])
    found = [(block.kind, block.words) for block in walk_page(lab.heap, page)]
    assert found == [("object", 4), ("free", 6), ("object", 4), ("filler", 2)]


def test_a_budget_sweeps_whole_pages():
    """At least one, at most one over."""
    lab = old_lab(8, 8, 8, 8, 8, 8)
    lab.collect()
    cycle = Sweeper(lab.heap)
    assert not cycle.atomic
    assert (cycle.advance(1), cycle.advance(129), cycle.phase) == (128, 256, Phase.DONE)
    assert cycle.advance(1) == 0


def test_a_heap_without_pages_has_nothing_to_sweep():
    """The sweeper is done when it is made."""
    lab = Lab()
    assert start_sweeping(lab.heap) == 0
    assert Sweeper(lab.heap).phase is Phase.DONE
