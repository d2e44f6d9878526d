"""What the figures of a line come to: each remark where it belongs, and only there."""

import pytest

from gcsim.trace.nvp_remarks import number, nvp_sentences
from gcsim.trace.parse import parse_text
from gcsim.trace.remarks import Past, garbage_ratio, remarks
from gcsim.trace.vocabulary import Standing
from gcsim.trace.wording import brief_milliseconds, counted, milliseconds, percent


def scavenge(
    sizes="2.4 (3.2) -> 2.0 (4.2)",
    pause="0.5 / 0.0",
    mu=("1.000", "1.000"),
    reason="allocation failure; ",
    name="Scavenge",
):
    """A line with these pieces, read."""
    text = f"[7:0x5] 44 ms: {name} {sizes} MB, {pause} ms  (average mu = {mu[0]}, current mu = {mu[1]}) {reason}"
    (line,) = parse_text(text)
    return line


def full(sizes="11.0 (27.2) -> 5.0 (26.6)", reason="testing; GC in old space requested", **rest):
    """The same of a full collection."""
    return scavenge(sizes, name="Mark-Compact", reason=reason, **rest)


def said(line, past=Past()):  # noqa: B008 - it is frozen
    """All remarks as one text."""
    return " ".join(remark.words for remark in remarks(line, past))


def standings(line, past=Past()):  # noqa: B008 - it is frozen
    """How good a sign each remark is, without repetitions."""
    return {remark.standing for remark in remarks(line, past)}


def test_the_guides_line_is_normal():
    """Every sentence of it."""
    assert [remark.words for remark in remarks(scavenge(), Past())] == [
        "V8 collected because new space was full.",
        "0.4 MB of 2.4 MB of objects (17 %) was garbage; 2.0 MB are left.",
        "The heap took 1.0 MB more from the system and has 4.2 MB.",
        "The program stood still for 0.5 ms.",
        "mu 1.000: full collections have cost no time yet; it is measured from the second one on.",
    ]
    assert standings(scavenge()) == {Standing.NORMAL}


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ("24.2 (30.0) -> 25.0 (29.0)", "The objects take 0.8 MB more than before, 25.0 MB: none was freed."),
        ("24.2 (30.0) -> 24.2 (30.0)", "Next to nothing was garbage: 24.2 MB of objects before and after."),
        ("1883.2 (30.0) -> 1879.8 (29.0)", "3.4 MB of 1883.2 MB of objects (<1 %) was garbage"),
        ("0.0 (30.0) -> 0.0 (30.0)", "Next to nothing was garbage: 0.0 MB"),
        ("24.2 (30.0) -> 24.2 (29.0)", "The heap gave 1.0 MB back and has 29.0 MB."),
        ("24.2 (30.0) -> 24.2 (30.0)", "The heap has 30.0 MB from the system, as before."),
    ],
)
def test_sizes_are_subtracted(sizes, words):
    """Either way, and to the decimal that the line has."""
    assert words in said(scavenge(sizes))


def test_a_share_of_nothing_is_nothing():
    """Nor is growth garbage."""
    assert garbage_ratio(scavenge("0.0 (1.0) -> 0.0 (1.0)")) == 0
    assert garbage_ratio(scavenge("1.0 (1.0) -> 2.0 (1.0)")) == 0
    assert garbage_ratio(scavenge("4.0 (1.0) -> 1.0 (1.0)")) == 0.75


def test_a_long_pause_is_worth_a_look():
    """From 100 ms on."""
    assert Standing.LOOK not in standings(scavenge(pause="99.9 / 0.0"))
    assert Standing.LOOK in standings(scavenge(pause="100.0 / 0.0"))
    assert "The program stood still for 786.41 ms, and callbacks took 12.41 ms" in said(
        scavenge(pause="786.41 / 12.41")
    )


def test_marking_is_told_as_far_as_the_line_has_it():
    """Up to Node 6 without its wall time."""
    begun = "(+ 0.3 ms in 3 steps since start of marking, biggest step 0.2 ms"
    with_it, without = (
        full(pause=f"11.7 / 4.0 ms  {begun}{rest})") for rest in (", walltime since start of marking 215 ms", "")
    )
    assert "Marking began 215 ms before the end; before the pause it took 0.3 ms in 3 steps." in said(with_it)
    assert "Marking before the pause took 0.3 ms in 3 steps." in said(without)


# --- What the lines before it said ---------------------------------------------------------------------------


def test_what_came_since_the_line_before_is_told():
    """If something did, and the clock went on."""
    before = scavenge("2.4 (3.2) -> 2.0 (4.2)")
    later, shrunk = scavenge("2.7 (4.2) -> 2.0 (4.2)"), scavenge("1.9 (4.2) -> 1.0 (4.2)")
    later.time_ms, shrunk.time_ms = 59, 59
    assert said(later, Past().then(before)).startswith("In 15 ms since the line before, 0.7 MB of new objects came.")
    assert "line before" not in said(later) + said(shrunk, Past().then(before)) + said(before, Past().then(later))


def test_growth_from_one_full_collection_to_the_next_is_worth_a_look():
    """If it is more than a tenth; a scavenge is not compared."""
    first = full("11.0 (27.2) -> 10.0 (26.6)")
    past = Past().then(first).then(scavenge())
    assert past.last_full is first
    grown, same = full("14.0 (27.2) -> 11.2 (26.6)"), full("14.0 (27.2) -> 11.0 (26.6)")
    assert "has grown by 1.2 MB: the full collection before, at 44 ms, left 10.0 MB" in said(grown, past)
    assert standings(grown, past) == {Standing.NORMAL, Standing.LOOK}
    assert "There is no growth to speak of" in said(same, past)
    assert standings(same, past) == {Standing.NORMAL}
    assert "full collection before" not in said(scavenge("24.0 (27.2) -> 21.0 (26.6)"), past)
    assert "full collection before" not in said(grown)


