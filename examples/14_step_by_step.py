"""What does a scavenge do, one object at a time?

A run can be recorded and played, forwards and back, as `gcsim watch` does it. Here the guide's program is recorded, and
of its first collection each step is printed: both halves of new space, and what happened.

    (A) has moved and left its new address      A' is a copy      B+ is dead
"""

from gcsim import format_line
from gcsim.scenarios import find
from gcsim.view.frames import Run, record
from gcsim.view.player import Player
from gcsim.view.text import Screen

scenario = find("guide-scavenge")
run = Run(name="guide", program=lambda sim: sim.run(scenario), config=scenario.config, line_of=format_line)
recording = record(run)
print(f"{len(recording)} frames, {len(recording.events)} collections")

player = Player(recording)
player.next_gc()
while player.frame.gc_number == 0:
    screen = Screen(recording, player.index)
    for strip in player.frame.strips:
        print(f"    {strip.role:5}{screen.strip(strip)}")
    print(screen.caption.what)
    player.step()

print("and its line:", recording.lines[0].strip())
player.previous_gc()
print(f"back at event {player.index}: {Screen(recording, player.index).caption.what}")
