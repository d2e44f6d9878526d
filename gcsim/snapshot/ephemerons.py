"""The values of WeakMaps: kept alive by a key and a table together.

V8 writes two internal edges to such a value, one from the key and one from the table, with the same text after a
number:

    3 / part of key (Object @71) -> value (Array @73) pair in WeakMap (table @69)

To cut either frees the value, so only one of them may count: the key's, since that says more. And the value is as
far away as the farther of the two, so the first of the pair that a search meets does not reach it.

A name is parsed once: `pair_of[name]` is 0 for the names of other edges, otherwise the number of a pair, and
`table_id[pair]` the node id of its table.
"""

import re
from array import array
from typing import NamedTuple

from gcsim.snapshot.columns import Ints
from gcsim.snapshot.kernels import zeros

MARK = " / part of key ("
LINE = r"[^\n\r\u2028\u2029]*?"  # what a dot means in JavaScript
NAME = re.compile(
    rf"[0-9]+( / part of key \({LINE} @[0-9]+\) -> value \({LINE} @[0-9]+\) pair in WeakMap \(table @([0-9]+)\))"
)
LARGEST_ID = 2**53


class Ephemerons(NamedTuple):
    """The pair of each edge name, and the table of each pair."""

    pair_of: Ints
    table_id: Ints


def find_ephemerons(strings: list[str]) -> Ephemerons:
    """What the names of edges say about WeakMaps."""
    pair_of, table_id = zeros("i", len(strings)), array("q", [0])
    numbers: dict[str, int] = {}
    for index, text in enumerate(strings):
        if MARK in text and (found := NAME.fullmatch(text)):
            pair = numbers.setdefault(found[1], len(table_id))
            if pair == len(table_id):
                table_id.append(min(int(found[2]), LARGEST_ID))
            pair_of[index] = pair
    return Ephemerons(pair_of, table_id)
