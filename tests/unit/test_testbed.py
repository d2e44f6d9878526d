"""The testbed: what is done by hand on a tiny heap, told to the oracle, and checked (`gcsim.testing`)."""

import pytest

from gcsim.collectors import MarkSweep, Scavenger
from gcsim.errors import CollectorFailed, InvariantBroken, TestbedError
from gcsim.testing import Counterexample, Geometry, Testbed, beds, check, report, shrink


class Forgetful(Scavenger):
    """Forgets the remembered set."""

    __slots__ = ()

    def _finish(self):
        super()._finish()
        self.heap.remembered.slots.clear()


class Falling(Scavenger):
    """Raises something."""

    __slots__ = ()

    def advance(self, budget_bytes):
        return [][budget_bytes]


class Endless(MarkSweep):
    """Never begins its pause."""

    __slots__ = ()

    def advance(self, budget_bytes):
        return 0


def forget(bed):
    """The shortest program that shows what `Forgetful` forgets."""
    a, b = bed.new(1, old=True), bed.new(1)
    bed.write(a, 0, b)
    bed.scavenge()


def test_what_the_mutator_did_is_there_after_every_collection():
    """References, small integers, weak fields and entries, through copies and promotion."""
    bed = Testbed(Geometry(page_words=64, pages=2))
    a, b, c = bed.new(2), bed.new(1, weak=1), bed.new(raw=3)
    table = bed.new_table(old=True)
    bed.write(a, 0, b)
    bed.write_smi(a, 1, 7)
    bed.write_weak(b, 0, c)
    bed.put(table, b, c)
    for collect in (bed.scavenge, bed.scavenge, bed.collect):
        collect(1)
    bed.drop(b)
    assert bed.load(a, 0) == b
    assert (bed.deref(b, 0), bed.look_up(table, b)) == (c, c)


def test_what_is_dead_is_cleared_and_told_once():
    """A weak field reads None, and the registry tells the number."""
    bed = Testbed()
    a, b = bed.new(0, weak=1), bed.new()
    bed.write_weak(a, 0, b)
    bed.register(b)
    bed.drop(b)
    bed.set_global("x", a)
    bed.collect()
    assert bed.deref(a, 0) is None
    bed.close_scope()
    assert (bed.cleanups(), bed.cleanups()) == ([b], [])


def test_an_operation_names_roots_only():
    """What was dropped must be loaded again."""
    bed = Testbed()
    a, b = bed.new(1), bed.new()
    bed.drop(b)
    with pytest.raises(TestbedError, match=r"^object 2 is no root; load it from a field, or keep it$"):
        bed.write(a, 0, b)


def test_a_step_is_the_line_that_does_it_again():
    """Objects have letters, and what is so by default is left out."""
    bed = Testbed()
    a = bed.new(2, old=True)
    b = bed.new()
    bed.write(a, 1, b)
    bed.write_smi(a, 0, 0)
    bed.start_marking()
    bed.mark(8)
    assert [str(step) for step in bed.journal] == [
        "a = bed.new(2, old=True)", "b = bed.new()", "bed.write(a, 1, b)", "bed.write_smi(a, 0, 0)",
        "bed.start_marking()", "bed.mark(8)",
    ]  # fmt: skip


def test_the_schedule_collects_before_an_operation_and_is_in_the_journal():
    """Objects have been named by then, and have moved when the store is done."""
    bed = Testbed(schedule=lambda kind: "scavenge" if kind == "store" else None)
    a, b = bed.new(1), bed.new()
    bed.write(a, 0, b)
    assert [step.method for step in bed.journal] == ["new", "new", "scavenge", "write"]


def test_a_broken_collector_is_found_at_once():
    """By the check that is there for it."""
    with pytest.raises(InvariantBroken, match=r"^R1 "):
        forget(Testbed(young=Forgetful))


def test_a_check_can_be_waived():
    """For a collector that declares not to keep it."""
    forget(Testbed(young=Forgetful, waived=["R1"]))


def test_what_a_collector_raises_names_its_place():
    """The class, what it raised, and where."""
    with pytest.raises(CollectorFailed, match=r"^Falling raised IndexError: .* \(test_testbed.py:\d+\)$"):
        Testbed(young=Falling).scavenge()


def test_a_collector_that_does_not_end_is_stopped():
    """After so many slices that it never will."""
    with pytest.raises(InvariantBroken, match=r"^M6 termination: after 5000 slices Endless is not done$"):
        Testbed(old=Endless, waived=["M2"]).collect()


def test_a_counterexample_is_shrunk_to_what_matters():
    """Four steps out of nine, on the plainest heap."""
    bed = Testbed(Geometry(page_words=128, pages=2, lazy=False), young=Forgetful)
    bed.new(3, raw=4)
    bed.open_scope()
    bed.collect(8)
    bed.set_global("x", 1)
    bed.new(0, weak=1)
    with pytest.raises(InvariantBroken) as caught:
        forget(bed)
    found = Counterexample(bed.geometry, tuple(bed.journal), caught.value)
    shortest = shrink(found, beds(young=Forgetful))
    assert (len(shortest.steps), shortest.geometry) == (4, Geometry())
    assert shortest.check == "R1 remembered set is complete"


def test_a_report_is_a_script_that_fails_in_the_same_way():
    """Run as it is printed; the message names objects by their letters."""
    result = check(young=Forgetful, examples=200, seed=1)
    assert result.counterexample is not None
    text = report(result.counterexample, beds(young=Forgetful), {"young": "elsewhere:Forgetful"})
    message, _, rest = text.partition("\n")
    assert "@" in message
    assert "Thing" not in message
    lines = [line[4:] for line in rest.splitlines() if line.startswith("    ") and "elsewhere" not in line]
    with pytest.raises(InvariantBroken, match=f"^{result.counterexample.check}"):
        exec("\n".join(lines), {"Forgetful": Forgetful})  # noqa: S102 - the script that the report prints
    assert max(map(len, lines)) <= 80


@pytest.mark.slow
def test_the_same_seed_runs_the_same_programs():
    """And counts the same."""
    first, again, other = (check(examples=30, seed=seed) for seed in (5, 5, 6))
    assert (first.runs, first.events) == (again.runs, again.events)
    assert first.events != other.events
