"""What does one line of `node --trace-gc` say?

The line is the one that the Node.js guide takes apart. Its parts have the guide's names where these are right; `gcsim
explain` prints the same, set for a terminal.
"""

from gcsim.trace.explain import explain
from gcsim.trace.parse import parse_text

GUIDE = (
    "[13973:0x110008000]       44 ms: Scavenge 2.4 (3.2) -> 2.0 (4.2) MB, 0.5 / 0.0 ms  "
    "(average mu = 1.000, current mu = 1.000) allocation failure"
)

(line,) = parse_text(GUIDE)
explanation = explain(line)

print(explanation.summary)
print()
for part in explanation.parts:
    print(f"{part.text:18}  {part.name}")
print()
for remark in explanation.remarks:
    print(f"{remark.standing.value}: {remark.words}")
print()
print(f"as numbers: {line.used_before_mb - line.used_after_mb:.1f} MB freed in {line.pause_ms} ms")
