"""The checks of object ids: that they are those of objects, and that they stay with them."""

from collections.abc import Iterator
from itertools import pairwise

from gcsim.heap.object_ids import FIRST_ID, ID_STEP
from gcsim.heap.verify_moment import ALWAYS, Moment, check


@check("I1", "ids", ALWAYS)
def find_false_ids(moment: Moment) -> Iterator[str]:
    """Those that have ids are allocated objects, in order; the ids are odd, different, and were given before."""
    ids = moment.heap.ids
    for address, id_ in zip(ids.addresses, ids.ids, strict=True):
        if address not in moment.survey.starts:
            yield f"id {id_} is that of {address}, where no object begins"
        if id_ not in range(FIRST_ID, ids.next_id, ID_STEP):
            yield f"{moment.name(address)} has id {id_}; given were {FIRST_ID} to {ids.next_id}, in steps of {ID_STEP}"
    for address, following in pairwise(ids.addresses):
        if address >= following:
            yield f"the ids of {moment.name(address)} and {moment.name(following)} are out of order"
    if len(set(ids.ids)) < len(ids.ids):
        yield "two objects have one id"


@check("I2", "identity in snapshots", "after a cycle")
def find_changed_ids(moment: Moment) -> Iterator[str]:
    """A collection changes no object's id."""
    before = moment.before
    if before is None or not moment.same_graph:
        return
    for address, id_, now in zip(moment.after.addresses, before.ids, moment.after.ids, strict=True):
        if id_ != now:
            yield f"{moment.name(address)} had id {id_ or 'none'} and has {now or 'none'}"
