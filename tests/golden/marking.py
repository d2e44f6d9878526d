"""A heap of large arrays that is marked in a few steps, scavenged meanwhile, and collected."""

from gcsim import scenario


@scenario
def marking(m, *, arrays=10):
    """Arrays of 1 MB are kept; then new space is filled with garbage, and tasks finish the marking."""
    for number in range(arrays):
        m.globals[f"array {number}"] = m.array(131_000, pretenured=True)
        yield
    garbage = m.shape("Garbage", size=8_000)
    for _ in range(200):
        with m.scope():
            m.new(garbage)
    for _ in range(20):
        yield 20
