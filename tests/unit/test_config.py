"""HeapConfig: what each setting refuses, and the sizes that follow from the settings."""

from math import inf, nan

import pytest

from gcsim.config import FLAGS, LESSON, PRESETS, V8_PAGE_BYTES, HeapConfig, preset
from gcsim.errors import ConfigError, GcsimError
from gcsim.units import KB, MB

REFUSED = [
    ("min_semi_space_size", 0, "must be a number above 0 and at most 1024 MB"),
    ("min_semi_space_size", nan, "must be a number above 0 and at most 1024 MB"),
    ("min_semi_space_size", inf, "must be a number above 0 and at most 1024 MB"),
    ("max_semi_space_size", -4, "must be a number above 0 and at most 1024 MB"),
    ("max_semi_space_size", 2048, "must be a number above 0 and at most 1024 MB"),
    ("max_semi_space_size", "16", "must be a number above 0 and at most 1024 MB"),
    ("semi_space_growth_factor", 1, "must be a whole number at least 2 and at most 64"),
    ("semi_space_growth_factor", 2.5, "must be a whole number at least 2 and at most 64"),
    ("max_old_space_size", 0, "must be a number above 0 and at most 1048576 MB"),
    ("max_old_space_size", inf, "must be a number above 0 and at most 1048576 MB"),
    ("initial_old_space_size", -1, "must be a number at least 0 and at most 1048576 MB"),
    ("heap_growing_percent", -1, "must be a whole number at least 0 and at most 10000 %"),
    ("incremental_marking", 1, "must be True or False"),
    ("minor_gc_task", "yes", "must be True or False"),
    ("minor_gc_task_trigger", 0, "must be a whole number at least 1 and at most 100 %"),
    ("minor_gc_task_trigger", 101, "must be a whole number at least 1 and at most 100 %"),
    ("minor_gc_task_trigger", 80.5, "must be a whole number at least 1 and at most 100 %"),
    ("memory_reducer", "on", "must be True or False"),
    ("predictable", 1, "must be True or False"),
    ("gc_interval", -2, "must be a whole number at least -1 allocations"),
    ("gc_interval", True, "must be a whole number at least -1 allocations"),
    ("compact", None, "must be True or False"),
    ("compact_on_every_full_gc", 1, "must be True or False"),
    ("page_promotion", "no", "must be True or False"),
    ("page_promotion_threshold", -1, "must be a whole number at least 0 and at most 100 %"),
    ("page_promotion_threshold", 101, "must be a whole number at least 0 and at most 100 %"),
    ("verify_heap", None, "must be True or False"),
    ("lazy_sweeping", 0, "must be True or False"),
    ("page_size", 32, "must be a whole number at least 64 and at most 16777216 bytes"),
    ("page_size", 100, "must be a multiple of 8 bytes"),
    ("page_size", 96 * KB, "must be a power of two"),
    ("page_header_size", -8, "must be a whole number at least 0 bytes"),
    ("page_header_size", 12, "must be a multiple of 8 bytes"),
    ("page_header_size", 131_080, "must be at most half of page_size (131072 bytes)"),
    ("scavenger_buffer_size", 12, "must be a multiple of 8 bytes"),
]


@pytest.mark.parametrize(("name", "value", "limit"), REFUSED)
def test_a_refused_value_is_named_with_its_limit_and_unit(name, value, limit):
    """In one line, as a ConfigError, which is a ValueError."""
    with pytest.raises(ConfigError) as caught:
        HeapConfig(**{name: value})
    assert str(caught.value).removesuffix(" bytes") == f"{name} {limit}, got {value!r}"
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, GcsimError)


def test_every_setting_refuses_something():
    """No field was forgotten in the list above."""
    assert {name for name, _, _ in REFUSED} == {attribute.name for attribute in FLAGS}


def test_every_setting_tells_its_source_and_what_it_does():
    """The command line makes its help of it."""
    for attribute in FLAGS:
        assert attribute.metadata["source"]
        assert attribute.metadata["help"]


def test_the_bounds_themselves_are_allowed():
    """At least and at most mean what they say."""
    config = HeapConfig(
        max_semi_space_size=1024, semi_space_growth_factor=64, minor_gc_task_trigger=100, gc_interval=0, page_size=64,
        page_header_size=32,
    )  # fmt: skip
    assert (config.page_words, config.page_header_words, config.page_area_bytes) == (8, 4, 32)


