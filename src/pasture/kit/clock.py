"""The time, as a value that is passed in: tests give their own clock."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tell the wall-clock time; two implementations: ``SystemClock`` and the tests' own."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000
