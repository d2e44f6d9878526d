"""WeakRefs, WeakMaps and WeakSets, and finalization registries, as a program uses them."""

import pytest

from gcsim import scenario
from js_worlds import bytes_below, names_below, small_world

WEAK_MAP_SIZES = [
    (0, 136), (3, 136), (4, 200), (5, 200), (6, 328), (11, 328), (12, 584), (21, 584), (22, 1096), (43, 1096),
    (44, 2120),
]  # fmt: skip
SHRUNK_SIZES = [(43, 17, 1096), (43, 16, 584), (43, 0, 584), (20, 0, 584), (86, 32, 1096), (86, 33, 2120)]


def table_bytes(sim, owner):
    """The size of a WeakMap or WeakSet and its table; keys and values apart."""
    return sum(
        sim.heap.shapes[sim.heap.memory.words[address]].size_bytes
        for address in (owner.address, sim.heap.memory.words[owner.address + 1])
    )


def filled(js, count):
    """A WeakMap with so many entries, and its keys."""
    table, keys = js.weak_map(), [js.object("Key", number=number) for number in range(count)]
    for number, key in enumerate(keys):
        js.weak_put(table, key, number)
    return table, keys


# WeakMap and WeakSet


@pytest.mark.parametrize(("count", "size"), WEAK_MAP_SIZES)
def test_a_weak_map_has_v8s_size(sim, js, count, size):
    """Measured on Node 20: 32 bytes and a table of 16 + 8 (3 + 2c)."""
    table, keys = filled(js, count)
    assert table_bytes(sim, table) == size
    assert [js.weak_get(table, key) for key in keys] == list(range(count))


@pytest.mark.parametrize(("count", "left", "size"), SHRUNK_SIZES)
def test_a_weak_map_shrinks_as_v8s_does(sim, js, count, left, size):
    """Measured on Node 20: at a quarter of the capacity, but only while 16 or more are left."""
    table, keys = filled(js, count)
    for key in keys[left:]:
        assert js.weak_remove(table, key)
    assert table_bytes(sim, table) == size
    assert [js.weak_get(table, key) for key in keys] == [*range(left), *[None] * (count - left)]


def test_deleted_entries_count_until_the_table_is_filled_anew(sim, js):
    """Measured on Node 20: 11 entries, 5 or 3 of them removed, and as many new ones, still have a table of 16."""
    for removed in (5, 3):
        table, keys = filled(js, 11)
        for key in keys[:removed]:
            js.weak_remove(table, key)
        used = sim.heap.used_bytes()
        more = [js.object("Key", number=number) for number in range(removed)]
        used_by_keys = sim.heap.used_bytes() - used
        for key in more:
            js.weak_put(table, key, 1)
        assert table_bytes(sim, table) == 328
        replaced = sim.heap.used_bytes() - used - used_by_keys
        assert replaced == (0 if removed == 5 else 296)
        assert all(js.weak_has(table, key) for key in (*keys[removed:], *more))


def test_a_full_collection_removes_entries_and_replaces_no_table(sim, m, js):
    """The program's next store finds the removed ones counted, and makes the table as small as it can be."""
    with m.scope():
        table, keys = filled(js, 40)
        m.globals["table"] = table
        for number in (0, 7):
            m.globals[f"key {number}"] = keys[number]
    sim.collect("mark-sweep")
    with m.scope():
        table = m.globals["table"]
        assert table_bytes(sim, table) == 1096
        assert js._counts(sim.heap.memory.words[table.address + 1]) == (2, 38)
        assert [js.weak_get(table, m.globals[f"key {number}"]) for number in (0, 7)] == [0, 7]
        js.weak_put(table, js.object("Key"), 1)
        assert table_bytes(sim, table) == 1096
        assert js._counts(sim.heap.memory.words[table.address + 1]) == (3, 0)


def test_a_replaced_table_is_emptied(sim, js):
    """It must keep nothing alive, should it be old."""
    table, keys = filled(js, 3)
    before = js._roots.handle(sim.heap.memory.words[table.address + 1])
    js.weak_put(table, js.object(), 1)
    assert js._counts(before.address) == (0, 0)
    assert [content for _, content in sim.mutator.inspect(before).weak] == [None] * 8
    assert [js.weak_get(table, key) for key in keys] == [0, 1, 2]


