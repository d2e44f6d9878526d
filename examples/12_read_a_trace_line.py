"""What does a line of `node --trace-gc` say?

The lines are those that the Node.js guide shows, the first is the one that it takes apart. Its parts have the guide's
names where these are right; `gcsim explain` prints the same, set for a terminal.
"""

from gcsim.trace.explain import Explainer
from gcsim.trace.parse import parse_text

LOG = "\n".join(
    f"[13973:0x110008000] {time_ms:8} ms: Scavenge {sizes} MB, {pause_ms} / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure"
    for time_ms, sizes, pause_ms in [
        (44, "2.4 (3.2) -> 2.0 (4.2)", 0.5),
        (75, "2.7 (4.7) -> 2.4 (5.4)", 0.9),
        (151, "3.9 (5.7) -> 3.4 (8.5)", 0.6),
        (181, "5.3 (8.5) -> 4.3 (8.7)", 0.5),
        (245, "6.8 (9.8) -> 5.9 (10.5)", 0.6),
        (271, "7.5 (10.5) -> 6.4 (15.8)", 0.9),
    ]
)

explainer = Explainer()
first, *others = [explainer.explain(line) for line in parse_text(LOG)]

print(first.line.text, end="\n\n")
for part in first.parts:
    print(f"{part.text:18}  {part.name}")
print()
for remark in first.remarks:
    print(f"{remark.standing.value}: {remark.words}")
print()
for explanation in others:
    print(explanation.summary)
