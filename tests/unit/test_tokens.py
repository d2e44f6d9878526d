"""The parts of a trace line, in every dialect."""

import pytest
from attrs import evolve

from gcsim.events import IncrementalMarking
from gcsim.trace.format import DIALECTS, format_line
from gcsim.trace.vocabulary import PARTS as VOCABULARY
from gcsim.view.tokens import PARTS, begun, tokens_of
from recordings import scene

MARKING = IncrementalMarking(steps=3, duration_ms=0.3, longest_step_ms=0.2, walltime_ms=215.0)


def events():
    """A scavenge, a mark-sweep, and one with steps, reduced memory and the rest."""
    scavenge = scene("guide-scavenge").events[0]
    full = scene("mark-sweep-tour").events[0]
    return [
        scavenge,
        full,
        evolve(full, incremental=MARKING, reduce_memory=True),
        evolve(scavenge, during_sweeping=True),
    ]


@pytest.mark.parametrize("node", DIALECTS)
def test_the_tokens_together_are_the_line(node):
    for event in events():
        line = format_line(event, node=node)
        tokens = tokens_of(line)
        assert "".join(token.text for token in tokens) == line
        assert len(tokens) > 10


@pytest.mark.parametrize("node", DIALECTS)
def test_each_token_is_the_number_that_it_names(node):
    event = evolve(events()[1], used_before_bytes=7 * 2**20, used_after_bytes=3 * 2**20, reason="testing")
    named = {token.name: token.text.strip() for token in tokens_of(format_line(event, node=node, pid=42))}
    assert named["pid"] == "[42:"
    assert named["used before"] == "7.0"
    assert named["used after"] == "-> 3.0"
    assert named["collector"].startswith("Mark-")
    assert named["reason"].rstrip(";") == "testing"
    assert float(named["pause"]) == pytest.approx(event.pause_ms, abs=0.06)


def test_every_part_of_a_line_is_told_in_a_few_words():
    """The names are those of the parser's own vocabulary."""
    assert PARTS.keys() == VOCABULARY.keys()
    assert all(meaning and len(f"{name}: {meaning}") <= 90 for name, (meaning, _) in PARTS.items())


def test_a_reason_is_told_with_what_it_means():
    told = {token.name: token.meaning for token in tokens_of(format_line(events()[0], node=14))}
    assert told["reason"] == "why it was needed: new space was full"
    told = {token.name: token.meaning for token in tokens_of(format_line(events()[1], node=14))}
    assert told["collector reason"] == "why it was this collector: it was to be full"


def test_a_line_of_names_and_values_is_one_token():
    assert len(tokens_of("[42:0x1] 8 ms: pause=0.9 mutator=2.9 gc=s reduce_memory=0")) == 1


def test_any_other_line_is_one_token():
    assert [token.text for token in tokens_of("hello")] == ["hello"]
    assert tokens_of("hello")[0].panes == ()


def test_a_line_that_is_begun_tells_nothing_of_the_end():
    line = format_line(evolve(events()[0], used_after_bytes=5 * 2**20), node=14)
    text = "".join(token.text for token in begun(line))
    assert text == "[13973:0x110008000] Scavenge 0.0 (0.0) -> ..."
