"""Memory: words, colors, and the pages above the young generation."""

from gcsim.heap.memory import BLACK, SMI_MAX, SMI_MIN, Memory, smi, smi_value


def test_a_smi_is_negative_and_comes_back():
    """A Smi is a field below 0, at both ends of its range too."""
    for value in (SMI_MIN, -1, 0, 1, SMI_MAX):
        assert smi(value) < 0
        assert smi_value(smi(value)) == value


def test_a_new_memory_has_the_null_page_and_the_young_pages():
    """Nothing lies above `old_start` before something is reserved."""
    memory = Memory(page_words=16, young_pages=2)
    assert memory.old_start == len(memory.words) == len(memory.colors) == 48
    assert not any(memory.words)


def test_reserve_grows_the_words_and_the_colors_together():
    """Two reservations lie one behind the other."""
    memory = Memory(16, 2)
    assert (memory.reserve(1), memory.reserve(3)) == (48, 64)
    assert len(memory.words) == len(memory.colors) == 48 + 4 * 16


def test_a_released_page_is_zeroed_and_used_again():
    """What is taken back is null and white when it is handed out again."""
    memory = Memory(16, 2)
    start = memory.reserve(1)
    memory.words[start + 5] = 7
    memory.colors[start + 5] = BLACK
    memory.release(start, 1)
    assert memory.reserve(1) == start
    assert not any(memory.words[start : start + 16])
    assert not any(memory.colors[start : start + 16])


def test_released_neighbours_become_one_run():
    """Left, right and both neighbours coalesce."""
    memory = Memory(16, 2)
    first = memory.reserve(5)
    memory.release(first, 1)
    memory.release(first + 32, 1)
    assert memory.free_runs() == ((first, 1), (first + 32, 1))
    memory.release(first + 16, 1)
    assert memory.free_runs() == ((first, 3),)
    memory.release(first + 48, 2)
    assert memory.free_runs() == ((first, 5),)


def test_reserve_takes_the_first_run_that_is_long_enough():
    """A run that is too short is passed over, a longer one is cut."""
    memory = Memory(16, 2)
    first = memory.reserve(6)
    memory.release(first, 1)
    memory.release(first + 32, 3)
    assert memory.reserve(2) == first + 32
    assert memory.free_runs() == ((first, 1), (first + 64, 1))
    assert memory.reserve(2) == first + 96
