"""Explanations of trace lines: their parts, the sentence, the rows for a terminal, the JSON."""

import json
import re

import pytest

from gcsim.trace.explain import Explainer, explain
from gcsim.trace.explain_json import death_as_json, explanation_as_json
from gcsim.trace.parse import LogReader, parse_text
from gcsim.trace.rows import WIDTH, Page, Row, death_sentence, sentence_rows
from gcsim.trace.vocabulary import DEATHS, PARTS, Standing

GUIDE = (
    "[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure "
)
FULL = (
    "[8728:000001A567CE5290]  8719226 ms: Mark-Compact (reduce) 1827.7 (1944.2) -> 1827.7 (1897.2) MB, pooled: 3 MB, "
    "668.1 / 0.0 ms  (+ 19.7 ms in 57 steps since start of marking, biggest step 7.7 ms, walltime since start of "
    "marking 45 ms) (average mu = 0.411, current mu = 0.171) last resort; GC in old space requested"
)
NVP = (
    "[7:0x5]       43 ms: pause=0.6 mutator=37.1 gc=s reduce_memory=0 scavenge.roots=0.07 scavenge.weak=0.00 "
    "total_size_before=3896288 total_size_after=3337920 allocated=3896288 promotion_ratio=0.0% moon=3"
)
DEATH = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"


def one(text):
    """The explanation of the one record in the text."""
    (line,) = parse_text(text)
    return explain(line)


def plain(rows):
    """The rows as they are printed without styles."""
    return "\n".join(row.plain() for row in rows)


def death(text):
    """The death in the text."""
    reader = LogReader([text])
    list(reader)
    (found,) = reader.deaths
    return found


# --- Parts and the sentence ----------------------------------------------------------------------------------


def test_the_guides_line_has_the_parts_of_the_guides_table():
    """In their order, under its names; mu, which it counts to the time spent in GC, and the callbacks are their own."""
    assert [(part.text, part.name) for part in one(GUIDE).parts] == [
        ("13973", "PID of the running process"),
        ("0x110008000", "isolate (JS heap instance)"),
        ("44", "time since the isolate was made, in ms"),
        ("Scavenge", "type / phase of GC"),
        ("2.4", "heap used before GC, in MB"),
        ("3.2", "total heap before GC, in MB"),
        ("2.0", "heap used after GC, in MB"),
        ("4.2", "total heap after GC, in MB"),
        ("0.5", "pause, in ms"),
        ("0.0", "time in callbacks, in ms"),
        ("1.000", "average mutator utilization"),
        ("1.000", "current mutator utilization"),
        ("allocation failure", "reason for GC"),
    ]


def test_a_line_can_have_every_part():
    """And each stands where it says."""
    explanation = one(FULL)
    assert [part.token for part in explanation.parts] == list(PARTS)
    for part in explanation.parts:
        assert explanation.line.text[part.start : part.end] == part.text
        assert part.words


def test_the_same_word_means_another_thing_for_another_collector():
    """So it is told again."""
    scavenge = one(GUIDE).parts[-1]
    full = one(GUIDE.replace("Scavenge", "Mark-sweep")).parts[-1]
    assert scavenge.text == full.text == "allocation failure"
    assert scavenge.words != full.words
    assert scavenge.topic != full.topic


def test_a_flag_that_is_not_known_is_said_to_be_unknown():
    """Versions to come may have more."""
    parts = {part.token: part.words for part in one(GUIDE.replace("Scavenge", "Scavenge (on the moon)")).parts}
    assert parts["flags"] == "A flag that gcsim does not know."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GUIDE, "44 ms: scavenge, 2.4 -> 2.0 MB (17 % garbage) in 0.5 ms: new space full"),
        (FULL, "8719226 ms: mark-compact (reduce), 1827.7 -> 1827.7 MB (0 % garbage) in 668 ms: last resort"),
        (NVP, "43 ms: scavenge, 3.7 -> 3.2 MB (14 % garbage) in 0.6 ms"),
    ],
)
def test_a_line_is_one_sentence(text, sentence):
    """With a reason if it has one."""
    assert one(text).summary == sentence


