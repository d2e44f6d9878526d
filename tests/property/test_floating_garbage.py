"""What marking in steps leaves although it is dead: only what was alive when it began, or was born since."""

from hypothesis import given
from hypothesis import strategies as st

from gcsim.heap import inspect
from gcsim.testing import Geometry, Testbed
from gcsim.testing.strategies import graphs


def build(graph, roots):
    """A testbed with that graph of old objects, of which some objects are roots."""
    bed = Testbed(Geometry(page_words=128, pages=2))
    for fields in graph:
        bed.new(len(fields), old=True)
    for holder, fields in enumerate(graph, 1):
        for index, target in enumerate(fields):
            if target is not None:
                bed.write(holder, index, target + 1)
    for number in range(1, len(graph) + 1):
        if number not in roots:
            bed.drop(number)
    return bed


@given(graphs(), st.sets(st.integers(1, 12)), st.sets(st.integers(0, 30)))
def test_floating_garbage_was_alive_when_marking_began(graph, roots, deleted):
    """M8: what is black and cannot be reached was reachable at the start, or was born since."""
    bed = build(graph, roots)
    alive = bed.model.reachable()
    bed.start_marking()
    first_born = len(bed.model.fields) + 1
    for at in sorted(deleted):
        for number in sorted(bed.model.scopes[-1])[at % 5 :: 5]:
            if bed.model.fields[number]:
                bed.write(number, at % len(bed.model.fields[number]), None)
        bed.mark(8)
        if at % 3 == 0:
            bed.drop(bed.new(1, old=True))
    bed.collect()
    words, words_of = bed.heap.memory.words, bed.heap.shapes.words_of
    left = {words[address + words_of[words[address]] - 1] for address in inspect.objects(bed.heap)}
    assert left <= alive | set(range(first_born, len(bed.model.fields) + 1))
