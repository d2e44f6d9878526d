"""Draw: a figure on a pygame surface, item by item.

Straight borders are drawn as they are; whatever is round, slanted or patterned is drawn larger and made smaller, so
that its edges are smooth. Texts and patterned or round boxes are kept: from frame to frame most are the same.

Both pygame 2 and pygame-ce do; only their common part is used.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, hypot
from typing import Any, Final

from gcsim.view.figure import Box, Figure, Item, Label, Patch, Point, Rect, Stroke
from gcsim.view.fonts import LARGER, Faces
from gcsim.view.palette import Paint, blend

SMOOTH: Final = 3
"""Round things are drawn so many times as large."""
DASHES: Final = {"dashed": (8.0, 5.0), "dotted": (3.0, 4.0)}
"""The lengths of a dash and of a gap."""
HATCH_STEP: Final = 7
MANY_POINTS: Final = 60
"""A line of more points is a chart's, of level and upright pieces, and needs no smooth edges."""
HALF_PIXEL: Final = 0.5
HEAD: Final = 11.0
"""The length of an arrowhead that ends a line of 2 pixels."""
BASELINE: Final = 0.35
"""So far below the middle of its room a text stands, as a part of its size."""
KEPT: Final = 3000
"""So many texts, and boxes that are round or patterned."""


