"""Lines of names and values: the layout and the facts of recorded ones, and what fills each name."""

import re
from pathlib import Path

import pytest
from attrs import evolve

from gcsim.config import HeapConfig
from gcsim.errors import ConfigError
from gcsim.events import GcEvent, IncrementalMarking, Kind
from gcsim.sim.simulation import Simulation
from gcsim.trace.format import DIALECTS
from gcsim.trace.nvp import BACKGROUND_PHASES, BEGIN_PHASES, EXTERNAL_PHASES, PAUSE_PHASES, SCAVENGE_PHASES, format_nvp

RECORDED = (Path(__file__).parent.parent / "data" / "nvp_lines.txt").read_text("utf-8").splitlines()
NOT_SIMULATED = {
    "clear", "nodes_died_in_new", "nodes_copied_in_new", "nodes_promoted", "unmapper_chunks", "compaction_speed",
}  # fmt: skip
PHASES = {*SCAVENGE_PHASES, *BEGIN_PHASES, *EXTERNAL_PHASES, *PAUSE_PHASES, *BACKGROUND_PHASES} - {"incremental"}


def pairs_of(line):
    """What stands before the names, and each name with its value."""
    head, found, pairs = line.partition(" ms: ")
    assert found
    return head, [pair.split("=") for pair in pairs.split(" ")]


def layout_of(line):
    """The width of the time, and the names in order, each with what stands from the point on: `.00`, `.0%`, nothing."""
    head, pairs = pairs_of(line)
    pattern = [(name, re.sub(r"\d", "0", value[value.find(".") :] if "." in value else "")) for name, value in pairs]
    return len(head.partition("] ")[2]), pattern


def whole(part, percent):
    """What `part` is so many percent of; without percents, a lot."""
    return round(part / percent * 100) if percent else 10**9


def read(line):
    """The event that a recorded line tells of, as far as it does."""
    head, pairs = pairs_of(line)
    pid, isolate, time_ms = re.fullmatch(r"\[(\d+):0x([0-9a-f]+)\] +(\d+)", head).groups()
    known = {name: value if name == "gc" else float(value.rstrip("%")) for name, value in pairs}
    is_scavenge = known["gc"] == "s"
    copied_share = known["new_space_survive_rate_" if is_scavenge else "new_space_survive_rate"]
    promoted, copied = int(known["promoted"]), int(known["new_space_survived"])
    steps = int(known["incremental.steps_count" if is_scavenge else "incremental_steps_count"])
    marking = IncrementalMarking(
        steps=steps,
        duration_ms=known["incremental.steps_took" if is_scavenge else "incremental"],
        longest_step_ms=known.get("incremental_longest_step", 0.0),
        walltime_ms=known.get("incremental_walltime_duration", 0.0),
    )
    event = GcEvent(
        number=1, kind=Kind.SCAVENGE if is_scavenge else Kind.MARK_SWEEP, reason="", collector_reason="",
        start_ms=float(time_ms) - known["pause"], end_ms=float(time_ms), committed_before_bytes=0,
        committed_after_bytes=0, used_before_bytes=int(known["total_size_before"]),
        used_after_bytes=int(known["total_size_after"]), holes_before_bytes=int(known["holes_size_before"]),
        holes_after_bytes=int(known["holes_size_after"]), allocated_bytes=int(known["allocated"]),
        reduce_memory=bool(known["reduce_memory"]), incremental=marking if steps else None,
        mutator_ms=known["mutator"], promoted_bytes=promoted, copied_bytes=copied,
        young_before_bytes=whole(promoted + copied, known["promotion_ratio"] + copied_share),
        copied_by_last_bytes=whole(promoted, known["promotion_rate"]) if known["promotion_rate"] else 0,
        average_survival_ratio=known["average_survival_ratio"] / 100,
        scavenge_bytes_per_ms=known.get("scavenge_throughput", 0.0),
        young_allocation_bytes_per_ms=known["new_space_allocation_throughput"],
        marking_bytes_per_ms=known.get("incremental_marking_throughput", 0.0),
    )  # fmt: skip
    return event, {"pid": int(pid), "isolate": int(isolate, 16)}


@pytest.mark.parametrize("line", RECORDED, ids=lambda line: line[:30])
def test_recorded_lines_have_our_layout(line):
    """Every name in its place, and every value with as many decimals and the same sign behind it."""
    event, process = read(line)
    assert layout_of(format_nvp(event, node=20, **process)) == layout_of(line)


@pytest.mark.parametrize("line", RECORDED, ids=lambda line: line[:30])
def test_recorded_facts_are_rebuilt_to_the_byte(line):
    """All that is neither the time of a phase nor a thing that is not simulated."""
    event, process = read(line)
    (head, ours), (recorded_head, recorded) = pairs_of(format_nvp(event, node=20, **process)), pairs_of(line)
    assert head == recorded_head
    left_out = PHASES | NOT_SIMULATED
    facts = [pair for pair in recorded if pair[0] not in left_out]
    assert [pair for pair in ours if pair[0] not in left_out] == facts
    assert len(facts) >= 18


