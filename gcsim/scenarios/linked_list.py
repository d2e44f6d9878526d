"""One list that only grows: everything survives, and marking goes as deep as the list is long.

The worst case of a generational heap: each object is copied once, promoted once, and marked in every full collection.
"""

from collections.abc import Generator

from gcsim.errors import ScenarioError
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario

NODES_PER_TURN = 1000


@scenario
def linked_list(m: Mutator, *, length: int = 200_000) -> Generator[None, None, None]:
    """A singly linked list of `length` nodes (40 bytes each), appended to and never cut."""
    if length < 1:
        raise ScenarioError(f"length must be at least 1, got {length}")
    node = m.js.shape("Node", ("value", "next"))
    m.globals["head"] = m.globals["tail"] = m.new(node)
    for start in range(1, length, NODES_PER_TURN):
        tail = m.globals["tail"]
        end = min(start + NODES_PER_TURN, length)
        for value in range(start, end):
            fresh = m.new(node)
            m.write(fresh, "value", value)
            m.write(tail, "next", fresh)
            tail = fresh
        m.globals["tail"] = tail
        m.progress(end, length, "length")
        yield