class Painter:
    """Draws figures."""

    def __init__(self) -> None:
        import pygame

        self._pygame: Any = pygame
        pygame.font.init()
        self.faces = Faces()
        self._texts: dict[Any, Any] = {}
        self._stamps: dict[Any, Any] = {}

    def draw(self, figure: Figure, surface: Any) -> None:
        """The figure fills the surface."""
        surface.fill(figure.background)
        self.draw_items(figure.items, surface)

    def draw_items(self, items: Iterable[Item], surface: Any) -> None:
        """The items are on the surface, on top of what was there."""
        how: dict[type, Callable[[Any, Any], None]] = {
            Box: self._box,
            Stroke: self._stroke,
            Patch: self._patch,
            Label: self._label,
        }
        for item in items:
            how[type(item)](item, surface)

    # Boxes

    def _box(self, box: Box, surface: Any) -> None:
        rect, paint = self._pygame.Rect(*corners(box.rect)), box.paint
        if rect.w <= 0 or rect.h <= 0:
            return
        if box.radius or paint.hatch or paint.border in DASHES:
            surface.blit(self._stamp(rect.w, rect.h, round(box.radius), paint), rect)
            if paint.fill and not paint.hatch:  # making it smaller has left the stamp a little transparent
                margin = 2 * max(round(box.radius), paint.border_px, 6 if paint.border == "double" else 0)
                surface.fill(paint.fill, rect.inflate(-margin, -margin))
            return
        if paint.fill:
            surface.fill(paint.fill, rect)
        if paint.border == "none":
            return
        if paint.border == "double":
            self._pygame.draw.rect(surface, paint.edge, rect, 2)
            self._pygame.draw.rect(surface, paint.edge, rect.inflate(-8, -8), 2)
        else:
            self._pygame.draw.rect(surface, paint.edge, rect, paint.border_px)

    def _stamp(self, w: int, h: int, radius: int, paint: Paint) -> Any:
        """A picture of a box that is round or patterned."""
        key = w, h, radius, paint
        if key not in self._stamps:
            if len(self._stamps) >= KEPT:
                self._stamps.clear()
            self._stamps[key] = self._make_stamp(w, h, radius, paint)
        return self._stamps[key]

    def _make_stamp(self, w: int, h: int, radius: int, paint: Paint) -> Any:
        pygame = self._pygame
        radius = 0 if paint.border in DASHES else radius
        many = SMOOTH if radius else 1
        large = pygame.Surface((w * many, h * many), pygame.SRCALPHA)
        area = large.get_rect()
        transparent = (*pygame.Color(paint.fill or paint.edge)[:3], 0)
        large.fill(transparent)
        if paint.fill:
            pygame.draw.rect(large, paint.fill, area, border_radius=radius * many)
        if paint.hatch:
            self._hatch(large, paint, many)
            mask = pygame.Surface(large.get_size(), pygame.SRCALPHA)
            pygame.draw.rect(mask, "#FFFFFF", area, border_radius=radius * many)
            large.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MIN)
        self._border(large, area, radius * many, paint, many)
        return pygame.transform.smoothscale(large, (w, h)) if many > 1 else large

    def _hatch(self, surface: Any, paint: Paint, many: int) -> None:
        """The pattern of a paint."""
        w, h = surface.get_size()
        color = blend(paint.fill or "#FFFFFF", paint.edge, 0.55)
        step = HATCH_STEP * many
        draw = self._pygame.draw
        if paint.hatch in ("/", "x"):
            for x in range(-h, w, step):
                draw.line(surface, color, (x, h), (x + h, 0), many)
        if paint.hatch == "x":
            for x in range(0, w + h, step):
                draw.line(surface, color, (x, h), (x - h, 0), many)
        if paint.hatch == "-":
            for y in range(step // 2, h, step):
                draw.line(surface, color, (0, y), (w, y), many)
        if paint.hatch == "|":
            for x in range(step // 2, w, step):
                draw.line(surface, color, (x, 0), (x, h), many)
        if paint.hatch == ".":
            for x in range(step // 2, w, step):
                for y in range(step // 2, h, step):
                    draw.rect(surface, color, (x, y, 2 * many, 2 * many))

    def _border(self, surface: Any, area: Any, radius: int, paint: Paint, many: int) -> None:
        """The border of a paint, inside of the area."""
        px = paint.border_px * many
        draw = self._pygame.draw
        if paint.border in DASHES:
            x, y, right, bottom = px // 2, px // 2, area.w - 1 - px // 2, area.h - 1 - px // 2
            outline = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]
            for start, end in dashes(outline, paint.border, many):
                draw.line(surface, paint.edge, start, end, max(1, px))
        elif paint.border == "double":
            draw.rect(surface, paint.edge, area, 2 * many, border_radius=radius)
            inner = area.inflate(-8 * many, -8 * many)
            draw.rect(surface, paint.edge, inner, 2 * many, border_radius=max(0, radius - 4 * many))
        elif paint.border == "solid":
            draw.rect(surface, paint.edge, area, px, border_radius=radius)

    # Lines

    def _stroke(self, stroke: Stroke, surface: Any) -> None:
        points = list(stroke.points)
        if len(points) < 2:
            return
        if stroke.head:
            points = self._head(stroke, surface)
        if stroke.dash:
            for ends in dashes(points, stroke.dash):
                self._line(surface, stroke.color, ends, stroke.width)
        elif len(points) > MANY_POINTS:
            self._pygame.draw.lines(surface, stroke.color, False, points, max(1, round(stroke.width)))
        elif all(is_straight(ends) for ends in pairwise(points)):
            for ends in pairwise(points):
                self._line(surface, stroke.color, ends, stroke.width)
        else:
            self._polygon(surface, stroke.color, ribbon(points, stroke.width))

    def _line(self, surface: Any, color: str, ends: tuple[Any, Any], width: float) -> None:
        """A straight line; a slanted one has smooth edges."""
        (x, y), (to_x, to_y) = ends
        if is_straight(ends):
            half = width / 2
            line = Rect(min(x, to_x) - half, min(y, to_y) - half, abs(to_x - x) + width, abs(to_y - y) + width)
            surface.fill(color, self._pygame.Rect(*corners(line)))
            return
        self._polygon(surface, color, ribbon([(x, y), (to_x, to_y)], width))

    def _head(self, stroke: Stroke, surface: Any) -> list[Point]:
        """The arrowhead is drawn; returns the line that is left."""
        size = HEAD * (0.6 + 0.2 * stroke.width)
        tip = stroke.points[-1]
        rest = list(stroke.points)
        while len(rest) > 2 and hypot(tip[0] - rest[-2][0], tip[1] - rest[-2][1]) < size:
            rest.pop(-2)
        back = rest[-2]
        length = hypot(tip[0] - back[0], tip[1] - back[1]) or 1.0
        ux, uy = (tip[0] - back[0]) / length, (tip[1] - back[1]) / length
        base = tip[0] - ux * size, tip[1] - uy * size
        half = size * 0.42
        wings = [(base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half)]
        self._polygon(surface, stroke.color, [tip, *wings])
        rest[-1] = tip[0] - ux * min(size * 0.8, length), tip[1] - uy * min(size * 0.8, length)
        return rest

    def _patch(self, patch: Patch, surface: Any) -> None:
        self._polygon(surface, patch.color, list(patch.points))

    def _polygon(self, surface: Any, color: str, points: Sequence[Point]) -> None:
        """A filled polygon with smooth edges, drawn larger and made smaller."""
        pygame = self._pygame
        left, top = (floor(min(place)) - 1 for place in zip(*points, strict=True))
        right, bottom = (ceil(max(place)) + 2 for place in zip(*points, strict=True))
        large = pygame.Surface(((right - left) * SMOOTH, (bottom - top) * SMOOTH), pygame.SRCALPHA)
        large.fill((*pygame.Color(color)[:3], 0))
        pygame.draw.polygon(large, color, [((x - left) * SMOOTH, (y - top) * SMOOTH) for x, y in points])
        surface.blit(pygame.transform.smoothscale(large, (right - left, bottom - top)), (left, top))

    # Texts

    def _label(self, label: Label, surface: Any) -> None:
        picture = self._text(label.text, label.size, label.color, label.face)
        x, _, w, _ = corners(label.rect)
        ascent = self.faces.at(label.size, label.face, label.text).get_ascent() // LARGER
        top = round(label.rect.center[1] + label.size * BASELINE) - ascent
        left = {"left": x, "center": x + (w - picture.get_width()) // 2, "right": x + w - picture.get_width()}
        surface.blit(picture, (left[label.align], top))

    def _text(self, text: str, size: float, color: str, face: str) -> Any:
        """A picture of the text."""
        key = text, size, color, face
        if key not in self._texts:
            if len(self._texts) >= KEPT:
                self._texts.clear()
            large = self.faces.at(size, face, text).render(text, True, color)
            w, h = large.get_size()
            self._texts[key] = self._pygame.transform.smoothscale(large, (max(1, w // LARGER), max(1, h // LARGER)))
        return self._texts[key]


def corners(rect: Rect) -> tuple[int, int, int, int]:
    """The rectangle in whole pixels; neighbours stay neighbours."""
    x, y = round(rect.x), round(rect.y)
    return x, y, round(rect.right) - x, round(rect.bottom) - y


def is_straight(ends: tuple[Point, Point]) -> bool:
    """Whether a line is level or upright, to less than a pixel."""
    return min(abs(ends[0][0] - ends[1][0]), abs(ends[0][1] - ends[1][1])) < HALF_PIXEL


def ribbon(points: Sequence[Point], width: float) -> list[Point]:
    """The outline of a line of that width through the points."""
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(points):
        before, behind = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        length = hypot(behind[0] - before[0], behind[1] - before[1]) or 1.0
        dx, dy = (behind[1] - before[1]) / length * width / 2, (before[0] - behind[0]) / length * width / 2
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return [*left, *reversed(right)]


def dashes(points: list[Point], kind: str, many: int = 1) -> Iterable[tuple[Point, Point]]:
    """The dashes along a line through the points."""
    dash, gap = (length * many for length in DASHES[kind])
    left, is_drawn = dash, True
    for start, end in pairwise(points):
        length = hypot(end[0] - start[0], end[1] - start[1])
        done = 0.0
        while done < length:
            part = min(left, length - done)
            if is_drawn:
                yield along(start, end, done / length), along(start, end, (done + part) / length)
            done, left = done + part, left - part
            if left <= 1e-9:
                is_drawn = not is_drawn
                left = dash if is_drawn else gap


def along(start: Point, end: Point, ratio: float) -> Point:
    """The point `ratio` of the way from one to the other."""
    return start[0] + (end[0] - start[0]) * ratio, start[1] + (end[1] - start[1]) * ratio