SCAVENGE = GcEvent(
    number=3, kind=Kind.SCAVENGE, reason="task", collector_reason="", start_ms=43.5, end_ms=44.0,
    used_before_bytes=6_000, used_after_bytes=5_000, committed_before_bytes=0, committed_after_bytes=0,
    allocated_bytes=2_000, young_before_bytes=4_000, promoted_bytes=1_000, copied_bytes=2_000,
    copied_by_last_bytes=800, mutator_ms=12.34, holes_before_bytes=70, holes_after_bytes=80,
    average_survival_ratio=0.4567, scavenge_bytes_per_ms=8_000.4, young_allocation_bytes_per_ms=162.07,
)  # fmt: skip


def known(event, **style):
    """The names whose values are not 0, with their values."""
    _, pairs = pairs_of(format_nvp(event, **style))
    return {name: value for name, value in pairs if value.strip("0.%")}


def test_a_scavenge_says_what_the_event_knows():
    """Its pause is one phase; every other name reads 0."""
    assert known(SCAVENGE) == {
        "pause": "0.5", "mutator": "12.3", "gc": "s", "scavenge": "0.50", "scavenge_throughput": "8000",
        "total_size_before": "6000", "total_size_after": "5000", "holes_size_before": "70", "holes_size_after": "80",
        "allocated": "2000", "promoted": "1000", "new_space_survived": "2000", "promotion_ratio": "25.0%",
        "average_survival_ratio": "45.7%", "promotion_rate": "125.0%", "new_space_survive_rate_": "50.0%",
        "new_space_allocation_throughput": "162.1",
    }  # fmt: skip


def test_a_full_collection_tells_its_marking_apart():
    """What was marked in the pause, and what in steps before."""
    marking = IncrementalMarking(steps=7, duration_ms=3.25, longest_step_ms=0.75, walltime_ms=20.5)
    event = evolve(
        SCAVENGE, kind=Kind.MARK_SWEEP, start_ms=40, mark_ms=1.5, incremental=marking, reduce_memory=True,
        marking_bytes_per_ms=131_072.0, copied_bytes=0,
    )  # fmt: skip
    new = {
        "pause": "4.0", "gc": "mc", "reduce_memory": "1", "mark": "1.5", "incremental": "3.2",
        "incremental_longest_step": "0.8", "incremental_steps_count": "7", "incremental_marking_throughput": "131072",
        "incremental_walltime_duration": "20",
    }  # fmt: skip
    gone = ("scavenge", "scavenge_throughput", "new_space_survived", "new_space_survive_rate_")
    assert known(event, node=20) == {name: value for name, value in (known(SCAVENGE) | new).items() if name not in gone}


def test_the_first_collection_counts_all_that_there_is_as_allocated():
    """What a process has before its first statement too."""
    assert known(evolve(SCAVENGE, number=0))["allocated"] == "6000"


def test_a_scavenge_during_marking_says_how_far_that_is():
    """Its steps so far, and their time."""
    marking = IncrementalMarking(steps=7, duration_ms=3.25, longest_step_ms=0.75, walltime_ms=20.5)
    new = {"incremental.steps_count": "7", "incremental.steps_took": "3.2"}
    assert known(evolve(SCAVENGE, incremental=marking)) == known(SCAVENGE) | new


@pytest.mark.parametrize("node", DIALECTS)
def test_full_collections_are_mc_from_19_on(node):
    """And ms before."""
    assert known(evolve(SCAVENGE, kind=Kind.MARK_SWEEP), node=node)["gc"] == ("ms" if node <= 18 else "mc")
    assert known(SCAVENGE, node=node)["gc"] == "s"


def test_process_and_isolate_begin_the_line():
    """The guide's by default; then the time, 8 wide."""
    assert format_nvp(SCAVENGE).startswith("[13973:0x110008000]       44 ms: pause=0.5 ")
    assert format_nvp(SCAVENGE, pid=7, isolate=0xABC).startswith("[7:0xabc]       44 ms: pause=0.5 ")


def test_an_unknown_version_is_refused():
    """As for any line."""
    with pytest.raises(ConfigError, match=r"^node must be one of 12, "):
        format_nvp(SCAVENGE, node=13)


def test_a_first_collection_of_nothing_divides_by_nothing():
    """Shares of nothing are 0."""
    sim = Simulation(HeapConfig())
    sim.collect("scavenge")
    sim.collect("mark-sweep")
    for event in sim.events:
        assert " promotion_ratio=0.0% average_survival_ratio=0.0% promotion_rate=0.0% " in format_nvp(event)
