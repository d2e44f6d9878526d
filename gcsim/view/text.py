"""Text: one frame on a text screen, all panes, as lines.

Marks stand for what the window shows with colors:

    A       an object               A'   a copy, in to-space during a scavenge      (A)   a ghost: it has moved
    A+      dead, still in memory   A.G  A.B  A.W   grey, black, white, while marking

New space is written in the notation of the Node.js guide: `| A | C | E | <unallocated> |`. Of a heap that is a map of
pages, each page of old space is one character.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from gcsim.trace.wording import counted
from gcsim.units import MB, WORD_BYTES
from gcsim.view.captions import caption_of
from gcsim.view.changes import changes_of
from gcsim.view.frame import Block, Edge, Frame, OldPage, Recording, Strip
from gcsim.view.words import size

SHADES: Final = " .:-=+*#%@"
"""How full a page is, from empty to full."""
BARS: Final = "▁▂▃▄▅▆▇█"
PAGES_IN_A_ROW: Final = 64
CHART_BARS: Final = 64
MOST_EDGES: Final = 12
MOST_LINES: Final = 2


class Screen:
    """One frame as lines. `emphasize`: what is done to the names of objects that the step is about."""

    def __init__(self, recording: Recording, index: int, emphasize: Callable[[str], str] = str) -> None:
        self.recording = recording
        self.frame = recording.frames[index]
        self.caption = caption_of(recording, index)
        self.focus = {number for change in changes_of(recording, index) for number in change.ids}
        self.emphasize = emphasize

    def lines(self) -> list[str]:
        """All panes, and below them the caption."""
        lines = [self.heading(), "", *self.spaces()]
        if self.recording.detail == "objects":
            lines += self.references()
        lines += pane("sizes", [self.sizes()])
        lines += pane("used after", self.chart())
        lines += pane("log", self.log())
        return [*lines, "", self.caption.what, self.caption.why]

    def short(self) -> list[str]:
        """The spaces and the caption, for a run that is shown beside another."""
        return [self.heading(), *self.spaces(), self.caption.what, self.caption.why]

    def heading(self) -> str:
        """Where we are."""
        frame, last = self.frame, len(self.recording) - 1
        return (
            f"gcsim  {self.recording.name}  event {frame.index}/{last}  t={frame.time_ms:.1f} ms  {whereabouts(frame)}"
        )

    # Spaces

    def spaces(self) -> list[str]:
        """New space, old space and the large objects."""
        lines = pane("new space", (f"{strip.role:5}{self.strip(strip)}" for strip in self.frame.strips))
        lines += pane("old space", self.pages())
        return lines + pane("large", [self.large()] if self.frame.large else [])

    def strip(self, strip: Strip) -> str:
        """A semispace in the guide's notation, or, in a map of pages, how full it is."""
        if not strip.blocks:
            return f"{size(strip.used_words * WORD_BYTES)} of {size((strip.end - strip.start) * WORD_BYTES)} used"
        return self.tiled(strip.blocks, unused="<unallocated>")

    def tiled(self, blocks: Iterable[Block], *, unused: str) -> str:
        """Blocks between bars."""
        return f"| {' | '.join(self.block(block, unused) for block in blocks)} |"

    def block(self, block: Block, unused: str = "") -> str:
        """A block with its mark."""
        if block.kind != "object":
            return unused if block.kind == "free" else "<filler>"
        text = self.marked(block)
        return self.emphasize(text) if block.id in self.focus else text

    def marked(self, block: Block) -> str:
        """An object's name with its mark."""
        frame = self.frame
        if block.is_ghost:
            return f"({block.name})"
        if block.dead:
            return f"{block.name}+"
        if frame.marking or block.color != "white":
            return f"{block.name}.{block.color[0].upper()}"
        is_copy = frame.collector == "scavenge" and frame.to_space.start <= block.address < frame.to_space.end
        return f"{block.name}'" if is_copy else block.name

    def pages(self) -> Iterator[str]:
        """Each page with its blocks; or a map of all pages, a character each."""
        pages = self.frame.pages
        if self.recording.detail == "objects":
            yield from map(self.page, pages)
            return
        used = size(sum(page.used_words for page in pages) * WORD_BYTES)
        yield f"{counted(len(pages), 'page')}, {used} used; from empty to full: `{SHADES}`"
        for start in range(0, len(pages), PAGES_IN_A_ROW):
            yield "".join(map(shade_of, pages[start : start + PAGES_IN_A_ROW]))

    def page(self, page: OldPage) -> str:
        """A page with its blocks, and how full it is."""
        notes = [f"{page.used_ratio:.0%}"]
        notes += ["to be evacuated"] if page.candidate else ["not swept"] * (not page.swept)
        return f"{self.tiled(page.blocks, unused='free')} {', '.join(notes)}"

    def large(self) -> str:
        """The large objects."""
        return ", ".join(
            f"{self.block(block)} ({size(block.words * WORD_BYTES)}, {'old' if block.age else 'young'})"
            for block in self.frame.large
        )

    # References

    def references(self) -> list[str]:
        """Roots, graph, worklist and remembered set."""
        frame = self.frame
        roots = ", ".join(f"{root.name} -> {frame.name_of(root.target)}" for root in frame.roots)
        edges = [self.edge(edge) for edge in frame.edges]
        if len(edges) > MOST_EDGES:
            edges[MOST_EDGES:] = [f"{len(edges) - MOST_EDGES} more"]
        remembered = "; ".join(self.edge(edge) for edge in frame.remembered)
        return [
            *pane("roots", [roots or "none"]),
            *pane("graph", ["; ".join(edges) or "no references"]),
            *pane("worklist", [", ".join(map(frame.name_of, frame.worklist)) or "empty"]),
            *pane("remembered", [remembered or "empty"]),
        ]

    def edge(self, edge: Edge) -> str:
        """A reference: `A.next -> B`."""
        target = self.frame.name_of(edge.target) if edge.target else "nothing (BUG)"
        weak = " (weak)" if edge.strength == "weak" else ""
        return f"{self.frame.name_of(edge.source)}.{edge.field} -> {target}{weak}"

    # Over time

    def sizes(self) -> str:
        """The two numbers of a trace line, and how many objects there are."""
        frame = self.frame
        made = "" if self.recording.detail == "objects" else " made"
        objects = counted(frame.object_count, "object") + made
        return f"used {size(frame.used_bytes)} of {size(frame.committed_bytes)} committed; {objects}"

    def chart(self) -> Iterator[str]:
        """Used after each collection so far, as bars; nothing before the second."""
        events = self.recording.events[: self.frame.gc_number]
        after = [event.used_after_bytes for event in events][-CHART_BARS:]
        if len(after) > 1:
            highest = max(*after, 1)
            bars = "".join(BARS[used * (len(BARS) - 1) // highest] for used in after)
            yield f"{bars}  highest {highest / MB:.1f} MB" if highest >= MB else f"{bars}  highest {size(highest)}"

    def log(self) -> tuple[str, ...]:
        """The newest lines of the log."""
        number = self.frame.gc_number
        return self.recording.lines[max(0, number - MOST_LINES) : number]


def whereabouts(frame: Frame) -> str:
    """What is going on: the program, a collection with its phase, or both."""
    number = frame.gc_number + 1
    if not frame.stopped:
        return f"collection {number}: marking in steps; the program runs" if frame.collector else "the program runs"
    if not frame.collector:
        return f"collection {number} begins"
    return f"collection {number}: {frame.collector}{f', {frame.phase}' if frame.phase else ''}"


def pane(title: str, lines: Iterable[str]) -> list[str]:
    """The lines of a pane, with its title before the first."""
    return [f"{title if not number else '':12}{line}" for number, line in enumerate(lines)]


def shade_of(page: OldPage) -> str:
    """The character for how full a page is."""
    return SHADES[min(int(page.used_ratio * len(SHADES)), len(SHADES) - 1)]
