"""Wait for what a real program is about to do."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_S = 0.05


class NotInTime(AssertionError):
    """What was waited for did not come; the last thing seen stands in the message."""


def eventually(condition: Callable[[], T | None], seconds: float, what: str = "") -> T:
    """Return the condition's value once it is true; an AssertionError in it counts as not yet.

    Raises:
        NotInTime: it was not true within that many seconds.

    """
    end = time.monotonic() + seconds
    while True:
        try:
            seen: object = (value := condition())
            if value:
                return value
        except (AssertionError, OSError) as error:
            seen = error
        if time.monotonic() > end:
            raise NotInTime(f"{what or 'not'} within {seconds} s; last seen: {seen!r}")
        time.sleep(PAUSE_S)
