"""The mutator: objects, fields, handles and globals, as a program sees them. A page is 16 words, as is a semispace."""

import pytest

from gcsim.collectors import Scavenger
from gcsim.config import LESSON
from gcsim.errors import GcsimError, MutatorPaused, NoSuchField, NoSuchRoot, ObjectTooLarge, ShapeError, StaleHandle
from gcsim.events import Kind
from gcsim.heap.inspect import Smi
from gcsim.heap.memory import SMI_MAX, SMI_MIN
from gcsim.sim.simulation import Simulation


@pytest.fixture
def sim():
    """A simulation on the lesson's heap, every collection checked."""
    return Simulation(LESSON.replace(verify_heap=True))


# New objects


def test_a_new_object_has_null_fields(m):
    """It is young, white, of its shape's size."""
    seen = m.inspect(m.new("A", fields=("x", "y"), size=32))
    assert (seen.name, seen.size_bytes, seen.fields, seen.raw) == ("A", 32, (("x", None), ("y", None)), (0,))
    assert (seen.age, seen.space, seen.color) == (0, "new", "white")


def test_a_shape_is_made_once(m):
    """The same layout gives the same shape, and an object by name has it too."""
    shape = m.shape("Node", fields=("next",), size=32)
    assert m.shape("Node", fields=("next",), size=32) is shape
    assert m.inspect(m.new("Node", fields=("next",), size=32)).shape == m.inspect(m.new(shape)).shape == shape.index