def test_a_line_is_as_good_a_sign_as_its_worst_remark():
    """Normal if nothing is worse."""
    assert one(GUIDE).standing is Standing.NORMAL
    assert one(GUIDE.replace("1.000", "0.500")).standing is Standing.LOOK
    assert one(FULL).standing is Standing.TROUBLE


def test_each_run_has_a_past_of_its_own():
    """Of two processes in one log; and a clock that goes back is another run."""
    explainer = Explainer()
    lines = parse_text("\n".join([FULL, GUIDE, FULL.replace("8719226", "8719228").replace("1827.7", "3000.0")]))
    told = [" ".join(remark.words for remark in explainer.explain(line).remarks) for line in lines]
    assert "the full collection before, at 8719226 ms, left 1827.7 MB" in told[2]
    assert "full collection before" not in told[0] + told[1]
    again = explainer.explain(parse_text(FULL)[0])
    assert not any("before, " in remark.words for remark in again.remarks)


# --- Rows ----------------------------------------------------------------------------------------------------


def test_a_line_is_underlined_and_labelled_part_by_part():
    """And folded between its parts."""
    assert plain(Page().rows(one(GUIDE))).startswith(
        """line 1: normal
[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB,
 ----- -----------        --     -------- ---  ---     ---  ---
 pid   isolate            time   type     used total   used total
    0.5 / 0.0 ms  (average mu = 1.000, current mu = 1.000) allocation failure
    ---   ---                   -----               -----  ------------------
    pause callbacks             mu                  mu     reason

  13973               PID of the running process. Tells"""
    )


def test_folding_loses_nothing():
    """All of the line is there, in order."""
    for text in (GUIDE, FULL):
        rows = [row for row in Page().rows(one(text)) if row.underlined]
        assert "".join("".join(row.text for row in rows).split()) == "".join(text.split())
        underlined = [row.text[start:end] for row in rows for start, end in row.underlined]
        assert underlined == [part.text for part in one(text).parts]


def test_what_a_part_means_is_told_once():
    """The same record again has its remarks only."""
    page = Page()
    explanation = one(GUIDE)
    first, second = plain(page.rows(explanation)), plain(page.rows(explanation))
    for part in explanation.parts:
        assert first.count(f"{part.name}. ") >= 1
        assert f"{part.name}. " not in second
    assert second.endswith("it is measured from the second one on.")


def test_labels_that_have_no_room_stand_in_a_row_below():
    """In their own column."""
    text = GUIDE.replace("13973", "7").replace("allocation failure", "task; scavenge might not succeed")
    rows = plain(Page().rows(one(text))).splitlines()
    assert rows[1:5] == [
        "[7:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms",
        " - -----------        --     -------- ---  ---     ---  ---      ---   ---",
        " pid                  time   type     used total   used total    pause callbacks",
        "   isolate",
    ]
    assert rows[7:9] == [
        "                  mu                  mu     reason",
        "                                                   why this type",
    ]


def test_what_is_not_as_it_should_be_stands_by_itself():
    """With how bad a sign it is in front, and as its style."""
    rows = [row for row in Page().rows(one(FULL)) if row.style == Standing.TROUBLE.value]
    assert rows[0] == Row("  trouble: V8 collected because nothing else had made room.", "trouble")


def test_names_and_values_are_told_in_groups_and_zeros_are_not():
    """The line itself is shown as far as there is room."""
    text = plain(Page().rows(one(NVP)))
    assert "reduce_memory=0 ...\n" in text
    assert "\nscavenge:\n  scavenge.roots=0.07 " in text
    assert "scavenge.weak=" not in text.partition("...\n")[2]
    assert "promotion_ratio" not in text.partition("...\n")[2]
    assert "moon=3" in text
    assert text.index("pause and program:") < text.index("scavenge:") < text.index("sizes:")
    assert "What is 0 is left out." in text


def test_what_takes_no_column_is_shown_as_a_question_mark():
    """So the underlines stay beneath their parts."""
    text = plain(Page().rows(one(GUIDE.replace("allocation failure", "\tmoön phase"))))
    assert "current mu = 1.000) ?mo?n phase" in text
    assert text.isascii()


