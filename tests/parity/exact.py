"""To the byte: in how many scavenges promoted bytes, copied bytes and sizes are exactly node's.

The first two scavenges are left out: what they find alive is mostly what node itself made while it started. `grown` is
the size before a scavenge less the size after the event before it: what the program allocated, wherever it started.

Compared with the nvp run that is nearest to all others; scavenges are paired in their order.
"""

from attrs import frozen

from .recordings import SCAVENGE, Recording
from .simulated import Run

FIRST = 2
"""How many scavenges are left out."""


@frozen(kw_only=True)
class Exact:
    """Of `scavenges` recorded ones, how many are equal to the byte in each number."""

    scavenges: int
    promoted: int
    copied: int
    grown: int
    before: int


def exact(recording: Recording, run: Run) -> Exact:
    """How many scavenges from the third on come out to the byte."""
    node, after_bytes = [], 0
    for line in recording.nvp_events:
        if line.kind == SCAVENGE:
            grown = line.total_size_before - after_bytes
            node.append((line.promoted, line.new_space_survived, grown, line.total_size_before))
        after_bytes = line.total_size_after
    mine = [
        (event.promoted_bytes, event.copied_bytes, event.allocated_bytes, event.used_before_bytes)
        for event in run.scavenges
    ]
    equal = [
        [ours == theirs for ours, theirs in zip(*pair, strict=True)]
        for pair in zip(mine[FIRST:], node[FIRST:], strict=False)
    ]
    promoted, copied, grown, before = (sum(column) for column in zip(*equal, strict=True)) if equal else (0, 0, 0, 0)
    return Exact(scavenges=len(node[FIRST:]), promoted=promoted, copied=copied, grown=grown, before=before)
