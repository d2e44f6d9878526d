"""Scopes: how small the world is that an exhaustive search goes through."""

from typing import Final

from attrs import field, frozen
from attrs.validators import ge, le

from gcsim.testing.geometry import PAGE_WORDS, Geometry


@frozen(kw_only=True)
class Scope:
    """What is searched: graphs of up to so many objects of so many fields, and so many steps of the mutator."""

    objects: int = field(default=3, validator=[ge(1), le(4)])
    fields: int = field(default=2, validator=[ge(1), le(3)])
    steps: int = field(default=6, validator=[ge(0), le(12)])

    def geometry(self) -> Geometry:
        """A heap in which all objects have room that can be made in so many steps, dead ones included."""
        words = (self.objects + self.steps // 2) * (self.fields + 2)
        return Geometry(page_words=next(size for size in PAGE_WORDS[1:] if size >= words), max_pages=1)


WITH_YOUNG: Final = Scope(objects=2, fields=2, steps=3)
"""A scope that is searched in about as much time with a young collector as the default one is without."""
