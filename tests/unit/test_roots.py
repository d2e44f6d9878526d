"""Roots: handles, their scopes, and globals."""

import pytest

from gcsim.errors import NoSuchRoot, ScenarioError, StaleHandle
from gcsim.heap.roots import Globals, HandleScope, Roots, address_of, make_handle


@pytest.fixture
def roots():
    return Roots()


def test_a_handle_made_in_a_scope_is_a_root_until_it_ends(roots):
    """Then its address is gone."""
    with HandleScope(roots):
        handle = roots.handle(40)
        assert list(roots.addresses()) == [40]
    assert list(roots.addresses()) == []
    with pytest.raises(StaleHandle, match="after its scope was closed"):
        address_of(handle)
    assert repr(handle) == "<Handle, stale>"


def test_scopes_nest(roots):
    """The outer handle outlives the inner scope."""
    outer = roots.handle(10)
    with HandleScope(roots):
        with HandleScope(roots):
            roots.handle(20)
        roots.handle(30)
        assert list(roots.addresses()) == [10, 30]
    assert list(roots.addresses()) == [10]
    assert (address_of(outer), repr(outer)) == (10, "<Handle 10>")


def test_a_scope_ends_by_an_error_too(roots):
    """The error goes on."""

    def fail():
        with HandleScope(roots):
            roots.handle(20)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(roots.addresses()) == []


def test_escape_makes_a_handle_in_the_scope_around(roots):
    """The old one is stale, the new one is not."""
    with HandleScope(roots) as scope:
        escaped = scope.escape(roots.handle(20))
    assert (address_of(escaped), list(roots.addresses())) == (20, [20])


def test_a_stale_handle_cannot_escape_or_become_a_global(roots):
    """It names nothing any more."""
    with HandleScope(roots):
        stale = roots.handle(20)
    with HandleScope(roots) as scope, pytest.raises(StaleHandle):
        scope.escape(stale)
    with pytest.raises(StaleHandle):
        Globals(roots)["a"] = stale


def test_what_is_no_handle_is_refused():
    """With what it was."""
    with pytest.raises(TypeError, match="expected a Handle, got 7"):
        address_of(7)


def test_globals_are_a_mapping_of_names_to_handles(roots):
    """Reading one makes a new handle; dropping one ends the root."""
    names = Globals(roots)
    names["a"] = make_handle(40)
    names["b"] = make_handle(50)
    assert ("a" in names, "c" in names, list(names), len(names)) == (True, False, ["a", "b"], 2)
    with HandleScope(roots):
        assert names["a"].address == 40
        assert list(roots.addresses()) == [40, 50, 40]
    del names["a"]
    assert list(roots.addresses()) == [50]


def test_objects_made_are_the_handles_that_are_no_copies(roots):
    """Closing a scope or copying a handle makes no object."""
    made = make_handle(40)
    roots.handles.append(made)
    with HandleScope(roots) as scope:
        scope.escape(roots.handle(40))
        roots.handles.append(make_handle(50))
        assert roots.objects_made == 2
    assert roots.objects_made == 2


@pytest.mark.parametrize("act", [lambda names: names["x"], lambda names: names.__delitem__("x")])
def test_a_missing_global_is_an_error_that_lists_the_known(roots, act):
    """Reading and dropping alike."""
    names = Globals(roots)
    with pytest.raises(NoSuchRoot, match="globals: none"):
        act(names)
    names["a"] = make_handle(40)
    with pytest.raises(NoSuchRoot, match=r"no global 'x' .*globals: a"):
        act(names)


def test_escape_needs_an_open_scope():
    """Outside of every scope there is no scope around to escape to."""
    roots = Roots()
    with pytest.raises(ScenarioError, match="no scope is open"):
        HandleScope(roots).escape(roots.handle(5))


def test_a_missing_global_is_a_key_error_for_mappings():
    """So `get` and `pop` give their default."""
    roots = Roots()
    names = Globals(roots)
    assert names.get("nobody") is None
    assert names.pop("nobody", 1) == 1
    with pytest.raises(NoSuchRoot, match=r"^no global 'nobody' \(never set, or dropped\); globals: none$"):
        del names["nobody"]


def test_an_outermost_scope_is_a_turn(roots):
    """Turns are counted when they are over; the number of one that runs is that of the next."""
    assert (roots.turns, roots.turn) == (0, 0)
    with HandleScope(roots):
        assert (roots.turns, roots.turn) == (0, 1)
        with HandleScope(roots):
            assert (roots.turns, roots.turn) == (0, 1)
        assert (roots.turns, roots.turn) == (0, 1)
    assert (roots.turns, roots.turn) == (1, 1)


def test_a_handle_for_the_turn_outlives_inner_scopes(roots):
    """Outside of every scope it stays."""
    with HandleScope(roots):
        with HandleScope(roots):
            handle = roots.handle_for_turn(40)
        assert list(roots.addresses()) == [40]
    assert handle.address == 0
    assert roots.handle_for_turn(50).address == 50
    assert list(roots.addresses()) == [50]
    assert roots.objects_made == 0
