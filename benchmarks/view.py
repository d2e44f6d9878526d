"""How fast are the pictures? Ratios to plain pygame and to each other, all timed in this run.

    python benchmarks/view.py            a table
    python benchmarks/view.py --json     one JSON object of ratios

A frame is laid out and drawn at 1280 x 720. The yardstick is what any picture of that size needs: the surface is
filled, and 2,000 small rectangles on it. A seek is a jump to a frame that was not seen before, in a recording of
100,000 frames; it must cost at most twice what a step to the next frame costs. `--quick` tries fewer frames, to see
that it runs.
"""

import argparse
import json
import os

from attrs import evolve
from core import best_of, seconds

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

BARS = {"frame_vs_fills": 1.0, "layout_vs_draw": 0.5, "seek_vs_step": 2.0, "backdrop_vs_frame": 400.0}
MEANING = {
    "frame_vs_fills": "lay out and draw a frame / fill 2,000 rectangles",
    "layout_vs_draw": "lay out / draw",
    "seek_vs_step": "a frame far away / the next frame, of 100,000",
    "backdrop_vs_frame": "what is made once of 100,000 frames / a frame",
}
LAPS = 1755
"""So many times 57 frames are 100,000."""


def long_recording(recording, laps):
    """The recording, so many times one after the other; equal parts are shared, as the recorder shares them."""
    frames, events, lines = [], [], []
    for lap in range(laps):
        start_ms, number = lap * recording.frames[-1].time_ms, lap * len(recording.events)
        for frame in recording.frames:
            at = {"index": len(frames), "time_ms": start_ms + frame.time_ms, "gc_number": number + frame.gc_number}
            frames.append(evolve(frame, **at))
        events += recording.events
        lines += recording.lines
    return evolve(recording, frames=tuple(frames), events=tuple(events), lines=tuple(lines))


def fill_rectangles(surface):
    """The yardstick."""
    surface.fill((250, 250, 247))
    for index in range(2000):
        surface.fill((86, 180, 233), (index * 37 % 1240, index * 53 % 700, 24, 14))


def measure(laps, runs):
    """Every ratio, by name; and how many frames a second that is here."""
    from gcsim.trace.format import format_line
    from gcsim.view.draw import Painter
    from gcsim.view.look import Look
    from gcsim.view.scenes import bundled
    from gcsim.view.sdl import import_pygame
    from gcsim.view.studio import Studio

    surface = import_pygame().Surface((1280, 720))
    painter = Painter()
    short = bundled("guide-scavenge").record(format_line)
    long = long_recording(short, laps)
    studio, far = (Studio(recording, painter.faces.measure) for recording in (short, long))
    made_once = seconds(far.figure, 0, Look())
    figures = [studio.figure(index, Look()) for index in range(len(short))]
    for figure in figures:
        painter.draw(figure, surface)  # every text has been drawn once
    turn = iter(range(10**9))

    def layout():
        return seconds(fresh(studio), next(turn) * 7 % len(short), Look())

    def draw():
        return seconds(painter.draw, figures[next(turn) * 7 % len(short)], surface)

    def show(index):
        return seconds(lambda: painter.draw(fresh(far)(index % len(long), Look()), surface))

    def seek():
        return show(next(turn) * 7919)

    def step():
        return show(len(long) // 2 + next(turn))

    fills_s, layout_s, draw_s, seek_s, step_s = best_of(
        runs, lambda: seconds(fill_rectangles, surface), layout, draw, seek, step
    )
    frame_s = layout_s + draw_s
    ratios = {
        "frame_vs_fills": frame_s / fills_s,
        "layout_vs_draw": layout_s / draw_s,
        "seek_vs_step": seek_s / step_s,
        "backdrop_vs_frame": made_once / frame_s,
    }
    return ratios, 1 / frame_s


def fresh(studio):
    """The studio's figures, none of which is remembered."""
    return studio._made


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object of ratios")
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    arguments = parser.parse_args()
    ratios, rate = measure(20 if arguments.quick else LAPS, 9 if arguments.quick else 60)
    if arguments.json:
        print(json.dumps({name: round(value, 3) for name, value in ratios.items()}))
        return
    print(f"{'measure':<24}{'ratio':>8}{'bar':>7}   what")
    for name, value in ratios.items():
        print(f"{name:<24}{value:>8.2f}{BARS[name]:>7.1f}   {MEANING[name]}")
    print(f"{rate:.0f} frames a second here")


if __name__ == "__main__":
    main()