def test_a_mu_that_only_repeats_is_not_told_again():
    """Scavenges repeat the last full collection's."""
    mu = ("0.950", "0.930")
    words = "Full collections left 93 % of the time to the program (current mu), 95 % on average."
    assert words in said(scavenge(mu=mu))
    assert words in said(scavenge(mu=mu), Past().then(scavenge()))
    assert "mu" not in said(scavenge(mu=mu), Past().then(scavenge(mu=mu)))


@pytest.mark.parametrize(("average", "standing"), [("0.900", Standing.NORMAL), ("0.899", Standing.LOOK)])
def test_a_low_mu_is_worth_a_look(average, standing):
    """Below 0.9 on average."""
    line = scavenge(mu=(average, "0.500"))
    assert [remark.standing for remark in remarks(line, Past()) if "mu" in remark.words] == [standing]


def test_a_mu_that_is_no_number_is_left_alone():
    """V8 has divided by nothing before."""
    line = full("21.3 (30.4) -> 21.3 (35.7)", mu=("nan", "nan"))
    assert "mu" not in said(line)
    assert Standing.TROUBLE not in standings(line)


def test_collections_that_free_little_and_take_the_time_are_trouble():
    """The second in a row is told from the first; neither a scavenge nor one that frees a tenth is any."""
    vain = full("21.3 (30.4) -> 21.1 (35.7)", mu=("0.411", "0.171"))
    assert "A full collection freed little (<1 %) and left little time to the program." in said(vain)
    assert "Again a full collection freed little (<1 %)" in said(vain, Past().then(vain))
    assert Standing.TROUBLE in standings(vain)
    for harmless in (
        full("21.3 (30.4) -> 19.1 (35.7)", mu=("0.411", "0.171")),
        full("21.3 (30.4) -> 21.1 (35.7)", mu=("0.411", "0.400")),
        scavenge("21.3 (30.4) -> 21.1 (35.7)", mu=("0.411", "0.171")),
    ):
        assert Standing.TROUBLE not in standings(harmless)


# --- Reasons -------------------------------------------------------------------------------------------------


def test_reasons_are_told_as_good_or_bad_as_they_are():
    """An ordinary choice of collector is not told at all."""
    assert "V8 collected because the program called gc()." in said(full())
    assert "this type" not in said(full())
    near = full(reason="task; scavenge might not succeed")
    assert "V8 chose this type because survivors might not have found room." in said(near)
    assert standings(near) == {Standing.NORMAL, Standing.LOOK}
    assert Standing.TROUBLE in standings(full(reason="last resort; GC in old space requested"))


def test_a_cut_line_says_that_it_is_cut():
    """And nothing of what is missing."""
    (line,) = parse_text("[7:0x5] 44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  (average mu = 1.0")
    assert said(line).endswith("V8 keeps 255 characters of each.")
    assert "mu" not in said(line)


# --- Lines of names and values -------------------------------------------------------------------------------

NVP = {
    "pause": "0.7", "mutator": "4.9", "gc": "s", "scavenge": "0.70", "scavenge.roots": "0.06",
    "scavenge.parallel": "0.61", "background.scavenge.parallel": "9.00", "total_size_before": "4055240",
    "allocated": "717320", "promotion_ratio": "27.4%", "new_space_survive_rate_": "22.7%",
}  # fmt: skip


def test_nvp_lines_tell_more():
    """What came before, who survived, and the phases that have no parts."""
    assert list(nvp_sentences(NVP)) == [
        "Before it the program ran for 4.9 ms and allocated 0.7 MB.",
        "Of the young generation 23 % was copied and 27 % was promoted; the rest was garbage.",
        "What took longest: scavenge.parallel 0.61 ms, scavenge.roots 0.06 ms.",
    ]


def test_what_was_allocated_is_not_told_where_it_is_the_whole_heap():
    """While a full collection is marking."""
    assert "allocated" not in " ".join(nvp_sentences(NVP | {"allocated": "4055240"}))


def test_nvp_lines_may_say_anything():
    """Or nothing."""
    assert list(nvp_sentences({})) == []
    assert list(nvp_sentences({"pause": "x", "scavenge.roots": "nan", "promotion_ratio": "27.4%"})) == []
    assert [number(value) for value in ("s", "inf", "27.4%", "-1")] == [None, None, 27.4, -1]


# --- Figures as people say them ------------------------------------------------------------------------------


def test_figures_are_said_as_people_do():
    """Nothing is rounded to nothing, and no zeros trail."""
    assert [percent(ratio) for ratio in (0, 0.001, 0.0099, 0.01, 0.171, 1)] == [
        "0 %", "<1 %", "<1 %", "1 %", "17 %", "100 %",
    ]  # fmt: skip
    assert [counted(many, "page") for many in (0, 1, 2, 1200)] == ["0 pages", "1 page", "2 pages", "1,200 pages"]
    assert [milliseconds(time) for time in (0, 0.5, 12, 668.1, 15.47)] == [
        "0 ms",
        "0.5 ms",
        "12 ms",
        "668.1 ms",
        "15.47 ms",
    ]
    assert [brief_milliseconds(time) for time in (0.62, 15.47, 668.1)] == ["0.62 ms", "15.5 ms", "668 ms"]
