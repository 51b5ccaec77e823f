"""The feed: every committed change in commit order, to be resumed from any revision still kept.

A reader takes pages at its own pace, so a slow one costs nothing. Recent events are answered from
memory, older ones from the table.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable

from pasture.kit.errors import PastureError
from pasture.store.changes import Event
from pasture.store.freshness import Freshness

REMEMBERED = 8192
PAGE = 512


class FeedGap(PastureError):
    """The feed no longer has what follows that revision: read everything anew."""

    code = "FeedGap"


class Feed:
    """Recent events in memory and the readers that wait for more."""

    def __init__(
        self, last: int, read: Callable[[int, int], list[Event]], *, remembered: int = REMEMBERED
    ) -> None:
        self.revision = last
        self.fresh = Freshness()
        self._read = read  # (after, limit) from the table
        self._recent: list[Event] = []  # consecutive, ends at revision
        self._remembered = remembered
        self._changed = asyncio.Event()
        self._closed = False
        self.followers = 0

    def add(self, before: int, events: list[Event]) -> None:
        """Take what was committed and wake the readers."""
        if before != self.revision:  # another process wrote: its events are in the table only
            self._recent.clear()
            self.fresh.changes_unseen()
        self.fresh.changes(event.base for event in events)
        self._recent += events
        if len(self._recent) > 2 * self._remembered:
            del self._recent[: -self._remembered]
        self.revision = before + len(events)
        self._wake()

    def close(self) -> None:
        """Let every reader end."""
        self._closed = True
        self._wake()

    async def follow(self, after: int) -> AsyncGenerator[list[Event]]:
        """Give batches of events, beginning with the one after that revision.

        Raises:
            FeedGap: some of what follows is no longer kept, or the revision is from elsewhere.

        """
        self.followers += 1
        try:
            while not self._closed:
                batch = self._page(after)
                if batch:
                    after = batch[-1].revision
                    yield batch
                else:
                    await self._changed.wait()
        finally:
            self.followers -= 1

    def _page(self, after: int) -> list[Event]:
        if after > self.revision:
            raise FeedGap(f"revision {after} is not in this database, which is at {self.revision}")
        if after == self.revision:
            return []
        first = self._recent[0].revision if self._recent else self.revision + 1
        if after + 1 >= first:
            start = after + 1 - first
            return self._recent[start : start + PAGE]
        page = self._read(after, PAGE)
        if not page or page[0].revision != after + 1:
            raise FeedGap(f"the changes after revision {after} are no longer kept")
        return page

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