def test_the_page_is_v8s():
    """256 KB with 257,720 allocatable bytes; objects above 131,072 bytes are large (measured)."""
    config = HeapConfig()
    assert (config.page_size, config.page_words) == (V8_PAGE_BYTES, 32_768)
    assert config.page_area_bytes == 257_720
    assert config.max_regular_object_bytes == 131_072
    assert config.page_promotion_bytes == 180_404


@pytest.mark.parametrize(("given_mb", "expected_mb"), [(0.001, 1), (1, 1), (1.5, 2), (2, 2), (3, 4), (9, 16), (16, 16)])
def test_a_semispace_is_a_power_of_two_and_at_least_a_megabyte(given_mb, expected_mb):
    """On V8's pages, and for the largest as for the first."""
    config = HeapConfig(min_semi_space_size=given_mb, max_semi_space_size=given_mb)
    assert config.max_semi_space_bytes == config.initial_semi_space_bytes == expected_mb * MB


def test_a_semispace_of_small_pages_may_be_one_page():
    """There is no floor of 1 MB then."""
    config = HeapConfig(page_size=128, page_header_size=0, min_semi_space_size=1 / MB, max_semi_space_size=300 / MB)
    assert (config.initial_semi_space_bytes, config.max_semi_space_bytes) == (128, 512)


def test_the_first_semispace_is_never_above_the_largest():
    """As V8 lowers it."""
    config = HeapConfig(min_semi_space_size=8, max_semi_space_size=2)
    assert config.initial_semi_space_bytes == config.max_semi_space_bytes == 2 * MB


@pytest.mark.parametrize(("given_mb", "pages"), [(0.001, 1), (0.6, 2), (16, 64), (16.3, 65)])
def test_the_old_generation_is_rounded_down_to_pages(given_mb, pages):
    """But never to none."""
    assert HeapConfig(max_old_space_size=given_mb).max_old_bytes == pages * V8_PAGE_BYTES


@pytest.mark.parametrize(("old_mb", "semi_mb", "reserved_mb"), [(16, 16, 64), (2048, 16, 2096), (16, 1, 19)])
def test_the_whole_heap_is_the_old_generation_and_three_semispaces(old_mb, semi_mb, reserved_mb):
    """V8's heap_size_limit (measured: 16 gives 64, 2048 gives 2096)."""
    config = HeapConfig(max_old_space_size=old_mb, max_semi_space_size=semi_mb)
    assert config.max_reserved_bytes == reserved_mb * MB


def test_replace_changes_what_it_is_told_and_nothing_else():
    """The original stays as it was."""
    config = HeapConfig(gc_interval=7)
    changed = config.replace(max_semi_space_size=4)
    assert (changed.max_semi_space_size, changed.gc_interval) == (4, 7)
    assert config.max_semi_space_size == 16


def test_replace_refuses_what_the_constructor_refuses():
    """A wrong value, and a field that does not exist."""
    with pytest.raises(ConfigError, match="gc_interval must be"):
        HeapConfig().replace(gc_interval=-2)
    with pytest.raises(ConfigError, match="HeapConfig has no field 'max_semi_size'; it has min_semi_space_size, "):
        HeapConfig().replace(max_semi_size=1)


def test_a_configuration_cannot_be_changed():
    """It is frozen, so a preset is safe."""
    with pytest.raises(AttributeError):
        LESSON.page_size = 256


def test_presets_are_found_by_name():
    """And a wrong name is answered with the right ones."""
    assert preset("default") == HeapConfig()
    assert preset("lesson") is LESSON
    with pytest.raises(ConfigError) as caught:
        preset("node99")
    assert str(caught.value) == f"no preset 'node99'; presets: {', '.join(PRESETS)}"


def test_the_lesson_heap_fits_on_a_sheet_of_paper():
    """A semispace is one page of 16 words: four objects of 32 bytes."""
    assert LESSON.page_words == 16
    assert LESSON.initial_semi_space_bytes == LESSON.max_semi_space_bytes == LESSON.page_area_bytes == 128
