"""An LRU cache: a Map and a doubly linked list, the newest entry at the head, the oldest evicted.

It shows two things that surprise people. The Map's table doubles, and each old table is garbage, at last a large
object. And an evicted entry still refers to a newer one, so a dead old entry keeps young ones alive until a full
collection (nepotism): nearly everything seems to survive although the cache has a fixed size.
"""

from collections.abc import Generator

from gcsim.errors import ScenarioError
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import Shape
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario

GETS_PER_TURN = 1000


@scenario
def lru_cache(
    m: Mutator, *, gets: int = 100_000, capacity: int = 5_000, keys: int = 15_000
) -> Generator[None, None, None]:
    """`gets` look-ups of random keys out of `keys` in a cache of `capacity` entries."""
    if min(gets, capacity, keys) < 1:
        raise ScenarioError(f"gets, capacity and keys must be at least 1, got {gets}, {capacity} and {keys}")
    entry = m.js.shape("Entry", ("key", "value", "newer", "older"))
    value = m.js.shape("Value", ("a", "b", "c", "d"))
    m.globals["map"] = m.js.map()
    for start in range(0, gets, GETS_PER_TURN):
        end = min(start + GETS_PER_TURN, gets)
        for _ in range(start, end):
            with m.scope():
                look_up(m, m.random.randrange(keys), capacity, entry, value)
        m.progress(end, gets, "gets")
        yield


def look_up(m: Mutator, key: int, capacity: int, entry: Shape, value: Shape) -> None:
    """The entry of `key` is the newest; if it was missing, it is made and the oldest may be evicted."""
    table = m.globals["map"]
    found = m.js.map_get(table, key)
    if isinstance(found, Handle):
        unlink(m, found)
        push(m, found)
        return
    fresh = m.new(entry)
    m.write(fresh, "key", key)
    m.write(fresh, "value", m.new(value))
    m.js.map_put(table, key, fresh)
    push(m, fresh)
    if m.js.size(table) > capacity:
        oldest = m.globals["oldest"]
        oldest_key = m.read(oldest, "key")
        unlink(m, oldest)
        m.js.discard(table, oldest_key)


def push(m: Mutator, entry: Handle) -> None:
    """`entry` is the newest."""
    m.write(entry, "newer", None)
    m.write(entry, "older", None)
    if "newest" in m.globals:
        newest = m.globals["newest"]
        m.write(entry, "older", newest)
        m.write(newest, "newer", entry)
    else:
        m.globals["oldest"] = entry
    m.globals["newest"] = entry


def unlink(m: Mutator, entry: Handle) -> None:
    """`entry` is in the list no more; what it refers to, it still refers to."""
    newer, older = m.read(entry, "newer"), m.read(entry, "older")
    if isinstance(newer, Handle):
        m.write(newer, "older", older)
    else:
        set_end(m, "newest", older)
    if isinstance(older, Handle):
        m.write(older, "newer", newer)
    else:
        set_end(m, "oldest", newer)


def set_end(m: Mutator, end: str, entry: object) -> None:
    """That end of the list is `entry`, or there is none: the list is empty."""
    if isinstance(entry, Handle):
        m.globals[end] = entry
    else:
        del m.globals[end]
