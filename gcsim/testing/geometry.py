"""Geometries: heaps so small that every border is near.

A page has 16 to 64 words instead of 32,768, a semispace one to four pages, so a program of a dozen operations fills,
flips, promotes and fragments. Most bugs of collectors need no more.
"""

from random import Random
from typing import Any, Final

from attrs import field, fields, frozen
from attrs.validators import in_

from gcsim.config import HeapConfig
from gcsim.units import MB, WORD_BYTES

PAGE_WORDS: Final = (32, 16, 64, 128)
CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "page_words": PAGE_WORDS,
    "pages": (1, 2, 3),
    "max_pages": (4, 1),
    "header_words": (0, 0, 2),
    "lazy": (True, False),
    "predictable": (False, False, True),
    "promotion_percent": (70, 0, 40, 100),
}
"""What is drawn at random for each number of a geometry, the plainest first."""


@frozen(kw_only=True)
class Geometry:
    """The sizes of a tiny heap.

    `page_words`: of each page, `header_words` of which are its header. `pages`: of a semispace, which may grow to
    `max_pages`. `lazy`: whether pages are swept when memory is needed. `predictable`: whether that is done as on one
    thread, where a scavenge has a compaction space. `promotion_percent`: pages of new space of which more than this
    part lives are promoted whole by a full collection. `old_pages`: what the old generation may have.
    """

    page_words: int = field(default=32, validator=in_(PAGE_WORDS))
    pages: int = 1
    max_pages: int = 4
    header_words: int = 0
    lazy: bool = True
    predictable: bool = False
    promotion_percent: int = 70
    old_pages: int = 1024

    def config(self) -> HeapConfig:
        """The settings of such a heap.

        Raises:
            ConfigError: the sizes do not go together.
        """
        page_bytes = self.page_words * WORD_BYTES
        return HeapConfig(
            page_size=page_bytes,
            page_header_size=self.header_words * WORD_BYTES,
            min_semi_space_size=self.pages * page_bytes / MB,
            max_semi_space_size=max(self.pages, self.max_pages) * page_bytes / MB,
            max_old_space_size=self.old_pages * page_bytes / MB,
            lazy_sweeping=self.lazy,
            predictable=self.predictable,
            page_promotion_threshold=self.promotion_percent,
        )

    def __str__(self) -> str:
        """As Python: only what differs from the default."""
        default = Geometry()
        names = (each.name for each in fields(Geometry))
        given = [f"{name}={getattr(self, name)!r}" for name in names if getattr(self, name) != getattr(default, name)]
        return f"Geometry({', '.join(given)})"


def random_geometry(random: Random) -> Geometry:
    """One of those that `CHOICES` allows."""
    return Geometry(**{name: random.choice(values) for name, values in CHOICES.items()})