@pytest.mark.parametrize(("count", "born_old"), [(171, False), (341, True)])
def test_the_successor_of_an_old_table_is_born_old_if_it_is_large(count, born_old):
    """Measured on Node 20: the successor of a table of 256 is born young, that of one of 512 old."""
    sim = small_world(min_semi_space_size=1, max_semi_space_size=1)
    js = sim.mutator.js
    table, _ = filled(js, count)
    sim.collect("mark-sweep")
    js.weak_put(table, js.object("Key"), 1)
    store = sim.heap.memory.words[table.address + 1]
    assert sim.heap.is_young(store) is not born_old
    assert js._weak_capacity(store) == (512 if count == 171 else 1024)


def test_the_large_successor_of_an_old_table_knows_its_young_keys():
    """Keys and values are stores for the barrier, while marking too."""
    sim = small_world(min_semi_space_size=1, max_semi_space_size=1)
    m, js = sim.mutator, sim.mutator.js
    m.globals["table"], _ = filled(js, 200)
    sim.collect("mark-sweep")
    sim.runtime.start_marking("testing")
    with m.scope():
        keys = [js.object("Key") for _ in range(142)]
        for key in keys:
            js.weak_put(m.globals["table"], key, js.object("Value", key=key))
        m.globals["keys"] = js.array(*keys)
        store = sim.heap.memory.words[m.globals["table"].address + 1]
        assert (js._weak_capacity(store), sim.heap.is_young(store)) == (1024, False)
    for kind in ("scavenge", "mark-sweep", "scavenge"):
        sim.collect(kind)
    with m.scope():
        assert all(js.weak_has(m.globals["table"], js.item(m.globals["keys"], at)) for at in range(142))


def test_an_old_table_that_is_filled_anew_knows_its_young_keys(sim, m, js):
    """They are in other places of the same table then."""
    with m.scope():
        m.globals["table"], old = filled(js, 8)
        m.globals["keys"] = js.array(*old)
    sim.collect("mark-sweep")
    with m.scope():
        table, young = m.globals["table"], [js.object("Key") for _ in range(4)]
        for key in young[:3]:
            js.weak_put(table, key, js.object("Value", number=7))
        store = sim.heap.memory.words[table.address + 1]
        for at in range(4):
            js.weak_remove(table, js.item(m.globals["keys"], at))
        assert js._counts(store) == (7, 4)
        js.weak_put(table, young[3], js.object("Value", number=7))
        assert js._counts(store) == (8, 0)
        assert sim.heap.memory.words[table.address + 1] == store
        sim.collect("scavenge")
        assert [js.get(js.weak_get(table, key), "number") for key in young] == [7] * 4
        assert [js.weak_has(table, js.item(m.globals["keys"], at)) for at in range(8)] == [False] * 4 + [True] * 4


def test_a_key_has_one_value(js):
    """The last one, of any kind."""
    table, (key,) = filled(js, 1)
    for value, read in ((7, 7), (1.5, 1.5), (None, None), (2**40, 2.0**40)):
        js.weak_put(table, key, value)
        assert js.weak_get(table, key) == read
    js.weak_put(table, key, "text")
    assert js.text(js.weak_get(table, key)) == "text"


def test_a_weak_set_has_what_was_added(sim, js):
    """Each key once."""
    table, keys = js.weak_set(), [js.object() for _ in range(5)]
    for key in keys[:4] * 2:
        js.weak_add(table, key)
    assert [js.weak_has(table, key) for key in keys] == [True] * 4 + [False]
    assert js.weak_remove(table, keys[0])
    assert not js.weak_remove(table, keys[0])
    assert not js.weak_has(table, keys[0])
    assert table_bytes(sim, table) == 200


def test_what_never_was_a_key_is_given_no_hash(js, m):
    """To ask is no store."""
    table, key = js.weak_map(), js.object()
    assert not js.weak_has(table, key)
    assert js.weak_get(table, key) is None
    assert m.inspect(key).raw[-1] == 0


def test_entries_survive_any_collection_at_any_moment():
    """With a collection at every allocation, what a live key had, it has."""
    sim = small_world(gc_interval=1, max_old_space_size=64)
    m, js = sim.mutator, sim.mutator.js
    m.globals["table"], m.globals["keys"] = js.weak_map(), js.array()
    for number in range(60):
        with m.scope():
            table, keys, key = m.globals["table"], m.globals["keys"], js.object("Key", number=number)
            js.weak_put(table, key, js.object("Value", key=key, number=number))
            js.weak_put(table, js.object("Key", number=-1), "garbage")
            if number % 3:
                js.push(keys, key)
            if number % 10 == 9:
                sim.collect("scavenge" if number % 20 == 9 else "mark-sweep")
    sim.collect("mark-sweep")
    with m.scope():
        table, keys = m.globals["table"], m.globals["keys"]
        found = [js.weak_get(table, js.item(keys, at)) for at in range(js.length(keys))]
        assert [js.get(value, "number") for value in found] == [number for number in range(60) if number % 3]
        assert js._counts(sim.heap.memory.words[table.address + 1])[0] == 40


