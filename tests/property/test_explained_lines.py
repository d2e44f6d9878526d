"""Whatever the parser makes of a text can be explained, in every form, in 80 columns."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcsim.events import GcEvent, IncrementalMarking, Kind
from gcsim.trace import grammar
from gcsim.trace.explain import Explainer
from gcsim.trace.explain_json import death_as_json, explanation_as_json
from gcsim.trace.format import DIALECTS, format_line
from gcsim.trace.nvp import format_nvp
from gcsim.trace.parse import LogReader
from gcsim.trace.rows import WIDTH, Page, sentence_rows

DATA = Path(__file__).parent.parent
LINES = [
    line
    for path in (*DATA.glob("data/*.txt"), *DATA.glob("golden/explained/*.txt"))
    for line in path.read_text("utf-8").splitlines()
]

sizes = st.integers(0, 2**42)
times = st.floats(0, 1e7)
shares = st.floats(0, 1)
steps = st.builds(
    IncrementalMarking, steps=st.integers(0, 10**6), duration_ms=times, longest_step_ms=times, walltime_ms=times
)
events = st.builds(
    GcEvent, number=st.integers(0, 9), kind=st.sampled_from(Kind), reason=st.sampled_from(grammar.REASONS),
    collector_reason=st.sampled_from(("", *grammar.COLLECTOR_REASONS)), start_ms=st.just(0.0), end_ms=times,
    used_before_bytes=sizes, committed_before_bytes=sizes, used_after_bytes=sizes, committed_after_bytes=sizes,
    external_ms=times, average_mu=shares, current_mu=shares, incremental=st.none() | steps, reduce_memory=st.booleans(),
    during_sweeping=st.booleans(),
)  # fmt: skip


@st.composite
def written(draw):
    """A line of one of the dialects, or of names and values."""
    write = draw(st.sampled_from((format_line, format_nvp)))
    return write(draw(events), node=draw(st.sampled_from(sorted(DIALECTS))), pid=draw(st.integers(0, 2**31)))


@st.composite
def damaged(draw):
    """A recorded line with something cut out, repeated, or put in."""
    line = draw(st.sampled_from(LINES))
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    return line[:start] + draw(st.text(max_size=8)) + line[draw(st.sampled_from((start, end))) :]


def explained(text):
    """All that the text explains; each form is checked."""
    reader, explainer, page = LogReader([text]), Explainer(), Page()
    explanations = [explainer.explain(line) for line in reader]
    for explanation in explanations:
        check_rows(page.rows(explanation))
        check_rows(sentence_rows(explanation.summary, explanation.standing))
        assert json.loads(explanation_as_json(explanation), parse_constant=pytest.fail)["text"] == explanation.line.text
    for death in reader.deaths:
        check_rows(page.death_rows(death))
        json.loads(death_as_json(death))
    return explanations


def check_rows(rows):
    """They fit, and so do their underlines."""
    for row in rows:
        for printed in row.plain().split("\n"):
            assert len(printed) <= WIDTH
            assert printed.isprintable()
        assert all(0 <= start < end <= len(row.text) for start, end in row.underlined)


@given(st.lists(written(), min_size=1, max_size=5))
def test_every_line_that_gcsim_writes_is_explained(lines):
    """Of any version, with any figures."""
    explanations = explained("\n".join(lines))
    assert len(explanations) == len(lines)
    for explanation in explanations:
        assert all(part.words for part in explanation.parts)
        assert not any("does not know" in part.words for part in explanation.parts)


@given(st.lists(damaged() | written(), max_size=6))
def test_whatever_is_read_is_explained(lines):
    """Of damaged logs as much as the parser gives."""
    explained("\n".join(lines))


@given(st.text())
def test_any_text_is_taken(text):
    """Most have nothing to explain."""
    explained(text)
