"""Structured concurrency: the one kind of task group that we use, and what it raises.

Python's own leaves a cancel request behind in the task that waits for a group whose child failed.
On Python 3.11.0 to 3.11.3 (Debian 12 has 3.11.2) every later ``asyncio.timeout`` in that task then
ends in ``CancelledError`` where it should be ``TimeoutError``; a loop that goes on after failed
groups would end without a word.
"""

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

TIDY = (3, 13)  # from here on Python's own takes its request back


class TaskGroup(asyncio.TaskGroup):  # noqa: TID251 - the one that is ours
    """A group that takes its cancel request back."""

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._waiting, self._before = task, task.cancelling()
        await super().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asked_before = self._has_asked()
        try:
            await super().__aexit__(kind, error, traceback)
        except BaseExceptionGroup:
            if sys.version_info < TIDY and self._has_asked() and not asked_before:
                self._take_back()
            raise

    def _has_asked(self) -> bool:
        """Tell whether the group has asked for its waiting task's cancellation."""
        return bool(getattr(self, "_parent_cancel_requested", False))

    def _take_back(self) -> None:
        left = self._waiting.cancelling() - self._before
        if left > 0:
            self._waiting.uncancel()
        if left > 1:  # somebody else asked too, and is to be heard: at the next await
            self._waiting.uncancel()
            self._waiting.cancel()


def first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first exception of a group that is no group."""
    inner = group.exceptions[0]
    return first(inner) if isinstance(inner, BaseExceptionGroup) else inner  # pyright: ignore[reportUnknownArgumentType] - narrowed without its parameter


@contextmanager
def alone(*kinds: type[Exception]) -> Generator[None, None, None]:
    """Raise an exception of these kinds by itself; a group with anything else stays a group."""
    try:
        yield
    except BaseExceptionGroup as group:
        expected, rest = group.split(kinds)
        if expected is None or rest is not None:
            raise
        raise first(expected) from None
