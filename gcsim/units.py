"""Units: bytes, words and the sizes that V8 counts in.

KB and MB are powers of two, as in everything V8 prints. A word is one tagged slot of a 64-bit V8 without
pointer compression, which is what Node ships: 8 bytes.
"""

from typing import Final

KB: Final = 1024
MB: Final = 1024 * KB
WORD_BYTES: Final = 8


def words_for(size_bytes: int) -> int:
    """The number of whole words that hold `size_bytes` bytes."""
    return -(-size_bytes // WORD_BYTES)


def round_up(value: int, step: int) -> int:
    """The smallest multiple of `step` that is not below `value`."""
    return -(-value // step) * step


def round_up_to_power_of_two(value: int) -> int:
    """The smallest power of two that is not below `value` (at least 1)."""
    return 1 << max(0, value - 1).bit_length()
