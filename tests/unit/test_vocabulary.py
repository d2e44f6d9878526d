"""The words for trace lines: nothing that a line can say is without them, and they are plain sentences."""

import re
from pathlib import Path

import pytest

from gcsim.events import Kind
from gcsim.trace import grammar, nvp
from gcsim.trace.nvp_words import GROUPS, NAMES, nvp_name
from gcsim.trace.parse import _DEATH
from gcsim.trace.vocabulary import (
    AFTER_DEATH,
    COLLECTOR_REASONS,
    COLLECTORS,
    DEATHS,
    FLAGS,
    FULL_REASONS,
    PARTS,
    REASONS,
    Standing,
    collector_reason_of,
    collector_words,
    death_words,
    reason_of,
)  # fmt: skip

DATA = Path(__file__).parent.parent / "data"
NVP_NAMES = (
    *nvp.SCAVENGE_PHASES, *nvp.BEGIN_PHASES, *nvp.EXTERNAL_PHASES, *nvp.PAUSE_PHASES, *nvp.BACKGROUND_PHASES,
)  # fmt: skip
RECORDED = [line.split(" ms: ")[1].split() for line in (DATA / "nvp_lines.txt").read_text("ascii").splitlines()]
SENTENCES = {
    **{f"part {name}": part.words for name, part in PARTS.items() if part.words},
    **{f"collector {name}": words for name, words in COLLECTORS.items()},
    **{f"flag {name}": words for name, words in FLAGS.items()},
    **{f"reason {name}": reason.words for name, reason in REASONS.items()},
    **{f"full reason {name}": reason.words for name, reason in FULL_REASONS.items()},
    **{f"collector reason {name}": reason.words for name, reason in COLLECTOR_REASONS.items()},
    **{f"death {name}": words for name, words in DEATHS.items()},
    "after a death": AFTER_DEATH,
}


def test_every_reason_that_the_grammar_knows_has_words():
    """And there are words for no other."""
    assert set(REASONS) == set(grammar.REASONS)
    assert set(COLLECTOR_REASONS) == set(grammar.COLLECTOR_REASONS)
    assert set(FULL_REASONS) <= set(REASONS)


def test_every_part_that_the_grammar_finds_has_words():
    """`reasons` is found as its two parts, `steps` with all of its own."""
    found = set(grammar.RECORD.groupindex) | set(grammar.STEPS.groupindex) | {"reason", "collector_reason"}
    assert set(PARTS) == found - {"reasons"}


@pytest.mark.parametrize("what", SENTENCES)
def test_words_are_plain_sentences(what):
    """They begin with a capital, end with a full stop, and hold no placeholder."""
    words = SENTENCES[what]
    assert re.fullmatch(r"[A-Z][^\n{}<>_]*\.", words), words
    assert "  " not in words
    assert not re.search(r"\b(?:TODO|FIXME|XXX|TBD)\b", words)
    assert len(words) >= 15


@pytest.mark.parametrize("reason", [*REASONS.values(), *FULL_REASONS.values(), *COLLECTOR_REASONS.values()])
def test_a_clause_goes_after_because(reason):
    """It is no sentence, and the brief one is shorter."""
    assert not reason.because.endswith(".")
    assert len(reason.brief) < len(reason.because) <= 45


def test_a_scavenge_starts_by_an_allocation_failure_and_a_full_collection_should_not():
    """The word that frightens people most is the most ordinary one."""
    ordinary, full = (reason_of("allocation failure", kind) for kind in (Kind.SCAVENGE, Kind.MARK_SWEEP))
    assert ordinary.standing is Standing.NORMAL
    assert "not an error" in ordinary.words
    assert full.standing is Standing.LOOK
    assert reason_of("last resort", Kind.MARK_SWEEP).standing is Standing.TROUBLE
    assert reason_of("testing", Kind.MARK_SWEEP) == reason_of("testing", Kind.SCAVENGE) == REASONS["testing"]


def test_what_is_not_known_is_said_to_be_unknown():
    """A version of V8 to come may have more reasons."""
    for found in (reason_of("moon phase", Kind.SCAVENGE), collector_reason_of("moon phase")):
        assert (found.because, found.standing) == ("V8 says `moon phase`", Standing.LOOK)
        assert "`moon phase`" in found.words
    assert "does not know" in death_words("Moon::Phase")
    assert collector_words("Shared Scavenge", Kind.SCAVENGE) == COLLECTORS["Scavenge"]
    assert collector_words("Shared Mark-Compact", Kind.MARK_SWEEP) == COLLECTORS["Mark-Compact"]


def test_a_place_of_death_is_known_with_what_stands_around_it():
    """Versions of V8 add a dot, a colon or what was done."""
    assert (
        death_words("Committing semi space failed. Scavenger: semi-space copy") == DEATHS["Scavenger: semi-space copy"]
    )
    assert death_words("CALL_AND_RETRY_LAST") == DEATHS["CALL_AND_RETRY_LAST"]
    assert _DEATH.search("Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated")["worker"] in DEATHS


# --- Names of nvp lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NVP_NAMES)
def test_every_phase_that_gcsim_prints_has_words(name):
    """In ms, in a group."""
    assert NAMES[name].unit == "ms"
    assert NAMES[name].group in GROUPS
    assert re.fullmatch(r"[A-Za-z][^\n{}<>_]*[^.\n]", NAMES[name].words)


def test_every_name_that_node_20_prints_has_words():
    """As recorded."""
    assert {pair.partition("=")[0] for pairs in RECORDED for pair in pairs} <= set(NAMES)


@pytest.mark.parametrize("pairs", RECORDED, ids=[" ".join(pairs[:3]) for pairs in RECORDED])
def test_units_are_those_of_the_recorded_values(pairs):
    """A percentage ends in its sign, and what has decimals is no size and no count."""
    for pair in pairs:
        name, _, value = pair.partition("=")
        unit = NAMES[name].unit
        assert (unit == "%") == value.endswith("%"), name
        if unit in {"bytes", "chunks", "handles", "steps"}:
            assert value.isdecimal(), name


def test_words_of_a_name_are_short_enough_for_one_row_or_two():
    """Whatever their group."""
    assert max(len(name.words) for name in NAMES.values()) <= 80
    assert len(NAMES) >= 100


def test_a_name_of_another_version_is_put_with_its_kin():
    """By what it begins with."""
    assert nvp_name("mark.wrappers").group == "marking"
    assert nvp_name("moon").group == "pause and program"
    assert nvp_name("moon").words == "a name that gcsim does not know"
