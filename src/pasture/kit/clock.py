"""The time, as a value that is passed in: tests give their own clock."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tell the time; tests have their own."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC; of a stopwatch, since whenever."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class Stopwatch:
    """Time for durations: never set, by nobody. Its numbers mean nothing to another process."""

    def now_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000
