"""When to collect, and what it costs: arithmetic on numbers, with no heap in sight."""