# WeakRef


def test_a_target_lives_to_the_end_of_the_turn_and_no_longer(sim, m, js):
    """An outermost scope is a turn; collections within it find the target kept."""
    with m.scope():
        with m.scope():
            m.globals["ref"] = js.weak_ref(js.object("Doc", a=1))
        sim.collect("mark-sweep")
    with m.scope():
        assert js.deref(m.globals["ref"]) is not None
    sim.collect("mark-sweep")
    with m.scope():
        assert js.deref(m.globals["ref"]) is None


@scenario
def keeping(m, *, ask=False):
    """A WeakRef outlives its target's last strong reference; the target is asked for or not, then two collections."""
    with m.scope():
        m.globals["ref"] = m.js.weak_ref(m.js.object("Doc", number=7))
    m.collect()
    yield
    if ask:
        with m.scope():
            m.js.deref(m.globals["ref"])
    m.collect()
    m.globals["found"] = m.js.array(m.js.deref(m.globals["ref"]))
    yield


@pytest.mark.parametrize("ask", [True, False])
def test_a_turn_keeps_the_targets_that_it_made_or_asked_for(ask):
    """What the first turn made is kept in the first; in the second it is lost unless it was asked for."""
    sim = small_world()
    sim.run(keeping, ask=ask)
    js, m = sim.mutator.js, sim.mutator
    with m.scope():
        assert (js.item(m.globals["found"], 0) is not None) is ask


def test_what_a_turn_keeps_has_v8s_size(sim, m, js):
    """A bare set of 120 bytes in new space, which doubles as a Set's table does, and is garbage afterwards."""
    with m.scope():
        targets = [js.object() for _ in range(5)]
        sizes = []
        for target in (*targets[:4], targets[0], targets[4]):
            used = sim.heap.used_bytes()
            js.weak_ref(target)
            sizes.append(sim.heap.used_bytes() - used)
        assert sizes == [32 + 120, 32, 32, 32, 32, 32 + 200]
        assert sim.heap.old_bytes() == 0
        sim.collect("mark-sweep")
        assert sim.heap.used_bytes() == 5 * 24 + 6 * 32 + 200
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 0


def test_a_weak_ref_names_its_target_wherever_it_moves(sim, m, js):
    """Young, promoted, old."""
    m.globals["doc"] = js.object("Doc", number=7)
    m.globals["ref"] = js.weak_ref(m.globals["doc"])
    assert m.inspect(m.globals["ref"]).size_bytes == 32
    for kind in ("scavenge", "scavenge", "mark-sweep"):
        sim.collect(kind)
        assert m.same(js.deref(m.globals["ref"]), m.globals["doc"])
    assert names_below(sim, m.globals["ref"]) == ["WeakRef"]


def test_a_cleared_weak_field_reads_none(sim, m):
    """A weak field of a shape of one's own is read and written like any other."""
    shape = m.shape("Cache", fields=("next",), weak=("target",), size=32)
    with m.scope():
        m.globals["cache"] = cache = m.new(shape)
        target = m.new("Target", size=16)
        m.write(cache, "target", target)
        assert m.same(m.read(cache, 1), target)
        assert m.inspect(cache).weak == (("target", target.address),)
    sim.collect("scavenge")
    with m.scope():
        assert m.read(m.globals["cache"], "target") is not None
    sim.collect("mark-sweep")
    with m.scope():
        assert m.read(m.globals["cache"], "target") is None


# FinalizationRegistry


@pytest.fixture
def registry(m, js):
    """A registry that is a root."""
    m.globals["registry"] = js.finalization_registry()
    return m.globals["registry"]


def test_a_held_value_comes_once_when_its_target_is_dead(sim, m, js, registry):
    """In the order of registration, whatever was asked for meanwhile."""
    with m.scope():
        for number in range(4):
            target = js.object("Target", number=number)
            js.register(registry, target, number)
            if number == 2:
                m.globals["target"] = target
    assert js.cleanups(registry) == []
    sim.collect("scavenge")
    assert js.cleanups(registry) == []
    sim.collect("mark-sweep")
    assert js.cleanups(registry) == [0, 1, 3]
    assert js.cleanups(registry) == []
    del m.globals["target"]
    sim.collect("mark-sweep")
    assert js.cleanups(registry) == [2]


