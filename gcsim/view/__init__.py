"""Pictures of a heap: frames recorded from a run, captions, a player, and what shows them."""
