"""p06_lru: a cache of bounded size, a Map and a doubly linked list, with keys drawn at random.

Nepotism: an entry that was evicted keeps its `prev`, so a dead old entry refers to a newer one, and nearly all that is
young survives its scavenge although it is dead. The Map's tables double; the larger ones are large objects.
"""

from gcsim import scenario

SEED = 12345


@scenario
def p06_lru(m, *, ops=900_000, capacity=20_000, keys=60_000):
    """LRU cache: `ops` requests for one of `keys` keys; a miss makes an entry and its value, 56 bytes each."""
    cache = Cache(m, capacity)
    scope, get = m.scope, cache.get
    x = SEED
    for _ in range(ops):
        x = xorshift32(x)
        with scope():
            get((x >> 1) % keys)


def xorshift32(x):
    """The next of Marsaglia's numbers: 32 bits, never 0."""
    x ^= x << 13 & 0xFFFF_FFFF
    x ^= x >> 17
    return x ^ x << 5 & 0xFFFF_FFFF


class Cache:
    """The cache: `map` finds an entry by its key; `head` and `tail` are in a context, as the program's variables."""

    def __init__(self, m, capacity):
        self._m = m
        self._capacity = capacity
        self._entry = m.shape("Entry", fields=("key", "val", "prev", "next"), size=56)
        self._val = m.shape("Val", fields=("a", "b", "c", "d"), size=56)
        self._map = m.js.map()
        self._context = m.js.context(map=self._map, head=None, tail=None)
        m.globals["variables"] = self._context

    def get(self, key):
        """The entry of a key is at the head; a missing one is made, and the last one evicted."""
        m = self._m
        entry = m.js.map_get(self._map, key)
        if entry is not None:
            self._unlink(entry)
            self._push(entry)
            return
        value = m.new(self._val)
        entry = m.new(self._entry)
        m.write(entry, "key", key)
        m.write(entry, "val", value)
        m.js.map_put(self._map, key, entry)
        self._push(entry)
        if m.js.size(self._map) > self._capacity:
            last = m.read(self._context, "tail")
            self._unlink(last)
            m.js.discard(self._map, m.read(last, "key"))

    def _unlink(self, entry):
        """Its neighbours refer to each other; what it refers to itself stays."""
        m = self._m
        before, following = m.read(entry, "prev"), m.read(entry, "next")
        m.write(*((self._context, "head") if before is None else (before, "next")), following)
        m.write(*((self._context, "tail") if following is None else (following, "prev")), before)

    def _push(self, entry):
        m = self._m
        head = m.read(self._context, "head")
        m.write(entry, "prev", None)
        m.write(entry, "next", head)
        if head is not None:
            m.write(head, "prev", entry)
        m.write(self._context, "head", entry)
        if m.read(self._context, "tail") is None:
            m.write(self._context, "tail", entry)