def test_a_size_is_rounded_up_to_words(m):
    """By default it is a header and the fields."""
    assert m.shape("A", size=17).size_bytes == 24
    assert m.shape("A", fields=("x", "y")).size_bytes == 24
    assert m.shape("A").size_bytes == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "A", "fields": ("x", "y"), "size": 16}, "A: a header and 2 fields need at least 24 bytes"),
        ({"name": "A", "fields": ("x", "x")}, "A: field names must be different"),
        ({"name": ""}, "a shape needs a name"),
        ({"name": "A", "size": 0}, "A: a header and 0 fields need at least 8 bytes"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(m, arguments, message):
    """With what would be needed."""
    with pytest.raises(ShapeError, match=message):
        m.shape(**arguments)


def test_a_pretenured_object_is_born_old(m):
    """In old space, at once."""
    seen = m.inspect(m.new("A", size=32, pretenured=True))
    assert (seen.space, seen.age) == ("old", 2)


def test_objects_of_more_than_half_a_page_are_large(m):
    """64 bytes are regular on a page of 128, 72 are not; a pretenured large one is old at once."""
    assert m.inspect(m.new("A", size=64)).space == "new"
    assert m.inspect(m.new("B", size=72)).space == "new large"
    assert m.inspect(m.new("C", size=72, pretenured=True)).space == "large"


def test_an_object_that_no_heap_could_hold_is_refused(m):
    """With its size and the limit, before anything is collected."""
    with pytest.raises(ObjectTooLarge) as caught:
        m.new("Huge", size=1 << 31)
    assert str(caught.value) == "an object has at most 1073741824 bytes (V8's longest array), got 2147483648"


def test_allocated_objects_counts_exactly(sim, m):
    """Objects, whatever their space, and nothing else: no copies, reads, escapes or globals."""
    assert m.allocated_objects == 0
    with m.scope() as scope:
        m.globals["a"] = a = m.new("A", fields=("x",))
        m.write(a, "x", m.new("B", size=72))
        m.read(a, "x")
        m.globals["a"]
        m.array(3, pretenured=True)
        scope.escape(a)
    assert m.allocated_objects == 3
    sim.collect("scavenge")
    sim.collect()
    for _ in range(100):
        with m.scope():
            m.new("A", size=32)
    assert m.allocated_objects == 103


def test_a_large_object_that_is_refused_is_not_counted(m):
    """It was never made."""
    with pytest.raises(ObjectTooLarge):
        m.new("Huge", size=1 << 31)
    assert m.allocated_objects == 0


# Fields


def test_a_field_is_written_and_read_by_name_or_index(m):
    """Both mean the same slot."""
    a, b, c = m.new("A", fields=("x", "y")), m.new("B"), m.new("C")
    m.write(a, "x", b)
    m.write(a, 1, c)
    assert m.same(m.read(a, 0), b)
    assert m.same(m.read(a, "y"), c)
    assert not m.same(b, c)


def test_null_can_be_written_over_anything(m):
    """And is read as None, as a field that was never written is."""
    a = m.new("A", fields=("x", "y"))
    m.write(a, "x", m.new("B"))
    m.write(a, "x", None)
    assert (m.read(a, "x"), m.read(a, "y")) == (None, None)


@pytest.mark.parametrize("value", [0, 1, -1, 42, SMI_MIN, SMI_MAX])
def test_a_small_integer_is_a_field_of_its_own(m, value):
    """Zero is not null."""
    a = m.new("A", fields=("x",))
    m.write(a, "x", value)
    assert m.read(a, "x") == value
    assert m.read(a, "x") is not None
    assert m.inspect(a).fields == (("x", Smi(value)),)


@pytest.mark.parametrize("value", [SMI_MAX + 1, SMI_MIN - 1, 1 << 64])
def test_an_integer_of_more_than_32_bits_is_refused(m, value):
    """The field stays as it was."""
    a = m.new("A", fields=("x",))
    m.write(a, "x", 7)
    with pytest.raises(ValueError, match=r"-2147483648 to 2147483647\), got"):
        m.write(a, "x", value)
    assert m.read(a, "x") == 7


@pytest.mark.parametrize("field", ["z", 2, -1, None])
def test_a_field_that_does_not_exist_is_refused(m, field):
    """To write as to read, with those that do."""
    a = m.new("A", fields=("x", "y"))
    with pytest.raises(NoSuchField, match=r"A has no field .*; it has x, y"):
        m.write(a, field, None)
    with pytest.raises(NoSuchField, match=r"A has no field .*; it has x, y"):
        m.read(a, field)


def test_raw_words_are_no_fields(m):
    """A size beyond the fields gives no field more."""
    with pytest.raises(NoSuchField, match="A has no field 0; it has no fields"):
        m.read(m.new("A", size=32), 0)


@pytest.mark.parametrize("value", ["text", 1.5, [], object()])
def test_only_handles_integers_and_none_are_values(m, value):
    """Anything else is a mistake of the program."""
    a = m.new("A", fields=("x",))
    with pytest.raises(TypeError, match="expected a Handle, got"):
        m.write(a, "x", value)


# Arrays


def test_an_array_has_elements_and_a_header(m):
    """8 * (1 + length) bytes, all null; an index below 0 counts from the end."""
    array = m.array(3)
    assert m.inspect(array).size_bytes == 32
    m.write(array, -1, 5)
    m.write(array, 0, array)
    assert [m.read(array, 1), m.read(array, 2), m.read(array, -1)] == [None, 5, 5]
    assert m.same(m.read(array, -3), array)
    assert m.inspect(m.array(0, name="empty")).size_bytes == 8


@pytest.mark.parametrize("index", [3, -4, "0", "length"])
def test_an_index_outside_of_the_array_is_refused(m, index):
    """With the elements that it has."""
    with pytest.raises(NoSuchField, match=r"FixedArray has no field .*; it has elements 0 to 2"):
        m.read(m.array(3), index)


def test_an_array_cannot_have_less_than_no_elements(m):
    """Nor more than a heap can hold."""
    with pytest.raises(ShapeError, match="FixedArray: an array has at least 0 elements, got -1"):
        m.array(-1)
    with pytest.raises(ShapeError, match="at most 17179869184"):
        m.array(1 << 40)


def test_elements_are_copied_even_where_ranges_overlap(m):
    """As a copy that went through a third place."""
    array = m.array(5)
    for index in range(5):
        m.write(array, index, index)
    m.copy_elements(array, 0, array, 1, 4)
    assert [m.read(array, index) for index in range(5)] == [0, 0, 1, 2, 3]
    m.copy_elements(array, 1, array, 0, 4)
    assert [m.read(array, index) for index in range(5)] == [0, 1, 2, 3, 3]


def test_elements_are_filled(m):
    """In the range, and only there."""
    array, thing = m.array(4), m.new("T")
    m.fill_elements(array, 1, 2, thing)
    m.fill_elements(array, 3, 1, 9)
    m.fill_elements(array, 0, 0, 9)
    assert (m.read(array, 0), m.read(array, 3)) == (None, 9)
    assert m.same(m.read(array, 1), thing)
    assert m.same(m.read(array, 2), thing)


def test_ranges_beyond_an_object_are_refused(m):
    """Of the source as of the target, with the number of elements."""
    short, long = m.array(2), m.array(4)
    for move in (
        lambda: m.copy_elements(long, 0, short, 0, 3),
        lambda: m.copy_elements(short, 1, long, 0, 2),
        lambda: m.copy_elements(long, -1, short, 0, 1),
        lambda: m.fill_elements(short, 0, -1, None),
        lambda: m.fill_elements(short, 2, 1, None),
    ):
        with pytest.raises(NoSuchField, match=r"FixedArray has [24] elements; got -?\d from -?\d"):
            move()


def test_an_old_array_filled_with_young_objects_is_remembered(sim, m):
    """The scavenge finds them through the copied and the filled slots."""
    m.globals["old"] = old = m.array(4, pretenured=True)
    source = m.array(2)
    m.write(source, 0, m.new("copied"))
    m.copy_elements(source, 0, old, 0, 2)
    m.fill_elements(old, 2, 2, m.new("filled"))
    sim.collect("scavenge")
    names = [m.inspect(m.read(old, index)).name for index in (0, 2, 3)]
    assert names == ["copied", "filled", "filled"]


# Scopes, handles, globals


def test_a_handle_keeps_its_object_and_follows_it(sim, m):
    """It is a root, and names the same object wherever that moves."""
    a = m.new("A", fields=("x",))
    m.write(a, "x", 7)
    places = {a.address}
    for kind in ("scavenge", "scavenge", "mark-sweep"):
        sim.collect(kind)
        places.add(a.address)
        assert m.read(a, "x") == 7
    assert len(places) == 3


def test_a_closed_scope_drops_its_objects(sim, m):
    """No handle names them any more, so a collection takes them."""
    with m.scope():
        m.new("A", size=32)
    kept = m.new("B", size=32)
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 32
    assert m.inspect(kept).name == "B"


@pytest.mark.parametrize(
    "use",
    [
        lambda m, stale: m.read(stale, "x"),
        lambda m, stale: m.write(stale, "x", None),
        lambda m, stale: m.write(m.new("B", fields=("x",)), "x", stale),
        lambda m, stale: m.inspect(stale),
        lambda m, stale: m.same(stale, stale),
        lambda m, stale: m.globals.update(a=stale),
        lambda m, stale: m.copy_elements(stale, 0, m.array(1), 0, 1),
        lambda m, stale: m.fill_elements(m.array(1), 0, 1, stale),
    ],
)
def test_a_handle_of_a_closed_scope_is_refused_everywhere(m, use):
    """StaleHandle, which is also Python's ReferenceError; what to do is in the message."""
    with m.scope():
        stale = m.new("A", fields=("x",))
    with pytest.raises(StaleHandle, match="escape\\(\\) it or keep the object in a global") as caught:
        use(m, stale)
    assert isinstance(caught.value, ReferenceError)


def test_escape_hands_an_object_to_the_scope_around(sim, m):
    """The new handle lives on, the old one does not."""
    with m.scope() as outer:
        with m.scope() as inner:
            made = m.new("A", fields=("x",))
            m.write(made, "x", 3)
            escaped = inner.escape(made)
        with pytest.raises(StaleHandle):
            m.read(made, "x")
        sim.collect()
        assert m.read(escaped, "x") == 3
        last = outer.escape(escaped)
    assert m.read(last, "x") == 3
    with pytest.raises(StaleHandle):
        m.read(escaped, "x")


def test_a_stale_handle_cannot_escape(m):
    """It names nothing."""
    with m.scope():
        stale = m.new("A")
    with m.scope() as scope, pytest.raises(StaleHandle):
        scope.escape(stale)


def test_a_scope_is_closed_by_an_exception_too(sim, m):
    """As every context manager."""
    with pytest.raises(ZeroDivisionError), m.scope():
        m.new("A").address //= 0
    assert m.allocated_objects == 1
    assert len(sim.heap.roots.scopes) == 1


def test_globals_are_a_mapping_of_named_roots(sim, m):
    """Set, read, tested, listed, dropped."""
    a = m.new("A")
    m.globals["a"] = a
    m.globals["b"] = a
    assert m.same(m.globals["a"], a)
    assert "a" in m.globals
    assert (list(m.globals), len(m.globals)) == (["a", "b"], 2)
    del m.globals["b"]
    assert "b" not in m.globals


def test_a_global_outlives_every_scope(sim, m):
    """Until it is dropped."""
    with m.scope():
        m.globals["a"] = m.new("A", size=32)
    sim.collect()
    assert sim.heap.used_bytes() == 32
    del m.globals["a"]
    sim.collect()
    assert sim.heap.used_bytes() == 0


def test_a_global_that_is_not_there_is_refused(m):
    """Never set or dropped, with those that are there."""
    with pytest.raises(NoSuchRoot, match=r"no global 'a' \(never set, or dropped\); globals: none"):
        m.globals["a"]
    m.globals["b"] = m.new("B")
    with pytest.raises(NoSuchRoot, match="globals: b"):
        del m.globals["a"]
    del m.globals["b"]
    with pytest.raises(NoSuchRoot):
        m.globals["b"]


def test_reading_a_reference_gives_a_handle_of_the_innermost_scope(m):
    """It is stale when that scope is closed; the holder is not."""
    a = m.new("A", fields=("x",))
    m.write(a, "x", m.new("B"))
    with m.scope():
        read = m.read(a, "x")
        named = m.inspect(read).name
    assert named == "B"
    with pytest.raises(StaleHandle):
        m.inspect(read)
    assert m.inspect(a).name == "A"


# The world


def test_inspect_tells_age_space_and_fields(sim, m):
    """As they are now: nursery, intermediate, old."""
    a = m.new("A", fields=("x",))
    m.write(a, "x", a)
    ages = []
    for _ in range(3):
        seen = m.inspect(a)
        assert seen.fields == (("x", a.address),)
        ages.append((seen.age, seen.space))
        m.collect("scavenge")
    assert ages == [(0, "new"), (1, "new"), (2, "old")]


def test_a_program_can_collect(sim, m):
    """As `global.gc()` does: a mark-sweep unless told otherwise, reason "testing"."""
    m.collect()
    m.collect("scavenge")
    assert [(event.kind, event.reason) for event in sim.events] == [
        (Kind.MARK_SWEEP, "testing"), (Kind.SCAVENGE, "testing"),
    ]  # fmt: skip
    with pytest.raises(GcsimError, match='a collection is "scavenge" or "mark-sweep", got \'full\''):
        m.collect("full")


def test_time_passes_for_allocation_and_computation(m):
    """`now_ms` is asked, `elapse` adds."""
    assert m.now_ms == 0
    m.new("A", size=32)
    after_new = m.now_ms
    assert after_new > 0
    m.elapse(5)
    assert m.now_ms == after_new + 5
    with pytest.raises(GcsimError, match="at least 0 ms, got -1"):
        m.elapse(-1)


def test_notes_and_progress_reach_whoever_listens(sim, m):
    """Nobody has to."""
    m.note("unheard")
    m.progress(0, 1)
    heard = []
    sim.on_step = heard.append
    sim.on_progress = lambda done, total: heard.append((done, total))
    m.note("heard")
    m.progress(1, 2)
    assert heard == ["heard", (1, 2)]


def test_randomness_is_the_runs(sim):
    """The same seed gives the same numbers, another one others."""
    first, same, other = (Simulation(LESSON, seed=seed).mutator.random.random() for seed in (1, 1, 2))
    assert first == same != other


def test_a_listener_may_use_the_heap_after_a_collection(sim, m):
    """`on_gc` is called when the pause has ended; only inside of it the mutator is paused."""
    made = []
    sim.on_gc = lambda event: made.append(m.new("A", size=16).address)
    m.collect("scavenge")
    assert len(made) == 1


def test_the_mutator_is_paused_inside_of_a_collection():
    """A collector that calls it back is refused."""

    class Rude(Scavenger):
        def advance(self, budget_bytes):
            sim.mutator.new("A", size=72)
            return super().advance(budget_bytes)

    sim = Simulation(LESSON, young=Rude)
    with pytest.raises(MutatorPaused, match="may not allocate or collect inside of a collection"):
        sim.collect("scavenge")
