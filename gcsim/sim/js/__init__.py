"""JavaScript values, laid out as V8 lays them out.

Sizes are those of Node 20 on x64, measured with retained objects; each file has the table of its kind. Where V8
replaces a backing store, so does this: the old elements of a growing array, the old table of a growing Set and the
characters of a flattened string stay behind as garbage, a good part of what a real program leaves to its collector.

A JavaScript object is `header | fields | raw words`. V8's three words before the properties (map, properties,
elements) are here the header, a strong field, and the last raw word, which holds the identity hash by which a Set or
a Map finds the object: an address would not do, for objects move. Small integers are fields of their own (Smis);
other numbers are objects.

The files build on each other, each adding one kind of value: cells (how an object is made and written), strings,
values (Python values as fields, and back), objects, arrays, keys, tables, collections, weak_tables, weak. `Js` is all
of them.

Left out: slack tracking (the first seven instances of a class are larger), mementos, copy-on-write literals,
deletion of properties and dictionary mode (V8 leaves fast properties at 128 out of object), inline caches, symbols,
BigInts, typed arrays. true, false, null and undefined are read-only objects in V8: as values they are the Smis 1 and
0, and null.
"""

from gcsim.sim.js.values import JsRead, JsValue
from gcsim.sim.js.weak import Weak

__all__ = ["Js", "JsRead", "JsValue"]


class Js(Weak):
    """Makes and uses JavaScript values: `Js(heap, new, random)`, where `new` is the mutator's.

    Values go in as a `JsValue`: a handle, a number, a str (a string is made of it) or None (null). They come out as
    a handle, an int (a Smi), a float (any other number) or None. `random` gives the identity hashes.

    Everything may collect that may allocate, so no address outlives a call; handles do.
    """

    __slots__ = ()
