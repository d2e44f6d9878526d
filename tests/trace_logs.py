"""What the tests of the reader share: recorded logs, and lines of every version of Node."""

import gzip
import json
from pathlib import Path

DATA = Path(__file__).parent / "data"
LOGS = DATA / "logs"
NAMES = sorted(path.name.removesuffix(".gz") for path in LOGS.glob("*.txt.gz"))
VERSIONS = sorted(f"nodes/{path.name.removesuffix('.gz')}" for path in LOGS.glob("nodes/*.txt.gz"))
"""The logs of Node 20, and those of the other versions."""

GUIDE = (
    "[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure "
)
"""The line of the Node.js guide, with node's space at the end."""

FULL = (
    "[4055:0x1cbf8cb0]      101 ms: Mark-Compact 11.0 (27.2) -> 10.0 (26.6) MB, 11.56 / 0.00 ms  "
    "(+ 0.1 ms in 1 steps since start of marking, biggest step 0.1 ms, walltime since start of marking 15 ms) "
    "(average mu = 1.000, current mu = 1.000) "
    "finalize incremental marking via stack guard; GC in old space requested"
)
"""A full collection of Node 20."""


def lines_by_version():
    """Lines of Node 0.10 to 25, most of them from public reports: version, line, both reasons (None: not there)."""
    _, *rows = (DATA / "lines_by_version.tsv").read_text("utf-8").splitlines()
    for row in rows:
        version, *reasons, line = row.split("\t")
        yield version, line, tuple(None if reason == "-" else reason for reason in reasons)


BY_VERSION = list(lines_by_version())


def recorded(name):
    """The text of a recorded log."""
    return gzip.decompress((LOGS / f"{name}.gz").read_bytes()).decode()


def expected():
    """By the name of a log, what another program has read from it: a list of collections, each a dict."""
    return json.loads(gzip.decompress((LOGS / "expected.json.gz").read_bytes()))


def chunked(text, size):
    """The text in chunks of that many characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def at(time_ms, text=GUIDE):
    """The line with another time."""
    head, _, rest = text.partition("] ")
    return f"{head}] {time_ms:8} ms: {rest.partition(' ms: ')[2]}"