def test_what_dies_within_a_turn_is_told_after_it(sim, m, js, registry):
    """As V8 runs the callback in a task of its own; what died before can be asked for meanwhile."""
    for number in range(2):
        with m.scope():
            js.register(registry, js.object(), number)
        if number == 0:
            sim.collect("mark-sweep")
    with m.scope():
        sim.collect("mark-sweep")
        with m.scope():
            assert js.cleanups(registry) == [0]
        assert js.cleanups(registry) == []
    with m.scope():
        assert js.cleanups(registry) == [1]


def test_a_held_value_is_alive_when_it_is_told(sim, m, js, registry):
    """Objects and strings too; the cell that held it is garbage then."""
    with m.scope():
        js.register(registry, js.object("Target"), js.object("Held", number=7))
        js.register(registry, js.object("Target"), "text")
    sim.collect("mark-sweep")
    with m.scope():
        held, text = js.cleanups(registry)
        assert js.get(held, "number") == 7
        assert js.text(text) == "text"
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 80


def test_a_registration_costs_a_cell_that_is_born_old(sim, js, registry):
    """Measured on Node 20: 72 bytes in old space, beside the registry's 80."""
    target = js.object()
    used, old = sim.heap.used_bytes(), sim.heap.old_bytes()
    js.register(registry, target, 1)
    assert (sim.heap.used_bytes() - used, sim.heap.old_bytes() - old) == (72, 72)
    assert bytes_below(sim, registry) == 80 + 72


def test_what_is_unregistered_is_never_told(sim, m, js, registry):
    """All that was registered under the token, dead or not."""
    token, other = js.object("Token"), js.object("Token")
    with m.scope():
        for number in range(4):
            js.register(registry, js.object("Target"), number, token if number % 2 else other)
    sim.collect("mark-sweep")
    with m.scope():
        js.register(registry, js.object("Target"), 4, token)
        assert js.unregister(registry, token)
        assert not js.unregister(registry, token)
    sim.collect("mark-sweep")
    assert js.cleanups(registry) == [0, 2]
    assert not js.unregister(registry, other)


def test_a_token_is_not_kept_alive(sim, m, js, registry):
    """Its registration stays; a target may be its own token."""
    with m.scope():
        target = js.object("Target")
        m.globals["target"] = target
        js.register(registry, target, 1, js.object("Token"))
        js.register(registry, target, 2, target)
    sim.collect("mark-sweep")
    assert sim.heap.used_bytes() == 80 + 2 * 72 + 24
    with m.scope():
        assert js.unregister(registry, m.globals["target"])
    del m.globals["target"]
    sim.collect("mark-sweep")
    assert js.cleanups(registry) == [1]


def test_registries_do_not_know_of_each_other(sim, m, js, registry):
    """Each is told of its own."""
    m.globals["other"] = js.finalization_registry()
    with m.scope():
        target = js.object()
        js.register(registry, target, 1)
        js.register(m.globals["other"], target, 2)
    sim.collect("mark-sweep")
    assert js.cleanups(registry) == [1]
    assert js.cleanups(m.globals["other"]) == [2]


# What is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda js: js.weak_ref(js.string("text")), "an object"),
        (lambda js: js.weak_ref(js.number(1.5)), "an object"),
        (lambda js: js.deref(js.object()), "a WeakRef"),
        (lambda js: js.weak_put(js.weak_map(), js.string("text"), 1), "an object"),
        (lambda js: js.weak_put(js.weak_set(), js.object(), 1), "a WeakMap"),
        (lambda js: js.weak_put(js.weak_map(), js.object(), object()), "a JavaScript value"),
        (lambda js: js.weak_add(js.weak_map(), js.object()), "a WeakSet"),
        (lambda js: js.weak_get(js.map(), js.object()), "a WeakMap"),
        (lambda js: js.weak_has(js.set(), js.object()), "a WeakMap or a WeakSet"),
        (lambda js: js.weak_remove(js.weak_map(), 7), "a Handle"),
        (lambda js: js.register(js.weak_map(), js.object(), 1), "a FinalizationRegistry"),
        (lambda js: js.register(js.finalization_registry(), js.string("a"), 1), "an object"),
        (lambda js: js.register(js.finalization_registry(), js.object(), 1, js.string("a")), "an object"),
        (lambda js: js.unregister(js.finalization_registry(), js.string("a")), "an object"),
        (lambda js: js.cleanups(js.weak_map()), "a FinalizationRegistry"),
    ],
)
def test_what_is_wrong_is_refused(js, call, message):
    """With what was expected."""
    with pytest.raises(TypeError, match=message):
        call(js)
