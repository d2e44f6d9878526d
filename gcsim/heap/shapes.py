"""Shapes: what V8 calls maps and others hidden classes.

A shape says how an object is laid out: a header, then the strong fields, then raw words. Shapes are interned, so two
objects of one layout have one shape, and a header is a small number. The table also keeps two plain lists, indexed by
that number, because the collectors' loops read nothing else.

Indexes 1 to `page_words` are not shapes of objects: index n is a filler of n words.

Left out: V8's map transitions and the maps as objects of 80 bytes in the heap (they are shared, and few).
"""

from typing import Final, TypeAlias

from attrs import field, frozen

from gcsim.errors import NoSuchField, ShapeError
from gcsim.units import WORD_BYTES, words_for

FIRST_FIELD: Final = 1
"""The offset of field 0 from the header."""
MAX_OBJECT_BYTES: Final = 1 << 34

Offsets: TypeAlias = dict[str | int, int] | range


@frozen(eq=False)
class Shape:
    """The layout of one kind of object.

    `words`: its size, the header included. `strong`: how many strong fields follow the header; `fields` names them
    (an array's elements have no names). The remaining words are raw. `offsets`: the distance from the header to a
    strong field, by name and by index; for elements a range, so that an index below 0 counts from the end.
    `bump_words`: by how much allocation moves `top`; for a large object more than any page has, so that the one
    comparison with the limit also sends large objects elsewhere.
    """

    index: int
    name: str
    kind: str
    words: int
    strong: int
    bump_words: int
    fields: tuple[str, ...] = ()
    offsets: Offsets = field(factory=dict, repr=False)

    @property
    def size_bytes(self) -> int:
        """The size of an object of this shape."""
        return self.words * WORD_BYTES

    @property
    def raw(self) -> int:
        """How many raw words an object of this shape has."""
        return self.words - FIRST_FIELD - self.strong

    @property
    def raw_offset(self) -> int:
        """The distance from the header to the first raw word."""
        return FIRST_FIELD + self.strong

    def offset(self, name_or_index: str | int) -> int:
        """The distance in words from the header to a strong field.

        Raises:
            NoSuchField: there is no such field.
        """
        try:
            return self.offsets[name_or_index]  # type: ignore[index] # a range refuses a name: TypeError
        except (LookupError, TypeError):
            message = f"{self.name} has no field {name_or_index!r}; it has {self._describe_fields()}"
            raise NoSuchField(message) from None

    def field_name(self, index: int) -> str:
        """The name of strong field `index`; elements are named by their number."""
        return self.fields[index] if index < len(self.fields) else str(index)

    def _describe_fields(self) -> str:
        if self.fields:
            return ", ".join(self.fields)
        return f"elements 0 to {self.strong - 1}" if self.strong else "no fields"


class ShapeTable:
    """Every shape of a heap, interned.

    `words_of[index]`, `strong_of[index]` and `offsets_of[index]` serve the hot loops; `[index]` gives the `Shape` of
    an object. `natives`: how many shapes there were before the program made its own.
    """

    __slots__ = (
        "_interned",
        "_max_regular_words",
        "_shapes",
        "filler_max",
        "natives",
        "offsets_of",
        "strong_of",
        "words_of",
    )

    def __init__(self, page_words: int, max_regular_words: int) -> None:
        self.filler_max = page_words
        self.natives = 0
        self._max_regular_words = max_regular_words
        self.words_of = list(range(page_words + 1))
        self.strong_of = [0] * (page_words + 1)
        self.offsets_of: list[Offsets] = [{}] * (page_words + 1)
        self._shapes: list[Shape] = []
        self._interned: dict[tuple[str, str, int, int, tuple[str, ...]], Shape] = {}

    def __getitem__(self, index: int) -> Shape:
        """The shape of that index, which must not be a filler's."""
        return self._shapes[index - self.filler_max - 1]

    def __len__(self) -> int:
        """How many shapes of objects there are."""
        return len(self._shapes)

    @property
    def has_classes(self) -> bool:
        """Whether the program has classes of its own, and not only arrays, strings and collections."""
        return any(shape.kind == "object" for shape in self._shapes[self.natives :])

    def define(
        self,
        name: str,
        *,
        fields: tuple[str, ...] = (),
        size: int | None = None,
        strong: int | None = None,
        kind: str = "object",
    ) -> Shape:
        """The shape with this layout, made at the first request.

        `size`: bytes, rounded up to whole words; by default a header and the strong fields. `strong`: the number of
        strong fields where they have no names (arrays); by default `len(fields)`.

        Raises:
            ShapeError: the fields do not fit into the size, or a name is used twice.
        """
        count = len(fields) if strong is None else strong
        words = FIRST_FIELD + count if size is None else words_for(size)
        key = (kind, name, words, count, fields)
        shape = self._interned.get(key)
        if shape is None:
            check_layout(name, fields, words, count)
            shape = self._interned[key] = self._add(key)
        return shape

    def _add(self, key: tuple[str, str, int, int, tuple[str, ...]]) -> Shape:
        kind, name, words, count, fields = key
        places = range(FIRST_FIELD, FIRST_FIELD + count)
        offsets: Offsets = places
        if fields:
            offsets = {**dict(enumerate(places)), **dict(zip(fields, places, strict=True))}
        bump_words = words if words <= self._max_regular_words else MAX_OBJECT_BYTES
        shape = Shape(len(self.words_of), name, kind, words, count, bump_words, fields, offsets)
        self._shapes.append(shape)
        self.words_of.append(words)
        self.strong_of.append(count)
        self.offsets_of.append(offsets)
        return shape


def check_layout(name: str, fields: tuple[str, ...], words: int, strong: int) -> None:
    """Raise `ShapeError` unless a header and `strong` fields fit into `words` words."""
    if not name or str(name) != name:
        raise ShapeError(f"a shape needs a name, got {name!r}")
    if len(set(fields)) != len(fields) or not all(part and str(part) == part for part in fields):
        raise ShapeError(f"{name}: field names must be different, non-empty strings, got {fields!r}")
    if strong < 0:
        raise ShapeError(f"{name}: an array has at least 0 elements, got {strong}")
    if not FIRST_FIELD + strong <= words <= MAX_OBJECT_BYTES // WORD_BYTES:
        raise ShapeError(
            f"{name}: a header and {strong} fields need at least {(FIRST_FIELD + strong) * WORD_BYTES} bytes "
            f"(and at most {MAX_OBJECT_BYTES}), got size={words * WORD_BYTES} bytes"
        )
