"""The panes: each draws one part of a moment into a rectangle."""