@pytest.mark.parametrize("text", [GUIDE, FULL, NVP, GUIDE.replace("allocation failure", "x" * 500)])
def test_no_row_is_wider_than_a_terminal(text):
    """Whatever the line holds; and nothing trails."""
    for row in plain(Page().rows(one(text))).splitlines():
        assert len(row) <= WIDTH
        assert row == row.rstrip()


def test_a_long_sentence_is_folded_with_an_indent():
    """Between words, and never between a number and its unit."""
    rows = [row.text for row in sentence_rows("a " * 36 + "word 45 ms and more", Standing.NORMAL)]
    assert rows == [("a " * 36 + "word").rstrip(), "    45 ms and more"]


def test_a_death_is_explained_and_what_to_do_told_once():
    """By the place that V8 names."""
    found = death(f"{FULL}\n{DEATH}\n")
    page = Page()
    first, second = (" ".join(plain(page.death_rows(found)).split()) for _ in range(2))
    assert first.startswith("line 2: trouble the process ran out of memory: Reached heap limit After a collection")
    assert DEATHS["Reached heap limit"] in second
    assert "exit status 134" in first
    assert "exit status 134" not in second


def test_a_worker_that_dies_is_not_the_process():
    """Its error is explained as such."""
    found = death(
        "Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory\n"
    )
    assert death_sentence(found) == "a worker ran out of memory: ERR_WORKER_OUT_OF_MEMORY"
    text = plain(Page().death_rows(found))
    assert "resourceLimits" in text
    assert "exit status" not in text


# --- JSON ----------------------------------------------------------------------------------------------------


def test_json_has_the_figures_with_their_units_and_the_words():
    """The guide's line."""
    found = json.loads(explanation_as_json(one(GUIDE)))
    figures = {"pid": 13973, "isolate": "0x110008000", "time_ms": 44, "kind": "Scavenge", "used_before_mb": 2.4,
               "total_after_mb": 4.2, "pause_ms": 0.5, "external_ms": 0, "average_mu": 1, "freed_mb": 0.4,
               "garbage_ratio": 0.1667, "reason": "allocation failure", "collector_reason": "", "standing": "normal",
               "incremental": None, "nvp": None, "is_cut": False, "text": GUIDE}  # fmt: skip
    assert {name: found[name] for name in figures} == figures
    assert found["reason_words"].startswith("New space had no room")
    assert found["parts"][4] == {
        "token": "used_before", "text": "2.4", "start": 42, "end": 45, "name": "heap used before GC, in MB",
        "words": PARTS["used_before"].words,
    }  # fmt: skip
    assert found["remarks"][3] == {"words": "The program stood still for 0.5 ms.", "standing": "normal"}


def test_json_has_incremental_marking_and_nvp_values():
    """With units."""
    found = json.loads(explanation_as_json(one(FULL)))
    assert found["incremental"] == {"steps": 57, "duration_ms": 19.7, "longest_step_ms": 7.7, "walltime_ms": 45.0}
    assert found["collector_reason_words"].startswith("The old generation was to be collected")
    nvp = json.loads(explanation_as_json(one(NVP)))["nvp"]
    assert nvp["total_size_before"]["value"] == 3896288
    assert nvp["total_size_before"]["unit"] == "bytes"
    assert (nvp["gc"]["value"], nvp["promotion_ratio"]["value"], nvp["promotion_ratio"]["unit"]) == ("s", 0, "%")


def test_json_has_no_word_for_what_is_no_number():
    """So it stays JSON."""
    found = explanation_as_json(one(GUIDE.replace("average mu = 1.000", "average mu = nan")))
    assert '"average_mu": null' in found
    assert not re.search(r"\bNaN\b", found)


def test_a_death_is_a_json_object_of_its_own():
    """Without figures of a collection."""
    assert json.loads(death_as_json(death(f"{DEATH}\n"))) == {
        "death": "Reached heap limit", "line_number": 1, "is_worker": False, "pid": None, "isolate": "",
        "words": DEATHS["Reached heap limit"],
    }  # fmt: skip
