"""The world: a mutator, a clock, and the simulation that joins heap, collectors and pacing."""
