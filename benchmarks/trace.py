"""How fast are logs read? Ratios to one regular expression over the same text, timed in this run.

    python benchmarks/trace.py            a table
    python benchmarks/trace.py --json     one JSON object of ratios

The yardstick is `finditer` of a compiled pattern that has a group for each figure of a line, and throws them away: what
anybody would write first. The reader gets the text in chunks of 64 KB, as from a file. Figures are random, so no two
lines are alike. `--quick` reads a tenth of the lines, to see that it runs.
"""

import argparse
import json
import random
import re

from attrs import evolve
from core import best_of, seconds

from gcsim import HeapConfig, Simulation
from gcsim.trace.format import format_line
from gcsim.trace.nvp import format_nvp
from gcsim.trace.parse import LogReader
from gcsim.trace.verbose import space_lines
from gcsim.units import MB

BARS = {"short_vs_finditer": 4.0, "prefixed_vs_finditer": 4.0, "nvp_vs_finditer": 4.0, "verbose_vs_finditer": 8.0}
MEANING = {
    "short_vs_finditer": "lines of --trace-gc",
    "prefixed_vs_finditer": "the same behind a logger's prefix",
    "nvp_vs_finditer": "lines of --trace-gc-nvp",
    "verbose_vs_finditer": "lines about spaces, of which none is kept",
}
SHORT = re.compile(
    r"\[(\d+):(\w+)\] +(\d+) ms: ([A-Z][\w-]+)((?: \([a-z ]+\))*) ([\d.]+) \(([\d.]+)\) -> ([\d.]+) \(([\d.]+)\) MB, "
    r"(?:pooled: ([\d.]+) MB, )?([\d.]+) / ([\d.]+) ms *"
    r"(?:\(\+ ([\d.]+) ms in (\d+) steps since start of marking, biggest step ([\d.]+) ms, "
    r"walltime since start of marking (\d+) ms\) )?"
    r"\(average mu = ([\d.]+), current mu = ([\d.]+)\) ([^;\n]*);? ?([^\n]*)"
)
NVP = re.compile(r"([\w.]+)=([\w.%-]+)")
VERBOSE = re.compile(
    r"\[(\d+):(\w+)\] ([A-Z][\w -]+), +used: +(\d+) KB, available: +(\d+) KB(?:, committed: +(\d+) KB)?"
)
PREFIX = "Nov 29 12:00:00 host node[13973]: "
CHUNK_CHARS = 64 * 1024


def collections(count):
    """Collections with random figures, one in twenty of them full."""
    simulation = Simulation(HeapConfig())
    simulation.collect("scavenge")
    simulation.collect("mark-sweep")
    scavenge, full = simulation.events
    source = random.Random(1)
    for number in range(count):
        used, freed, unused = source.uniform(4, 2000), source.uniform(0, 4), source.uniform(0, 30)
        end_ms = number * 97.3
        yield evolve(
            scavenge if number % 20 else full,
            start_ms=end_ms - source.uniform(0.1, 30),
            end_ms=end_ms,
            used_before_bytes=int(used * MB),
            used_after_bytes=int((used - freed) * MB),
            committed_before_bytes=int((used + unused) * MB),
            committed_after_bytes=int((used + unused) * MB),
        )


def logs(count):
    """By the name of the ratio: a pattern, and a log of some `count` lines, in chunks."""
    short = [format_line(event, node=20) for event in collections(count)]
    nvp = [format_nvp(event, node=20) for event in collections(count // 10)]
    spaces = [line for event in collections(count // 14) for line in space_lines(event, node=20)]
    texts = {
        "short_vs_finditer": (SHORT, short),
        "prefixed_vs_finditer": (SHORT, [PREFIX + line for line in short]),
        "nvp_vs_finditer": (NVP, nvp),
        "verbose_vs_finditer": (VERBOSE, spaces),
    }
    return {name: (pattern, "\n".join(lines) + "\n", len(lines)) for name, (pattern, lines) in texts.items()}


def measure(count):
    """Each ratio by its name, and the lines read in a second."""
    for name, (pattern, text, line_count) in logs(count).items():
        ours_s, finditer_s = times(pattern, text)
        yield name, ours_s / finditer_s, line_count / ours_s


def times(pattern, text):
    """How long the reader takes for the text, and how long the pattern."""
    chunks = [text[start : start + CHUNK_CHARS] for start in range(0, len(text), CHUNK_CHARS)]
    return best_of(9, lambda: seconds(exhaust, LogReader(chunks)), lambda: seconds(exhaust, pattern.finditer(text)))


def exhaust(iterator):
    """All that it gives is looked at, and none is kept."""
    for _ in iterator:
        pass


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object of ratios")
    parser.add_argument("--quick", action="store_true", help="a tenth of the lines")
    arguments = parser.parse_args()
    measured = list(measure(5_000 if arguments.quick else 50_000))
    if arguments.json:
        print(json.dumps({name: round(ratio, 3) for name, ratio, _ in measured}))
        return
    print(f"{'measure':<24}{'ratio':>8}{'bar':>7}{'lines/s':>11}   what")
    for name, ratio, rate in measured:
        print(f"{name:<24}{ratio:>8.2f}{BARS[name]:>7.1f}{rate:>11,.0f}   {MEANING[name]}")


if __name__ == "__main__":
    main()
