"""An id in snapshots is an object's for life: through every collection of any random program, and never another's.

The oracle is what the objects carry themselves: the testbed writes a number into the last word of each, which a
collector copies without knowing it.
"""

from array import array
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from gcsim.heap.inspect import objects_in_order
from gcsim.testing import HeapMachine
from js_worlds import small_world
from snapshot_files import check_structure

NUMBERED = "Thing"


class IdMachine(HeapMachine):
    """Snapshots at any moment, also while marking. `id_of`, `owner_of`: what the objects had at first sight."""

    def __init__(self):
        super().__init__()
        self.id_of, self.owner_of = {}, {}

    @rule()
    def take_snapshot(self):
        """Every object has an id."""
        self.bed.heap.ids.give(array("q", objects_in_order(self.bed.heap)))
        assert len(self.bed.heap.ids.ids) == len(list(objects_in_order(self.bed.heap)))

    @invariant()
    def ids_stay(self):
        """Each with the object whose number it was first seen with."""
        if not hasattr(self, "bed"):
            return
        heap = self.bed.heap
        ids = dict(zip(heap.ids.addresses, heap.ids.ids, strict=True))
        for address in objects_in_order(heap):
            shape = heap.shapes[heap.memory.words[address]]
            if shape.name == NUMBERED:
                self.meet(heap.memory.words[address + shape.words - 1], ids.pop(address, None))
        others = set(ids.values())
        assert not others & self.owner_of.keys()

    def meet(self, number, id_):
        """The object of that number has that id, or none."""
        if id_ is not None:
            assert self.owner_of.setdefault(id_, number) == number
        assert self.id_of.get(number, id_) == id_
        if id_ is not None:
            self.id_of[number] = id_


TestIds = IdMachine.TestCase
TestIds.settings = settings(max_examples=max(1, settings().max_examples // 4))


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "drop", "drop", "scavenge", "mark-sweep", "snapshot"]), st.integers(0, 30)
    ),
    min_size=10,
    max_size=50,
)


@settings(max_examples=max(1, settings().max_examples // 4))
@given(operations=OPERATIONS, compact=st.booleans())
def test_in_all_files_of_a_run_an_object_has_one_id_and_an_id_one_object(operations, compact):
    """Each object has a text of its own, by which the files are compared; each file is sound, and has all that live.

    Pages hold half a dozen objects, so that they are soon worth compacting.
    """
    sim = small_world(page_size=512, compact_on_every_full_gc=compact)
    m, alive, id_of = sim.mutator, {}, {}
    with TemporaryDirectory() as folder:
        for number, (what, which) in enumerate([*operations, ("snapshot", 0)]):
            if what == "new":
                with m.scope():
                    m.globals[str(number)] = m.js.object("Thing", label=f"label {number}", room=m.array(which))
                alive[str(number)] = f"label {number}"
            elif what == "drop" and alive:
                name = list(alive)[which % len(alive)]
                del m.globals[name], alive[name]
            elif what == "snapshot":
                sim.snapshot(Path(folder) / "heap")
                ids = ids_in(check_structure(Path(folder) / "heap"))
                assert ids.keys() == set(alive.values())
                for label, id_ in ids.items():
                    assert id_of.setdefault(label, id_) == id_
            elif what != "drop":
                sim.collect(what)
    assert len(set(id_of.values())) == len(id_of)


def ids_in(snapshot):
    """The id of each Thing of a file, by its label."""
    return {node.to("label").name: node.id for node in snapshot.nodes if node.name == "Thing"}
