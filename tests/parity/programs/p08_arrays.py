"""p08_arrays: an array of arrays, in which each operation replaces a row that is drawn at random.

A row is `new Array(64).fill(i)`: an array, its memento, and elements that hold numbers only.
"""

from gcsim import scenario

SEED = 777
ROW_LENGTH = 64


@scenario
def p08_arrays(m, *, ops=400_000, rows=20_000):
    """Array of arrays: `ops` rows of 64 numbers, 560 bytes each, in `rows` places."""
    new, write, scope, memento = m.new, m.write, m.scope, m.memento
    array = m.shape("Array", fields=("elements",), size=32)
    numbers = m.shape("FixedArray", size=16 + 8 * ROW_LENGTH, kind="array")
    outer = m.read(m.js.array(length=rows), "elements")
    x = SEED
    for i in range(ops):
        place = i
        if i >= rows:
            x = xorshift32(x)
            place = (x >> 1) % rows
        with scope():
            row = new(array)
            memento()
            write(row, "elements", new(numbers))
            write(outer, place, row)


def xorshift32(x):
    """The next of Marsaglia's numbers: 32 bits, never 0."""
    x ^= x << 13 & 0xFFFF_FFFF
    x ^= x >> 17
    return x ^ x << 5 & 0xFFFF_FFFF
