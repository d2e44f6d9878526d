"""SVG: a figure as a vector picture, without pygame: for slides, papers and web pages.

What is written is text, so equal figures are equal files. Patterns are SVG patterns, texts are texts (they can be
searched, and read aloud), in whatever sans-serif font the reader has; `textLength` keeps each as wide as it was laid
out, where it would run over its room.
"""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from gcsim.view.figure import Box, Figure, Item, Label, Patch, Point, Rect, Stroke
from gcsim.view.palette import Paint, blend
from gcsim.view.pen import plain_measure

FONT: Final = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
DASHES: Final = {"dashed": "8 5", "dotted": "2 4"}
ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
PATTERNS: Final = {"/": "M0 8 L8 0", "x": "M0 8 L8 0 M0 0 L8 8", "-": "M0 4 L8 4", "|": "M4 0 L4 8", ".": "M3 4 L5 4"}
BASELINE: Final = 0.35
"""So far below the middle of its room a text stands, as a part of its size."""
CLOSE: Final = 0.94
"""A text that fills more of its room than this has its length fixed."""


def svg(figure: Figure, title: str = "") -> str:
    """The figure as a file; `title` is what a screen reader says."""
    hatched = {item.paint for item in figure.items if isinstance(item, Box) and item.paint.hatch}
    names = {paint: f"hatch{index}" for index, paint in enumerate(sorted(hatched, key=repr))}
    size = f'width="{figure.width}" height="{figure.height}"'
    view = f'viewBox="0 0 {figure.width} {figure.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="{FONT}" role="img">'
    patterns = [pattern(paint, name) for paint, name in names.items()]
    body = [line for item in figure.items for line in drawn(item, names)]
    ground = f'<rect {size} fill="{figure.background}"/>'
    about = f"<title>{escape(title)}</title>"
    return "\n".join([head, about, "<defs>", *patterns, "</defs>", ground, *body, "</svg>", ""])


def pattern(paint: Paint, name: str) -> str:
    """The pattern of a paint."""
    color = blend(paint.fill, paint.edge, 0.55)
    ground = f'<rect width="8" height="8" fill="{paint.fill}"/>'
    lines = f'<path d="{PATTERNS[paint.hatch]}" stroke="{color}"/>'
    return f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">{ground}{lines}</pattern>'


def drawn(item: Item, names: dict[Paint, str]) -> Iterator[str]:
    """The lines that draw an item."""
    if isinstance(item, Box):
        yield from box(item, names)
    elif isinstance(item, Label):
        yield label(item)
    elif isinstance(item, Patch):
        yield f'<polygon points="{path(item.points)}" fill="{item.color}"/>'
    elif isinstance(item, Stroke) and len(item.points) > 1:
        yield from stroke(item)


def box(item: Box, names: dict[Paint, str]) -> Iterator[str]:
    """A rectangle; its border lies inside of it, and a double one is two."""
    paint, rect = item.paint, item.rect
    fill = f"url(#{names[paint]})" if paint.hatch else paint.fill or "none"
    dash = f' stroke-dasharray="{DASHES[paint.border]}"' if paint.border in DASHES else ""
    if paint.border == "none":
        if fill != "none":
            yield rectangle(rect, item.radius, f'fill="{fill}"')
        return
    px = 1.5 if paint.border == "double" else paint.border_px
    yield rectangle(rect.inset(px / 2), item.radius, f'fill="{fill}" stroke="{paint.edge}" stroke-width="{px}"{dash}')
    if paint.border == "double":
        inner = rect.inset(4.75)
        yield rectangle(inner, max(0.0, item.radius - 4), f'fill="none" stroke="{paint.edge}" stroke-width="{px}"')


def rectangle(rect: Rect, radius: float, style: str) -> str:
    """A rectangle with a style."""
    place = f'x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.w:.1f}" height="{rect.h:.1f}"'
    return f'<rect {place} rx="{radius:.1f}" {style}/>'


def stroke(item: Stroke) -> Iterator[str]:
    """A line, and its arrowhead."""
    points = list(item.points)
    if item.head:
        (x, y), (to_x, to_y) = points[-2:]
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5 or 1.0
        ux, uy, size = (to_x - x) / length, (to_y - y) / length, 7 + 2 * item.width
        base, half = (to_x - ux * size, to_y - uy * size), size * 0.42
        wings = ((base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half))
        yield f'<polygon points="{path(((to_x, to_y), *wings))}" fill="{item.color}"/>'
        points[-1] = to_x - ux * min(length, size * 0.8), to_y - uy * min(length, size * 0.8)
    dash = f' stroke-dasharray="{DASHES[item.dash]}"' if item.dash else ""
    style = f'fill="none" stroke="{item.color}" stroke-width="{item.width:g}"{dash}'
    yield f'<polyline points="{path(tuple(points))}" {style}/>'


def label(item: Label) -> str:
    """A text in the middle of the height of its room."""
    rect = item.rect
    x = {"left": rect.x, "center": rect.center[0], "right": rect.right}[item.align]
    y = rect.center[1] + item.size * BASELINE
    weight = ' font-weight="bold"' if item.face == "bold" else ""
    is_close = plain_measure(item.text, item.size, item.face) > rect.w * CLOSE
    length = f' textLength="{rect.w:.1f}" lengthAdjust="spacingAndGlyphs"' if is_close else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{item.size:.1f}" fill="{item.color}" '
        f"text-anchor={quoteattr(ANCHORS[item.align])}{weight}{length}>{escape(item.text)}</text>"
    )


def path(points: tuple[Point, ...]) -> str:
    """Points as SVG writes them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
