"""Trace lines as text: written, read, explained and judged."""
