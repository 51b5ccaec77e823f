"""A line on stderr once something takes longer than a second: what is being waited for.

On a terminal the line is written over; elsewhere a line is written when the words change.
"""

import asyncio
from types import TracebackType
from typing import Self

from pasture.cli.console import Console, printable

QUIET_S = 1.0


class Progress:
    """Show what several things wait for; use it as a context manager inside a running loop."""

    def __init__(self, console: Console, first: str, *, quiet_s: float = QUIET_S) -> None:
        self._console = console
        self._quiet_s = quiet_s
        self._waiting: dict[str, str] = {"": first}
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._shown: str | None = None

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._since = loop.time()
        self._timer = loop.call_later(self._quiet_s, self._tick)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Show nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._shown is not None and self._console.live:
            self._console.over()
        self._shown = None

    def waits(self, key: str, words: str) -> None:
        """Note what one thing waits for."""
        self._waiting.pop("", None)
        self._waiting[key] = words

    def done(self, key: str) -> None:
        """Note that one thing waits no longer."""
        self._waiting.pop(key, None)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._quiet_s, self._tick)
        words = in_one_line(list(self._waiting.values()))
        if not words:
            return
        if self._console.live:
            self._console.over(f"{words} ({loop.time() - self._since:.0f} s)")
        elif words != self._shown:
            self._console.say(words)
        self._shown = words


def in_one_line(words: list[str]) -> str:
    """Return the first of what is waited for, and how many more there are."""
    if not words:
        return ""
    more = f" (and {len(words) - 1} more)" if len(words) > 1 else ""
    return printable(words[0]) + more
