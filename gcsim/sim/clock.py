"""The clock: simulated milliseconds, computed from work and never measured.

Time passes when somebody says so: the simulation for bytes allocated and for collections, a scenario for what its
program computes or waits for. Two runs of one scenario therefore show the same times, to the last bit.
"""

from math import inf

from gcsim.errors import ConfigError


class Clock:
    """`now_ms`: simulated milliseconds since the heap was made."""

    __slots__ = ("now_ms",)

    def __init__(self) -> None:
        self.now_ms = 0.0

    def advance(self, duration_ms: float) -> None:
        """Let `duration_ms` pass.

        Raises:
            ConfigError: the duration is below 0, endless or no number.
        """
        try:
            forward = 0 <= duration_ms < inf
        except TypeError:
            forward = False
        if not forward:
            raise ConfigError(f"time goes forward: expected a finite number of at least 0 ms, got {duration_ms!r}")
        self.now_ms += duration_ms
