"""Shapes: what V8 calls maps and others hidden classes.

A shape says how an object is laid out: a header, then the strong fields, then the weak fields, then raw words. Shapes
are interned, so two objects of one layout have one shape, and a header is a small number. The table also keeps plain
lists, indexed by that number, because the collectors' loops read nothing else.

An ephemeron table has neither strong nor weak fields but entries: all values, then all keys. What the collectors make
of them is told in `heap/ephemerons.py` and `collectors/weak.py`.

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
TOLL: Final = 1 << 61
"""More words than any budget has."""
BUILTIN_CLASSES: Final = frozenset({"Array", "Date", "Map", "Object", "Promise", "Set"})
"""Names of shapes that are no class of the program: V8 brings them along, Object for literals."""
ANONYMOUS: Final = "Function"
"""The name of a closure's shape if the function has none."""

Layout: TypeAlias = tuple[str, str, int, int, tuple[str, ...], tuple[str, ...], int]
"""Kind, name, words, number of strong fields, names of the strong and of the weak ones, entries of a table."""

Offsets: TypeAlias = dict[str | int, int] | range


@frozen(eq=False)
class Shape:
    """The layout of one kind of object.

    `kind`: "object", an instance of the class `name`, whose fields are properties; "builtin", an instance of one of
    V8's classes, whose fields are slots of V8's own; "closure", a function of that name; "context"; "code"; "array",
    elements without a class, or, if they have names, properties beside their object; "string", "concatenated string",
    "sliced string", "number"; or a word of whoever has something else to say. A snapshot tells it.

    `words`: its size, the header included. `strong`: how many strong fields follow the header; `fields` names them
    (an array's elements have no names). `weak_fields` names the weak ones, which follow. `ephemerons`: how many entries
    an ephemeron table has, 0 for any other object. The remaining words are raw. `offsets`: the distance from the header
    to a field, by name and by index, the weak after the strong; for elements a range, so that an index below 0 counts
    from the end.
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
    weak_fields: tuple[str, ...] = ()
    ephemerons: int = 0

    @property
    def size_bytes(self) -> int:
        """The size of an object of this shape."""
        return self.words * WORD_BYTES

    @property
    def references(self) -> int:
        """How many words after the header can hold a reference: fields of any strength, values and keys."""
        return self.strong + len(self.weak_fields) + 2 * self.ephemerons

    @property
    def raw(self) -> int:
        """How many raw words an object of this shape has."""
        return self.words - self.raw_offset

    @property
    def raw_offset(self) -> int:
        """The distance from the header to the first raw word."""
        return FIRST_FIELD + self.references

    def offset(self, name_or_index: str | int) -> int:
        """The distance in words from the header to a field.

        Raises:
            NoSuchField: there is no such field.
        """
        try:
            return self.offsets[name_or_index]  # type: ignore[index] # a range refuses a name: TypeError
        except (LookupError, TypeError):
            message = f"{self.name} has no field {name_or_index!r}; it has {self._describe_fields()}"
            raise NoSuchField(message) from None

    def field_name(self, index: int) -> str:
        """The name of field `index`, the weak after the strong; elements are named by their number."""
        if self.ephemerons:
            part, entry = divmod(index, self.ephemerons)
            return f"{'key' if part else 'value'} {entry}"
        if index >= self.strong:
            return self.weak_fields[index - self.strong]
        return self.fields[index] if index < len(self.fields) else str(index)

    def _describe_fields(self) -> str:
        if self.fields or self.weak_fields:
            return ", ".join(self.fields + self.weak_fields)
        return f"elements 0 to {self.strong - 1}" if self.strong else "no fields"


class ShapeTable:
    """Every shape of a heap, interned.

    `natives`: how many shapes there were before the program made its own. `[index]` gives the `Shape` of an object;
    the lists serve the hot loops:

    `words_of[index]`: the size. `strong_of[index]`: how many strong fields there are, which is what a marking follows.
    `end_of[index]`: the distance from the header to the end of what a visit of the marker follows at once, which is the
    strong fields, or nothing of a large object. `listed_of[index]`: whether the marker keeps such an object for a later
    visit, and does not blacken it as a leaf when it is found.
    `scanned_of[index]`: how many fields a scavenge follows, which takes weak fields and the values of a table for
    strong. `references_of[index]`: how many words can hold a reference. `offsets_of[index]`: where a field is.
    `buffered_of[index]`: the size, if a scavenge copies such an object into its buffer, or else more than any has.
    `toll_of[index]`: the size as the price of a visit; where the visitor has more to do than to follow strong fields,
    it is higher by `TOLL`, so that the one comparison with the budget ends the loop there too.
    """

    __slots__ = (
        "_interned", "_max_buffered_words", "_max_regular_words", "_shapes", "buffered_of", "end_of", "filler_max",
        "listed_of", "natives", "offsets_of", "references_of", "scanned_of", "strong_of", "toll_of", "words_of",
    )  # fmt: skip

    def __init__(self, page_words: int, max_regular_words: int, max_buffered_words: int = 0) -> None:
        self.filler_max = page_words
        self.natives = 0
        self._max_regular_words = max_regular_words
        self._max_buffered_words = max_buffered_words or max_regular_words
        self.words_of = list(range(page_words + 1))
        self.toll_of = list(self.words_of)
        self.buffered_of = list(self.words_of)
        self.strong_of = [0] * (page_words + 1)
        self.end_of = [FIRST_FIELD] * (page_words + 1)
        self.listed_of = [False] * (page_words + 1)
        self.scanned_of = [0] * (page_words + 1)
        self.references_of = [0] * (page_words + 1)
        self.offsets_of: list[Offsets] = [{}] * (page_words + 1)
        self._shapes: list[Shape] = []
        self._interned: dict[Layout, Shape] = {}

    def __getitem__(self, index: int) -> Shape:
        """The shape of that index, which must not be a filler's."""
        return self._shapes[index - self.filler_max - 1]

    def __len__(self) -> int:
        """How many shapes of objects there are."""
        return len(self._shapes)

    @property
    def has_classes(self) -> bool:
        """Whether the program has classes of its own, and not only literals, arrays, strings and collections.

        An instance leads over its class to the variables of the script; a literal's class is V8's own, Object.
        """
        return any(
            shape.kind == "object" and shape.name not in BUILTIN_CLASSES for shape in self._shapes[self.natives :]
        )

    def define(
        self,
        name: str,
        *,
        fields: tuple[str, ...] = (),
        weak: tuple[str, ...] = (),
        size: int | None = None,
        strong: int | None = None,
        kind: str = "object",
    ) -> Shape:
        """The shape with this layout, made at the first request.

        `weak`: the names of the weak fields. `size`: bytes, rounded up to whole words; by default a header and the
        fields. `strong`: the number of strong fields where they have no names (arrays); by default `len(fields)`.

        Raises:
            ShapeError: the fields do not fit into the size, a name is used twice, or a number is no whole one.
        """
        count = len(fields) if strong is None else strong
        if not isinstance(count, int):
            raise ShapeError(f"{name}: the number of elements is a whole number, got {count!r}")
        if not isinstance(size, int | None):
            raise ShapeError(f"{name}: the size is a whole number of bytes, got {size!r}")
        words = FIRST_FIELD + count + len(weak) if size is None else words_for(size)
        return self._intern((kind, name, words, count, fields, weak, 0))

    def define_ephemerons(self, name: str, entries: int, *, size: int) -> Shape:
        """The shape of an ephemeron table of so many entries and that many bytes, made at the first request.

        Raises:
            ShapeError: the entries do not fit into the size.
        """
        return self._intern(("ephemerons", name, words_for(size), 0, (), (), entries))

    def _intern(self, layout: Layout) -> Shape:
        shape = self._interned.get(layout)
        if shape is None:
            shape = self._interned[layout] = self._add(layout)
        return shape

    def _add(self, layout: Layout) -> Shape:
        kind, name, words, count, fields, weak, entries = layout
        check_layout(name, fields + weak, words, count + len(weak) + 2 * entries)
        places = range(FIRST_FIELD, FIRST_FIELD + count + len(weak))
        offsets: Offsets = places
        if fields or weak:
            named = [*zip(fields, places, strict=False), *zip(weak, places[count:], strict=True)]
            offsets = {**dict(enumerate(places)), **dict(named)}
        is_large = words > self._max_regular_words
        bump_words = MAX_OBJECT_BYTES if is_large else words
        shape = Shape(len(self.words_of), name, kind, words, count, bump_words, fields, offsets, weak, entries)
        self._shapes.append(shape)
        self.words_of.append(words)
        self.buffered_of.append(words if words <= self._max_buffered_words else MAX_OBJECT_BYTES)
        in_parts = is_large and (count > 0 or kind == "array")
        self.toll_of.append(words + TOLL if weak or entries or in_parts else words)
        self.end_of.append(FIRST_FIELD if is_large else FIRST_FIELD + count)
        self.listed_of.append(shape.references > 0 or is_large)
        self.strong_of.append(count)
        self.scanned_of.append(entries or count + len(weak))
        self.references_of.append(shape.references)
        self.offsets_of.append(offsets)
        return shape


def check_layout(name: str, fields: tuple[str, ...], words: int, count: int) -> None:
    """Raise `ShapeError` unless a header and `count` fields fit into `words` words."""
    if not name or str(name) != name:
        raise ShapeError(f"a shape needs a name, got {name!r}")
    if len(set(fields)) != len(fields) or not all(part and str(part) == part for part in fields):
        raise ShapeError(f"{name}: field names must be different, non-empty strings, got {fields!r}")
    if count < 0:
        raise ShapeError(f"{name}: an array has at least 0 elements, got {count}")
    if not FIRST_FIELD + count <= words <= MAX_OBJECT_BYTES // WORD_BYTES:
        raise ShapeError(
            f"{name}: a header and {count} fields need at least {(FIRST_FIELD + count) * WORD_BYTES} bytes "
            f"(and at most {MAX_OBJECT_BYTES}), got size={words * WORD_BYTES} bytes"
        )
